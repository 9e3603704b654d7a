"""The phrase index in SQL: written with each article, read by probes of rare words.

A sentence is stored once in its normal form. The inverted index keeps no positions, so it is small
and merges quickly; how often a word occurs is counted in a table of its own, because FTS5 would
have to walk the whole list to say so, and to find the words that hold some letters.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from pathlib import Path
from typing import Any, Final

from annotator.domain.errors import DatabaseError
from annotator.domain.model import Sentence
from annotator.domain.occurrence import PhraseOccurrence, RoleText
from annotator.store.database import explained
from annotator.store.sql import each
from annotator.text.normal import NORMAL_VERSION, words

INDEX_VERSION: Final = f"2.{NORMAL_VERSION}"
"""Parameters of the index; a file with others is indexed anew by `annotator phrases --reindex`."""

_TERMS: Final = 50
WHOLE_BITS: Final = 20
"""Of a normal form's hash: in a million sentences one other shares them, and is read in vain."""
_SETTLE: Final = 16
"""Part of all articles that must be new before the inverted index is merged into one piece."""


def whole_term(normal: str) -> str:
    """The token by which a normal form is found as a whole; several share one, and are compared."""
    digest = int.from_bytes(hashlib.blake2b(normal.encode(), digest_size=4).digest())
    return f"§{digest >> (32 - WHOLE_BITS):05x}"


def is_current(conn: sqlite3.Connection) -> bool:
    """Whether the index has the parameters of this version."""
    row = conn.execute("SELECT value FROM setting WHERE name = 'phrase_index'").fetchone()
    return row is not None and row[0] == INDEX_VERSION


def require_current(conn: sqlite3.Connection) -> None:
    """Raise DatabaseError for an index with other parameters, which would be read wrongly."""
    if not is_current(conn):
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
    if not is_whole(text, sentences, forms):
        conn.execute("INSERT INTO phrase_partial VALUES (?)", (number,))
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


def is_whole(text: str, sentences: Sequence[Sentence], forms: Iterable[Sequence[str]]) -> bool:
    """Whether the words of the sentences, one after the other, are the words of the text."""
    before = 0
    for s in sentences:
        gap = text[before : s.start]
        # White space parts words for certain.
        if not gap.isspace() and (gap or before):
            break
        before = s.end
    else:
        if not text[before:].strip():
            return True
    return words(text) == [word for form in forms for word in form]


def reindex(conn: sqlite3.Connection) -> int:
    """Build the whole index anew from the articles; the caller holds the transaction.

    Returns:
        How many articles were indexed.
    """
    conn.execute("INSERT INTO phrase_words (phrase_words) VALUES ('delete-all')")
    tables = ("phrase_cluster", "phrase_repeat", "phrase_frequency", "phrase_partial", "phrase")
    for table in tables:
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

    def __init__(self, conn: sqlite3.Connection, path: Path | str = "") -> None:
        """Raises DatabaseError for an index that is another version's."""
        require_current(conn)
        self._conn = conn
        self._path = path

    def _rows(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[Any]:
        """What a query finds, streamed; SQLite's errors are translated."""
        with explained(self._path):
            yield from each(self._conn.execute(sql, parameters))

    def size(self) -> int:
        """How many distinct phrases there are."""
        ((n,),) = self._rows("SELECT coalesce(max(id), 0) FROM phrase")
        return int(n)

    def exact(self, normal: str) -> int | None:
        """The phrase with exactly this normal form."""
        with explained(self._path):
            return _find(self._conn, (normal,)).get(normal)

    def frequencies(self, found: Iterable[str]) -> dict[str, int]:
        """Word -> how many phrases hold it; words that occur nowhere are left out."""
        out: dict[str, int] = {}
        for part in chunks(found, _TERMS):
            marks = ", ".join("?" * len(part))
            out.update(
                self._rows(
                    f"SELECT word, n FROM phrase_frequency WHERE word IN ({marks})",  # noqa: S608
                    part,
                )
            )
        return out

    def candidates(
        self, query: str, shortest: int, longest: int, limit: int
    ) -> list[tuple[int, str]]:
        """Phrases that an FTS5 query finds, with a normal form of that many characters."""
        return list(
            self._rows(
                "SELECT p.id, p.normal FROM phrase_words w JOIN phrase p ON p.id = w.rowid"
                " WHERE phrase_words MATCH ? AND length(p.normal) BETWEEN ? AND ? LIMIT ?",
                (query, shortest, longest, limit),
            )
        )

    def holding(self, query: str, normal: str, limit: int) -> list[tuple[int, str]]:
        """Phrases that an FTS5 query finds and that hold these words in a row."""
        return list(
            self._rows(
                "SELECT p.id, p.normal FROM phrase_words w JOIN phrase p ON p.id = w.rowid"
                " WHERE phrase_words MATCH ?1 AND instr(' ' || p.normal || ' ', ' ' || ?2 || ' ')"
                " LIMIT ?3",
                (query, normal, limit),
            )
        )

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
            rows = self._rows(
                "SELECT word FROM phrase_frequency WHERE word >= ? AND word < ?",
                (start, start[0] + chr(ord(start[1]) + 1)),
            )
            found = process.extract(
                word, [r[0] for r in rows], scorer=OSA.distance, score_cutoff=1, limit=8
            )
            out += [other for other, distance, _ in found if distance]
        return out

    def completions(self, part: str, *, before: bool, after: bool) -> dict[str, int]:
        """The words that a part of a word may be of, and how many phrases hold each.

        Args:
            part: Letters that stand together, of a normal form.
            before: Whether letters may be missing before it.
            after: Whether letters may be missing after it.
        """
        if not before:
            fits = "word BETWEEN ?1 AND ?1 || char(0x10ffff)"
        else:
            fits = "instr(word, ?1)" if after else "substr(word, -length(?1)) = ?1"
        return dict(
            self._rows(
                f"SELECT word, n FROM phrase_frequency WHERE {fits}",  # noqa: S608 - fixed words
                (part,),
            )
        )

    def with_words(self, found: Iterable[str]) -> Iterator[tuple[int, str]]:
        """Phrase and normal form of all phrases that hold one of these words."""
        for part in chunks(found, _TERMS):
            yield from self._rows(
                "SELECT p.id, p.normal FROM phrase_words w JOIN phrase p ON p.id = w.rowid"
                " WHERE phrase_words MATCH ?",
                (" OR ".join(f'"{w}"' for w in part),),
            )

    def articles(self, phrases: Iterable[int]) -> set[int]:
        """The numbers of the articles in which phrases stand."""
        out: set[int] = set()
        for phrase in phrases:
            out.update(
                number
                for (number,) in self._rows(
                    "SELECT article FROM (SELECT article FROM phrase WHERE id = ?1"
                    " UNION ALL SELECT article FROM phrase_repeat WHERE phrase = ?1)"
                    " WHERE article NOT IN (SELECT number FROM article WHERE excluded <> '')",
                    (phrase,),
                )
            )
        return out

    def partial(self) -> set[int]:
        """The articles whose sentences do not make up all of their text."""
        rows = self._rows(
            "SELECT article FROM phrase_partial WHERE article NOT IN"
            " (SELECT number FROM article WHERE excluded <> '')"
        )
        return {number for (number,) in rows}

    def normals(self, ids: Iterable[int]) -> dict[int, str]:
        """Phrase -> its normal form."""
        out: dict[int, str] = {}
        for id_ in ids:
            for (normal,) in self._rows("SELECT normal FROM phrase WHERE id = ?", (id_,)):
                out[id_] = normal
        return out

    def places(self, phrases: Iterable[int], limit: int) -> list[PhraseOccurrence]:
        """Where these phrases stand: in the order of the phrases, then of the articles."""
        out: list[PhraseOccurrence] = []
        for phrase in phrases:
            rows = self._rows(
                "SELECT ?1, a.uid, a.number, a.outlet, a.published, o.sentence, s.start,"
                " substr(a.text, s.start + 1, s.end - s.start)"
                " FROM (SELECT article, sentence FROM phrase WHERE id = ?1 UNION ALL"
                " SELECT article, sentence FROM phrase_repeat WHERE phrase = ?1) o"
                " JOIN article a ON a.number = o.article AND a.excluded = ''"
                " JOIN sentence s ON s.article = a.uid AND s.idx = o.sentence"
                " ORDER BY o.article, o.sentence LIMIT ?2",
                (phrase, limit - len(out)),
            )
            out += map(PhraseOccurrence._make, rows)
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
        " n.parent FROM annotation n JOIN article a ON a.uid = n.article AND a.excluded = ''"
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
