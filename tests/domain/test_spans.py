"""Where a text may be cut: against the `regex` package's grapheme clusters, and by hand."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from itertools import pairwise

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.errors import SpanError
from annotator.domain.spans import (
    canonical,
    check_span,
    is_boundary,
    next_boundary,
    previous_boundary,
    trimmed,
)

WHOLE = {
    "letter": "a",
    "accent": "e\u0301",
    "many accents": "a\u0300\u0301\u0302",
    "enclosing mark": "1\u20e3",
    "keycap": "1\ufe0f\u20e3",
    "family": "👩‍👩‍👧‍👦",
    "pirate flag": "🏴‍☠️",
    "skin tone": "👍🏽",
    "flag": "🇩🇪",
    "flag of England": "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "letter and ZWNJ": "क\u200c",
    "Arabic number sign": "\u06001",
    "half-width voicing": "ｶﾞ",
    "heart": "❤️",
    "CRLF": "\r\n",
    "Hangul jamo": "\u1112\u1161\u11ab",
    "Hangul syllable and final": "\uac00\u11a8",
    "Devanagari vowel": "कि",
    "Thai vowel": "กำ",
    "Hebrew points": "שָׁ",
    "Arabic mark": "بّ",
}


@pytest.mark.parametrize("cluster", WHOLE.values(), ids=WHOLE.keys())
def test_a_grapheme_is_never_cut(cluster: str) -> None:
    text = f"x{cluster}y"
    for offset in range(2, 1 + len(cluster)):
        assert not is_boundary(text, offset), offset
    assert is_boundary(text, 1)
    assert is_boundary(text, 1 + len(cluster))
    check_span(text, 1, 1 + len(cluster))


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("🇩🇪🇫🇷", 2),
        ("ab", 1),
        ("\n\r", 1),
        ("\r\r\n", 1),
        ("a\n", 1),
        ("\n\u0301", 1),
        ("漢字", 1),
        ("क‌ष", 2),
        ("👍👍", 1),
    ],
)
def test_neighbours_may_be_parted(text: str, offset: int) -> None:
    assert is_boundary(text, offset)


def test_flags_are_counted_from_the_start_of_their_row() -> None:
    row = "🇩🇪🇫🇷🇮🇹"
    assert [is_boundary(row, i) for i in range(7)] == [True, False, True, False, True, False, True]


def test_offsets_outside_the_text_are_no_boundaries() -> None:
    assert not is_boundary("abc", -1)
    assert not is_boundary("abc", 4)
    assert is_boundary("", 0)


PIECES = st.lists(
    st.sampled_from([*WHOLE.values(), "\u200d", "\u0301", " ", "\n", "שלום", "漢", "\u200c"]),
    max_size=12,
).map("".join)


@given(PIECES, st.integers(-3, 60))
def test_boundaries_are_found_in_both_directions(text: str, offset: int) -> None:
    after, before = next_boundary(text, offset), previous_boundary(text, offset)
    if 0 <= offset < len(text):
        assert offset < after <= len(text)
        assert is_boundary(text, after)
        assert not any(is_boundary(text, i) for i in range(offset + 1, after))
    if 0 < offset <= len(text):
        assert 0 <= before < offset
        assert is_boundary(text, before)
        assert not any(is_boundary(text, i) for i in range(before + 1, offset))


@given(PIECES)
def test_pieces_between_boundaries_make_up_the_text(text: str) -> None:
    cuts = [i for i in range(len(text) + 1) if is_boundary(text, i)]
    pieces = [text[a:b] for a, b in pairwise(cuts)]
    assert "".join(pieces) == text
    assert all(pieces)


@given(PIECES, st.integers(-2, 60), st.integers(-2, 60))
def test_a_span_is_accepted_just_when_it_fits_and_cuts_nothing(
    text: str, start: int, end: int
) -> None:
    fits = 0 <= start < end <= len(text) and is_boundary(text, start) and is_boundary(text, end)
    if fits:
        check_span(text, start, end)
    else:
        with pytest.raises(SpanError, match=r"\[-?\d+, -?\d+\)") as caught:
            check_span(text, start, end, "cue")
        assert caught.value.message.startswith("cue ")
        assert caught.value.hint


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


def test_no_character_that_joins_another_is_cut_from_it() -> None:
    """Every assigned character after a letter and a flag, and before a letter, against `regex`."""
    cluster = regex.compile(r"\X")
    cut = [
        f"{text!r}"
        for code in (*range(0x20, 0xD800), *range(0xE000, 0x1F000), *range(0xE0000, 0xE0200))
        # Unassigned in the character database that this Python carries: nothing is known of it.
        if unicodedata.category(chr(code)) != "Cn"
        for text in (f"a{chr(code)}", f"🏴{chr(code)}", f"{chr(code)}a")
        if len(cluster.match(text)[0]) == 2 and is_boundary(text, 1)
    ]
    assert cut == []


HANGUL = (
    "a\u1100\u1112\u115f\u1160\u1161\u11a7\u11a8\u11ab\u11ff"  # leading, vowels, finals
    "\uac00\uac01\uac1b\uac1c\ud788\ud7a3"  # syllables, open and closed, the last of them
)


def test_hangul_joins_by_kind_as_unicode_says() -> None:
    """Every kind of jamo and syllable after every other, against `regex`."""
    cluster = regex.compile(r"\X")
    for before in HANGUL:
        for after in HANGUL:
            alone = len(cluster.findall(before + after)) == 2
            assert is_boundary(before + after, 1) == alone, (hex(ord(before)), hex(ord(after)))


@pytest.mark.parametrize("text", ["", "a", "ab", "e\u0301", "\r\n"])
def test_there_is_no_boundary_beyond_the_ends(text: str) -> None:
    assert previous_boundary(text, 0) == previous_boundary(text, -2) == 0
    end = len(text)
    assert next_boundary(text, end) == next_boundary(text, end + 2) == end
