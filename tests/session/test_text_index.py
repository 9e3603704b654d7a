"""Lookups on a layout, against the definition: look at every token and every sentence."""

from __future__ import annotations

from array import array
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.model import Layout, Paragraph, Sentence
from annotator.session.text_index import TextIndex
from tests.session.build import article

WORDS = st.lists(
    st.sampled_from(["One", "two ", "three", ". ", ", ", " ", "\n\n", "“", "”", "Half-time", "$"]),
    max_size=25,
).map("".join)


def page_of(text: str) -> TextIndex:
    return TextIndex(article(text))


def overlaps(first: tuple[int, int], second: tuple[int, int]) -> bool:
    return first[0] < second[1] and second[0] < first[1]


@given(WORDS)
def test_every_lookup_is_what_a_look_at_all_of_them_gives(text: str) -> None:
    page = page_of(text)
    tokens = list(zip(page.starts, page.ends, strict=True))
    sentences = [(s.start, s.end) for s in page.sentences]
    assert page.token_count == len(tokens)
    for at in range(len(text) + 2):
        after = [i for i, (_, end) in enumerate(tokens) if at < end]
        assert page.token_at(at) == (after[0] if after else max(len(tokens) - 1, 0))
        before = [i for i, (start, _) in enumerate(tokens) if start < at]
        assert page.token_before(at) == (before[-1] if before else 0)
        begun = [i for i, (start, _) in enumerate(sentences) if start <= at]
        assert page.sentence_at(at) == (begun[-1] if begun else 0)
    for i, s in enumerate(page.sentences):
        inside = [t for t, (start, _) in enumerate(tokens) if s.start <= start < s.end]
        if inside:
            assert page.first_token(i) == inside[0]
            assert {page.sentence_of_token(t) for t in inside} == {i}


@given(WORDS, st.integers(0, 40), st.integers(1, 40))
def test_ranges_touch_the_sentences_they_share_a_character_with(
    text: str, start: int, size: int
) -> None:
    page = page_of(text)
    found = [
        i for i, s in enumerate(page.sentences) if overlaps((s.start, s.end), (start, start + size))
    ]
    assert list(page.sentences_touching(start, start + size)) == found


@given(WORDS, st.integers(0, 40), st.integers(0, 40))
def test_a_drag_takes_the_tokens_it_touches(text: str, start: int, size: int) -> None:
    page = page_of(text)
    tokens = list(zip(page.starts, page.ends, strict=True))
    met = [t for t in tokens if overlaps(t, (start, start + size))]
    expected = page.token(page.token_at(start))
    if size and met:
        expected = min(start, met[0][0]), met[-1][1]
    assert page.snapped(start, start + size) == expected


def test_without_a_token_there_is_an_empty_one_at_the_start() -> None:
    page = page_of("")
    assert page.token(0) == page.snapped(0, 0) == (0, 0)
    assert page.first_token(0) == page.token_at(3) == page.token_count == 0
    assert page.growths(0, 0, iter(())) == []
    assert list(page.sentences_touching(0, 5)) == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("sell", "Firms sell Chinese-made parts"),
        ("made", "Firms sell Chinese-made parts"),
        (", he", "Firms sell Chinese-made parts, he said"),
        ("said", "he said"),
        ("It", "It cost $5 more"),
        ("$5", "It cost $5 more"),
        ("more", "It cost $5 more"),
    ],
)
def test_a_phrase_goes_from_pause_to_pause(words: str, expected: str) -> None:
    text = "Firms sell Chinese-made parts, he said. It cost $5 more!"
    page = page_of(text)
    at = text.index(words)
    start, end = page.phrase(at, at + len(words))
    assert text[start:end] == expected


def test_a_phrase_ends_with_its_sentence_also_without_a_sign() -> None:
    text = "First line\nsecond line"
    page = page_of(text)
    for words, expected in (("First", "First line"), ("second", "second line"),
                            ("line\nsec", text)):  # fmt: skip
        at = text.index(words)
        start, end = page.phrase(at, at + len(words))
        assert text[start:end] == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("ello", "hello"),
        ("hello", "hello"),
        ("wor", "half-world"),
        ("half-world)", "half-world"),
        ("!?", "?"),  # of signs alone the last is left
        ("o (h", "hello (half-world"),
    ],
)
def test_a_word_is_what_stands_between_blanks_without_its_signs(words: str, expected: str) -> None:
    text = "“hello (half-world), !?"
    page = page_of(text)
    at = text.index(words)
    start, end = page.word(at, at + len(words))
    assert text[start:end] == expected


def test_pauses_are_signs_but_not_those_inside_words_or_before_numbers() -> None:
    text = "A co-op - $5, 3% & €2 £1."
    page = page_of(text)
    pauses = [text[slice(*page.token(i))] for i in range(page.token_count) if page.is_pause(i)]
    assert pauses == ["-", ",", "."]
    at = next(i for i in range(page.token_count) if page.token(i)[0] == text.index(" - ") + 1)
    assert page.is_pause(at)


def test_growing_takes_every_unit_around_from_the_smallest() -> None:
    text = "He said “no, never again” to us. And left.\nOver."
    page = page_of(text)
    quotation = (text.index("“"), text.index("”") + 1)
    at = text.index("again")
    found = page.growths(at, at + 2, iter([quotation, (0, 5)]))
    assert [text[a:b] for a, b in found] == [
        "again",
        "never again",
        "“no, never again”",
        "He said “no, never again” to us.",
        "He said “no, never again” to us. And left.",
    ]
    across = text.index("us. And")
    found = page.growths(across, across + 7, iter(()))
    assert [text[a:b] for a, b in found][-1] == text.split("\n")[0]


def test_a_sentence_keeps_no_blanks_when_it_is_taken() -> None:
    text = "One.  Other. "
    sentences = [Sentence(0, 6, 0, "body"), Sentence(6, 12, 0, "body")]
    found = Layout([Paragraph(0, 12)], sentences, array("I", [0, 6]), array("I", [4, 11]), "test")
    page = TextIndex(replace(article(text), layout=found))
    assert page.growths(0, 3, iter(())) == [(0, 4), (0, 12)]
