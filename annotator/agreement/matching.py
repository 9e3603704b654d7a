"""Which claims of different annotators are about the same thing.

Two annotators are matched one to one for the greatest total overlap (exact). More are aligned from
those pairs: the strongest pairs join first, and a group never holds two claims of one annotator.
Attributes are compared only between matched claims, so the matching is part of every such number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from annotator.agreement.assignment import best_matching
from annotator.agreement.inputs import Claim, Document
from annotator.agreement.result import Floats, Ints, distinct, left_out, within
from annotator.agreement.table import ClaimTable
from annotator.agreement.units import MISSING, Label, Units
from annotator.domain.errors import InputError

ANCHORS: Final = ("content",)
"""Roles of which one must overlap for two claims to be about the same thing."""
SUPPORT: Final = ("source", "cue")
"""Roles that decide between several claims with the same overlap."""
_SUPPORT_WEIGHT: Final = 0.1


@dataclass(frozen=True, slots=True)
class Match:
    """Two claims about the same thing. `overlap` is the Dice overlap of the anchor roles, 0 to 1:
    1 for the same characters."""

    document: str
    first: Claim
    second: Claim
    overlap: float


@dataclass(frozen=True, slots=True)
class Matching:
    """The claims of two annotators side by side, over the documents that both read.

    Attributes:
        matches: In the order of the documents, then of the first's claims.
        only_first, only_second: (document, claim) without a counterpart.
    """

    first: str
    second: str
    matches: tuple[Match, ...]
    only_first: tuple[tuple[str, Claim], ...]
    only_second: tuple[tuple[str, Claim], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Claims of several annotators about the same thing: at most one of each.

    `readers` are all who read the document, so who is not in `claims` has missed it.
    """

    document: str
    claims: Mapping[str, Claim]
    readers: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Alignment:
    """All claims in groups about the same thing.

    Attributes:
        table: The claims.
        group: Of each claim (claims,), numbered by document and position.
    """

    table: ClaimTable
    group: Ints

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The groups, also those of one claim that nobody else marked."""
        table = self.table
        order = np.argsort(self.group, kind="stable")
        cuts = np.flatnonzero(np.diff(self.group[order])) + 1
        out = []
        for members in np.split(order, cuts) if len(order) else ():
            document = table.documents[table.document[members[0]]]
            claims = {table.annotators[table.annotator[i]]: table.claims[i] for i in members}
            readers = tuple(name for name in table.annotators if name in document.claims)
            out.append(Group(document.name, claims, readers))
        return tuple(out)

    @cached_property
    def matched(self) -> Ints:
        """Which groups hold claims of two or more annotators: unit i of `units` is matched[i]."""
        return np.flatnonzero(np.bincount(self.group) > 1)

    def units(self, attribute: str, labels: Sequence[Label] | None = None) -> Units:
        """One unit per matched group: what each annotator chose for an attribute.

        Args:
            attribute: Its values are the labels.
            labels: The scheme's values in order; those seen without.

        Raises:
            InputError: when a value is not among `labels`.
        """
        table = self.table
        values = [claim.attributes.get(attribute) for claim in table.claims]
        known = tuple(sorted({v for v in values if v})) if labels is None else tuple(labels)
        place: dict[Label | None, int] = {label: i for i, label in enumerate(known)}
        place[None] = MISSING
        unknown = sorted({str(v) for v in values if v not in place})
        if unknown:
            raise InputError(f"{attribute}: {unknown[0]!r} is not in the label set")
        chosen = np.array([place[v] for v in values], dtype=np.int64)
        size = int(self.group.max(initial=-1)) + 1
        codes = np.full((size, len(table.annotators)), MISSING, dtype=np.int32)
        codes[self.group, table.annotator] = chosen
        document = np.zeros(size, dtype=np.int64)
        document[self.group] = table.document
        kept = np.zeros(size, dtype=np.bool_)
        kept[self.matched] = True
        dropped = left_out(
            claims_without_counterpart=int((~kept).sum()),
            matched_claims_without_a_value=int((chosen[kept[self.group]] == MISSING).sum()),
        )
        names = tuple(d.name for d in table.documents)
        packed = np.asfortranarray(codes[kept])
        return Units(packed, known, table.annotators, document[kept], names, dropped=dropped)


def match(
    documents: Iterable[Document],
    first: str,
    second: str,
    *,
    anchors: Sequence[str] = ANCHORS,
    support: Sequence[str] = SUPPORT,
) -> Matching:
    """Match the claims of two annotators one to one, for the greatest total overlap.

    Args:
        documents: Those that both read are used.
        first, second: Annotators.
        anchors: Roles of which one must overlap; ("span",) for marks.
        support: Roles that decide between claims with the same anchors.
    """
    table = ClaimTable.of((d for d in documents if {first, second} <= d.claims.keys()),
                          [first, second])  # fmt: skip
    left, right, overlap = _matched(table, anchors, support)
    names = [d.name for d in table.documents]
    alone = np.ones(len(table.claims), dtype=np.bool_)
    alone[left] = alone[right] = False

    def only(annotator: int) -> tuple[tuple[str, Claim], ...]:
        mine = np.flatnonzero(alone & (table.annotator == annotator))
        return tuple((names[table.document[i]], table.claims[i]) for i in mine)

    matches = tuple(
        Match(names[table.document[i]], table.claims[i], table.claims[j], float(dice))
        for i, j, dice in zip(left, right, overlap, strict=True)
    )
    return Matching(first, second, matches, only(0), only(1))


def align(
    documents: Iterable[Document],
    annotators: Sequence[str] | None = None,
    *,
    anchors: Sequence[str] = ANCHORS,
    support: Sequence[str] = SUPPORT,
) -> Alignment:
    """Group the claims of two to many annotators; every claim is in exactly one group.

    Args:
        documents: Documents that one annotator read add groups of one claim.
        annotators: Whom to compare; all without.
        anchors: As for `match`.
        support: As for `match`.
    """
    table = ClaimTable.of(documents, annotators)
    total = len(table.claims)
    left, right, score = _matched(table, anchors, support)
    part = _connected(total, left, right)
    # In most parts nobody has two claims, so the part is the group.
    coders = max(len(table.annotators), 1)
    held, times = np.unique(part * coders + table.annotator, return_counts=True)
    clashing = np.zeros(total, dtype=np.bool_)
    clashing[held[times > 1] // coders] = True
    contested = np.flatnonzero(clashing[part[left]])
    order = contested[np.lexsort((right[contested], left[contested], -score[contested]))]
    group = _split(table, part, clashing, left[order].tolist(), right[order].tolist())
    leading = np.full(total, np.iinfo(np.int64).max)
    np.minimum.at(leading, group, _starts(table, anchors))
    known = distinct(group)
    number = np.empty(total, dtype=np.int64)
    number[known[np.lexsort((known, leading[known]))]] = np.arange(len(known))
    return Alignment(table, number[group])


def _starts(table: ClaimTable, anchors: Sequence[str]) -> Ints:
    """Where each claim starts on the line: its anchors, or any role if it has none of them."""
    nowhere = np.iinfo(np.int64).max
    start = np.full(len(table.claims), nowhere)
    for name in anchors:
        fragments = table.role(name)
        np.minimum.at(start, fragments.item, fragments.start)
    for i in np.flatnonzero(start == nowhere):
        start[i] = table.claims[i].start + table.base[table.document[i]]
    return start


def _matched(
    table: ClaimTable, anchors: Sequence[str], support: Sequence[str]
) -> tuple[Ints, Ints, Floats]:
    """Matched claims of all pairs of annotators and their overlap, sorted by the first claim."""
    total, coders = len(table.claims), len(table.annotators)
    main = [table.role(name) for name in anchors]
    further = [table.role(name) for name in support]
    sizes = [fragments.size for fragments in (*main, *further)]
    found: list[tuple[Ints, Ints, Floats]] = []
    for first, last in main[0].blocks() if total else ():
        meetings = [fragments.meeting(first, last) for fragments in (*main, *further)]
        keys = np.concatenate([meeting.keys(total) for meeting in meetings[: len(main)]])
        keys = distinct(keys) if len(main) > 1 else keys
        left, right = np.divmod(keys, total)
        dice = np.zeros(len(keys))
        support_weight = np.zeros(len(keys))
        for i, (meeting, size) in enumerate(zip(meetings, sizes, strict=True)):
            at, known = within(keys, meeting.keys(total))
            a, b = meeting.first[known], meeting.second[known]
            overlap = 2 * meeting.common[known] / (size[a] + size[b])
            if i < len(main):
                dice[at] += overlap / len(main)
            else:
                support_weight[at] += _SUPPORT_WEIGHT * overlap
        # One matching for all pairs of annotators: a claim is a node of its own for each of them.
        ours = (left - first) * coders + table.annotator[right]
        theirs = (right - first) * coders + table.annotator[left]
        chosen = best_matching(ours, theirs, dice + support_weight)
        found.append((left[chosen], right[chosen], dice[chosen]))
    nothing = np.empty(0, dtype=np.int64)
    return (
        np.concatenate([nothing, *(item[0] for item in found)]),
        np.concatenate([nothing, *(item[1] for item in found)]),
        np.concatenate([np.empty(0), *(item[2] for item in found)]),
    )


def _connected(total: int, left: Ints, right: Ints) -> Ints:
    """The least index reachable from each of `total` nodes: equal within a connected part."""
    label = np.arange(total)
    while True:
        least = np.minimum(label[left], label[right])
        new = label.copy()
        np.minimum.at(new, left, least)
        np.minimum.at(new, right, least)
        new = new[new]
        if np.array_equal(new, label):
            return label
        label = new


def _split(
    table: ClaimTable,
    part: Ints,
    clashing: NDArray[np.bool_],
    left: list[int],
    right: list[int],
) -> Ints:
    """Rebuild contested parts from their strongest pairs, one claim per annotator in a group."""
    group = part.copy()
    leader = {int(i): int(i) for i in np.flatnonzero(clashing[part])}
    members = {i: [i] for i in leader}
    holds = {i: 1 << int(table.annotator[i]) for i in leader}
    for a, b in zip(left, right, strict=True):
        ours, theirs = leader[a], leader[b]
        if ours == theirs or holds[ours] & holds[theirs]:
            continue
        if len(members[ours]) < len(members[theirs]):
            ours, theirs = theirs, ours
        for i in members[theirs]:
            leader[i] = ours
        members[ours] += members.pop(theirs)
        holds[ours] |= holds[theirs]
    for i, first in leader.items():
        group[i] = first
    return group
