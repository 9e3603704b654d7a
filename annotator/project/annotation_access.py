"""Reading and writing annotations, the journal, suggestions, bookmarks: that part of `Project`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.project.base import Base

if TYPE_CHECKING:
    from annotator.domain.model import Annotation, Batch, Change
    from annotator.domain.suggestion import StoredSuggestion
    from annotator.store.check import Finding
    from annotator.store.journal import BatchInfo


class AnnotationAccess(Base):
    """Annotations, and every action that wrote them. Everything may raise DatabaseError."""

    # ------------------------------------------------------------------------------ annotations

    def annotations(
        self, article: str | int | None = None, annotator: str | None = None
    ) -> list[Annotation]:
        """The annotations of an article (None: all) by an annotator (None: all), in reading order.

        Raises:
            NotFoundError: when there is no such article.
        """
        if article is None:
            return self._store.annotations(None, annotator)
        found = self._store.annotations(str(article), annotator)
        if found:
            return found
        # A uid, which screens have at hand, is asked for at once; any other name comes to nothing.
        uid = self._resolved(article)
        return found if uid == article else self._store.annotations(uid, annotator)

    def claims(
        self, article: str | int | None = None, annotator: str | None = None
    ) -> list[Annotation]:
        """The claims among `annotations(article, annotator)`."""
        return [a for a in self.annotations(article, annotator) if a.layer == "claim"]

    def marks(
        self, article: str | int | None = None, annotator: str | None = None
    ) -> list[Annotation]:
        """The marks among `annotations(article, annotator)`."""
        return [a for a in self.annotations(article, annotator) if a.layer == "mark"]

    def relations(
        self, article: str | int | None = None, annotator: str | None = None
    ) -> list[Annotation]:
        """The relations with an end in an article (None: all), of an annotator (None: all).

        `head` and `tail` of each are the ids of two annotations, which may be of other articles;
        `annotation` gives them.

        Raises:
            NotFoundError: when there is no such article.
        """
        if article is None:
            return [a for a in self._store.annotations(None, annotator) if a.layer == "relation"]
        return self._store.relations(self._resolved(article), annotator)

    def annotation(self, id_: str) -> Annotation | None:
        """An annotation by its id; None when there is none."""
        return self._store.annotation(id_)

    def source_labels(self, role: str, most: int = 5000) -> list[tuple[str, dict[str, str]]]:
        """The words of a role in the annotator's claims with their labels, the last changed first.

        Args:
            role: Whose words.
            most: How many claims.
        """
        rows = self._store.rows("source_labels", annotator=self.annotator, role=role, limit=most)
        return [(str(row["words"]), json.loads(str(row["attributes"]))) for row in rows]

    def annotation_count(self) -> int:
        """How many annotations there are."""
        return self._store.size()

    # ------------------------------------------------------------------------------ actions

    def apply(self, batch: Batch, under: str | None = None) -> Batch:
        """Write a user action: events and state together, on the disk when this returns.

        Args:
            batch: The action.
            under: The version of the scheme that it was decided under; None when that is no matter.

        Returns:
            The action as it was written: the relations of what it removes go with it.

        Raises:
            ConflictError: when an annotation has changed in the meantime.
            InputError: when something cannot be the end of a relation.
            SchemeChangedError: when another scheme than `under` is in force now.
            SchemeError: when an annotator gives what the scheme in force does not have.
        """
        return self._store.apply(batch, under)

    def undo(self, annotator: str | None = None) -> Batch | None:
        """Take back an annotator's newest action; None when nothing is left to undo."""
        return self._store.undo(self.who(annotator))

    def redo(self, annotator: str | None = None) -> Batch | None:
        """Do again what an annotator undid last; None when there is nothing to redo."""
        return self._store.redo(self.who(annotator))

    def log(
        self, annotator: str | None = None, article: str | None = None, limit: int = -1
    ) -> Iterator[BatchInfo]:
        """The journal, newest action first: an annotator's (None: all), of an article's uid."""
        return self._store.log(annotator, article, limit)

    def changes(self, batch: str) -> tuple[Change, ...]:
        """The changes of one action of the journal."""
        return self._store.changes(batch)

    def last_event(self) -> int:
        """The number of the journal's newest event; equal numbers mean equal annotations."""
        return self._store.last_event()

    def changed_since(self, event: int) -> set[tuple[str, str]]:
        """(article, annotator) of the annotations that were touched after an event."""
        return self._store.changed_since(event)

    def writes(self) -> int:
        """How many rows were written here; the same number means that nothing was saved since."""
        return self._store.writes()

    # ------------------------------------------------------------------------------ suggestions

    def suggestions(self, article: str | int) -> list[StoredSuggestion]:
        """What the engine that read an article last proposes for it, in reading order.

        Raises:
            NotFoundError: when there is no such article.
        """
        found = self._store.suggestions(str(article))
        if found:
            return found
        uid = self._resolved(article)
        return found if uid == article else self._store.suggestions(uid)

    def put_suggestions(self, article: str, engine: str, found: Iterable[StoredSuggestion]) -> int:
        """Store what an engine proposes for an article, in place of what it proposed before."""
        return self._store.put_suggestions(article, engine, found)

    def speech_only(self) -> bool:
        """Whether suggestions of reported speech alone are asked for."""
        return self._store.speech_only()

    # ------------------------------------------------------------------------------ bookmarks

    def bookmark(
        self, annotator: str | None = None, article: str | None = None
    ) -> tuple[str, int] | None:
        """Article and offset where an annotator stopped: in that article, or last of all."""
        return self._store.bookmark(self.who(annotator), article)

    def set_bookmark(self, annotator: str, article: str, position: int) -> None:
        """Remember where an annotator is (code point offset)."""
        self._store.set_bookmark(annotator, article, position)

    # ------------------------------------------------------------------------------ soundness

    def facts(self) -> dict[str, object]:
        """How the file is set up: journal mode, schema, migrations, size in pages."""
        return self._store.facts()

    def findings(self) -> Iterator[Finding]:
        """The doctor's checks of the file, each yielded as it ends."""
        return self._store.findings()

    def replay(self, target: Path, progress: Callable[[], None] | None = None) -> list[str]:
        """Do the whole journal again in a new database; the ids that came out different.

        `progress` is called after each event. No file is left where the journal cannot be replayed.
        """
        return self._store.replay(target, progress)
