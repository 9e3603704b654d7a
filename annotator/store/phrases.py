"""The phrase index in SQL: written with each article, read by probes of rare words.

A sentence is stored once in its normal form. The inverted index keeps no positions, so it is small
and merges quickly; how often a word occurs is counted in a table of its own, because FTS5 would
have to walk the whole list to say so, and to find the words that hold some letters.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import Final

from annotator.domain.errors import DatabaseError
from annotator.domain.model import Sentence
from annotator.domain.normal import NORMAL_VERSION, words
from annotator.domain.phrase import Place, RoleText

INDEX_VERSION: Final = f"2.{NORMAL_VERSION}"
"""Parameters of the index; a file with others is indexed anew by `annotator phrases --reindex`."""

_TERMS: Final = 50
_WHOLE_BITS: Final = 20
"""Of a normal form's hash: in a million sentences one other shares them, and is read in vain."""
_SETTLE: Final = 16
"""Part of all articles that must be new before the inverted index is merged into one piece."""


def whole_term(normal: str) -> str:
    """The token by which a normal form is found as a whole; several share one, and are compared."""
    digest = int.from_bytes(hashlib.blake2b(normal.encode(), digest_size=4).digest())
    return f"§{digest >> (32 - _WHOLE_BITS):05x}"


def require_current(conn: sqlite3.Connection) -> None:
    """Raise DatabaseError for an index with other parameters, which would be read wrongly."""
    row = conn.execute("SELECT value FROM setting WHERE name = 'phrase_index'").fetchone()
    if row is None or row[0] != INDEX_VERSION:
        raise DatabaseError(
            "the phrase index was built by another version of annotator",
            "`annotator phrases --reindex` builds it anew; nothing else is touched",
        )


def index_article(
    conn: sqlite3.Connection, number: int, text: str, sentences: Sequence[Sentence]
) -> None:
    """Add an article's sentences to the index; the caller holds the transaction.

    Raises:
        DatabaseError: the index is another version's.
    """
    require_current(conn)
    _index(conn, number, text, sentences)


def settle(conn: sqlite3.Connection, added: int) -> None:
    """After many articles were added: merge the inverted index into one piece.

    FTS5 keeps what is written in pieces, and each look-up reads all of them. Merging costs as much
    as the index is long, so it waits until a good part of the articles is new. The caller holds the
    transaction.
    """
    (total,) = conn.execute("SELECT coalesce(max(number), 0) FROM article").fetchone()
    if added * _SETTLE >= total:
        conn.execute("INSERT INTO phrase_words (phrase_words) VALUES ('optimize')")


def _index(conn: sqlite3.Connection, number: int, text: str, sentences: Sequence[Sentence]) -> None:
    forms = [words(text[s.start : s.end]) for s in sentences]
    normals = list(map(" ".join, forms))
    known = _find(conn, filter(None, normals))
    counts: Counter[str] = Counter()
    for i, (found, normal) in enumerate(zip(forms, normals, strict=True)):
        if not found:
            continue
        if normal in known:
            conn.execute("INSERT INTO phrase_repeat VALUES (?, ?, ?)", (known[normal], number, i))
            continue
        id_ = conn.execute(
            "INSERT INTO phrase (article, sentence, normal) VALUES (?, ?, ?)", (number, i, normal)
        ).lastrowid
        assert id_ is not None  # noqa: S101 - an INSERT always has one
        known[normal] = id_
        distinct = dict.fromkeys(found)
        conn.execute(
            "INSERT INTO phrase_words (rowid, words) VALUES (?, ?)",
            (id_, " ".join((*distinct, whole_term(normal)))),
        )
        counts.update(list(distinct))
    conn.executemany(
        "INSERT INTO phrase_frequency VALUES (?, ?)"
        " ON CONFLICT (word) DO UPDATE SET n = n + excluded.n",
        sorted(counts.items()),
    )


def reindex(conn: sqlite3.Connection) -> int:
    """Build the whole index anew from the articles; the caller holds the transaction.

    Returns:
        How many articles were indexed.
    """
    conn.execute("INSERT INTO phrase_words (phrase_words) VALUES ('delete-all')")
    for table in ("phrase_cluster", "phrase_repeat", "phrase_frequency", "phrase"):
        conn.execute(f"DELETE FROM {table}")  # noqa: S608 - fixed names
    numbers = conn.execute("SELECT uid, number FROM article ORDER BY number").fetchall()
    for uid, number in numbers:
        (text,) = conn.execute("SELECT text FROM article WHERE uid = ?", (uid,)).fetchone()
        rows = conn.execute(
            "SELECT start, end, paragraph, kind FROM sentence WHERE article = ? ORDER BY idx",
            (uid,),
        ).fetchall()
        _index(conn, number, text, list(map(Sentence._make, rows)))
    settle(conn, len(numbers))
    conn.execute(
        "INSERT INTO setting (name, value) VALUES ('phrase_index', ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (INDEX_VERSION,),
    )
    return len(numbers)


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
        for uid, number, text in conn.execute("SELECT uid, number, text FROM article"):
            start, count = self._first[number]
            rows = conn.execute(
                "SELECT start, end FROM sentence WHERE article = ? ORDER BY idx", (uid,)
            )
            for i, (begin, end) in enumerate(islice(rows, count)):
                if self._held[start + i] != _mark(" ".join(words(text[begin:end]))):
                    yield f"article {number}, sentence {i} is not in the index as it stands"
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
        self._wholes = array("I", bytes(4 << _WHOLE_BITS))

    def count(self, normal: str) -> None:
        """Count the words of a phrase, and the token of the whole."""
        self._words.update(set(normal.split(" ")))
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
        if not self._equal(conn.execute("SELECT term, doc FROM phrase_terms"), wholes=True):
            yield "the inverted index and the phrases differ"

    def _equal(self, rows: Iterable[tuple[str, int]], *, wholes: bool) -> bool:
        seen = 0
        for term, n in rows:
            seen += 1
            if n != (self._whole(term) if wholes and term[:1] == "§" else self._words.get(term)):
                return False
        more = sum(map(bool, self._wholes)) if wholes else 0
        return seen == len(self._words) + more

    def _whole(self, term: str) -> int | None:
        try:
            return self._wholes[int(term[1:], 16)]
        except (ValueError, IndexError):
            return None


def _find(conn: sqlite3.Connection, normals: Iterable[str]) -> dict[str, int]:
    """The phrases with exactly these normal forms: those that are there."""
    wanted = dict.fromkeys(normals)
    out: dict[str, int] = {}
    # In parts, so that no query is longer than FTS5 takes.
    for part in chunks(map(whole_term, wanted), _TERMS):
        rows = conn.execute(
            "SELECT p.normal, p.id FROM phrase_words w JOIN phrase p ON p.id = w.rowid"
            " WHERE phrase_words MATCH ?",
            (" OR ".join(f'"{t}"' for t in part),),
        )
        out.update((normal, id_) for normal, id_ in rows if normal in wanted)
    return out


def chunks(items: Iterable[str], size: int) -> Iterator[list[str]]:
    """Lists of at most `size` items."""
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part


class PhraseIndex:
    """Reads the index; every method is one or a few look-ups."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        """Raises DatabaseError for an index that is another version's."""
        require_current(conn)
        self._conn = conn

    def size(self) -> int:
        """How many distinct phrases there are."""
        (n,) = self._conn.execute("SELECT coalesce(max(id), 0) FROM phrase").fetchone()
        return int(n)

    def exact(self, normal: str) -> int | None:
        """The phrase with exactly this normal form."""
        return _find(self._conn, (normal,)).get(normal)

    def frequencies(self, found: Iterable[str]) -> dict[str, int]:
        """Word -> how many phrases hold it; words that occur nowhere are left out."""
        out: dict[str, int] = {}
        for part in chunks(found, _TERMS):
            marks = ", ".join("?" * len(part))
            out.update(
                self._conn.execute(
                    f"SELECT word, n FROM phrase_frequency WHERE word IN ({marks})",  # noqa: S608
                    part,
                )
            )
        return out

    def candidates(
        self, query: str, shortest: int, longest: int, limit: int
    ) -> list[tuple[int, str]]:
        """Phrases that an FTS5 query finds, with a normal form of that many characters."""
        return self._conn.execute(
            "SELECT p.id, p.normal FROM phrase_words w JOIN phrase p ON p.id = w.rowid"
            " WHERE phrase_words MATCH ? AND length(p.normal) BETWEEN ? AND ? LIMIT ?",
            (query, shortest, longest, limit),
        ).fetchall()

    def holding(self, query: str, normal: str, limit: int) -> list[tuple[int, str]]:
        """Phrases that an FTS5 query finds and that hold these words in a row."""
        return self._conn.execute(
            "SELECT p.id, p.normal FROM phrase_words w JOIN phrase p ON p.id = w.rowid"
            " WHERE phrase_words MATCH ?1 AND instr(' ' || p.normal || ' ', ' ' || ?2 || ' ')"
            " LIMIT ?3",
            (query, normal, limit),
        ).fetchall()

    def similar_words(self, word: str) -> list[str]:
        """Words of the corpus one typing error away: a letter more, less, other, or two swapped.

        Of four letters or more, and errors in the first two letters only when these are swapped.
        """
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        if len(word) < 4:
            return []
        out: list[str] = []
        for start in dict.fromkeys((word[:2], word[1] + word[0])):
            rows = self._conn.execute(
                "SELECT word FROM phrase_frequency WHERE word >= ? AND word < ?",
                (start, start[0] + chr(ord(start[1]) + 1)),
            )
            found = process.extract(
                word, [r[0] for r in rows], scorer=OSA.distance, score_cutoff=1, limit=8
            )
            out += [other for other, distance, _ in found if distance]
        return out

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
                "SELECT ?1, a.uid, a.number, a.outlet, a.published, o.sentence, s.start,"
                " substr(a.text, s.start + 1, s.end - s.start)"
                " FROM (SELECT article, sentence FROM phrase WHERE id = ?1 UNION ALL"
                " SELECT article, sentence FROM phrase_repeat WHERE phrase = ?1) o"
                " JOIN article a ON a.number = o.article"
                " JOIN sentence s ON s.article = a.uid AND s.idx = o.sentence"
                " ORDER BY o.article, o.sentence LIMIT ?2",
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
        " (SELECT json_group_object(t.name, t.value) FROM attribute t WHERE t.annotation = n.id),"
        " n.parent FROM annotation n JOIN article a ON a.uid = n.article"
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
            parent=found[0][10],
        )
