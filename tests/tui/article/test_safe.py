"""Labels and texts from outside: nothing raw, nothing hidden, nothing parsed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.content import Content

from annotator.text.safe import safe_text
from annotator.tui.terminal.printable import safe_label, safe_markup

HOSTILE = "\x1b[31m\x07\x9b0m\x7f\u202eevil\u2066\u200b\U000e0041\ud800\u2028\x85\t\r\n"


def dangerous(ch: str) -> bool:
    """Whether a terminal may act on a character, or a reader cannot see it."""
    return (
        unicodedata.category(ch) in ("Cc", "Cs", "Zl", "Zp") or ch in "\u202e\u2066\u200b\U000e0041"
    )


def test_hostile_text_keeps_its_length_and_loses_its_teeth() -> None:
    safe = safe_text(HOSTILE)
    assert len(safe) == len(HOSTILE)
    assert not any(dangerous(ch) for ch in safe)
    assert safe.startswith("␛[31m␇�0m␡·evil··")


@given(st.text(alphabet=st.characters(codec=None)))
def test_every_text_is_safe_and_aligned(text: str) -> None:
    safe = safe_text(text)
    assert len(safe) == len(text)
    assert not any(dangerous(ch) for ch in safe)
    safe.encode("utf-8")


def test_every_format_character_is_shown() -> None:
    # These number signs are of category Cf but have a glyph.
    drawn = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
    for code in range(0x110000):
        if unicodedata.category(chr(code)) == "Cf":
            shown = chr(code) if code in drawn else "·"
            assert safe_text(f"a{chr(code)}b") == f"a{shown}b", hex(code)


@pytest.mark.parametrize(
    "text",
    [
        "\U0001f469\u200d\U0001f469\u200d\U0001f467",  # family
        "\u2764\ufe0f",  # heart, emoji style
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian with ZWNJ
        "1\ufe0f\u20e3",  # keycap
    ],
)
def test_honest_joiners_stay(text: str) -> None:
    assert safe_text(text) == text


def test_label_is_one_line_of_so_many_cells() -> None:
    assert safe_label(" a\n\tb  c ") == "a b c"
    assert safe_label("東京の新しい計画", 7) == "東京の…"
    assert safe_label("abc", 3) == "abc"
    assert safe_label("abcd", 3) == "ab…"
    assert safe_label("abcd", 0) == ""
    assert safe_label("\u0301x") == "◌\u0301x"
    assert len(safe_label("e" + "\u0301" * 500)) == 5


@given(st.text(), st.integers(0, 30))
def test_label_never_overflows(text: str, cells: int) -> None:
    label = safe_label(text, cells)
    assert cell_len(label) <= cells
    assert "\n" not in label


@given(st.text(alphabet="[]\\/ab@#$1 =\"'()-:~^\n"))
def test_markup_reads_back_as_the_label(text: str) -> None:
    assert Content.from_markup(safe_markup(text)).plain == safe_label(text)
