"""Reading brat's standoff: events become claims, other text-bound annotations become marks.

Written for corpora as they are: offsets of texts with carriage returns are counted in either way
(the one that fits the words is taken), and a text column may run over several lines.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord
from annotator.domain.losses import Losses
from annotator.domain.model import SPAN_ROLE, Annotation, Fragment
from annotator.formats.brat_events import (
    LINE,
    OWNED,
    SHARED,
    TRIGGER,
    TYPE,
    Argument,
    EventLine,
    plain_arguments,
    spans_of,
)

EVENT: Final = "Attribution"
NO_SOURCE: Final = "Attribution-no-source"
DISCUSS: Final = "Discuss"
"""PolNeAR's label for what the annotators wanted to talk over: a flag."""
MARK: Final = "Mark"
PARENT: Final = "Parent"
_LINE: Final = re.compile(r"(?:[TEARMN]\d+|#\d*|\*)\t")
_TARGET: Final = re.compile(r"[TE]\d+")
_UNHELD: Final = {"R": "relation", "N": "normalisation", "*": "group"}
FLAG: Final = "yes"
"""The value of an attribute that has none in the file."""

Ranges = tuple[tuple[int, int], ...]
GAP: Final = re.compile(r"\s*[\r\n\t]\s*")
"""What lies between two fragments that are one piece: a fragment holds no line break and no TAB."""


class Newlines:
    """Between offsets of the stored text and of the text as brat sees it.

    brat opens texts with universal newlines: a carriage return with a line feed counts as one.
    """

    def __init__(self, text: str) -> None:
        self.view = text.replace("\r\n", "\n").replace("\r", "\n")
        # Where the second half of each CRLF lies in the stored text.
        self._dropped = [m.start() + 1 for m in re.finditer("\r\n", text)] if "\r" in text else []
        self._after = [at - i for i, at in enumerate(self._dropped)]

    def to_brat(self, offset: int) -> int:
        """An offset of the stored text as one of brat's."""
        return offset - bisect_left(self._dropped, offset) if self._dropped else offset

    def from_brat(self, offset: int) -> int:
        """The other way round; never between the halves of a CRLF."""
        return offset + bisect_right(self._after, offset) if self._dropped else offset


@dataclass(slots=True)
class _Bound:
    """A T line."""

    id: str
    label: str
    ranges: Ranges
    words: str
    used: bool = False


class _Event(NamedTuple):
    """An E line: its type, its trigger, and the name and target of each argument."""

    kind: str
    trigger: str
    arguments: list[tuple[str, str]]


class BratText:
    """One .ann file over its text."""

    def __init__(self, text: str, lines: Iterable[str], where: str, losses: Losses) -> None:
        self.text, self.where = text, where
        self.bounds: dict[str, _Bound] = {}
        self.bad: list[BadRecord] = []
        self.losses = losses
        self.made: dict[str, Annotation] = {}
        self._events: dict[str, _Event] = {}
        self._triggered: dict[str, list[str]] = {}
        """Trigger -> its events."""
        self._parents: dict[str, str] = {}
        """Event -> the event that it is an argument of."""
        self._owner: dict[str, tuple[str, str]] = {}
        """Text-bound annotation -> the first event that uses it, and what it is there."""
        rows = [line.split("\t", 2) for line in lines]
        for row in rows:
            if row[0][0] == "T":
                self._guard(self._bound, row)
        self._place()
        for row in rows:
            if row[0][0] == "E":
                self._guard(self._event, row)
        for id_, event in self._events.items():
            self._triggered.setdefault(event.trigger, []).append(id_)
        arguments = (to for event in self._events.values() for _, to in event.arguments)
        self._referred = {to for to in arguments if to[0] == "E"}
        for id_, event in self._events.items():
            self._claim(id_, event)
        for bound in self.bounds.values():
            if not bound.used:
                self._mark(bound)
        for row in rows:
            if row[0][0] not in "TE":
                self._guard(self._property, row)

    def _guard(self, do: Callable[[list[str]], None], row: list[str]) -> None:
        try:
            do(row)
        except (InputError, ValueError) as error:
            self.bad.append(BadRecord(f"{self.where}: {row[0]}", str(error)))

    def _bound(self, row: list[str]) -> None:
        if row[0] in self.bounds:
            raise InputError("stands twice")
        label, _, places = row[1].partition(" ")
        ranges = tuple((int(s), int(e)) for s, e in (p.split() for p in places.split(";")))
        self.bounds[row[0]] = _Bound(row[0], label, ranges, row[2] if len(row) > 2 else "")

    def _place(self) -> None:
        """Turn the ranges into ours, and drop the T lines whose words are not there."""
        newlines = Newlines(self.text)
        if "\r" in self.text:
            fits = sum(self._fits(b.ranges, b.words, newlines.view) for b in self.bounds.values())
            raw = sum(self._fits(b.ranges, b.words, self.text) for b in self.bounds.values())
            if raw > fits:
                newlines = Newlines("")
                newlines.view = self.text
        for bound in list(self.bounds.values()):
            if not self._fits(bound.ranges, bound.words, newlines.view):
                found = " ".join(newlines.view[s:e] for s, e in bound.ranges)
                self.bad.append(
                    BadRecord(
                        f"{self.where}: {bound.id}",
                        f"{bound.words[:60]!r} does not stand at {bound.ranges}: {found[:60]!r}",
                    )
                )
                del self.bounds[bound.id]
                continue
            pairs = [(newlines.from_brat(s), newlines.from_brat(e)) for s, e in bound.ranges]
            bound.ranges = self._joined(pairs)

    @staticmethod
    def _fits(ranges: Ranges, words: str, view: str) -> bool:
        if not all(0 <= s < e <= len(view) for s, e in ranges):
            return False
        found = " ".join(view[s:e] for s, e in ranges)
        return not words.strip() or found.split() == words.split()

    def _joined(self, pairs: list[tuple[int, int]]) -> Ranges:
        """Unite what was split at line breaks, or at tabs, and trimmed there."""
        out: list[tuple[int, int]] = []
        for start, end in pairs:
            if out and out[-1][1] < start and GAP.fullmatch(self.text[out[-1][1] : start]):
                out[-1] = (out[-1][0], end)
            else:
                out.append((start, end))
        return tuple(out)

    def _event(self, row: list[str]) -> None:
        """Take an E line apart; its claim is made when every event is known."""
        parts = [part.rpartition(":") for part in row[1].split()]
        if not parts or any(not name or not _TARGET.fullmatch(to) for name, _, to in parts):
            raise InputError(f"cannot be read: {row[1][:80]!r}")
        (kind, _, trigger), *rest = parts
        arguments = [(name, to) for name, _, to in rest]
        missing = [to for _, to in ((kind, trigger), *arguments) if to[0] == "T"]
        missing = [to for to in missing if to not in self.bounds]
        if trigger[0] != "T" or missing:
            raise InputError(f"{missing[0] if missing else trigger} is not there, or is wrong")
        if row[0] in self._events:
            raise InputError("stands twice")
        self._events[row[0]] = _Event(kind, trigger, arguments)

    def _claim(self, id_: str, event: _Event) -> None:
        arguments: list[Argument] = []
        for name, target in event.arguments:
            if target[0] == "T":
                arguments.append(Argument(name, self.bounds[target].label))
            elif target in self._events:
                mark = OWNED if self._adopt(target, id_) else SHARED
                arguments.append(Argument(name, mark + target))
            else:
                self.bad.append(BadRecord(f"{self.where}: {id_}", f"{target} is not there"))
        bounds = [self.bounds[to] for _, to in event.arguments if to[0] == "T"]
        fragments: list[Fragment] = []
        spans: dict[str, Ranges] = {}
        for ((role, span), _), bound in zip(spans_of(arguments), bounds, strict=True):
            spans.setdefault(role, bound.ranges)
            fragments += [Fragment(role, s, e, span) for s, e in bound.ranges]
            self._use(bound, id_, f"{role}{span + 1 if span else ''}")
        trigger = self.bounds[event.trigger]
        stand_in = spans.get("cue") or spans.get("content") or next(iter(spans.values()), None)
        if trigger.ranges != stand_in:
            fragments += [Fragment(TRIGGER, s, e) for s, e in trigger.ranges]
        self._use(trigger, id_, "")
        attributes = {"event": event.kind}
        if event.kind == NO_SOURCE:
            attributes = {"source_type": "implicit"}
        elif event.kind == EVENT:
            attributes = {}
        line = EventLine(id_, Argument(event.kind, trigger.label), tuple(arguments))
        plain = event.kind == trigger.label and TYPE.fullmatch(event.kind)
        if id_ in self._referred or not plain or arguments != plain_arguments(fragments):
            attributes[LINE] = str(line)
        self._add(id_, "claim", fragments, attributes)

    def _adopt(self, child: str, parent: str) -> bool:
        """Make an event the child of another, unless it has a parent or is above that one."""
        above: str | None = parent
        while above is not None and above != child:
            above = self._parents.get(above)
        if above == child or child in self._parents:
            return False
        self._parents[child] = parent
        return True

    def _use(self, bound: _Bound, event: str, place: str) -> None:
        bound.used = True
        self._owner.setdefault(bound.id, (event, place))

    def _mark(self, bound: _Bound) -> None:
        fragments = [Fragment(SPAN_ROLE, s, e) for s, e in bound.ranges]
        self._add(bound.id, "mark", fragments, {} if bound.label == MARK else {"type": bound.label})
        if bound.label == DISCUSS:
            self.made[bound.id] = replace(self.made[bound.id], flagged=True)

    def _add(
        self, id_: str, layer: str, fragments: list[Fragment], attributes: dict[str, str]
    ) -> None:
        if id_ in self.made:
            raise InputError("stands twice")
        self.made[id_] = Annotation(
            id=id_,
            layer="claim" if layer == "claim" else "mark",
            article="",
            annotator="",
            fragments=tuple(fragments),
            attributes=attributes,
            provenance="imported",
        )

    def _property(self, row: list[str]) -> None:
        kind = row[0][0]
        head = row[1].split(" ", 2)
        if kind in "AM":
            self._attribute(head[0], head[1] if len(head) > 1 else "", " ".join(head[2:]))
        elif kind == "#":
            target = self._target(head[1] if len(head) > 1 else "")
            text = row[2] if len(row) > 2 else " ".join(head[2:])
            if target != head[1] and self._owner[head[1]][1]:
                self.losses.add("note on a span, now on its claim", f"{self.where}: {row[0]}")
            if head[0] == "AnnotatorNotes":
                old = self.made[target]
                self.made[target] = replace(old, note="\n".join(n for n in (old.note, text) if n))
            else:
                self._set(target, head[0], text)
        elif kind == "R" and head[0] == PARENT and len(head) == 3:
            child, parent = (a.partition(":")[2] for a in head[1:])
            child, parent = self._target(child), self._target(parent)
            self.made[child] = replace(self.made[child], parent=parent)
        elif kind in _UNHELD:
            self.losses.add(f"{_UNHELD[kind]} {head[0]}", f"{self.where}: {row[0]}")
        else:
            raise InputError(f"{row[1][:60]!r} is no line of brat and cannot be held")

    def _target(self, id_: str) -> str:
        """What a property is about: the event itself, or the one that a T line belongs to."""
        id_ = id_ if id_ in self.made else self._owner.get(id_, (id_, ""))[0]
        if id_ not in self.made:
            raise InputError(f"{id_ or 'its target'} is not there, or is wrong")
        return id_

    def _attribute(self, name: str, id_: str, value: str) -> None:
        target = self._target(id_)
        place = self._owner.get(id_, ("", ""))[1] if target != id_ else ""
        if target != id_ and not place:  # a trigger speaks for all of its events
            for event in self._triggered.get(id_, ()):
                self._set(event, name, value or FLAG)
            return
        if place:  # of an argument, not of the event
            self._set(target, f"{place}.{name}", value or FLAG)
        elif name == "flagged" and not value:
            self.made[target] = replace(self.made[target], flagged=True)
        else:
            self._set(target, name, value or "yes")

    def _set(self, target: str, name: str, value: str) -> None:
        if name in self.made[target].attributes:
            raise InputError(f"a second {name!r} for {target}")
        self.made[target] = self.made[target].with_attribute(name, value)

    def annotations(self) -> Iterator[Annotation]:
        """The claims and marks; call it once."""
        for id_, annotation in self.made.items():
            parent = self._parents.get(id_)
            yield annotation if annotation.parent else replace(annotation, parent=parent)


def logical_lines(content: str) -> Iterator[str]:
    """Lines by their ids: what does not begin with one goes on from the line before."""
    line = ""
    for piece in content.split("\n"):
        if _LINE.match(piece):
            if line:
                yield line.rstrip("\n")
            line = piece.removesuffix("\r")
        elif line:
            line += "\n" + piece
        elif piece.strip():
            yield f"?\t{piece}"
    if line:
        yield line.rstrip("\n")
