"""Relations that readers made, brought into cases: those between the same two things.

What is the same thing at an end is said by the cases of the ends themselves; what is gold there,
by the decisions about them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Final, NamedTuple

from annotator.domain.ends import fault_of_ends
from annotator.domain.model import RELATION_TYPE, Annotation
from annotator.domain.scheme import Scheme

Way = tuple[str, str]
"""The things at the head and at the tail of a relation; without a direction in one order."""


class RelationEnd(NamedTuple):
    """An annotation of a reader as the end of a relation."""

    annotation: Annotation
    thing: str
    """The same for all readings of one case: the first of their ids."""
    gold: Annotation | None = None
    """What was decided for there; None when nothing was, or when it is not decided."""
    decided: bool = False
    words: str = ""
    """Of one in another article, with the number of it; "" for one of this article."""

    @property
    def is_here(self) -> bool:
        """Whether it is in the article whose cases are looked at."""
        return not self.words


class Elsewhere(NamedTuple):
    """What relations of an article go to in others."""

    ends: Mapping[str, RelationEnd]
    """By id, with their words."""
    readers: Mapping[str, Sequence[str]]
    """Uid of the other article -> who has read both."""


NOWHERE: Final = Elsewhere({}, {})


def way_of(relation: Annotation, ends: Mapping[str, RelationEnd], scheme: Scheme | None) -> Way:
    """Which things a relation goes from and to, by the ids of readings or of gold."""
    head, tail = (_thing(ends, id_ or "") for id_ in (relation.head, relation.tail))
    kind = scheme.relation(relation.attributes.get(RELATION_TYPE, "")) if scheme else None
    if kind is not None and kind.symmetric and tail < head:
        return tail, head
    return head, tail


def _thing(ends: Mapping[str, RelationEnd], id_: str) -> str:
    return ends[id_].thing if id_ in ends else id_


def group_relations(
    relations: Iterable[Annotation], ends: Mapping[str, RelationEnd], scheme: Scheme | None
) -> list[dict[str, Annotation]]:
    """Relations between the same two things, in groups of at most one of each annotator.

    Every relation is in exactly one group. Those that are alike in all are grouped first, then
    those of one type that way round, of one type, that way round, and at last what is left: who
    has two relations there is compared in each with the one that is most like it.
    """
    groups: dict[object, dict[str, Annotation]] = {}
    for a in sorted(relations, key=lambda a: (a.annotator, a.id)):
        # The same relation twice by one annotator is two cases.
        keys = ((_alike(a, ends, scheme), n) for n in count())
        key = next(k for k in keys if a.annotator not in groups.get(k, {}))
        groups.setdefault(key, {})[a.annotator] = a
    found = list(groups.values())
    for likeness in (_same_type_and_way, _same_type, _same_way, _same_things):
        found = _joined(found, partial(likeness, ends=ends, scheme=scheme))
    return found


def _joined(
    groups: Sequence[dict[str, Annotation]], key_of: Callable[[Annotation], object]
) -> list[dict[str, Annotation]]:
    """Groups of one key put together where they have no annotator in common, the largest first."""
    out: dict[object, list[dict[str, Annotation]]] = {}
    for group in sorted(groups, key=lambda g: (-len(g), min(r.id for r in g.values()))):
        there = out.setdefault(key_of(group[min(group)]), [])
        fitting = next((g for g in there if g.keys().isdisjoint(group)), None)
        if fitting is None:
            there.append(dict(group))
        else:
            fitting.update(group)
    return [group for groups in out.values() for group in groups]


def _alike(a: Annotation, ends: Mapping[str, RelationEnd], scheme: Scheme | None) -> object:
    return way_of(a, ends, scheme), tuple(sorted(a.attributes.items()))


def _same_type_and_way(
    a: Annotation, ends: Mapping[str, RelationEnd], scheme: Scheme | None
) -> object:
    return way_of(a, ends, scheme), a.attributes.get(RELATION_TYPE)


def _same_type(a: Annotation, ends: Mapping[str, RelationEnd], scheme: Scheme | None) -> object:
    return frozenset(way_of(a, ends, None)), a.attributes.get(RELATION_TYPE)


def _same_way(a: Annotation, ends: Mapping[str, RelationEnd], scheme: Scheme | None) -> object:
    return way_of(a, ends, None)


def _same_things(a: Annotation, ends: Mapping[str, RelationEnd], scheme: Scheme | None) -> object:
    return frozenset(way_of(a, ends, None))


def ends_of(
    relations: Iterable[Annotation], known: Mapping[str, RelationEnd]
) -> dict[str, RelationEnd]:
    """The ends of some relations, by id."""
    ids = (id_ for r in relations for id_ in (r.head, r.tail) if id_ is not None)
    return {id_: known[id_] for id_ in ids if id_ in known}


def with_gold_ends(relation: Annotation, ends: Mapping[str, RelationEnd]) -> Annotation | None:
    """A relation between the gold annotations that came of its ends; None while one is not there.

    An end that is gold already stays.
    """
    gold = {e.gold.id: e.gold for e in ends.values() if e.gold}
    head, tail = (
        ends[id_].gold if id_ in ends else gold.get(id_)
        for id_ in (relation.head or "", relation.tail or "")
    )
    if head is None or tail is None:
        return None
    return replace(relation, article=head.article, head=head.id, tail=tail.id)


def with_ends_of(
    draft: Annotation, reading: Annotation, ends: Mapping[str, RelationEnd]
) -> Annotation:
    """A draft of a gold relation between the ends of a reading, as far as they are gold."""
    made = with_gold_ends(reading, ends) or reading
    return replace(draft, article=made.article, head=made.head, tail=made.tail)


def fault_between(relation: Annotation, ends: Mapping[str, RelationEnd], scheme: Scheme) -> str:
    """What the scheme does not allow in a relation between gold annotations; "" if nothing."""
    gold = {e.gold.id: e.gold for e in ends.values() if e.gold}
    head, tail = gold[relation.head or ""], gold[relation.tail or ""]
    return fault_of_ends(scheme, relation, head, tail)
