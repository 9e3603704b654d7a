"""Sentences of our own in the shapes that went wrong, with who says what in them.

Each shape is filled with names, verbs and words that the rules have not seen together.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from hypothesis import strategies as st

PEOPLE = (
    "Rosa Quint",
    "the mayor",
    "the chair of the board",
    "Ms Okafor",
    "the union",
    "Ben Adler, a baker",
    "residents",
    "Mr Nair",
    "the harbour authority",
    "Councillor Ivo Brandt",
)
SAID = ("said", "told reporters", "added", "announced", "explained", "wrote")
TAGS = ("said", "added", "explained", "insisted", "replied")
QUOTED = (
    "We left in May",
    "Nobody asked us about the price",
    "The pumps were switched off at noon",
    "There is no money for a second bridge",
    "I would close the pool today",
)
CLAUSES = (
    "the bridge was safe",
    "the audit was late",
    "the old pier would be closed in spring",
    "the figures were wrong",
    "the contract had run out",
)
JUDGED = ("too little, too late", "a farce", "an insult to the town", "deeply unfair")
BLAMED = ("blackmail", "bad faith", "cheap theatre")
CITIES = (
    "LONDON",
    "PORT-AU-PRINCE, Haiti",
    "Sacramento, Calif.",
    "Oslo, 3 May",
    "ST. LOUIS",
    "NEW YORK/PARIS",
    "RIO DE JANEIRO, Brazil, Sept. 4",
)
AGENCIES = ("", " (AP)", " (Reuters)", " (dpa)")
DASHES = (" — ", " – ", " -- ", " - ", "—")
MARKS = (("“", "”"), ('"', '"'), ("‘", "’"), ("''", "''"))
LABELS = (
    "Correction",
    "CORRECTION",
    "Editor's note",
    "Editor’s Note",
    "Clarification",
    "READERS",
    "Update",
    "Note to readers",
    "Trending Stories",
    "BREAKING",
)


class Said(NamedTuple):
    """A text and the claims that must be in it: the words said and who says them."""

    text: str
    claims: tuple[tuple[tuple[str, ...], str], ...]


def capital(words: str) -> str:
    """The words with a capital at their beginning."""
    return words[0].upper() + words[1:]


def sampled(values: tuple[str, ...]) -> st.SearchStrategy[str]:
    """One of some words."""
    return st.sampled_from(values)


@st.composite
def tagged(draw: Callable[..., Any], *, comma_outside: bool | None = None) -> Said:
    """`“We left,” said Rosa Quint.`, with the comma on either side of the mark."""
    left, right = draw(st.sampled_from(MARKS))
    words, who, verb = draw(sampled(QUOTED)), draw(sampled(PEOPLE)), draw(sampled(TAGS))
    outside = draw(st.booleans()) if comma_outside is None else comma_outside
    spoken = f"{left}{words}{right}," if outside else f"{left}{words},{right}"
    named = who.split(",")[0]
    tag = f"{named} {verb}" if draw(st.booleans()) else f"{verb} {named}"
    content = f"{left}{words}{right}" if outside else f"{left}{words},{right}"
    return Said(f"{spoken} {tag}.", (((content,), named),))


@st.composite
def rivals(draw: Callable[..., Any]) -> Said:
    """One calls something names, the other accuses somebody: two people, two claims."""
    one, two = draw(st.lists(sampled(PEOPLE), min_size=2, max_size=2, unique=True))
    left, right = draw(st.sampled_from((("“", "”"), ('"', '"'))))
    joint = draw(sampled(("while", "but", "and", "whereas")))
    first, second = draw(sampled(JUDGED)), draw(sampled(BLAMED))
    judged = draw(
        st.sampled_from(("called the offer {}", "described the plan as {}", "dismissed it as {}"))
    )
    blamed = draw(
        st.sampled_from(
            (
                "accused the strikers of {}",
                "accused the other side of {}",
                "criticised the owners for {}",
            )
        )
    )
    one, two = one.split(",")[0], two.split(",")[0]
    first, second = f"{left}{first},{right}", f"{left}{second}.{right}"
    text = f"{capital(one)} {judged.format(first)} {joint} {two} {blamed.format(second)}"
    return Said(text, (((first,), capital(one)), ((second,), two)))


@st.composite
def second_predicates(draw: Callable[..., Any]) -> Said:
    """`The mayor said the bridge was safe and urged drivers to be patient.`"""
    who, verb = draw(sampled(PEOPLE)).split(",")[0], draw(sampled(("said", "told reporters that")))
    clause = draw(sampled(CLAUSES))
    second, object_ = draw(
        st.sampled_from(
            (
                ("and urged", "drivers to be patient"),
                ("and asked", "the council to wait"),
                ("but warned", "that costs would rise"),
                (", before adding", "that nobody was to blame"),
                (", adding", "that the work would go on"),
                ("and insisted", "that nobody had been hurt"),
            )
        )
    )
    gap = "" if second.startswith(",") else " "
    text = f"{capital(who)} {verb} {clause}{gap}{second} {object_}."
    return Said(text, (((clause,), capital(who)), ((object_,), capital(who))))
