"""Unitizing alphas against a character-by-character computation, and what a continuum is."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.agreement.result import LeftOut
from annotator.agreement.span_table import SpanTable
from annotator.agreement.unitizing import unitizing
from annotator.agreement.unitizing_1995 import alpha_u_1995
from annotator.alignment.arrays import Floats
from annotator.alignment.inputs import Claim, ComparedText
from annotator.domain.errors import SpanError

LENGTH = 24
Span = tuple[str, int, int]


@st.composite
def coder(draw: st.DrawFn) -> list[Span]:
    """Spans of one annotator that do not overlap."""
    cuts = sorted(draw(st.lists(st.integers(0, LENGTH), unique=True, max_size=8)))
    labels = draw(st.lists(st.sampled_from("xyz"), min_size=4, max_size=4))
    return [(x, a, b) for x, a, b in zip(labels, cuts[::2], cuts[1::2], strict=False)]


coders = st.lists(coder(), min_size=2, max_size=4)


def document(spans: list[list[Span]], name: str = "d") -> ComparedText:
    return ComparedText.from_spans(name, LENGTH, {f"c{i}": found for i, found in enumerate(spans)})


def family_by_characters(documents: list[list[list[Span]]]) -> tuple[float | None, ...]:
    """uα, |uα and cuα of two annotators or more, from labels of single characters."""
    kinds = ["x", "y", "z", ""]
    found = np.zeros((4, 4))
    q, q_star = np.zeros(4), np.zeros(3)
    for spans in documents:
        m = len(spans)
        lines = [[""] * LENGTH for _ in spans]
        for line, mine in zip(lines, spans, strict=True):
            for label, start, end in mine:
                line[start:end] = [label] * (end - start)
        for a, b in permutations(lines, 2):
            for c, k in zip(a, b, strict=True):
                found[kinds.index(c), kinds.index(k)] += 1 / (m - 1)
        for i, mine in enumerate(spans):
            q[3] += lines[i].count("")
            for label, start, end in mine:
                q[kinds.index(label)] += (end - start) ** 2
                for j, other in enumerate(lines):
                    if i != j:
                        covered = sum(1 for p in range(start, end) if other[p])
                        q_star[kinds.index(label)] += covered**2 / (m - 1)

    def chance(table: Floats, correction: Floats) -> Floats:
        by_label, total = table.sum(axis=1), float(table.sum())
        below = total**2 - float(correction.sum())
        if below <= 1e-9 * total**2:
            return np.full(table.shape, np.nan)
        expected: Floats = total * (np.outer(by_label, by_label) - np.diag(correction)) / below
        return expected

    def value(above: float, below: float) -> float | None:
        return None if np.isnan(below) or abs(below) < 1e-9 else 1 - above / below

    expected = chance(found, q)
    u = value(found.sum() - np.trace(found), float(found.sum() - np.trace(expected)))
    binary = value(found[3].sum() - found[3, 3], float(expected[3].sum() - expected[3, 3]))
    marked = found[:3, :3]
    expected = chance(marked, q_star)
    cu = value(marked.sum() - np.trace(marked), float(marked.sum() - np.trace(expected)))
    return u, binary, cu


@settings(max_examples=60)
@given(spans=coders, more=coders)
def test_the_family_is_what_characters_say(spans: list[list[Span]], more: list[list[Span]]) -> None:
    continua = [spans, more]
    found = unitizing(
        SpanTable.from_documents([document(s, str(i)) for i, s in enumerate(continua)]),
        resampling=None,
    )
    for result, expected in zip(
        (found.u, found.binary, found.cu), family_by_characters(continua), strict=True
    ):
        if any(spans) or any(more):
            assert result.value == (None if expected is None else pytest.approx(expected, abs=1e-9))
        else:
            assert result.undefined == "nobody marked anything in a shared document"


@given(spans=coders, more=coders)
def test_statistics_are_additive_over_documents(
    spans: list[list[Span]], more: list[list[Span]]
) -> None:
    both = unitizing(
        SpanTable.from_documents([document(spans, "1"), document(more, "2")]), resampling=None
    )
    assert both.u.statistic is not None
    for row, alone in zip(both.u.statistic.by_document(), (spans, more), strict=True):
        expected = unitizing(SpanTable.from_documents([document(alone)]), resampling=None).u.value
        if expected is not None:
            assert row == pytest.approx(expected, abs=1e-9)


def test_agreement_on_one_label_and_how_much_of_it_is_shared() -> None:
    spans = [[("x", 0, 4), ("y", 10, 14)], [("x", 0, 4), ("z", 10, 14)]]
    found = unitizing(SpanTable.from_documents([document(spans)]), resampling=None)
    by_label = {result.subject: result.value for result in found.ku}
    assert by_label["x"] == pytest.approx(1.0)
    assert by_label["y"] is not None
    assert by_label["y"] < 0.1
    coverage = {result.subject: result.value for result in found.coverage}
    assert coverage == {"x": 1.0, "y": 1.0, "z": 1.0}
    half = unitizing(
        SpanTable.from_documents([document([[("x", 0, 4)], [("x", 2, 4)]])]), resampling=None
    )
    assert half.coverage[0].value == pytest.approx(4 / 6)


def test_three_annotators_make_cu_provisional() -> None:
    two = [[("x", 0, 4)], [("y", 2, 6)]]
    assert unitizing(SpanTable.from_documents([document(two)])).cu.provisional == ""
    three = unitizing(SpanTable.from_documents([document([*two, [("x", 0, 5)]])]))
    assert "three or more" in three.cu.provisional
    assert "three or more" in three.ku[0].provisional
    assert three.u.provisional == ""


def test_overlaps_within_an_annotator_are_refused_by_name() -> None:
    layer = SpanTable.from_documents([document([[("x", 0, 10), ("y", 5, 12)], [("x", 0, 10)]])])
    found = unitizing(layer)
    assert found.u.value is None
    assert found.u.undefined == "c0 marked overlapping spans in d: compare label by label"
    by_label = unitizing(layer.with_label("x"), resampling=None)
    assert by_label.u.value == pytest.approx(1.0)
    united = unitizing(layer.without_labels().united(), resampling=None)
    expected = unitizing(
        SpanTable.from_documents([document([[("", 0, 12)], [("", 0, 10)]])]), resampling=None
    )
    assert united.u.value == pytest.approx(expected.u.value)


def test_united_keeps_spans_that_only_touch_apart() -> None:
    spans = [[("x", 0, 5), ("x", 3, 8), ("x", 8, 10), ("y", 4, 6)], [("x", 1, 2)]]
    layer = SpanTable.from_documents([document(spans)]).united()
    assert sorted(zip(layer.start.tolist(), layer.end.tolist(), strict=True)) == [
        (0, 8), (1, 2), (4, 6), (8, 10),
    ]  # fmt: skip


def test_documents_read_by_one_annotator_are_left_out() -> None:
    shared = document([[("x", 0, 4)], [("x", 0, 5)]], "shared")
    alone = ComparedText.from_spans("alone", LENGTH, {"c0": [("x", 3, 9)]})
    found = unitizing(SpanTable.from_documents([shared, alone]), resampling=None).u
    assert found.value == unitizing(SpanTable.from_documents([shared]), resampling=None).u.value
    assert found.left_out == (LeftOut("documents read by one annotator only", 1),)
    assert found.documents == 1
    nobody = unitizing(SpanTable.from_documents([alone])).u
    assert nobody.undefined == "no document was read by two annotators"


def test_reading_without_marking_differs_from_not_reading() -> None:
    marked = [("x", 0, 4)]
    silent = ComparedText.from_spans("d", LENGTH, {"a": marked, "b": marked, "c": []})
    absent = ComparedText.from_spans("d", LENGTH, {"a": marked, "b": marked})
    assert unitizing(SpanTable.from_documents([absent]), resampling=None).u.value == pytest.approx(
        1.0
    )
    with_silent = unitizing(SpanTable.from_documents([silent]), resampling=None).u.value
    assert with_silent is not None
    assert with_silent < 0.5


def test_a_split_is_seen_by_the_number_of_1995_only() -> None:
    layer = SpanTable.from_documents([document([[("x", 2, 22)], [("x", 2, 12), ("x", 12, 22)]])])
    assert unitizing(layer, resampling=None).u.value == pytest.approx(1.0)
    value = alpha_u_1995(layer, resampling=None).value
    assert value is not None
    assert value < 0.6


def test_order_of_fragments_makes_no_disagreement() -> None:
    def claim(*pieces: tuple[int, int]) -> Claim:
        return Claim({"content": pieces})

    documents = [
        ComparedText("d", LENGTH, {"a": [claim((0, 4), (10, 14))], "b": [claim((10, 14), (0, 4))]})
    ]
    layer = SpanTable.from_documents(documents, ["content"], None)
    assert unitizing(layer, resampling=None).u.value == pytest.approx(1.0)
    assert alpha_u_1995(layer, resampling=None).value == pytest.approx(1.0)


def test_spans_beyond_the_text_are_refused() -> None:
    with pytest.raises(SpanError, match="ends at 30"):
        ComparedText.from_spans("d", LENGTH, {"a": [("x", 20, 30)]})
    with pytest.raises(SpanError, match="no span"):
        ComparedText.from_spans("d", LENGTH, {"a": [("x", 5, 5)]})
    with pytest.raises(SpanError, match="has no span"):
        Claim({})


def test_intervals_of_the_family_rest_on_documents() -> None:
    rng = np.random.default_rng(3)
    documents = []
    for i in range(15):
        start = np.arange(0, LENGTH - 4, 6)
        spans = [
            [("x", int(s), int(s) + 2 + int(rng.integers(0, 3))) for s in start] for _ in range(3)
        ]
        documents.append(document(spans, str(i)))
    found = unitizing(SpanTable.from_documents(documents))
    for result in (found.u, found.binary, alpha_u_1995(SpanTable.from_documents(documents))):
        assert result.interval is not None
        assert result.value is not None
        assert result.interval.low < result.value < result.interval.high
        assert result.interval.documents == 15
