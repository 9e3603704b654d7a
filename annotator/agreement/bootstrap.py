"""Confidence intervals and differences from resampling documents.

Sentences of one article share its difficulty, so resampling sentences gives intervals that are far
too short. Here a resample draws whole documents with replacement, and because every measure is a
function of sums over documents, all resamples are one matrix product.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from statistics import NormalDist
from typing import Final

import numpy as np

from annotator.agreement.result import Interval, Result, Statistic
from annotator.alignment.arrays import Floats

_BLOCK: Final = 8_000_000
"""Cells of the weight matrix that are held at once (64 MB)."""
_CACHED: Final = 5_000_000
_THREADED_FROM: Final = 20_000_000
_GROUP_FROM: Final = 1_000
_NORMAL: Final = NormalDist()


@dataclass(frozen=True, slots=True)
class Resampling:
    """How to resample: the same seed and the same documents give the same interval.

    Raises:
        ValueError: when a field is out of range.
    """

    resamples: int = 1000
    level: float = 0.95
    seed: int = 0

    def __post_init__(self) -> None:
        if self.resamples < 1 or not 0 < self.level < 1:
            raise ValueError("resamples must be at least 1 and level between 0 and 1")


DEFAULT: Final = Resampling()


@dataclass(frozen=True, slots=True)
class Difference:
    """The change of one measure from a first to a second round.

    Documents in both rounds are drawn together (`paired` of them), so that what makes an article
    hard cancels out; the others are drawn alongside and add their own variance.
    """

    first: Result
    second: Result
    value: float | None
    undefined: str
    paired: int
    unpaired: int
    interval: Interval | None
    no_interval: str


@dataclass(frozen=True, slots=True)
class PowerHint:
    """About what the interval would be with `more` further documents like those at hand."""

    more: int
    documents: int
    low: float
    high: float

    def __str__(self) -> str:
        return (
            f"with {self.more} more shared articles the interval would be about "
            f"[{self.low:.2f}, {self.high:.2f}]"
        )


def t_quantile(p: float, freedom: int) -> float:
    """The quantile of Student's t for p >= 0.5; its error is below .004 for p up to .975.

    Exact for one and two degrees of freedom; the Cornish-Fisher series otherwise
    (Abramowitz & Stegun 1964, 26.7.5).
    """
    if freedom == 1:
        return math.tan(math.pi * (p - 0.5))
    if freedom == 2:
        return (2 * p - 1) * math.sqrt(2 / (4 * p * (1 - p)))
    z, v = _NORMAL.inv_cdf(p), float(freedom)
    return (
        z
        + (z**3 + z) / (4 * v)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * v**4)
    )


def tails(level: float, documents: int, bias: float, acceleration: float) -> tuple[float, float]:
    """Which quantiles of the resampled values bound the interval.

    BCa (Efron 1987, JASA 82:171-185) corrects for bias and skew. Its normal quantiles are taken
    further out, as Student's t does, because percentile intervals are too short for few documents
    (expanded percentile interval: Hesterberg 2015, The American Statistician 69:371-386).
    """
    z = t_quantile(1 - (1 - level) / 2, documents - 1) * math.sqrt(documents / (documents - 1))
    ends = [bias + (bias + s * z) / max(1 - acceleration * (bias + s * z), 0.1) for s in (-1, 1)]
    return _NORMAL.cdf(ends[0]), _NORMAL.cdf(ends[1])


def _draw(documents: int, resamples: int, rng: np.random.Generator) -> Floats:
    """How often each document is drawn in each resample (resamples, documents)."""
    drawn = rng.integers(0, documents, size=(resamples, documents))
    drawn += np.arange(resamples)[:, np.newaxis] * documents
    counts = np.bincount(drawn.ravel(), minlength=resamples * documents)
    return counts.reshape(resamples, documents).astype(np.float64)


@lru_cache(maxsize=2)
def _kept_draw(documents: int, resamples: int, seed: int) -> Floats:
    weights = _draw(documents, resamples, np.random.default_rng(seed))
    weights.flags.writeable = False
    return weights


def _weights(documents: int, how: Resampling) -> Iterator[Floats]:
    """The weight matrix in blocks of resamples that fit in memory."""
    if documents * how.resamples <= _CACHED:
        yield _kept_draw(documents, how.resamples, how.seed)
        return
    rng = np.random.default_rng(how.seed)
    step = max(1, _BLOCK // documents)
    for at in range(0, how.resamples, step):
        yield _draw(documents, min(step, how.resamples - at), rng)


def resampled_sums(rows: Floats, how: Resampling) -> Floats:
    """Column sums over resampled documents (resamples, sums).

    Many documents with equal rows are drawn as one cell of a multinomial, which is the same
    distribution at a fraction of the cost (a unit per document leaves only a few patterns).
    """
    documents = len(rows)
    # One column with many values makes as many patterns: telling rows apart would be in vain.
    varied = any(len(np.unique(column)) > documents // 4 for column in rows.T)
    if documents >= _GROUP_FROM and not varied:
        patterns, counts = np.unique(rows, axis=0, return_counts=True)
        if len(patterns) <= documents // 4:
            rng = np.random.default_rng(how.seed)
            drawn = rng.multinomial(documents, counts / documents, size=how.resamples)
            sums: Floats = drawn.astype(np.float64) @ patterns
            return sums
    return np.concatenate([_product(block, rows) for block in _weights(documents, how)])


def _product(weights: Floats, rows: Floats) -> Floats:
    if weights.size * rows.shape[1] > _THREADED_FROM:
        large: Floats = weights @ rows
        return large
    # Threads cost a small product more than they save, and on a busy machine many times more.
    small: Floats = np.einsum("bd,kd->bk", weights, np.ascontiguousarray(rows.T))
    return small


def _interval(
    rows: Floats, measure: Callable[[Floats], Floats], how: Resampling, over: str
) -> tuple[Interval | None, str]:
    rows = rows[rows.any(axis=1)]
    documents = len(rows)
    if documents < 2:
        return None, f"fewer than two {over} to resample"
    values = measure(resampled_sums(rows, how))
    defined = values[np.isfinite(values)]
    dropped = len(values) - len(defined)
    if dropped > len(values) // 2:
        return None, f"undefined in {dropped} of {len(values)} resamples: too little data"
    total = rows.sum(axis=0)[np.newaxis]
    estimate = measure(total)[0]
    ends = tails(
        how.level, documents, _bias(defined, estimate), _acceleration(measure(total - rows))
    )
    low, high = (float(x) for x in np.quantile(defined, ends))
    if low == high:
        return None, (
            f"all {documents} {over} give the same value: "
            "resampling cannot show how much others would differ"
        )
    return Interval(low, high, how.level, documents, how.resamples, dropped, how.seed, over), ""


def _bias(values: Floats, estimate: float) -> float:
    """Where the estimate lies among the resampled values, as a normal quantile (0: the median)."""
    below = float((values < estimate).mean() + (values == estimate).mean() / 2)
    edge = 1 / (2 * len(values))
    return _NORMAL.inv_cdf(min(max(below, edge), 1 - edge))


def _acceleration(without_each: Floats) -> float:
    """How fast the spread changes with the value, from leaving out each document."""
    found = without_each[np.isfinite(without_each)]
    apart = found.mean() - found if found.size else found
    square = float((apart**2).sum())
    if square < 1e-20:
        return 0.0
    skew: float = float((apart**3).sum()) / (6 * square**1.5)
    return skew


def interval(statistic: Statistic, how: Resampling = DEFAULT) -> tuple[Interval | None, str]:
    """Return the interval of a statistic, or None and the reason why there is none."""
    return _interval(statistic.rows, statistic.measure, how, statistic.over)


def with_interval(result: Result, how: Resampling | None) -> Result:
    """Return the result with its interval, unless it is undefined or none is wanted."""
    if how is None or result.statistic is None or result.value is None:
        return result
    found, reason = interval(result.statistic, how)
    return replace(result, interval=found, no_interval=reason)


def difference(first: Result, second: Result, how: Resampling = DEFAULT) -> Difference:
    """Compare one measure between two rounds, pairing the documents that are in both.

    The value is second minus first. It is undefined when either round's value is.

    Raises:
        ValueError: when the results are of different measures.
    """
    if first.measure != second.measure:
        raise ValueError(f"cannot compare {first.measure} with {second.measure}")
    a, b = first.statistic, second.statistic
    if a is None or b is None or first.value is None or second.value is None:
        which, why = ("first", first) if first.value is None else ("second", second)
        return Difference(
            first, second, None, f"{which} round: {why.undefined}", 0, 0, None, "no difference"
        )
    place = {name: i for i, name in enumerate(dict.fromkeys([*a.documents, *b.documents]))}
    width = a.rows.shape[1]
    rows = np.zeros((len(place), width + b.rows.shape[1]))
    np.add.at(rows[:, :width], [place[d] for d in a.documents], a.rows)
    np.add.at(rows[:, width:], [place[d] for d in b.documents], b.rows)
    in_first, in_second = rows[:, :width].any(axis=1), rows[:, width:].any(axis=1)
    paired, either = int((in_first & in_second).sum()), int((in_first | in_second).sum())

    def change(sums: Floats) -> Floats:
        return b.measure(sums[:, width:]) - a.measure(sums[:, :width])

    found, reason = _interval(rows, change, how, a.over)
    value = second.value - first.value
    return Difference(first, second, value, "", paired, either - paired, found, reason)


def power_hint(result: Result, more: int = 12) -> PowerHint | None:
    """Say about what the interval would be with `more` documents; None without an interval.

    Each side shrinks with the square root of the number of documents (and Student's t), as long
    as further documents are like those at hand.
    """
    at = result.interval
    if at is None or result.value is None or more < 0:
        return None
    documents = at.documents + more

    def spread(n: int) -> float:
        return t_quantile(1 - (1 - at.level) / 2, n - 1) / math.sqrt(n - 1)

    shrink = spread(documents) / spread(at.documents)
    low = result.value - (result.value - at.low) * shrink
    return PowerHint(more, documents, low, result.value + (at.high - result.value) * shrink)
