"""What went out comes back: unedited, into another database, and after any mutilation."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.errors import AnnotatorError
from annotator.domain.exchange import Document
from annotator.domain.model import Annotation, Article, Batch, Change
from annotator.domain.scheme import DEFAULT_SCHEME
from annotator.domain.scheme_file import parse_scheme
from annotator.project import Project
from annotator.project.worksheets import Applied
from annotator.worksheet.facts import Facts
from annotator.worksheet.lines import WorksheetError
from annotator.worksheet.places import Places
from tests.formats.support import (
    LABELS,
    annotations_of,
    article_of,
    filled,
    spans_of,
    texts,
)

SCHEME = parse_scheme(DEFAULT_SCHEME.read_text(encoding="utf-8"), {})
REPEATED = texts | st.lists(
    st.sampled_from(
        ("the ", "the cat ", "e\u0301", "e", "👍🏽", "👍", "שלום ", "said. ", "\n", '"')
    ),
    min_size=1, max_size=40,
).map("".join)  # fmt: skip


@st.composite
def works(draw: st.DrawFn) -> tuple[Article, list[Annotation]]:
    """An article with one annotator's annotations, such as the default scheme allows."""
    article = article_of(draw(REPEATED))
    found = draw(annotations_of(article, annotators=("anna",), most=8))
    return article, [replace(a, attributes=draw(labels_of(a))) for a in found]


@st.composite
def labels_of(draw: st.DrawFn, annotation: Annotation) -> dict[str, str]:
    """Labels of the scheme for an annotation; free text is anything."""
    out: dict[str, str] = {}
    for attribute in SCHEME.of_layer(annotation.layer):
        if draw(st.integers(0, 3)) == 0:
            values = LABELS if attribute.text else [v.name for v in attribute.values]
            out[attribute.name] = draw(st.sampled_from(values))
    return out


def project_of(article: Article, annotations: list[Annotation]) -> Project:
    return Project(filled([Document(article, tuple(annotations))]), "anna")


def exported(project: Project, folder: Path) -> bytes:
    """The native export, byte for byte."""
    target = folder / "a.jsonl"
    project.export("jsonl", target, manifest=False, force=True)
    return target.read_bytes()


def facts(annotations: list[Annotation]) -> dict[str, Facts]:
    return {a.id: replace(Facts.of(a), attributes=dict(a.attributes)) for a in annotations}


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_worksheet_that_nobody_changed_changes_nothing(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    article = article_of(data.draw(REPEATED))
    found = data.draw(annotations_of(article))
    with project_of(article, found) as project:
        folder = tmp_path_factory.mktemp("x")
        before, actions = exported(project, folder), len(list(project.log()))
        for name in ("anna", "ben"):
            applied = project.apply_worksheet(project.worksheet(1, name), name)
            assert (applied.changes, applied.told, applied.kept) == ((), (), 0)
            assert not applied.stored
        assert exported(project, folder) == before
        assert len(list(project.log())) == actions


@given(work=works(), ending=st.sampled_from(("\n", "\r\n", "\r")), mark=st.booleans())
@settings(max_examples=300, deadline=None)
def test_annotations_survive_the_way_into_an_empty_database(
    work: tuple[Article, list[Annotation]], ending: str, mark: bool
) -> None:
    article, found = work
    with project_of(article, found) as project:
        sheet = project.worksheet(1)
    data = ("\ufeff" * mark + sheet.replace("\n", ending)).encode()
    with project_of(article, []) as empty:
        applied = empty.apply_worksheet(data)
        assert applied.stored is bool(found)
        assert facts(empty.annotations(1)) == facts(found)
        assert {a.provenance for a in empty.annotations(1)} <= {"human"}
        if found:
            assert len(list(empty.log())) == 1
            assert empty.undo() is not None
            assert empty.annotations(1) == []


@given(work=works(), seed=st.integers(0, 2**32))
@settings(max_examples=200, deadline=None)
def test_what_is_written_by_hand_is_what_was_meant(
    work: tuple[Article, list[Annotation]], seed: int
) -> None:
    """Each claim and mark is given the head of a new one, in any order, in another worksheet."""
    article, found = work
    found = [
        replace(a, parent=None, reviewed=False, fragments=tuple(dict.fromkeys(a.fragments)))
        for a in found
        if a.layer in ("claim", "mark") and a.fragments
    ]
    with project_of(article, found) as project:
        blocks = blocks_of(project.worksheet(1))
    assert len(blocks) == len(found)
    with project_of(article, []) as empty:
        head, end, rest = empty.worksheet(1).partition("end of the worksheet")
        random.Random(seed).shuffle(blocks)
        new = "\n".join(f"{what} new\n{lines}" for what, lines in blocks)
        applied = empty.apply_worksheet(f"{head}{new}\n{end}{rest}")
        assert len(applied.told) == len(found)
        assert sorted(map(said, empty.annotations(1))) == sorted(map(said, found))


def said(annotation: Annotation) -> str:
    """What an annotation says, without its id."""
    return repr(
        replace(Facts.of(annotation), attributes=dict(sorted(annotation.attributes.items())))
    )


def blocks_of(sheet: str) -> list[tuple[str, str]]:
    """The claims and marks of a worksheet: what each is, and its lines."""
    blocks: list[tuple[str, str]] = []
    for part in sheet.partition("end of the worksheet")[0].split("\n\n"):
        what, _, lines = part.partition("\n")
        if re.fullmatch(r"(claim|mark) \d+", what):
            blocks.append((what.partition(" ")[0], lines))
    return blocks


@given(work=works(), data=st.data())
@settings(max_examples=300, deadline=None)
def test_whatever_becomes_of_the_file_nothing_breaks_and_nothing_is_half_stored(
    work: tuple[Article, list[Annotation]], data: st.DataObject
) -> None:
    article, found = work
    with project_of(article, found) as project:
        lines = project.worksheet(1).split("\n")
        before = project.annotations(1)
        for _ in range(data.draw(st.integers(1, 4))):
            lines = mutilated(lines, data)
        applied = tried(project, "\n".join(lines))
        if isinstance(applied, WorksheetError):
            assert project.annotations(1) == before
            faults = applied.faults
            assert all(1 <= f.line <= len(lines) and f.message and f.hint for f in faults)
            assert [f.line for f in faults] == sorted(f.line for f in faults)
            told = applied.message.split("\n")[1:]
            assert [t.split(": ")[0] for t in told] == [f"worksheet:{f.line}" for f in faults]
            return
        after = {a.id: a for a in project.annotations(1)}
        changed = {c.subject.id for c in applied.changes}
        assert {a.id: a for a in before if a.id not in changed} == {
            i: a for i, a in after.items() if i not in changed
        }
        if applied.stored:
            project.undo()
        assert {a.id: a for a in project.annotations(1)} == {a.id: a for a in before}


def tried(project: Project, sheet: str) -> Applied | WorksheetError:
    """What became of a worksheet that was given back."""
    try:
        return project.apply_worksheet(sheet)
    except WorksheetError as error:
        return error


WORDS = (
    "claim new", "claim 1", "mark new", "mark 2", "content: s1", 'source: s1 "a"', "stance: purple",
    "parent: claim 1", "parent: claim 2", "reviewed: maybe", "reviewed: yes", "stance: favor",
    "flagged: yes", "note: look", 'note: "broken', "s1: other", "s99: more", "article", "::", '"',
    "sentence tag 1", "source 0: s1", "source 3: s1 to s2", "cue: at 0 to 1", "cue: at 5 to 2",
    'label "a\\u0000": "\\ud800"', "role span: s1", "end of the worksheet", "version 2", "s1",
    "\x00\x1b[31m", "\u2028", "check 0000", "claim 1 is X Y", "sentence tag new", "slant: left",
    "article tag new",
)  # fmt: skip


def mutilated(lines: list[str], data: st.DataObject) -> list[str]:
    """The lines with one of them changed, cut, doubled, moved, or another put in."""
    at = data.draw(st.integers(0, len(lines) - 1))
    how = data.draw(st.sampled_from(("drop", "double", "cut", "put", "move", "letter", "end")))
    line = lines[at]
    if how == "drop":
        return [*lines[:at], *lines[at + 1 :]] or [""]
    if how == "double":
        return [*lines[: at + 1], *lines[at:]]
    if how == "cut":
        return [*lines[:at], line[: data.draw(st.integers(0, len(line)))], *lines[at + 1 :]]
    if how == "put":
        return [*lines[:at], data.draw(st.sampled_from(WORDS)), *lines[at:]]
    if how == "move":
        rest = [*lines[:at], *lines[at + 1 :]]
        to = data.draw(st.integers(0, len(rest)))
        return [*rest[:to], line, *rest[to:]]
    if how == "end":
        return lines[: at + 1]
    where = data.draw(st.integers(0, len(line)))
    letter = data.draw(st.characters())
    return [*lines[:at], line[:where] + letter + line[where:], *lines[at + 1 :]]


@given(text=REPEATED, data=st.data())
@settings(max_examples=400, deadline=None)
def test_every_place_has_a_name_and_the_name_leads_back(text: str, data: st.DataObject) -> None:
    if not text:
        return
    places = Places(article_of(text))
    start, end = data.draw(spans_of(text))
    name = places.name(start, end)
    assert "\n" not in name
    assert "\r" not in name
    assert places.find(name) == (start, end)


@given(data=st.binary(max_size=200))
def test_what_is_no_worksheet_is_refused(data: bytes) -> None:
    with project_of(article_of("One. Two."), []) as project, pytest.raises(AnnotatorError):
        project.apply_worksheet(data)


@given(work=works(), other=works(), data=st.data())
@settings(max_examples=150, deadline=None)
def test_what_was_changed_elsewhere_since_stays_or_is_refused(
    work: tuple[Article, list[Annotation]],
    other: tuple[Article, list[Annotation]],
    data: st.DataObject,
) -> None:
    """The worksheet flags, the screen notes: on one annotation refused, on two both hold."""
    article, found = work
    found = [replace(a, note="", flagged=False) for a in found if a.layer in ("claim", "mark")]
    if not found:
        return
    with project_of(article, found) as project:
        sheet = project.worksheet(1)
        mine, theirs = data.draw(st.sampled_from(found)), data.draw(st.sampled_from(found))
        stored = {a.id: a for a in project.annotations(1)}
        noted = replace(stored[theirs.id], note="on the screen")
        project.apply(
            Batch("B" * 26, "anna", "2026-01-04", "edit", "n", (Change(stored[theirs.id], noted),))
        )
        handle = next(x for x in sheet.split("\n") if f" is {mine.id} " in x).partition(" is ")[0]
        sheet = sheet.replace(f"\n{handle}\n", f"\n{handle}\nflagged: yes\n")
        if mine.id == theirs.id:
            with pytest.raises(WorksheetError, match="was changed elsewhere since"):
                project.apply_worksheet(sheet)
            assert project.annotations(1) == [
                noted if a.id == noted.id else a for a in project.annotations(1)
            ]
            return
        applied = project.apply_worksheet(sheet)
        assert applied.kept == 1
        now = {a.id: a for a in project.annotations(1)}
        assert now[noted.id] == noted
        assert now[mine.id].flagged
