"""Annotations and the scheme in force: what they hold that it does not have."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from annotator.domain.ends import ends_fault, fault_of_ends
from annotator.domain.errors import SchemeChangedError, SchemeError
from annotator.domain.model import RELATION_TYPE, Annotation, Batch
from annotator.domain.scheme import Scheme
from annotator.store.journal import read_annotation
from annotator.store.rows import to_json
from annotator.store.sql import query


@dataclass(frozen=True, slots=True)
class Outside:
    """A role, label or value that the scheme does not have, and how many annotations hold it."""

    what: str
    """As `Scheme.faults` names it, with the layer: "claim: role 'speaker'"."""
    count: int
    article: int
    """The number of the first article that has one."""


def must_be_in_force(found: str, version: str) -> None:
    """Raise SchemeChangedError when another scheme is in force than what was decided under."""
    if found != version:
        raise SchemeChangedError(
            f"not saved: the scheme in force is {found} now, no longer {version}",
            "somebody set another scheme; its labels and keys hold from here on",
        )


def refuse_new(conn: sqlite3.Connection, scheme: Scheme, batch: Batch) -> None:
    """Refuse an action, once written, that gives an annotation what the scheme does not have.

    What it had before (an import, an older scheme) may stay: only what is new is refused.

    Raises:
        SchemeError: naming what, and the scheme.
    """
    for change in batch.changes:
        if change.after is None:
            continue
        had = set(scheme.faults(change.before)) if change.before else set()
        new = [f for f in scheme.faults(change.after) if f not in had]
        if change.after.layer == "relation" and _related(change.before) != _related(change.after):
            new += _ends(conn, scheme, change.after)
        if new:
            raise SchemeError(
                f"not saved: the scheme in force ({scheme.name} {scheme.version}) has no"
                f" {', no '.join(new)}",
                "`annotator scheme show` lists what it has; an article that was opened under"
                " another scheme has to be opened again",
            )


def _related(relation: Annotation | None) -> tuple[str | None, ...]:
    """What of a relation says what it relates, and how."""
    if relation is None:
        return ()
    return relation.head, relation.tail, relation.attributes.get(RELATION_TYPE)


def _ends(conn: sqlite3.Connection, scheme: Scheme, relation: Annotation) -> list[str]:
    """What the scheme does not allow in the ends of a relation."""
    head = read_annotation(conn, relation.head or "")
    tail = read_annotation(conn, relation.tail or "")
    fault = fault_of_ends(scheme, relation, head, tail) if head and tail else ""
    return [fault] if fault else []


def counted(conn: sqlite3.Connection, scheme: Scheme) -> Iterator[Outside]:
    """Every kind of thing outside the scheme, in order, from sums over the whole database."""
    for sql in (query("outside_roles"), query("outside_labels")):
        for layer, name, value, count, article in conn.execute(sql):
            fault = scheme.fault_of(layer, name, value)
            if fault:
                yield Outside(f"{layer}: {fault}", count, article)
    labels = {n: a.name for n in scheme.layers if (a := scheme.label_attribute(n)) is not None}
    ends = conn.execute(query("outside_ends"), {"labels": to_json(labels)})
    for name, head, head_label, tail, tail_label, count, article in ends:
        fault = ends_fault(scheme, name, (head, head_label), (tail, tail_label))
        if fault:
            yield Outside(f"relation: {fault}", count, article)
