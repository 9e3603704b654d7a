"""Where items of many annotators meet: parts of a text, most of them simple.

Twenty annotators who mark one claim make 190 pairs. Where nobody has two items in a place, as is
usual, who meets whom needs no search: a part is one row of a table with a column per annotator, and
each two columns are compared for all parts at once. Only the other parts need a matching.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from annotator.alignment.arrays import Bools, Ints
from annotator.alignment.overlaps import Fragments


def least_reachable(total: int, left: Ints, right: Ints) -> Ints:
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


def connected_components(total: int, roles: Sequence[Fragments]) -> Ints:
    """A number for each item: equal where items are linked by overlaps in any of the roles.

    Overlaps of one annotator's own items link them too. Items without a fragment are alone.
    """
    label = np.arange(total)
    left, right = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for fragments in roles:
        if not len(fragments.item):
            continue
        order = np.argsort(fragments.start, kind="stable")
        item, start = fragments.item[order], fragments.start[order]
        reach = np.maximum.accumulate(fragments.end[order])
        opening = np.ones(len(order), dtype=np.bool_)
        opening[1:] = start[1:] >= reach[:-1]
        first = np.flatnonzero(opening)
        if len(roles) == 1 and (np.diff(fragments.item) > 0).all():
            # With one piece each, stretches of the line are the parts.
            label[item] = np.minimum.reduceat(item, first)[np.cumsum(opening) - 1]
            return label
        left.append(item[first][np.cumsum(opening) - 1])
        right.append(item)
    return least_reachable(total, np.concatenate(left), np.concatenate(right))


@dataclass(frozen=True, eq=False)
class SimpleComponents:
    """The simple parts: at most one item of each annotator, and one piece per item.

    Attributes:
        item: (annotators, places), -1 where an annotator has none.
        document: Of each place (places,).
        rest: Which items are in parts that are not simple (items,).
    """

    item: Ints
    document: Ints
    rest: Bools

    @staticmethod
    def from_fragments(
        main: Fragments, annotators: int, others: Sequence[Fragments] = ()
    ) -> SimpleComponents:
        """Find the simple parts of what overlaps in `main`.

        Args:
            main: Items without a fragment here belong to no part.
            annotators: How many.
            others: Further roles of the items; where an item has two pieces in one of these, its
                part is not simple.
        """
        total = len(main.owner)
        part = connected_components(total, [main])
        pieces = np.bincount(main.item, minlength=total)
        key = part * max(annotators, 1) + main.owner
        order = np.argsort(key, kind="stable")
        order = order[pieces[order] > 0]
        twice = np.zeros(total, dtype=np.bool_)
        again = np.flatnonzero(key[order][1:] == key[order][:-1])
        twice[part[order[again]]] = True
        twice[part[pieces > 1]] = True
        for fragments in others:
            several = np.bincount(fragments.item, minlength=total) > 1
            twice[part[several & (pieces > 0)]] = True
        in_parts = pieces > 0
        rest = in_parts & twice[part]
        simple = np.flatnonzero(in_parts & ~rest)
        known, place = np.unique(part[simple], return_inverse=True)
        item = np.full((annotators, len(known)), -1, dtype=np.int64)
        item[main.owner[simple], place] = simple
        return SimpleComponents(item, main.document[known], rest)

    def edges(self, fragments: Fragments) -> tuple[Ints, Ints]:
        """Start and end of the items in one role (annotators, places); 0 and 0 without."""
        total = len(fragments.owner)
        start, end = np.zeros(total + 1, dtype=np.int64), np.zeros(total + 1, dtype=np.int64)
        start[fragments.item], end[fragments.item] = fragments.start, fragments.end
        # The last entry is where the item -1 leads.
        start[total] = end[total] = 0
        return start[self.item], end[self.item]

    def pairs(self, fragments: Fragments) -> Iterator[tuple[int, int, Bools]]:
        """Each two annotators, and in which places their items overlap (places,)."""
        start, end = self.edges(fragments)
        for i, j in combinations(range(len(self.item)), 2):
            yield i, j, np.maximum(start[i], start[j]) < np.minimum(end[i], end[j])
