"""Agreement of two annotators from their confusion matrix, for one pair or for all pairs.

Cohen 1960 (kappa) and 1968 (weighted), Scott 1955 (pi). Only units that both labelled count.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal, get_args

import numpy as np

from annotator.agreement.alpha import nominal_alpha
from annotator.agreement.bootstrap import DEFAULT, Resampling, with_interval
from annotator.agreement.chance_corrected import agreement_weights
from annotator.agreement.result import (
    NO_ANNOTATIONS,
    NO_SHARED_UNITS,
    ONE_LABEL,
    Result,
    left_out,
    ratio,
)
from annotator.agreement.units import Units
from annotator.alignment.arrays import Floats, Ints
from annotator.domain.errors import InputError

PairMeasure = Literal[
    "percent", "cohen", "cohen_linear", "cohen_quadratic", "scott", "ac1", "alpha"
]
PAIR_MEASURES: Final[tuple[PairMeasure, ...]] = get_args(PairMeasure)


@dataclass(frozen=True, slots=True)
class Confusion:
    """What `second` said where `first` said something: counts (labels, labels), first in rows."""

    first: str
    second: str
    labels: tuple[str | int | float | bool, ...]
    counts: Ints

    def pairs(self) -> list[tuple[int, str, str]]:
        """Differing labels as (count, first's label, second's label), most frequent first."""
        rows, columns = np.nonzero(self.counts)
        found = [
            (int(self.counts[i, j]), str(self.labels[i]), str(self.labels[j]))
            for i, j in zip(rows, columns, strict=True)
            if i != j
        ]
        return sorted(found, key=lambda item: (-item[0], item[1], item[2]))


def pair(
    units: Units, measure: PairMeasure = "cohen", *, resampling: Resampling | None = DEFAULT
) -> Result:
    """A measure of two annotators from their confusion matrix.

    Raises:
        InputError: when there are not two annotators; `all_pairs` takes more.
    """
    if len(units.annotators) != 2:
        raise InputError(
            f"{measure} compares two annotators, not {len(units.annotators)}",
            "use all_pairs, or a measure for any number such as alpha",
        )
    first, second = (units.codes[:, r] for r in (0, 1))
    size = len(units.labels)
    both = (first >= 0) & (second >= 0)
    weight = _weights(size, measure)
    # Margins are enough: 2 * labels + 2 sums instead of the labels^2 of a confusion matrix.
    agreed = weight[first, second] * both if size else np.zeros(len(first))
    margins = [(column == label) & both for column in (first, second) for label in range(size)]
    rows = units.per_document([both, agreed, *margins])

    def values(sums: Floats) -> Floats:
        by_first, by_second = sums[:, 2 : 2 + size], sums[:, 2 + size :]
        return _values(measure, sums[:, 0], sums[:, 1], by_first, by_second)

    statistic = units.statistic(rows, values)
    n = int(both.sum())
    result = Result.from_statistic(
        measure,
        statistic,
        n,
        units.unit,
        undefined=ONE_LABEL if n else NO_SHARED_UNITS if units.given.any() else NO_ANNOTATIONS,
        documents=int(rows[:, 0].astype(bool).sum()),
        annotators=units.annotators,
        left_out=units.dropped
        + left_out(
            labelled_by_one_of_the_two_only=int((~both & (units.given > 0)).sum()),
            labelled_by_neither=int((units.given == 0).sum()),
        ),
        subject=" / ".join(units.annotators),
    )
    return with_interval(result, resampling)


def _weights(size: int, measure: PairMeasure) -> Floats:
    if measure == "cohen_linear":
        return agreement_weights(size, "linear")
    return agreement_weights(size, "quadratic" if measure == "cohen_quadratic" else "identity")


def _values(
    measure: PairMeasure, n: Floats, agreed: Floats, by_first: Floats, by_second: Floats
) -> Floats:
    """The measure from units (pairs,), (weighted) agreement, and label counts (pairs, labels)."""
    size = by_first.shape[1]
    if measure == "alpha":
        # A differing unit adds 2 to the disagreement: each of its labels misses the other.
        return nominal_alpha(np.column_stack([2 * (n - agreed), by_first + by_second]))
    observed = ratio(agreed, n)
    if measure == "percent":
        return observed
    each = n[:, np.newaxis]
    shares = ratio(by_first + by_second, 2 * each)
    if measure == "scott":
        expected = (shares**2).sum(axis=1)
    elif measure == "ac1":
        expected = (shares * (1 - shares)).sum(axis=1) / max(size - 1, 1)
    else:
        weighted = ratio(by_first, each) @ _weights(size, measure)
        expected = (weighted * ratio(by_second, each)).sum(axis=1)
    return ratio(observed - expected, 1 - expected)


def confusions(units: Units) -> tuple[tuple[tuple[int, int], ...], Ints]:
    """All pairs of columns and their confusion matrices (pairs, labels, labels).

    A matrix holds units that both labelled: the first column's label in rows.
    """
    size = len(units.labels) + 1
    places = tuple(combinations(range(len(units.annotators)), 2))
    out = np.zeros((len(places), size - 1, size - 1), dtype=np.int64)
    # A missing label becomes one label more, cut off at the end: no unit is selected or copied.
    dtype = np.dtype(np.int16 if size * size < 32_000 else np.int64)
    columns = [units.codes[:, r].astype(dtype) + 1 for r in range(len(units.annotators))]
    scaled = [np.multiply(column, size, dtype=dtype) for column in columns]
    for p, (i, j) in enumerate(places):
        table = np.bincount(scaled[i] + columns[j], minlength=size * size)
        out[p] = table.reshape(size, size)[1:, 1:]
    return places, out


def confusion(units: Units, first: str, second: str) -> Confusion:
    """The confusion matrix of two annotators."""
    _, tables = confusions(units.only([first, second]))
    return Confusion(first, second, units.labels, tables[0])


def pair_matrix(units: Units, measure: PairMeasure = "cohen") -> Floats:
    """The measure for all pairs at once (annotators, annotators): symmetric, NaN if undefined."""
    places, tables = confusions(units)
    out = np.full((len(units.annotators), len(units.annotators)), np.nan)
    if places:
        counts = tables.astype(np.float64)
        agreed = (counts * _weights(len(units.labels), measure)).sum(axis=(1, 2))
        margins = counts.sum(axis=2), counts.sum(axis=1)
        first, second = np.array(places).T
        values = _values(measure, counts.sum(axis=(1, 2)), agreed, *margins)
        out[first, second] = out[second, first] = values
    return out


def all_pairs(
    units: Units, measure: PairMeasure = "cohen", *, resampling: Resampling | None = DEFAULT
) -> tuple[Result, ...]:
    """The measure of every pair of annotators, with n and interval; `subject` names the pair."""
    return tuple(
        pair(units.only(names), measure, resampling=resampling)
        for names in combinations(units.annotators, 2)
    )


def against_the_rest(
    units: Units, *, resampling: Resampling | None = DEFAULT
) -> tuple[Result, ...]:
    """Nominal alpha of each annotator's labels paired with those of all others.

    An annotator who stands apart shows as the lowest value. A unit that the annotator and k others
    labelled counts as k pairs.
    """
    return tuple(_one_against_the_rest(units, r, resampling) for r in range(len(units.annotators)))


def _one_against_the_rest(units: Units, place: int, resampling: Resampling | None) -> Result:
    mine = units.codes[:, place]
    own = np.arange(len(units.labels))[:, np.newaxis] == mine
    others = units.counts - own
    pairs = np.where(mine >= 0, units.given - 1, 0)
    differing = pairs - (own * others).sum(axis=0)
    # Both labels of a pair occur: mine once for each other annotator, and theirs.
    occurring = own * pairs + others * (mine >= 0)
    rows = units.per_document([2 * differing, *occurring])
    statistic = units.statistic(rows, nominal_alpha)
    n = int(pairs.sum())
    result = Result.from_statistic(
        "alpha_against_the_rest",
        statistic,
        n,
        "pairs of labels",
        undefined=ONE_LABEL if n else NO_SHARED_UNITS,
        documents=int(rows.any(axis=1).sum()),
        annotators=units.annotators,
        left_out=left_out(units_without_a_second_label=int(((mine >= 0) & (pairs == 0)).sum())),
        subject=units.annotators[place],
    )
    return with_interval(result, resampling)
