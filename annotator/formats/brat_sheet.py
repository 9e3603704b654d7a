"""One .ann file as it is written: marks, events, relations, and what is said of them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from annotator.domain.losses import Losses
from annotator.domain.model import RELATION_TYPE, Annotation, Article, Fragment
from annotator.domain.scheme import MARK as MARK_LAYER
from annotator.formats.brat_bounds import BoundLines, Span
from annotator.formats.brat_conf import Configuration
from annotator.formats.brat_events import (
    LINE,
    TRIGGER,
    TYPE,
    Argument,
    EventLine,
    plain_arguments,
    spans_of,
)
from annotator.formats.brat_layers import (
    CLAIM_EVENT,
    COMMENTED,
    EQUIV,
    NORMALISED,
    place,
    told,
    type_of,
)
from annotator.formats.brat_reading import (
    DISCUSS,
    FLAG,
    MARK,
    NO_SOURCE,
    PARENT,
    PLAIN_ENDS,
)
from annotator.formats.support import unsupported as unheld
from annotator.formats.support.grouping import HELD
from annotator.formats.support.schemes import Schemes
from annotator.formats.support.span_layers import ENTITY, home_of

_NAME: Final = re.compile(r"[\w-]+")
_VALUE: Final = re.compile(r"\S+")
_VALUE_OF_OTHERS: Final = re.compile(r"[^\r\n\t]+")
"""What another program, or a person in brat's files, wrote as a value."""
_BREAK: Final = re.compile(r"[\r\n]+")
_NOTES: Final = "AnnotatorNotes"
RELATED: Final = "Related"
"""A relation of which nobody said what it is; brat wants a type."""


class _Sheet(BoundLines):
    """The lines of one .ann file as they are numbered."""

    def __init__(
        self, article: Article, losses: Losses, schemes: Schemes, conf: Configuration
    ) -> None:
        super().__init__(article.text, losses)
        self.schemes, self.conf = schemes, conf
        self.events: dict[str, str] = {}
        """Claim -> the id of its event."""
        self.lines_of: dict[str, EventLine] = {}
        self._claims: dict[str, Annotation] = {}
        self._named: dict[str, list[str]] = {}
        """Id of an event in the file it came from -> the claims of that id."""
        self._told: set[str] = set()
        """Claims whose parent is told by its arguments."""
        self._marks: dict[str, str] = {}
        """Mark -> the id of its text-bound annotation."""
        self._at: dict[Span, str] = {}
        """Where the marks of named layers are -> the first of them."""
        self._equal: dict[str, list[set[str]]] = defaultdict(list)
        """Type -> groups of equals."""

    def mark(self, annotation: Annotation) -> None:
        """Write a text-bound annotation; one of a named span layer may be an argument too."""
        named = annotation.layer_name != MARK_LAYER
        key = self.schemes.label(annotation)
        type_ = annotation.attributes.get(key, "")
        plain = bool(type_) if named else bool(TYPE.fullmatch(type_)) and type_ != MARK
        if len({f.span for f in annotation.fragments}) > 1:
            self.losses.add("spans of one mark, joined", annotation.id)
        if named and annotation.layer_name not in (ENTITY, self._home(type_)):
            self.losses.add(f"span layer {annotation.layer_name}", annotation.id)
        label = type_of(type_) if named and plain else type_ if plain else MARK
        id_ = self.bound(label, annotation.fragments, annotation.id, shared=False)
        if id_ is None:
            unheld.left_out(annotation, self.losses, unheld.WITHOUT_SPAN)
            return
        self._marks[annotation.id] = id_
        self.conf.entities[label] = None
        if named:
            ranges = self._ranges(annotation.fragments, annotation.id, Losses())
            self._shared.setdefault((label, ranges), id_)
            self._at.setdefault(ranges, id_)
        unheld.count(annotation, HELD, self.losses)
        flag = annotation.flagged and type_ != DISCUSS
        said = {key} if plain else set[str]()
        self._properties(replace(annotation, flagged=flag), id_, said, {})

    def _home(self, label: str) -> str:
        """The span layer that a label is enough to know by."""
        scheme = self.schemes.in_force
        home = home_of(scheme, label) if scheme else None
        return home.layer if home else ""

    def number(self, claims: Iterable[Annotation]) -> None:
        """Give the claims that have words their ids, so that each can be another's argument."""
        self.lines_of = {a.id: line for a in claims if (line := _line_of(a))}
        # Events that came from a file keep their ids, so that the lines say the same again.
        known = Counter(line.id for line in self.lines_of.values())
        for a in claims:
            if any(self.text[f.start : f.end].strip() for f in a.fragments):
                was = self.lines_of[a.id].id if a.id in self.lines_of else ""
                id_ = was if known[was] == 1 else self._id("E")
                while id_ in known and id_ != was:
                    id_ = self._id("E")
                self.events[a.id] = id_
                self._kinds[id_] = self._kind(a)[0]
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
        types: list[tuple[str, str]] = []

        def argue(place: tuple[str, int], argument: Argument) -> None:
            written.append(place)
            bound = self._argument(annotation, argument, spans[place])
            if bound is not None:
                arguments.append(f"{argument.name}:{bound}")
                types.append((argument.name, self._kinds[bound]))
                bounds[f"{place[0]}{place[1] + 1 if place[1] else ''}"] = bound

        places = iter(known)
        for argument in line.arguments if line else ():
            if argument.event:
                found = self._event_argument(annotation, argument)
                arguments += found
                types += [(argument.name, self._kinds[to.rpartition(":")[2]]) for to in found]
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
        self.conf.event(kind, types)
        self.lines.append(f"{id_}\t{' '.join([f'{kind}:{trigger}', *arguments])}")
        self._properties(annotation, id_, {*said, LINE} if line else said, bounds)

    def _argument(
        self, annotation: Annotation, argument: Argument, fragments: Iterable[Fragment]
    ) -> str | None:
        """The text-bound annotation of an argument: a mark that is there, where one is."""
        known = annotation.provenance == "imported" or annotation.id in self.lines_of
        if not known:
            ranges = self._ranges(fragments, annotation.id, Losses())
            if ranges in self._at:
                return self._at[ranges]
        bound = self.bound(argument.kind, fragments, annotation.id, shared=True)
        if bound is not None:
            self.conf.entities[self._kinds[bound]] = None
        return bound

    def _kind(self, annotation: Annotation) -> tuple[str, set[str]]:
        """The type of a claim's event, and the attributes that it says."""
        kind = annotation.attributes.get("event", "")
        line = self.lines_of.get(annotation.id)
        if TYPE.fullmatch(kind) or (line and kind == line.trigger.name):
            return kind, {"event"}
        if annotation.attributes.get("source_type") == "implicit":
            return NO_SOURCE, {"source_type"}
        return CLAIM_EVENT, set()

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
        for name, value in sorted(annotation.attributes.items(), key=lambda p: place(p[0])):
            if name in said:
                continue
            at, _, own = name.partition(".")
            if at in bounds and _NAME.fullmatch(own) and _VALUE.fullmatch(value):
                self._attribute(own, bounds[at], value, binary=self._binary(annotation, name))
                continue
            prefix, shown = told(name) if annotation.layer_name != MARK_LAYER else ("", name)
            imported = annotation.provenance == "imported"
            fits = (_VALUE_OF_OTHERS if imported else _VALUE).fullmatch(value)
            if prefix == NORMALISED and _VALUE_OF_OTHERS.fullmatch(value):
                reference, _, words = value.partition(" ")
                words = f"\t{words}" if words else ""
                self.lines.append(f"{self._id('N')}\t{shown} {id_} {reference}{words}")
            elif prefix == COMMENTED:
                self._comment(shown, id_, value, annotation.id)
            elif (shown == name and not _NAME.fullmatch(name)) or name == _NOTES:
                unheld.attributes(annotation, [name], self.losses)
            elif fits and _VALUE.fullmatch(shown):
                self._attribute(shown, id_, value, binary=self._binary(annotation, name))
            else:
                self._comment(shown, id_, value, annotation.id)
        if annotation.flagged:
            self._attribute("flagged", id_, FLAG, binary=True)
        if annotation.note:
            self._comment(_NOTES, id_, annotation.note, annotation.id)

    def _binary(self, annotation: Annotation, name: str) -> bool:
        """Whether a "yes" is said by the attribute's being there."""
        known = self.schemes.attribute(annotation, name)
        if known is not None:
            return known.kind == "yes_no"
        return annotation.provenance == "imported"

    def _attribute(self, name: str, id_: str, value: str, *, binary: bool) -> None:
        bare = binary and value == FLAG
        self.lines.append(f"{self._id('A')}\t{name} {id_}{'' if bare else f' {value}'}")
        target = {"E": "<EVENT>", "R": "<RELATION>"}.get(id_[0], "<ENTITY>")
        self.conf.attribute(name, target, () if bare else (value,))

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
            self.conf.relation(PARENT, [("Arg1", "<EVENT>"), ("Arg2", "<EVENT>")])
        else:
            self.losses.add("parent", child.id)

    def relation(self, annotation: Annotation) -> None:
        """Write an R line, or put both ends into one group of equals."""
        inside = self.events | self._marks
        ends = [inside.get(end or "") for end in (annotation.head, annotation.tail)]
        head, tail = ends
        if head is None or tail is None:
            unheld.left_out(annotation, self.losses, unheld.WITHOUT_END)
            return
        unheld.count(annotation, HELD, self.losses)
        said = annotation.attributes.get(LINE, "")
        given = annotation.attributes.get(RELATION_TYPE, "")
        kind = type_of(given) or RELATED
        if not given:
            self.losses.add(f"relation without a type, now {RELATED}", annotation.id)
        names = said.split() if len(said.split()) == len(PLAIN_ENDS) else PLAIN_ENDS
        pairs = [(n, self._kinds[end]) for n, end in zip(names, (head, tail), strict=True)]
        self.conf.relation(kind, pairs)
        if said == EQUIV or (not said and kind == "Equiv"):
            self.conf.equal.add(kind)
            groups = self._equal[kind]
            joined = [g for g in groups if not g.isdisjoint({head, tail})]
            groups[:] = [
                *(g for g in groups if g not in joined),
                set().union(*joined, {head, tail}),
            ]
            unheld.attributes(
                annotation, annotation.attributes.keys() - {RELATION_TYPE, LINE}, self.losses
            )
            return
        id_ = self._id("R")
        self.lines.append(f"{id_}\t{kind} {names[0]}:{head} {names[1]}:{tail}")
        self._properties(annotation, id_, {RELATION_TYPE, LINE}, {})

    def equals(self) -> None:
        """Write the groups of equals."""
        for kind, groups in self._equal.items():
            for group in groups:
                members = sorted(group, key=lambda id_: (id_[0] != "T", int(id_[1:])))
                self.lines.append(f"*\t{kind} {' '.join(members)}")


def _line_of(annotation: Annotation) -> EventLine | None:
    return EventLine.read(annotation.attributes.get(LINE, ""))


def standoff(
    article: Article,
    annotations: Iterable[Annotation],
    losses: Losses,
    schemes: Schemes,
    conf: Configuration,
) -> str:
    """The .ann file of these annotations of an article."""
    sheet = _Sheet(article, losses, schemes, conf)
    found = list(annotations)
    claims = [a for a in found if a.layer == "claim"]
    sheet.number(claims)
    # Marks of named layers first: arguments of events may be these.
    for annotation in sorted(found, key=lambda a: a.layer_name in (MARK_LAYER, "claim")):
        if annotation.layer == "mark":
            sheet.mark(annotation)
        elif annotation.layer not in ("claim", "relation"):
            unheld.left_out(annotation, losses)
        elif annotation.id in sheet.events:
            sheet.claim(annotation)
    for claim in claims:
        sheet.parent(claim)
    for annotation in found:
        if annotation.layer == "relation":
            sheet.relation(annotation)
    sheet.equals()
    return "".join(f"{line}\n" for line in sheet.lines)
