"""Rows: exact for what is read, estimated elsewhere, and steady while estimates are replaced."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from annotator.tui.article import layout
from annotator.tui.article.layout import LineMap, WrappedLine
from tests.tui.article.build import many_sentences
from tests.tui.article.strategies import any_texts


def paragraphs_of(text: str) -> list[tuple[int, int]]:
    out, at = [], 0
    for line in text.split("\n"):
        out.append((at, at + len(line)))
        at += len(line) + 1
    return out


def test_rows_are_lines_with_a_blank_between_paragraphs() -> None:
    text = "one two three\nfour\nfive six"
    rows = LineMap(text, paragraphs_of(text), 8)
    assert [rows.line(row) and text[slice(*rows.line(row) or (0, 0))] for row in range(8)] == [
        "one two ",
        "three",
        None,
        "four",
        None,
        "five six",
        None,
        None,
    ]
    assert rows.rows == 6
    assert rows.exact
    assert rows.line(-1) is None
    assert [rows.row_of(text.index(word)) for word in ("one", "two", "three", "four", "six")] == [
        0,
        0,
        1,
        3,
        5,
    ]
    assert rows.row_of(len("one two three")) == 1  # the line break
    assert rows.row_of(10_000) == 5


def test_a_text_without_paragraphs_has_no_rows() -> None:
    rows = LineMap("", [], 20)
    assert (rows.rows, rows.line(0), rows.row_of(3), rows.place(2)) == (0, None, 0, (0, 2))
    rows.settle(0, 10)
    assert rows.exact


@given(any_texts, st.integers(8, 40))
def test_every_code_point_of_a_paragraph_has_its_row(text: str, width: int) -> None:
    paragraphs = paragraphs_of(text)
    rows = LineMap(text, paragraphs, width)
    for start, end in paragraphs:
        for offset in range(start, end):
            line = rows.line(rows.row_of(offset))
            assert line is not None
            assert line.start <= offset < line.end


def test_a_large_text_is_estimated_and_ends_up_exact() -> None:
    text = many_sentences(3_000)
    assert len(text) > layout.EXACT_BELOW
    paragraphs = paragraphs_of(text)
    lazy = LineMap(text, paragraphs, 72)
    unfinished = not lazy.exact
    estimate = lazy.rows
    while lazy.settle_some(10_000):
        pass
    assert unfinished
    assert lazy.exact
    assert abs(estimate - lazy.rows) < 0.05 * lazy.rows
    whole = [
        LineMap(text[a:b], [(0, b - a)], 72).rows + (1 if number else 0)
        for number, (a, b) in enumerate(paragraphs)
    ]
    assert lazy.rows == sum(whole)


def test_what_is_in_view_stays_while_the_rest_is_wrapped() -> None:
    text = many_sentences(3_000)
    rows = LineMap(text, paragraphs_of(text), 33)
    top = rows.rows // 2
    rows.settle(top, 40)
    place = rows.place(top)

    def view() -> list[WrappedLine | None]:
        return [rows.line(rows.row_of_place(place) + y) for y in range(30)]

    before = view()
    moved = False
    while rows.settle_some(5_000):
        assert view() == before
        moved = moved or rows.row_of_place(place) != top
    assert view() == before
    assert moved, "the estimates were exact: the test shows nothing"


def test_lines_do_not_depend_on_the_order_of_wrapping() -> None:
    text = many_sentences(2_500)
    offsets = random.Random(7).sample(range(len(text)), 200)
    lazy = LineMap(text, paragraphs_of(text), 50)
    found = {}
    for offset in offsets:
        found[offset] = lazy.line(lazy.row_of(offset))
    while lazy.settle_some(100_000):
        pass
    assert found == {offset: lazy.line(lazy.row_of(offset)) for offset in offsets}


def test_one_endless_paragraph_is_wrapped_in_pieces() -> None:
    text = "word " * 60_000
    rows = LineMap(text, [(0, len(text))], 70)
    rows.settle(0, 50)
    assert not rows.exact
    assert rows.line(1) == WrappedLine(70, 140)
    offset = 200_000
    line = rows.line(rows.row_of(offset))
    assert line is not None
    assert line.start <= offset < line.end
    row = rows.row_of(offset)
    while row < rows.rows:
        assert rows.line(row) is not None
        row += 97
