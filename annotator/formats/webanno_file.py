"""A file of WebAnno TSV 3.2 or 3.3 taken apart: its text, spans, links and chains.

The format is in the user guide of INCEpTION, "WebAnno TSV 3.3 File format".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord
from annotator.domain.losses import Losses
from annotator.formats.cas_layers import REFERENCE_RELATION, Layers
from annotator.formats.cas_types import WORD, Wanted, short
from annotator.formats.support.linking import relation_lost
from annotator.formats.support.offsets import Utf16

_FORMAT: Final = re.compile(r"#FORMAT=WebAnno TSV 3\.[23]")
_LAYER: Final = re.compile(r"#T_(SP|RL|CH)=([^|]+)\|?(.*)")
_ROW: Final = re.compile(r"([0-9]+-[0-9]+)(\.[0-9]+)?\t([0-9]{1,9})-([0-9]{1,9})\t", re.ASCII)
_NUMBERED: Final = re.compile(r"(.*?)\[([0-9_]+)\]", re.DOTALL)
_LINKED: Final = re.compile(r"(.*)->([0-9]{1,9})-([0-9]{1,9})", re.DOTALL)
"""The label of a link of a chain, the chain, and the place of the element in it."""
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


class TsvColumn(NamedTuple):
    layer: str
    kind: str
    """value, slot (the roles of links), target (where they lead to), base (of a relation)."""
    name: str


@dataclass(slots=True, eq=False)
class Span:
    line: int
    kind: str
    start: int
    end: int
    features: dict[str, Any] = field(default_factory=dict)
    role: str = ""


class Reference(NamedTuple):
    """From one span to another, each named by its line and number."""

    line: int
    source: Span | tuple[str, str]
    target: Span | tuple[str, str]
    base: str
    role: str
    kind: str
    """The layer: of a relation its own, of a slot that of its host."""
    slot: str
    """The slot feature; empty for a relation."""
    features: dict[str, str]
    """Of a relation."""


class Element(NamedTuple):
    """A line of an element of a chain."""

    line: int
    kind: str
    place: tuple[int, int]
    chain: str
    order: int
    features: dict[str, str]


def slot_of(name: str) -> tuple[str, str]:
    """The feature and the type of its links of a column `ROLE_type:feature_linktype`."""
    feature, _, links = name.removeprefix("ROLE_").partition(":")[2].partition("_")
    # A name with underscores of its own is told by the type, which has its name space.
    if "." in links and "_" in (head := links[: links.index(".")]):
        feature += "_" + head[: head.rindex("_")]
        links = links[len(head[: head.rindex("_")]) + 1 :]
    return feature, links


def _columns(lines: Iterable[str]) -> Iterator[TsvColumn]:
    for line in lines:
        layer = _LAYER.fullmatch(line)
        if layer is None:
            raise InputError(f"{line[:40]!r} declares no layer")
        kind, name, rest = layer.groups()
        names = [n for n in rest.split("|") if n]
        if kind == "SP" and not names:
            yield TsvColumn(name, "value", "")
        for column in names:
            if kind == "CH":
                yield TsvColumn(name, "chain", column)
            elif kind == "RL":
                base = column.startswith("BT_")
                yield TsvColumn(name, *(("base", column[3:]) if base else ("role", column)))
            elif column.startswith("ROLE_"):
                yield TsvColumn(name, "slot", column)
            else:
                yield TsvColumn(name, "target" if "." in column else "value", column)


def head_and_rows(path: Path) -> tuple[list[TsvColumn], list[list[str]]]:
    """The columns that a file declares, and the cells of its rows; nothing for what is no such
    file (which its own reading will say)."""
    lines = path.read_text(encoding="utf-8-sig", errors="replace").split("\n")
    head = next((i for i, x in enumerate(lines) if i and not x.startswith("#T_")), len(lines))
    try:
        columns = list(_columns(line.removesuffix("\r") for line in lines[1:head]))
    except InputError:
        return [], []
    rows = (_ROW.match(line) for line in lines[head:])
    return columns, [row.string[row.end() :].split("\t")[1:] for row in rows if row]


class TsvFile:
    """One file while it is read."""

    def __init__(
        self, name: str, lines: list[str], wanted: Wanted, layers: Layers | None, losses: Losses
    ) -> None:
        self.name, self.lines = name, lines
        self.wanted, self.layers, self.losses = wanted, layers, losses
        self._chained: set[str] = set()
        self.text = ""
        self.bad: list[BadRecord] = []
        self.spans: list[Span] = []
        self.links: list[Reference] = []
        self.elements: list[Element] = []
        self._by_number: dict[str, Span] = {}
        self._by_line: dict[str, list[Span]] = {}
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
        layers: dict[str, list[tuple[TsvColumn, str]]] = {}
        for column, cell in zip(self.columns, cells, strict=False):
            if cell != "_":
                layers.setdefault(column.layer, []).append((column, cell))
        for layer, found in layers.items():
            kinds = {c.kind for c, _ in found}
            if kinds & {"base", "role"}:
                self._relations(number, id_, layer, found)
            elif "chain" in kinds and self.layers and layer in self.layers:
                self._elements(number, layer, (start, end), found)
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

    def _elements(
        self, line: int, layer: str, place: tuple[int, int], found: list[tuple[TsvColumn, str]]
    ) -> None:
        """The elements of chains that have a part in this row; links say which they are."""
        stacks = [(column.name, parted(cell, "|")) for column, cell in found]
        for i in range(max(len(values) for _, values in stacks)):
            values = {name: v[i] for name, v in stacks if i < len(v)}
            link = _LINKED.fullmatch(values.pop(REFERENCE_RELATION, ""))
            if link is None:
                self._note(line, f"the element of a {short(layer)} has no place in its chain")
                continue
            features = {name: numbered(value)[0] for name, value in values.items()}
            features[REFERENCE_RELATION] = link[1]
            said = {n: unescape_value(v) for n, v in features.items() if v not in ("*", "_")}
            self.elements.append(Element(line, layer, place, link[2], int(link[3]), said))

    def _stacked(
        self,
        line: int,
        id_: str,
        layer: str,
        place: tuple[int, int],
        found: list[tuple[TsvColumn, str]],
    ) -> None:
        """The spans of a layer that have a part in this row."""
        stacks = [(column, parted(cell, "|")) for column, cell in found]
        for i in range(max(len(values) for _, values in stacks)):
            values = {c: v[i] for c, v in stacks if i < len(v)}
            marked = {c: numbered(v) for c, v in values.items() if c.kind != "target"}
            number = next((n for _, n in marked.values() if n), "")
            span = self._by_number.get(number) if number else None
            if span is None:
                span = Span(line, layer, *place)
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
        host: Span,
        values: dict[TsvColumn, str],
        marked: dict[TsvColumn, tuple[str, str]],
    ) -> None:
        roles: list[str] = []
        slot = ""
        for column, value in values.items():
            if column.kind == "slot":
                roles = parted(marked[column][0], ";")
                slot = slot_of(column.name)[0]
            elif column.kind == "target":
                targets = [] if value in ("_", "*") else parted(value, ";")
                for role, target in zip(roles, targets, strict=False):
                    known = unescape_value(role) if role not in ("_", "*") else ""
                    said = {"role": known} if known else {}
                    known = known or column.name.partition(":")[0]
                    ends = host, numbered(target), column.name
                    self.links.append(Reference(line, *ends, known, host.kind, slot, said))

    def _relations(
        self, line: int, id_: str, layer: str, found: list[tuple[TsvColumn, str]]
    ) -> None:
        said = {c.name: parted(cell, "|") for c, cell in found if c.kind == "role"}
        for column, cell in found:
            if column.kind == "base":
                for i, value in enumerate(parted(cell, "|")):
                    place, ids = numbered(value)
                    source, _, target = ids.partition("_")
                    # 0 stands for "has no number".
                    ends = (place, source.lstrip("0")), (id_, target.lstrip("0"))
                    here = {n: v[i] for n, v in said.items() if i < len(v) and v[i] != "*"}
                    features = {n: unescape_value(v) for n, v in here.items()}
                    kind = next(iter(features.values()), short(layer))
                    self.links.append(
                        Reference(line, *ends, column.name, kind, layer, "", features)
                    )

    def resolved(self) -> Iterator[tuple[Reference, Span, Span]]:
        """The links with the spans at their ends; those of words, or of no layer read, counted."""
        for link in self.links:
            source, target = self.ends(link)
            where = f"{self.name}:{link.line}"
            if source is None or target is None:
                relation_lost(link.role, self.losses, where, "of words without a span")
            elif not (self.wanted(source.kind) and self.wanted(target.kind)):
                relation_lost(link.role, self.losses, where)
            else:
                yield link, source, target

    def ends(self, link: Reference) -> tuple[Span | None, Span | None]:
        """The spans at the ends of a link; None for one that is not there."""
        base = "" if link.slot and not isinstance(link.source, Span) else link.base
        return self._end(link.source, base), self._end(link.target, link.base)

    def _end(self, end: Span | tuple[str, str], base: str) -> Span | None:
        if isinstance(end, Span):
            return end
        place, number = end
        if number:
            return self._by_number.get(number)
        here = self._by_line.get(place, [])
        # A relation between words (dependencies) is none between the spans that lie there.
        other = None if base == WORD else next(iter(here), None)
        return next((s for s in here if s.kind == base), other)
