"""The aligned difference: nothing lost, and readable without colour."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annotator.phrases.difference import difference, marked
from annotator.text.normal import words


def test_words_are_marked_without_colour() -> None:
    pieces = difference(
        "The Tarn dam, which was built in 1961, supplies water.",
        "The Tarn dam, built in 1961, supplies drinking water.",
    )
    assert marked(pieces) == (
        "The Tarn dam, [-which was-] built in 1961, supplies {+drinking+} water."
    )


def test_marks_that_open_a_word_are_its_own() -> None:
    pieces = difference("The board met.", "The board (HB) met “here”.")
    assert marked(pieces) == "The board {+(HB)+} met {+“here”.+}"


def test_marks_and_case_make_no_difference() -> None:
    assert {p.change for p in difference("“Don’t,” he said", "'don't' He SAID.")} == {"same"}


text = st.lists(st.sampled_from(["a", "b,", "“c”", "(f)", "-", "D", "é", "1,000"]), max_size=9).map(
    " ".join
)


@given(text, text)
def test_both_texts_can_be_read_from_it(first: str, second: str) -> None:
    pieces = difference(first, second)
    inserted = "".join(p.text for p in pieces if p.change != "deleted")
    assert inserted == second
    deleted = [w for p in pieces if p.change != "inserted" for w in words(p.text)]
    assert deleted == words(first)
