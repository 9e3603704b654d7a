"""The index of spans: the same answers as looking at every span, after any history of changes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.tui.article.index import SpanIndex
from annotator.tui.article.state import PaintedSpan, SpanSet

spans_strategy = st.lists(
    st.builds(
        lambda start, length, owner, layer, active: PaintedSpan(
            start, start + length, 0, owner, active, layer, "k"
        ),
        st.integers(0, 5_000),
        st.integers(1, 3_000),
        st.sampled_from("abcdefgh"),
        st.just("claim"),
        st.booleans(),
    ),
    max_size=25,
)


def brute_extents(spans: Sequence[PaintedSpan], start: int, end: int) -> set[tuple[int, int, str]]:
    out = set()
    for owner in {s.owner for s in spans}:
        own = [s for s in spans if s.owner == owner]
        lo, hi = min(s.start for s in own), max(s.end for s in own)
        if lo < end and start < hi:
            out.add((lo, hi, owner))
    return out


@given(st.lists(spans_strategy, min_size=1, max_size=4), st.integers(0, 8_000), st.integers(1, 200))
def test_answers_are_those_of_a_full_look(
    history: list[list[PaintedSpan]], start: int, length: int
) -> None:
    index = SpanIndex()
    for spans in history:
        index.update(SpanSet(spans))
    spans, end = history[-1], start + length
    found = index.spans(start, end)
    assert sorted(map(id, found)) == sorted(id(s) for s in spans if s.start < end and start < s.end)
    assert {e[:3] for e in index.extents(start, end)} == brute_extents(spans, start, end)


@given(spans_strategy)
def test_claims_that_overlap_have_different_lanes(spans: list[PaintedSpan]) -> None:
    index = SpanIndex()
    index.update(SpanSet(spans))
    extents = index.extents(0, 10_000)
    lanes = {e.owner: index.lane(e) for e in extents}
    for a in extents:
        assert lanes[a.owner] >= 0
        for b in extents:
            if a.owner != b.owner and a.start < b.end and b.start < a.end:
                assert lanes[a.owner] != lanes[b.owner]


short_claims = st.lists(
    st.tuples(st.integers(0, 600), st.integers(1, 120)).map(lambda at: (at[0], at[0] + at[1])),
    max_size=14,
)


@given(short_claims, st.integers(20, 88))
def test_rails_of_neighbours_differ(places: list[tuple[int, int]], width: int) -> None:
    """Two claims on one line, or one under the other, unless all lanes are taken by others."""
    index = SpanIndex()
    index.update(SpanSet(PaintedSpan(a, b, 0, str(n), key="1f") for n, (a, b) in enumerate(places)))
    extents = index.extents(0, 1_000)
    for one in extents:
        for other in extents:
            if one.end > other.start or other.start // width - (one.end - 1) // width > 1:
                continue
            if other.start - one.end < 100 and index.lane(one) == index.lane(other):
                here = [
                    e
                    for e in extents
                    if e.owner not in (one.owner, other.owner)
                    and e.start <= other.start < e.end + 100
                ]
                assert {index.lane(e) for e in here} >= {0, 1, 2} - {index.lane(one)}


def test_the_next_paragraph_begins_with_the_first_lane() -> None:
    claims = SpanSet([PaintedSpan(0, 20, 0, "a"), PaintedSpan(31, 40, 0, "b")])
    for paragraphs, lanes in (((30, 60), [0, 0]), ((60,), [0, 1])):
        index = SpanIndex(paragraphs)
        index.update(claims)
        assert [index.lane(e) for e in index.extents(0, 60)] == lanes


@given(spans_strategy, st.randoms())
def test_lanes_do_not_depend_on_who_asks_first(
    spans: list[PaintedSpan], chance: random.Random
) -> None:
    results = []
    for _ in range(2):
        index = SpanIndex()
        index.update(SpanSet(spans))
        extents = index.extents(0, 10_000)
        chance.shuffle(extents)
        results.append({e.owner: index.lane(e) for e in extents})
    assert results[0] == results[1]


def test_the_outer_claim_comes_first_and_neighbours_have_lanes_of_their_own() -> None:
    index = SpanIndex()
    index.update(
        SpanSet(
            [
                PaintedSpan(0, 5, 1, "inner"),
                PaintedSpan(0, 50, 0, "outer"),
                PaintedSpan(20, 30, 0, "second"),
                PaintedSpan(60, 70, 0, "later"),
                PaintedSpan(22, 24, 0, "mark", layer="mark"),
            ]
        )
    )
    lanes = {e.owner: index.lane(e) for e in index.extents(0, 100) if e.claim}
    assert lanes == {"outer": 0, "inner": 1, "second": 2, "later": 1}


@given(spans_strategy, st.lists(st.tuples(st.sampled_from("abcdefgh"), spans_strategy), max_size=5))
def test_catching_up_with_the_log_is_as_good_as_starting_anew(
    spans: list[PaintedSpan], changes: list[tuple[str, list[PaintedSpan]]]
) -> None:
    source, index = SpanSet(spans), SpanIndex()
    index.update(source)
    for owner, new in changes:
        source.put(owner, tuple(replace(span, owner=owner) for span in new))
        index.update(source)
    fresh = SpanIndex()
    fresh.update(SpanSet(source))
    assert index.extents(0, 10_000) == fresh.extents(0, 10_000)
    assert set(index.spans(0, 10_000)) == set(fresh.spans(0, 10_000)) == set(source)
    assert {e.owner: index.lane(e) for e in index.extents(0, 10_000)} == {
        e.owner: fresh.lane(e) for e in fresh.extents(0, 10_000)
    }


def test_the_log_names_only_what_changed() -> None:
    source = SpanSet([PaintedSpan(n, n + 1, 0, str(n)) for n in range(100)])
    seen = len(source.log)
    source.put("40", (PaintedSpan(40, 44, 0, "40"),))
    source.put("41", source.of_owner["41"])
    source.put("nobody", ())
    assert source.log[seen:] == ["40"]
    source.put("40", ())
    assert "40" not in source.of_owner


@pytest.mark.parametrize("seed", range(30))
def test_lanes_given_step_by_step_are_those_given_at_once(seed: int) -> None:
    rng = random.Random(seed)
    spans = SpanSet()
    index = SpanIndex()
    for _ in range(60):
        owner = f"c{rng.randrange(12)}"
        start = rng.randrange(60)
        end = start + rng.randrange(1, 20)
        layer = rng.choice(["claim", "claim", "claim", "mark"])
        made = (PaintedSpan(start, end, 0, owner, rng.random() < 0.5, layer),)  # type: ignore[arg-type]
        spans.put(owner, () if rng.random() < 0.3 else made)
        index.update(spans)
        fresh = SpanIndex()
        fresh.update(SpanSet(spans))
        found = index.extents(0, 200)
        assert found == fresh.extents(0, 200)
        claims = [e for e in found if e.claim]
        assert [index.lane(e) for e in claims] == [fresh.lane(e) for e in claims]
        at = rng.randrange(100)
        assert set(index.spans(at, at + 9)) == set(fresh.spans(at, at + 9))


def test_what_keeps_its_place_costs_no_lanes_and_no_line_elsewhere() -> None:
    """Of thousands of claims over each other a label of one changes one, not the lanes of all."""
    spans = SpanSet(PaintedSpan(i, i + 200, 0, f"c{i}", False, "claim", "k") for i in range(3_000))
    index = SpanIndex()
    index.update(spans)
    given, far, near = index.lanes_given, index.extents(2_000, 2_080), index.extents(0, 80)
    spans.put("c5", (PaintedSpan(5, 205, 0, "c5", True, "claim", "f"),))
    index.update(spans)
    assert index.lanes_given == given
    assert index.extents(2_000, 2_080) is far
    assert index.extents(0, 80) is not near
