"""Is the state what the journal says? Both are streamed side by side, whatever their size.

A state is compared as text first (`db/queries/records.sql` writes it as an event would), which is
right for all that this program wrote; only texts that differ are read.
"""

from __future__ import annotations

import sqlite3
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Final

from annotator.domain.errors import AnnotatorError
from annotator.domain.model import Annotation
from annotator.domain.records import annotation_from_record
from annotator.store.rows import from_json
from annotator.store.sql import each, query

STATES: Final = ("", "applied", "undone", "dropped", "control")
"""What `batch.state` can be; kept as its place in this list, for there may be millions."""
_APPLIED, _UNDONE, _DROPPED, _CONTROL = range(1, 5)


def decode(record: str) -> Annotation:
    """The annotation of a record's text; AnnotatorError when there is none in it."""
    return annotation_from_record(from_json(record), "journal")


def same(a: str | None, b: str | None) -> bool:
    """Whether two records are of one state, whatever the order and form of their JSON."""
    if a == b:
        return True
    if a is None or b is None:
        return False
    try:
        return decode(a) == decode(b)
    except AnnotatorError:
        return False


def records(conn: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Id and record of every annotation as the state tables have it, by id."""
    yield from each(conn.execute(query("records")))


def differing(a: sqlite3.Connection, b: sqlite3.Connection) -> Iterator[str]:
    """The ids of annotations that two databases have in different states."""
    for id_, one, other in _beside(records(a), records(b)):
        if not same(one, other):
            yield id_


def _beside(
    a: Iterator[tuple[str, str]], b: Iterator[tuple[str, str]]
) -> Iterator[tuple[str, str | None, str | None]]:
    """Every key of two sorted streams with its value in each; None where it is missing."""
    left, right = next(a, None), next(b, None)
    while left is not None or right is not None:
        if right is None or (left is not None and left[0] < right[0]):
            assert left is not None  # noqa: S101 - one of the two is there
            yield left[0], left[1], None
            left = next(a, None)
        elif left is None or right[0] < left[0]:
            yield right[0], None, right[1]
            right = next(b, None)
        else:
            yield left[0], left[1], right[1]
            left, right = next(a, None), next(b, None)


class Journal:
    """Reads the journal annotation by annotation, and keeps what is wrong with it."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self.events = 0
        self.broken: list[str] = []

    def ends(self) -> Iterator[tuple[str, str]]:
        """Id and last record of every annotation that the journal leaves, by id."""
        rows = self._conn.execute(
            "SELECT subject_id, batch, before, after FROM event WHERE subject = 'annotation'"
            " ORDER BY subject_id, seq"
        )
        for id_, events in groupby(rows, key=itemgetter(0)):
            now: str | None = None
            for _, batch, before, after in events:
                self.events += 1
                if before is None and after is None:
                    self.broken.append(f"action {batch}: an event of the journal says nothing")
                if not same(before, now):
                    self.broken.append(
                        f"action {batch}: {id_} does not start from the state before it"
                    )
                if now is not None:
                    self._check(id_, batch, now)
                now = after
            if now is not None:
                yield id_, now

    def _check(self, id_: str, batch: str, record: str) -> None:
        """A state that another one followed; the last one is compared with the tables."""
        try:
            found = decode(record).id
        except AnnotatorError as error:
            self.broken.append(f"action {batch}: before it: {error.message}")
            return
        if found != id_:
            self.broken.append(f"action {batch}: {id_} is {found} in the record before it")


def compare(conn: sqlite3.Connection) -> tuple[Journal, int, list[str]]:
    """Fold the journal beside the state tables.

    Returns:
        The journal as it was read, how many annotations the tables have, and where the two differ.
    """
    journal = Journal(conn)
    count = 0
    problems: list[str] = []
    for id_, told, there in _beside(journal.ends(), records(conn)):
        count += there is not None
        if not same(told, there):
            problems.append(f"{id_}: the journal and the state differ")
    return journal, count, problems


def expected_states(conn: sqlite3.Connection) -> bytearray:
    """What `batch.state` must be, worked out from the journal alone: a place in STATES for each
    batch in order, "" for an undo or redo of nothing."""
    order = array("q", (seq for (seq,) in conn.execute("SELECT seq FROM batch ORDER BY seq")))
    states = bytearray(len(order))
    undone: dict[str, set[int]] = {}
    rows = conn.execute(
        "SELECT b.annotator, b.kind, r.seq FROM batch b LEFT JOIN batch r ON r.id = b.reverts"
        " ORDER BY b.seq"
    )
    for place, (annotator, kind, reverts) in enumerate(rows):
        mine = undone.setdefault(annotator, set())
        if kind not in ("undo", "redo"):
            for dropped in mine:
                states[dropped] = _DROPPED
            mine.clear()
            states[place] = _APPLIED
        elif reverts is not None:
            target = bisect_left(order, reverts)
            states[place] = _CONTROL
            states[target] = _UNDONE if kind == "undo" else _APPLIED
            (mine.add if kind == "undo" else mine.discard)(target)
    return states


def wrong_states(conn: sqlite3.Connection) -> tuple[int, list[str]]:
    """How many batches there are, and which are marked otherwise than the journal says."""
    expected = expected_states(conn)
    wrong: list[str] = []
    rows = conn.execute("SELECT id, state FROM batch ORDER BY seq")
    for place, (id_, state) in enumerate(rows):
        if state != STATES[expected[place]]:
            told = STATES[expected[place]]
            wrong.append(
                f"action {id_}: marked {state}, should be {told}"
                if told
                else f"action {id_}: takes back an action that is not there"
            )
    return len(expected), wrong
