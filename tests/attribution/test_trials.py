"""Small inputs that failed, with the right values: each names a kind (see also whose_words)."""

from __future__ import annotations

import pytest
from spacy.language import Language

from annotator.attribution.engine import attribute_with
from annotator.attribution.result import ROLES

Claim = tuple[str, str, str]
"""Source, cue, content; pieces joined by " + "."""

TRIALS: dict[str, tuple[str, list[Claim]]] = {
    "dateline": (
        "LONDON — “The dam is safe,” the board said.\n\n"
        "LONDON (AP) — “The dam is safe,” the board said.\n\n"
        "LONDON — The dam is safe, the board said.\n",
        [
            ("the board", "said", "“The dam is safe,”"),
            ("the board", "said", "“The dam is safe,”"),
            ("the board", "said", "The dam is safe"),
        ],
    ),
    "loose quotation": (
        "“We left,” said Ines Almeida.\n\n"
        "Rosa Quint said she was worried. “He closed the pool.”\n\n"
        "“Not a chance,” says the union's spokesman.\n\n"
        "Here is a line from the operator: “We are working as fast as we can.”\n",
        [
            ("Ines Almeida", "said", "“We left,”"),
            ("Rosa Quint", "said", "she was worried"),
            ("Rosa Quint", "", "“He closed the pool.”"),
            ("the union's spokesman", "says", "“Not a chance,”"),
            ("the operator", ":", "“We are working as fast as we can.”"),
        ],
    ),
    "wrapped": (
        "“We were told in June,” the chair\nof the board said. She declined.\n\n"
        "The chair said the board “was told\nin June,” not in May.\n",
        [
            ("the chair\nof the board", "said", "“We were told in June,”"),
            ("The chair", "said", "the board “was told\nin June,” not in May"),
        ],
    ),
    "closing marks": (
        '“Nobody came,” said a bakery worker who is known to customers as “Pepper."\n\n'
        "“They said ‘wait’ and ‘trust us’ and then ‘go home,’” Brandt said.\n",
        [
            (
                'a bakery worker who is known to customers as “Pepper."',
                "said",
                "“Nobody came,”",
            ),
            ("Brandt", "said", "“They said ‘wait’ and ‘trust us’ and then ‘go home,’”"),
        ],
    ),
    "label": (
        "Correction: An earlier version of this article said that the bridge was built in 1950. "
        "The mayor's office says it was built in 1953.\n",
        [
            (
                "An earlier version of this article",
                "said",
                "that the bridge was built in 1950",
            ),
            ("The mayor's office", "says", "it was built in 1953"),
        ],
    ),
    "comma outside": (
        '"The dam is safe", the board said.\n\n'
        "“We left in May”, said Rosa Quint, “and nobody asked us”.\n",
        [
            ("the board", "said", '"The dam is safe"'),
            ("Rosa Quint", "said", "“We left in May” + “and nobody asked us”"),
        ],
    ),
    "two people": (
        'The union called the offer "too little, too late," while the mayor accused the strikers '
        'of "blackmail."\n',
        [
            ("The union", "called", 'the offer "too little, too late,"'),
            ("the mayor", "accused", 'the strikers of "blackmail."'),
        ],
    ),
    "second predicate": (
        "The mayor said the bridge was safe and urged drivers to be patient.\n\n"
        "Keller told reporters that the audit was late, before adding that nobody was to blame.\n",
        [
            ("The mayor", "said", "the bridge was safe"),
            ("The mayor", "urged", "to be patient"),
            ("Keller", "told", "that the audit was late"),
            ("Keller", "adding", "that nobody was to blame"),
        ],
    ),
    "British marks": (
        "‘This is a farce’, said Mr Nair. ‘The public won’t stand for it’.\n",
        [("Mr Nair", "said", "‘This is a farce’ + ‘The public won’t stand for it’")],
    ),
    "introduced by an idiom": (
        "Berg hit back in a series of posts: “The board knew.”\n",
        [("Berg", "hit back in a series of posts:", "“The board knew.”")],
    ),
    "bullets": (
        "• Fees rise in May, the office said.\n\n» Trains run at night, the operator said.\n",
        [
            ("the office", "said", "Fees rise in May"),
            ("the operator", "said", "Trains run at night"),
        ],
    ),
}


@pytest.mark.parametrize("name", TRIALS)
def test_the_claims_are_these_and_no_others(name: str, nlp: Language) -> None:
    text, expected = TRIALS[name]
    claims = [c for c in attribute_with(text, nlp).claims if c.parent is None]
    found = [
        tuple(" + ".join(text[a:b] for a, b in claim.ranges(role)) for role in ROLES)
        for claim in claims
    ]
    assert found == expected


def test_readers_are_not_a_source(nlp: Language) -> None:
    text = "READERS: What is happening on your street? Tell us what you saw.\n"
    assert all(not c.ranges("source") for c in attribute_with(text, nlp).claims)
