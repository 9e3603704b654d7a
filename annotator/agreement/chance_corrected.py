"""Agreement of any number of annotators against chance: percent, Fleiss, Gwet, Brennan-Prediger,
Conger.

Observed agreement is the mean over units with two or more labels of the share of agreeing pairs.
With missing labels the coefficients follow Gwet, Handbook of Inter-Rater Reliability (4th ed.,
2014), ch. 2-5; AC1 is from Gwet 2008, British Journal of Mathematical and Statistical Psychology
61:29-48.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Final, Literal

import numpy as np

from annotator.agreement.bootstrap import DEFAULT, Resampling, with_interval
from annotator.agreement.result import (
    NO_ANNOTATIONS,
    NO_SHARED_UNITS,
    ONE_LABEL,
    Result,
    ratio,
)
from annotator.agreement.units import Units
from annotator.alignment.arrays import Floats

Weights = Literal["identity", "linear", "quadratic", "ordinal"]
Chance = Callable[[Floats, int], Floats]
"""(resamples, labels) shares of the labels and the number of labels -> expected agreement."""


def agreement_weights(labels: int, weights: Weights) -> Floats:
    """How far two labels agree, 0 to 1 (labels, labels), by their places in the scheme.

    "ordinal" is Gwet's: 1 - C(|c-k|+1, 2) / C(labels, 2).
    """
    place = np.arange(labels, dtype=np.float64)
    apart = np.abs(place[:, np.newaxis] - place)
    widest = max(labels - 1, 1)
    if weights == "identity":
        return np.eye(labels)
    if weights == "linear":
        return 1 - apart / widest
    if weights == "quadratic":
        return 1 - (apart / widest) ** 2
    return 1 - (apart + 1) * apart / (widest * (widest + 1))


def percent(units: Units, *, resampling: Resampling | None = DEFAULT) -> Result:
    """The share of agreeing pairs of labels, averaged over units. Show it, but never alone."""
    return _coefficient("percent", units, lambda shares, _: np.zeros(len(shares)), resampling)


def fleiss(units: Units, *, resampling: Resampling | None = DEFAULT) -> Result:
    """Fleiss' kappa (1971), in Gwet's form for missing labels."""
    return _coefficient("fleiss", units, lambda shares, _: _squared(shares), resampling)


def _squared(shares: Floats) -> Floats:
    total: Floats = (shares * shares).sum(axis=1)
    return total


def gwet(
    units: Units, *, weights: Weights = "identity", resampling: Resampling | None = DEFAULT
) -> Result:
    """Gwet's AC1, or AC2 with weights other than "identity".

    Its expected agreement depends on the number of labels: that of `units.labels`, which should be
    the label set of the scheme, not only the labels that were used.
    """

    def chance(shares: Floats, size: int) -> Floats:
        if size < 2:
            return np.zeros(len(shares))
        share = float(agreement_weights(size, weights).sum()) / (size * (size - 1))
        expected: Floats = (shares * (1 - shares)).sum(axis=1) * share
        return expected

    name = "ac1" if weights == "identity" else f"ac2_{weights}"
    return _coefficient(name, units, chance, resampling, weights)


def brennan_prediger(units: Units, *, resampling: Resampling | None = DEFAULT) -> Result:
    """Brennan & Prediger's kappa (1981): chance is one in the number of labels of the scheme."""

    def chance(shares: Floats, size: int) -> Floats:
        return np.full(len(shares), 1 / max(size, 1))

    return _coefficient("brennan_prediger", units, chance, resampling)


def _observed(units: Units, weights: Weights) -> Floats:
    """The share of agreeing pairs of labels in each unit (units,), 0 where fewer than two."""
    counts = units.counts
    if weights == "identity":
        agreeing = units.squares - units.given
    else:
        weighted = agreement_weights(len(counts), weights) @ counts
        agreeing = np.einsum("ku,ku->u", counts, weighted) - units.given
    pairs = units.given * (units.given - 1)
    return np.where(units.shared, agreeing / np.maximum(pairs, 1), 0.0)


def _coefficient(
    name: str,
    units: Units,
    chance: Chance,
    resampling: Resampling | None,
    weights: Weights = "identity",
) -> Result:
    """(observed - expected) / (1 - expected); sums: observed, shared, labelled, shares."""
    labelled = units.given > 0
    several = np.maximum(units.given, 1)
    # One after the other: of a million tokens each is a column of eight million bytes.
    shares = (count / several for count in units.counts)
    rows = units.per_document(
        chain((_observed(units, weights), units.shared, labelled), shares), 3 + len(units.labels)
    )

    def measure(sums: Floats) -> Floats:
        observed = ratio(sums[:, 0], sums[:, 1])
        shares = np.nan_to_num(ratio(sums[:, 3:], sums[:, 2:3]))
        expected = chance(shares, sums.shape[1] - 3)
        return ratio(observed - expected, 1 - expected)

    return _finish(name, units, rows, measure, resampling)


def conger(units: Units, *, resampling: Resampling | None = DEFAULT) -> Result:
    """Conger's kappa (1980): Cohen's for any number of annotators, each with their own shares."""
    size, coders = len(units.labels), len(units.annotators)
    given = [units.codes[:, r] == label for r in range(coders) for label in range(size)]
    rows = units.per_document([_observed(units, "identity"), units.shared, units.given > 0, *given])

    def measure(sums: Floats) -> Floats:
        observed = ratio(sums[:, 0], sums[:, 1])
        table = sums[:, 3:].reshape(len(sums), coders, size)
        shares = ratio(table, table.sum(axis=2, keepdims=True))
        # An annotator without labels has no shares (NaN), and one unit gives no spread of shares.
        spread = shares.var(axis=1, ddof=1) if coders > 1 else np.full(shares[:, 0].shape, np.nan)
        expected = (shares.mean(axis=1) ** 2 - spread / coders).sum(axis=1)
        expected = np.where(sums[:, 2] > 1, expected, np.nan)
        return ratio(observed - expected, 1 - expected)

    reason = ONE_LABEL
    if not (units.codes >= 0).any(axis=0).all():
        reason = "an annotator gave no label, so has no shares to expect anything from"
    elif int((units.given > 0).sum()) == 1:
        reason = "one unit: each annotator's shares rest on one label"
    return _finish("conger", units, rows, measure, resampling, reason)


def _finish(
    name: str,
    units: Units,
    rows: Floats,
    measure: Callable[[Floats], Floats],
    resampling: Resampling | None,
    otherwise: str = ONE_LABEL,
) -> Result:
    statistic = units.statistic(rows, measure) if rows.size else None
    n = int(units.shared.sum())
    unlabelled = not units.given.any()
    result = Result.from_statistic(
        name,
        statistic,
        n,
        units.unit,
        undefined=NO_ANNOTATIONS if unlabelled else otherwise if n else NO_SHARED_UNITS,
        documents=units.documents_used,
        annotators=units.annotators,
        left_out=units.unused,
    )
    return with_interval(result, resampling)


MEASURES: Final = {
    "percent": percent,
    "fleiss": fleiss,
    "ac1": gwet,
    "brennan_prediger": brennan_prediger,
    "conger": conger,
}
