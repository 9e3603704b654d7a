"""Reads WebAnno TSV 3.2 and 3.3: ours, WebAnno's, INCEpTION's.

Span layers become pieces of claims or marks, as in UIMA files; what slot features and relations
tie together is one claim. Chains, relations between words and layers of linguistic analysis are
counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Document, Item
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, ArticleDraft
from annotator.formats.cas_types import (
    FLAGGED,
    FURTHER_TYPES,
    NUMBERS,
    SPAN,
    WORD,
    Wanted,
    read_piece,
    short,
)
from annotator.formats.support.base import Options
from annotator.formats.support.grouping import claims_from_pieces
from annotator.formats.support.jsonio import FILE_LIMIT, MEGABYTE
from annotator.formats.support.linking import Link, relation_lost
from annotator.formats.support.offsets import Utf16
from annotator.formats.support.piece import CLAIM_ROLES, Piece

_FORMAT: Final = re.compile(r"#FORMAT=WebAnno TSV 3\.[23]")
_LAYER: Final = re.compile(r"#T_(SP|RL|CH)=([^|]+)\|?(.*)")
_ROW: Final = re.compile(r"([0-9]+-[0-9]+)(\.[0-9]+)?\t([0-9]{1,9})-([0-9]{1,9})\t", re.ASCII)
_NUMBERED: Final = re.compile(r"(.*?)\[([0-9_]+)\]", re.DOTALL)
_ESCAPED: Final = re.compile(r"\\(->|.)", re.DOTALL)
_WIDEST_GAP: Final = 1 << 20
"""UTF-16 units between two sentences; a file that claims more is refused, not filled up."""
_CONTROLS: Final = {"t": "\t", "n": "\n", "f": "\f", "r": "\r", "b": "\b"}


def unescape_text(text: str) -> str:
    """What stands after `#Text=` as it was."""
    return re.sub(r"\\([tnfrb\\\x00-\x07\x0e-\x1f])", lambda m: _CONTROLS.get(m[1], m[1]), text)


def unescape_value(value: str) -> str:
    """A value of a column as it was."""
    return _ESCAPED.sub(lambda m: {"t": "\t", "n": "\n"}.get(m[1], m[1]), value)


def parted(cell: str, separator: str) -> list[str]:
    """A cell at its separators, without those that are escaped."""
    out, at = [], 0
    for found in re.finditer(rf"\\.|{re.escape(separator)}", cell, re.DOTALL):
        if found[0] == separator:
            out.append(cell[at : found.start()])
            at = found.end()
    return [*out, cell[at:]]


def numbered(value: str) -> tuple[str, str]:
    """A value without its number in brackets, and the number ("" for none)."""
    found = _NUMBERED.fullmatch(value)
    # A bracket that is part of the value is escaped.
    if found is None or (len(found[1]) - len(found[1].rstrip("\\"))) % 2:
        return value, ""
    return found[1], found[2]


class _Column(NamedTuple):
    layer: str
    kind: str
    """value, slot (the roles of links), target (where they lead to), base (of a relation)."""
    name: str


@dataclass(slots=True, eq=False)
class _Span:
    line: int
    kind: str
    start: int
    end: int
    features: dict[str, Any] = field(default_factory=dict)
    role: str = ""


class _Link(NamedTuple):
    """From one span to another, each named by its line and number."""

    line: int
    source: _Span | tuple[str, str]
    target: _Span | tuple[str, str]
    base: str
    role: str


def _columns(lines: Iterable[str]) -> Iterator[_Column]:
    for line in lines:
        layer = _LAYER.fullmatch(line)
        if layer is None:
            raise InputError(f"{line[:40]!r} declares no layer")
        kind, name, rest = layer.groups()
        names = [n for n in rest.split("|") if n]
        if kind == "SP" and not names:
            yield _Column(name, "value", "")
        for column in names:
            if kind == "CH":
                yield _Column(name, "chain", column)
            elif kind == "RL":
                base = column.startswith("BT_")
                yield _Column(name, *(("base", column[3:]) if base else ("role", column)))
            elif column.startswith("ROLE_"):
                yield _Column(name, "slot", column)
            else:
                yield _Column(name, "target" if "." in column else "value", column)


class _File:
    """One file while it is read."""

    def __init__(self, name: str, lines: list[str], wanted: Wanted, losses: Losses) -> None:
        self.name, self.lines = name, lines
        self.wanted, self.losses = wanted, losses
        self._chained: set[str] = set()
        self.text = ""
        self.bad: list[BadRecord] = []
        self.spans: list[_Span] = []
        self.links: list[_Link] = []
        self._by_number: dict[str, _Span] = {}
        self._by_line: dict[str, list[_Span]] = {}
        head = next((i for i, x in enumerate(lines) if i and not x.startswith("#T_")), len(lines))
        if not _FORMAT.fullmatch(lines[0]):
            raise InputError(f"{lines[0][:40]!r} is not the first line of WebAnno TSV 3.2 or 3.3")
        self.columns = list(_columns(lines[1:head]))
        self._body(head)

    def _body(self, at: int) -> None:
        """Read sentences and rows; the text first needs the place of each sentence's first row."""
        waiting: list[str] = []
        parts: list[str] = []
        size = 0
        rows: list[tuple[int, re.Match[str]]] = []
        for number, line in enumerate(self.lines[at:], start=at + 1):
            if line.startswith("#"):
                if line.startswith("#Text="):
                    waiting.append(unescape_text(line[6:]))
            elif line:
                row = _ROW.match(line)
                if row is None or line.count("\t") < 2 + len(self.columns):
                    self._note(number, "is no row of these columns")
                    continue
                if waiting:
                    gap = int(row[3]) - size
                    if not 0 <= gap <= _WIDEST_GAP:
                        raise InputError(f"line {number}: a sentence cannot begin at {row[3]}")
                    # What lay between sentences is not told; INCEpTION fills it in like this.
                    parts.append(("\n" if parts and gap else "").ljust(gap))
                    parts.append("\n".join(waiting))
                    size += gap + len(parts[-1].encode("utf-16-le")) // 2
                    waiting = []
                rows.append((number, row))
        self.text = "".join(parts)
        units = Utf16(self.text)
        for number, row in rows:
            self._row(number, row, units)

    def _note(self, line: int, message: str) -> None:
        self.bad.append(BadRecord(f"{self.name}:{line}", message))

    def _row(self, number: int, row: re.Match[str], units: Utf16) -> None:
        start, end = units.code_points(int(row[3])), units.code_points(int(row[4]))
        words, *cells = self.lines[number - 1][row.end() :].split("\t")
        if self.text[start:end] != words and self.text[start:end] != unescape_text(words):
            told = f"[{row[3]}, {row[4]}) is {self.text[start:end][:40]!r} in the text"
            self._note(number, f"{told}, not {words[:40]!r}")
            return
        id_ = row[1] + (row[2] or "")
        layers: dict[str, list[tuple[_Column, str]]] = {}
        for column, cell in zip(self.columns, cells, strict=False):
            if cell != "_":
                layers.setdefault(column.layer, []).append((column, cell))
        for layer, found in layers.items():
            kinds = {c.kind for c, _ in found}
            if kinds & {"base", "role"}:
                self._relations(number, id_, layer, found)
            elif "chain" in kinds:
                self._chain(number, layer, found[0][1])
            else:
                self._stacked(number, id_, layer, (start, end), found)

    def _chain(self, line: int, layer: str, cell: str) -> None:
        """Count the elements of chains; one over several words has a number."""
        for value in parted(cell, "|"):
            numbered_ = numbered(value)[1]
            if not numbered_ or f"{layer}{numbered_}" not in self._chained:
                self.losses.add(f"element of the chain {short(layer)}", f"{self.name}:{line}")
            self._chained.add(f"{layer}{numbered_}")

    def _stacked(
        self,
        line: int,
        id_: str,
        layer: str,
        place: tuple[int, int],
        found: list[tuple[_Column, str]],
    ) -> None:
        """The spans of a layer that have a part in this row."""
        stacks = [(column, parted(cell, "|")) for column, cell in found]
        for i in range(max(len(values) for _, values in stacks)):
            values = {c: v[i] for c, v in stacks if i < len(v)}
            marked = {c: numbered(v) for c, v in values.items() if c.kind != "target"}
            number = next((n for _, n in marked.values() if n), "")
            span = self._by_number.get(number) if number else None
            if span is None:
                span = _Span(line, layer, *place)
                self.spans.append(span)
                if number:
                    self._by_number[number] = span
                for column, (value, _) in marked.items():
                    if column.kind == "value" and column.name and value != "*":
                        span.features[column.name] = unescape_value(value)
                self._slots(line, span, values, marked)
            span.end = place[1]
            self._by_line.setdefault(id_, []).append(span)

    def _slots(
        self,
        line: int,
        host: _Span,
        values: dict[_Column, str],
        marked: dict[_Column, tuple[str, str]],
    ) -> None:
        roles: list[str] = []
        for column, value in values.items():
            if column.kind == "slot":
                roles = parted(marked[column][0], ";")
            elif column.kind == "target":
                targets = [] if value in ("_", "*") else parted(value, ";")
                for role, target in zip(roles, targets, strict=False):
                    known = unescape_value(role) if role not in ("_", "*") else ""
                    known = known or column.name.partition(":")[0]
                    self.links.append(_Link(line, host, numbered(target), column.name, known))

    def _relations(self, line: int, id_: str, layer: str, found: list[tuple[_Column, str]]) -> None:
        said = [parted(cell, "|") for column, cell in found if column.kind == "role"]
        for column, cell in found:
            if column.kind == "base":
                for i, value in enumerate(parted(cell, "|")):
                    place, ids = numbered(value)
                    source, _, target = ids.partition("_")
                    # 0 stands for "has no number".
                    ends = (place, source.lstrip("0")), (id_, target.lstrip("0"))
                    kinds = [unescape_value(v[i]) for v in said if i < len(v) and v[i] != "*"]
                    kind = next(iter(kinds), short(layer))
                    self.links.append(_Link(line, *ends, column.name, kind))

    def resolved(self) -> Iterator[tuple[_Link, _Span, _Span]]:
        """The links with the spans at their ends; those of words, or of no layer read, counted."""
        for link in self.links:
            source, target = self._end(link.source, link.base), self._end(link.target, link.base)
            where = f"{self.name}:{link.line}"
            if source is None or target is None:
                relation_lost(link.role, self.losses, where, "of words without a span")
            elif not (self.wanted(source.kind) and self.wanted(target.kind)):
                relation_lost(link.role, self.losses, where)
            else:
                yield link, source, target

    def _end(self, end: _Span | tuple[str, str], base: str) -> _Span | None:
        if isinstance(end, _Span):
            return end
        place, number = end
        if number:
            return self._by_number.get(number)
        here = self._by_line.get(place, [])
        # A relation between words (dependencies) is none between the spans that lie there.
        other = None if base == WORD else next(iter(here), None)
        return next((s for s in here if s.kind == base), other)


def _name_roles(links: Iterable[tuple[_Link, _Span, _Span]]) -> None:
    """Slots say what their target is; what has such slots is the content of a claim."""
    for link, source, target in links:
        if link.role.lower() in CLAIM_ROLES:
            target.role = target.role or link.role.lower()
            source.role = source.role or "content"


def _typed(span: _Span) -> dict[str, Any]:
    """The features of our own type as what they are; InputError for a number that is none."""
    features: dict[str, Any] = dict(span.features)
    if span.kind == SPAN:
        for name in NUMBERS:
            value = features.get(name, "0")
            if not re.fullmatch("[0-9]{1,9}", value):
                raise InputError(f"{name} {value[:20]!r} is not a number")
            if name in features:
                features[name] = int(value)
        features[FLAGGED] = features.get(FLAGGED) == "true"
    return features


def _annotations(file: _File) -> Iterator[Annotation]:
    links = list(file.resolved())
    _name_roles(links)
    groups: dict[str, list[Piece]] = {}
    places: dict[_Span, tuple[str, int]] = {}
    for span in file.spans:
        where = f"{file.name}:{span.line}"
        if not file.wanted(span.kind):
            file.losses.add(f"layer {span.kind} (-o types={span.kind})", where)
            continue
        if span.start == span.end:
            file.losses.add(f"{short(span.kind)} of no words", where)
            continue
        group = groups.setdefault(span.features.get("annotator", ""), [])
        place, size = (span.start, span.end), len(file.text)
        try:
            piece = read_piece(span.kind, _typed(span), place, size, len(group), where, span.role)
        except (InputError, ValueError) as error:
            file.bad.append(BadRecord(where, str(error).removeprefix(f"{where}: ")))
            continue
        places[span] = span.features.get("annotator", ""), len(group)
        group.append(piece)
    joined: dict[str, list[Link]] = {}
    for link, source, target in links:
        (who, one), (other_who, other) = places.get(source, ("", -1)), places.get(target, ("", -1))
        if who == other_who and one >= 0 and other >= 0:
            joined.setdefault(who, []).append(Link(one, other, link.role))
        else:
            relation_lost(link.role, file.losses, f"{file.name}:{link.line}")
    for who, group in sorted(groups.items()):
        yield from claims_from_pieces(group, who, file.losses, joined.get(who, ()), file.name)


def read(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read a file, or every .tsv file of a folder; each wrong line is a BadRecord.

    A file whose lines do not fit its text is given up as a whole: nothing says which of its
    offsets are right.
    """
    files = sorted(path.rglob("*.tsv")) if path.is_dir() else [path]
    if not files:
        raise InputError(f"{path}: no .tsv files")
    limit = options.number(FILE_LIMIT.name) * MEGABYTE
    wanted = Wanted(options.names(FURTHER_TYPES.name))
    for place in files:
        try:
            if place.stat().st_size > limit:
                raise InputError(f"larger than {limit // MEGABYTE} MB (-o max-file-mb=N)")
            content = place.read_bytes().removeprefix(b"\xef\xbb\xbf").decode("utf-8")
            lines = content.split("\n")
            if lines[0].endswith("\r"):  # saved by a program that changes line breaks
                lines = [line.removesuffix("\r") for line in lines]
            file = _File(place.name, lines, wanted, losses)
        except UnicodeDecodeError as error:
            yield BadRecord(place.name, f"not UTF-8 at byte {error.start}")
            continue
        except InputError as error:
            yield BadRecord(place.name, error.message)
            continue
        if file.bad:
            yield from file.bad
            continue
        annotations = tuple(_annotations(file))
        yield from file.bad
        yield Document(ArticleDraft(text=file.text, name=place.stem), annotations, place.name)
