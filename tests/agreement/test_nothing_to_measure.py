"""Every measure on nothing, on one reader, on silence: a reason, never an exception."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from annotator.agreement.adapter import matched_units
from annotator.agreement.alpha import METRICS, alpha
from annotator.agreement.chance_corrected import brennan_prediger, conger, fleiss, gwet, percent
from annotator.agreement.claims import f1_whole
from annotator.agreement.dawid_skene import dawid_skene
from annotator.agreement.gamma import gamma
from annotator.agreement.labels import (
    merges,
    per_label,
    without_each_annotator,
)
from annotator.agreement.pairwise import against_the_rest, all_pairs, pair_matrix
from annotator.agreement.result import Result
from annotator.agreement.span_table import SpanTable
from annotator.agreement.spans import CRITERIA, agr, agr_matrix, agr_mean, boundaries, f1
from annotator.agreement.tokens import token_units
from annotator.agreement.unitizing import unitizing
from annotator.agreement.unitizing_1995 import alpha_u_1995
from annotator.agreement.units import Units
from annotator.alignment.inputs import ComparedText
from annotator.alignment.matching import align
from tests.agreement.two_annotators import decompose, match

TOKENS = ([0, 4], [3, 9])
DOCUMENTS: dict[str, list[ComparedText]] = {
    "no document": [],
    "nobody read": [ComparedText("d", 10, {}, *TOKENS)],
    "one reader": [ComparedText.from_spans("d", 10, {"a": [("x", 0, 3)]}, *TOKENS)],
    "silent readers": [ComparedText("d", 10, {"a": [], "b": []}, *TOKENS)],
    "no text": [ComparedText("d", 0, {"a": [], "b": []})],
    "one of two is empty": [
        ComparedText("1", 0, {"a": [], "b": []}),
        ComparedText.from_spans("2", 10, {"b": [("x", 0, 3)]}, *TOKENS),
    ],
}
ROWS: dict[str, list[tuple[str | None, ...]]] = {
    "no unit": [],
    "no label": [(None, None), (None, None)],
    "one annotator": [("a",), ("b",)],
    "no shared unit": [("a", None), (None, "b")],
}
SPANS: list[Callable[[SpanTable], Result]] = [
    *(lambda layer, c=c: f1(layer, c) for c in CRITERIA),
    lambda layer: unitizing(layer).u,
    lambda layer: unitizing(layer).binary,
    lambda layer: unitizing(layer).cu,
    alpha_u_1995,
    lambda layer: gamma(layer).gamma,
    lambda layer: gamma(layer, pairwise=True).gamma_cat,
    agr_mean,
    lambda layer: agr(layer, "a", "b"),
    lambda layer: boundaries(layer).same_start,
]
CATEGORIES: list[Callable[[Units], Result]] = [
    percent, fleiss, gwet, brennan_prediger, conger,
    *(lambda units, m=m: alpha(units, m) for m in METRICS),
]  # fmt: skip


@pytest.mark.parametrize("documents", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_spans(documents: list[ComparedText]) -> None:
    layer = SpanTable.from_documents(documents, annotators=["a", "b"])
    for measure in SPANS:
        result = measure(layer)
        assert result.value is None
        assert result.undefined
        assert result.interval is None
    assert agr_matrix(layer).shape == (2, 2)
    assert layer.united().document.tolist() == layer.document.tolist()


@pytest.mark.parametrize("documents", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_claims(documents: list[ComparedText]) -> None:
    assert f1_whole(documents, roles=["span"]).undefined
    assert match(documents, "a", "b", anchors=["span"]).matches == ()
    assert decompose(documents, "a", "b", anchors=["span"]).items == ()
    alignment = align(documents, anchors=["span"])
    assert len(alignment.groups) == sum(len(c) for d in documents for c in d.claims.values())
    assert alpha(matched_units(alignment, "label")).undefined


def test_tokens() -> None:
    for name in ("nobody read", "one reader"):
        assert alpha(token_units(SpanTable.from_documents(DOCUMENTS[name]))).undefined
    silent = alpha(token_units(SpanTable.from_documents(DOCUMENTS["silent readers"])))
    assert silent.undefined.startswith("one label only")


@pytest.mark.parametrize("rows", ROWS.values(), ids=ROWS.keys())
def test_categories(rows: list[tuple[str | None, ...]]) -> None:
    units = Units.from_rows(rows)
    for measure in CATEGORIES:
        assert measure(units).undefined
    for result in (*without_each_annotator(units), *against_the_rest(units)):
        assert result.value is None
        assert result.undefined
    assert all(found.alpha.undefined and found.specific.undefined for found in per_label(units))
    assert all(r.undefined for r in all_pairs(units))
    assert merges(units) == ()
    assert pair_matrix(units).shape == (len(units.annotators),) * 2
    assert dawid_skene(units).undefined
