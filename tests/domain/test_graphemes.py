"""Where a text may be cut: against Unicode's data and algorithm as `regex` has them."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise, product
from pathlib import Path

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.graphemes import (
    _ALL,
    _CLASS,
    cluster_end,
    cuts_conjunct,
    is_boundary,
    joins_emoji,
    next_boundary,
    previous_boundary,
)

ROOT = Path(__file__).parents[2]
CLUSTER = regex.compile(r"\X")
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
    "flag of Wales": "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",
    "flag of Texas": "🏴\U000e0075\U000e0073\U000e0074\U000e0078\U000e007f",
    "heart on fire": "❤️‍🔥",
    "couple of two skins": "👩🏽‍🤝‍👨🏿",
    "emoji that is no So": "👩\u200d‼",
    "Hangul LV and vowel": "\uac00\u1161",
    "Hangul old": "\ua960\ud7b0\ud7cb",
    "Devanagari vowel": "कि",
    "Devanagari conjunct": "क\u094dष",
    "Devanagari conjunct of three": "स\u094dत\u094dर",
    "conjunct with nukta and ZWJ": "क\u093c\u094d\u200dष",
    "Bengali conjunct": "ক\u09cdষ",
    "Malayalam dot reph": "\u0d4eക",
    "Lao vowel": "ກຳ",
    "Thai vowel after a tone": "ก\u0e49ำ",
    "Arabic end of ayah": "\u06dd\u0661",
    "sign before a space": "\u0600 ",
    "signs before a letter": "\u0600\u070fا",
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
        ("க\u0bcdஷ", 2),  # Tamil: Unicode knows of no conjuncts there
        ("क\u094da", 2),
        ("👍👍", 1),
        ("a\u200d👧", 2),
        ("👩\u200da", 2),
        ("\uac01\u1161", 1),
        ("가나", 1),
        ("🇩a", 1),
        ("\u0600\n", 1),
        ("\u200b\u0301", 1),
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


# ------------------------------------------------------------------------- against Unicode's data


def test_the_table_is_what_unicode_says() -> None:
    """Every code point, in two packages that carry Unicode's data."""
    done = subprocess.run(
        [sys.executable, "-m", "tools.graphemes", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def said_by_regex(text: str) -> list[int]:
    return [0, *(m.end() for m in CLUSTER.finditer(text))]


def by_hand(text: str) -> list[int]:
    return [i for i in range(len(text) + 1) if is_boundary(text, i)]


def in_steps(text: str) -> list[int]:
    ends = [0]
    while ends[-1] < len(text):
        ends.append(cluster_end(text, ends[-1], len(text)))
    return ends


def one_of_each() -> dict[str, list[str]]:
    """Class -> its first character of every block of 4,096, so that no script stands for all."""
    found: dict[str, dict[int, str]] = {}
    for code in (*range(0xD800), *range(0xE000, 0x20000), *range(0xE0000, 0xE1000)):
        found.setdefault(_CLASS[chr(code)], {}).setdefault(code >> 12, chr(code))
    return {letter: list(blocks.values()) for letter, blocks in found.items()}


def test_every_class_has_characters() -> None:
    assert set(one_of_each()) == set(_ALL)


def test_every_two_and_three_classes_are_parted_as_unicode_does() -> None:
    """All pairs and triples of classes, each with one character of it."""
    first = [blocks[0] for blocks in one_of_each().values()]
    for chosen in (*product(first, repeat=2), *product(first, repeat=3)):
        text = "".join(chosen)
        assert by_hand(text) == in_steps(text) == said_by_regex(text), ascii(text)


def test_every_class_of_every_block_is_parted_as_unicode_does() -> None:
    some = [ch for blocks in one_of_each().values() for ch in blocks]
    for text in map("".join, product(some, repeat=2)):
        assert by_hand(text) == said_by_regex(text), ascii(text)


def long_rows() -> Iterator[str]:
    """Rows of what depends on what stands before it: flags, emoji, conjuncts, syllables."""
    some = ["".join(blocks[0]) for blocks in one_of_each().values()]
    chance = random.Random(4)
    for rows in (["🇩", "🇪", "a"], ["👩", "\u200d", "🏽", "\ufe0f"], list(WHOLE.values()), some):
        for _ in range(1500):
            yield "".join(chance.choices(rows, k=chance.randint(2, 14)))
    for row in (["क", "\u094d", "\u200d", "\u093c", "\u200c", "ि"], ["\u1100", "\u1161", "각"]):
        for _ in range(1500):
            yield "".join(chance.choices(row, k=chance.randint(2, 14)))


def test_long_rows_are_parted_as_unicode_does() -> None:
    for text in long_rows():
        assert by_hand(text) == in_steps(text) == said_by_regex(text), ascii(text)


@given(st.text() | PIECES)
def test_any_text_is_parted_as_unicode_does(text: str) -> None:
    assert by_hand(text) == in_steps(text) == said_by_regex(text)


@given(PIECES)
def test_only_a_boundary_within_a_conjunct_was_one_before(text: str) -> None:
    for at in range(len(text) + 1):
        if cuts_conjunct(text, at):
            assert not is_boundary(text, at)
            assert regex.match(r"\p{InCB=Consonant}", text[at])


def test_a_zwj_joins_emoji_only() -> None:
    assert joins_emoji("👩\u200d👧", 1)
    assert joins_emoji("❤\ufe0f\u200d🔥", 2)
    for text in ("a\u200d👧", "👩\u200da", "👩\u200d", "क\u094d\u200dष", "\u200d👧"):
        assert not joins_emoji(text, text.index("\u200d"))


HANGUL = (
    "a\u1100\u1112\u115f\u1160\u1161\u11a7\u11a8\u11ab\u11ff"  # leading, vowels, finals
    "\uac00\uac01\uac1b\uac1c\ud788\ud7a3"  # syllables, open and closed, the last of them
    "\ua960\ua97c\ud7b0\ud7c6\ud7cb\ud7fb"  # of older Korean
)


def test_hangul_joins_by_kind_as_unicode_says() -> None:
    """Every kind of jamo and syllable after every other, against `regex`."""
    for before, after in product(HANGUL, repeat=2):
        assert by_hand(before + after) == said_by_regex(before + after), ascii(before + after)


@pytest.mark.parametrize("text", ["", "a", "ab", "e\u0301", "\r\n"])
def test_there_is_no_boundary_beyond_the_ends(text: str) -> None:
    assert previous_boundary(text, 0) == previous_boundary(text, -2) == 0
    end = len(text)
    assert next_boundary(text, end) == next_boundary(text, end + 2) == end
