"""Do the whole journal again in another database: event after event, none of them held."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from annotator.domain.errors import ConflictError, DatabaseError
from annotator.domain.model import Annotation
from annotator.store import audit, journal, phrases

COPIED: Final = ("annotator", "scheme", "setting", "article", "paragraph", "sentence", "bookmark")
"""Tables that the journal rests on."""
_TEXTS: Final = 64
"""Articles whose texts are kept at hand."""


def replay(
    conn: sqlite3.Connection, into: sqlite3.Connection, progress: Callable[[], None] | None = None
) -> list[str]:
    """Copy what the journal rests on, do every action again in an empty database, and compare.

    Args:
        progress: Called after each event.

    Returns:
        The ids of annotations that came out different: empty when the journal tells the truth.

    Raises:
        ConflictError: when an event does not start from the state that the events before it led to.
        AnnotatorError: when a record of the journal cannot be read, or does not fit its article.
    """
    into.execute("BEGIN IMMEDIATE")
    for table in COPIED:
        into.execute(f"DELETE FROM {table}")  # noqa: S608 - fixed names
        rows = conn.execute(f"SELECT * FROM {table}")  # noqa: S608
        marks = ", ".join("?" * len(rows.description))
        into.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608
    phrases.reindex(into)
    _batches(conn, into)
    _events(conn, into, progress)
    into.execute("COMMIT")
    return list(audit.differing(conn, into))


def _batches(conn: sqlite3.Connection, into: sqlite3.Connection) -> None:
    """The actions, marked as the journal says and not as they are marked."""
    states = iter(audit.expected_states(conn))
    rows = conn.execute(
        "SELECT id, annotator, at, kind, label, reverts, state FROM batch ORDER BY seq"
    )
    into.executemany(
        "INSERT INTO batch (id, annotator, at, kind, label, reverts, state)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (*row, audit.STATES[place] or state)
            for place, (*row, state) in zip(states, rows, strict=True)
        ),
    )


def _events(
    conn: sqlite3.Connection, into: sqlite3.Connection, progress: Callable[[], None] | None
) -> None:
    @lru_cache(maxsize=_TEXTS)
    def text_of(uid: str) -> str:
        (text,) = into.execute("SELECT text FROM article WHERE uid = ?", (uid,)).fetchone()
        return str(text)

    rows = conn.execute(
        "SELECT id, batch, annotator, at, kind, annotation, article, before, after FROM event"
        " ORDER BY seq"
    )
    for row in rows:
        *_, subject, _, before, after = row
        if before is None and after is None:
            raise DatabaseError("an event of the journal says nothing", "run `annotator doctor`")
        new = before is None and not journal.exists(into, subject)
        if not new and not _is_now(into, subject, before):
            raise ConflictError(
                f"action {row[1]}: {subject} does not start from the state before it",
                "`annotator doctor` says more",
            )
        into.execute(
            "INSERT INTO event (id, batch, annotator, at, kind, annotation, article, before, after)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        )
        state: Annotation | None = None if after is None else audit.decode(after)
        if state is not None:
            journal.check(state, text_of)
        journal.project(into, subject, state, new=new)
        if progress:
            progress()


def _is_now(into: sqlite3.Connection, subject: str, before: str | None) -> bool:
    """Whether an annotation is in the state that an event starts from."""
    there = journal.read_annotation(into, subject)
    return there == (None if before is None else audit.decode(before))
