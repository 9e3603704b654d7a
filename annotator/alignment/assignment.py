"""Exact matching of two lists: at most one partner each, greatest total weight.

Successive shortest augmenting paths with potentials (Kuhn-Munkres in the sparse form of Jonker &
Volgenant 1987, Computing 38:325-340), where everyone may also stay alone at weight 0. Spans of a
text meet only their neighbours, so most are settled without a search and a search stays local.
"""

from __future__ import annotations

from collections import defaultdict
from heapq import heappop, heappush
from math import inf

import numpy as np

from annotator.alignment.arrays import Floats, Ints
from annotator.alignment.components import least_reachable


def best_matching(left: Ints, right: Ints, weight: Floats) -> Ints:
    """Choose edges so that no end is used twice and the sum of weights is greatest.

    Args:
        left, right: Ends of each edge (edges,), small non-negative integers.
        weight: Of each edge; edges at or below 0 are never chosen.

    Returns:
        Indices of the chosen edges, ascending. The sum is the maximum; where several choices reach
        it, one of them is returned, the same for the same input.
    """
    open_edges = np.flatnonzero(weight > 0)
    chosen: list[Ints] = []
    while len(open_edges):
        taken = open_edges[_certain(left[open_edges], right[open_edges], weight[open_edges])]
        if not len(taken):
            break
        chosen.append(taken)
        used_left = np.zeros(int(left.max()) + 1, dtype=np.bool_)
        used_right = np.zeros(int(right.max()) + 1, dtype=np.bool_)
        used_left[left[taken]] = used_right[right[taken]] = True
        open_edges = open_edges[~(used_left[left[open_edges]] | used_right[right[open_edges]])]
    if len(open_edges):
        taken, left_over = _crossed(left[open_edges], right[open_edges], weight[open_edges])
        chosen.append(open_edges[taken])
        open_edges = open_edges[left_over]
    searched = _search(
        left[open_edges].tolist(), right[open_edges].tolist(), weight[open_edges].tolist()
    )
    return np.sort(np.concatenate([*chosen, open_edges[searched]]))


def _crossed(left: Ints, right: Ints, weight: Floats) -> tuple[Ints, Ints]:
    """Settle what is left between two and two: straight or crossed, whichever weighs more.

    So two nested claims of one annotator meet two of another, in many places of a text.

    Returns:
        The edges chosen there, and those of larger parts.
    """
    ends, first = np.unique(left, return_inverse=True)
    others, second = np.unique(right, return_inverse=True)
    total = len(ends) + len(others)
    part = least_reachable(total, first, len(ends) + second)
    two = np.bincount(part[: len(ends)], minlength=total) == 2
    two &= np.bincount(part[len(ends) :], minlength=total) == 2
    # A part is numbered by its least end, which is on the left; the least on the right likewise.
    least = np.full(total, total)
    np.minimum.at(least, part[len(ends) :], np.arange(len(others)))
    of = part[first]
    straight = (first == of) == (second == least[of])
    sums = [np.bincount(of, weight * side, minlength=total) for side in (straight, ~straight)]
    wanted = straight == (sums[0] >= sums[1])[of]
    return np.flatnonzero(two[of] & wanted), np.flatnonzero(~two[of])


def _certain(left: Ints, right: Ints, weight: Floats) -> Ints:
    """Edges that some best matching holds: they outweigh what both ends could have instead."""
    instead = _otherwise(left, weight) + _otherwise(right, weight)
    certain = np.flatnonzero(weight >= instead)
    for ends in (left, right):
        # Two certain edges at one end weigh the same: either will do.
        mine = ends[certain]
        first = np.empty(int(ends.max()) + 1, dtype=np.int64)
        first[mine[::-1]] = certain[::-1]
        certain = certain[first[mine] == certain]
    return certain


def _otherwise(ends: Ints, weight: Floats) -> Floats:
    """For each edge, the greatest weight of the other edges at its end (0 without any)."""
    best = np.zeros(int(ends.max()) + 1)
    np.maximum.at(best, ends, weight)
    leading = weight == best[ends]
    second = np.zeros_like(best)
    np.maximum.at(second, ends[~leading], weight[~leading])
    tied = np.bincount(ends[leading], minlength=len(best)) > 1
    second[tied] = best[tied]
    return np.where(leading, second[ends], best[ends])


def _search(left: list[int], right: list[int], weight: list[float]) -> list[int]:
    edges_of: dict[int, list[int]] = defaultdict(list)
    for edge, owner in enumerate(left):
        edges_of[owner].append(edge)
    matcher = _Matcher(left, right, weight, edges_of)
    for owner in edges_of:
        matcher.add(owner)
    return list(matcher.edge_of.values())


class _Matcher:
    """The best matching of the left ends added so far.

    Costs are `most[u] - weight`, so that being alone costs `most[u]` and no cost is negative.
    """

    def __init__(
        self,
        left: list[int],
        right: list[int],
        weight: list[float],
        edges_of: dict[int, list[int]],
    ) -> None:
        self.left, self.right, self.weight, self.edges_of = left, right, weight, edges_of
        self.most = {u: max(weight[e] for e in edges) for u, edges in edges_of.items()}
        self.price_left: dict[int, float] = dict.fromkeys(edges_of, 0.0)
        self.price_right: dict[int, float] = defaultdict(float)
        self.edge_of: dict[int, int] = {}
        """Matched right end -> its edge."""
        self.partner: dict[int, int] = {}
        """Matched left end -> its right end."""

    def add(self, root: int) -> None:
        """Match one more left end (or leave someone alone), along the cheapest path of changes."""
        reached = {root: 0.0}
        settled: dict[int, float] = {}
        best: dict[int, float] = {}
        via: dict[int, int] = {}
        heap: list[tuple[float, int]] = []
        owner, cost = root, 0.0
        total, alone, last = inf, root, -1
        while True:
            staying = cost + self.most[owner] - self.price_left[owner]
            if staying < total:
                total, alone, last = staying, owner, -1
            for edge in self.edges_of[owner]:
                other = self.right[edge]
                if other in settled:
                    continue
                reduced = self.most[owner] - self.weight[edge]
                reduced += cost - self.price_left[owner] - self.price_right[other]
                if reduced < best.get(other, total):
                    best[other] = reduced
                    via[other] = edge
                    heappush(heap, (reduced, other))
            while heap and (heap[0][1] in settled or heap[0][0] > best[heap[0][1]]):
                heappop(heap)
            if not heap or heap[0][0] >= total:
                break
            cost, other = heappop(heap)
            settled[other] = cost
            if other not in self.edge_of:
                total, last = cost, other
                break
            owner = self.left[self.edge_of[other]]
            reached[owner] = cost
        for u, at in reached.items():
            self.price_left[u] += total - at
        for v, at in settled.items():
            self.price_right[v] -= total - at
        self._change(root, alone, last, via)

    def _change(self, root: int, alone: int, last: int, via: dict[int, int]) -> None:
        """Walk the path back, moving each left end to the right end that was found for it."""
        if last < 0:
            if alone == root:
                return
            last = self.partner.pop(alone)
        other: int | None = last
        while other is not None:
            edge = via[other]
            owner = self.left[edge]
            freed = None if owner == root else self.partner[owner]
            self.partner[owner] = other
            self.edge_of[other] = edge
            other = freed
