"""Wrapping: covers the text, keeps the width, cuts no grapheme, and reads well."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from annotator.domain.graphemes import is_boundary
from annotator.tui.article.cells import BLANKS, clusters
from annotator.tui.article.wrap import _wrap_units, wrap
from tests.tui.article.strategies import FAMILY, any_texts, narrow_texts


def lines_of(text: str, width: int) -> list[str]:
    starts = [*wrap(text, 0, len(text), width), len(text)]
    return [text[a:b] for a, b in pairwise(starts)]


@given(any_texts, st.integers(1, 30))
@example("a \u200d", 1)
@example("a \u0301 b", 2)
def test_lines_cover_the_text_and_fit(text: str, width: int) -> None:
    starts = wrap(text, 0, len(text), width)
    assert starts[0] == 0
    assert all(a < b for a, b in pairwise(starts))
    assert not text or starts[-1] < len(text)
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        assert is_boundary(text, start)
        shown = start + len(text[start:end].rstrip(BLANKS))
        found = clusters(text, start, shown)
        assert len(found) <= 1 or sum(c.width for c in found) <= width


@given(narrow_texts, st.integers(1, 30))
def test_the_fast_way_wraps_like_the_thorough_one(text: str, width: int) -> None:
    units = clusters(text, 0, len(text))
    thorough = _wrap_units(
        text, [u.start for u in units], [u.width for u in units], len(text), width
    )
    assert wrap(text, 0, len(text), width) == thorough


@given(any_texts, any_texts, st.integers(1, 30))
def test_a_paragraph_wraps_the_same_anywhere(before: str, text: str, width: int) -> None:
    base = len(before) + 1
    whole = wrap(f"{before}\n{text}\n", base, base + len(text), width)
    alone = wrap(f"\n{text}\n", 1, 1 + len(text), width)
    assert [start - base for start in whole] == [start - 1 for start in alone]


def test_words_are_kept_whole() -> None:
    assert lines_of("the quick brown fox", 10) == ["the quick ", "brown fox"]
    assert lines_of("the quick  brown fox", 9) == ["the quick  ", "brown fox"]


def test_a_word_too_long_is_cut() -> None:
    assert lines_of("a abcdefghij b", 4) == ["a ", "abcd", "efgh", "ij b"]
    assert lines_of("e\u0301" * 5, 2) == ["e\u0301e\u0301", "e\u0301e\u0301", "e\u0301"]
    assert lines_of(FAMILY * 3, 5) == [FAMILY * 2, FAMILY]


def test_no_break_space_holds_words_together() -> None:
    assert lines_of("on May\xa01 in Rome", 7) == ["on ", "May\xa01 ", "in Rome"]
    assert lines_of("東 on May\xa01", 7) == ["東 on ", "May\xa01"]


def test_chinese_and_japanese_break_between_characters_but_not_before_a_comma() -> None:
    assert lines_of("東京の計画は", 4) == ["東京", "の計", "画は"]
    assert lines_of("東京、大阪", 4) == ["東", "京、", "大阪"]
    assert lines_of("東東「京」", 6) == ["東東", "「京」"]
    assert lines_of("in 東京 today", 5) == ["in 東", "京 ", "today"]


def test_line_breaks_inside_a_paragraph_are_blanks() -> None:
    assert lines_of("one\ntwo\r\nthree", 8) == ["one\ntwo\r\n", "three"]


def test_separators_shown_as_symbols_may_be_broken_after() -> None:
    assert lines_of("abc\u2028def", 4) == ["abc\u2028", "def"]
