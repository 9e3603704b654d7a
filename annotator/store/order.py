"""In which order the articles are gone through, without reading them all: a project may hold many.

An order counts from 0 and knows the article at a place, and the place of an article.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from annotator.store.articles import INCLUDED
from annotator.store.database import explained


class Order(Protocol):
    """The articles in some order."""

    def __len__(self) -> int:
        """How many articles there are."""

    def uids(self, start: int, stop: int) -> Sequence[str]:
        """The articles at the places `[start, stop)`, as many of these as there are."""

    def index(self, uid: str) -> int | None:
        """The place of an article; None when it is not among them."""


class ListedArticle:
    """An order that somebody made: the least certain first, those that a filter lets through."""

    def __init__(self, uids: Sequence[str]) -> None:
        self._uids = uids
        self._places = {uid: i for i, uid in enumerate(uids)}

    def __len__(self) -> int:
        return len(self._uids)

    def uids(self, start: int, stop: int) -> Sequence[str]:
        """The articles at the places `[start, stop)`, as many of these as there are."""
        return self._uids[max(0, start) : max(0, stop)]

    def index(self, uid: str) -> int | None:
        """The place of an article; None when it is not among them."""
        return self._places.get(uid)


class Numbered:
    """All articles in the order added, where their numbers have no gaps: nothing is listed."""

    def __init__(self, conn: sqlite3.Connection, path: Path | str, size: int) -> None:
        self._conn = conn
        self._path = path
        self._size = size

    def __len__(self) -> int:
        return self._size

    def uids(self, start: int, stop: int) -> Sequence[str]:
        """The articles at the places `[start, stop)`, as many of these as there are."""
        with explained(self._path):
            rows = self._conn.execute(
                "SELECT uid FROM article WHERE number > ? AND number <= ? ORDER BY number",
                (max(0, start), min(stop, self._size)),
            ).fetchall()
        return [r[0] for r in rows]

    def index(self, uid: str) -> int | None:
        """The place of an article; None when it is not among them."""
        with explained(self._path):
            row = self._conn.execute("SELECT number FROM article WHERE uid = ?", (uid,)).fetchone()
        return int(row[0]) - 1 if row and row[0] <= self._size else None


def in_order(conn: sqlite3.Connection, path: Path | str) -> Order:
    """All articles of a database that are not left out, in the order added."""
    with explained(path):
        (last,) = conn.execute("SELECT max(number) FROM article").fetchone()
        # SQLite counts the entries of an index by its pages: no row is read.
        (size,) = conn.execute("SELECT count(*) FROM article").fetchone()
        (out,) = conn.execute("SELECT count(*) FROM article WHERE excluded <> ''").fetchone()
        if size and last == size and not out:
            return Numbered(conn, path, size)
        # Some are left out, or an import kept the numbers of another database, with gaps.
        return ListedArticle([r[0] for r in conn.execute(INCLUDED)])
