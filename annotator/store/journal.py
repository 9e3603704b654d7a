"""The journal and the state it amounts to: apply, undo and redo what users do."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from annotator.domain.ends import ENDS_HINT, shape_fault
from annotator.domain.errors import ConflictError, DatabaseError, InputError, SpanError
from annotator.domain.ids import new_id
from annotator.domain.model import Annotation, Batch, BatchKind, Change, RecordChange
from annotator.domain.records import annotation_from_record, annotation_record
from annotator.domain.spans import check_span, number_fault
from annotator.store import relations
from annotator.store.record_states import decoded, must_be, on_what_is_there, project_record
from annotator.store.rows import (
    ANNOTATION_COLUMNS,
    annotation_from_row,
    annotation_row,
    from_json,
    to_json,
)
from annotator.store.sql import query

_UPSERT: Final = (
    f"INSERT INTO annotation ({', '.join(ANNOTATION_COLUMNS)})"  # noqa: S608 - fixed names
    f" VALUES ({', '.join('?' * len(ANNOTATION_COLUMNS))}) ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{c} = excluded.{c}" for c in ANNOTATION_COLUMNS[1:])
)


class BatchInfo(NamedTuple):
    """A row of the log."""

    seq: int
    id: str
    annotator: str
    at: str
    kind: str
    label: str
    state: str
    reverts: str | None
    changes: int
    articles: list[str]


def read_annotation(conn: sqlite3.Connection, id_: str) -> Annotation | None:
    """Return the annotation as it stands, or None."""
    row = conn.execute(query("annotation"), {"id": id_}).fetchone()
    return annotation_from_row(row) if row else None


def _encode(annotation: Annotation | None) -> str | None:
    return None if annotation is None else to_json(annotation_record(annotation))


def _decode(record: str | None) -> Annotation | None:
    return None if record is None else annotation_from_record(from_json(record), "journal")


def exists(conn: sqlite3.Connection, id_: str) -> bool:
    """Whether there is an annotation of this id (cheaper than to read it)."""
    return conn.execute("SELECT 1 FROM annotation WHERE id = ?", (id_,)).fetchone() is not None


def project(
    conn: sqlite3.Connection, id_: str, after: Annotation | None, *, new: bool = False
) -> None:
    """Write one annotation's new state (None removes it) into the state tables.

    `new` says that there is nothing of it yet, which saves looking.
    """
    if after is None:
        conn.execute("DELETE FROM annotation WHERE id = ?", (id_,))
        return
    conn.execute(_UPSERT, annotation_row(after))
    if not new:
        conn.execute("DELETE FROM fragment WHERE annotation = ?", (id_,))
        conn.execute("DELETE FROM attribute WHERE annotation = ?", (id_,))
    conn.executemany(
        "INSERT INTO fragment (annotation, ord, role, start, end, span) VALUES (?, ?, ?, ?, ?, ?)",
        [(id_, i, *f) for i, f in enumerate(after.fragments)],
    )
    conn.executemany(
        "INSERT INTO attribute (annotation, name, value) VALUES (?, ?, ?)",
        [(id_, name, value) for name, value in after.attributes.items()],
    )


def check(annotation: Annotation, text_of: Callable[[str], str]) -> None:
    """Refuse an annotation that nothing could hold.

    Raises:
        SpanError: when a fragment does not fit the article's text, or has no number of a span.
        InputError: when it has ends and is no relation, or the other way round.
    """
    fault = shape_fault(annotation)
    if fault:
        raise InputError(f"{annotation.layer} {annotation.id}: {fault}", ENDS_HINT)
    text = text_of(annotation.article)
    for f in annotation.fragments:
        what = f"{annotation.layer} {annotation.id}: {f.role}"
        check_span(text, f.start, f.end, what)
        if fault := number_fault(f.span):
            raise SpanError(f"{what}: {fault}", "number the spans of a role from 0")


def _open(conn: sqlite3.Connection, batch: Batch, state: str) -> None:
    conn.execute(
        "INSERT INTO batch (id, annotator, at, kind, label, reverts, state)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (batch.id, batch.annotator, batch.at, batch.kind, batch.label, batch.reverts, state),
    )


def _write(
    conn: sqlite3.Connection, batch: Batch, change: Change, text_of: Callable[[str], str]
) -> None:
    subject = change.subject
    new = change.before is None and not exists(conn, subject.id)
    if not new and read_annotation(conn, subject.id) != change.before:
        raise ConflictError(
            f"{subject.layer} {subject.id} was changed elsewhere in the meantime",
            "the article is read again; look, and repeat the action",
        )
    if change.after is not None:
        check(change.after, text_of)
    kind = "create" if change.before is None else "delete" if change.after is None else "change"
    told = ("annotation", subject.id, subject.article)
    _tell(conn, batch, kind, told, (_encode(change.before), _encode(change.after)))
    project(conn, subject.id, change.after, new=new)


def _write_record(conn: sqlite3.Connection, batch: Batch, change: RecordChange) -> None:
    must_be(conn, change.subject, change.id, change.before)
    article = change.id if change.subject == "article" else None
    told = (change.subject, change.id, article)
    _tell(conn, batch, "change", told, (to_json(change.before), to_json(change.after)))
    project_record(conn, change.subject, change.id, change.after)


def _tell(
    conn: sqlite3.Connection,
    batch: Batch,
    kind: str,
    subject: tuple[str, str, str | None],
    states: tuple[str | None, str | None],
) -> None:
    """Write an event: its kind, what it is about (and in which article), before and after."""
    conn.execute(
        "INSERT INTO event (id, batch, annotator, at, kind, subject, subject_id, article, before,"
        " after) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (new_id(), batch.id, batch.annotator, batch.at, kind, *subject, *states),
    )


def record(
    conn: sqlite3.Connection, batch: Batch, text_of: Callable[[str], str], state: str = "applied"
) -> None:
    """Write a batch's events and the state they lead to; the caller holds the transaction.

    Raises:
        ConflictError: when an annotation is not in the state that the batch starts from, or a
            relation would lose an end.
        InputError: when something cannot be the end of a relation.
        SpanError: when a fragment does not fit its text.
    """
    _open(conn, batch, state)
    for record_change in batch.records:
        _write_record(conn, batch, record_change)
    for change in batch.changes:
        _write(conn, batch, change, text_of)
    relations.must_have_ends(conn, batch.changes)


def _drop_undone(conn: sqlite3.Connection, annotator: str) -> None:
    conn.execute(
        "UPDATE batch SET state = 'dropped' WHERE annotator = ? AND state = 'undone'",
        (annotator,),
    )


def apply(conn: sqlite3.Connection, batch: Batch, text_of: Callable[[str], str]) -> Batch:
    """Record a new action; what was undone before it can no longer be redone.

    Returns:
        The action as it was recorded: with the relations of what it removes.
    """
    batch = relations.with_relations(conn, batch)
    _drop_undone(conn, batch.annotator)
    record(conn, batch, text_of)
    return batch


def apply_stream(
    conn: sqlite3.Connection,
    batch: Batch,
    changes: Iterable[Change],
    text_of: Callable[[str], str],
) -> int:
    """Record an action whose changes are too many to hold: each is written as it comes.

    Args:
        batch: The action, with no changes of annotations of its own.
        changes: They; when there are none, and no records in the batch, nothing is recorded.

    Returns:
        How many changes there were.

    Raises:
        ConflictError, InputError, SpanError: as `record`.
    """
    count = 0
    if batch.records:
        _drop_undone(conn, batch.annotator)
        record(conn, batch, text_of)
    for change in relations.streamed_with_relations(conn, changes):
        if not count and not batch.records:
            _drop_undone(conn, batch.annotator)
            _open(conn, batch, "applied")
        _write(conn, batch, change, text_of)
        relations.must_have_ends(conn, (change,))
        count += 1
    return count


def changes_of(conn: sqlite3.Connection, batch: str) -> tuple[Change, ...]:
    """The changes of a stored batch, in the order they were made."""
    rows = conn.execute(
        "SELECT before, after FROM event WHERE batch = ? AND subject = 'annotation' ORDER BY seq",
        (batch,),
    )
    changes = tuple(Change(_decode(before), _decode(after)) for before, after in rows)
    if any(c.before is None and c.after is None for c in changes):
        raise DatabaseError("an event of the journal says nothing", "run `annotator doctor`")
    return changes


def records_of(conn: sqlite3.Connection, batch: str) -> tuple[RecordChange, ...]:
    """What a stored batch changed besides annotations, in the order in which it did."""
    rows = conn.execute(
        "SELECT subject, subject_id, before, after FROM event"
        " WHERE batch = ? AND subject <> 'annotation' ORDER BY seq",
        (batch,),
    )
    return tuple(
        RecordChange(s, i, decoded(before), decoded(after)) for s, i, before, after in rows
    )


def _revert(
    conn: sqlite3.Connection,
    annotator: str,
    at: str,
    text_of: Callable[[str], str],
    *,
    undo: bool,
) -> Batch | None:
    """Undo the newest action in force, or redo the oldest one undone; None when there is none."""
    state, order = ("applied", "DESC") if undo else ("undone", "ASC")
    row = conn.execute(
        f"SELECT id, label FROM batch WHERE annotator = ? AND state = ?"  # noqa: S608 - fixed words
        f" ORDER BY seq {order} LIMIT 1",
        (annotator, state),
    ).fetchone()
    if row is None:
        return None
    target, label = row
    changes, records = changes_of(conn, target), records_of(conn, target)
    if undo:
        changes = tuple(Change(c.after, c.before) for c in reversed(changes))
        records = tuple(c._replace(before=c.after, after=c.before) for c in reversed(records))
    records = tuple(on_what_is_there(conn, c) for c in records)
    kind: BatchKind = "undo" if undo else "redo"
    batch = Batch(new_id(), annotator, at, kind, label, changes, target, records)
    record(conn, batch, text_of, state="control")
    conn.execute(
        "UPDATE batch SET state = ? WHERE id = ?", ("undone" if undo else "applied", target)
    )
    return batch


def undo(
    conn: sqlite3.Connection, annotator: str, at: str, text_of: Callable[[str], str]
) -> Batch | None:
    """Take back the annotator's newest action in force, whenever and wherever it was done."""
    return _revert(conn, annotator, at, text_of, undo=True)


def redo(
    conn: sqlite3.Connection, annotator: str, at: str, text_of: Callable[[str], str]
) -> Batch | None:
    """Do again what was undone last, unless another action came in between."""
    return _revert(conn, annotator, at, text_of, undo=False)


def log(
    conn: sqlite3.Connection, annotator: str | None, article: str | None, limit: int
) -> Iterator[BatchInfo]:
    """The newest actions first; `limit` -1 for all."""
    rows = conn.execute(query("log"), {"annotator": annotator, "article": article, "limit": limit})
    for row in rows:
        yield BatchInfo._make((*row[:9], json.loads(row[9])))


def last_event(conn: sqlite3.Connection) -> int:
    """The number of the newest event; 0 without any. Equal numbers mean equal annotations."""
    (last,) = conn.execute("SELECT max(seq) FROM event").fetchone()
    return int(last or 0)


def changed_since(conn: sqlite3.Connection, event: int) -> set[tuple[str, str]]:
    """(article, annotator) of the annotations that were touched after an event."""
    return set(conn.execute(query("changed_since"), {"event": event}))
