"""Selections by word, phrase, sentence, character, growth and quotation."""

from __future__ import annotations

import pytest

from tests.session.build import Bench


def test_v_grows_from_word_to_phrase_quotation_sentence_and_paragraph() -> None:
    b = Bench()
    b.at("wrote")
    seen = []
    for _ in range(7):
        b.session.start_selection()
        seen.append(b.selected())
    assert seen == [
        "wrote",
        "We never wrote that",
        "We never wrote that,",
        "“We never wrote that,”",
        "“We never wrote that,” a spokesperson said",
        "“We never wrote that,” a spokesperson said.",
        "“We never wrote that,” a spokesperson said. Farmers protested on Monday.",
    ]
    selection = b.session.selection
    assert selection is not None
    b.session.change_selection(selection.smaller())
    assert b.selected() == "“We never wrote that,” a spokesperson said."


def test_a_hyphen_inside_a_word_does_not_part_a_phrase() -> None:
    b = Bench("Firms sell Chinese-made parts, he said.")
    b.at("Chinese")
    b.session.start_selection()
    b.session.start_selection()
    assert b.selected() == "Chinese-made"
    b.session.start_selection()
    assert b.selected() == "Firms sell Chinese-made parts"


@pytest.mark.parametrize(
    ("start", "moves", "expected"),
    [
        ("spokesperson", [("word", 1)], "spokesperson said"),
        ("spokesperson", [("word", -1)], "a spokesperson"),
        ("spokesperson", [("word", 1), ("word", -1), ("word", -1)], "a spokesperson"),
        ("Those", [("phrase", 1)], "Those networks"),
        ("Those", [("phrase", 1), ("phrase", 1)], "Those networks, he said"),
        ("Farmers", [("sentence", 1)], "Farmers protested on Monday."),
        ("late", [("character", 1)], "late."),
        ("late", [("character", -1)], "lat"),
        ("mayor", [("word", 1), ("phrase", -1)], "mayor"),
    ],
)
def test_the_moving_end_moves(start: str, moves: list[tuple[str, int]], expected: str) -> None:
    b = Bench()
    b.at(start)
    b.session.start_selection()
    for unit, step in moves:
        selection = b.session.selection
        assert selection is not None
        b.session.change_selection(selection.moved(b.session.page, unit, step))  # type: ignore[arg-type]
    assert b.selected() == expected


def test_a_quotation_over_two_paragraphs_is_one_selection() -> None:
    b = Bench()
    b.at("It is")
    assert b.session.select_quotation()
    assert b.selected() == "“It is late.\n\n“Very late.”"


def test_the_next_quotation_of_the_paragraph_is_taken_when_there_is_none_around() -> None:
    b = Bench()
    b.at("Those")
    assert b.session.select_quotation()
    assert b.selected().startswith("“It is late.")
    b = Bench()
    b.at("Minister")
    assert not b.session.select_quotation()
    assert b.session.selection is None


def test_a_drag_snaps_to_tokens() -> None:
    b = Bench()
    start = b.text.index("never")
    assert b.session.page.snapped(start + 2, start + 8) == (start, start + len("never wrote"))
    assert b.session.page.snapped(start + 2, start + 3) == (start, start + 5)


def test_characters_move_by_whole_graphemes() -> None:
    text = "A 👨‍👩‍👧 e\u0301x said."
    b = Bench(text)
    b.session.select(0, 1)
    for expected in ("A ", "A 👨‍👩‍👧", "A 👨‍👩‍👧 ", "A 👨‍👩‍👧 e\u0301"):
        selection = b.session.selection
        assert selection is not None
        b.session.change_selection(selection.moved(b.session.page, "character", 1))
        assert b.selected() == expected
