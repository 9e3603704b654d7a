"""Merging the readings of a case: the words that anybody marked, labels and direction of most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from annotator.domain.model import Annotation, Fragment
from annotator.session.adjudication_cases import Case


class MergeOutcome(NamedTuple):
    """What became of a merge."""

    done: bool
    """Whether it was merged: whether most of those who read the article have the reading."""
    have: int
    readers: int
    ties: tuple[str, ...]
    """Labels on which no majority of the readings agrees: most decided, else the first reading."""
    thin: tuple[str, ...]
    """Roles that no majority of the readings has; their words are in the merge."""


def merged(case: Case) -> tuple[MergeOutcome, Annotation]:
    """What merging the readings of a case gives, and whether it is to be: see `MergeOutcome`."""
    found = [v.reading for v in case.variants if v.reading is not None]
    fragments: list[Fragment] = []
    thin: list[str] = []
    for role in dict.fromkeys(f.role for r in found for f in r.fragments):
        fragments += _united(role, found)
        if not _most(sum(bool(r.role(role)) for r in case.readings.values()), len(case.readings)):
            thin.append(role)
    attributes: dict[str, str] = {}
    ties: list[str] = []
    for name, votes in label_votes(case).items():
        ((value, count),) = votes.most_common(1)
        if not _most(count, len(case.readings)):
            ties.append(name)
        if value:
            attributes[name] = value
    first = found[0]
    # Among equals it is the direction of the most frequent reading, which comes first.
    ways = Counter(case.ways[r.annotator] for r in _each(case))
    for way, have in ways.most_common(1):
        if not _most(have, len(case.readings)):
            ties.append("direction")
        first = next(r for r in _each(case) if case.ways[r.annotator] == way)
    have, readers = len(case.readings), len(case.everybody)
    made = replace(first, fragments=tuple(fragments), attributes=attributes)
    return MergeOutcome(_most(have, readers), have, readers, tuple(ties), tuple(thin)), made


def _each(case: Case) -> list[Annotation]:
    """The readings of a relation, the most frequent first; none of another layer."""
    found = [case.readings[a] for v in case.variants if v.reading for a in v.annotators]
    return found if case.layer == "relation" else []


def label_votes(case: Case) -> Mapping[str, Counter[str]]:
    """Label -> how many readings give it which value, "" for none; the most frequent reading's
    value is first among equals."""
    # Counter keeps the order of a tie.
    order = [case.readings[a] for v in case.variants if v.reading for a in v.annotators]
    names = sorted({name for reading in order for name in reading.attributes})
    return {name: Counter(r.attributes.get(name, "") for r in order) for name in names}


def pieces_of(
    role: str, ranges: Sequence[tuple[int, int]], readings: Sequence[Annotation]
) -> list[Fragment]:
    """Ranges as pieces of a role; each belongs to the span that the first reading gives it.

    Args:
        role: Of the pieces.
        ranges: Sorted, each of them touched by some reading's piece of the role.
        readings: The most frequent first.
    """
    numbers: dict[tuple[int, int], int] = {}
    out: list[Fragment] = []
    for start, end in ranges:
        owner = min(
            (place, f.span)
            for place, reading in enumerate(readings)
            for f in reading.role(role)
            if f.start < end and start < f.end
        )
        out.append(Fragment(role, start, end, numbers.setdefault(owner, len(numbers))))
    return out


def _united(role: str, readings: Sequence[Annotation]) -> list[Fragment]:
    """The union of a role's pieces; those that only touch stay apart."""
    ranges: list[tuple[int, int]] = []
    for start, end in sorted((f.start, f.end) for r in readings for f in r.role(role)):
        if ranges and start < ranges[-1][1]:
            ranges[-1] = ranges[-1][0], max(ranges[-1][1], end)
        else:
            ranges.append((start, end))
    return pieces_of(role, ranges, readings)


def _most(have: int, of: int) -> bool:
    return 2 * have > of
