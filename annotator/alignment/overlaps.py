"""Which items of different annotators share positions, without comparing each with each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from annotator.alignment.arrays import Bools, Floats, Ints

_BLOCK: Final = 4_000
"""Fragments that are compared at once: few enough that their pairs stay in the processor's cache,
many enough that numpy does the work."""


@dataclass(frozen=True, eq=False)
class Fragments:
    """Pieces of items (spans, or claims in one role) on a line of documents.

    Attributes:
        item: Whose piece each is (fragments,), non-decreasing.
        start, end: On the line (fragments,); pieces of one item do not overlap.
        owner: The annotator of each item (items,).
        document: Of each item (items,), non-decreasing.
    """

    item: Ints
    start: Ints
    end: Ints
    owner: Ints
    document: Ints

    @property
    def size(self) -> Floats:
        """The length of each item, 0 where it has no piece (items,)."""
        return np.bincount(self.item, self.end - self.start, minlength=len(self.owner)).astype(
            np.float64
        )

    @property
    def columns(self) -> tuple[Ints, Ints, Ints]:
        """Item, start and end."""
        return self.item, self.start, self.end

    def only(self, wanted: Bools) -> Fragments:
        """The fragments of the items that `wanted` (items,) says; items keep their numbers."""
        kept = wanted[self.item]
        return replace(self, item=self.item[kept], start=self.start[kept], end=self.end[kept])

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Ranges of items that end with a document and hold not much more than a block."""
        pieces = np.bincount(self.item, minlength=len(self.owner))
        closing = np.flatnonzero(np.diff(self.document, append=-1)) + 1
        held = np.concatenate([[0], np.cumsum(pieces)])[closing]
        done, first = 0, 0
        for until, count in zip(closing.tolist(), held.tolist(), strict=True):
            if count - done >= _BLOCK or until == len(self.owner):
                yield first, until
                first, done = until, count

    def overlapping_pairs(self, first: int, last: int) -> OverlappingPairs:
        """Pairs of items from `[first, last)` with positions in common."""
        low, high = np.searchsorted(self.item, [first, last])
        item, start, end = self.item[low:high], self.start[low:high], self.end[low:high]
        a, b = starting_within(start, end, start)
        # Pieces that start together are found from both sides: one is enough.
        once = (start[a] < start[b]) | (a < b)
        a, b = a[once], b[once]
        owners = self.owner[item]
        a, b = np.where(owners[a] < owners[b], a, b), np.where(owners[a] < owners[b], b, a)
        apart = owners[a] != owners[b]
        a, b = a[apart], b[apart]
        common = np.minimum(end[a], end[b]) - np.maximum(start[a], start[b])
        left, right = item[a], item[b]
        keys = left * max(len(self.owner), 1) + right
        order = np.argsort(keys, kind="stable")
        keys, left, right = keys[order], left[order], right[order]
        common = common[order].astype(np.float64)
        opening = np.ones(len(keys), dtype=np.bool_)
        opening[1:] = keys[1:] != keys[:-1]
        if not opening.all():
            # Items of several pieces may meet in more than one.
            pair = np.flatnonzero(opening)
            left, right, common = left[pair], right[pair], np.add.reduceat(common, pair)
        return OverlappingPairs(left, right, common)


@dataclass(frozen=True, eq=False)
class OverlappingPairs:
    """Pairs of items of different annotators: `owner[first] < owner[second]`, sorted, once each.

    Attributes:
        first, second: Items (pairs,).
        common: How many positions they share (pairs,).
    """

    first: Ints
    second: Ints
    common: Floats

    def keys(self, total: int) -> Ints:
        """One number per pair, ascending."""
        return self.first * max(total, 1) + self.second


def starting_within(start: Ints, end: Ints, points: Ints) -> tuple[Ints, Ints]:
    """All pairs (range, point) with start <= point < end, as two lists of indices.

    The points within a range are a stretch of the sorted points, so the cost is that of sorting
    plus the pairs found.
    """
    order = np.argsort(points, kind="stable")
    ordered = points[order]
    first = np.searchsorted(ordered, start)
    found = np.searchsorted(ordered, end) - first
    ranges = np.repeat(np.arange(len(start)), found)
    # Positions first[i], first[i] + 1, ... of each range, written without a loop.
    skipped = np.repeat(np.cumsum(found) - found - first, found)
    return ranges, order[np.arange(len(ranges)) - skipped]
