"""Two or three people in one sentence: each has their own words and nobody else's."""

from __future__ import annotations

import pytest
from spacy.language import Language

from annotator.attribution.engine import NOT_ENGLISH, attribute, attribute_with
from annotator.attribution.result import Suggestion
from annotator.text.language import is_english

WHO = ("the ferry operator", "Inspector Noll", "the landlords", "Judge Ilse Wren", "Greenwatch")
SENTENCES = (
    "{A} insisted that rents would double, whereas {b} maintained that the test was rigged.",
    "{A} warned that rents would double even as {b} assured residents that the test was rigged.",
    "{A} said that rents would double and {b} added that the test was rigged.",
    "{A} said rents would double, with {b} calling it “a bad joke about the test was rigged.”",
    "{A} said rents would double; {b} said the test was rigged.",
    "“Rents would double,” said {a}, but {b} countered that the test was rigged.",
    "“Rents would double,” wrote {a} in a letter. “The test was rigged,” came the reply from {b}.",
    "{A} said: “Rents would double.” {B} laughed. “The test was rigged!”",
    "“Rents would double,” said {a}.\n\n“The test was rigged,” was the response of {b}.",
    "Rents would double, {a} argued, though {b} conceded that the test was rigged.",
    "{A} said rents would double, to which {b} replied that the test was rigged.",
    "{A} called it “rents would double,” {b} called it “the test was rigged” and “a bad joke.”",
)


def confident(text: str, nlp: Language) -> list[tuple[str, str, Suggestion]]:
    """Source and content of what is proposed with a source at .8 or more, lower case."""
    out = []
    for claim in attribute_with(text, nlp, language="en").claims:
        source, content = (
            " ".join(text[a:b] for a, b in claim.ranges(role)).lower()
            for role in ("source", "content")
        )
        if source and claim.confidence >= 0.8:
            out.append((source, content, claim))
    return out


@pytest.mark.parametrize("shape", SENTENCES)
def test_nobody_has_the_words_of_both(shape: str, nlp: Language) -> None:
    wrong = []
    for one in WHO:
        for other in WHO:
            if one == other:
                continue
            text = shape.format(
                a=one, b=other, A=one[0].upper() + one[1:], B=other[0].upper() + other[1:]
            )
            for source, content, _ in confident(text, nlp):
                first, second = "rents would double" in content, "test was rigged" in content
                if (first and one.lower() not in source) or (
                    second and other.lower() not in source
                ):
                    wrong.append((text, source, content))
    # The parser loses a whole sentence now and then, which no joint can mend.
    assert len(wrong) <= 1, wrong


@pytest.mark.parametrize(
    "text",
    [
        "Inspector Noll said that rents would double and that the landlords said nobody cared.",
        "Inspector Noll said rents would double because the landlords said nobody cared.",
        "Inspector Noll said the landlords told him that nobody cared.",
    ],
)
def test_a_claim_within_a_claim_stays(text: str, nlp: Language) -> None:
    outer = [c for s, c, claim in confident(text, nlp) if s == "inspector noll"]
    assert any("nobody cared" in content for content in outer)


def test_words_after_a_quotation_are_not_in_it(nlp: Language) -> None:
    found = confident("“We came ‘for the fish’, as my father said”, she recalled.", nlp)
    assert [(s, "recalled" in c) for s, c, _ in found] == [("she", False), ("my father", False)]


@pytest.mark.parametrize(
    "text",
    [
        "“Baraj güvenli ve dayanacak bence,” dedi başkan. Bakan fiyatların düşeceğini söyledi.",
        "‘De dam is veilig en houdt het wel’, zei de burgemeester. De minister zei dat het kan.",
        "« Le barrage est solide et tiendra », a dit la maire. “The dam is safe,” a-t-il ajouté.",
    ],
)
def test_a_short_text_in_another_language_is_not_english(text: str) -> None:
    assert attribute(text).notes == (NOT_ENGLISH,)


@pytest.mark.parametrize(
    "text", ["Mayor Lashes Out", "“No,” said a man on a bike.", "Fees rise in May, it says."]
)
def test_a_short_english_text_is(text: str) -> None:
    assert is_english(text)


def test_a_quotation_in_a_script_without_spaces_is_proposed() -> None:
    text = "市长说：“大坝是安全的，会坚持住的，请大家放心。”部长表示价格会下降。"
    (claim,) = attribute(text).claims
    assert [text[a:b] for a, b in claim.ranges("content")] == [
        "“大坝是安全的，会坚持住的，请大家放心。”"
    ]


@pytest.mark.parametrize("before", ["GENEVA | ", "(a) ", "(iv) ", "[Update, 3 p.m.] "])
def test_what_stands_before_a_paragraph_is_nobodys_words(before: str, nlp: Language) -> None:
    for rest in ("“Rents would double,” Inspector Noll said.", "Rents would double, Noll said."):
        claims = attribute_with(before + rest, nlp, language="en").claims
        assert len(claims) == 1
        assert claims[0].start == len(before)


def test_words_in_brackets_are_not_set_apart(nlp: Language) -> None:
    ((source, content, _),) = confident("[Ian Poole] said rents would double.", nlp)
    assert (source, content) == ("[ian poole]", "rents would double")
