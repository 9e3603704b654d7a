"""Intervals from resampling documents, differences of rounds, and what more data would bring."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

from annotator.agreement.alpha import alpha, nominal_statistic
from annotator.agreement.bootstrap import (
    Resampling,
    difference,
    interval,
    power_hint,
    resampled_sums,
    t_quantile,
)
from annotator.agreement.chance_corrected import percent
from annotator.agreement.result import Statistic, ratio, small_n
from annotator.agreement.units import Units
from annotator.alignment.arrays import Floats

HOW = Resampling(resamples=2000, seed=3)


def rated(
    documents: int, seed: int, agreeing: float = 0.8, names: str = "d", sentences: int = 15
) -> Units:
    """Sentences of documents of differing difficulty, by three annotators."""
    rng = np.random.default_rng(seed)
    which = np.repeat(np.arange(documents), sentences)
    truth = rng.integers(0, 3, (len(which), 1))
    careful = (
        rng.random((len(which), 3))
        < np.clip(rng.normal(agreeing, 0.1, documents), 0, 1)[which][:, None]
    )
    codes = np.where(careful, truth, rng.integers(0, 3, (len(which), 3)))
    return Units.from_codes(codes, "abc", documents=[f"{names}{d}" for d in which])


@pytest.mark.parametrize(
    ("freedom", "expected"), [(1, 12.706), (2, 4.303), (3, 3.182), (9, 2.262), (59, 2.001)]
)
def test_student_quantiles_are_those_of_the_tables(freedom: int, expected: float) -> None:
    assert t_quantile(0.975, freedom) == pytest.approx(expected, abs=0.005)


def test_same_seed_same_interval() -> None:
    units = rated(20, 1)
    assert alpha(units, resampling=HOW).interval == alpha(units, resampling=HOW).interval
    other = alpha(units, resampling=Resampling(2000, seed=4)).interval
    assert other != alpha(units, resampling=HOW).interval


def test_resampling_is_that_of_whole_documents() -> None:
    units = rated(12, 5)
    sums = resampled_sums(nominal_statistic(units).rows, HOW)
    values = nominal_statistic(units).measure(sums)
    # The slow way: draw documents, put their units together, compute alpha anew.
    rng = np.random.default_rng(8)
    slow = []
    for _ in range(300):
        drawn = np.concatenate(
            [np.flatnonzero(units.document == d) for d in rng.integers(0, 12, 12)]
        )
        slow.append(alpha(Units.from_codes(units.codes[drawn], "abc"), resampling=None).value)
    spread = float(np.std([v for v in slow if v is not None]))
    assert float(values.mean()) == pytest.approx(float(np.mean([v for v in slow if v])), abs=0.02)
    assert float(values.std()) == pytest.approx(spread, rel=0.15)


def test_equal_documents_are_drawn_as_one_cell_with_the_same_result() -> None:
    rng = np.random.default_rng(0)
    rows = rng.integers(0, 3, (6000, 2)).astype(float)  # nine patterns
    for drawn in (rows, rows[:999]):  # by patterns, and one by one
        sums = resampled_sums(drawn, Resampling(2000))
        assert sums.mean(axis=0) == pytest.approx(drawn.sum(axis=0), rel=0.01)
        spread = np.sqrt(len(drawn)) * drawn.std(axis=0)
        assert sums.std(axis=0) == pytest.approx(spread, rel=0.1)


def test_documents_without_anything_usable_do_not_count() -> None:
    rows = np.array([[1.0, 2], [2, 2], [0, 0], [1, 1], [0, 0]])
    found, _ = interval(Statistic(rows, lambda s: ratio(s[:, 0], s[:, 1]), "abcde"), HOW)
    assert found is not None
    assert found.documents == 3
    assert found.over == "documents"


def test_interval_is_wider_for_documents_than_for_their_sentences() -> None:
    units = rated(25, 6, sentences=40)
    by_document = alpha(units, resampling=HOW).interval
    by_sentence = alpha(Units.from_codes(units.codes, "abc"), resampling=HOW).interval
    assert by_document is not None
    assert by_sentence is not None
    assert by_sentence.over == "units"
    assert by_document.high - by_document.low > 1.3 * (by_sentence.high - by_sentence.low)


def test_no_interval_says_why() -> None:
    one = Units.from_rows([("a", "a"), ("a", "b")], documents=["d", "d"])
    result = alpha(one)
    assert result.interval is None
    assert result.no_interval == "fewer than two documents to resample"
    same = Units.from_rows([("a", "a"), ("b", "b")] * 8, documents=list(range(8)) * 2)
    assert percent(same).interval is None
    assert "give the same value" in percent(same).no_interval
    assert alpha(one, resampling=None).no_interval == ""


def test_undefined_resamples_are_counted_or_forbid_the_interval() -> None:
    # One document of ten holds the only rare label: without it alpha is undefined.
    rows = [("a", "a")] * 9 + [("b", "b")]
    result = alpha(Units.from_rows(rows, documents=list(range(10))), resampling=HOW)
    assert result.value == 1.0
    assert result.interval is None

    def half(sums: Floats) -> Floats:
        return np.where(sums[:, 0] > sums[:, 1], np.nan, sums[:, 0])

    rare = np.array([[1.0, 0.0]] + [[0.0, 0.3]] * 3)
    found, reason = interval(Statistic(rare, half, "abcd"), HOW)
    assert (found is None) == ("resamples" in reason or "same value" in reason)


def test_settings_are_checked() -> None:
    with pytest.raises(ValueError, match="resamples"):
        Resampling(resamples=0)
    with pytest.raises(ValueError, match="level"):
        Resampling(level=1.5)


def test_paired_difference_is_surer_than_an_unpaired_one() -> None:
    first, second = rated(30, 1, 0.7), rated(30, 1, 0.9)
    apart = rated(30, 1, 0.9, names="other")
    paired = difference(alpha(first), alpha(second), HOW)
    unpaired = difference(alpha(first), alpha(apart), HOW)
    assert paired.value == pytest.approx(unpaired.value)
    assert (paired.paired, paired.unpaired) == (30, 0)
    assert (unpaired.paired, unpaired.unpaired) == (0, 60)
    assert paired.interval is not None
    assert unpaired.interval is not None
    assert paired.interval.low > 0
    width = paired.interval.high - paired.interval.low
    assert width < unpaired.interval.high - unpaired.interval.low


def test_no_change_gives_no_difference() -> None:
    units = rated(20, 9)
    found = difference(alpha(units), alpha(units), HOW)
    assert found.value == 0
    assert found.interval is None
    assert "same value" in found.no_interval


def test_difference_of_an_undefined_round_says_which() -> None:
    flat = Units.from_rows([("a", "a")] * 3, documents=[1, 2, 3])
    found = difference(alpha(flat), alpha(rated(5, 1)))
    assert found.value is None
    assert found.undefined.startswith("first round: one label only")
    with pytest.raises(ValueError, match="cannot compare"):
        difference(alpha(flat), percent(flat))


def test_power_hint_shrinks_with_the_root_of_documents() -> None:
    result = alpha(rated(12, 2), resampling=HOW)
    assert result.interval is not None
    hint = power_hint(result, 36)
    assert hint is not None
    assert hint.documents == 48
    now = result.interval.high - result.interval.low
    assert (hint.high - hint.low) / now == pytest.approx(0.5, abs=0.06)
    assert str(hint).startswith("with 36 more shared articles the interval would be about [0.")
    unchanged = power_hint(result, 0)
    assert unchanged is not None
    assert unchanged.low == pytest.approx(result.interval.low)
    assert power_hint(alpha(rated(12, 2), resampling=None)) is None


@pytest.mark.slow
@pytest.mark.parametrize("documents", [12, 60])
def test_intervals_cover_the_truth_although_documents_differ(documents: int) -> None:
    """Nominal 95 % intervals, with difficulty and label mix differing by document.

    Resampling documents must cover the true value in 92 to 97 % of repetitions; resampling
    sentences falls far below.
    """
    rng = np.random.default_rng(12)
    repetitions, sentences, coders, labels = 400, 20, 3, 4

    def drawn(count: int) -> Units:
        hard = 1 / (1 + np.exp(-rng.normal(-1.0, 1.2, count)))
        mix = np.cumsum(rng.dirichlet([2] * labels, count), axis=1)
        which = np.repeat(np.arange(count), sentences)
        truth = (rng.random((len(which), 1)) > mix[which]).sum(axis=1)
        wrong = rng.random((len(which), coders)) < hard[which][:, None]
        guess = rng.integers(0, labels, (len(which), coders))
        codes = np.where(wrong, guess, np.minimum(truth, labels - 1)[:, None])
        return Units.from_codes(codes, "abcd", documents=which)

    true = nominal_statistic(drawn(20_000)).value()
    covered = {"documents": 0, "units": 0}
    for _ in range(repetitions):
        units = drawn(documents)
        for table in (units, Units.from_codes(units.codes, "abcd")):
            how = Resampling(400, seed=int(rng.integers(1 << 30)))
            found, _ = interval(nominal_statistic(table), how)
            assert found is not None
            covered[table.over] += found.low <= true <= found.high
    assert 0.92 <= covered["documents"] / repetitions <= 0.97
    assert covered["units"] / repetitions < 0.75


@pytest.mark.parametrize(("n", "warned"), [(0, 0), (1, 1), (9, 1), (10, 0), (11, 0)])
def test_fewer_than_ten_units_are_warned_about(n: int, warned: int) -> None:
    assert len(small_n(n, "claims")) == warned
    codes = np.zeros((n, 2), dtype=int)
    result = percent(Units.from_codes(codes, "ab", documents=["d"] * n), resampling=None)
    assert len(result.warnings) == warned


def by_the_formulas(rows: Floats, how: Resampling) -> tuple[float, float]:
    """The BCa interval of sum over sum, from Efron (1987) and the docstring of `tails`."""
    normal = NormalDist()
    values = [a / b for a, b in resampled_sums(rows, how).tolist()]
    above, below = rows.sum(axis=0).tolist()
    estimate = above / below
    less = sum(v < estimate for v in values) + sum(v == estimate for v in values) / 2
    bias = normal.inv_cdf(less / len(values))
    left = [(above - a) / (below - b) for a, b in rows.tolist()]
    apart = [sum(left) / len(left) - x for x in left]
    square = sum(d**2 for d in apart)
    skew = sum(d**3 for d in apart) / (6 * square**1.5) if square else 0.0
    n = len(rows)
    z = t_quantile(0.975, n - 1) * math.sqrt(n / (n - 1))
    ends = [normal.cdf(bias + (bias + s * z) / (1 - skew * (bias + s * z))) for s in (-1, 1)]
    low, high = np.quantile(values, ends).tolist()
    return low, high


# Few documents and whole numbers: many resamples have the very value of the data, which count half.
@pytest.mark.parametrize("hits", [[0, 1, 1, 2], [1, 1, 1, 0, 2, 2], [0, 0, 0, 0, 2, 1, 0, 1]])
def test_the_interval_is_that_of_the_formulas(hits: list[int]) -> None:
    rows = np.array([[h, 2] for h in hits], dtype=float)
    statistic = Statistic(rows, lambda sums: ratio(sums[:, 0], sums[:, 1]), range(len(rows)))
    found, reason = interval(statistic, HOW)
    assert found is not None, reason
    assert (found.low, found.high) == pytest.approx(by_the_formulas(rows, HOW))
