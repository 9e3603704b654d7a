"""Gamma: agreement on spans by their best alignment, and gamma-cat on labels of aligned spans.

Mathet, Widlöcher & Métivier 2015, "The unified and holistic method gamma (γ) for inter-annotator
agreement measure and alignment", Computational Linguistics 41:437-479; Mathet 2017, "The agreement
measure γcat", Computational Linguistics 43:661-681 (by its definition spans without a partner do
not enter gamma-cat; programs that count them give other values).

For two annotators the best alignment is an assignment problem, solved exactly here. For three and
more it is an integer program, solved exactly by scipy's HiGHS (extra "gamma").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from annotator.agreement.bootstrap import DEFAULT, Resampling, with_interval
from annotator.agreement.gamma_alignment import Continuum, Costs, alignment_sums
from annotator.agreement.result import Result, Statistic, ratio, small_n
from annotator.agreement.span_table import SpanTable
from annotator.alignment.arrays import Floats

SAMPLES: Final = 30
MOST_SAMPLES: Final = 300


@dataclass(frozen=True, slots=True)
class GammaAgreement:
    """Gamma and gamma-cat of the same alignments.

    Attributes:
        gamma: 1 - observed / expected disorder.
        gamma_cat: The same for the labels of aligned spans alone.
        gamma_k: gamma-cat over pairs of which one span at least has the label (`subject`).
        disorder: Observed: the cost of the best alignment per mean spans of an annotator.
        samples: How many random continua of each document the expectation rests on.
    """

    gamma: Result
    gamma_cat: Result
    gamma_k: tuple[Result, ...]
    disorder: Result
    samples: int


def gamma(
    layer: SpanTable,
    costs: Costs | None = None,
    *,
    pairwise: bool = False,
    samples: int = SAMPLES,
    precision: float | None = 0.05,
    seed: int = 0,
    resampling: Resampling | None = DEFAULT,
) -> GammaAgreement:
    """Gamma of documents that at least two of the layer's annotators read.

    Each fragment is a span. Disorders of documents are pooled as sums of costs over sums of spans,
    so the number for one document is the paper's, and many weigh by how much is marked in them.

    Args:
        layer: Spans in characters or tokens; an annotator's own may overlap.
        costs: What differences cost; alpha = beta = delta = 1 without.
        pairwise: Align two annotators at a time and pool the pairs, instead of all at once: exact
            without scipy and for any number of annotators, but not the paper's number for three
            or more (the measures are then named `gamma_pairwise`, ...).
        samples: Random continua per document, to expect disorder from.
        precision: Draw more (up to 300) until the expected disorder is this sure, relatively, with
            95 % confidence; None draws no more.
        seed: Of the random continua.
        resampling: Of documents, for the intervals.

    Raises:
        MissingExtraError: with three or more annotators in a document and without scipy.
        InputError: when three or more annotators allow too many alignments.
    """
    costs, labels = costs or Costs(), len(layer.labels)
    rng = np.random.default_rng(seed)
    read = [Continuum.from_layer(layer, int(d)) for d in np.flatnonzero(layer.shared)]
    places = np.flatnonzero(layer.shared)
    observed = np.zeros((len(layer.documents), 1, 4 + 2 * labels))
    for place, continuum in zip(places, read, strict=True):
        observed[place, 0] = _sums(continuum, costs, labels, pairwise)
    drawn = [observed]

    def draw(times: int) -> None:
        for _ in range(times):
            one = np.zeros_like(observed)
            for place, continuum in zip(places, read, strict=True):
                if len(continuum.start):
                    one[place, 0] = _sums(continuum.shuffled(rng), costs, labels, pairwise)
            drawn.append(one)

    draw(samples)
    if precision is not None and samples > 1:
        draw(max(0, min(_needed(drawn[1:], precision), MOST_SAMPLES) - samples))
    sums = np.concatenate(drawn, axis=1)
    rows = sums.reshape(len(sums), sums.shape[1] * sums.shape[2])
    shape = (sums.shape[1], sums.shape[2])
    suffix = "_pairwise" if pairwise else ""
    n = int(layer.shared[layer.document[layer.span]].sum())

    def result(
        name: str, above: int, below: int, otherwise: str, chance: bool = True, subject: str = ""
    ) -> Result:
        measure = _measure(shape, above, below) if chance else _observed(shape, above, below)
        statistic = Statistic(rows, measure, layer.documents)
        value = statistic.value()
        reason = ""
        if np.isnan(value):
            reason = otherwise if n else "nobody marked anything in a shared document"
            reason = reason if len(places) else "no document was read by two annotators"
        found = Result(
            name + suffix,
            None if reason else value,
            reason,
            n,
            "fragments",
            len(places),
            layer.annotators,
            layer.unused,
            warnings=small_n(n, "fragments"),
            subject=subject,
            statistic=statistic,
        )
        return with_interval(found, resampling)

    fixed = "spans at random places agree as well: no disorder to expect"
    alone = "no two spans were aligned, or chance gives no disagreement on labels"
    return GammaAgreement(
        result("gamma", 0, 1, fixed),
        result("gamma_cat", 3, 2, alone),
        tuple(
            result("gamma_k", 4 + labels + k, 4 + k, alone, subject=label)
            for k, label in enumerate(layer.labels)
        ),
        result("gamma_disorder", 0, 1, fixed, chance=False),
        len(drawn) - 1,
    )


def _sums(continuum: Continuum, costs: Costs, labels: int, pairwise: bool) -> Floats:
    if not pairwise or continuum.readers == 2:
        return alignment_sums(continuum, costs, labels)
    parts = [
        alignment_sums(continuum.pair(i, j), costs, labels)
        for i, j in combinations(range(continuum.readers), 2)
    ]
    total: Floats = np.sum(parts, axis=0)
    return total


def _needed(drawn: list[Floats], precision: float) -> int:
    """How many samples make the mean disorder sure to `precision` (Mathet et al. 2015, 5.3)."""
    totals = [one.sum(axis=(0, 1)) for one in drawn]
    disorder = np.array([t[0] / t[1] for t in totals if t[1] > 0])
    if len(disorder) < 2 or disorder.mean() <= 0:
        return len(drawn)
    spread = float(disorder.std(ddof=1) / disorder.mean())
    return int(np.ceil((spread * 1.96 / precision) ** 2))


def _measure(shape: tuple[int, int], above: int, below: int) -> Callable[[Floats], Floats]:
    """1 - observed / mean of samples, of the ratio of two sums; the first sample is observed."""

    def measure(sums: Floats) -> Floats:
        each = sums.reshape(len(sums), *shape)
        ratios = ratio(each[:, :, above], each[:, :, below])
        known = np.isfinite(ratios[:, 1:])
        expected = ratio(np.where(known, ratios[:, 1:], 0).sum(axis=1), known.sum(axis=1))
        return 1 - ratio(ratios[:, 0], np.nan_to_num(expected))

    return measure


def _observed(shape: tuple[int, int], above: int, below: int) -> Callable[[Floats], Floats]:
    def measure(sums: Floats) -> Floats:
        each = sums.reshape(len(sums), *shape)
        return ratio(each[:, 0, above], each[:, 0, below])

    return measure
