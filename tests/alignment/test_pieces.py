"""Overlaps, parts and the table of claims, against a look at every two of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.alignment import overlaps
from annotator.alignment.arrays import lookup_sorted, sorted_unique
from annotator.alignment.claim_table import NOWHERE, ClaimTable, canonical_pieces
from annotator.alignment.components import (
    SimpleComponents,
    connected_components,
    least_reachable,
)
from annotator.alignment.inputs import Claim, ComparedText, annotators_of
from annotator.domain.errors import InputError, SpanError

LENGTH = 40
ranges = st.tuples(st.integers(0, 34), st.integers(1, 6)).map(lambda r: (r[0], r[0] + r[1]))
some = st.lists(ranges, min_size=1, max_size=2).map(tuple)
claims = st.lists(
    st.builds(
        Claim,
        st.dictionaries(st.sampled_from(["content", "cue"]), some, min_size=1),
        st.dictionaries(st.sampled_from("st"), st.sampled_from("xyz")),
        st.sampled_from(["1", "2", "3"]),
        st.sampled_from([None, "1", "2"]),
    ),
    max_size=3,
    unique_by=lambda c: c.id,
)
documents = st.lists(
    st.dictionaries(st.sampled_from("abc"), claims, max_size=3), min_size=1, max_size=3
).map(lambda all_: [ComparedText(f"d{i}", LENGTH, found) for i, found in enumerate(all_)])


def characters(claim: Claim, role: str) -> set[int]:
    return {i for start, end in claim.role(role) for i in range(start, end)}


def everything(found: Sequence[ComparedText]) -> list[tuple[int, str, int, Claim]]:
    """(document, annotator, place, claim) in the order of the table."""
    names = annotators_of(found)
    return [
        (d, name, place, c)
        for d, document in enumerate(found)
        for name in names
        for place, c in enumerate(document.claims.get(name, ()))
    ]


@settings(max_examples=60)
@given(documents)
def test_a_table_holds_every_claim_and_gives_it_back(found: list[ComparedText]) -> None:
    table = ClaimTable.from_documents(found)
    listed = everything(found)
    assert len(table) == len(listed)
    assert table.names == tuple(d.name for d in found)
    assert (
        table.annotators
        == annotators_of(found)
        == tuple(sorted({n for d in found for n in d.claims}))
    )
    assert table.document.tolist() == [d for d, *_ in listed]
    assert [table.annotators[i] for i in table.annotator] == [name for _, name, *_ in listed]
    assert table.place.tolist() == [place for _, _, place, _ in listed]
    assert table.read.tolist() == [[n in d.claims for n in table.annotators] for d in found]
    assert table.base.tolist() == [LENGTH * i for i in range(len(found) + 1)]
    assert table.roles == tuple(sorted({role for *_, c in listed for role in c.roles}))
    for i, (d, name, _, claim) in enumerate(listed):
        mine = {c.id: c for e, n, _, c in listed if (e, n) == (d, name)}
        parent = mine.get(claim.parent or "")
        above = table.parent[i]
        assert (table.claim(int(above)) if above >= 0 else None) == parent
    # Those that were handed in, and those made from the columns alone, say the same.
    table._made.clear()
    for i, (*_, claim) in enumerate(listed):
        made = table.claim(i)
        assert (made.roles, made.attributes, made.id) == (claim.roles, claim.attributes, claim.id)
    assert table.claims() == [table.claim(i) for i in range(len(table))]
    assert table.claims([0] if listed else []) == table.claims()[:1]
    for roles in (["content"], ["cue"], ["content", "cue"], []):
        first, last = table.hulls(roles)
        for i, (d, *_, claim) in enumerate(listed):
            points = {p + LENGTH * d for role in roles for p in characters(claim, role)}
            expected = (min(points), max(points) + 1) if points else (NOWHERE, -1)
            assert (first[i], last[i]) == expected
    for name in ("s", "t", "u"):
        values, codes = table.attribute(name, ["z", "w"])
        given_ = [c.attributes.get(name) for *_, c in listed]
        assert values == ("z", "w", *sorted({v for v in given_ if v} - {"z"}))
        assert [values[c] if c >= 0 else None for c in codes] == given_
    assert ClaimTable.from_documents(table) is table
    with pytest.raises(InputError, match="the table is of other annotators"):
        ClaimTable.from_documents(table, ["nobody"])


def test_two_documents_of_one_name_are_refused() -> None:
    twice = [ComparedText("d", 5, {}), ComparedText("d", 6, {})]
    with pytest.raises(InputError) as caught:
        ClaimTable.from_documents(twice)
    assert (caught.value.message, caught.value.hint) == (
        "two documents have one name", "names must be unique",
    )  # fmt: skip


def test_only_the_annotators_asked_for_are_in_the_table_and_in_their_order() -> None:
    one = Claim({"content": ((0, 2),)})
    table = ClaimTable.from_documents(
        [ComparedText("d", 5, {"a": [one], "b": [one], "c": []})], ["c", "b"]
    )
    assert table.annotators == ("c", "b")
    assert (len(table), table.annotator.tolist(), table.read.tolist()) == (1, [1], [[True, True]])


def test_tokens_lie_on_the_line_of_all_documents_or_are_missing_for_all() -> None:
    first = ComparedText("1", 10, {"a": []}, [0, 5], [4, 9])
    second = ComparedText("2", 6, {"a": []}, [1], [3])
    empty = ComparedText("3", 0, {"a": []})
    without = ComparedText("4", 6, {"a": []})
    tokens = ClaimTable.from_documents([first, empty, second]).tokens
    assert tokens is not None
    assert [t.tolist() for t in tokens] == [[0, 5, 11], [4, 9, 13]]
    assert ClaimTable.from_documents([first, without]).tokens is None
    assert ClaimTable.from_documents([]).tokens is None


@settings(max_examples=60)
@given(documents, st.sampled_from([1, 2, 4_000]))
def test_items_that_meet_are_those_with_a_character_in_common(
    found: list[ComparedText], block: int
) -> None:
    table = ClaimTable.from_documents(found)
    listed = everything(found)
    kept, overlaps._BLOCK = overlaps._BLOCK, block  # type: ignore[misc]
    try:
        for role in ("content", "cue"):
            fragments = table.role(role)
            blocks = list(fragments.blocks())
            pairs = [
                (int(i), int(j), float(common))
                for first, last in blocks
                for met in [fragments.overlapping_pairs(first, last)]
                for i, j, common in zip(met.first, met.second, met.common, strict=True)
            ]
            ends = [last for _, last in blocks]
            assert [first for first, _ in blocks] == [0, *ends][: len(blocks)]
            assert not listed or ends[-1] == len(listed)
            expected = [
                (i, j, float(len(characters(a, role) & characters(b, role))))
                for (i, (d, who, _, a)), (j, (e, other, _, b)) in combinations(enumerate(listed), 2)
                if d == e and who < other and characters(a, role) & characters(b, role)
            ]
            assert pairs == expected
            sizes = [float(len(characters(c, role))) for *_, c in listed]
            assert fragments.size.tolist() == sizes
            wanted = np.arange(len(listed)) % 2 == 0
            assert set(fragments.only(wanted).item.tolist()) == {
                i for i, size in enumerate(sizes) if size and i % 2 == 0
            }
    finally:
        overlaps._BLOCK = kept  # type: ignore[misc]


@given(st.lists(ranges, max_size=6), st.lists(st.integers(0, 40), max_size=8))
def test_points_within_ranges_are_found_in_pairs(
    found: list[tuple[int, int]], points: list[int]
) -> None:
    start = np.array([s for s, _ in found], dtype=np.int64)
    end = np.array([e for _, e in found], dtype=np.int64)
    which, where = overlaps.starting_within(start, end, np.array(points, dtype=np.int64))
    expected = [
        (r, p) for r, (s, e) in enumerate(found) for p, at in enumerate(points) if s <= at < e
    ]
    assert sorted(zip(which.tolist(), where.tolist(), strict=True)) == expected
    assert which.tolist() == sorted(which.tolist())


@given(st.integers(1, 9), st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=9))
def test_what_is_linked_has_the_least_number_of_its_part(
    total: int, links: list[tuple[int, int]]
) -> None:
    links = [(a % total, b % total) for a, b in links]
    left, right = (np.array([link[k] for link in links], dtype=np.int64) for k in (0, 1))
    part = {i: {i} for i in range(total)}
    for a, b in links:
        union = part[a] | part[b]
        for i in union:
            part[i] = union
    assert least_reachable(total, left, right).tolist() == [min(part[i]) for i in range(total)]


@settings(max_examples=60)
@given(documents)
def test_parts_are_linked_by_overlaps_of_anybody_in_any_of_the_roles(
    found: list[ComparedText],
) -> None:
    table = ClaimTable.from_documents(found)
    listed = everything(found)
    for roles in (["content"], ["cue"], ["content", "cue"]):
        numbers = connected_components(len(table), [table.role(role) for role in roles]).tolist()
        linked = {i: {i} for i in range(len(listed))}
        for (i, (d, *_, a)), (j, (e, *_, b)) in combinations(enumerate(listed), 2):
            if d == e and any(characters(a, r) & characters(b, r) for r in roles):
                union = linked[i] | linked[j]
                for k in union:
                    linked[k] = union
        together = {(i, j) for i in linked for j in linked[i]}
        assert {(i, j) for i in linked for j in linked if numbers[i] == numbers[j]} == together


@settings(max_examples=60)
@given(documents)
def test_a_part_is_simple_where_nobody_has_two_and_nothing_has_two_pieces(
    found: list[ComparedText],
) -> None:
    table = ClaimTable.from_documents(found)
    listed = everything(found)
    content, cue = table.role("content"), table.role("cue")
    numbers = connected_components(len(table), [content]).tolist()
    for others in ([], [cue]):
        parts: dict[int, list[int]] = {}
        for i, (*_, claim) in enumerate(listed):
            if claim.role("content"):
                parts.setdefault(numbers[i], []).append(i)
        roles = ["content", "cue"][: 1 + len(others)]
        expected = [
            mine
            for _, mine in sorted(parts.items())
            if len({listed[i][1] for i in mine}) == len(mine)
            and all(len(listed[i][3].role(role)) <= 1 for i in mine for role in roles)
        ]
        simple = SimpleComponents.from_fragments(content, len(table.annotators), others)
        place = [{i for i in column if i >= 0} for column in simple.item.T.tolist()]
        assert place == [set(mine) for mine in expected]
        for row, name in zip(simple.item.tolist(), table.annotators, strict=True):
            assert {listed[i][1] for i in row if i >= 0} <= {name}
        assert simple.document.tolist() == [listed[mine[0]][0] for mine in expected]
        alone = {i for mine in expected for i in mine}
        assert np.flatnonzero(simple.rest).tolist() == [
            i for i, (*_, c) in enumerate(listed) if c.role("content") and i not in alone
        ]
        start, end = simple.edges(content)
        assert start.dtype == end.dtype == np.int64
        for row, starts, ends in zip(simple.item, start.tolist(), end.tolist(), strict=True):
            for i, low, high in zip(row.tolist(), starts, ends, strict=True):
                at = LENGTH * listed[i][0] if i >= 0 else 0
                ((first, last),) = listed[i][3].role("content") if i >= 0 else ((0, 0),)
                assert (low, high) == (first + at, last + at)
        for one, other, both in simple.pairs(content):
            assert one < other
            assert both.tolist() == [
                min(mine) >= 0
                and bool(set.intersection(*(characters(listed[i][3], "content") for i in mine)))
                for mine in simple.item[[one, other]].T.tolist()
            ]
        assert len(list(simple.pairs(content))) == len(
            list(combinations(range(len(table.annotators)), 2))
        )


@given(st.lists(st.tuples(st.integers(0, 3), ranges), max_size=10))
def test_pieces_are_united_where_they_overlap_or_touch(
    found: list[tuple[int, tuple[int, int]]],
) -> None:
    columns = [
        np.array(c, dtype=np.int64) for c in zip(*((i, s, e) for i, (s, e) in found), strict=True)
    ]
    claim, start, end = columns or [np.empty(0, dtype=np.int64)] * 3
    made = canonical_pieces(claim, start, end)
    pieces = list(zip(*(c.tolist() for c in made), strict=True))
    expected = []
    for i in sorted({i for i, _ in found}):
        points = {p for j, (s, e) in found if i == j for p in range(s, e)}
        opening = sorted(p for p in points if p - 1 not in points)
        expected += [(i, s, next(e for e in range(s, 99) if e not in points)) for s in opening]
    assert pieces == expected


@given(st.lists(st.integers(-5, 5), max_size=9), st.lists(st.integers(-5, 5), max_size=9))
def test_sorted_numbers_are_distinct_and_looked_up(values: list[int], wanted: list[int]) -> None:
    keys = sorted_unique(np.array(values, dtype=np.int64))
    assert keys.tolist() == sorted(set(values))
    at, known = lookup_sorted(keys, np.array(wanted, dtype=np.int64))
    assert known.tolist() == [w in values for w in wanted]
    assert [keys[i] for i in at] == [w for w in wanted if w in values]


def test_claims_and_documents_say_what_is_wrong_with_them() -> None:
    with pytest.raises(SpanError) as caught:
        Claim({"content": ((3, 3),)})
    assert (caught.value.message, caught.value.hint) == (
        "[3, 3) is no span", "a span has start < end, from 0",
    )  # fmt: skip
    with pytest.raises(SpanError, match=r"\[-1, 3\) is no span"):
        Claim({"content": ((-1, 3),)})
    for id_, name in (("", "(no id)"), ("x", "x")):
        with pytest.raises(SpanError) as caught:
            Claim({"content": ()}, id=id_)
        assert (caught.value.message, caught.value.hint) == (
            f"claim {name} has no span", "mark at least one role",
        )  # fmt: skip
    assert Claim({"content": ((0, 1),)}).start == 0
    claim = Claim({"cue": ((6, 7), (2, 4)), "content": ((4, 5), (5, 6)), "source": ()})
    assert claim.roles == {"content": ((4, 6),), "cue": ((2, 4), (6, 7))}
    assert list(claim.roles) == ["content", "cue"]
    assert (claim.start, claim.end, claim.role("source")) == (2, 7, ())
    with pytest.raises(SpanError) as caught:
        ComparedText("d", 6, {"a": [], "b": [claim]})
    assert caught.value.message == "d: a claim of b ends at 7, the text at 6"
    ComparedText("d", 7, {"b": [claim]})
    with pytest.raises(SpanError, match="d: as many token starts as token ends are needed"):
        ComparedText("d", 7, {}, [0], [])
    made = ComparedText.from_spans("d", 9, {"a": [("x", 1, 3)]}, [0], [4])
    assert made == ComparedText(
        "d", 9, {"a": (Claim({"span": ((1, 3),)}, {"label": "x"}),)}, [0], [4]
    )
