"""Somebody answers, or shouts meanwhile; a place or a label stands before: whose words?"""

from __future__ import annotations

from itertools import cycle, permutations

import pytest
from spacy.language import Language

from annotator.attribution.engine import attribute_with
from annotator.attribution.result import Suggestion

WHO = ("the ferry operator", "Inspector Noll", "the landlords", "Judge Ilse Wren", "her deputy")
SAID = ("complained", "said", "warned", "argued")
CALLED = ("a charge", "an accusation", "a claim", "an argument", "an allegation")
ANSWERED = ("rejected", "denied", "dismissed", "brushed aside", "called absurd", "contested")
GOING_ON = ("saying", "insisting", "arguing", "adding", "noting")
SHOUTED = ("shouted", "heckled", "chanted", "muttered", "called out", "sang", "yelled")

ANSWERS = (
    "{A} {said} that rents would double, {called} that {b} {answered}, {on} that it was odd.",
    "{A} {said} that rents would double, {called} {b} {answered}, {on} it was odd.",
    "{A} {said} that rents would double, {called} which {b} {answered}, {on} that it was odd.",
    "{A} {said} that rents would double, which {b} {answered}, {on} that it was odd.",
    "{A} {said} that rents would double, something {b} {answered}, {on} that it was odd.",
    "{A} {said} rents would double, {called} that {b} {answered} in May, {on} that it was odd.",
)
MEANWHILE = (
    "“Rents would double,” {a} said as {b} {shouted} “it was odd.”",
    "“Rents would double,” said {a} while {b} {shouted} “it was odd.”",
    "“Rents would double,” {a} replied, just as {b} {shouted} “it was odd.”",
    "“Rents would double,” {a} insisted even as {b} {shouted}, “It was odd!”",
    "“Rents would double,” {a} told reporters when {b} {shouted} from the back: “It was odd!”",
    "“Rents would double!” {a} said as {b} {shouted} back “it was odd!”",
    "“Rents would double,” {a} replied as {b} {shouted} that it was odd.",
)


def filled(shape: str) -> list[tuple[str, str, str]]:
    """A shape with every two people, and verbs in turn: (one, other, text)."""
    lists = [cycle(words) for words in (SAID, CALLED, ANSWERED, GOING_ON, SHOUTED)]
    out = []
    for one, other in permutations(WHO, 2):
        said, called, answered, on, shouted = (next(words) for words in lists)
        text = shape.format(
            A=one[0].upper() + one[1:], a=one, b=other, said=said, called=called,
            answered=answered, on=on, shouted=shouted,
        )  # fmt: skip
        out.append((one, other, text))
    return out


def found(text: str, nlp: Language) -> list[tuple[str, str, Suggestion]]:
    """Source and content of what is proposed, lower case."""
    out = []
    for claim in attribute_with(text, nlp, language="en").claims:
        source, content = (
            " ".join(text[a:b] for a, b in claim.ranges(role)).lower()
            for role in ("source", "content")
        )
        out.append((source, content, claim))
    return out


@pytest.mark.parametrize("shape", [*ANSWERS, *MEANWHILE])
def test_who_answers_or_shouts_has_their_own_words(shape: str, nlp: Language) -> None:
    wrong, missed = [], []
    for one, other, text in filled(shape):
        claims = [(s, c) for s, c, claim in found(text, nlp) if s and claim.confidence >= 0.5]
        for source, content in claims:
            first, second = "rents would double" in content, "it was odd" in content
            mixed = (first and one.lower() not in source) or (
                second and other.lower() not in source
            )
            if mixed or (first and other.lower() in content):
                wrong.append((text, source, content))
        if not any(one.lower() in s and "rents would double" in c for s, c in claims):
            missed.append(text)
    # The parser loses a whole sentence now and then, which no joint can mend.
    assert len(wrong) <= 1, wrong
    assert len(missed) <= 2, missed


@pytest.mark.parametrize(
    "text",
    [
        "“Rents would double,” Noll said as the crowd cheered, “and it was odd.”",
        "Inspector Noll said, as the crowd cheered, “Rents would double and it was odd.”",
    ],
)
def test_who_spoke_before_an_aside_goes_on(text: str, nlp: Language) -> None:
    [(source, content, _)] = found(text, nlp)
    assert "noll" in source
    assert "rents would double" in content
    assert "it was odd" in content


@pytest.mark.parametrize(
    "text",
    [
        "Noll said that rents would double, a charge that dogged him for years, adding that "
        "it was odd.",
        "Noll, who ran the board, said that rents would double, saying that it was odd.",
    ],
)
def test_nobody_answers_and_who_spoke_goes_on(text: str, nlp: Language) -> None:
    sources = {s for s, c, _ in found(text, nlp) if "it was odd" in c and "rents" not in c}
    assert sources
    assert all("noll" in s for s in sources)


PLACES = ("MUMBAI", "Nairobi", "KUALA LUMPUR", "HARARE", "Quito", "MUMBAI/DELHI", "Dar es Salaam")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "rest",
    [
        "“The dam would hold,” {} said.",
        "“The dam would hold,” said {}. “It has for years.”",
        "The dam would hold, {} said.",
        "{} said on Friday that the dam would hold.",
    ],
)
def test_a_place_before_a_colon_says_nothing(place: str, rest: str, nlp: Language) -> None:
    wrong = []
    for who in ("her deputy", "Inspector Noll", "the landlords"):
        said = rest.format(who)
        text = f"{place}: {said[0].upper()}{said[1:]}"
        claims = [(s, c) for s, c, claim in found(text, nlp) if claim.parent is None]
        if [s for s, _ in claims] != [who.lower()] or place.lower() in claims[0][1]:
            wrong.append((text, claims))
    # Without marks the parser now and then takes the sentence for a clause about the place.
    assert len(wrong) <= ("“" not in rest), wrong


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("WALLACE: I say the dam would hold.", "wallace"),
        ("Inspector Ilse Noll: The dam would hold for years.", "inspector ilse noll"),
        ("“The dam is old,” said Vic Hall.\n\nHALL: The dam would hold for years.", "hall"),
    ],
)
def test_a_person_before_a_colon_speaks(text: str, who: str, nlp: Language) -> None:
    assert [s for s, c, _ in found(text, nlp) if "dam would hold" in c][:1] == [who]


LABELS = (
    "A note on sourcing",
    "A word about our methods",
    "Note on language",
    "A brief note regarding names",
    "About this story",
    "How we counted",
)


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize(
    "rest", ["“The dam would hold,” six people said.", "The board said the dam would hold."]
)
def test_a_label_is_nobody_who_speaks(label: str, rest: str, nlp: Language) -> None:
    text = f"{label}: {rest}"
    claims = found(text, nlp)
    assert [s for s, _, _ in claims] == ["six people" if "six" in rest else "the board"]
    assert all(claim.start > len(label) for _, _, claim in claims)


def test_a_note_from_somebody_is_theirs(nlp: Language) -> None:
    text = "A note on the vote from Rosa Quint: “The dam would hold for years.”"
    assert [s for s, c, _ in found(text, nlp) if "dam would hold" in c] == ["rosa quint"]
