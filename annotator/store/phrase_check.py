"""Is the phrase index in step with the articles? Both are streamed, whatever their size."""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from annotator.domain.errors import DatabaseError
from annotator.domain.model import Sentence
from annotator.store.phrases import WHOLE_BITS, is_whole, require_current, whole_term
from annotator.text.normal import words

LONGEST: Final = 32_768
"""Bytes of a token of FTS5: of a longer word (data in a scraped page) it keeps so many."""


def problems(conn: sqlite3.Connection) -> tuple[int, list[str]]:
    """How many phrases there are, and where index and articles are out of step.

    Phrases and sentences are streamed; held are eight bytes for each sentence, a number for each
    word, and what is wrong.
    """
    found: list[str] = []
    try:
        require_current(conn)
    except DatabaseError as error:
        found.append(f"{error.message}: {error.hint}")
    places = _Places(conn)
    counted = _Counted()
    size = 0
    for number, i, normal in conn.execute("SELECT article, sentence, normal FROM phrase"):
        size += 1
        places.hold(number, i, normal)
        counted.count(normal)
    for number, i, normal in conn.execute(
        "SELECT r.article, r.sentence, coalesce(p.normal, '') FROM phrase_repeat r"
        " LEFT JOIN phrase p ON p.id = r.phrase"
    ):
        places.hold(number, i, normal)
    found += places.problems(conn)
    found += counted.problems(conn)
    return size, found


class _Places:
    """What the index holds of each sentence, as a number that tells normal forms apart."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._first: dict[int, tuple[int, int]] = {}
        """Article -> where its sentences begin, and how many there are."""
        total = 0
        for number, count in conn.execute(
            "SELECT number, (SELECT count(*) FROM sentence WHERE article = uid) FROM article"
        ):
            self._first[number] = total, count
            total += count
        self._held = array("q", bytes(8 * total))
        self._strays: dict[int, int] = {}
        """Article -> the first of the sentences that the index has and the article has not."""

    def hold(self, number: int, i: int, normal: str) -> None:
        """Note that the index holds a sentence."""
        start, count = self._first.get(number, (0, 0))
        if 0 <= i < count:
            self._held[start + i] = _mark(normal)
        else:
            self._strays[number] = min(i, self._strays.get(number, i))

    def problems(self, conn: sqlite3.Connection) -> Iterator[str]:
        """Where the articles say otherwise."""
        partial = {number for (number,) in conn.execute("SELECT article FROM phrase_partial")}
        for uid, number, text in conn.execute("SELECT uid, number, text FROM article"):
            start, count = self._first[number]
            rows = conn.execute(
                "SELECT start, end, paragraph, kind FROM sentence WHERE article = ? ORDER BY idx",
                (uid,),
            )
            sentences = list(map(Sentence._make, rows))
            forms = [words(text[s.start : s.end]) for s in sentences]
            for i, form in enumerate(forms[:count]):
                if self._held[start + i] != _mark(" ".join(form)):
                    yield f"article {number}, sentence {i} is not in the index as it stands"
            if is_whole(text, sentences, forms) == (number in partial):
                yield f"article {number} is {'' if number in partial else 'not '}marked as partial"
        for number, i in self._strays.items():
            if number in self._first:
                yield f"article {number} has no sentence {i}, which the index knows"
            else:
                yield f"there is no article {number}, which the index knows"


def _mark(normal: str) -> int:
    """A number for a normal form, 0 for none: of two in 2^63 it is the same by accident."""
    return (hash(normal) or 1) if normal else 0


class _Counted:
    """How many phrases hold each word, counted anew."""

    def __init__(self) -> None:
        self._words: Counter[str] = Counter()
        self._cut: Counter[bytes] = Counter()
        """What the inverted index keeps of words that are longer than its tokens."""
        self._long: set[str] = set()
        self._wholes = array("I", bytes(4 << WHOLE_BITS))

    def count(self, normal: str) -> None:
        """Count the words of a phrase, and the token of the whole."""
        words = set(normal.split(" "))
        self._words.update(words)
        if len(normal) * 4 >= LONGEST:
            long = {word: kept for word in words if len(kept := word.encode()[:LONGEST]) == LONGEST}
            self._cut.update(set(long.values()))
            self._long |= long.keys()
        self._wholes[int(whole_term(normal)[1:], 16)] += 1

    def problems(self, conn: sqlite3.Connection) -> Iterator[str]:
        """Where the tables of the index say otherwise."""
        if not self._equal(conn.execute("SELECT word, n FROM phrase_frequency"), wholes=False):
            yield "the word counts are wrong"
        # A contentless index cannot be read row by row; its vocabulary says how many rows hold a
        # term.
        conn.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.phrase_terms"
            " USING fts5vocab(main, phrase_words, row)"
        )
        # What is cut off may end within a character: no text that SQLite could hand over.
        terms = conn.execute(
            "SELECT iif(length(CAST(term AS BLOB)) < ?, term, CAST(term AS BLOB)), doc"
            " FROM phrase_terms",
            (LONGEST,),
        )
        if not self._equal(terms, wholes=True):
            yield "the inverted index and the phrases differ"

    def _equal(self, rows: Iterable[tuple[str | bytes, int]], *, wholes: bool) -> bool:
        seen = 0
        for term, n in rows:
            seen += 1
            if n != self._expected(term, wholes=wholes):
                return False
        more = sum(map(bool, self._wholes)) + len(self._cut) - len(self._long) if wholes else 0
        return seen == len(self._words) + more

    def _expected(self, term: str | bytes, *, wholes: bool) -> int | None:
        if isinstance(term, bytes):
            return self._cut.get(term)
        return self._whole(term) if wholes and term[:1] == "§" else self._words.get(term)

    def _whole(self, term: str) -> int | None:
        try:
            return self._wholes[int(term[1:], 16)]
        except (ValueError, IndexError):
            return None
