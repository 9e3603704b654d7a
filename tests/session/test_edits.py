"""What an annotation becomes by one action: the rules, written again as sets of characters."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.model import Annotation, Fragment
from annotator.domain.scheme import Role
from annotator.session.edits import (
    hull,
    is_bare,
    parents_of,
    respanned,
    with_boundary,
    with_span,
    without,
)
from tests.session.build import SCHEME

ONE = Role("content", "c", "", required=True, many=False)
MANY = Role("source", "s", "", required=False, many=True)

ranges = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 6)).map(lambda r: (r[0], r[0] + r[1])), max_size=8
)


def claim(*fragments: Fragment, id_: str = "claim", parent: str | None = None) -> Annotation:
    return Annotation(id_, "claim", "uid", "ann", fragments, {}, parent=parent)


def characters(start: int, end: int) -> set[int]:
    return set(range(start, end))


@given(ranges, st.sampled_from([ONE, MANY]))
def test_ranges_with_a_character_in_common_unite_and_others_stay_as_they_are(
    given_ranges: list[tuple[int, int]], role: Role
) -> None:
    made = claim(Fragment("cue", 2, 4))
    pieces: list[tuple[int, int]] = []
    for start, end in given_ranges:
        made = with_span(made, role, start, end)
        met = [p for p in pieces if characters(*p) & characters(start, end)]
        pieces = [p for p in pieces if p not in met]
        pieces.append((min([start, *(s for s, _ in met)]), max([end, *(e for _, e in met)])))
        found = made.role(role.name)
        assert sorted((f.start, f.end) for f in found) == sorted(pieces)
        # The pieces of one span, or each a span of its own, numbered without holes.
        expected = list(range(len(pieces))) if role.many else [0] * len(pieces)
        assert sorted(f.span for f in found) == expected
    assert made.role("cue") == (Fragment("cue", 2, 4),)


def test_pieces_that_only_touch_stay_two() -> None:
    made = with_span(with_span(claim(), ONE, 0, 5), ONE, 5, 9)
    assert made.fragments == (Fragment("content", 0, 5), Fragment("content", 5, 9))
    assert with_span(made, ONE, 9, 11).fragments[2:] == (Fragment("content", 9, 11),)


def test_a_range_inside_a_piece_changes_nothing_and_inside_two_unites_them() -> None:
    made = claim(Fragment("content", 0, 5), Fragment("content", 5, 9))
    assert with_span(made, ONE, 0, 5) is made
    assert with_span(made, ONE, 1, 5) is made
    assert with_span(made, ONE, 4, 6).fragments == (Fragment("content", 0, 9),)


def test_a_widened_source_stays_another_than_the_next() -> None:
    """It took the number of the other, and the two were one source of two pieces."""
    two = claim(Fragment("source", 0, 5, 0), Fragment("source", 10, 15, 1))
    assert set(with_span(two, MANY, 3, 8).fragments) == {
        Fragment("source", 0, 8, 0), Fragment("source", 10, 15, 1),
    }  # fmt: skip
    assert set(with_span(two, MANY, 8, 12).fragments) == {
        Fragment("source", 0, 5, 0), Fragment("source", 8, 15, 1),
    }  # fmt: skip


pieces = st.lists(
    st.builds(
        lambda role, at, span: Fragment(role, at * 3, at * 3 + 2, span),
        st.sampled_from(["source", "cue"]),
        st.integers(0, 8),
        st.integers(0, 4),
    ),
    max_size=6,
    unique_by=lambda f: (f.role, f.start),
)


def spans(fragments: tuple[Fragment, ...]) -> set[frozenset[tuple[str, int, int]]]:
    """Which pieces belong together, whatever the numbers."""
    keys = {(f.role, f.span) for f in fragments}
    return {
        frozenset((f.role, f.start, f.end) for f in fragments if (f.role, f.span) == key)
        for key in keys
    }


@given(pieces, st.data())
def test_what_stays_belongs_together_as_before_and_is_numbered_anew(
    found: list[Fragment], data: st.DataObject
) -> None:
    gone = data.draw(st.lists(st.sampled_from(found), max_size=3)) if found else []
    kept = without(tuple(found), gone)
    stayed = [f for f in found if f not in gone]
    assert [(f.role, f.start, f.end) for f in kept] == [(f.role, f.start, f.end) for f in stayed]
    assert spans(kept) == spans(tuple(stayed))
    for role in ("source", "cue"):
        numbers = sorted({f.span for f in kept if f.role == role})
        assert numbers == list(range(len(numbers)))
        # In the order in which they were numbered.
        pairs = sorted(
            (old.span, new.span) for old, new in zip(stayed, kept, strict=True) if old.role == role
        )
        assert all(a[1] <= b[1] for a, b in pairwise(pairs))


def test_a_piece_goes_round_the_spans_of_its_role() -> None:
    piece = Fragment("source", 20, 25, 2)
    made = claim(Fragment("source", 0, 5, 0), Fragment("source", 10, 15, 1), piece)
    after: list[tuple[int, ...]] = []
    for _ in range(3):
        made = respanned(made, made.fragments[2])
        after.append(tuple(f.span for f in made.fragments))
    assert after == [(0, 1, 0), (0, 1, 1), (0, 1, 2)]
    alone = claim(Fragment("source", 0, 5, 0), Fragment("cue", 7, 9))
    assert respanned(alone, alone.fragments[0]) == alone


def test_only_the_piece_whose_boundary_moves_moves() -> None:
    made = claim(Fragment("source", 0, 5, 0), Fragment("source", 10, 15, 1))
    moved = with_boundary(made, made.fragments[1], 9, 16)
    assert moved.fragments == (Fragment("source", 0, 5, 0), Fragment("source", 9, 16, 1))


def test_a_claim_that_reaches_from_its_first_to_its_last_content_is_nested_by_that() -> None:
    made = claim(Fragment("content", 30, 35), Fragment("content", 10, 12), Fragment("cue", 0, 3))
    assert hull(SCHEME.anchor(made)) == (10, 35)
    assert hull(SCHEME.anchor(claim(Fragment("cue", 4, 9), Fragment("source", 0, 3)))) == (0, 9)
    assert hull(()) == (0, 0)


def test_the_smallest_claim_around_comes_first_and_never_one_inside() -> None:
    made = claim(Fragment("content", 10, 20), id_="m")
    wide = claim(Fragment("content", 0, 60), id_="wide")
    close = claim(Fragment("content", 5, 25), id_="close", parent="wide")
    same = claim(Fragment("content", 30, 40), id_="same")
    child = claim(Fragment("content", 0, 50), id_="child", parent="m")
    grandchild = claim(Fragment("content", 0, 40), id_="grandchild", parent="child")
    found = [made, wide, close, same, child, grandchild]
    by_id = {a.id: a for a in found}
    assert [a.id for a in parents_of(made, found, by_id, SCHEME)] == ["close", "wide", "same"]
    # Parents in a circle, as a damaged file may have them, end the walk.
    ring = {x: claim(Fragment("content", 0, 9), id_=x, parent=y) for x, y in ("pq", "qp")}
    assert [a.id for a in parents_of(made, ring.values(), by_id | ring, SCHEME)] == ["p", "q"]


def test_an_annotation_is_bare_when_it_says_nothing() -> None:
    bare = claim()
    assert is_bare(bare)
    for said in (
        replace(bare, reviewed=True), replace(bare, flagged=True), replace(bare, note="x"),
        bare.with_attribute("a", "b"),
    ):  # fmt: skip
        assert not is_bare(said)
