"""brat in, brat out: PolNeAR's lines are equal up to ids and order; ours come back as they were."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator import formats
from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Document
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation
from annotator.formats.brat_events import LINE
from annotator.store import Store
from annotator.store.transfer import dataset, documents, import_items
from tests.formats.corpora import corpus
from tests.formats.support import (
    article_of,
    claim,
    export_given,
    find,
    lay_out,
    read_back,
    stored_documents,
    through,
    written,
)

FOREIGN = Path(__file__).parent / "foreign"
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
# splits such spans, and so do we), one of them with its event; one content stands twice, once for
# each of two events, which share it afterwards.
@pytest.mark.slow
@pytest.mark.parametrize(
    ("part", "files", "events", "exceptions"),
    [("dev", 84, 2193, (2, 2)), ("train", 840, 19868, (9, 8))],
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
        export_given(
            BRAT,
            tmp_path / "out",
            {"layout": "polnear"},
            documents=lambda: documents(store),
            dataset=dataset(store),
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
    assert names == [
        "_.._etc_passwd.ann", "_.._etc_passwd.txt", "annotation.conf", "manifest.json"
    ]  # fmt: skip
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
        ("E1\tAttribution:T8 Content:E9", "E9 is not there"),
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


def test_relations_and_groups_are_relations_and_normalisations_are_counted(
    tmp_path: Path,
) -> None:
    lines = (
        "T1\tA 0 2\the\nT2\tB 3 7\tsaid\nT3\tSource 8 10\tit\nT4\tAttribution 11 16\ttoday\n"
        "E1\tAttribution:T4 Source:T3\nR1\tCause Arg1:T1 Arg2:T2\nR2\tCause Arg1:E1 Arg2:T1\n"
        "R3\tCause Arg1:T3 Arg2:T1\nR4\tCause Arg1:T1 Arg2:T9\nR5\tCause Arg1:T1 Arg2:T1\n"
        "*\tEquiv T1 T2\nN1\tReference T1 Wikidata:Q1\tx\n"
    )
    losses = Losses()
    folder = folder_with(tmp_path, "he said it today", lines)
    document = only([*formats.read(BRAT, folder, None, losses)])
    assert [(a.attributes, a.head, a.tail) for a in document.annotations] == [
        ({}, None, None),
        ({"type": "A"}, None, None),
        ({"type": "B"}, None, None),
        ({"type": "Cause"}, "T1", "T2"),
        ({"type": "Cause"}, "E1", "T1"),
        ({"type": "Equiv", "brat": "*"}, "T1", "T2"),
    ]
    assert [(x.kind, x.count, x.examples[0]) for x in losses] == [
        ("normalisation Reference", 1, "a.ann: N1"),
        ("relation Cause", 2, "a.ann: R3"),  # of words that are a role of a claim; of none
        ("relation Cause of a span to itself", 1, "a.ann: R5"),
    ]


TYPES = st.sampled_from(("Protein", "Person", "giver-arg", "Über", "A.b", "note"))
NAMES = st.sampled_from(
    ("Theme", "theme", "Cause", "giver-arg", "Theme2", "Arg1", "Arg2", "layer", "Über", "CSite")
)


@st.composite
def event_files(draw: st.DrawFn) -> str:
    """Events over one text: arguments of any name and type, nested, shared, in circles."""
    words = [(0, 2), (3, 7), (8, 10), (11, 16)]
    bounds: dict[tuple[str, int], str] = {}
    events = draw(st.integers(1, 4))
    lines: list[str] = []
    kinds = draw(st.lists(TYPES, min_size=events, max_size=events))
    for i, kind in enumerate(kinds, start=1):
        trigger = bounds.setdefault((kind, draw(st.integers(0, 3))), f"T{len(bounds) + 1}")
        arguments = [f"{kind}:{trigger}"]
        for name in draw(st.lists(NAMES, max_size=4)):
            if draw(st.booleans()):
                key = (draw(TYPES), draw(st.integers(0, 3)))
                target = bounds.setdefault(key, f"T{len(bounds) + 1}")
            else:
                target = f"E{draw(st.integers(1, events))}"
            arguments.append(f"{name}:{target}")
        lines.append(f"E{i}\t{' '.join(arguments)}")
    for (kind, word), id_ in bounds.items():
        start, end = words[word]
        lines.append(f"{id_}\t{kind} {start} {end}\t{'he said it today'[start:end]}")
    for i, name in enumerate(draw(st.lists(st.sampled_from(("Negation", "Gen-der")), max_size=2))):
        at = draw(st.sampled_from([f"E{n + 1}" for n in range(events)]))
        lines.append(f"A{i + 1}\t{name}{i} {at}{draw(st.sampled_from(('', ' high')))}")
    return "".join(f"{line}\n" for line in lines)


def expanded(content: str) -> Counter[object]:
    """Every line with ids replaced by what stands there; events by their number's own line."""
    rows = [line.split("\t") for line in content.splitlines()]
    bounds = {r[0]: tuple(r[1:]) for r in rows if r[0][0] == "T"}
    events = {r[0]: r[1].split() for r in rows if r[0][0] == "E"}

    def flat(id_: str, depth: int = 3) -> object:
        if id_[0] == "T":
            return bounds[id_]
        parts = (a.rpartition(":") for a in events[id_])
        return tuple((name, flat(to, depth - 1)) for name, _, to in parts) if depth else "..."

    out: Counter[object] = Counter(bounds.values())
    out.update(flat(id_) for id_ in events)
    for row in rows:
        if row[0][0] in "AR":
            name, target, *rest = row[1].split()
            out[(row[0][0], name, flat(target) if row[0][0] == "A" else target, *rest)] += 1
    return out


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=event_files())
def test_events_come_back_line_by_line_through_the_database(
    tmp_path_factory: pytest.TempPathFactory, content: str
) -> None:
    """Types of arguments, any names, nested and shared events: what brat wrote is written again."""
    folder = folder_with(tmp_path_factory.mktemp("events"), "he said it today", content)
    losses = Losses()
    with Store.create(":memory:") as store:
        items = formats.read(BRAT, folder, None, losses)
        result = import_items(store, items, actor="zoe", layout=lay_out)
        report = export_given(
            BRAT, folder / "out", documents=lambda: documents(store), dataset=dataset(store)
        )
    assert (result.bad_count, losses.total, report.losses) == (0, 0, ())
    back = (folder / "out" / "a.ann").read_text(encoding="utf-8")
    assert expanded(back) == expanded(content)


@pytest.mark.parametrize("name", ["brat_event", "brat_arg"])
def test_events_of_other_corpora_come_back(tmp_path: Path, name: str) -> None:
    source = FOREIGN / name
    (document,) = read_back("brat", source)
    assert isinstance(document, Document)
    written("brat", [Document(article_of(document.article.text), document.annotations)], tmp_path)
    back = (tmp_path / "a1.ann").read_text(encoding="utf-8")
    assert expanded(back) == expanded((source / "a.ann").read_text(encoding="utf-8"))


def test_attributes_of_arguments_stay_with_them(tmp_path: Path) -> None:
    lines = (
        "T1\tSource 0 2\the\nT2\tAttribution 3 7\tsaid\nT3\tContent 8 10\tit\n"
        "E1\tAttribution:T2 Source:T1 Content:T3\n"
        "A1\tGender T1 male\nA2\tGender T3\nA3\tGender E1 none\n"
    )
    (document,) = read_back("brat", folder_with(tmp_path, "he said it", lines))
    assert isinstance(document, Document)
    (one,) = document.annotations
    assert one.attributes == {"source.Gender": "male", "content.Gender": "yes", "Gender": "none"}
    article = article_of("he said it")
    written("brat", [Document(article, document.annotations)], tmp_path / "out")
    back = (tmp_path / "out" / "a1.ann").read_text(encoding="utf-8")
    assert expanded(back) == expanded(lines)


def test_a_claim_that_was_changed_is_written_as_it_is_now(tmp_path: Path) -> None:
    (document,) = read_back("brat", FOREIGN / "brat_event")
    assert isinstance(document, Document)
    inner, outer = document.annotations
    assert outer.attributes[LINE] == "E2 Regulation:Regulation Cause:Protein Theme:@E1"
    text = document.article.text
    added = replace(
        outer,
        fragments=(*outer.fragments[1:], find(text, "in cells", "place")),
        attributes={**outer.attributes, "event": "Binding"},
    )
    apart = replace(inner, parent=None)
    written("brat", [Document(article_of(text), (apart, added))], tmp_path)
    events = [x for x in (tmp_path / "a1.ann").read_text().splitlines() if x[0] in "ER"]
    assert events == ["E1\tUbiquitination:T2 Theme:T1", "E2\tBinding:T4 Place:T3"]


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


def test_what_is_flagged_is_said_once_also_where_the_label_says_it() -> None:
    article = article_of(TEXT)
    for type_ in ("Discuss", "lexical"):
        mark = claim(
            article, find(TEXT, "nodded", "span"), layer="mark", flagged=True,
            attributes={"type": type_},
        )  # fmt: skip
        sheet = _lines(Document(article, (mark,)))
        assert sheet == [f"T1\t{type_} 39 45\tnodded", *["A1\tflagged T1"] * (type_ == "lexical")]
        (back,) = through("brat", [Document(article, (mark,))])
        assert [(a.flagged, a.attributes["type"]) for a in back.annotations] == [(True, type_)]


def _lines(document: Document) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        written("brat", [document], Path(folder) / "out")
        (sheet,) = (Path(folder) / "out").glob("*.ann")
        return sheet.read_text(encoding="utf-8").splitlines()


def test_the_value_of_an_attribute_may_be_several_words(tmp_path: Path) -> None:
    ann = "T1\tCue 3 7\tsaid\nA1\tstance T1 very much so\n"
    (one,) = only([*read_back("brat", folder_with(tmp_path, "he said it", ann))]).annotations
    assert one.attributes["stance"] == "very much so"
