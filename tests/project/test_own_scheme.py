"""The whole path under a scheme without any default name: the same as under the default one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.agreement.bootstrap import Resampling
from annotator.domain.model import Annotation, Article, ArticleDraft
from annotator.domain.terms import offered
from annotator.project import Project
from annotator.report.build import ReportOptions, build
from annotator.report.disagreement_list import differences
from annotator.report.kinds import KINDS
from annotator.report.questions import Questions
from annotator.store import Store
from tests.project.renamed import SPAN_LAYER, Renaming, renamed, renaming
from tests.report.conftest import corpus_of, fill

KIND = {kind: "type" if kind == "stance" else kind for kind in KINDS}
"""A label called "stance" is a kind of disagreement of its own, in the default scheme alone."""
OPTIONS = ReportOptions(resampling=Resampling(50))


@pytest.fixture(scope="module")
def names() -> Renaming:
    return renaming()


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory, names: Renaming) -> tuple[Path, Path]:
    """The readings of three annotators under the default scheme, and under the other one."""
    folder = tmp_path_factory.mktemp("schemes")
    default, own = folder / "default.db", folder / "own.db"
    fill(default)
    with Project.create(own) as project, Project.open(default, readonly=True) as source:
        project.set_scheme(names.own.toml)
        for uid in source.uids():
            article = source.article(uid)
            project._store.add_article(_draft(article), article.layout)
        for who in source.annotators():
            mine = [names(a) for a in source.annotations(None, who)]
            if mine:
                project.annotate(mine, who)
    return default, own


def _draft(article: Article) -> ArticleDraft:
    return ArticleDraft(article.text, name=article.name, title=article.title)


@pytest.fixture
def both(databases: tuple[Path, Path], tmp_path: Path) -> Iterator[tuple[Project, Project]]:
    """Copies of one's own."""
    copies = []
    for path in databases:
        copy = tmp_path / path.name
        with Store.open(path):  # the log is folded back, so that the file is all there is
            pass
        copy.write_bytes(path.read_bytes())
        copies.append(copy)
    with Project.open(copies[0]) as default, Project.open(copies[1]) as own:
        yield default, own


def said(annotation: Annotation) -> object:
    """What an annotation says, apart from ids, times and the version of the scheme."""
    return (
        *(annotation.layer, annotation.article, annotation.annotator, annotation.fragments),
        tuple(sorted(annotation.attributes.items())),
        annotation.note,
        annotation.parent is None,
    )


def test_the_other_scheme_has_no_default_name(names: Renaming) -> None:
    own = {r.name for r in names.own.roles} | {a.name for a in names.own.attributes}
    own |= {v.name for a in names.own.attributes for v in a.values}
    assert not own & set(names.names())
    assert names.own.content_name == renamed("content")
    assert {k: (a.name, v.name) for k, (a, v) in names.own.label_keys().items()} == {
        k: (renamed(a.name), renamed(v.name)) for k, (a, v) in names.default.label_keys().items()
    }


def test_the_annotations_are_the_same(both: tuple[Project, Project], names: Renaming) -> None:
    default, own = both
    expected = sorted(map(repr, (said(names(a)) for a in default.annotations())))
    assert sorted(map(repr, map(said, own.annotations()))) == expected
    for a, b in zip(default.annotations(), own.annotations(), strict=True):
        assert names.own.faults(b) == ()
        assert [renamed(n) for n in names.default.missing(a)] == [*names.own.missing(b)]


def test_agreement_is_the_same_number_by_number(both: tuple[Project, Project]) -> None:
    reports = [build(corpus_of(project._store), OPTIONS) for project in both]
    numbers = [
        [
            (row.layer, [(r.measure, r.value, r.interval, r.n, r.undefined) for r in row.results])
            for row in report.layers
        ]
        for report in reports
    ]
    assert len(numbers[0]) > 25
    assert numbers[0] == numbers[1]
    rows = [differences(Questions(corpus_of(project._store)), None).rows for project in both]
    kinds = [
        sorted((d.article, d.start, d.end, KIND[d.kind], d.pairs, d.of, d.decided) for d in found)
        for found in rows
    ]
    assert len(kinds[0]) > 100
    assert kinds[0] == kinds[1]


def test_adjudication_decides_the_same(both: tuple[Project, Project], names: Renaming) -> None:
    cases = [
        [
            (c.layer, c.range, sorted(c.readings))
            for uid in p.uids()
            for c in p.adjudicate().board(uid).cases
        ]
        for p in both
    ]
    assert cases[0] == cases[1]
    assert len(cases[0]) > 100
    decided = [p.adjudicate().decide().decided for p in both]
    assert decided[0] == decided[1] > 50
    gold = [[a for a in p.annotations(None, "gold") if a.layer != "verdict"] for p in both]
    assert sorted(repr(said(names(a))) for a in gold[0]) == sorted(repr(said(a)) for a in gold[1])
    assert len(gold[0]) > 50


@pytest.mark.usefixtures("nlp")
def test_suggestions_are_the_same(both: tuple[Project, Project], names: Renaming) -> None:
    stored = []
    for project in both:
        assert project.suggest([1]).suggestions > 5
        scheme = project.scheme()
        stored.append(offered(scheme, project.suggestions(1)))
    for a, b in zip(*stored, strict=True):
        assert [f._replace(role=renamed(f.role)) for f in a.fragments] == [*b.fragments]
        assert {renamed(k): renamed(v) for k, v in a.attributes.items()} == dict(b.attributes)


def test_repeated_phrases_are_judged_the_same(both: tuple[Project, Project]) -> None:
    told = []
    for project in both:
        rows = project.phrases.lint()
        told.append(sorted((r.kind, r.text, sorted(r.values.values())) for r in rows))
    assert told[0] == told[1] != []
    steps = []
    for project in both:
        claim = project.claims(3)[0]
        found = project.phrases.lineage(project.phrases.words_of(claim.id)).steps
        steps.append([(s.match, s.source, s.source_type, s.attribution_change) for s in found])
    assert steps[0] == steps[1]
    assert any(source for _, source, *_ in steps[0])


@pytest.mark.parametrize("name", ["jsonl", "csv", "label-studio", "w3c", "brat"])
def test_what_goes_out_comes_back(both: tuple[Project, Project], name: str, tmp_path: Path) -> None:
    """Under either scheme as many come back, and as much is counted as lost."""
    back: list[int] = []
    lost: list[int] = []
    for i, project in enumerate(both):
        target = tmp_path / f"out{i}"
        done = project.export(name, target)
        lost.append(sum(loss.count for loss in done.losses))
        with Project.create(tmp_path / f"{i}.db") as other:
            other.set_scheme(project.scheme().toml)
            other.import_(name, target, annotator="anna")
            found = [a for a in other.annotations() if a.layer in ("claim", "mark")]
            back.append(len(found))
            assert [f for a in found for f in other.scheme().faults(a)] == []
            marks = {a.layer_name for a in found if a.layer == "mark"}
            assert marks == {SPAN_LAYER if i else "mark"}
    assert back[0] == back[1] > 100
    assert lost[0] == lost[1]
