"""The ends of relations that a file names, as annotations here.

A file calls annotations by ids of its own, which are others here wherever they are mapped. Those
are kept in a temporary table, not in memory: a relation may name an annotation of any other
article of the file, also of a later one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from annotator.domain.model import Annotation
from annotator.store import journal, relations


@dataclass(frozen=True, slots=True)
class UnknownEnd:
    """An end that is not there, or not to be told from others; why, and whether it may yet come."""

    why: str
    may_come: bool


class ImportedEnds:
    """Finds what the relations of one import relate.

    Args:
        conn: The database, in the import's transaction.
        apart: Whether only annotations of the import itself can be ends.
    """

    def __init__(self, conn: sqlite3.Connection, *, apart: bool) -> None:
        self._conn, self._apart = conn, apart
        self._kept = False
        self._taken: set[str] = set()
        """Relations that were found here, or were made, for one of the file."""

    def remember(self, ids: Mapping[str, str]) -> None:
        """Keep which annotation here an id of the file means: of those that were mapped."""
        mapped = [(theirs, ours) for theirs, ours in ids.items() if theirs != ours]
        if not mapped:
            return
        if not self._kept:
            self._conn.execute("CREATE TEMP TABLE import_id (theirs TEXT, ours TEXT)")
            self._conn.execute("CREATE INDEX temp.import_id_theirs ON import_id (theirs)")
            self._kept = True
        self._conn.executemany("INSERT INTO temp.import_id VALUES (?, ?)", mapped)

    def forget(self) -> None:
        """Drop what was kept for the import."""
        if self._kept:
            self._conn.execute("DROP TABLE temp.import_id")
            self._kept = False

    def related(
        self, relation: Annotation, ids: Mapping[str, str], bad: Iterable[str] = ()
    ) -> Annotation | UnknownEnd:
        """The relation between annotations here, kept with the article of its head.

        Args:
            relation: With the ends that the file names.
            ids: The ids of its own article of the file -> those here.
            bad: Those of them that are not taken over.
        """
        ends: list[str] = []
        for name, end in (("head", relation.head or ""), ("tail", relation.tail or "")):
            if end in bad:
                return UnknownEnd(f"its {name} {end!r} cannot be used", may_come=False)
            found = [ids[end]] if end in ids else self._elsewhere(end)
            if len(found) > 1:
                why = f"its {name} {end!r} stands in several articles of the file"
                return UnknownEnd(why, may_come=False)
            if not found:
                return UnknownEnd(f"its {name} {end!r} is not there", may_come=True)
            ends += found
        head = journal.read_annotation(self._conn, ends[0])
        article = head.article if head else relation.article
        return replace(relation, article=article, head=ends[0], tail=ends[1])

    def _elsewhere(self, end: str) -> list[str]:
        """What an id means in another article of the file, or in the database."""
        if self._kept:
            found = self._conn.execute(
                "SELECT DISTINCT ours FROM temp.import_id WHERE theirs = ? LIMIT 2", (end,)
            ).fetchall()
            if found:
                return [ours for (ours,) in found]
        return [end] if not self._apart and journal.exists(self._conn, end) else []

    def take(self, id_: str) -> None:
        """A relation here that stands for one of the file: for no other one."""
        self._taken.add(id_)

    def same(self, relation: Annotation) -> str | None:
        """The id of the relation here that says exactly the same and stands for none yet."""
        for found in relations.touching(self._conn, relation.head or ""):
            alike = replace(
                found,
                id=relation.id,
                scheme=relation.scheme,
                created_at=relation.created_at,
                updated_at=relation.updated_at,
            )
            if alike == relation and found.id not in self._taken:
                return found.id
        return None
