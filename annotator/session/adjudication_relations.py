"""Relations that readers made, brought into cases: those between the same two things.

What is the same thing at an end is said by the cases of the ends themselves; what is gold there,
by the decisions about them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Final, NamedTuple

from annotator.domain.ends import fault_of_ends
from annotator.domain.errors import AnnotatorError
from annotator.domain.model import RELATION_TYPE, Annotation
from annotator.domain.scheme import Scheme

if TYPE_CHECKING:
    from annotator.session.adjudication_cases import Case

Way = tuple[str, str]
"""The things at the head and at the tail of a relation; without a direction in one order."""


class End(NamedTuple):
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

    ends: Mapping[str, End]
    """By id, with their words."""
    readers: Mapping[str, Sequence[str]]
    """Uid of the other article -> who has read both."""


NOWHERE: Final = Elsewhere({}, {})


def ends_in(cases: Iterable[Case]) -> dict[str, End]:
    """The readings of cases as ends of relations, by id."""
    found: dict[str, End] = {}
    for case in cases:
        thing = min((r.id for r in case.readings.values()), default="")
        gold = case.decision.claim if case.decision else None
        for r in case.readings.values():
            found[r.id] = End(r, thing, gold, case.decision is not None)
    return found


def way_of(relation: Annotation, ends: Mapping[str, End], scheme: Scheme | None) -> Way:
    """Which things a relation goes from and to, by the ids of readings or of gold."""
    head, tail = (_thing(ends, id_ or "") for id_ in (relation.head, relation.tail))
    kind = scheme.relation(relation.attributes.get(RELATION_TYPE, "")) if scheme else None
    if kind is not None and kind.symmetric and tail < head:
        return tail, head
    return head, tail


def _thing(ends: Mapping[str, End], id_: str) -> str:
    return ends[id_].thing if id_ in ends else id_


def group_relations(
    relations: Iterable[Annotation], ends: Mapping[str, End], scheme: Scheme | None
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


def _alike(a: Annotation, ends: Mapping[str, End], scheme: Scheme | None) -> object:
    return way_of(a, ends, scheme), tuple(sorted(a.attributes.items()))


def _same_type_and_way(a: Annotation, ends: Mapping[str, End], scheme: Scheme | None) -> object:
    return way_of(a, ends, scheme), a.attributes.get(RELATION_TYPE)


def _same_type(a: Annotation, ends: Mapping[str, End], scheme: Scheme | None) -> object:
    return frozenset(way_of(a, ends, None)), a.attributes.get(RELATION_TYPE)


def _same_way(a: Annotation, ends: Mapping[str, End], scheme: Scheme | None) -> object:
    return way_of(a, ends, None)


def _same_things(a: Annotation, ends: Mapping[str, End], scheme: Scheme | None) -> object:
    return frozenset(way_of(a, ends, None))


def ends_of(relations: Iterable[Annotation], known: Mapping[str, End]) -> dict[str, End]:
    """The ends of some relations, by id."""
    ids = (id_ for r in relations for id_ in (r.head, r.tail) if id_ is not None)
    return {id_: known[id_] for id_ in ids if id_ in known}


def waiting_for(case: Case) -> tuple[End, ...]:
    """The ends of a relation that have no gold annotation, one of each thing."""
    return tuple({e.thing: e for e in case.ends.values() if e.gold is None}.values())


def end_words(case: Case, id_: str | None, scheme: Scheme, text: str) -> str:
    """The words of an end of a relation of a case, by the id of a reading or of gold.

    Args:
        case: Of relations.
        id_: The end.
        scheme: In force.
        text: Of the article.
    """
    found = case.ends.get(id_ or "")
    if found is None:
        found = next((e for e in case.ends.values() if e.gold and e.gold.id == id_), None)
        if found is None:
            return ""
        if found.gold is not None and found.is_here:
            found = found._replace(annotation=found.gold)
    pieces = sorted(scheme.anchor(found.annotation), key=lambda f: f.start)
    return found.words or " ".join(" … ".join(text[f.start : f.end] for f in pieces).split())


def words_of(case: Case, scheme: Scheme, text: str) -> str:
    """A relation in words: what it goes from and to, as the most frequent reading has it."""
    first = next((v.reading for v in case.variants if v.reading is not None), None)
    if case.layer != "relation" or first is None:
        return ""
    head, tail = (end_words(case, id_, scheme, text) for id_ in (first.head, first.tail))
    return f"{head} {first.attributes.get(RELATION_TYPE, '')} {tail}"


def with_gold_ends(relation: Annotation, ends: Mapping[str, End]) -> Annotation | None:
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


def with_ends_of(draft: Annotation, reading: Annotation, ends: Mapping[str, End]) -> Annotation:
    """A draft of a gold relation between the ends of a reading, as far as they are gold."""
    made = with_gold_ends(reading, ends) or reading
    return replace(draft, article=made.article, head=made.head, tail=made.tail)


def fault_between(relation: Annotation, ends: Mapping[str, End], scheme: Scheme) -> str:
    """What the scheme does not allow in a relation between gold annotations; "" if nothing."""
    gold = {e.gold.id: e.gold for e in ends.values() if e.gold}
    head, tail = gold[relation.head or ""], gold[relation.tail or ""]
    return fault_of_ends(scheme, relation, head, tail)


def between_gold(case: Case, relation: Annotation, scheme: Scheme) -> Annotation:
    """The relation between the gold annotations that came of its ends.

    Raises:
        AnnotatorError: when one has none, or the scheme does not allow it between them.
    """
    made = with_gold_ends(relation, case.ends)
    if made is None:
        waits = any(not e.decided for e in waiting_for(case))
        raise AnnotatorError(
            "the relation waits: an end has no gold annotation",
            "decide about its ends first" if waits else "an end was decided for nothing",
        )
    if fault := fault_between(made, case.ends, scheme):
        raise AnnotatorError(f"the scheme does not allow {fault}", "decide otherwise")
    return made


def by_hand_between(case: Case, gold: Annotation) -> bool:
    """Whether a gold relation connects the gold ends of a case."""
    between = case.gold_ends
    return len(between) == 2 and {gold.head, gold.tail} == between
