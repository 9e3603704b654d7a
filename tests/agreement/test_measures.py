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
from annotator.agreement.span_layer import SpanLayer
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


def _layer() -> SpanLayer:
    return SpanLayer.from_documents(
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
