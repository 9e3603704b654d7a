"""The quotation state machine, on texts of our own and on random ones."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.text.quotations import Quotation, chains, quotations

from .counting import calls_of


def read(text: str) -> list[tuple[int, bool, str]]:
    return [(q.depth, q.closed, text[q.start : q.end]) for q in quotations(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“Yes,” he said. “No.”", ["“Yes,”", "“No.”"]),
        ('"Yes," he said. "No."', ['"Yes,"', '"No."']),
        ("''Yes,'' he said, ''it's fine.''", ["''Yes,''", "''it's fine.''"]),
        ("``Yes,'' he said", ["``Yes,''"]),
        ("‘Drug Wars’", ["‘Drug Wars’"]),
        ("He said 'I never saw the drivers' papers' twice", ["'I never saw the drivers' papers'"]),
        ("called 'the voters' worst day' by some", ["'the voters' worst day'"]),
        ("„So ist es“, sagte er.", ["„So ist es“"]),
        ("»So ist es«, sagte er.", ["»So ist es«"]),
        ("« Oui », dit-il", ["« Oui »"]),
        ("‚So‘ sagt man", ["‚So‘"]),
        ("“mixed marks\" and ''more”", ['“mixed marks"', "''more”"]),
        ('"[Poole] is in," she said', ['"[Poole] is in,"']),
        ('It was ("so they say") over', ['"so they say"']),
        ("”Typed the wrong way round.” ―Ana Ruiz", ["”Typed the wrong way round.”"]),
        ("“No-break\u00a0space,”\u00a0she said", ["“No-break\u00a0space,”"]),
        ("it's the ’90s, rock ’n’ roll, the Joneses’ dog", []),
        ('a 6\'2" man with a 12" rule', []),
        ("don’t won’t can’t ’em ’tis", []),
        ("", []),
        ("\n\n", []),
    ],
)
def test_marks(text: str, expected: list[str]) -> None:
    assert [found for depth, _, found in read(text) if depth == 0] == expected


def test_nested() -> None:
    assert read("“He told me ‘no’ and “yes”,” she said")[:2] == [
        (0, False, "“He told me ‘no’ and"),
        (1, True, "‘no’"),
    ]
    assert read("'She said \"go\" twice'") == [
        (0, True, "'She said \"go\" twice'"),
        (1, True, '"go"'),
    ]


def test_paragraphs_open_without_closing() -> None:
    text = "He said: “One.\n\n“Two.\n\n“Three.”\n\nShe said “four.”"
    found = quotations(text)
    assert [text[q.start : q.end] for q in found] == ["“One.", "“Two.", "“Three.”", "“four.”"]
    assert [q.continues for q in found] == [None, 0, 1, None]
    assert [q.closed for q in found] == [False, False, True, True]
    assert chains(found) == [[0, 1, 2], [3]]


def test_quotation_over_wrapped_lines() -> None:
    text = "“One line\nand another\nand the end.” he said"
    found = quotations(text)
    assert [text[q.start : q.end] for q in found] == ["“One line", "and another", "and the end.”"]
    assert [q.continues for q in found] == [None, 0, 1]


def test_forgotten_closing_mark_does_not_swallow_the_next_quotation() -> None:
    text = '"One, he said. "Two," she said.'
    assert [found for _, _, found in read(text)] == ['"One, he said.', '"Two,"']


def check(text: str, found: list[Quotation]) -> None:
    for index, q in enumerate(found):
        assert 0 <= q.start <= q.inner_start <= q.inner_end <= q.end <= len(text)
        assert q.start < q.end
        assert not set("\n\r") & set(text[q.start : q.end])
        assert q.continues is None or 0 <= q.continues < index
    outer = [q for q in found if q.depth == 0]
    for before, after in itertools.pairwise(outer):
        assert before.end <= after.start


MARKS = st.text(alphabet="\"“”„‟«»‹›'‘’‚‛`() [].,ab s\n\r\u00a0\u20287é", max_size=120)


@settings(max_examples=400, deadline=None)
@given(MARKS | st.text(max_size=80))
def test_any_text(text: str) -> None:
    check(text, quotations(text))


@pytest.mark.parametrize(
    "piece",
    ["“a ‘b", "'", '"', "”", "a's ", "“x\n", "«a»", '("[‘', "'a ", "„“", "''``"],
)
def test_linear(piece: str) -> None:
    small = calls_of(lambda: quotations(piece * 2000))
    large = calls_of(lambda: quotations(piece * 8000))
    assert large <= 4.4 * small + 1000


def test_a_megabyte() -> None:
    text = "“It is so,” she said. It's the voters' choice 'again'.\n" * 20_000
    assert len(text) > 1_000_000
    assert len(quotations(text)) == 40_000
