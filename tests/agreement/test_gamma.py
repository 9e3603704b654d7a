"""Gamma: exact alignments, what chance is, and what gamma-cat leaves out."""

from __future__ import annotations

import sys
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement import gamma_alignment
from annotator.agreement.gamma import gamma
from annotator.agreement.gamma_alignment import Continuum, Costs, best_alignment
from annotator.agreement.span_table import SpanTable
from annotator.alignment.inputs import ComparedText
from annotator.domain.errors import InputError, MissingExtraError

LENGTH = 40
Span = tuple[str, int, int]
span = st.tuples(st.sampled_from("xy"), st.integers(0, 36), st.integers(1, 12)).map(
    lambda t: (t[0], t[1], min(t[1] + t[2], LENGTH))
)


def layer(*readings: list[Span], name: str = "d") -> SpanTable:
    spans = {f"c{i}": found for i, found in enumerate(readings)}
    return SpanTable.from_documents([ComparedText.from_spans(name, LENGTH, spans)])


def least_cost(readings: list[list[Span]], costs: Costs) -> float:
    """The cost of the best alignment by trying all of them."""
    pairs = list(combinations(range(len(readings)), 2))

    def apart(s: Span | None, t: Span | None) -> float:
        if s is None or t is None:
            return costs.delta
        position = (abs(s[1] - t[1]) + abs(s[2] - t[2])) / (s[2] - s[1] + t[2] - t[1])
        return (costs.alpha * position**2 + costs.beta * (s[0] != t[0])) * costs.delta

    def best(rest: list[list[Span]]) -> float:
        leading = next((i for i, spans in enumerate(rest) if spans), None)
        if leading is None:
            return 0.0
        choices: list[list[Span | None]] = [[None, *spans] for spans in rest]
        choices[leading] = [rest[leading][0]]
        found = []
        for unitary in product(*choices):
            left = [list(spans) for spans in rest]
            for spans, chosen in zip(left, unitary, strict=True):
                if chosen is not None:
                    spans.remove(chosen)
            cost = sum(apart(unitary[i], unitary[j]) for i, j in pairs) / len(pairs)
            found.append(cost + best(left))
        return min(found)

    return best(readings)


@pytest.mark.parametrize("costs", [Costs(), Costs(3, 1, 1), Costs(0.5, 2, 3)], ids=str)
@pytest.mark.parametrize("readers", [2, 3])
@given(data=st.data())
def test_the_alignment_is_the_cheapest(readers: int, costs: Costs, data: st.DataObject) -> None:
    if readers > 2:
        pytest.importorskip("scipy", reason="three annotators need the extra [gamma]")
    size = 4 if readers == 2 else 2
    readings = [data.draw(st.lists(span, max_size=size)) for _ in range(readers)]
    found = best_alignment(Continuum.from_layer(layer(*readings), 0), costs)
    assert float(found.cost.sum()) == pytest.approx(least_cost(readings, costs))
    held = sorted(found.unitary[found.unitary >= 0].tolist())
    assert held == list(range(sum(map(len, readings))))


def test_whole_and_fractional_costs_are_the_same_costs() -> None:
    spans = [("x", 0, 10), ("y", 12, 20)], [("x", 3, 14), ("y", 16, 21)]
    whole, fractional = Costs(3, 1, 1), Costs(3.0, 1.0, 1.0)
    for readings in (spans, (*spans, [("x", 1, 9)])):
        if len(readings) > 2:
            pytest.importorskip("scipy", reason="three annotators need the extra [gamma]")
        continuum = Continuum.from_layer(layer(*readings), 0)
        ours, theirs = best_alignment(continuum, whole), best_alignment(continuum, fractional)
        assert ours.disorder == pytest.approx(theirs.disorder)
        assert ours.disorder != round(ours.disorder)


def test_equal_readings_have_gamma_one() -> None:
    spans = [("x", 0, 10), ("y", 12, 20), ("x", 25, 30)]
    found = gamma(layer(spans, spans))
    assert found.gamma.value == 1.0
    assert found.gamma_cat.value == 1.0
    assert found.disorder.value == 0.0
    assert {r.subject: r.value for r in found.gamma_k} == {"x": 1.0, "y": 1.0}


def test_same_seed_same_gamma() -> None:
    text = layer([("x", 0, 10), ("y", 12, 20)], [("x", 2, 10), ("x", 12, 22)])
    one, two = gamma(text, seed=5), gamma(text, seed=5)
    assert one.gamma.value == two.gamma.value
    assert one.samples == two.samples
    assert gamma(text, seed=6).gamma.value != one.gamma.value


def test_more_samples_are_drawn_until_the_expectation_is_sure() -> None:
    text = layer([("x", 0, 10), ("y", 12, 20)], [("x", 2, 10), ("x", 12, 22)])
    assert gamma(text, precision=None).samples == 30
    assert gamma(text, precision=0.05).samples > 30
    assert gamma(text, precision=0.001).samples == 300


def test_spans_without_partner_do_not_enter_gamma_cat() -> None:
    agreeing = [("x", 0, 10), ("y", 20, 30)]
    found = gamma(layer(agreeing, agreeing[:1]))
    assert found.gamma_cat.value == 1.0
    assert found.gamma.value is not None
    assert found.gamma.value < 1


def test_moved_spans_lower_gamma_step_by_step() -> None:
    spans = [("x", 4, 12), ("x", 16, 24), ("x", 28, 36)]
    values = []
    for shift in (0, 1, 2, 3):
        moved = [(x, a + shift, b + shift) for x, a, b in spans]
        values.append(gamma(layer(spans, moved)).gamma.value or 0.0)
    assert values == sorted(values, reverse=True)
    assert values[0] > values[-1]


def test_documents_are_pooled_with_an_interval() -> None:
    rng = np.random.default_rng(1)
    documents = []
    for i in range(12):
        starts = [2, 14, 26]
        readings = {
            name: [("x", s + int(rng.integers(0, 4)), s + 8) for s in starts] for name in "ab"
        }
        documents.append(ComparedText.from_spans(str(i), LENGTH, readings))
    found = gamma(SpanTable.from_documents(documents)).gamma
    assert found.interval is not None
    assert found.value is not None
    assert found.interval.low < found.value < found.interval.high
    assert found.documents == 12
    assert found.n == 72


def test_three_annotators_without_scipy_get_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("scipy", "scipy.optimize", "scipy.sparse"):
        monkeypatch.setitem(sys.modules, name, None)
    text = layer([("x", 0, 5)], [("x", 0, 5)], [("x", 1, 5)])
    with pytest.raises(MissingExtraError) as caught:
        gamma(text)
    assert "scipy" in caught.value.hint
    pairs = gamma(text, pairwise=True)
    assert pairs.gamma.measure == "gamma_pairwise"
    assert pairs.gamma.value is not None
    assert 0 < pairs.gamma.value < 1


def test_undefined_gamma_says_why() -> None:
    assert gamma(layer([], [])).gamma.undefined == "nobody marked anything in a shared document"
    alone = SpanTable.from_documents([ComparedText.from_spans("d", LENGTH, {"a": [("x", 0, 5)]})])
    assert gamma(alone).gamma.undefined == "no document was read by two annotators"


def test_costs_are_checked() -> None:
    with pytest.raises(ValueError, match="delta > 0"):
        Costs(delta=0)
    with pytest.raises(ValueError, match="not both 0"):
        Costs(alpha=0, beta=0)


def test_too_many_alignments_are_refused_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("scipy", reason="three annotators need the extra [gamma]")
    monkeypatch.setattr(gamma_alignment, "MOST_CANDIDATES", 1)
    text = layer([("x", 0, 5)], [("x", 0, 5)], [("x", 1, 5), ("y", 8, 9)])
    with pytest.raises(InputError) as caught:
        gamma(text)
    assert (caught.value.message, caught.value.hint) == (
        "3 annotators with 4 spans allow too many alignments to find the best one",
        "compare annotators pairwise",
    )
    assert gamma(text, pairwise=True).gamma.value is not None
