"""brat's standoff annotations (https://brat.nlplab.org/standoff.html), also in PolNeAR's layout.

A claim is an event: its trigger is the cue, its arguments are the roles (`Content2` is a second
content). A mark is a text-bound annotation of its type. Reading is in `brat_reading`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Final

from annotator.domain.exchange import Dataset, Document
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, Article, Fragment
from annotator.domain.spans import trimmed
from annotator.formats.brat_events import (
    LINE,
    TRIGGER,
    TYPE,
    Argument,
    EventLine,
    plain_arguments,
    spans_of,
)
from annotator.formats.brat_files import METADATA, read
from annotator.formats.brat_reading import (
    DISCUSS,
    EVENT,
    FLAG,
    GAP,
    MARK,
    NO_SOURCE,
    PARENT,
    Newlines,
)
from annotator.formats.support import unsupported as unheld
from annotator.formats.support.base import Format, Option, Options
from annotator.formats.support.grouping import HELD
from annotator.formats.support.jsonio import FILE_LIMIT
from annotator.formats.support.output import Names, Output, safe_name

_NAME: Final = re.compile(r"[\w-]+")
_VALUE: Final = re.compile(r"\S+")
_BREAK: Final = re.compile(r"[\r\n]+")
_LINE: Final = re.compile(r"[^\r\n\t]+")
"""What may stand in a fragment: neither a line break nor the TAB that divides brat's columns."""
_AT_BREAK: Final = re.compile(r"[^\S\r\n]")
"""White space beside a line break, which is not in the file."""
_NOTES: Final = "AnnotatorNotes"

Span = tuple[tuple[int, int], ...]
"""The ranges of a text-bound annotation, in brat's offsets."""


def _trimmed(words: str, start: int, end: int) -> tuple[int, int]:
    """A line of a span without white space where it was cut.

    That at the ends of the span itself stays: files of others have such spans.
    """
    low, high = trimmed(words, start, end)
    if low == high:
        return low, high
    return low if start else 0, high if end < len(words) else end


class _Sheet:
    """The lines of one .ann file as they are numbered."""

    def __init__(self, article: Article, losses: Losses) -> None:
        self.text = article.text
        self.newlines = Newlines(article.text)
        self.losses = losses
        self.lines: list[str] = []
        self.events: dict[str, str] = {}
        """Claim -> the id of its event."""
        self.lines_of: dict[str, EventLine] = {}
        self._claims: dict[str, Annotation] = {}
        self._named: dict[str, list[str]] = {}
        """Id of an event in the file it came from -> the claims of that id."""
        self._told: set[str] = set()
        """Claims whose parent is told by its arguments."""
        self._shared: dict[tuple[str, Span], str] = {}
        self._numbers = dict.fromkeys("TEAR#", 0)

    def _id(self, kind: str) -> str:
        self._numbers[kind] += 1
        return f"{kind}{self._numbers[kind]}"

    def _ranges(self, fragments: Iterable[Fragment], subject: str, losses: Losses) -> Span:
        """Split at line breaks and tabs, as brat's files demand; count what does not come back."""
        ranges: list[tuple[int, int]] = []
        for f in fragments:
            words = self.text[f.start : f.end]
            lines = (m.span() for m in _LINE.finditer(words))
            pieces = [(s, e) for s, e in (_trimmed(words, *line) for line in lines) if s < e]
            if not pieces:
                losses.add("span of white space alone, left out", subject)
                continue
            if pieces[0][0] or pieces[-1][1] != len(words):
                losses.add("white space at the ends of a span, trimmed", subject)
            if any(_AT_BREAK.search(words[a[1] : b[0]]) for a, b in pairwise(pieces)):
                losses.add("white space inside a span, trimmed", subject)
            ranges += [(f.start + s, f.start + e) for s, e in pieces]
            if ranges[: -len(pieces)]:
                gap = self.text[ranges[-len(pieces) - 1][1] : ranges[-len(pieces)][0]]
                if GAP.fullmatch(gap):
                    losses.add("pieces with only line breaks between them, joined", subject)
        return tuple((self.newlines.to_brat(s), self.newlines.to_brat(e)) for s, e in ranges)

    def bound(
        self,
        label: str,
        fragments: Iterable[Fragment],
        subject: str,
        *,
        shared: bool,
        counted: bool = True,
    ) -> str | None:
        """Write a T line and return its id; None when nothing of the span is left.

        Args:
            shared: Whether claims may share it.
            counted: Whether to count what does not come back; not for a span that is an argument
                as well.
        """
        ranges = self._ranges(fragments, subject, self.losses if counted else Losses())
        if not ranges:
            return None
        if shared and (label, ranges) in self._shared:
            return self._shared[label, ranges]
        id_ = self._id("T")
        view = self.newlines.view
        words = " ".join(view[s:e] for s, e in ranges)
        places = ";".join(f"{s} {e}" for s, e in ranges)
        self.lines.append(f"{id_}\t{label} {places}\t{words}")
        if shared:
            self._shared[label, ranges] = id_
        return id_

    def mark(self, annotation: Annotation) -> None:
        type_ = annotation.attributes.get("type", "")
        plain = bool(TYPE.fullmatch(type_)) and type_ != MARK
        if len({f.span for f in annotation.fragments}) > 1:
            self.losses.add("spans of one mark, joined", annotation.id)
        label = type_ if plain else MARK
        id_ = self.bound(label, annotation.fragments, annotation.id, shared=False)
        if id_ is None:
            unheld.left_out(annotation, self.losses, unheld.WITHOUT_SPAN)
            return
        unheld.count(annotation, HELD, self.losses)
        said = {"type"} if plain else set[str]()
        flag = annotation.flagged and type_ != DISCUSS
        self._properties(replace(annotation, flagged=flag), id_, said, {})

    def number(self, claims: Iterable[Annotation]) -> None:
        """Give the claims that have words their ids, so that each can be another's argument."""
        self.lines_of = {a.id: line for a in claims if (line := _line_of(a))}
        for a in claims:
            if any(self.text[f.start : f.end].strip() for f in a.fragments):
                self.events[a.id] = self._id("E")
            else:
                unheld.left_out(a, self.losses, unheld.WITHOUT_SPAN)
        self._claims = {a.id: a for a in claims}
        for id_, line in self.lines_of.items():
            self._named.setdefault(line.id, []).append(id_)

    def claim(self, annotation: Annotation) -> None:
        """Write an event with its text-bound annotations."""
        unheld.count(annotation, HELD, self.losses)
        spans: dict[tuple[str, int], list[Fragment]] = {}
        for f in annotation.fragments:
            spans.setdefault((f.role, f.span), []).append(f)
        id_ = self.events[annotation.id]
        kind, said = self._kind(annotation)
        line = self.lines_of.get(annotation.id)
        known = dict(spans_of(line.arguments)) if line else {}
        written: list[tuple[str, int]] = []
        bounds: dict[str, str] = {}
        arguments: list[str] = []

        def argue(place: tuple[str, int], argument: Argument) -> None:
            written.append(place)
            bound = self.bound(argument.kind, spans[place], annotation.id, shared=True)
            if bound is not None:
                arguments.append(f"{argument.name}:{bound}")
                bounds[f"{place[0]}{place[1] + 1 if place[1] else ''}"] = bound

        places = iter(known)
        for argument in line.arguments if line else ():
            if argument.event:
                arguments += self._event_argument(annotation, argument)
            elif (place := next(places)) in spans:
                argue(place, argument)
        rest = [f for f in annotation.fragments if (f.role, f.span) not in written]
        for argument, place in zip(
            plain_arguments(rest),
            dict.fromkeys((f.role, f.span) for f in rest if f.role != TRIGGER),
            strict=True,
        ):
            if place[0][-1].isdigit() or place[0] != place[0].lower():
                self.losses.add("role name changed", annotation.id)
            argue(place, argument)
        # brat wants a trigger: the cue, or what stands in for it when there is none.
        label = line.trigger.kind if line and line.trigger.kind != line.trigger.name else kind
        order = sorted(spans, key=lambda k: (k[0] != TRIGGER, k[0] != "cue", k[0] != "content"))
        triggers = (
            self.bound(label, spans[k], annotation.id, shared=True, counted=k[0] == TRIGGER)
            for k in order
        )
        trigger = next(filter(None, triggers))
        self.lines.append(f"{id_}\t{' '.join([f'{kind}:{trigger}', *arguments])}")
        self._properties(annotation, id_, {*said, LINE} if line else said, bounds)

    def _kind(self, annotation: Annotation) -> tuple[str, set[str]]:
        """The type of a claim's event, and the attributes that it says."""
        kind = annotation.attributes.get("event", "")
        line = self.lines_of.get(annotation.id)
        if TYPE.fullmatch(kind) or (line and kind == line.trigger.name):
            return kind, {"event"}
        if annotation.attributes.get("source_type") == "implicit":
            return NO_SOURCE, {"source_type"}
        return EVENT, set()

    def _event_argument(self, annotation: Annotation, argument: Argument) -> list[str]:
        """An event as an argument, when it is still there and still belongs here."""
        found = [id_ for id_ in self._named.get(argument.event, ()) if id_ in self.events]
        children = [id_ for id_ in found if self._claims[id_].parent == annotation.id]
        if argument.owned:
            found = children
        if len(found) != 1:
            if not argument.owned:
                self.losses.add("event that is an argument, not found again", annotation.id)
            return []
        if argument.owned:
            self._told.add(found[0])
        return [f"{argument.name}:{self.events[found[0]]}"]

    def _properties(
        self, annotation: Annotation, id_: str, said: set[str], bounds: Mapping[str, str]
    ) -> None:
        """Attributes as A lines, those with spaces and notes as # lines."""
        for name, value in sorted(annotation.attributes.items()):
            if name in said:
                continue
            place, _, own = name.partition(".")
            if place in bounds and _NAME.fullmatch(own) and _VALUE.fullmatch(value):
                name, of = own, bounds[place]
            else:
                of = id_
            # What came from such a file without a value goes without one.
            binary = value == FLAG and annotation.provenance == "imported"
            if not _NAME.fullmatch(name) or name == _NOTES:
                unheld.attributes(annotation, [name], self.losses)
            elif _VALUE.fullmatch(value):
                tail = "" if binary else f" {value}"
                self.lines.append(f"{self._id('A')}\t{name} {of}{tail}")
            else:
                self._comment(name, id_, value, annotation.id)
        if annotation.flagged:
            self.lines.append(f"{self._id('A')}\tflagged {id_}")
        if annotation.note:
            self._comment(_NOTES, id_, annotation.note, annotation.id)

    def _comment(self, kind: str, id_: str, text: str, subject: str) -> None:
        if _BREAK.search(text):
            self.losses.add("line break in a note or value", subject)
        self.lines.append(f"{self._id('#')}\t{kind} {id_}\t{_BREAK.sub(' ', text)}")

    def parent(self, child: Annotation) -> None:
        """Say which claim a claim lies in, unless that one's arguments do."""
        if child.id in self._told or child.id not in self.events or not child.parent:
            return
        if child.parent in self.events:
            ends = self.events[child.id], self.events[child.parent]
            self.lines.append(f"{self._id('R')}\t{PARENT} Arg1:{ends[0]} Arg2:{ends[1]}")
        else:
            self.losses.add("parent", child.id)


def _line_of(annotation: Annotation) -> EventLine | None:
    return EventLine.read(annotation.attributes.get(LINE, ""))


def standoff(article: Article, annotations: Iterable[Annotation], losses: Losses) -> str:
    """The .ann file of these annotations of an article."""
    sheet = _Sheet(article, losses)
    found = list(annotations)
    claims = [a for a in found if a.layer == "claim"]
    sheet.number(claims)
    for annotation in found:
        if annotation.layer == "mark":
            sheet.mark(annotation)
        elif annotation.layer != "claim":
            unheld.left_out(annotation, losses)
        elif annotation.id in sheet.events:
            sheet.claim(annotation)
    for claim in claims:
        sheet.parent(claim)
    return "".join(f"{line}\n" for line in sheet.lines)


def write(
    documents: Iterable[Document],
    dataset: Dataset,
    out: Output,
    options: Options,
    losses: Losses,
) -> None:
    """Write a folder of .txt and .ann files."""
    del dataset
    names = Names()
    polnear = options.text("layout") == "polnear"
    rows = [METADATA]
    for document in documents:
        article = document.stored
        name = names.of(article.name, article.uid)
        with out.open(f"text/{name}.txt" if polnear else f"{name}.txt") as stream:
            stream.write(article.text.encode("utf-8"))
        by_annotator: dict[str, list[Annotation]] = {}
        for a in document.annotations:
            by_annotator.setdefault(a.annotator if polnear else "", []).append(a)
        if not polnear:
            by_annotator.setdefault("", [])
            if len({a.annotator for a in document.annotations}) > 1:
                losses.add("annotators told apart (-o layout=polnear)", article.uid)
        for annotator, found in by_annotator.items():
            suffix = safe_name(annotator, "nobody")
            if polnear and suffix != annotator:
                losses.add("annotator's name changed", annotator)
            place = f"attributions/{name}_{suffix}.ann" if polnear else f"{name}.ann"
            with out.open(place) as stream:
                stream.write(standoff(article, found, losses).encode("utf-8"))
        if polnear:
            split = str(article.meta.get("split", ""))
            people = "|".join(sorted(by_annotator))
            row = (split, name, people, article.outlet, article.published, article.byline)
            rows.append((*row, article.title, article.url, article.language))
    if polnear:
        table = io.StringIO()
        csv.writer(table, dialect="excel-tab", lineterminator="\n").writerows(rows)
        with out.open("metadata.tsv") as stream:
            stream.write(table.getvalue().encode("utf-8"))


FORMAT: Final = Format(
    name="brat",
    title="brat standoff (.txt and .ann), PolNeAR",
    suffix="",
    holds="claims as events, marks as text-bound annotations, pieces, attributes, notes, flags,"
    " parents; the annotator with -o layout=polnear",
    loses="sentence and article annotations, the order of pieces across roles, line breaks at the"
    f" ends of spans, {unheld.RECORDS}",
    unit="codepoint",
    write=write,
    read=read,
    options=(
        Option(
            "layout",
            "plain",
            "NAME.txt beside NAME.ann, or text/ and attributions/ with the annotator in the name",
            ("plain", "polnear"),
        ),
        Option("annotator-from", "suffix", "who annotated: NAME_anna.ann", ("suffix", "importer")),
        FILE_LIMIT,
    ),
    text_of_card="Copy the folder into brat's `data/`; offsets are Unicode code points of the"
    " text with its line breaks normalised to one line feed.",
)
