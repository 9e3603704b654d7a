"""What reaches a terminal or a JSON reader: nothing that acts, and nothing that hides."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.text.safe import json_safe, safe_line, safe_text

ACTING = [chr(c) for c in range(0x20)] + [chr(c) for c in range(0x7F, 0xA0)]
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

anything = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from(
            ACTING + list(BIDI) + ["\u200d", "\ufe0f", "\u2028", "👩", "é", "\U000e0041"]
        ),
    ),
    max_size=30,
)


@given(anything)
def test_nothing_that_acts_is_left(text: str) -> None:
    shown = safe_text(text)
    assert len(shown) == len(text)
    assert not set(shown) & (set(ACTING) | set(BIDI) | {"\u2028", "\u2029"})
    assert safe_text(shown) == shown


@given(anything)
def test_a_line_is_one_line(text: str) -> None:
    line = safe_line(text)
    assert line == line.strip()
    assert len(line.splitlines()) <= 1
    assert "  " not in line


@pytest.mark.parametrize(
    "text", ["plain", "“café” – ‘naïve’", "👩‍👩‍👧 ❤️ 🇩🇪 👍🏽", "漢字かな", "שלום עולם", "e\u0301"]
)
def test_honest_text_stays_as_it_is(text: str) -> None:
    assert safe_text(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "␛[31mred"),
        ("a\x00b", "a␀b"),
        ("bell\x07", "bell␇"),
        ("\x7f", "␡"),
        ("\x9b31m", "\ufffd31m"),
        ("abc\u202efed", "abc·fed"),
        ("zero\u200bwidth", "zero·width"),
        ("a\u2028b", "a␤b"),
        ("\udc80", "\ufffd"),
    ],
)
def test_what_acts_is_shown_as_a_symbol(text: str, shown: str) -> None:
    assert safe_text(text) == shown


json_strings = st.recursive(
    anything,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(anything, inner, max_size=3),
)


@given(json_strings, st.sampled_from([None, 2]))
def test_safe_json_is_the_same_json(value: object, indent: int | None) -> None:
    written = json.dumps(value, ensure_ascii=False, indent=indent)
    shown = json_safe(written)
    assert json.loads(shown) == value
    controls = {c for c in shown if unicodedata.category(c) == "Cc"} - {"\n"}
    assert not controls
    assert not set(shown) & set(BIDI)


def test_a_character_beyond_the_basic_plane_is_a_surrogate_pair() -> None:
    assert json_safe('"\U000e0041"') == '"\\udb40\\udc41"'


def test_every_hidden_character_beyond_the_basic_plane_is_escaped_as_itself() -> None:
    last_of_planes = (plane + last for plane in range(0x10000, 0x110000, 0x10000)
                      for last in (0xFFFE, 0xFFFF))  # fmt: skip
    for code in (*range(0xE0000, 0xE1000), *range(0x1D173, 0x1D17B), *last_of_planes):
        shown = json_safe(json.dumps(chr(code), ensure_ascii=False))
        assert shown.isascii()
        assert json.loads(shown) == chr(code)
