"""Reading brat's standoff: events become claims, other text-bound annotations marks.

R lines and those of equals (`*`) are relations, where both ends are annotations here.

Written for corpora as they are: offsets of texts with carriage returns are counted in either way
(the one that fits the words is taken), and a text column may run over several lines.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord
from annotator.domain.losses import Losses
from annotator.domain.model import RELATION_TYPE, SPAN_ROLE, Annotation, Fragment, Layer
from annotator.formats.brat_events import (
    LINE,
    OWNED,
    SHARED,
    TRIGGER,
    TYPE,
    Argument,
    EventLine,
    places,
    plain_arguments,
    role_of,
    spans_of,
)
from annotator.formats.brat_layers import (
    CLAIM_EVENT,
    COMMENTED,
    EQUIV,
    NORMALISED,
    attribute_name,
    label_of,
    prefixed,
)
from annotator.formats.brat_lines import GAP, Ranges, as_counted
from annotator.formats.support.linking import relation_lost
from annotator.formats.support.span_layers import ENTITY

NO_SOURCE: Final = "Attribution-no-source"
DISCUSS: Final = "Discuss"
"""PolNeAR's label for what the annotators wanted to talk over: a flag."""
MARK: Final = "Mark"
PARENT: Final = "Parent"
_TARGET: Final = re.compile(r"[TE]\d+")
PLAIN_ENDS: Final = ("Arg1", "Arg2")
"""What brat calls the ends of a relation, unless its configuration names them."""
_ASIDE: Final = {"A": "a label", "M": "a label", "N": "a normalisation", "#": "a comment"}
"""What a comment can be about that is no annotation here -> what it is."""
_SAID: Final = {"#": "comment", "N": "normalisation", "A": "attribute", "M": "attribute"}
FLAG: Final = "yes"
"""The value of an attribute that has none in the file."""


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
    """One .ann file over its text.

    Args:
        layers: Read spans as the layers of a scheme (see `brat_layers`).
    """

    def __init__(
        self,
        text: str,
        lines: Iterable[str],
        where: str,
        losses: Losses,
        *,
        layers: bool = False,
    ) -> None:
        self.text, self.where, self.layers = text, where, layers
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
        self.lost: set[str] = set()
        """Relations, and spans of no words, that are counted; what is said of one goes with it."""
        self.equal: set[str] = set()
        """Relations in lines of equals."""
        self.bare: set[tuple[str, str]] = set()
        """(layer, attribute) of those that stand without a value."""
        self.valued: set[tuple[str, str]] = set()
        """(layer, attribute) of those whose value is what stands for one without."""
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
        self._kept = self._more_than_arguments(rows) if layers else set[str]()
        for id_, event in self._events.items():
            self._claim(id_, event)
        for bound in self.bounds.values():
            if not bound.used:
                self._mark(bound)
        for row in rows:
            if row[0][0] in "R*":
                self._guard(self._relation, row)
        for row in rows:
            if row[0][0] not in "TER*":
                self._guard(self._property, row)

    def _more_than_arguments(self, rows: list[list[str]]) -> set[str]:
        """The text-bound annotations of which an event does not say all."""
        kept: set[str] = set()
        for row in rows:
            words = row[1].split()
            if row[0][0] in "R*":
                kept |= {word.rpartition(":")[2] for word in words[1:]}
            elif row[0][0] not in "TE":
                kept |= set(words[1:2])
        for event in self._events.values():
            for name, to in event.arguments:
                if to[0] == "T" and places([name])[0][0] != role_of(self.bounds[to].label):
                    kept.add(to)
        # One that stands beside its like would be taken for it.
        alike = Counter((b.label, b.ranges) for b in self.bounds.values())
        return kept | {b.id for b in self.bounds.values() if alike[b.label, b.ranges] > 1}

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
        words = row[2] if len(row) > 2 else ""
        if not words.strip() and all(s == e for s, e in ranges):
            self.losses.add(f"span {label} of no words", f"{self.where}: {row[0]}")
            self.lost.add(row[0])
            return
        self.bounds[row[0]] = _Bound(row[0], label, ranges, words)

    def _place(self) -> None:
        """Turn the ranges into ours, and drop the T lines whose words are not there."""
        bounds = list(self.bounds.values())
        placed = as_counted(self.text, [(b.ranges, b.words) for b in bounds])
        for bound, (ranges, fits) in zip(bounds, placed, strict=True):
            if fits:
                bound.ranges = self._joined(ranges)
                continue
            found = " ".join(self.text[s:e] for s, e in ranges)
            self.bad.append(
                BadRecord(
                    f"{self.where}: {bound.id}",
                    f"{bound.words[:60]!r} does not stand at {bound.ranges}: {found[:60]!r}",
                )
            )
            del self.bounds[bound.id]

    def _joined(self, pairs: Ranges) -> Ranges:
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
        arguments = [(name, to) for name, _, to in rest if to not in self.lost]
        for name in (name for name, _, to in rest if to in self.lost):
            self.losses.add(f"argument {name} of no words", f"{self.where}: {row[0]}")
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
        if event.kind == NO_SOURCE and not self.layers:
            attributes = {"source_type": "implicit"}
        elif event.kind == CLAIM_EVENT and not self.layers:
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
        if bound.id in self._kept:
            return
        bound.used = True
        self._owner.setdefault(bound.id, (event, place))

    def _mark(self, bound: _Bound) -> None:
        role = ENTITY if self.layers else SPAN_ROLE
        fragments = [Fragment(role, s, e) for s, e in bound.ranges]
        plain = bound.label == MARK and not self.layers
        label = label_of(bound.label) if self.layers else bound.label
        self._add(bound.id, "mark", fragments, {} if plain else {"type": label})
        if bound.label == DISCUSS:
            self.made[bound.id] = replace(self.made[bound.id], flagged=True)

    def _add(
        self, id_: str, layer: Layer, fragments: list[Fragment], attributes: dict[str, str]
    ) -> None:
        if id_ in self.made:
            raise InputError("stands twice")
        self.made[id_] = Annotation(
            id=id_,
            layer=layer,
            article="",
            annotator="",
            fragments=tuple(fragments),
            attributes=attributes,
            provenance="imported",
        )

    def _relation(self, row: list[str]) -> None:
        """An R line, or one of equals: relations of the first of them to each other."""
        kind, *words = row[1].split() or [""]
        if row[0] == EQUIV:
            pairs = [(words[0], other) for other in words[1:]] if words else []
            said = EQUIV
        else:
            names, ends = (
                zip(*(w.partition(":")[::2] for w in words), strict=True) if words else ((), ())
            )
            if len(ends) != len(PLAIN_ENDS):
                raise InputError(f"{row[1][:60]!r} is no relation of two")
            child, parent = (self._owned(end) for end in ends)
            if kind == PARENT and (not self.layers or {child, parent} <= self._events.keys()):
                child, parent = self._target(ends[0]), self._target(ends[1])
                self.made[child] = replace(self.made[child], parent=parent)
                return
            pairs = [(ends[0], ends[1])]
            said = "" if names == PLAIN_ENDS else " ".join(names)
        if not pairs:
            self.losses.add(f"group {kind} of one", f"{self.where}: {row[0]}")
        for head, tail in pairs:
            if head == tail or not {head, tail} <= self.made.keys():
                why = "of a span to itself" if head == tail else ""
                relation_lost(kind, self.losses, f"{self.where}: {row[0]}", why)
                self.lost.add(row[0])
                continue
            if said == EQUIV:
                self.equal.add(label_of(kind))
            id_ = f"*{len(self.made)}" if said == EQUIV else row[0]
            self._add(
                id_,
                "relation",
                [],
                {RELATION_TYPE: label_of(kind)} | ({LINE: said} if said else {}),
            )
            self.made[id_] = replace(self.made[id_], head=head, tail=tail)

    def _owned(self, id_: str) -> str:
        return id_ if id_ in self.made else self._owner.get(id_, (id_, ""))[0]

    def _property(self, row: list[str]) -> None:
        kind = row[0][0]
        head = row[1].split(" ", 2)
        target = head[1] if len(head) > 1 else ""
        text = row[2] if len(row) > 2 else " ".join(head[2:])
        if target in self.lost or (kind == "#" and target[:1] in _ASIDE):
            about = "what is not held" if target in self.lost else _ASIDE[target[0]]
            self.losses.add(f"{_SAID.get(kind, head[0])} of {about}", f"{self.where}: {row[0]}")
        elif kind in "AM":
            self._attribute(head[0], target, " ".join(head[2:]))
        elif kind == "#":
            self._comment(head[0], target, text, row[0])
        elif kind == NORMALISED and self.layers:
            target = self._target(target)
            name = prefixed(NORMALISED, head[0], self.made[target].attributes)
            self._set(target, name, " ".join([*head[2:], *row[2:]]))
        elif kind == NORMALISED:
            self.losses.add(f"normalisation {head[0]}", f"{self.where}: {row[0]}")
        else:
            raise InputError(f"{row[1][:60]!r} is no line of brat and cannot be held")

    def _comment(self, kind: str, id_: str, text: str, where: str) -> None:
        target = self._target(id_)
        if target != id_ and self._owner[id_][1]:
            self.losses.add("note on a span, now on its claim", f"{self.where}: {where}")
        old = self.made[target]
        if kind == "AnnotatorNotes":
            self.made[target] = replace(old, note="\n".join(n for n in (old.note, text) if n))
        elif self.layers:
            self._set(target, prefixed(COMMENTED, kind, old.attributes), text)
        else:
            self._set(target, kind, text)

    def _target(self, id_: str) -> str:
        """What a property is about: the event itself, or the one that a T line belongs to."""
        id_ = self._owned(id_)
        if id_ not in self.made:
            raise InputError(f"{id_ or 'its target'} is not there, or is wrong")
        return id_

    def _attribute(self, name: str, id_: str, value: str) -> None:
        target = self._target(id_)
        place = self._owner.get(id_, ("", ""))[1] if target != id_ else ""
        if self.layers and not (name == "flagged" and not value):
            name = attribute_name(name)
            key = self.made[target].layer_name, name
            if not value:
                self.bare.add(key)
            elif value == FLAG:
                self.valued.add(key)
        if target != id_ and not place:  # a trigger speaks for all of its events
            for event in self._triggered.get(id_, ()):
                self._set(event, name, value or FLAG)
            return
        if place:  # of an argument, not of the event
            self._set(target, f"{place}.{name}", value or FLAG)
        elif name == "flagged" and not value:
            self.made[target] = replace(self.made[target], flagged=True)
        else:
            self._set(target, name, value or FLAG)

    def _set(self, target: str, name: str, value: str) -> None:
        if name in self.made[target].attributes:
            self.losses.add(f"second {name} of an annotation", f"{self.where}: {target}")
            return
        self.made[target] = self.made[target].with_attribute(name, value)

    def annotations(self) -> Iterator[Annotation]:
        """The claims, marks and relations; call it once."""
        for id_, annotation in self.made.items():
            parent = self._parents.get(id_)
            yield annotation if annotation.parent else replace(annotation, parent=parent)
