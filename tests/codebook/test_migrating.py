"""A scheme and its annotations changed as one action: undone, done again, replayed, remembered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.codebook import edit, parts
from annotator.codebook.parts import Named
from annotator.domain.errors import SchemeChangedError, SchemeError
from annotator.domain.ids import new_id
from annotator.domain.model import Annotation, ArticleDraft, Batch, Change, Fragment
from annotator.domain.scheme import Scheme
from annotator.domain.scheme_file import parse_scheme
from annotator.project import Project, codebook
from annotator.project.splits import decide, places, split_of
from annotator.store import Store
from tests.codebook import schemes
from tests.codebook.test_names import SOURCE
from tests.store.support import AT, layout_of

TEXT = "The bridge will stay shut, the council said.\nNobody wanted this, Ana Ruiz said on Friday."


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Store.create(tmp_path / "p.db") as store:
        store.set_scheme(SOURCE)
        for i in range(2):
            store.add_article(ArticleDraft(f"{TEXT} {i}", name=f"a{i}"), layout_of(f"{TEXT} {i}"))
        for who in ("anna", "ben"):
            store.add_annotator(who)
        yield Project(store, "anna")


def put(
    project: Project,
    view: str,
    who: str = "anna",
    article: int = 1,
    start: int = 4,
    role: str = "statement",
) -> str:
    """A claim with a view; its id."""
    made = project.annotate(
        [Annotation("", "claim", str(article), "", (Fragment(role, start, start + 6),),
                    {"view": view})],
        annotator=who,
    )  # fmt: skip
    return made[0].id


def exported(project: Project, folder: Path) -> bytes:
    out = folder / "now.jsonl"
    project.export("jsonl", out, force=True)
    return out.read_bytes()


def sound(project: Project, folder: Path) -> None:
    """The doctor finds nothing, replay gives the same, nothing is outside the scheme."""
    assert [f for f in project.findings() if f.problems] == []
    target = folder / f"{new_id()}.db"
    assert project.replay(target) == []
    target.unlink()
    assert project.outside() == []


def test_a_rename_is_one_action_of_scheme_and_annotations(project: Project, tmp_path: Path) -> None:
    mine, theirs = put(project, "pro"), put(project, "pro", "ben", 2)
    other = put(project, "contra", "ben")
    first, before = exported(project, tmp_path), project.scheme()
    plan = codebook.rename(project, "view=pro", "in favour")
    assert (len(plan.changes), plan.articles, plan.annotators) == (2, 2, {"anna": 1, "ben": 1})
    shown = codebook.places(project, plan)
    assert [(p.number, p.annotator, p.was, p.becomes, p.words) for p in shown] == [
        (1, "anna", "view=pro", "view=in favour", "bridge"),
        (2, "ben", "view=pro", "view=in favour", "bridge"),
    ]
    assert exported(project, tmp_path) == first  # a plan writes nothing
    batch = codebook.carry_out(project, plan, "anna")
    by_id = {a.id: a for a in project.annotations()}
    assert by_id[mine].attributes == by_id[theirs].attributes == {"view": "in favour"}
    assert by_id[theirs].annotator == "ben"
    assert by_id[theirs].scheme == project.scheme_version() != before.version
    assert by_id[other].scheme == before.version  # untouched, it keeps its own
    sound(project, tmp_path)
    then = exported(project, tmp_path)
    undone = project.undo()
    assert undone is not None
    assert undone.reverts == batch.id
    assert exported(project, tmp_path) == first
    assert project.scheme() == before
    sound(project, tmp_path)
    project.redo()
    assert exported(project, tmp_path) == then
    sound(project, tmp_path)


def test_articles_that_are_left_out_are_brought_along(project: Project, tmp_path: Path) -> None:
    put(project, "pro", article=2)
    project.exclude([2], "screened")
    plan = codebook.rename(project, "view=pro", "in favour")
    assert len(plan.changes) == 1
    assert [p.number for p in codebook.places(project, plan)] == [2]
    codebook.carry_out(project, plan, "anna")
    project.include([2])
    assert [a.attributes for a in project.annotations(2)] == [{"view": "in favour"}]
    sound(project, tmp_path)


def test_nothing_is_done_when_the_scheme_or_a_place_changed_since_the_plan(
    project: Project,
) -> None:
    put(project, "pro")
    plan = codebook.rename(project, "view=pro", "in favour")
    codebook.carry_out(project, codebook.archive(project, "why"), "ben")
    before = project.annotations()
    with pytest.raises(SchemeChangedError):
        codebook.carry_out(project, plan, "anna")
    assert project.annotations() == before


def test_what_comes_late_is_brought_by_the_steps_that_it_lacks(
    project: Project, tmp_path: Path
) -> None:
    put(project, "pro")
    codebook.carry_out(project, codebook.rename(project, "view=pro", "in favour"), "anna")
    codebook.carry_out(project, codebook.rename(project, "claim.view", "stand"), "anna")
    # Taken away, then brought back under its old version, as another copy of the project would.
    claim = project.annotations()[0]
    project.apply(Batch(new_id(), "anna", AT, "edit", "gone", (Change(claim, None),)))
    late = replace(claim, id=new_id(), annotator="ben", attributes={"view": "pro"},
                   scheme=parse_scheme(SOURCE, {}).version)  # fmt: skip
    project.apply(Batch(new_id(), "ben", AT, "import", "late", (Change(None, late),)))
    assert [(b.was, b.now, b.annotations) for b in project.left_behind()] == [
        ("attribute:claim.view", "attribute:claim.stand", 1),
        ("claim.view=pro", "claim.stand=in favour", 1),
    ]
    plan = codebook.planned(project)
    assert (len(plan.changes), plan.steps, plan.before) == (1, (), plan.after)
    codebook.carry_out(project, plan, "ben")
    (found,) = project.annotations()
    assert (found.attributes, found.scheme) == ({"stand": "in favour"}, project.scheme_version())
    assert project.left_behind() == []
    sound(project, tmp_path)
    assert codebook.planned(project).nothing


def test_what_another_program_still_calls_by_an_old_name_is_brought_too(
    project: Project, tmp_path: Path
) -> None:
    codebook.carry_out(project, codebook.rename(project, "view=pro", "in favour"), "anna")
    pieces = (Fragment("statement", 4, 10),)
    late = Annotation("", "claim", project.uids()[0], "ben", pieces, {"view": "pro"},
                      scheme=project.scheme_version())  # fmt: skip
    made = (Change(None, replace(late, id=new_id())), Change(None, replace(
        late, id=new_id(), attributes={"view": "other"})))  # fmt: skip
    project.apply(Batch(new_id(), "ben", AT, "import", "late", made))
    assert [(b.was, b.now) for b in project.left_behind()] == [
        ("claim.view=pro", "claim.view=in favour")
    ]
    plan = codebook.planned(project)
    assert (len(plan.changes), plan.lost) == (1, {})  # what never was in the scheme stays as it is
    codebook.carry_out(project, plan, "ben")
    assert [o.what for o in project.outside()] == ["claim: view 'other'"]
    assert project.left_behind() == []
    assert codebook.planned(project).nothing


def test_a_file_that_goes_on_is_put_in_force_with_its_steps(project: Project) -> None:
    put(project, "pro")
    scheme = project.scheme()
    step = parts.rename(scheme, parts.named(scheme, "view=pro"), "in favour")
    toml = edit.after(scheme, step) + "\n# edited by hand\n"
    codebook.carry_out(project, codebook.planned(project, toml), "anna")
    assert project.scheme().toml == toml
    assert project.annotations()[0].attributes == {"view": "in favour"}
    with pytest.raises(SchemeError, match="does not go on from"):
        codebook.planned(project, SOURCE)
    # What would leave labels outside is refused, and named.
    gone = toml.replace('{ name = "in favour", key = "f", guideline = "For it." },', "")
    gone = gone.replace('"in favour", "so so"', '"so so"').replace('["in favour", "contra"]',
                                                                  '["contra"]')  # fmt: skip
    plan = codebook.planned(project, gone)
    assert plan.lost == {"claim: view 'in favour'": 1}
    with pytest.raises(SchemeError, match="would hold what the scheme does not have"):
        codebook.carry_out(project, plan, "anna")
    assert project.scheme().toml == toml


def test_archived_stays_valid_and_is_not_offered(project: Project, tmp_path: Path) -> None:
    id_ = put(project, "pro")
    codebook.carry_out(project, codebook.archive(project, "view=pro"), "anna")
    scheme = project.scheme()
    assert "f" not in scheme.label_keys()
    claim = next(a for a in project.annotations() if a.id == id_)
    assert scheme.faults(claim) == ()
    assert scheme.missing(claim) == parse_scheme(SOURCE, {}).missing(claim)
    sound(project, tmp_path)
    with pytest.raises(SchemeError, match="archived already"):
        codebook.archive(project, "view=pro")


def test_alpha_before_and_after_a_merge(project: Project) -> None:
    for article, (one, other) in enumerate([("pro", "so so"), ("contra", "contra")], start=1):
        for start, pair in ((4, (one, other)), (27, ("contra", "contra")), (60, (one, one))):
            for who, view in zip(("anna", "ben"), pair, strict=True):
                put(project, view, who, article, start)
    plan = codebook.merge(project, ["view=pro", "view=so so"], "not against")
    effect = codebook.agreement(project, plan)
    assert effect is not None
    assert effect.units == 6
    assert effect.confused == 1
    assert effect.now is not None
    assert effect.now < 1
    assert effect.then == 1.0
    codebook.carry_out(project, plan, "anna")
    alpha = codebook.agreement(
        project, codebook.merge(project, ["view=contra", "view=unclear"], "x")
    )
    assert alpha is not None
    assert alpha.now == 1.0  # what was reckoned is what came


def test_a_split_leaves_each_place_to_a_person(project: Project, tmp_path: Path) -> None:
    mine, theirs = put(project, "unclear"), put(project, "unclear", "ben")
    put(project, "pro")
    plan = codebook.split(project, "view=unclear", ["open", "mixed"])
    assert plan.changes == ()
    codebook.carry_out(project, plan, "anna")
    sound(project, tmp_path)  # the old label is archived, and valid where it is
    split = split_of(project, "view=unclear")
    assert [c.name for c in split.choices] == ["open", "mixed"]
    (place,) = places(project, split, "anna")
    assert (place.id, place.words) == (mine, "bridge")
    assert place.before + place.words + place.after == TEXT.split("\n")[0]
    assert {p.id for p in places(project, split)} == {mine, theirs}
    before = exported(project, tmp_path)
    decide(project, split, place, "mixed", "anna")
    assert places(project, split, "anna") == []
    sound(project, tmp_path)
    project.undo()
    assert exported(project, tmp_path) == before
    with pytest.raises(SchemeError, match="was not split"):
        split_of(project, "view=pro")


SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


@settings(max_examples=12, deadline=None, suppress_health_check=SLOW)
@given(data=st.data())
def test_any_migrations_of_any_scheme(data: st.DataObject, tmp_path: Path) -> None:
    """No unknown label afterwards, undo and redo give the same bytes, replay the same."""
    folder = tmp_path / new_id()
    folder.mkdir()
    with Store.create(folder / "p.db") as store:
        scheme: Scheme = store.set_scheme(data.draw(schemes.sources()))
        uid = store.add_article(ArticleDraft(schemes.TEXT, name="a"), layout_of(schemes.TEXT)).uid
        store.add_annotator("anna")
        project = Project(store, "ben")
        given_ = [
            replace(a, article=uid, scheme=scheme.version, created_at=AT, updated_at=AT)
            for a in data.draw(schemes.allowed(scheme))
        ]
        changes = tuple(Change(None, a) for a in given_)
        project.apply(Batch(new_id(), "anna", AT, "edit", "made", changes))
        states = [exported(project, folder)]
        for _ in range(data.draw(st.integers(1, 4))):
            step = data.draw(schemes.steps(project.scheme()))
            if step is None:
                continue
            try:
                toml = (
                    edit.archived(project.scheme(), step)
                    if isinstance(step, Named)
                    else edit.after(project.scheme(), step)
                )
                plan = codebook.planned(project, toml)
            except SchemeError:
                continue  # the drawn name cannot be one (test_steps.py says which)
            assert plan.lost == {}
            codebook.carry_out(project, plan, "ben")
            assert project.outside() == []
            assert project.left_behind() == []
            states.append(exported(project, folder))
        sound(project, folder)
        for state in reversed(states[:-1]):
            assert project.undo() is not None
            assert exported(project, folder) == state
        sound(project, folder)
        for state in states[1:]:
            assert project.redo() is not None
            assert exported(project, folder) == state
        sound(project, folder)


def test_the_content_is_not_archived_while_another_role_would_take_its_place(
    tmp_path: Path,
) -> None:
    with Store.create(tmp_path / "c.db") as store:
        store.set_scheme(
            'name = "own"\n[[role]]\nname = "who"\n[[role]]\nname = "said"\nsuggests = "content"\n'
        )
        project = Project(store, "anna")
        with pytest.raises(SchemeError, match="is the content of claims; without it 'who'"):
            codebook.archive(project, "said")
        assert codebook.archive(project, "who").after.content_name == "said"
