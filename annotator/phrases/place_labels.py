"""One label for many places: what it would change, and what is left out, before anything is.

Nothing here writes. A plan has one action for the journal: applied together, undone together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from annotator.domain.ids import new_id
from annotator.domain.model import Annotation, Batch, Change, Fragment, span_role
from annotator.domain.same import ranges, same_content
from annotator.domain.scheme import kind_of


class MarkedPlace(NamedTuple):
    """Words that were marked: `[start, end)` are code points of an article (uid)."""

    article: str
    start: int
    end: int
    annotations: tuple[str, ...] = ()
    """Ids of the annotations that the place was found by; they go before others that are there."""


@dataclass(frozen=True, slots=True)
class PlaceLabel:
    """What is given: a label to the annotations of a layer, or (new) the words become some."""

    layer: str
    """A name of the scheme: claim, or a span layer."""
    name: str = ""
    """The attribute; empty: new annotations without a label."""
    value: str = ""
    new: bool = False


class Skipped(NamedTuple):
    """A place that is left as it is, by its number among those that were marked."""

    number: int
    why: str


@dataclass(frozen=True, slots=True)
class LabelPlan:
    """What would happen: each place is made, labelled, replaced or skipped."""

    batch: Batch | None
    """None when there is nothing to do."""
    made: int
    labelled: int
    """Annotations that had no value."""
    replaced: int
    """Annotations that had another value."""
    skipped: tuple[Skipped, ...]


class _Planner:
    def __init__(
        self, given: PlaceLabel, annotator: str, at: str, scheme: str, content_role: str
    ) -> None:
        self.given = given
        self.annotator, self.at, self.scheme = annotator, at, scheme
        self.role = content_role if given.layer == "claim" else span_role(given.layer)
        self.changes: dict[str, Change] = {}
        self.taken: dict[str, list[list[tuple[int, int]]]] = {}

    def take(self, place: MarkedPlace, own: Sequence[Annotation]) -> str:
        """Plan one place; why it is skipped, or ""."""
        there = [
            a for a in own if a.layer_name == self.given.layer and a.annotator == self.annotator
        ]
        return self._make(place, there) if self.given.new else self._label(place, there)

    def _make(self, place: MarkedPlace, there: Sequence[Annotation]) -> str:
        layer, here = self.given.layer, [(place.start, place.end)]
        for a in there:
            own = ranges(a.fragments, self.role)
            if same_content(own, here) if layer == "claim" else own == here:
                return f"a {layer} of yours is there already"
        # By the same rule as what is there: made in one go or in two, it comes to the same.
        taken = self.taken.setdefault(place.article, [])
        if any(same_content(own, here) if layer == "claim" else own == here for own in taken):
            return f"the same {layer} as another of the rows"
        taken.append(here)
        labels = {self.given.name: self.given.value} if self.given.name else {}
        made = Annotation(
            id=new_id(),
            layer=kind_of(layer),
            article=place.article,
            annotator=self.annotator,
            fragments=(Fragment(self.role, place.start, place.end),),
            attributes=labels,
            provenance="propagated",
            scheme=self.scheme,
            created_at=self.at,
            updated_at=self.at,
        )
        self.changes[made.id] = Change(None, made)
        return ""

    def _label(self, place: MarkedPlace, there: Sequence[Annotation]) -> str:
        layer, name, value = self.given.layer, self.given.name, self.given.value
        found = [a for a in there if a.id in place.annotations]
        found = found or [a for a in there if a.touches(place.start, place.end)]
        if not found:
            return f"no {layer} of yours is there"
        # Of nested ones, the innermost.
        before = min(found, key=lambda a: (a.end - a.start, a.id))
        if before.id in self.changes:
            return f"the same {layer} as another of the rows"
        if before.attributes.get(name) == value:
            return f"has {value} already"
        after = replace(before.with_attribute(name, value), scheme=self.scheme, updated_at=self.at)
        self.changes[before.id] = Change(before, after)
        return ""


def plan_labels(
    places: Sequence[MarkedPlace],
    given: PlaceLabel,
    own: Mapping[str, Sequence[Annotation]],
    *,
    annotator: str,
    at: str,
    scheme: str,
    content_role: str = "content",
) -> LabelPlan:
    """Plan a label for places.

    What was there and has another value gets this one; another annotator's is left alone. What is
    new has the provenance "propagated": one decision, for many places.

    Args:
        places: The places that were marked.
        given: The label.
        own: The annotator's annotations, by the uid of the article.
        annotator: Who gives it.
        at: Time of the action (ISO 8601, UTC).
        scheme: Version of the scheme in force.
        content_role: The role in which a claim stands.
    """
    planner = _Planner(given, annotator, at, scheme, content_role)
    skipped = [
        Skipped(i, why)
        for i, place in enumerate(places)
        if (why := planner.take(place, own.get(place.article, ())))
    ]
    changes = tuple(planner.changes.values())
    made = sum(c.before is None for c in changes)
    fresh = sum(c.before is not None and given.name not in c.before.attributes for c in changes)
    label = f"{given.name}: {given.value}" if given.name else f"new {given.layer}"
    many = f"{len(changes)} {given.layer}{'' if len(changes) == 1 else 's'}"
    batch = (
        Batch(new_id(), annotator, at, "propagate", f"{label} for {many}", changes)
        if changes
        else None
    )
    return LabelPlan(batch, made, fresh, len(changes) - made - fresh, tuple(skipped))
