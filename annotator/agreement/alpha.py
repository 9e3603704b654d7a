"""Krippendorff's alpha: nominal, ordinal, interval and ratio, with missing labels.

Krippendorff, Content Analysis (4th ed., 2019), ch. 12; "Computing Krippendorff's alpha-
reliability" (2011). Everything is a sum over units, hence over documents.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

import numpy as np

from annotator.agreement.bootstrap import DEFAULT, Resampling, with_interval
from annotator.agreement.result import (
    NO_ANNOTATIONS,
    NO_SHARED_UNITS,
    ONE_LABEL,
    Result,
    Statistic,
    ratio,
)
from annotator.agreement.units import Units
from annotator.alignment.arrays import Floats

Metric = Literal["nominal", "ordinal", "interval", "ratio"]
METRICS: Final[tuple[Metric, ...]] = get_args(Metric)


def alpha(
    units: Units, metric: Metric = "nominal", *, resampling: Resampling | None = DEFAULT
) -> Result:
    """Krippendorff's alpha of any number of annotators.

    Args:
        units: Labels; for "interval" and "ratio" the labels must be numbers, for "ordinal" they
            are taken in the order of `units.labels`.
        metric: How far apart two labels are.
        resampling: Of documents, for the interval; None leaves it out.

    Returns:
        Its `n` counts units with labels of at least two annotators.
    """
    name = f"alpha_{metric}"
    if metric in ("interval", "ratio"):
        reason = _not_numbers(units, metric)
        if reason:
            return _result(name, units, None, reason)
    statistic = _STATISTICS[metric](units)
    return with_interval(_result(name, units, statistic, ""), resampling)


def _not_numbers(units: Units, metric: str) -> str:
    try:
        values = [float(label) for label in units.labels]
    except (TypeError, ValueError, OverflowError):
        return f"the {metric} metric needs labels that are numbers"
    if not np.isfinite(values).all():
        return f"the {metric} metric needs labels that are finite"
    if metric == "ratio" and any(v < 0 for v in values):
        return "the ratio metric needs numbers that are not negative"
    return ""


def _result(name: str, units: Units, statistic: Statistic | None, reason: str) -> Result:
    n = int(np.count_nonzero(units.shared))
    if not n:
        reason = NO_SHARED_UNITS if units.given.any() else NO_ANNOTATIONS
    return Result.from_statistic(
        name,
        statistic,
        n,
        units.unit,
        undefined=reason or ONE_LABEL,
        documents=units.documents_used,
        annotators=units.annotators,
        left_out=units.unused,
    )


def nominal_statistic(units: Units) -> Statistic:
    """Sums: observed disagreement, then how often each label occurs in shared units."""
    # A unit with one label or none has m^2 - sum n_c^2 = 0: it needs no case of its own here.
    m = units.given
    disagreement = (m * m - units.squares) / np.maximum(m - 1, 1)
    pairable = [count * units.shared for count in units.counts]
    return units.statistic([disagreement, *pairable], nominal_alpha)


def nominal_alpha(sums: Floats) -> Floats:
    """alpha = 1 - (n - 1) sum d_u / (n^2 - sum n_c^2), from (resamples, 1 + labels)."""
    per_label = sums[:, 1:]
    n = per_label.sum(axis=1)
    return 1 - ratio((n - 1) * sums[:, 0], n * n - (per_label * per_label).sum(axis=1))


def coincidences(units: Units) -> Floats:
    """The coincidence matrix of all shared units (labels, labels), symmetric."""
    size = len(units.labels)
    full = np.zeros((size, size))
    upper = np.triu_indices(size)
    full[upper] = _coincidence_rows(units).sum(axis=0)
    return full + np.triu(full, 1).T


def _coincidence_rows(units: Units) -> Floats:
    """Per document, the upper triangle of the coincidence matrix, row by row."""
    counts, shared = units.counts.astype(np.float64), units.shared
    weight = np.where(shared, 1 / np.maximum(units.given - 1, 1), 0.0)
    columns = []
    for c in range(len(counts)):
        weighted = counts[c] * weight
        columns.append(weighted * (counts[c] - 1))
        columns.extend(weighted * counts[k] for k in range(c + 1, len(counts)))
    return units.per_document(columns)


def _ordinal_statistic(units: Units) -> Statistic:
    size = len(units.labels)
    first, second = np.triu_indices(size)
    labels = np.arange(size)
    # Which labels a cell of the triangle counts for: both, or the one on the diagonal.
    touches = ((first[:, np.newaxis] == labels) | (second[:, np.newaxis] == labels)).astype(float)

    def measure(sums: Floats) -> Floats:
        # A label's distance is measured in ranks, and its rank depends on the resample itself.
        n_c = sums @ touches
        rank = np.cumsum(n_c, axis=1) - n_c / 2
        observed = (sums * (rank[:, first] - rank[:, second]) ** 2).sum(axis=1) * 2
        return _moments_alpha(n_c, rank, observed)

    return units.statistic(_coincidence_rows(units), measure)


def _moments_alpha(n_c: Floats, value: Floats, observed: Floats) -> Floats:
    """alpha for squared differences of `value`: expected = 2 (n sum v^2 - (sum v)^2)."""
    n = n_c.sum(axis=1)
    mean = np.nan_to_num(ratio((n_c * value).sum(axis=1), n))[:, np.newaxis]
    variance = (n_c * (value - mean) ** 2).sum(axis=1)
    return 1 - ratio((n - 1) * observed, 2 * n * variance)


def _numbers(units: Units) -> Floats:
    return np.array([float(label) for label in units.labels], dtype=np.float64)


def _interval_statistic(units: Units) -> Statistic:
    """Sums: n, sum v, sum v^2, observed; squared differences need no coincidence matrix."""
    numbers = _numbers(units)
    # Centred and scaled first: sums of squares of large numbers would lose digits.
    numbers -= numbers.mean() if numbers.size else 0.0
    numbers /= max(np.abs(numbers).max(initial=0.0), 1e-300)
    values = np.append(numbers, 0.0)  # the last one is what the code -1 stands for
    total, square = np.zeros(len(units.codes)), np.zeros(len(units.codes))
    for column in range(len(units.annotators)):
        value = values[units.codes[:, column]]
        total += value
        square += value * value
    m = units.given.astype(np.float64)
    observed = 2 * (m * square - total * total) / np.maximum(m - 1, 1)
    columns = [np.where(units.shared, x, 0.0) for x in (m, total, square, observed)]

    def measure(sums: Floats) -> Floats:
        n, total, square, differing = sums.T
        spread = n * square - total * total
        spread = np.where(spread < 1e-12 * n * square, 0.0, spread)
        return 1 - ratio((n - 1) * differing, 2 * spread)

    return units.statistic(units.per_document(columns), measure)


def _ratio_statistic(units: Units) -> Statistic:
    """Sums: observed, then how often each label occurs in shared units."""
    numbers = _numbers(units)
    total = numbers[:, np.newaxis] + numbers
    # Two zeros are not apart; any other sum is one, however small the unit that was measured in.
    apart = np.divide(
        numbers[:, np.newaxis] - numbers, total, out=np.zeros_like(total), where=total > 0
    )
    apart *= apart
    weight = np.where(units.shared, 1 / np.maximum(units.given - 1, 1), 0.0)
    # The diagonal of `apart` is zero, so n_uc (n_uk - [c = k]) may be n_uc n_uk.
    counts = units.counts.astype(np.float64)
    observed = np.einsum("ku,ku->u", counts, apart @ counts) * weight
    pairable = [count * units.shared for count in units.counts]
    rows = units.per_document([observed, *pairable])

    def measure(sums: Floats) -> Floats:
        n_c = sums[:, 1:]
        n = n_c.sum(axis=1)
        expected = np.einsum("bc,ck,bk->b", n_c, apart, n_c, optimize=True)
        return 1 - ratio((n - 1) * sums[:, 0], expected)

    return units.statistic(rows, measure)


_STATISTICS: Final = {
    "nominal": nominal_statistic,
    "ordinal": _ordinal_statistic,
    "interval": _interval_statistic,
    "ratio": _ratio_statistic,
}
