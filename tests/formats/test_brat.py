"""brat in, brat out: PolNeAR's lines are equal up to ids and order; ours come back as they were."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from annotator import formats
from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Document
from annotator.domain.model import Annotation
from annotator.store import Store
from annotator.store.transfer import documents, import_items, project
from tests.formats.corpora import corpus
from tests.formats.support import (
    article_of,
    claim,
    find,
    lay_out,
    read_back,
    stored_documents,
    through,
    written,
)

BRAT = formats.get("brat")


def by_content(path: Path) -> Counter[object]:
    """T and E lines with ids replaced by what they stand for, arguments in any order."""
    bounds: dict[str, str] = {}
    events: list[list[str]] = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        if re.match(r"T\d+\t", line):
            id_, rest = line.split("\t", 1)
            bounds[id_] = rest
        elif re.match(r"E\d+\t", line):
            events.append(line.split("\t")[1].split())
    out: Counter[object] = Counter(bounds.values())
    for event in events:
        named = sorted((a.split(":")[0], bounds[a.split(":")[1]]) for a in event)
        out[tuple(named)] += 1
    return out


# The lines that cannot come back, and why: the text column of three runs over several lines (brat
# splits such spans, and so do we); three arguments point to a span of another type; one content
# stands twice, once for each of two events, which share it afterwards.
@pytest.mark.slow
@pytest.mark.parametrize(
    ("part", "files", "events", "exceptions"),
    [("dev", 84, 2193, (0, 0)), ("train", 840, 19868, (10, 9))],
)
def test_polnear_comes_back_line_by_line(
    tmp_path: Path, part: str, files: int, events: int, exceptions: tuple[int, int]
) -> None:
    source = corpus("polnear", part)
    with Store.create(tmp_path / "x.db") as store:
        result = import_items(store, formats.read(BRAT, source), actor="zoe", layout=lay_out)
        assert result.bad_count == 0
        # Two of the train texts are the same article under two names.
        assert result.articles + result.known == files
        formats.export(
            BRAT,
            tmp_path / "out",
            {"layout": "polnear"},
            documents=lambda: documents(store),
            project=project(store),
        )
        claims = sum(a.layer == "claim" for a in store.annotations())
    differing = surplus = 0
    originals = sorted((source / "attributions").glob("*.ann"))
    assert len(originals) == files
    total = 0
    places = {p.read_bytes(): p for p in (tmp_path / "out" / "text").glob("*.txt")}
    for original in originals:
        stem, _, annotator = original.stem.rpartition("_")
        text = places[(source / "text" / f"{stem}.txt").read_bytes()]
        ours = tmp_path / "out" / "attributions" / f"{text.stem}_{annotator}.ann"
        wanted, got = by_content(original), by_content(ours) if ours.exists() else Counter()
        total += sum(n for line, n in wanted.items() if isinstance(line, tuple))
        missing, added = wanted - got, got - wanted
        if missing or added:
            print(original.name, *missing, "instead of which", *added, sep="\n    ")
        surplus += len(added)
        differing += len(missing)
    assert (total, claims) == (events, events)
    assert (differing, surplus) == exceptions


def test_several_readings_of_one_text_are_several_annotators() -> None:
    items = read_back("brat", corpus("polnear", "annotator-training"))
    found = [i for i in items if isinstance(i, Document)]
    assert len(found) == 4
    assert {a.annotator for a in found[0].annotations} == {
        *("4b22", "4e07", "5fec", "6b86", "d473", "ef2d")
    }
    assert found[0].article.outlet == "breitbart"
    assert found[0].article.meta["split"] == "annotator-training"


def held(annotation: Annotation) -> object:
    """What brat holds of an annotation: pieces without the line breaks at their ends."""
    spans: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for role, start, end, span in annotation.fragments:
        spans.setdefault((role, span), []).append((start, end))
    return (
        annotation.layer,
        sorted(spans.items()),
        {k: re.sub(r"[\r\n]+", " ", v) for k, v in annotation.attributes.items()},
        annotation.flagged,
        re.sub(r"[\r\n]+", " ", annotation.note),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(stored_documents(layers=("claim", "mark")))
def test_what_brat_holds_comes_back(
    tmp_path_factory: pytest.TempPathFactory, found: list[Document]
) -> None:
    target = tmp_path_factory.mktemp("brat") / "out"
    report = written("brat", found, target, layout="polnear")
    touched = {e for loss in report.losses for e in loss.examples if "span" in loss.kind}
    touched |= {e for loss in report.losses for e in loss.examples if "pieces" in loss.kind}
    back = read_back("brat", target)
    texts = {d.article.text: d for d in back if isinstance(d, Document)}
    assert not [b for b in back if isinstance(b, BadRecord)]
    for document in found:
        theirs = texts[document.article.text].annotations
        clean = [a for a in document.annotations if a.id not in touched]
        for annotator in {a.annotator for a in document.annotations}:
            wanted = [held(a) for a in clean if a.annotator == annotator]
            got = [held(a) for a in theirs if a.annotator == annotator]
            for shape in wanted:
                assert shape in got
        if not touched:
            assert len(theirs) == len(document.annotations)
            linked = sum(a.parent is not None for a in theirs)
            told = {e for loss in report.losses for e in loss.examples if loss.kind == "parent"}
            wanted_links = {a.id for a in document.annotations if a.parent is not None} - told
            assert linked == len(wanted_links)


TEXT = "“It’s late,” Ana said.\r\n“Go\r\nhome 😀.” He nodded."


def sample() -> Document:
    article = article_of(TEXT, name="../../etc/passwd")
    first = claim(
        article,
        find(TEXT, "“It’s late,”", "content"),
        find(TEXT, "“Go\r\nhome 😀.”", "content"),
        find(TEXT, "Ana", "source"),
        find(TEXT, "said", "cue"),
        attributes={"stance": "favor", "target": "the late hour", "source_type": "implicit"},
        note="look\nagain",
        flagged=True,
    )
    inner = claim(article, find(TEXT, "home", "content"), parent=first.id)
    mark = claim(
        article, find(TEXT, "nodded", "span"), layer="mark", attributes={"type": "lexical"}
    )
    return Document(article, (first, inner, mark))


def test_the_lines_follow_brats_rules(tmp_path: Path) -> None:
    report = written("brat", [sample()], tmp_path / "out")
    folder = tmp_path / "out"
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    assert names == ["_.._etc_passwd.ann", "_.._etc_passwd.txt", "manifest.json"]
    assert (folder / names[1]).read_bytes() == TEXT.encode()
    assert (folder / names[0]).read_text(encoding="utf-8").splitlines() == [
        "T1\tContent 0 12;23 26;27 35\t“It’s late,” “Go home 😀.”",
        "T2\tSource 13 16\tAna",
        "T3\tCue 17 21\tsaid",
        "T4\tAttribution-no-source 17 21\tsaid",
        "E1\tAttribution-no-source:T4 Content:T1 Source:T2 Cue:T3",
        "A1\tstance E1 favor",
        "#1\ttarget E1\tthe late hour",
        "A2\tflagged E1",
        "#2\tAnnotatorNotes E1\tlook again",
        "T5\tContent 27 31\thome",
        "T6\tAttribution 27 31\thome",
        "E2\tAttribution:T6 Content:T5",
        "T7\tlexical 39 45\tnodded",
        "R1\tParent Arg1:E2 Arg2:E1",
    ]
    assert [(loss.kind, loss.count) for loss in report.losses] == [
        ("line break in a note or value", 1)
    ]


def folder_with(tmp_path: Path, text: str, ann: str) -> Path:
    (tmp_path / "a.txt").write_bytes(text.encode())
    (tmp_path / "a.ann").write_bytes(ann.encode())
    return tmp_path


def only(items: list[object]) -> Document:
    (document,) = items
    assert isinstance(document, Document)
    return document


def test_offsets_that_count_carriage_returns_are_recognised(tmp_path: Path) -> None:
    raw = folder_with(tmp_path, "a\r\nb\r\nhe said it", "T1\tCue 9 13\tsaid\n")
    (mark,) = only([*read_back("brat", raw)]).annotations
    assert mark.fragments[0][1:3] == (9, 13)
    folder_with(tmp_path, "a\r\nb\r\nhe said it", "T1\tCue 7 11\tsaid\n")
    (mark,) = only([*read_back("brat", raw)]).annotations
    assert mark.fragments[0][1:3] == (9, 13)


def test_a_trigger_that_is_not_the_cue_and_an_event_without_arguments_survive(
    tmp_path: Path,
) -> None:
    ann = (
        "T1\tAttribution-no-source 0 2\the\nE1\tAttribution-no-source:T1 \n"
        "T2\tAttribution 3 7\tsaid\nT3\tContent 8 10\tit\nE2\tAttribution:T2 Content:T3\n"
        "#1\tAnnotatorNotes T3\twhy?\n"
    )
    first, second = only([*read_back("brat", folder_with(tmp_path, "he said it", ann))]).annotations
    assert [f.role for f in first.fragments] == ["trigger"]
    assert {f.role for f in second.fragments} == {"content", "trigger"}
    assert second.note == "why?"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("T1\tCue 0 99\tx", "does not stand at"),
        ("T1\tCue 0 2\txx", "'xx' does not stand"),
        ("T1\tCue 2 0\txx", "does not stand at"),
        ("T1\tCue a b\txx", "invalid literal"),
        ("T1\tCue", "not enough values"),
        ("E1\tAttribution:T9", "T9 is not there"),
        ("E1\tnonsense", "cannot be read"),
        ("R1\tOther Arg1:T1 Arg2:T2", "cannot be held"),
        ("*\tEquiv T1 T2", "cannot be held"),
        ("N1\tReference T1 Wikidata:Q1\tx", "cannot be held"),
        ("A1\tStance T9 favor", "T9 is not there"),
        ("#1\tAnnotatorNotes T9\tx", "T9 is not there"),
        ("garbage", "cannot be held"),
    ],
)
def test_each_wrong_line_is_named(tmp_path: Path, line: str, told: str) -> None:
    folder = folder_with(tmp_path, "he said it", f"{line}\nT8\tCue 3 7\tsaid\n")
    items = read_back("brat", folder)
    bad = [i for i in items if isinstance(i, BadRecord)]
    assert len(bad) == 1
    assert told in bad[0].message
    assert bad[0].where.startswith("a.ann")
    assert len([i for i in items if isinstance(i, Document)]) == 1


def test_a_reading_without_its_text_and_a_text_that_is_not_utf8_are_named(tmp_path: Path) -> None:
    (tmp_path / "b.ann").write_text("")
    (tmp_path / "c.txt").write_bytes(b"\xff\xfe")
    (tmp_path / "c.ann").write_text("")
    found = {i for i in read_back("brat", tmp_path) if isinstance(i, BadRecord)}
    assert found == {
        BadRecord("b.ann", "there is no text beside it"),
        BadRecord("c.txt", "not UTF-8 at byte 0"),
    }


def test_a_folder_without_annotations_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no \.ann files"):
        read_back("brat", tmp_path)


def test_two_articles_of_one_name_do_not_overwrite_each_other() -> None:
    found = [Document(article_of(t, i, name="Same")) for i, t in enumerate(("One.", "Two."), 1)]
    assert [d.article.text for d in through("brat", found)] == ["One.", "Two."]
