"""What went wrong while a store was open: an error of SQLite, or the work of a damaged file.

Whatever is raised in the `with` block that a store was opened in passes the end of the block, where
it becomes an error that says what to do.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from annotator.domain.errors import AnnotatorError, DatabaseError
from annotator.store import check
from annotator.store.database import as_database_error

_ODD = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, AssertionError)
"""What Python raises over values that the program would never have written."""


def explanation(
    conn: sqlite3.Connection, path: Path | str, error: BaseException | None
) -> DatabaseError | None:
    """The error to raise instead, when it is SQLite's or the file's fault; else None."""
    if isinstance(error, sqlite3.Error):
        return as_database_error(error, path)
    if not isinstance(error, _ODD):
        return None
    try:
        wrong = next((f for f in check.findings(conn) if f.problems), None)
    except (sqlite3.Error, AnnotatorError, *_ODD) as second:
        return _damaged(path, str(second))
    return _damaged(path, f"{wrong.check}: {wrong.problems[0]}") if wrong else None


def _damaged(path: Path | str, what: str) -> DatabaseError:
    return DatabaseError(
        f"{path}: damaged ({what})",
        "`annotator doctor` names what is wrong; restore a backup, or `annotator replay` builds"
        " the state anew from the journal",
    )
