"""The cases of an article: readings about the same thing, and what was decided about them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from types import MappingProxyType
from typing import Final, Literal

from annotator.domain.model import Annotation, Layer
from annotator.domain.same import canonical_roles
from annotator.domain.scheme import Scheme
from annotator.session.adjudication_relations import (
    RelationEnd,
    Way,
    ends_of,
    group_relations,
    way_of,
)

How = Literal["take", "identical", "merge", "own", "none"]
State = Literal["open", "decided", "reopened"]
LAYERS: Final[tuple[Layer, ...]] = ("claim", "mark", "sentence", "article")
"""What is adjudicated, in the order of a tie of position; and relations, which come last."""


def digest(reading: Annotation) -> str:
    """12 hex digits of what a reading says: its characters by role, labels, parent and ends."""
    said: tuple[object, ...] = (
        reading.layer,
        canonical_roles(reading.fragments),
        sorted(reading.attributes.items()),
        reading.parent,
    )
    if reading.layer == "relation":
        said = (*said, reading.head, reading.tail)
    return hashlib.sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about a case.

    Attributes:
        verdict: The journaled record.
        claim: The gold annotation; None when there is to be none, or when it was deleted since.
        based_on: Reading id -> its digest at the time.
    """

    verdict: Annotation
    claim: Annotation | None
    based_on: Mapping[str, str]

    @property
    def how(self) -> str:
        """take, identical, merge, own or none."""
        return self.verdict.attributes.get("adjudication", "")

    @property
    def reason(self) -> str:
        """What the adjudicator gave as the reason."""
        return self.verdict.note

    @property
    def taken_from(self) -> tuple[str, ...]:
        """Ids of the readings that the gold annotation was made from."""
        return tuple(self.verdict.attributes.get("from", "").split())

    @property
    def ends(self) -> frozenset[str]:
        """Ids of the gold annotations that a gold relation was made between; empty of others."""
        return frozenset(self.verdict.attributes.get("ends", "").split())

    @property
    def layer(self) -> Layer:
        """Of what it is about."""
        if self.verdict.attributes.get("about") == "relation":
            return "relation"
        return self.claim.layer if self.claim else "claim"

    @property
    def elsewhere(self) -> bool:
        """Whether it is about a relation with an end in another article."""
        return "other_article" in self.verdict.attributes


@dataclass(frozen=True, slots=True)
class Variant:
    """What some annotators say alike about a case; `reading` is None for those who have nothing."""

    annotators: tuple[str, ...]
    reading: Annotation | None


@dataclass(frozen=True)
class Case:
    """Readings about the same thing, at most one of each annotator.

    Attributes:
        layer: Of the readings.
        readings: Annotator -> reading; empty when all were deleted after the decision.
        readers: Who read the article, so who is not in `readings` has missed it.
        links: Annotator -> the place of the case that their reading is nested in.
        decision: None when there is none yet.
        ends: Of relations: the ends of the readings, by id.
        ways: Of relations: annotator -> what their relation goes from, and to.
    """

    layer: Layer
    readings: Mapping[str, Annotation]
    readers: tuple[str, ...]
    links: Mapping[str, int]
    decision: Decision | None
    ends: Mapping[str, RelationEnd] = field(default_factory=dict)
    ways: Mapping[str, Way] = field(default_factory=dict)

    def tie(self, annotator: str) -> object:
        """How the reading of an annotator is tied to others: what it is nested in; of a relation,
        which way round it goes."""
        return self.ways.get(annotator) if self.layer == "relation" else self.links.get(annotator)

    @property
    def gold_ends(self) -> frozenset[str]:
        """Of relations: the ids of the gold annotations that came of the ends so far."""
        return frozenset(e.gold.id for e in self.ends.values() if e.gold)

    @cached_property
    def variants(self) -> tuple[Variant, ...]:
        """The different readings, the most frequent first, those who have none last."""
        said: dict[object, list[str]] = {}
        for name, reading in self.readings.items():
            key = (
                canonical_roles(reading.fragments),
                tuple(sorted(reading.attributes.items())),
                self.tie(name),
            )
            said.setdefault(key, []).append(name)
        alike = sorted(said.values(), key=lambda names: (-len(names), names))
        found = [Variant(tuple(names), self.readings[names[0]]) for names in alike]
        missing = tuple(name for name in self.readers if name not in self.readings)
        return (*found, Variant(missing, None)) if missing else tuple(found)

    @property
    def layer_name(self) -> str:
        """What the scheme calls the layer: of marks the name of their span layer."""
        found = [*self.readings.values(), *([self.decision.claim] if self.decision else [])]
        return next((a.layer_name for a in found if a is not None), self.layer)

    @property
    def everybody(self) -> frozenset[str]:
        """Who read the article, with a reading here or without."""
        return frozenset((*self.readers, *self.readings))

    @property
    def identical(self) -> bool:
        """Whether everybody who read the article says the same."""
        return len(self.variants) == 1 and bool(self.readings)

    @property
    def state(self) -> State:
        """Open, decided, or reopened because a reading changed after the decision.

        So did the case of a gold relation of which an end is not the gold annotation that it was.
        """
        if self.decision is None:
            return "open"
        same = self.decision.based_on == self.based_on
        return "decided" if same and not self.lost_end else "reopened"

    @property
    def lost_end(self) -> bool:
        """Whether something else, or nothing, is gold now at an end of what was decided for."""
        was = self.decision.ends if self.decision else frozenset()
        return bool(was) and was != self.gold_ends

    @property
    def based_on(self) -> dict[str, str]:
        """Reading id -> digest, as a decision taken now would record it."""
        return {r.id: digest(r) for r in self.readings.values()}

    @property
    def about(self) -> set[str]:
        """Ids of the readings, or of those that the decision rests on when all were deleted."""
        if self.readings or self.decision is None:
            return {r.id for r in self.readings.values()}
        return set(self.decision.based_on)

    @property
    def range(self) -> tuple[int, int]:
        """The code points that the readings touch, or that the decision was about."""
        found: list[Annotation] = list(self.readings.values())
        if self.layer == "relation":
            found = [e.annotation for e in self.ends.values() if e.is_here and e.annotation.end]
        if not found and self.decision is not None:
            found = [self.decision.verdict]
        return min((r.start for r in found), default=0), max((r.end for r in found), default=0)


@dataclass(frozen=True, slots=True)
class CaseProgress:
    """How many cases there are, and how far they are decided."""

    cases: int
    decided: int
    reopened: int
    identical: int
    """Open ones that everybody reads alike: one batch accepts them."""

    @property
    def open(self) -> int:
        """What is left to decide, the reopened ones among it."""
        return self.cases - self.decided


def decisions(gold: Iterable[Annotation]) -> list[Decision]:
    """The decisions that the gold annotator's annotations record."""
    listed = list(gold)
    by_id = {a.id: a for a in listed}
    out: list[Decision] = []
    for a in listed:
        if a.layer == "verdict" and "adjudication" in a.attributes:
            pairs = (item.rpartition(":") for item in a.attributes.get("based_on", "").split())
            based_on = {id_: said for id_, _, said in pairs}
            out.append(Decision(a, by_id.get(a.attributes.get("claim", "")), based_on))
    return out


def cases_of(
    readings: Iterable[Annotation],
    readers: Sequence[str],
    gold: Iterable[Annotation] = (),
    scheme: Scheme | None = None,
    elsewhere: Mapping[str, RelationEnd] = MappingProxyType({}),
    readers_there: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> tuple[Case, ...]:
    """Bring the annotations of one article into cases, in reading order, relations last.

    A relation is in a case when both of its ends are known.

    Args:
        readings: By any annotators; those of the gold annotator must not be among them.
        readers: Everybody who read the article.
        gold: The gold annotator's annotations of the article.
        scheme: In force: marks that it does not ask for are cases apart.
        elsewhere: Ends of relations in other articles, by id.
        readers_there: Uid of another article -> who read that and this one.
    """
    # Imported late: it brings numpy, which no key of the annotation screen may wait for.
    from annotator.alignment.annotations import group_annotations

    listed = list(readings)
    related = {end for r in listed if r.layer == "relation" for end in (r.head, r.tail)}
    wanted = [r for r in listed if r.layer in LAYERS and (_says_something(r) or r.id in related)]
    groups = [group for layer in LAYERS for group in group_annotations(wanted, layer, scheme)]
    groups.sort(key=_place)
    case_of = {r.id: i for i, group in enumerate(groups) for r in group.values()}
    taken = decisions(gold)
    decision_of = _fitting(groups, taken)
    out: list[Case] = []
    for i, group in enumerate(groups):
        links = {
            name: case_of[r.parent]
            for name, r in group.items()
            if r.parent is not None and r.parent in case_of
        }
        layer = next(iter(group.values())).layer
        out.append(Case(layer, group, tuple(readers), links, decision_of.get(i)))
    known = {**elsewhere, **ends_in(out)}
    relating = [r for r in listed if r.layer == "relation" and {r.head, r.tail} <= known.keys()]
    between = sorted(group_relations(relating, known, scheme), key=partial(_first_end, known))
    about = _fitting(between, taken)
    fitting = {d.verdict.id for d in (*decision_of.values(), *about.values())}
    for d in taken:
        if d.verdict.id not in fitting and d.layer != "relation":
            out.append(Case(d.layer, {}, tuple(readers), {}, d))
    if len(out) > len(groups):
        out.sort(key=lambda c: c.range)
    for i, group in enumerate(between):
        ends = ends_of(group.values(), known)
        there = [e.annotation.article for e in ends.values() if not e.is_here]
        who = readers_there.get(there[0], ()) if there else readers
        ways = {name: way_of(r, known, scheme) for name, r in group.items()}
        out.append(Case("relation", group, tuple(who), {}, about.get(i), ends, ways))
    for d in taken:
        if d.verdict.id not in fitting and d.layer == "relation":
            out.append(Case("relation", {}, tuple(readers), {}, d))
    return tuple(out)


def ends_in(cases: Iterable[Case]) -> dict[str, RelationEnd]:
    """The readings of cases as ends of relations, by id."""
    found: dict[str, RelationEnd] = {}
    for case in cases:
        thing = min((r.id for r in case.readings.values()), default="")
        gold = case.decision.claim if case.decision else None
        for r in case.readings.values():
            found[r.id] = RelationEnd(r, thing, gold, case.decision is not None)
    return found


def _first_end(
    known: Mapping[str, RelationEnd], group: Mapping[str, Annotation]
) -> tuple[object, ...]:
    ends = ends_of(group.values(), known)
    places = sorted((e.annotation.start, e.annotation.end) for e in ends.values() if e.is_here)
    return tuple(places), min(r.id for r in group.values())


def _fitting(
    groups: Sequence[Mapping[str, Annotation]], taken: Sequence[Decision]
) -> dict[int, Decision]:
    """Place of a group -> the decision about it; each decision is about one group at most.

    A decision stays with the readings that it rests on, whatever they are grouped with by now: the
    group that holds most of them has it, among equals the first; of two decisions of which a group
    holds equally many readings, the one that rests on fewer others. Where that group is not the one
    that was decided about (a boundary was moved since, or an older version of the program grouped
    the readings otherwise), the case is reopened, as `Case.state` compares the two.
    """
    group_of = {r.id: i for i, group in enumerate(groups) for r in group.values()}
    held: Counter[tuple[int, int]] = Counter()
    for number, d in enumerate(taken):
        held.update((number, group_of[id_]) for id_ in d.based_on if id_ in group_of)
    out: dict[int, Decision] = {}
    placed: set[int] = set()

    def by_fit(pair: tuple[int, int]) -> tuple[int, int, int, int]:
        number, place = pair
        return -held[pair], len(taken[number].based_on), place, number

    for number, place in sorted(held, key=by_fit):
        if number not in placed and place not in out:
            out[place] = taken[number]
            placed.add(number)
    return out


def decided_by_hand(gold: Iterable[Annotation], layer: Layer) -> list[Annotation]:
    """What of the gold of a layer no decision made: somebody annotated it as any annotator does."""
    listed = list(gold)
    made = {d.claim.id for d in decisions(listed) if d.claim is not None}
    return [a for a in listed if a.layer == layer and a.id not in made and _says_something(a)]


def is_same_thing(case: Case, gold: Annotation, scheme: Scheme) -> bool:
    """Whether a gold annotation is about what the readings of a case are about."""
    if case.layer == "relation":
        return len(case.gold_ends) == 2 and {gold.head, gold.tail} == case.gold_ends
    from annotator.alignment.annotations import group_annotations

    groups = group_annotations([gold, *case.readings.values()], case.layer, scheme)
    return any(len(group) > 1 and gold.annotator in group for group in groups)


def _says_something(reading: Annotation) -> bool:
    """A sentence that was only marked as reviewed is no reading to adjudicate."""
    return reading.layer in ("claim", "mark", "relation") or bool(reading.attributes)


def _place(group: Mapping[str, Annotation]) -> tuple[int, int, int]:
    readings = group.values()
    layer = LAYERS.index(next(iter(readings)).layer)
    return min(r.start for r in readings), layer, max(r.end for r in readings)


def progress_of(cases: Iterable[Case]) -> CaseProgress:
    """Count the cases by state."""
    listed = list(cases)
    states = Counter(case.state for case in listed)
    same = sum(1 for case in listed if case.identical and case.state != "decided")
    return CaseProgress(len(listed), states["decided"], states["reopened"], same)
