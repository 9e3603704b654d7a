"""Spans that fit and cut nothing, without white space, united."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.errors import SpanError
from annotator.domain.graphemes import cuts_conjunct, is_boundary
from annotator.domain.spans import canonical, check_span, trimmed
from tests.domain.test_graphemes import PIECES


@given(PIECES, st.integers(-2, 60), st.integers(-2, 60))
def test_a_span_is_accepted_just_when_it_fits_and_cuts_nothing(
    text: str, start: int, end: int
) -> None:
    whole = all(is_boundary(text, at) or cuts_conjunct(text, at) for at in (start, end))
    if 0 <= start < end <= len(text) and whole:
        check_span(text, start, end)
    else:
        with pytest.raises(SpanError, match=r"\[-?\d+, -?\d+\)") as caught:
            check_span(text, start, end, "cue")
        assert caught.value.message.startswith("cue ")
        assert caught.value.hint


@given(PIECES, st.data())
def test_trimming_cuts_no_grapheme(text: str, data: st.DataObject) -> None:
    whole = st.sampled_from([i for i in range(len(text) + 1) if is_boundary(text, i)])
    start, end = sorted((data.draw(whole), data.draw(whole)))
    a, b = trimmed(text, start, end)
    assert start <= a <= b <= end
    assert a == b or (is_boundary(text, a) and is_boundary(text, b))
    assert text[start:a].isspace() or a in (start, b)
    assert text[b:end].isspace() or b in (end, a)


@pytest.mark.parametrize(
    ("text", "kept"), [("  \u0301a ", " \u0301a"), (" \u0600 ", "\u0600 "), (" a ", "a")]
)
def test_a_space_that_is_part_of_a_character_stays(text: str, kept: str) -> None:
    start, end = trimmed(text, 0, len(text))
    assert text[start:end] == kept


def test_a_span_made_before_conjuncts_were_one_stays_valid() -> None:
    text = "क\u094dष"
    assert not is_boundary(text, 2)
    check_span(text, 0, 2)
    with pytest.raises(SpanError, match="cuts the character at 1"):
        check_span(text, 0, 1)


@given(st.text(alphabet=" \t\n\u00a0ab", max_size=12), st.data())
def test_trimming_takes_white_space_only(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    a, b = trimmed(text, start, end)
    assert text[a:b] == text[start:end].strip()
    assert start <= a <= b <= end


ranges = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 8)).map(lambda r: (r[0], r[0] + r[1])), max_size=12
)


@given(ranges)
def test_the_canonical_form_covers_the_same_and_overlaps_nowhere(
    given_ranges: list[tuple[int, int]],
) -> None:
    out = canonical(given_ranges)

    def covered(rs: Iterable[tuple[int, int]]) -> set[int]:
        return {i for a, b in rs for i in range(a, b)}

    assert covered(out) == covered(given_ranges)
    assert list(out) == sorted(out)
    assert all(b < c for (_, b), (c, _) in pairwise(out))
    assert canonical(reversed(given_ranges)) == canonical(out) == out


def test_ranges_that_only_touch_are_one_stretch() -> None:
    assert canonical([(3, 5), (0, 3), (8, 9), (4, 7)]) == ((0, 7), (8, 9))
