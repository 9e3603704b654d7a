"""Relations of two annotators compared, once it is known which of their ends are about the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import NamedTuple

Triple = tuple[Hashable, Hashable, str]
"""What is the head, what is the tail (the same for both annotators where they are aligned), and
the type; of a relation without a direction the ends in one order for all."""


class RelationAgreement(NamedTuple):
    """How far two annotators make the same relations."""

    annotators: tuple[str, str]
    relations: tuple[int, int]
    """How many each of them has."""
    both: int
    """Relations that both have: between the same ends, that way round, of the same type."""
    connected: int
    """Pairs of annotations that both connect, whichever way round and by whatever type."""
    alike: int
    """Those of them that both connect by the same relations."""
    without_counterpart: int
    """Relations with an end that the other annotator has not: they can only be missed."""

    @property
    def f1(self) -> float | None:
        """Twice what both have over what each has, 0 to 1; None where neither has any."""
        total = sum(self.relations)
        return 2 * self.both / total if total else None

    @property
    def same_type(self) -> float | None:
        """The share of connected pairs that are alike, 0 to 1; None without connected pairs."""
        return self.alike / self.connected if self.connected else None


def compare_relations(
    annotators: tuple[str, str],
    first: Iterable[Triple],
    second: Iterable[Triple],
    ends: tuple[set[Hashable], set[Hashable]],
) -> RelationAgreement:
    """Compare the relations of two annotators.

    Args:
        annotators: Their names.
        first, second: Their relations; the same one twice counts once.
        ends: What each of them has annotated, as the triples name it.

    >>> compare_relations(("a", "b"), [(1, 2, "x"), (2, 3, "x")], [(1, 2, "x"), (3, 2, "x")],
    ...                   ({1, 2, 3}, {1, 2, 3}))[1:]
    ((2, 2), 1, 2, 1, 0)
    """
    ours, theirs = set(first), set(second)
    by_pair = _by_pair(ours), _by_pair(theirs)
    connected = by_pair[0].keys() & by_pair[1].keys()
    missing = sum(not {head, tail} <= ends[1] for head, tail, _ in ours)
    missing += sum(not {head, tail} <= ends[0] for head, tail, _ in theirs)
    return RelationAgreement(
        annotators,
        (len(ours), len(theirs)),
        len(ours & theirs),
        len(connected),
        sum(by_pair[0][pair] == by_pair[1][pair] for pair in connected),
        missing,
    )


def _by_pair(triples: set[Triple]) -> dict[frozenset[Hashable], set[Triple]]:
    found: defaultdict[frozenset[Hashable], set[Triple]] = defaultdict(set)
    for triple in triples:
        found[frozenset(triple[:2])].add(triple)
    return dict(found)
