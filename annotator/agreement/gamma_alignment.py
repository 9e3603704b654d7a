"""The best alignment of the spans of one document: which spans are about the same thing.

A unitary alignment holds at most one span of each annotator. It costs the mean dissimilarity over
all pairs of annotators, where a pair without two spans costs `delta`. The best alignment puts every
span into one unitary alignment at the least total cost (Mathet et al. 2015, section 4).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module
from math import comb
from typing import Final

import numpy as np

from annotator.agreement.span_table import SpanTable
from annotator.alignment.arrays import Floats, Ints
from annotator.alignment.assignment import best_matching
from annotator.alignment.overlaps import starting_within
from annotator.domain.errors import InputError
from annotator.domain.extras import missing

MOST_CANDIDATES: Final = 2_000_000
"""Unitary alignments that are considered at once for three or more annotators."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What differences between spans cost.

    Attributes:
        alpha: Weight of positions: ((|start difference| + |end difference|) / (sum of lengths))^2.
        beta: Weight of labels: 1 if they differ.
        delta: What a span without a partner costs; positions and labels are in this unit.

    Raises:
        ValueError: unless delta > 0 and the weights are not negative and not both 0.
    """

    alpha: float = 1.0
    beta: float = 1.0
    delta: float = 1.0

    def __post_init__(self) -> None:
        if self.delta <= 0 or min(self.alpha, self.beta) < 0 or self.alpha + self.beta == 0:
            raise ValueError("gamma needs delta > 0 and weights alpha, beta >= 0, not both 0")


@dataclass(frozen=True, eq=False)
class Continuum:
    """The spans of one document.

    Attributes:
        start, end, label, annotator: Of each span (spans,); annotators are 0 .. readers - 1.
        readers: How many annotators read it, also those who marked nothing.
        length: Of the document.
    """

    start: Ints
    end: Ints
    label: Ints
    annotator: Ints
    readers: int
    length: int

    @staticmethod
    def from_layer(layer: SpanTable, document: int) -> Continuum:
        """One document of a layer, each fragment a span; positions from its start."""
        mine = np.flatnonzero(layer.document[layer.span] == document)
        readers = np.flatnonzero(layer.read[document])
        rank = np.zeros(len(layer.annotators), dtype=np.int64)
        rank[readers] = np.arange(len(readers))
        low, high = layer.base[document], layer.base[document + 1]
        span = layer.span[mine]
        return Continuum(
            layer.start[mine] - low,
            layer.end[mine] - low,
            layer.label[span],
            rank[layer.annotator[span]],
            len(readers),
            int(high - low),
        )

    def pair(self, first: int, second: int) -> Continuum:
        """The spans of two annotators alone."""
        kept = (self.annotator == first) | (self.annotator == second)
        return Continuum(
            self.start[kept],
            self.end[kept],
            self.label[kept],
            (self.annotator[kept] == second).astype(np.int64),
            2,
            self.length,
        )

    def shuffled(self, rng: np.random.Generator) -> Continuum:
        """A random continuum: for each annotator, the spans of a randomly drawn one, all shifted
        by a random distance and wrapped around the end (Mathet et al. 2015, section 5.2).

        Distances lie at least half a mean span apart, or two copies of one annotator would agree.
        """
        apart = float((self.end - self.start).mean()) / 2
        shifts: list[int] = []
        parts: list[Continuum] = []
        for reader in range(self.readers):
            for _ in range(20):
                shift = int(rng.integers(self.length))
                gaps = [abs(shift - other) for other in shifts]
                if all(min(gap, self.length - gap) >= apart for gap in gaps):
                    break
            shifts.append(shift)
            drawn = np.flatnonzero(self.annotator == rng.integers(self.readers))
            start = (self.start[drawn] + shift) % self.length
            end = start + self.end[drawn] - self.start[drawn]
            owner = np.full(len(drawn), reader)
            parts.append(replace(self, start=start, end=end, label=self.label[drawn],
                                 annotator=owner))  # fmt: skip
        return replace(
            self,
            start=np.concatenate([part.start for part in parts]),
            end=np.concatenate([part.end for part in parts]),
            label=np.concatenate([part.label for part in parts]),
            annotator=np.concatenate([part.annotator for part in parts]),
        )

    def positional(self, a: Ints, b: Ints) -> Floats:
        """How far two spans lie apart, in units of delta."""
        apart = np.abs(self.start[a] - self.start[b]) + np.abs(self.end[a] - self.end[b])
        lengths = self.end[a] - self.start[a] + self.end[b] - self.start[b]
        distance: Floats = (apart / lengths) ** 2
        return distance

    def dissimilarity(self, a: Ints, b: Ints, costs: Costs) -> Floats:
        """What it costs to align two spans."""
        labels = (self.label[a] != self.label[b]) * costs.beta
        total: Floats = (costs.alpha * self.positional(a, b) + labels) * costs.delta
        return total


@dataclass(frozen=True, eq=False)
class ContinuumAlignment:
    """The best alignment of a continuum.

    Attributes:
        unitary: Spans of each unitary alignment (alignments, readers), -1 for none.
        cost: Of each (alignments,).
    """

    unitary: Ints
    cost: Floats

    @property
    def disorder(self) -> float:
        """The total cost per mean number of spans of an annotator."""
        spans = int((self.unitary >= 0).sum())
        per_reader = spans / self.unitary.shape[1]
        total = float(self.cost.sum())
        return total / per_reader if spans else 0.0


def best_alignment(continuum: Continuum, costs: Costs) -> ContinuumAlignment:
    """Align all spans at the least cost, exactly.

    Raises:
        MissingExtraError: for three or more annotators without scipy.
        InputError: when there are too many candidates for three or more annotators.
    """
    if not len(continuum.start):
        return ContinuumAlignment(np.empty((0, continuum.readers), dtype=np.int64), np.empty(0))
    if continuum.readers == 2:
        return _pairs(continuum, costs)
    return _several(continuum, costs)


def alignment_sums(continuum: Continuum, costs: Costs, labels: int) -> Floats:
    """What gamma and gamma-cat need of the best alignment of a continuum.

    Returns:
        Total cost; mean spans per annotator; weight of aligned pairs; their weighted label
        differences; then, per label, the last two for pairs that hold it (4 + 2 * labels,).
    """
    found = best_alignment(continuum, costs)
    out = np.zeros(4 + 2 * labels)
    out[0] = found.cost.sum()
    out[1] = len(continuum.start) / continuum.readers
    held = (found.unitary >= 0).sum(axis=1)
    for i in range(continuum.readers):
        for j in range(i + 1, continuum.readers):
            both = np.flatnonzero((found.unitary[:, i] >= 0) & (found.unitary[:, j] >= 0))
            a, b = found.unitary[both, i], found.unitary[both, j]
            weight = np.maximum(0, 1 - continuum.positional(a, b)) / (held[both] - 1)
            ours, theirs = continuum.label[a], continuum.label[b]
            differing = weight * (ours != theirs)
            out[2] += weight.sum()
            out[3] += differing.sum()
            for side, only in ((ours, ours >= 0), (theirs, ours != theirs)):
                out[4 : 4 + labels] += np.bincount(side, weight * only, minlength=labels)
                out[4 + labels :] += np.bincount(side, differing * only, minlength=labels)
    return out


def _pairs(continuum: Continuum, costs: Costs) -> ContinuumAlignment:
    """Two annotators: who aligned saves two spans without partner, so maximise what is saved."""
    ours = np.flatnonzero(continuum.annotator == 0)
    theirs = np.flatnonzero(continuum.annotator == 1)
    a, b = _near(continuum, ours, theirs, 2.0, costs)
    cost = continuum.dissimilarity(a, b, costs)
    chosen = best_matching(a, b, 2 * costs.delta - cost)
    a, b, cost = a[chosen], b[chosen], cost[chosen]
    lonely = np.setdiff1d(np.arange(len(continuum.start)), np.concatenate([a, b]))
    alone = np.full((len(lonely), 2), -1)
    alone[np.arange(len(lonely)), continuum.annotator[lonely]] = lonely
    unitary = np.concatenate([np.column_stack([a, b]), alone])
    return ContinuumAlignment(
        unitary, np.concatenate([cost, np.full(len(lonely), float(costs.delta))])
    )


def _near(
    continuum: Continuum, ours: Ints, theirs: Ints, most: float, costs: Costs
) -> tuple[Ints, Ints]:
    """Pairs of spans that may cost less than `most` deltas, found by where they start."""
    if not len(ours) or not len(theirs):
        return ours[:0], theirs[:0]
    size = continuum.end - continuum.start
    reach = float(continuum.length) * 2
    if costs.alpha > 0:
        reach = min(
            reach, (most / costs.alpha) ** 0.5 * float(size[ours].max() + size[theirs].max())
        )
    start = continuum.start[ours]
    width = np.full(len(ours), np.ceil(reach)).astype(np.int64)
    i, j = starting_within(start - width, start + width + 1, continuum.start[theirs])
    a, b = ours[i], theirs[j]
    worthwhile = continuum.dissimilarity(a, b, costs) < most * costs.delta
    return a[worthwhile], b[worthwhile]


def _several(continuum: Continuum, costs: Costs) -> ContinuumAlignment:
    """Three or more annotators: choose among candidates by integer programming."""
    unitary, cost = _candidates(continuum, costs)
    try:
        optimize, sparse = import_module("scipy.optimize"), import_module("scipy.sparse")
    except ImportError:
        raise missing(
            "gamma of three or more annotators needs scipy",
            "gamma",
            "or compare annotators pairwise",
        ) from None
    rows, columns = np.nonzero(unitary >= 0)
    shape = (len(continuum.start), len(unitary))
    ones = np.ones(len(rows))
    holds = sparse.csc_array((ones, (unitary[rows, columns], rows)), shape=shape)
    found = optimize.milp(
        cost,
        integrality=np.ones(len(cost)),
        bounds=optimize.Bounds(0, 1),
        constraints=optimize.LinearConstraint(holds, 1, 1),
    )
    if found.x is None:
        raise InputError(f"no best alignment was found: {found.message}")
    chosen = np.asarray(found.x) > 0.5
    return ContinuumAlignment(unitary[chosen], cost[chosen])


def _candidates(continuum: Continuum, costs: Costs) -> tuple[Ints, Floats]:
    """Unitary alignments that cost no more than their spans would one by one.

    A span whose pairs cost more than it would cost alone (its pairs with "none" plus a unitary
    alignment of its own) is never part of a best alignment, which bounds the search.
    """
    readers, spans = continuum.readers, len(continuum.start)
    pairs = comb(readers, 2)
    everyone = np.arange(spans)
    # A table of floats whatever type delta has: an integer one would cut costs off.
    table = np.full((spans + 1, spans + 1), costs.delta, dtype=np.float64)
    a, b = np.repeat(everyone, spans), np.tile(everyone, spans)
    table[:spans, :spans] = continuum.dissimilarity(a, b, costs).reshape(spans, spans)
    most = (readers - 1 + pairs) * costs.delta
    chosen = np.empty((1, 0), dtype=np.int64)
    spent = np.zeros((1, 0))
    total = np.zeros(1)
    for reader in range(readers):
        # The index `spans` stands for no span, which costs delta against anything.
        options = np.append(np.flatnonzero(continuum.annotator == reader), spans)
        if len(chosen) * len(options) > MOST_CANDIDATES * 10:
            raise _too_many(continuum)
        each = table[chosen[:, :, np.newaxis], options]
        added = each.sum(axis=1)
        fits = ((spent[:, :, np.newaxis] + each <= most) | (chosen[:, :, np.newaxis] == spans)).all(
            axis=1
        )
        fits &= (added <= most) | (options == spans)
        before, option = np.nonzero(fits)
        if len(before) > MOST_CANDIDATES:
            raise _too_many(continuum)
        mine = each[before, :, option]
        spent = np.column_stack([spent[before] + mine, added[before, option]])
        chosen = np.column_stack([chosen[before], options[option]])
        total = total[before] + added[before, option]
    held = (chosen < spans).sum(axis=1)
    cost = total / pairs
    useful = (held == 1) | ((held > 1) & (cost < held * costs.delta))
    unitary = np.where(chosen < spans, chosen, -1)[useful]
    # Alone, a span costs delta in every pair.
    return unitary, np.where(held == 1, costs.delta, cost)[useful]


def _too_many(continuum: Continuum) -> InputError:
    return InputError(
        f"{continuum.readers} annotators with {len(continuum.start)} spans allow too many "
        "alignments to find the best one",
        "compare annotators pairwise",
    )
