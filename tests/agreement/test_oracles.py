"""Every case of the oracle file, at its tolerance; undefined ones must say why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from annotator.agreement.alpha import alpha
from annotator.agreement.chance_corrected import brennan_prediger, conger, fleiss, gwet, percent
from annotator.agreement.gamma import gamma
from annotator.agreement.gamma_alignment import Costs
from annotator.agreement.pairwise import pair
from annotator.agreement.result import Result
from annotator.agreement.span_table import SpanTable
from annotator.agreement.spans import Criterion, f1
from annotator.agreement.unitizing import unitizing
from annotator.agreement.unitizing_1995 import alpha_u_1995
from annotator.agreement.units import Units
from annotator.alignment.inputs import ComparedText
from tests.agreement.oracles import CASES, DATA, cases, categorical, continuum

CATEGORICAL: Final[dict[str, Callable[[Units], Result]]] = {
    "percent": percent,
    "cohen": lambda units: pair(units, "cohen"),
    "cohen_linear": lambda units: pair(units, "cohen_linear"),
    "cohen_quadratic": lambda units: pair(units, "cohen_quadratic"),
    "scott_pi": lambda units: pair(units, "scott"),
    "fleiss": fleiss,
    "ac1": gwet,
    "bp": brennan_prediger,
    "conger": conger,
    "alpha_nominal": lambda units: alpha(units, "nominal"),
    "alpha_ordinal": lambda units: alpha(units, "ordinal"),
    "alpha_interval": lambda units: alpha(units, "interval"),
    "alpha_ratio": lambda units: alpha(units, "ratio"),
}
UNITIZING: Final[dict[str, Callable[[SpanTable], Result]]] = {
    "u_alpha_2016": lambda layer: unitizing(layer).u,
    "bar_u_alpha_2016": lambda layer: unitizing(layer).binary,
    "cu_alpha_2016": lambda layer: unitizing(layer).cu,
    "alpha_U_1995": alpha_u_1995,
}


def check(result: Result, case: dict[str, Any]) -> None:
    if case["expected"] is None:
        assert result.value is None
        assert result.undefined
        assert result.interval is None
    else:
        assert result.undefined == ""
        assert result.value == pytest.approx(case["expected"], rel=0, abs=case["tol"])


@pytest.mark.parametrize("case", cases("categorical"), ids=lambda case: case["id"])
def test_categories(case: dict[str, Any]) -> None:
    check(CATEGORICAL[case["measure"]](categorical(case["dataset"])), case)


@pytest.mark.parametrize("case", cases("unitizing"), ids=lambda case: case["id"])
def test_unitizing(case: dict[str, Any]) -> None:
    result = UNITIZING[case["measure"]](continuum(case["dataset"]))
    check(result, case)
    assert bool(result.provisional) == case.get("provisional", False)
    if case["dataset"] == "K2004_p254" and case["measure"] != "alpha_U_1995":
        assert "overlapping" in result.undefined


@pytest.mark.parametrize(
    "case",
    [case for case in cases("unitizing") if case["measure"] == "u_alpha_2016"],
    ids=lambda case: case["dataset"],
)
def test_unitizing_of_1995_against_dkpro(case: dict[str, Any]) -> None:
    (dkpro,) = (v for name, v in case["obtained"].items() if name.startswith("DKPro"))
    result = alpha_u_1995(continuum(case["dataset"]))
    if dkpro == "NaN":
        assert result.value is None
    else:
        assert result.value == pytest.approx(float(dkpro), rel=0, abs=1e-9)


def spans_of(case: dict[str, Any]) -> SpanTable:
    name, _, direction = case["id"].removeprefix("spanf1/").rpartition(" ")
    if not name:  # "identical" stands without data: the same spans on both sides
        first: list[tuple[str, int, int]] = [("PER", 0, 10), ("ORG", 12, 20)]
        second = first
    else:
        first, second = DATA["span_pairs_A_B"][name]
    if direction == "ba":
        first, second = second, first
    spans = {"a": [(x, s, e) for x, s, e in first], "b": [(x, s, e) for x, s, e in second]}
    return SpanTable.from_documents([ComparedText.from_spans("d", 40, spans)])


@pytest.mark.parametrize("case", cases("span_f1"), ids=lambda case: case["id"])
@pytest.mark.parametrize("criterion", ["strict", "exact", "partial", "type"])
def test_span_f1(case: dict[str, Any], criterion: Criterion) -> None:
    (nervaluate,) = case["obtained"].values()
    result = f1(spans_of(case), criterion)
    expected = nervaluate["ent_type" if criterion == "type" else criterion]
    if "both empty" in case["id"]:
        # nervaluate says 0; nothing marked by anyone is neither agreement nor disagreement.
        assert result.value is None
        assert "nobody marked" in result.undefined
    elif "touch" in case["id"]:
        # nervaluate takes ends as inclusive; half-open spans that only touch do not overlap.
        assert result.value == 0
    else:
        assert result.value == pytest.approx(expected, abs=1e-12)


def gamma_layer(case: dict[str, Any]) -> SpanTable:
    spans: dict[str, list[tuple[str, int, int]]] = {}
    for coder, label, start, end in case["data"]:
        spans.setdefault(coder, []).append((label, start, end))
    length = max(end for _, _, _, end in case["data"])
    return SpanTable.from_documents([ComparedText.from_spans("d", length, spans)])


@pytest.mark.parametrize("case", cases("gamma"), ids=lambda case: case["id"])
def test_gamma(case: dict[str, Any]) -> None:
    if "pygamma variant" in case["measure"]:
        pytest.skip("another coefficient: it counts spans without a partner, Mathet 2017 does not")
    layer = gamma_layer(case)
    if len(layer.annotators) > 2:
        pytest.importorskip("scipy", reason="gamma of three annotators needs the extra [gamma]")
    params = case.get("params", {})
    costs = Costs(params.get("alpha", 1), params.get("beta", 1), params.get("delta_empty", 1))
    if case["measure"] == "best_alignment_disorder":
        found = gamma(layer, costs, samples=1, precision=None)
        assert found.disorder.value == pytest.approx(case["expected"], abs=case["tol"])
        return
    found = gamma(layer, costs, precision=0.01)
    if case["measure"] == "gamma":
        low, high = case["expected_range"]
        assert found.gamma.value is not None
        assert low <= found.gamma.value <= high
    else:
        assert found.gamma_cat.value == pytest.approx(case["expected"], abs=1e-12)


def test_all_cases_are_run() -> None:
    kinds = ("categorical", "unitizing", "span_f1", "gamma")
    left = [case for case in CASES if case["kind"] not in kinds]
    assert len(CASES) == 296
    # Boundaries of segments are not measured here, and the file has no data for these either.
    assert [case["kind"] for case in left] == ["segmentation"] * 7
