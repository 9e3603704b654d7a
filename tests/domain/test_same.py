"""When two claims are one: symmetric, blind to small moves, not to another speaker or nesting."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain import same
from annotator.domain.model import Fragment
from annotator.domain.same import Ranges, overlap, same_content, share, stands_in
from annotator.domain.spans import canonical

#       0         1         2         3         4         5
#       0123456789012345678901234567890123456789012345678901234567
TEXT = "The bank said officials believe prices fell in all of May."


resembles = partial(same.resembles, content="content")
same_claim = partial(same.same_claim, content="content")
same_proposal = partial(same.same_proposal, content="content", told=("cue", "source"))


def at(role: str, words: str) -> Fragment:
    start = TEXT.index(words)
    return Fragment(role, start, start + len(words))


OUTER = (at("content", "officials believe prices fell in all of May"), at("cue", "said"))
INNER = (
    at("content", "prices fell in all of May"),
    at("cue", "believe"),
    at("source", "officials"),
)

pieces = st.lists(
    st.builds(
        lambda role, start, size: Fragment(role, start, start + size),
        st.sampled_from(["content", "cue", "source"]),
        st.integers(0, 40),
        st.integers(1, 20),
    ),
    max_size=5,
)


@given(pieces, pieces)
def test_the_rules_do_not_depend_on_the_order(
    first: list[Fragment], second: list[Fragment]
) -> None:
    for rule in (same_claim, same_proposal, resembles):
        assert rule(first, second) == rule(second, first)
        assert rule(first[::-1], second) == rule(first, second)
    if same_proposal(first, second) and {*first} != {*second}:
        assert same_claim(first, second)


def test_a_claim_and_the_one_nested_in_it_are_two() -> None:
    outer, inner = ([(f.start, f.end) for f in c if f.role == "content"] for c in (OUTER, INNER))
    assert share(outer, inner) > 0.5
    assert not same_claim(OUTER, INNER)
    # Also where the outer one was made by hand and has only a content yet.
    assert not same_claim(OUTER[:1], INNER)


@pytest.mark.parametrize(
    "other",
    [
        (at("content", "rices fell in all of May."), *INNER[1:]),
        (at("content", "prices fell in all"), *INNER[1:]),
        (INNER[0], at("cue", "believe prices"), INNER[2]),
        (INNER[0], INNER[1], at("source", "said officials")),
    ],
)
def test_moved_boundaries_are_the_same(other: tuple[Fragment, ...]) -> None:
    assert same_claim(INNER, other)
    assert same_proposal(INNER, other)


@pytest.mark.parametrize(
    ("other", "claim", "proposal", "like"),
    [
        (INNER[:1], True, False, False),
        (INNER[:2], True, False, True),
        ((INNER[0], INNER[1], at("source", "bank")), False, False, True),
        ((at("content", "May"), *INNER[1:]), False, False, True),
        ((at("content", "The bank"), *INNER[1:]), False, False, False),
    ],
)
def test_more_less_or_other_parts(
    other: tuple[Fragment, ...], claim: bool, proposal: bool, like: bool
) -> None:
    assert same_claim(INNER, other) == claim
    assert same_proposal(INNER, other) == proposal
    assert resembles(INNER, other) == like


def over(role: str, start: int, end: int) -> Fragment:
    return Fragment(role, start, end)


def test_half_of_the_words_in_common_is_the_same_claim_and_less_is_not() -> None:
    ten = (over("content", 0, 10),)
    assert share([(0, 10)], [(0, 5)]) == 0.5
    assert same_claim(ten, (over("content", 0, 5),))
    assert not same_claim(ten, (over("content", 0, 4),))
    # Of 30 code points, 15 are in both; then 14.
    assert same_claim((over("content", 0, 20),), (over("content", 5, 30),))
    assert not same_claim((over("content", 0, 19),), (over("content", 5, 30),))


def test_several_pieces_are_one_set_of_words() -> None:
    whole = (over("content", 0, 20),)
    pieces = (over("content", 12, 18), over("content", 0, 4))
    assert share([(0, 20)], [(12, 18), (0, 4)]) == 0.5
    assert same_claim(whole, pieces)
    assert same_claim(pieces, whole)
    assert not same_claim(whole, (over("content", 12, 17), over("content", 0, 4)))


contents = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 20)).map(lambda r: (r[0], r[0] + r[1])), max_size=3
).map(canonical)


@given(contents, contents)
def test_overlaps_are_those_of_sets_of_characters(
    first: tuple[tuple[int, int], ...], second: tuple[tuple[int, int], ...]
) -> None:
    a, b = ({i for start, end in one for i in range(start, end)} for one in (first, second))
    assert overlap(first, second) == len(a & b)
    assert share(first, second) == (len(a & b) / len(a | b) if a | b else 0)
    assert same_content(first, second) == bool(a | b and 2 * len(a & b) >= len(a | b))
    assert stands_in(first, second) == bool(a and b and 2 * len(a & b) >= min(len(a), len(b)))
    if same_content(first, second):
        assert stands_in(first, second)


@pytest.mark.parametrize(
    ("content", "place", "same", "stands"),
    [
        ([(0, 10)], [(0, 20)], True, True),
        ([(0, 10)], [(0, 21)], False, True),
        ([(0, 10)], [(5, 60)], False, True),
        ([(0, 10)], [(6, 60)], False, False),
        ([(0, 4), (10, 14)], [(0, 14)], True, True),
        ([], [(0, 14)], False, False),
    ],
)
def test_a_sentence_holds_a_content_that_is_not_the_same(
    content: Ranges, place: Ranges, same: bool, stands: bool
) -> None:
    assert same_content(content, place) == same
    assert stands_in(content, place) == stands
