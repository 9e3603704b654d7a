"""Measures on categories against their definitions, and what holds for any data."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from annotator.agreement.alpha import METRICS, Metric, alpha
from annotator.agreement.chance_corrected import agreement_weights, fleiss, gwet, percent
from annotator.agreement.labels import (
    merges,
    per_label,
    without_each_annotator,
)
from annotator.agreement.pairwise import (
    PAIR_MEASURES,
    against_the_rest,
    all_pairs,
    confusion,
    confusions,
    pair,
    pair_matrix,
)
from annotator.agreement.result import LeftOut, Result
from annotator.agreement.units import Units
from annotator.alignment.arrays import Floats, Ints
from annotator.domain.errors import InputError

LABELS = (1.0, 2.0, 3.0, 5.0)
tables = st.integers(2, 5).flatmap(
    lambda coders: st.integers(1, 12).flatmap(
        lambda units: arrays(np.int64, (units, coders), elements=st.integers(-1, 3))
    )
)


def units_of(codes: Ints, documents: list[int] | None = None) -> Units:
    return Units.from_codes(codes, LABELS, documents=documents)


def alpha_by_definition(codes: Ints, metric: Metric) -> float | None:
    """Krippendorff 2011: all pairs of values, within units and over all units."""
    rows = [[int(c) for c in row if c >= 0] for row in codes]
    rows = [row for row in rows if len(row) > 1]
    values = [c for row in rows for c in row]
    n_c = [values.count(c) for c in range(len(LABELS))]

    def apart(c: int, k: int) -> float:
        if metric == "nominal":
            return float(c != k)
        if metric == "ordinal":
            low, high = min(c, k), max(c, k)
            return float((sum(n_c[low : high + 1]) - (n_c[c] + n_c[k]) / 2) ** 2)
        difference = LABELS[c] - LABELS[k]
        return (
            difference**2 if metric == "interval" else (difference / (LABELS[c] + LABELS[k])) ** 2
        )

    observed = sum(apart(c, k) / (len(row) - 1) for row in rows for c, k in permutations(row, 2))
    expected = sum(apart(c, k) for c, k in permutations(values, 2))
    n = len(values)
    return None if expected == 0 else 1 - (n - 1) * observed / expected


@pytest.mark.parametrize("metric", METRICS)
@given(codes=tables)
def test_alpha_is_its_definition(metric: Metric, codes: Ints) -> None:
    expected = alpha_by_definition(codes, metric)
    result = alpha(units_of(codes), metric, resampling=None)
    assert result.value == (None if expected is None else pytest.approx(expected, abs=1e-9))
    assert bool(result.undefined) == (expected is None)


def ac2_by_definition(codes: Ints, weights: Floats) -> float:
    """Gwet 2014, ch. 5, for data in which every unit has two labels or more."""
    q = len(LABELS)
    agreeing, shares = [], np.zeros(q)
    for row in codes:
        given_labels = [int(c) for c in row if c >= 0]
        pairs = list(permutations(given_labels, 2))
        agreeing.append(sum(weights[c, k] for c, k in pairs) / len(pairs))
        for c in given_labels:
            shares[c] += 1 / len(given_labels) / len(codes)
    expected = float(weights.sum()) / (q * (q - 1)) * float((shares * (1 - shares)).sum())
    return (float(np.mean(agreeing)) - expected) / (1 - expected)


@pytest.mark.parametrize("weights", ["identity", "linear", "quadratic", "ordinal"])
def test_gwet_is_its_definition(weights: str) -> None:
    rng = np.random.default_rng(4)
    codes = rng.integers(0, 4, (30, 4))
    codes[:10, 3] = -1
    table = agreement_weights(4, weights)  # type: ignore[arg-type]
    result = gwet(units_of(codes), weights=weights)  # type: ignore[arg-type]
    assert result.value == pytest.approx(ac2_by_definition(codes, table), abs=1e-12)
    assert result.measure == ("ac1" if weights == "identity" else f"ac2_{weights}")


def test_weights_are_those_of_the_literature() -> None:
    assert agreement_weights(4, "linear")[0].tolist() == pytest.approx([1, 2 / 3, 1 / 3, 0])
    assert agreement_weights(4, "quadratic")[0].tolist() == pytest.approx([1, 8 / 9, 5 / 9, 0])
    # Gwet 2014, table 3.5: 1 - C(|c-k|+1, 2) / C(4, 2)
    assert agreement_weights(4, "ordinal")[0].tolist() == pytest.approx([1, 5 / 6, 3 / 6, 0])


def test_gwet_takes_the_label_set_of_the_scheme() -> None:
    rows = [("a", "a"), ("a", "b"), ("b", "b"), ("a", "a")]
    seen = gwet(Units.from_rows(rows))
    scheme = gwet(Units.from_rows(rows, ["a", "b", "never used"]))
    assert seen.value is not None
    assert scheme.value is not None
    assert scheme.value > seen.value


MEASURES: list[Callable[[Units], Result]] = [
    lambda u: percent(u, resampling=None),
    lambda u: fleiss(u, resampling=None),
    lambda u: gwet(u, resampling=None),
    *(lambda u, m=m: alpha(u, m, resampling=None) for m in METRICS),
]


@given(codes=tables, seed=st.integers(0, 99))
def test_order_of_annotators_and_units_does_not_matter(codes: Ints, seed: int) -> None:
    rng = np.random.default_rng(seed)
    mixed = rng.permutation(rng.permutation(codes, axis=1), axis=0)
    for measure in MEASURES:
        first, second = measure(units_of(codes)).value, measure(units_of(mixed)).value
        assert second == (None if first is None else pytest.approx(first, abs=1e-9))


@given(codes=arrays(np.int64, (10, 2), elements=st.integers(0, 3)))
def test_alpha_of_two_annotators_is_pi_with_a_correction(codes: Ints) -> None:
    units = units_of(codes)
    pi = pair(units, "scott", resampling=None).value
    expected = None if pi is None else pi + (1 - pi) / (2 * len(codes))
    found = alpha(units, resampling=None).value
    assert found == (None if expected is None else pytest.approx(expected, abs=1e-12))
    assert pair(units, "alpha", resampling=None).value == found


@given(codes=tables, cut=st.integers(0, 12))
def test_statistics_are_additive_over_documents(codes: Ints, cut: int) -> None:
    documents = [0 if i < cut else 1 for i in range(len(codes))]
    for measure in MEASURES:
        whole = measure(units_of(codes)).statistic
        parts = measure(units_of(codes, documents)).statistic
        if whole is not None and parts is not None:
            np.testing.assert_allclose(parts.rows.sum(axis=0), whole.rows.sum(axis=0), atol=1e-9)


@given(codes=tables)
def test_pair_matrix_agrees_with_single_pairs(codes: Ints) -> None:
    units = units_of(codes)
    for measure in PAIR_MEASURES:
        matrix = pair_matrix(units, measure)
        for result, (i, j) in zip(
            all_pairs(units, measure, resampling=None),
            combinations(range(codes.shape[1]), 2),
            strict=True,
        ):
            both = int(((codes[:, i] >= 0) & (codes[:, j] >= 0)).sum())
            assert result.n == both
            if result.value is None:
                assert np.isnan(matrix[i, j])
            else:
                assert matrix[i, j] == matrix[j, i] == pytest.approx(result.value, abs=1e-12)


@given(codes=tables)
def test_confusions_count_shared_units(codes: Ints) -> None:
    places, found = confusions(units_of(codes))
    for (i, j), table in zip(places, found, strict=True):
        expected = np.zeros((4, 4), dtype=int)
        for a, b in zip(codes[:, i], codes[:, j], strict=True):
            if a >= 0 and b >= 0:
                expected[a, b] += 1
        np.testing.assert_array_equal(table, expected)


@given(codes=tables)
def test_merging_labels_gives_the_alpha_that_is_announced(codes: Ints) -> None:
    units = units_of(codes)
    now = alpha(units, resampling=None).value
    for merge in merges(units):
        merged = units.renamed(lambda x, m=merge: m.first if x == m.second else x)  # type: ignore[misc]
        after = alpha(merged, resampling=None).value
        assert merge.alpha == (None if after is None else pytest.approx(after, abs=1e-9))
        if merge.gain is not None and now is not None and after is not None:
            assert merge.gain == pytest.approx(after - now, abs=1e-9)


@given(codes=tables)
def test_one_label_against_the_rest_is_the_alpha_of_two_labels(codes: Ints) -> None:
    units = units_of(codes)
    for found in per_label(units, resampling=None):
        binary = units.renamed(lambda x, label=found.label: x == label)  # type: ignore[misc]
        expected = alpha(binary, resampling=None).value
        if found.count:
            value = found.alpha.value
            assert value == (None if expected is None else pytest.approx(expected, abs=1e-9))
        else:
            assert found.alpha.value is None


def test_specific_agreement_is_the_f1_of_the_label() -> None:
    units = Units.from_rows(
        [("a", "a"), ("a", "b"), ("b", "b"), ("b", "a"), ("b", "b"), ("a", None)]
    )
    by_label = {found.label: found for found in per_label(units)}
    assert by_label["a"].specific.value == pytest.approx(2 * 1 / (2 + 2))
    assert by_label["b"].specific.value == pytest.approx(2 * 2 / (3 + 3))
    assert by_label["a"].count == 4


def test_the_odd_annotator_out_is_found() -> None:
    rng = np.random.default_rng(2)
    truth = rng.integers(0, 4, 200)
    codes = np.column_stack([truth, truth, truth, rng.integers(0, 4, 200)])
    units = Units.from_codes(codes, LABELS, ["a", "b", "c", "odd"])
    by_name = {r.subject: r.value or 0.0 for r in against_the_rest(units, resampling=None)}
    assert min(by_name, key=lambda name: by_name[name]) == "odd"
    left = {r.subject: r.value for r in without_each_annotator(units, resampling=None)}
    assert left["without odd"] == 1.0


def test_against_the_rest_pools_the_pairs_of_one_annotator() -> None:
    rng = np.random.default_rng(7)
    codes = rng.integers(-1, 4, (60, 4))
    units = units_of(codes)
    first = against_the_rest(units, resampling=None)[0]
    stacked = np.concatenate([codes[:, [0, other]] for other in (1, 2, 3)])
    assert first.value == pytest.approx(pair(units_of(stacked), "alpha", resampling=None).value)
    assert first.n == pair(units_of(stacked), "alpha", resampling=None).n


def test_units_that_are_left_out_are_counted_with_the_reason() -> None:
    units = Units.from_rows([("a", "a"), ("a", None), (None, None), ("b", "a"), (None, "b")])
    result = alpha(units)
    assert result.n == 2
    assert result.left_out == (
        LeftOut("labelled by one annotator only", 2),
        LeftOut("labelled by nobody", 1),
    )
    assert pair(units, "cohen").left_out == (
        LeftOut("labelled by one of the two only", 2),
        LeftOut("labelled by neither", 1),
    )
    assert result.warnings == ("n=2 units: too few to rely on",)


def test_rare_label_paradox_is_visible() -> None:
    units = Units.from_rows([("no", "no")] * 118 + [("no", "yes")] * 5 + [("yes", "no")] * 2)
    assert percent(units).value == pytest.approx(0.944)
    assert alpha(units).value == pytest.approx(-0.0247, abs=1e-4)
    assert gwet(units).value == pytest.approx(0.941, abs=1e-3)


def test_confusion_names_the_pairs_that_are_mixed_up_most() -> None:
    rows = [("a", "b")] * 3 + [("b", "a")] * 1 + [("c", "a")] * 2 + [("a", "a")] * 9
    units = Units.from_rows(rows, annotators=["x", "y"])
    found = confusion(units, "x", "y")
    assert found.pairs() == [(3, "a", "b"), (2, "c", "a"), (1, "b", "a")]
    assert confusion(units, "y", "x").counts.tolist() == found.counts.T.tolist()


def test_metric_needs_numbers_that_fit() -> None:
    words = Units.from_rows([("a", "b"), ("b", "b")])
    assert "labels that are numbers" in alpha(words, "interval").undefined
    negative = Units.from_rows([(-1, 1), (1, 1)])
    assert "not negative" in alpha(negative, "ratio").undefined
    assert alpha(negative, "interval").value is not None


def test_large_values_keep_their_digits() -> None:
    codes = np.random.default_rng(1).integers(0, 4, (40, 3))
    small = Units.from_codes(codes, [0.0, 1.0, 2.0, 3.0])
    large = Units.from_codes(codes, [1e9, 1e9 + 1, 1e9 + 2, 1e9 + 3])
    assert alpha(large, "interval").value == pytest.approx(alpha(small, "interval").value, abs=1e-9)


def test_tables_can_be_built_in_four_ways() -> None:
    rows = [(1, 2), (2, None), (3, 3)]
    from_rows = Units.from_rows(rows, [1, 2, 3], ["x", "y"], ["d1", "d1", "d2"])
    values = np.array([[1, 2], [2, np.nan], [3, 3]])
    from_values = Units.from_values(values, [1, 2, 3], ["x", "y"], ["d1", "d1", "d2"])
    records = [
        ("d1", "u1", "x", 1), ("d2", "u3", "y", 3), ("d1", "u1", "y", 2),
        ("d1", "u2", "x", 2), ("d2", "u3", "x", 3),
    ]  # fmt: skip
    from_records = Units.from_records(records, [1, 2, 3])
    expected = alpha(from_rows, "interval")
    for units in (from_values, from_records):
        assert alpha(units, "interval").value == expected.value
        assert sorted(map(str, units.documents)) == ["d1", "d2"]
    assert from_rows.codes.tolist() == from_values.codes.tolist() == [[0, 1], [1, -1], [2, 2]]


def test_fractions_are_labels_too() -> None:
    units = Units.from_values([[0.5, 0.25], [0.25, 0.25], [np.nan, 0.5]])
    assert units.labels == (0.25, 0.5)
    assert units.codes.tolist() == [[1, 0], [0, 0], [-1, 1]]


@pytest.mark.parametrize("step", [1.0, 0.5, 7.0])
@pytest.mark.parametrize("kinds", [3, 127, 128, 129, 2_000])
def test_many_ratings_are_told_apart_whatever_their_range(kinds: int, step: float) -> None:
    rng = np.random.default_rng(kinds)
    said = rng.integers(0, kinds, (20_000, 3)) * step - 5
    # What is rare or a fraction comes after the first rows.
    said[-1] = [kinds * step, kinds * step + 0.25, kinds * step + 30]
    said[rng.random(said.shape) < 0.2] = np.nan
    units = Units.from_values(said)
    labels = np.unique(said[~np.isnan(said)])
    assert np.array_equal(np.array(units.labels), labels)
    found = np.append(labels, np.nan)[units.codes]
    assert np.array_equal(found, said, equal_nan=True)


def test_numbers_far_apart_and_none_at_all() -> None:
    units = Units.from_values([[1e12, -5.0], [-5.0, np.nan]])
    assert units.labels == (-5.0, 1e12)
    assert units.codes.tolist() == [[1, 0], [0, -1]]
    empty = Units.from_values([[np.nan, np.nan]])
    assert empty.codes.tolist() == [[-1, -1]]
    assert alpha(empty).undefined == "no annotations"
    in_order = Units.from_values([[1.0, 2.0], [np.nan, 3.0]], labels=[3, 2, 1, 0])
    assert in_order.codes.tolist() == [[2, 1], [-1, 0]]


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Units.from_rows([("a",), ("a", "b")]), "unit 2 has 2 labels"),
        (lambda: Units.from_rows([("a", "z")], ["a"]), "'z' is not in the label set"),
        (lambda: Units.from_codes([[0, 3]], ["a", "b"]), "outside -1 .. 1"),
        (lambda: Units.from_codes([0, 1], ["a", "b"]), "not 1-D"),
        (lambda: Units.from_codes([[0, 1]], ["a", "b"], ["x"]), "1 annotators for 2 columns"),
        (lambda: Units.from_codes([[0]], ["a"], documents=["d", "e"]), "2 document names"),
        (lambda: Units.from_values([[7.0, 1.0]], [1.0, 2.0]), "not in the label set"),
        (
            lambda: Units.from_records([("d", "u", "x", "a"), ("d", "u", "x", "b")]),
            "two labels",
        ),
        (
            lambda: pair(Units.from_rows([("a", "b", "c")]), "cohen"),
            "compares two annotators, not 3",
        ),
    ],
)
def test_wrong_input_is_named(build: Callable[[], object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        build()


def test_results_read_as_a_line() -> None:
    units = Units.from_rows([("a", "a")] * 3)
    assert str(alpha(units)).startswith("undefined: one label only")
    assert str(percent(units, resampling=None)) == "1.000 (n=3 units)"
