"""All that the measures say, word for word: numbers, intervals, units, reasons, what is left out.

The other tests of this folder hold the measures against their definitions. Here stands what was
looked at and found right, so that no name, count, reason or hint changes by the way;
`--snapshot-update` renews it, and the difference is to be read like code. Numbers are kept to six
digits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, get_args

import numpy as np
import pytest
from syrupy.assertion import SnapshotAssertion

import annotator
from annotator.agreement import chance_corrected as chance
from annotator.agreement import pairwise, unitizing
from annotator.agreement.adapter import matched_units
from annotator.agreement.alpha import METRICS, alpha, coincidences
from annotator.agreement.bootstrap import Resampling, difference, interval, power_hint
from annotator.agreement.claims import agr_attribution, agr_over_claims, f1_whole
from annotator.agreement.dawid_skene import dawid_skene
from annotator.agreement.gamma import gamma
from annotator.agreement.intra_annotator import Repeat, repeat_units
from annotator.agreement.labels import merges, per_label, without_each_annotator
from annotator.agreement.result import Result, Statistic, ratio
from annotator.agreement.span_table import SpanTable
from annotator.agreement.spans import CRITERIA, agr, agr_matrix, agr_mean, boundaries, f1, pooled
from annotator.agreement.tokens import token_units
from annotator.agreement.unitizing_1995 import alpha_u_1995
from annotator.agreement.units import Label, Units
from annotator.alignment.claim_table import ClaimTable
from annotator.alignment.inputs import Claim, ComparedText, Range
from annotator.alignment.matching import align
from annotator.domain.errors import AnnotatorError

HOW = Resampling(60, 0.9, 2)


def short(value: object) -> object:
    """Numbers to six digits, at any depth."""
    if isinstance(value, np.ndarray):
        return short(value.tolist())
    if isinstance(value, float):
        return round(value, 6) + 0.0 if math.isfinite(value) else str(value)
    if isinstance(value, list | tuple):
        return [short(item) for item in value]
    return value


def said(found: Result) -> str:
    """A result, with everything that it says."""
    name = f"{found.measure}[{found.subject}]" if found.subject else found.measure
    value = found.undefined if found.value is None else short(found.value)
    rest = "; ".join(f"{x.reason}: {x.count}" for x in found.left_out)
    about = f"n={found.n} {found.unit}, {found.documents} documents, {'/'.join(found.annotators)}"
    at = found.interval
    sure = found.no_interval
    if at is not None:
        ends = f"[{short(at.low)}, {short(at.high)}] {at.level} of {at.documents} {at.over}"
        sure = f"{ends}, {at.resamples} - {at.dropped}, seed {at.seed}"
    told = (name, value, about, rest, sure, found.provisional[:9], *found.warnings)
    return " | ".join(map(str, told))


def by_document(found: Result) -> str:
    """What resampling and comparing rest on."""
    if found.statistic is None:
        return "-"
    return f"{short(found.statistic.by_document())} {short(found.statistic.without_each())}"


# ------------------------------------------------------------------------------------- categories
def mixed() -> list[list[Label | None]]:
    """Forty units of three annotators: in eight documents, some without a label."""
    rng = np.random.default_rng(3)
    truth = rng.integers(1, 5, 40)
    rows: list[list[Label | None]] = []
    for right in truth.tolist():
        row: list[Label | None] = [right] * 3
        for who in range(3):
            chance = float(rng.random())
            if chance < 0.3:
                row[who] = int(rng.integers(1, 5))
            elif chance > 0.9:
                row[who] = None
        rows.append(row)
    return rows


ROWS: dict[str, list[list[Label | None]]] = {
    "mixed": mixed(),
    "two": [row[:2] for row in mixed()[:14]],
    "few": [["a", "a"], ["a", "b"], ["b", "b"]],
    "nothing": [],
    "no label": [[None, None], [None, None]],
    "one annotator": [["a"], ["b"]],
    "no shared unit": [["a", None], [None, "b"]],
    "one label": [["a", "a"], ["a", "a"], ["a", None]],
    "one unit": [["a", "b"]],
    "silent": [["a", "b", None], ["b", "b", None], ["a", "a", None]],
}


def categories(units: Units) -> Iterator[Result]:
    for metric in METRICS:
        yield alpha(units, metric, resampling=HOW)
    for weights in get_args(chance.Weights):
        yield chance.gwet(units, weights=weights, resampling=HOW)
    for coefficient in chance.MEASURES.values():
        yield coefficient(units, resampling=HOW)
    for measure in pairwise.PAIR_MEASURES:
        yield from pairwise.all_pairs(units, measure, resampling=HOW)
    yield from pairwise.against_the_rest(units, resampling=HOW)
    yield from without_each_annotator(units, resampling=HOW)
    for one in per_label(units, resampling=HOW):
        yield from (one.alpha, one.specific)


@pytest.mark.parametrize("which", ROWS)
def test_measures_of_categories(which: str, snapshot: SnapshotAssertion) -> None:
    rows = ROWS[which]
    documents = [f"d{i // 5}" for i in range(len(rows))]
    units = Units.from_rows(rows, documents=documents)
    told = [said(found) for found in categories(units)]
    told += [f"{p}: {short(pairwise.pair_matrix(units, p))}" for p in pairwise.PAIR_MEASURES]
    told += [f"{one.label}: {one.count}" for one in per_label(units, resampling=None)]
    told += [
        f"{m.first} + {m.second}: {m.confused} {short(m.alpha)} {short(m.gain)}"
        for m in merges(units)
    ]
    told.append(f"coincidences {short(coincidences(units))}")
    places, tables = pairwise.confusions(units)
    told.append(f"confusions {places} {tables.tolist()}")
    for first, second in [units.annotators[:2]] if len(units.annotators) > 1 else []:
        told += [str(x) for x in pairwise.confusion(units, first, second).pairs()]
    assert told == snapshot(name="results")
    model = dawid_skene(units)
    table = (model.posterior, model.confusion, model.prior, model.accuracy, model.given)
    assert [
        *(str(short(values)) for values in table),
        f"n={model.n}, {model.converged}, {model.undefined}, {model.best()}",
        f"{model.iterations} steps, {short(model.log_likelihood)}",
        "; ".join(f"{x.reason}: {x.count}" for x in model.left_out),
    ] == snapshot(name="model")


def test_units_without_documents_are_resampled_as_units(snapshot: SnapshotAssertion) -> None:
    units = Units.from_rows(mixed())
    found = [alpha(units, resampling=HOW), chance.percent(units, resampling=HOW)]
    found.append(alpha(units.on_scale([3, 2, 1]), "ordinal", resampling=HOW))
    found.append(alpha(units.only(["3", "1"]), resampling=HOW))
    repeats = [Repeat("a", f"d{i}", i % 3, i % 2) for i in range(8)] + [Repeat("b", "d", 1, None)]
    found.append(pairwise.pair(repeat_units(repeats, "a"), resampling=HOW))
    found.append(pairwise.pair(repeat_units(repeats, "b", [0, 1]), resampling=HOW))
    assert [line for one in found for line in (said(one), by_document(one))] == snapshot


def test_two_rounds_and_further_articles(snapshot: SnapshotAssertion) -> None:
    rows = mixed()
    documents = [f"d{i // 5}" for i in range(len(rows))]
    first = alpha(Units.from_rows(rows, documents=documents), resampling=HOW)
    second = alpha(Units.from_rows(rows[10:], documents=documents[10:]), resampling=HOW)
    other = alpha(
        Units.from_rows(rows[::-1], documents=[f"e{i}" for i in range(40)]), resampling=HOW
    )
    flat = alpha(Units.from_rows([["a", "a"]] * 4, documents=documents[:4]), resampling=HOW)
    told = []
    for one, two in ((first, second), (first, other), (second, first), (flat, first)):
        made = difference(one, two, HOW)
        told.append(
            f"{short(made.value)} {made.undefined} {made.paired} + {made.unpaired}"
            f" {made.interval and (short(made.interval.low), short(made.interval.high))}"
            f" {made.no_interval}"
        )
        assert (made.first, made.second) == (one, two)
    told += [str(power_hint(first, more)) for more in (0, 1, 12, 100, -1)]
    assert told == snapshot


@pytest.mark.parametrize("values", [[1.0, 2, 3, 4, 5], [1, 1, 1, 9], [2, 2, 2, 2], [1, math.nan]])
def test_intervals_and_why_there_is_none(
    values: Sequence[float], snapshot: SnapshotAssertion
) -> None:
    rows = np.array([[value, 1.0] for value in values] + [[0.0, 0.0]])
    statistic = Statistic(rows, lambda sums: ratio(sums[:, 0], sums[:, 1]), range(len(rows)))
    for how in (HOW, Resampling(50, 0.95, 1)):
        found, reason = interval(statistic, how)
        told = found and (short(found.low), short(found.high), found.documents, found.dropped)
        assert (told, reason) == snapshot


# ------------------------------------------------------------------------------------------ spans
TOKENS = (list(range(0, 60, 5)), list(range(4, 60, 5)))
Spans = dict[str, list[tuple[str, int, int]]]


def marked() -> list[Spans]:
    """Six articles of three annotators, whose own spans do not overlap."""
    rng = np.random.default_rng(8)
    found: list[Spans] = []
    for _ in range(6):
        one: Spans = {}
        for name in "abc":
            starts = [s for s in range(2, 52, 12) if rng.random() < 0.8]
            one[name] = [
                (
                    "xy"[int(rng.random() < 0.3)],
                    s + int(rng.integers(0, 3)),
                    s + int(rng.integers(4, 9)),
                )
                for s in starts
            ]
        found.append(one)
    return found


SPANS: dict[str, list[Spans]] = {
    "three": marked(),
    "two": [{name: one[name] for name in "ab"} for one in marked()],
    "some read": [marked()[0], {"a": [("x", 0, 9)]}, {}, {"b": [("y", 3, 8)], "c": []}],
    "overlapping": [{"a": [("x", 0, 20), ("y", 10, 30)], "b": [("x", 5, 22)]}],
    "overlapping labels": [{"a": [("x", 0, 20), ("x", 10, 30)], "b": [("x", 5, 22)]}],
    "same": [{"a": [("x", 0, 20), ("y", 30, 40)], "b": [("x", 0, 20), ("y", 30, 40)]}],
    "apart": [{"a": [("x", 0, 9)], "b": [("x", 20, 29)]}],
    "split": [{"a": [("x", 2, 22)], "b": [("x", 2, 12), ("x", 12, 22)]}],
    "everything": [{"a": [("x", 0, 60)], "b": [("x", 0, 60)]}],
    "silent": [{"a": [], "b": []}],
    "a label of one": [{"a": [("x", 0, 9)], "b": [("x", 1, 8)]}, {"a": [("y", 0, 5)]}],
    "alone": [{"a": [("x", 0, 9)]}],
    "nobody": [],
}


def texts(found: Sequence[Spans]) -> list[ComparedText]:
    return [ComparedText.from_spans(f"d{i}", 60, spans, *TOKENS) for i, spans in enumerate(found)]


def spans(layer: SpanTable) -> Iterator[Result]:
    for criterion in CRITERIA:
        yield f1(layer, criterion, resampling=HOW)
    each = [f1(layer.with_label(x), "exact", resampling=None) for x in layer.labels]
    yield pooled(layer, "f1_strict", each, resampling=HOW)
    for same in (False, True):
        yield agr_mean(layer, same_label=same, resampling=HOW)
        if {"a", "b"} <= set(layer.annotators):
            yield agr(layer, "b", "a", same_label=same, resampling=HOW)
    edges = boundaries(layer, resampling=HOW)
    yield from (edges.same_start, edges.same_end, edges.start_distance, edges.end_distance)
    yield edges.unmatched
    family = unitizing.unitizing(layer, resampling=HOW)
    yield from (family.u, family.binary, family.cu, *family.ku, *family.coverage)
    yield unitizing.u_alpha(layer, resampling=HOW)
    yield unitizing.u_alpha_binary(layer.without_labels().united(), resampling=HOW)
    yield alpha_u_1995(layer, resampling=HOW)


@pytest.mark.parametrize("which", SPANS)
def test_measures_of_spans(which: str, snapshot: SnapshotAssertion) -> None:
    layer = SpanTable.from_documents(texts(SPANS[which]))
    told = [line for found in spans(layer) for line in (said(found), by_document(found))]
    told += [f"agr {same}: {short(agr_matrix(layer, same_label=same))}" for same in (False, True)]
    if layer.documents:
        told.append(said(alpha(token_units(layer), resampling=HOW)))
    assert told == snapshot


@pytest.mark.parametrize("which", SPANS)
def test_gamma_of_spans(which: str, snapshot: SnapshotAssertion) -> None:
    layer = SpanTable.from_documents(texts(SPANS[which]))
    told = []
    for precision, seed in ((None, 1), (0.3, 2)):
        found = gamma(
            layer, pairwise=True, samples=4, precision=precision, seed=seed, resampling=HOW
        )
        results = (found.gamma, found.gamma_cat, *found.gamma_k, found.disorder)
        told += [f"{found.samples} samples", *map(said, results)]
    assert told == snapshot


def test_gamma_of_three_at_once(snapshot: SnapshotAssertion) -> None:
    pytest.importorskip("scipy", reason="three annotators need the extra [gamma]")
    layer = SpanTable.from_documents(texts(marked()[:3]))
    found = gamma(layer, samples=3, precision=None, resampling=HOW)
    results = (found.gamma, found.gamma_cat, *found.gamma_k, found.disorder)
    assert [*map(said, results)] == snapshot


# ----------------------------------------------------------------------------------------- claims
def claims() -> list[ComparedText]:
    """Five articles of three annotators: claims of several roles and pieces, nested, unlabelled."""
    rng = np.random.default_rng(5)

    def claim(at: int) -> Claim:
        start = at + int(rng.integers(0, 3))
        roles: dict[str, tuple[Range, ...]] = {"content": ((start, at + int(rng.integers(5, 9))),)}
        if rng.random() < 0.6:
            roles["source"] = ((at + 9, at + 11),)
        if rng.random() < 0.3:
            roles["content"] += ((at + 12, at + 14),)
        labels = (
            {} if rng.random() < 0.2 else {"stance": ("favor", "against")[int(rng.random() * 2)]}
        )
        return Claim(roles, labels)

    return [
        ComparedText(
            f"d{i}",
            60,
            {
                name: [claim(at) for at in (0, 15, 15, 30) if rng.random() < 0.8]
                for name in ("abc", "ab")[i % 2]
            },
            *TOKENS,
        )
        for i in range(5)
    ]


def test_measures_of_claims(snapshot: SnapshotAssertion) -> None:
    found = claims()
    table = ClaimTable.from_documents(found)
    told: list[Result] = [
        f1_whole(table, resampling=HOW),
        f1_whole(found, roles=["source", "content"], annotators=["c", "a"], resampling=HOW),
        agr_attribution(table, resampling=HOW),
        agr_attribution(found, annotators=["a", "b"], resampling=HOW),
    ]
    for role in ("content", "source"):
        layer = SpanTable.from_documents(table, [role], "stance")
        told += [agr_over_claims(layer, table, resampling=HOW), agr_mean(layer, resampling=HOW)]
    roles = SpanTable.from_documents(table, ["source", "content"], "role")
    told += [f1(roles, "strict", resampling=HOW), alpha_u_1995(roles.united(), resampling=HOW)]
    units = matched_units(align(table), "stance", ["favor", "against"])
    told += [alpha(units, resampling=HOW), alpha(token_units(roles), resampling=HOW)]
    assert [line for one in told for line in (said(one), by_document(one))] == snapshot


# ---------------------------------------------------------------------------------- what is wrong
TWO = [[1, 1], [2, 1]]
BOTH = {"a": [(0, 3)], "b": [(0, 4)]}
WRONG: dict[str, Callable[[], object]] = {
    "no metric": lambda: annotator.alpha(TWO, "cosine"),  # type: ignore[arg-type]
    "no measure": lambda: annotator.coefficient(TWO, "cosine"),  # type: ignore[arg-type]
    "three for two": lambda: annotator.coefficient([[1, 1, 2]], "cohen"),
    "level": lambda: annotator.alpha(TWO, level=1),
    "seed": lambda: annotator.alpha(TWO, seed=-3),
    "resamples": lambda: annotator.alpha(TWO, resamples=-1),
    "no resamples": lambda: annotator.bootstrap(annotator.alpha(TWO, resamples=0), resamples=0),
    "columns": lambda: annotator.alpha({"a": [1, 2], "b": [1]}),
    "both kinds": lambda: annotator.alpha({"a": {1: "x"}, "b": ["x"]}),  # type: ignore[arg-type]
    "rows": lambda: annotator.alpha([[1, 2], [1]]),
    "array": lambda: annotator.alpha(np.zeros(3)),
    "text": lambda: annotator.alpha("xyxy"),
    "texts": lambda: annotator.alpha(["xy", "xx"]),
    "label": lambda: annotator.alpha([["a", "z"]], labels=["a"]),
    "documents": lambda: annotator.alpha(TWO, documents=["d"]),
    "lengths": lambda: annotator.gamma({"t": BOTH}, {"u": 5}),
    "several texts": lambda: annotator.gamma({"t": BOTH}, 5),
    "no length": lambda: annotator.unitizing_alpha(BOTH, -1),
    "length": lambda: annotator.unitizing_alpha(BOTH, 10.5),  # type: ignore[arg-type]
    "span": lambda: annotator.unitizing_alpha({"a": [(0,)]}, 10),  # type: ignore[arg-type]
    "offset": lambda: annotator.unitizing_alpha({"a": [(0, 3.5)]}, 10),  # type: ignore[arg-type]
    "beyond": lambda: annotator.unitizing_alpha({"a": [(0, 12)]}, 10),
    "costs": lambda: annotator.gamma(BOTH, 10, delta=0),
    "samples": lambda: annotator.gamma(BOTH, 10, samples=0),
    "round": lambda: annotator.difference(
        annotator.alpha(TWO, resamples=0), annotator.alpha(TWO, "interval", resamples=0)
    ),
    "no tokens": lambda: token_units(
        SpanTable.from_documents([ComparedText.from_spans("d", 9, {"a": [("x", 0, 3)]})])
    ),
    "many labels": lambda: token_units(
        SpanTable.from_documents(
            [
                ComparedText.from_spans(
                    "d", 99, {"a": [(str(i), i, i + 1) for i in range(21)]}, *TOKENS
                )
            ]
        )
    ),
    "codes": lambda: Units.from_codes([[0, 2]], ["a", "b"]),
    "columns of codes": lambda: Units.from_codes([[0, 1]], ["a", "b"], ["x"]),
    "documents of codes": lambda: Units.from_codes([[0, 1]], ["a", "b"], documents=["d", "e"]),
    "values": lambda: Units.from_values([[1.0, 3.0]], [1.0, 2.0]),
    "records": lambda: Units.from_records([("d", "u", "x", "a"), ("d", "u", "x", "b")]),
    "attribute": lambda: matched_units(align(claims()), "stance", ["favor"]),
    "two documents": lambda: SpanTable.from_documents([*texts([{}]), *texts([{}])]),
}


@pytest.mark.parametrize("which", WRONG)
def test_what_is_said_of_wrong_input(which: str, snapshot: SnapshotAssertion) -> None:
    with pytest.raises(AnnotatorError) as caught:
        WRONG[which]()
    assert (caught.value.message, caught.value.hint) == snapshot


@pytest.mark.parametrize("odd", [0.5, None, "alpha"])
def test_what_is_no_result_is_named(odd: Any, snapshot: SnapshotAssertion) -> None:
    with pytest.raises(TypeError) as caught:
        annotator.bootstrap(odd)
    assert str(caught.value) == snapshot
