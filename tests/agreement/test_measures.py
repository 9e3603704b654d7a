"""The measures on plain data give the numbers of the modules that they stand for."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import annotator
from annotator.agreement import alpha as inner
from annotator.agreement import gamma as inner_gamma
from annotator.agreement import measures, unitizing
from annotator.agreement.bootstrap import Resampling, with_interval
from annotator.agreement.gamma_alignment import Costs
from annotator.agreement.span_table import SpanTable
from annotator.agreement.units import Units
from annotator.alignment.inputs import ComparedText
from annotator.domain.errors import InputError, SpanError

NONE = Resampling(100)
tables = st.lists(
    st.lists(st.sampled_from([1, 2, 3, None]), min_size=3, max_size=3), min_size=1, max_size=12
)


@given(rows=tables)
def test_every_form_of_the_same_data_is_the_same_number(rows: list[list[int | None]]) -> None:
    names = ("a", "b", "c")
    columns = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    by_unit = {
        name: {u: label for u, label in enumerate(column) if label is not None}
        for name, column in columns.items()
    }
    array = np.array([[math.nan if v is None else v for v in row] for row in rows])
    expected = inner.alpha(Units.from_rows(rows), "interval", resampling=None)
    for data in (rows, columns, by_unit, array):
        found = measures.alpha(data, "interval", resamples=0)
        assert found.undefined == expected.undefined
        if expected.value is not None:
            assert found.value == pytest.approx(expected.value, abs=1e-12)
            assert found.n == expected.n


class Frame:
    """What `measures` uses of a DataFrame: its columns by name."""

    def __init__(self, columns: dict[str, list[Any]]) -> None:
        self._columns = columns

    def items(self) -> Any:
        """(name, column)."""
        return self._columns.items()


class NAType:
    """Stands for `pandas.NA`, which compares to nothing."""

    def __ne__(self, other: object) -> bool:
        raise TypeError("boolean value of NA is ambiguous")


def test_a_data_frame_with_its_own_missing_values() -> None:
    frame = Frame({"a": ["x", "y", NAType(), "x"], "b": ["x", "x", "y", math.nan]})
    found = annotator.alpha(frame, resamples=0)  # type: ignore[arg-type]
    same = annotator.alpha([["x", "x"], ["y", "x"], [None, "y"], ["x", None]], resamples=0)
    assert found.value == same.value
    assert (found.n, found.annotators) == (2, ("a", "b"))


def test_intervals_are_those_of_the_inner_module() -> None:
    rng = np.random.default_rng(1)
    codes = rng.integers(0, 3, (60, 2))
    documents = [i // 6 for i in range(60)]
    how = Resampling(200, 0.9, 5)
    expected = inner.alpha(Units.from_values(codes, documents=documents), resampling=how)
    found = annotator.alpha(codes, documents=documents, resamples=200, level=0.9, seed=5)
    assert found.interval == expected.interval is not None
    plain = annotator.alpha(codes, documents=documents, resamples=0)
    assert plain.interval is None
    again = annotator.bootstrap(plain, resamples=200, level=0.9, seed=5)
    assert again.interval == with_interval(plain, how).interval == expected.interval


SPANS = {
    "one": {"a": [(0, 10, "x"), (20, 30, "y")], "b": [(0, 12, "x"), (22, 30, "x")]},
    "two": {"a": [(5, 9, "y")], "b": []},
}
LENGTH = {"one": 60, "two": 20}


def _layer() -> SpanTable:
    return SpanTable.from_documents(
        ComparedText.from_spans(
            name, LENGTH[name], {a: [(k, s, e) for s, e, k in m] for a, m in marked.items()}
        )
        for name, marked in SPANS.items()
    )


def test_spans_are_those_of_the_inner_modules() -> None:
    found = annotator.unitizing_alpha(SPANS, LENGTH, resamples=0)
    assert found == unitizing.unitizing(_layer(), resampling=None)
    assert found.u.value is not None
    mine = annotator.gamma(SPANS, LENGTH, resamples=0, seed=3)
    assert mine == inner_gamma.gamma(_layer(), seed=3, resampling=None)
    assert mine.gamma.value is not None


OPTIONS: list[dict[str, Any]] = [
    {"alpha": 3.0},
    {"beta": 2.0},
    {"delta": 0.5},
    {"samples": 7, "precision": None},
    {"precision": None},
    {"precision": 0.04},
    {"seed": 9},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_every_option_of_gamma_reaches_what_computes_it(options: dict[str, Any]) -> None:
    mine = annotator.gamma(SPANS, LENGTH, resamples=0, **options)
    inner = {k: v for k, v in options.items() if k in ("samples", "precision", "seed")}
    costs = Costs(*(options.get(name, 1.0) for name in ("alpha", "beta", "delta")))
    assert mine == inner_gamma.gamma(_layer(), costs, resampling=None, **({"seed": 0} | inner))
    assert mine != annotator.gamma(SPANS, LENGTH, resamples=0)


def test_one_text_needs_no_name() -> None:
    one = annotator.unitizing_alpha(SPANS["one"], LENGTH["one"], resamples=0)
    named = annotator.unitizing_alpha({"t": SPANS["one"]}, {"t": LENGTH["one"]}, resamples=0)
    assert one == named


def test_spans_without_labels() -> None:
    found = annotator.unitizing_alpha({"a": [(0, 5)], "b": [(0, 5)]}, 10, resamples=0)
    assert found.u.value == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"a": [1, 2], "b": [1]}, r"different numbers of units \(a: 2, b: 1\)"),
        ([[1, 2], [1]], "unit 2 has 1 labels"),
        (np.zeros(3), "not 1-D"),
    ],
)
def test_data_of_another_shape_is_refused(data: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        annotator.alpha(data)


def test_what_cannot_be_is_refused() -> None:
    rows = [[1, 1], [2, 1]]
    with pytest.raises(InputError, match="no metric"):
        annotator.alpha(rows, "cosine")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="level between 0 and 1"):
        annotator.alpha(rows, level=2)
    with pytest.raises(InputError, match="at least one resample"):
        annotator.bootstrap(annotator.alpha(rows, resamples=0), resamples=0)
    with pytest.raises(InputError, match="without spans or without a length: two"):
        annotator.gamma(SPANS, {"one": 60})
    with pytest.raises(InputError, match="delta > 0"):
        annotator.gamma(SPANS, LENGTH, delta=0)
    with pytest.raises(SpanError, match="ends at 12"):
        annotator.unitizing_alpha({"a": [(0, 12)], "b": []}, 10)
    other = annotator.alpha(rows, "interval", resamples=0)
    with pytest.raises(InputError, match="cannot compare alpha_nominal with"):
        annotator.difference(annotator.alpha(rows, resamples=0), other)


class Table:
    """What `measures` uses of a table of pyarrow, which gives columns when it is gone through."""

    def __init__(self, columns: dict[str, list[Any]]) -> None:
        self._columns = columns

    def __iter__(self) -> Any:
        return iter(self._columns.values())

    def to_pydict(self) -> dict[str, list[Any]]:
        """Name -> column."""
        return self._columns


COLUMNS: dict[str, list[Any]] = {"a": ["x", "y", "y", "x", None], "b": ["x", "y", "x", "x", "y"]}


def test_an_arrow_table_is_columns_by_annotator() -> None:
    found = annotator.alpha(Table(COLUMNS), resamples=0)  # type: ignore[arg-type]
    assert found.value == annotator.alpha(COLUMNS, resamples=0).value
    assert (found.n, found.annotators) == (4, ("a", "b"))


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("metric", ["nominal", "interval"])
def test_nan_of_every_size_is_no_label(kind: type[Any], metric: Any) -> None:
    mine, yours = [1, math.nan, 2, 1], [1, 1, 2, 2]
    plain: Any = {"a": mine, "b": yours}
    columns: Any = {"a": np.array(mine, dtype=kind), "b": np.array(yours, dtype=kind)}
    found = annotator.alpha(columns, metric, resamples=0)
    assert found.value == annotator.alpha(plain, metric, resamples=0).value
    assert found.n == 3


def test_dates_are_no_label_where_they_are_missing() -> None:
    days: Any = np.array(["2026-01-01", "NaT", "2026-01-02"], dtype="datetime64[D]")
    assert annotator.alpha({"a": days, "b": days}, resamples=0).n == 2


@given(rows=tables)
def test_labels_of_any_kind_are_compared(rows: list[list[int | None]]) -> None:
    expected = annotator.alpha(rows, resamples=0)
    kinds: tuple[Any, ...] = (lambda v: (v, "x"), lambda v: f"{v}".encode(), lambda v: 10**400 + v)
    for kind in kinds:
        found = annotator.alpha(
            [[None if v is None else kind(v) for v in row] for row in rows], resamples=0
        )
        assert (found.value, found.n, found.undefined) == (
            expected.value,
            expected.n,
            expected.undefined,
        )


@pytest.mark.parametrize("labels", [[(1, 2), (2, 3)], [1.0, math.inf], [10**400, 1]])
def test_what_has_no_distance_is_undefined_with_the_reason(labels: list[Any]) -> None:
    for metric in ("interval", "ratio"):
        found = annotator.alpha({"a": labels, "b": labels}, metric, resamples=0)
        assert "needs labels that are" in found.undefined


@pytest.mark.parametrize(
    "data",
    ["xyxy", ["xy", "xx"], {"a": "xyxy", "b": "xyyy"}, {"a": {1: "x"}, "b": ["x"]}],
)
def test_texts_are_not_taken_for_rows_of_letters(data: Any) -> None:
    with pytest.raises(InputError):
        annotator.alpha(data)


@pytest.mark.parametrize("span", [(0.0, 3.7), ("0", 3), (0,), (0, 3, "x", "y"), "ab", (None, 3)])
def test_spans_that_are_none_are_refused(span: Any) -> None:
    for measure in (annotator.unitizing_alpha, annotator.unitizing_alpha_1995, annotator.gamma):
        with pytest.raises(InputError):
            measure({"a": [span], "b": [(0, 3)]}, 10)


def test_offsets_of_any_kind_of_number_are_the_same() -> None:
    mine = annotator.unitizing_alpha({"a": [(0, 3)], "b": [(0, 4)]}, 10, resamples=0)
    odd: Any = {"a": [(0.0, 3.0)], "b": np.array([[0, 4]])}
    assert annotator.unitizing_alpha(odd, np.int64(10), resamples=0) == mine  # type: ignore[arg-type]


@pytest.mark.parametrize("length", [-1, 10.5, "10", None, math.nan, math.inf])
def test_lengths_that_are_none_are_refused(length: Any) -> None:
    with pytest.raises(InputError):
        annotator.unitizing_alpha({"a": [], "b": []}, length)


def test_spans_of_several_texts_need_their_lengths() -> None:
    with pytest.raises(InputError, match="annotator -> spans"):
        annotator.unitizing_alpha(SPANS, 60)


@pytest.mark.parametrize("odd", [{"samples": 0}, {"precision": 0}, {"precision": -1.0}])
def test_gamma_without_samples_is_refused(odd: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        annotator.gamma(SPANS, LENGTH, **odd)


def test_an_interval_is_of_one_result() -> None:
    several: Any = annotator.unitizing_alpha(SPANS, LENGTH, resamples=0)
    others: list[Any] = [several, None, 0.5]
    for odd in others:
        with pytest.raises(TypeError, match="is no Result"):
            annotator.bootstrap(odd)
        with pytest.raises(TypeError, match="is no Result"):
            annotator.difference(several.u, odd)
    with pytest.raises(InputError, match="seed"):
        annotator.bootstrap(several.u, seed=-1)


@given(rows=tables, power=st.sampled_from([-200, -12, -3, 3, 12, 100]))
def test_the_unit_of_a_measurement_changes_nothing(
    rows: list[list[int | None]], power: int
) -> None:
    for metric in ("interval", "ratio"):
        scaled = [[None if v is None else v * 10.0**power for v in row] for row in rows]
        plain = measures.alpha(rows, metric, resamples=0)
        found = measures.alpha(scaled, metric, resamples=0)
        assert found.undefined == plain.undefined
        assert found.value == pytest.approx(plain.value, abs=1e-9)


def test_what_is_left_out_is_what_the_signature_says() -> None:
    codes = np.random.default_rng(1).integers(0, 3, (60, 2))
    documents = [i // 6 for i in range(60)]
    usual = annotator.alpha(codes, documents=documents)
    assert usual == annotator.alpha(codes, documents=documents, resamples=1000, level=0.95, seed=0)
    assert usual.interval != annotator.alpha(codes, documents=documents, seed=1).interval
    agreed = annotator.coefficient(codes, documents=documents)
    assert agreed == annotator.coefficient(
        codes, "cohen", documents=documents, resamples=1000, level=0.95, seed=0
    )
