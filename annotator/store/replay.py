"""Do the whole journal again in another database: event after event, none of them held."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from annotator.domain.errors import ConflictError, DatabaseError
from annotator.domain.model import Annotation, RecordSubject
from annotator.store import audit, journal, phrases, record_states

COPIED: Final = ("annotator", "scheme", "setting", "article", "paragraph", "sentence", "bookmark")
"""Tables that the journal rests on."""
_EVENT: Final = (
    "INSERT INTO event (id, batch, annotator, at, kind, subject, subject_id, article, before,"
    " after) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_TEXTS: Final = 64
"""Articles whose texts are kept at hand."""


def replay(
    conn: sqlite3.Connection, into: sqlite3.Connection, progress: Callable[[], None] | None = None
) -> list[str]:
    """Copy what the journal rests on, do every action again in an empty database, and compare.

    Args:
        progress: Called after each event.

    Returns:
        The ids of annotations (and articles) that came out different: empty when the journal tells
        the truth.

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
    for subject, id_, state in record_states.first_states(conn):
        record_states.project_record(into, subject, id_, state)
    phrases.reindex(into)
    _batches(conn, into)
    _events(conn, into, progress)
    record_states.follow_scheme(into)
    into.execute("COMMIT")
    changed = [
        id_
        for subject, id_, _ in record_states.first_states(conn)
        if record_states.read_record(conn, subject, id_)
        != record_states.read_record(into, subject, id_)
    ]
    return [*audit.differing(conn, into), *changed]


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
        "SELECT id, batch, annotator, at, kind, subject, subject_id, article, before, after"
        " FROM event ORDER BY seq"
    )
    for row in rows:
        *_, kind, subject, _, before, after = row
        if kind != "annotation":
            _record(into, row, kind)
            if progress:
                progress()
            continue
        if before is None and after is None:
            raise DatabaseError("an event of the journal says nothing", "run `annotator doctor`")
        new = before is None and not journal.exists(into, subject)
        if not new and not _is_now(into, subject, before):
            raise ConflictError(
                f"action {row[1]}: {subject} does not start from the state before it",
                "`annotator doctor` says more",
            )
        into.execute(_EVENT, row)
        state: Annotation | None = None if after is None else audit.decode(after)
        if state is not None:
            journal.check(state, text_of)
        journal.project(into, subject, state, new=new)
        if progress:
            progress()


def _record(into: sqlite3.Connection, row: tuple[Any, ...], subject: RecordSubject) -> None:
    """An event about something that is no annotation."""
    *_, id_, _, before, after = row
    record_states.must_be(into, subject, id_, record_states.decoded(before))
    into.execute(_EVENT, row)
    record_states.project_record(into, subject, id_, record_states.decoded(after))


def _is_now(into: sqlite3.Connection, subject: str, before: str | None) -> bool:
    """Whether an annotation is in the state that an event starts from."""
    there = journal.read_annotation(into, subject)
    return there == (None if before is None else audit.decode(before))
