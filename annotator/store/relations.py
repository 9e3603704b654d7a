"""Relations and their ends: both are there, of one annotator, and neither is left behind.

Whoever removes an annotation removes its relations in the same action, wherever the other end is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from annotator.domain.ends import ENDS_HINT, NO_END
from annotator.domain.errors import ConflictError, InputError
from annotator.domain.model import Annotation, Batch, Change
from annotator.store.rows import annotation_from_row
from annotator.store.sql import query


def touching(conn: sqlite3.Connection, id_: str) -> list[Annotation]:
    """The relations that have an annotation as an end, by id."""
    return [annotation_from_row(r) for r in conn.execute(query("relations_of"), {"id": id_})]


def at_article(conn: sqlite3.Connection, article: str, annotator: str | None) -> list[Annotation]:
    """The relations with an end in an article, also those that lie in another, by id."""
    rows = conn.execute(query("relations_at"), {"article": article, "annotator": annotator})
    return [annotation_from_row(r) for r in rows]


def _is_removed(change: Change) -> bool:
    return change.after is None and change.subject.layer != "relation"


def with_relations(conn: sqlite3.Connection, batch: Batch) -> Batch:
    """The action with the relations of what it removes, which go first.

    One that the action takes away or gives another end by itself is left to it.
    """
    gone = [c.subject.id for c in batch.changes if _is_removed(c)]
    if not gone:
        return batch
    changes = [_without_end(c, gone) for c in batch.changes]
    known = {c.subject.id for c in changes}
    found = {r.id: r for id_ in gone for r in touching(conn, id_) if r.id not in known}
    along = (Change(r, None) for r in found.values())
    return replace(batch, changes=(*along, *changes))


def _without_end(change: Change, gone: list[str]) -> Change:
    """The change, or the removal of a relation that it would leave without an end."""
    after = change.after
    if change.before is not None and after is not None and {after.head, after.tail} & {*gone}:
        return Change(change.before, None)
    return change


def streamed_with_relations(
    conn: sqlite3.Connection, changes: Iterable[Change]
) -> Iterator[Change]:
    """The same of changes that come one by one."""
    for change in changes:
        if _is_removed(change):
            yield from (Change(r, None) for r in touching(conn, change.subject.id))
        yield change


def must_have_ends(conn: sqlite3.Connection, changes: Iterable[Change]) -> None:
    """Refuse changes, once they are written, that leave a relation without what it needs.

    Raises:
        ConflictError: when an end is not there, or something removed is still an end.
        InputError: when an end is another annotator's, or nothing that can be one.
    """
    for change in changes:
        subject = change.subject
        if change.after is None:
            if subject.layer != "relation" and touching(conn, subject.id):
                raise ConflictError(
                    f"{subject.layer} {subject.id} is an end of a relation that was made since",
                    "remove the relation first",
                )
        elif subject.layer == "relation":
            fault = fault_of(conn, subject)
            if fault.endswith(_MISSING):
                raise ConflictError(f"relation {subject.id}: {fault}", "choose its ends anew")
            if fault:
                raise InputError(f"relation {subject.id}: {fault}", ENDS_HINT)


_MISSING: Final = "is not there"


def fault_of(conn: sqlite3.Connection, relation: Annotation) -> str:
    """What is wrong with the ends of a relation, as they are in the database; "" if nothing."""
    if relation.head == relation.tail:
        return "relates an annotation to itself"
    for name, id_ in (("head", relation.head), ("tail", relation.tail)):
        row = conn.execute(
            "SELECT layer, annotator, article FROM annotation WHERE id = ?", (id_,)
        ).fetchone()
        if row is None:
            return f"its {name} {id_!r} {_MISSING}"
        layer, annotator, article = row
        if layer in NO_END:
            return f"its {name} is a {layer}"
        if annotator != relation.annotator:
            return f"its {name} is {annotator}'s, and it is {relation.annotator}'s"
        if name == "head" and article != relation.article:
            return "is not kept with the article of its head"
    return ""


def problems(conn: sqlite3.Connection) -> tuple[int, list[str]]:
    """How many relations there are, and what is wrong with the ends of which."""
    found: list[str] = []
    count = 0
    ids = conn.execute("SELECT id FROM annotation WHERE layer = 'relation' ORDER BY id")
    for (id_,) in ids:
        count += 1
        row = conn.execute(query("annotation"), {"id": id_}).fetchone()
        fault = fault_of(conn, annotation_from_row(row))
        if fault:
            found.append(f"relation {id_}: {fault}")
    return count, found
