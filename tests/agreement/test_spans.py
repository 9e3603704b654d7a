"""Span F1 and agr against set computations on small texts."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement.span_table import SpanTable
from annotator.agreement.spans import (
    CRITERIA,
    Criterion,
    agr,
    agr_matrix,
    agr_mean,
    boundaries,
    f1,
    pooled,
)
from annotator.agreement.tokens import token_units
from annotator.alignment.inputs import Claim, ComparedText

LENGTH = 20
TOKENS = ([0, 4, 8, 12, 16], [3, 7, 12, 15, 19])
Span = tuple[str, int, int]
span = st.tuples(st.sampled_from("xy"), st.integers(0, LENGTH - 1), st.integers(1, 6)).map(
    lambda t: (t[0], t[1], min(t[1] + t[2], LENGTH))
)
spans = st.lists(span, max_size=6)
readings = st.lists(spans, min_size=2, max_size=3)


def layer(*documents: list[list[Span]]) -> SpanTable:
    return SpanTable.from_documents(
        ComparedText.from_spans(str(d), LENGTH, {f"c{i}": s for i, s in enumerate(found)}, *TOKENS)
        for d, found in enumerate(documents)
    )


def overlap(a: Span, b: Span) -> bool:
    return a[1] < b[2] and b[1] < a[2]


def share(hits: float, size: int) -> float | None:
    return hits / size if size else None


def positions(found: list[Span], tokens: bool) -> set[tuple[str, int]]:
    if not tokens:
        return {(x, p) for x, s, e in found for p in range(s, e)}
    bounds = list(zip(*TOKENS, strict=True))
    return {(x, i) for x, s, e in found for i, (a, b) in enumerate(bounds) if a < e and s < b}


def by_definition(criterion: str, found: list[list[Span]]) -> float | None:
    hits, size = 0.0, 0
    for a, b in combinations(found, 2):
        if criterion in ("strict", "exact"):
            cut = 0 if criterion == "strict" else 1
            common = Counter(s[cut:] for s in a) & Counter(s[cut:] for s in b)
            hits += 2 * common.total()
            size += len(a) + len(b)
        elif criterion == "overlap":
            for mine, theirs in ((a, b), (b, a)):
                hits += sum(any(overlap(s, t) and s[0] == t[0] for t in theirs) for s in mine)
                size += len(mine)
        elif criterion in ("token", "character"):
            ours, theirs_too = (positions(side, criterion == "token") for side in (a, b))
            hits += 2 * len(ours & theirs_too)
            size += len(ours) + len(theirs_too)
        else:
            hits += 2 * best(criterion, a, b)
            size += len(a) + len(b)
    return share(hits, size)


def best(criterion: str, a: list[Span], b: list[Span]) -> float:
    """The best one-to-one pairing by trying all of them."""
    short, long = sorted((a, b), key=len)

    def worth(s: Span, t: Span) -> float:
        if not overlap(s, t) or (criterion == "type" and s[0] != t[0]):
            return 0
        return 1 if criterion == "type" or s[1:] == t[1:] else 0.5

    return max(
        sum(worth(s, t) for s, t in zip(short, order, strict=False))
        for order in permutations(long, len(short))
    )


@pytest.mark.parametrize("criterion", CRITERIA)
@given(found=readings)
def test_f1_is_its_definition(criterion: str, found: list[list[Span]]) -> None:
    if criterion in ("partial", "type"):
        found = [reading[:4] for reading in found]
    result = f1(layer(found), criterion, resampling=None)  # type: ignore[arg-type]
    expected = by_definition(criterion, found)
    assert result.value == (None if expected is None else pytest.approx(expected, abs=1e-9))
    assert bool(result.undefined) == (expected is None)


@given(a=spans, b=spans, same_label=st.booleans())
def test_agr_is_its_definition_in_both_directions(
    a: list[Span], b: list[Span], same_label: bool
) -> None:
    table = agr_matrix(layer([a, b]), same_label=same_label)
    for mine, theirs, names, value in (
        (a, b, ("c0", "c1"), table[0, 1]),
        (b, a, ("c1", "c0"), table[1, 0]),
    ):
        hits = sum(
            any(overlap(s, t) and (s[0] == t[0] or not same_label) for t in theirs) for s in mine
        )
        result = agr(layer([a, b]), *names, same_label=same_label, resampling=None)
        assert result.value == share(hits, len(mine))
        assert result.n == len(mine)
        assert result.subject == f"{names[0]} || {names[1]}"
        if mine:
            assert value == pytest.approx(result.value)
        else:
            assert np.isnan(value)


@given(found=readings)
def test_numbers_do_not_depend_on_who_comes_first(found: list[list[Span]]) -> None:
    for criterion in CRITERIA:
        one = f1(layer(found), criterion, resampling=None).value
        other = f1(layer(found[::-1]), criterion, resampling=None).value
        assert other == (None if one is None else pytest.approx(one, abs=1e-9))


def test_documents_are_pooled_by_their_spans() -> None:
    first = [[("x", 0, 4)], [("x", 0, 4)]]
    second = [[("x", 0, 4), ("x", 6, 8), ("x", 10, 12)], []]
    result = f1(layer(first, second), "strict", resampling=None)
    assert result.value == pytest.approx(2 / 5)
    assert result.statistic is not None
    assert result.statistic.by_document().tolist() == [1.0, 0.0]


def test_spans_of_different_documents_never_meet() -> None:
    at_end, at_start = [[("x", 15, 20)], []], [[], [("x", 0, 5)]]
    assert f1(layer(at_end, at_start), "overlap", resampling=None).value == 0
    assert agr_mean(layer(at_end, at_start), resampling=None).value == 0


def test_a_discontinuous_span_is_its_set_of_fragments() -> None:
    def reading(*pieces: tuple[int, int]) -> list[Claim]:
        return [Claim({"content": pieces}, {"stance": "favor"})]

    def compare(a: list[Claim], b: list[Claim], criterion: str) -> float | None:
        found = SpanTable.from_documents(
            [ComparedText("d", LENGTH, {"a": a, "b": b})], ["content"], "stance"
        )
        return f1(found, criterion, resampling=None).value  # type: ignore[arg-type]

    split = reading((0, 4), (10, 14))
    assert compare(split, reading((10, 14), (0, 4)), "strict") == 1
    assert compare(split, reading((0, 2), (2, 4), (10, 14)), "strict") == 1
    assert compare(split, reading((0, 14)), "strict") == 0
    assert compare(split, reading((0, 14)), "partial") == 0.5
    assert compare(split, reading((12, 13)), "overlap") == 1
    assert compare(split, reading((5, 9)), "overlap") == 0
    assert compare(split, reading((0, 14)), "character") == pytest.approx(2 * 8 / (8 + 14))


# A span of several pieces: its label and the pieces, which may touch or overlap.
Pieces = tuple[str, tuple[tuple[int, int], ...]]
piece = st.tuples(st.integers(0, LENGTH - 1), st.integers(1, 4)).map(
    lambda t: (t[0], min(t[0] + t[1], LENGTH))
)
scattered = st.lists(
    st.tuples(st.sampled_from("xy"), st.lists(piece, min_size=1, max_size=3).map(tuple)),
    max_size=4,
)


def scattered_layer(found: list[list[Pieces]]) -> SpanTable:
    claims = {
        f"c{i}": [Claim({"content": pieces}, {"label": label}) for label, pieces in mine]
        for i, mine in enumerate(found)
    }
    return SpanTable.from_documents(
        [ComparedText("d", LENGTH, claims, *TOKENS)], ["content"], "label"
    )


def held(span: Pieces, tokens: bool = False) -> frozenset[int]:
    """What a span holds: its characters, or the tokens that it touches."""
    inside = frozenset(p for start, end in span[1] for p in range(start, end))
    if not tokens:
        return inside
    bounds = enumerate(zip(*TOKENS, strict=True))
    return frozenset(i for i, (a, b) in bounds if inside & set(range(a, b)))


def scattered_f1(criterion: str, found: list[list[Pieces]]) -> float | None:
    """The definitions over sets of characters, which know nothing of pieces."""
    hits, size = 0.0, 0
    for a, b in combinations(found, 2):
        if criterion in ("token", "character"):
            ours, theirs = (
                {(s[0], p) for s in side for p in held(s, criterion == "token")} for side in (a, b)
            )
            hits += 2 * len(ours & theirs)
            size += len(ours) + len(theirs)
            continue
        size += len(a) + len(b)
        if criterion in ("strict", "exact"):
            keys = [
                Counter((s[0] if criterion == "strict" else "", held(s)) for s in side)
                for side in (a, b)
            ]
            hits += 2 * (keys[0] & keys[1]).total()
        elif criterion == "overlap":
            for mine, others in ((a, b), (b, a)):
                hits += sum(any(s[0] == t[0] and held(s) & held(t) for t in others) for s in mine)
        else:
            hits += 2 * max(
                sum(scattered_worth(criterion, s, t) for s, t in zip(few, order, strict=True))
                for few, many in [sorted((a, b), key=len)]
                for order in permutations(many, len(few))
            )
    return share(hits, size)


def scattered_worth(criterion: str, s: Pieces, t: Pieces) -> float:
    if not held(s) & held(t) or (criterion == "type" and s[0] != t[0]):
        return 0.0
    return 1.0 if criterion == "type" or held(s) == held(t) else 0.5


@pytest.mark.parametrize("criterion", CRITERIA)
@given(found=st.lists(scattered, min_size=2, max_size=3))
def test_f1_of_spans_of_several_pieces_is_its_definition(
    criterion: Criterion, found: list[list[Pieces]]
) -> None:
    result = f1(scattered_layer(found), criterion, resampling=None)
    expected = scattered_f1(criterion, found)
    assert result.value == (None if expected is None else pytest.approx(expected, abs=1e-9))


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        # One piece in common: half of a partial hit, a hit of the label, an overlap.
        ((((0, 4), (10, 14)),), (((10, 14),),), {"partial": 0.5, "type": 1, "overlap": 1}),
        # The pieces of one lie in two of the other's: one to one, only one of them is met.
        ((((0, 2), (8, 10)),), (((0, 2),), ((8, 10),)), {"partial": 1 / 3, "overlap": 1}),
        # In the gap of the other: never a hit.
        ((((0, 2), (8, 10)),), (((3, 7),),), {"partial": 0, "type": 0, "overlap": 0, "strict": 0}),
        # Two interleaved spans with two others, whose pieces were put together otherwise.
        (
            (((0, 2), (8, 10)), ((4, 6), (12, 14))),
            (((4, 6), (12, 14)), ((0, 2), (8, 10))),
            dict.fromkeys(("strict", "exact", "partial", "type", "overlap", "character"), 1),
        ),
    ],
)
def test_pieces_by_hand(
    a: tuple[tuple[tuple[int, int], ...], ...],
    b: tuple[tuple[tuple[int, int], ...], ...],
    expected: dict[Criterion, float],
) -> None:
    found = scattered_layer([[("x", pieces) for pieces in side] for side in (a, b)])
    for criterion, value in expected.items():
        assert f1(found, criterion, resampling=None).value == pytest.approx(value), criterion


@given(a=scattered, b=scattered)
def test_agr_of_spans_of_several_pieces_is_its_definition(a: list[Pieces], b: list[Pieces]) -> None:
    for mine, theirs, names in ((a, b, ("c0", "c1")), (b, a, ("c1", "c0"))):
        hits = sum(any(held(s) & held(t) for t in theirs) for s in mine)
        result = agr(scattered_layer([a, b]), *names, resampling=None)
        assert result.value == share(hits, len(mine))


def test_boundaries_say_where_they_differ() -> None:
    found = boundaries(
        layer([[("x", 0, 4), ("x", 8, 12), ("x", 15, 16)], [("y", 0, 5), ("x", 9, 12)]])
    )
    assert found.same_start.value == 0.5
    assert found.same_end.value == 0.5
    assert found.start_distance.value == 0.5
    assert found.end_distance.value == 0.5
    assert found.unmatched.value == pytest.approx(1 / 5)
    nothing = boundaries(layer([[("x", 0, 4)], [("x", 5, 6)]]))
    assert nothing.same_start.undefined == "no two spans overlap"
    assert nothing.unmatched.value == 1


def test_equal_spans_are_matched_before_greater_overlaps() -> None:
    # Without the preference, (0, 10) could go to (0, 9) and leave (0, 10) to (9, 10).
    result = f1(layer([[("x", 0, 10), ("x", 8, 10)], [("x", 0, 9), ("x", 0, 10)]]), "partial")
    assert result.value == pytest.approx(2 * 1.5 / 4) or result.value == pytest.approx(2 * 1 / 4)
    assert result.value == by_definition(
        "partial", [[("x", 0, 10), ("x", 8, 10)], [("x", 0, 9), ("x", 0, 10)]]
    )


@given(found=readings)
def test_hits_of_the_labels_add_up_to_those_of_all(found: list[list[Span]]) -> None:
    whole = layer(found, found[::-1])
    parts = [f1(whole.with_label(x), "exact", resampling=None) for x in whole.labels]
    strict = f1(whole, "strict", resampling=None)
    together = pooled(whole, "f1_strict", parts, resampling=None)
    assert together == strict
    assert together.statistic is not None
    assert strict.statistic is not None
    assert together.statistic.rows.tolist() == strict.statistic.rows.tolist()


def test_touching_spans_do_not_overlap() -> None:
    touching = layer([[("x", 0, 5)], [("x", 5, 9)]])
    for criterion in CRITERIA:
        if criterion != "token":
            assert f1(touching, criterion, resampling=None).value == 0
    # But both touch the token [4, 7).
    assert f1(touching, "token", resampling=None).value == pytest.approx(2 / 4)


def test_token_measures_need_tokens() -> None:
    bare = SpanTable.from_documents(
        [ComparedText.from_spans("d", LENGTH, {"a": [("x", 0, 4)], "b": []})]
    )
    assert f1(bare, "token").undefined == "the documents have no tokens"


@given(found=readings)
def test_token_units_hold_every_label_of_a_token(found: list[list[Span]]) -> None:
    units = token_units(layer(found))
    assert len(units.codes) == len(TOKENS[0])
    for coder, mine in enumerate(found):
        marked = positions(mine, tokens=True)
        for token in range(len(TOKENS[0])):
            expected = "+".join(sorted(x for x, i in marked if i == token)) or "outside"
            assert units.labels[units.codes[token, coder]] == expected


def test_tokens_of_an_unread_document_have_no_label() -> None:
    documents = [
        ComparedText.from_spans("1", LENGTH, {"a": [("x", 0, 5)], "b": []}, *TOKENS),
        ComparedText.from_spans("2", LENGTH, {"b": [("x", 0, 5)]}, *TOKENS),
    ]
    units = token_units(SpanTable.from_documents(documents))
    assert units.documents == ("1", "2")
    assert units.codes[5:, 0].tolist() == [-1] * 5
    assert int(units.shared.sum()) == 5
