"""The phrase index in SQL: written with each article, read by probes of rare words.

A sentence is stored once in its normal form. The inverted index keeps no positions, so it is small
and merges quickly; how often a word occurs is counted in a table of its own, because FTS5 would
have to walk the whole list to say so.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from annotator.domain.model import Sentence
from annotator.domain.normal import NORMAL_VERSION, words
from annotator.domain.phrase import Place, RoleText

INDEX_VERSION: Final = f"1.{NORMAL_VERSION}"
"""Parameters of the index; a file with others is indexed anew by `annotator phrases --reindex`."""
MAX_WORDS: Final = 400
"""Longer "sentences" (tables, lists) are no phrases; their first words are indexed."""


def word_hash(word: str) -> int:
    """47 bits of a word's BLAKE2b: what phrase_frequency counts by."""
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=6).digest()) >> 1


def phrase_hash(normal: str) -> int:
    """32 bits of a normal form's BLAKE2b."""
    return int.from_bytes(hashlib.blake2b(normal.encode(), digest_size=4).digest())


def term(word: str) -> str:
    """A word as one FTS5 token whatever its script: itself, or the hex of its UTF-8."""
    return word if word.isascii() else "x" + word.encode().hex()


def index_article(
    conn: sqlite3.Connection, number: int, text: str, sentences: Sequence[Sentence]
) -> None:
    """Add an article's sentences to the index; the caller holds the transaction."""
    counts: Counter[int] = Counter()
    for i, s in enumerate(sentences):
        found = words(text[s.start : s.end])[:MAX_WORDS]
        if not found:
            continue
        id_ = _phrase(conn, found, counts)
        conn.execute("INSERT INTO phrase_occurrence VALUES (?, ?, ?)", (id_, number, i))
    conn.executemany(
        "INSERT INTO phrase_frequency VALUES (?, ?)"
        " ON CONFLICT (word) DO UPDATE SET n = n + excluded.n",
        counts.items(),
    )


def reindex(conn: sqlite3.Connection) -> int:
    """Build the whole index anew from the articles; the caller holds the transaction.

    Returns:
        How many articles were indexed.
    """
    conn.execute("INSERT INTO phrase_words (phrase_words) VALUES ('delete-all')")
    for table in ("phrase_cluster", "phrase_occurrence", "phrase_frequency", "phrase"):
        conn.execute(f"DELETE FROM {table}")  # noqa: S608 - fixed names
    numbers = conn.execute("SELECT uid, number FROM article ORDER BY number").fetchall()
    for uid, number in numbers:
        (text,) = conn.execute("SELECT text FROM article WHERE uid = ?", (uid,)).fetchone()
        rows = conn.execute(
            "SELECT start, end, paragraph, kind FROM sentence WHERE article = ? ORDER BY idx",
            (uid,),
        ).fetchall()
        index_article(conn, number, text, list(map(Sentence._make, rows)))
    conn.execute(
        "INSERT INTO setting (name, value) VALUES ('phrase_index', ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (INDEX_VERSION,),
    )
    return len(numbers)


def problems(conn: sqlite3.Connection) -> tuple[int, list[str]]:
    """How many phrases there are, and where index and articles are out of step."""
    found: list[str] = []
    row = conn.execute("SELECT value FROM setting WHERE name = 'phrase_index'").fetchone()
    if row is None or row[0] != INDEX_VERSION:
        found.append("built by another version: run `annotator phrases reindex`")
    seen: dict[int, str] = {}
    terms: Counter[str] = Counter()
    for id_, normal in conn.execute("SELECT id, normal FROM phrase"):
        seen[id_] = normal
        terms.update(set(normal.split(" ")))
    for uid, number, text in conn.execute("SELECT uid, number, text FROM article"):
        held = dict(
            conn.execute(
                "SELECT sentence, phrase FROM phrase_occurrence WHERE article = ?", (number,)
            ).fetchall()
        )
        for i, start, end in conn.execute(
            "SELECT idx, start, end FROM sentence WHERE article = ? ORDER BY idx", (uid,)
        ):
            normal = " ".join(words(text[start:end])[:MAX_WORDS])
            if seen.get(held.get(i, 0), "") != normal:
                found.append(f"article {number}, sentence {i} is not in the index as it stands")
    counted = dict(conn.execute("SELECT word, n FROM phrase_frequency").fetchall())
    if counted != {word_hash(w): n for w, n in terms.items()}:
        found.append("the word counts are wrong")
    # A contentless index cannot be read row by row; its vocabulary says how many rows hold a term.
    conn.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.phrase_terms"
        " USING fts5vocab(main, phrase_words, row)"
    )
    listed = dict(conn.execute("SELECT term, doc FROM phrase_terms").fetchall())
    if listed != {term(w): n for w, n in terms.items()}:
        found.append("the inverted index and the phrases differ")
    return len(seen), found


def _phrase(conn: sqlite3.Connection, found: list[str], counts: Counter[int]) -> int:
    """The id of a normal form; a new one is stored and its words counted."""
    normal = " ".join(found)
    hashed = phrase_hash(normal)
    row = conn.execute(
        "SELECT id FROM phrase WHERE hash = ? AND normal = ?", (hashed, normal)
    ).fetchone()
    if row:
        return int(row[0])
    id_ = conn.execute(
        "INSERT INTO phrase (hash, length, normal) VALUES (?, ?, ?)",
        (hashed, len(normal), normal),
    ).lastrowid
    assert id_ is not None  # noqa: S101 - an INSERT always has one
    distinct = dict.fromkeys(found)
    conn.execute(
        "INSERT INTO phrase_words (rowid, words) VALUES (?, ?)",
        (id_, " ".join(map(term, distinct))),
    )
    counts.update(map(word_hash, distinct))
    return id_


class PhraseIndex:
    """Reads the index; every method is one or a few look-ups."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self._vocabulary: list[str] | None = None
        """Every term, read when a misspelt word is looked up for the first time."""

    def size(self) -> int:
        """How many distinct phrases there are."""
        (n,) = self._conn.execute("SELECT coalesce(max(id), 0) FROM phrase").fetchone()
        return int(n)

    def exact(self, normal: str) -> int | None:
        """The phrase with exactly this normal form."""
        row = self._conn.execute(
            "SELECT id FROM phrase WHERE hash = ? AND normal = ?", (phrase_hash(normal), normal)
        ).fetchone()
        return int(row[0]) if row else None

    def frequencies(self, found: Iterable[str]) -> dict[str, int]:
        """Word -> how many phrases hold it; words that occur nowhere are left out."""
        hashes = {word_hash(w): w for w in found}
        marks = ", ".join("?" * len(hashes))
        rows = self._conn.execute(
            f"SELECT word, n FROM phrase_frequency WHERE word IN ({marks})",  # noqa: S608
            tuple(hashes),
        )
        return {hashes[h]: n for h, n in rows}

    def candidates(
        self, query: str, shortest: int, longest: int, limit: int
    ) -> list[tuple[int, str]]:
        """Phrases that an FTS5 query finds, with a normal form of that many characters."""
        return self._conn.execute(
            "SELECT p.id, p.normal FROM phrase_words w JOIN phrase p ON p.id = w.rowid"
            " WHERE phrase_words MATCH ? AND p.length BETWEEN ? AND ? LIMIT ?",
            (query, shortest, longest, limit),
        ).fetchall()

    def similar_words(self, word: str) -> list[str]:
        """Words of the corpus one letter away from this one (ASCII, four letters or more)."""
        from rapidfuzz import process
        from rapidfuzz.distance import Levenshtein

        if len(word) < 4 or not word.isascii():
            return []
        if self._vocabulary is None:
            self._conn.execute(
                "CREATE VIRTUAL TABLE IF NOT EXISTS temp.phrase_terms"
                " USING fts5vocab(main, phrase_words, row)"
            )
            self._vocabulary = [r[0] for r in self._conn.execute("SELECT term FROM phrase_terms")]
        found = process.extract(
            word, self._vocabulary, scorer=Levenshtein.distance, score_cutoff=1, limit=8
        )
        return [term_ for term_, distance, _ in found if distance]

    def term(self, word: str) -> str:
        """A word as it is spelt in an FTS5 query."""
        return term(word)

    def normals(self, ids: Iterable[int]) -> dict[int, str]:
        """Phrase -> its normal form."""
        out: dict[int, str] = {}
        for id_ in ids:
            row = self._conn.execute("SELECT normal FROM phrase WHERE id = ?", (id_,)).fetchone()
            if row:
                out[id_] = row[0]
        return out

    def places(self, phrases: Iterable[int], limit: int) -> list[Place]:
        """Where these phrases stand: in the order of the phrases, then of the articles."""
        out: list[Place] = []
        for phrase in phrases:
            rows = self._conn.execute(
                "SELECT o.phrase, a.uid, a.number, a.outlet, a.published, o.sentence, s.start,"
                " substr(a.text, s.start + 1, s.end - s.start)"
                " FROM phrase_occurrence o JOIN article a ON a.number = o.article"
                " JOIN sentence s ON s.article = a.uid AND s.idx = o.sentence"
                " WHERE o.phrase = ? ORDER BY o.article, o.sentence LIMIT ?",
                (phrase, limit - len(out)),
            )
            out += map(Place._make, rows)
            if len(out) >= limit:
                break
        return out


def role_texts(
    conn: sqlite3.Connection, role: str, annotator: str | None = None
) -> Iterator[RoleText]:
    """Every span of a role of the claims (of one annotator), in the order of the articles."""
    rows = conn.execute(
        "SELECT n.id, n.article, a.number, n.annotator, f.role, f.span, f.start, f.end,"
        " substr(a.text, f.start + 1, f.end - f.start),"
        " (SELECT json_group_object(t.name, t.value) FROM attribute t WHERE t.annotation = n.id)"
        " FROM annotation n JOIN article a ON a.uid = n.article"
        " JOIN fragment f ON f.annotation = n.id AND f.role = ?1"
        " WHERE n.layer = 'claim' AND (?2 IS NULL OR n.annotator = ?2)"
        " ORDER BY a.number, n.id, f.span, f.start",
        (role, annotator),
    )
    for _, pieces in groupby(rows, key=lambda r: (r[0], r[5])):
        found = list(pieces)
        id_, article, number, who, role_, _, start, *_ = found[0]
        yield RoleText(
            *(id_, article, number, who, role_, start, found[-1][7]),
            *(" ".join(r[8] for r in found), json.loads(found[0][9])),
        )
