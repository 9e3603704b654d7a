"""A project's file, open: what is read and written in it.

The workflows of this package (one module each) take a `ProjectData`; `Project` is one, and has the
workflows as methods. So nothing here imports what stands on it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Self

from annotator.domain.errors import DatabaseError
from annotator.project.annotation_access import AnnotationAccess
from annotator.project.article_access import ArticleAccess
from annotator.project.corpus_access import CorpusAccess
from annotator.store import Store


class ProjectData(ArticleAccess, AnnotationAccess, CorpusAccess):
    """Articles and annotations in one SQLite file. Every write is on the disk when it returns."""

    # ------------------------------------------------------------------------------ open and close

    @classmethod
    def open(
        cls,
        path: Path | str,
        annotator: str | None = None,
        *,
        readonly: bool = False,
        upgrading: Callable[[], object] = lambda: None,
    ) -> Self:
        """Open a project's file; an older one is backed up and brought up to date.

        Args:
            path: The file.
            annotator: Who annotates, for what is written and undone here.
            readonly: Also a file that cannot be written; nothing can be changed.
            upgrading: Called before an older file is brought up to date, which may take minutes.

        Raises:
            DatabaseError: when there is no such file, or it is not ours, newer, or damaged.
        """
        return cls(Store.open(path, readonly=readonly, upgrading=upgrading), annotator)

    @classmethod
    def create(cls, path: Path | str, annotator: str | None = None) -> Self:
        """Make a new file with the default scheme; ":memory:" for one that is not kept.

        Raises:
            DatabaseError: when there is a file already, or it cannot be written.
        """
        return cls(Store.create(path), annotator)

    @staticmethod
    def remove(path: Path) -> None:
        """Delete a file, with SQLite's files beside it, where making it came to nothing."""
        Store.remove(path)

    def reader(self) -> Self:
        """The same file, opened a second time for reading: for a thread of its own.

        Raises:
            DatabaseError: when the project is in memory, where nobody else can read it.
        """
        if str(self._store.path) == ":memory:":
            raise DatabaseError("a project in memory cannot be opened twice")
        return type(self).open(self.path, self.annotator, readonly=True)

    def writer(self) -> Self:
        """The same file, opened a second time for writing: for a thread of its own."""
        if str(self._store.path) == ":memory:":
            raise DatabaseError("a project in memory cannot be opened twice")
        return type(self).open(self.path, self.annotator)

    def close(self) -> None:
        """Close the file; the write-ahead log is folded back into it."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Close; what SQLite raised in the block, or damage made Python raise, is explained."""
        self._store.__exit__(kind, error, trace)

    # ------------------------------------------------------------------------------ where it lies

    def hold(self) -> None:
        """Open nothing in this process that takes the place of this file (for the screens)."""
        from annotator.store.place import hold

        hold(self._store)

    def check_place(self) -> None:
        """Raise GoneError when the file was deleted, moved or replaced since it was opened."""
        self._store.check_place()

    def rest(self) -> None:
        """Fold the log into the file when nobody else is at it, so that the file alone is whole.

        Raises:
            GoneError: when the file was deleted, moved or replaced.
        """
        from annotator.store.place import rest

        rest(self._store)

    def moved_to(self, target: Path) -> Self:
        """Write all that is known to a new file and open that; this one may be gone by now.

        Raises:
            DatabaseError: when there is a file already, or it cannot be written.
        """
        from annotator.store.place import moved_to

        return type(self)(moved_to(self._store, target), self.annotator)
