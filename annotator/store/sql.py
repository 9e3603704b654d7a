"""Where the SQL lies: `db/` in a checkout, `annotator/_db` in an installed package."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

_HERE: Final = Path(__file__).resolve().parent.parent


@cache
def sql_folder() -> Path:
    """Return the folder that holds `migrations/` and `queries/`."""
    packaged = _HERE / "_db"
    return packaged if packaged.is_dir() else _HERE.parent / "db"


@cache
def query(name: str) -> str:
    """Return the SQL of `db/queries/NAME.sql`."""
    return (sql_folder() / "queries" / f"{name}.sql").read_text(encoding="utf-8")


def migrations() -> list[tuple[str, Path]]:
    """Name and file of every migration, in the order in which they are applied."""
    return [(p.stem, p) for p in sorted((sql_folder() / "migrations").glob("*.sql"))]


def statements(script: str) -> Iterator[str]:
    """The statements of a migration, one after the other; each ends with its line.

    `sqlite3`'s `executescript` would commit what is under way, and sqlite-utils asks SQLite
    after each character whether a statement ends there: half of the time a new database took.
    """
    lines: list[str] = []
    for line in script.splitlines():
        lines.append(line)
        if line.rstrip().endswith(";") and sqlite3.complete_statement("\n".join(lines)):
            yield "\n".join(lines)
            lines.clear()
    if any(lines):
        yield "\n".join(lines)


def each(cursor: sqlite3.Cursor) -> Iterator[Any]:
    """The rows of a cursor, for a generator to yield from.

    A generator that yields from the cursor itself closes it when it is given up, which is an error
    when the database was closed before (`with Store.open(...)` left by an exception).
    """
    for row in cursor:  # noqa: UP028
        yield row
