"""Whether a path still names the file that was opened there: somebody may delete or replace it.

SQLite goes on with the file that it has open. What it saves then is lost with it, and the log
beside the path, which is this file's, would be read into the file that took its place. A file that
came back without its log is gone too: it is opened anew before anything is saved in it.
"""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol, Self, TypeVar

from annotator.domain.errors import GoneError
from annotator.store.database import copy_pages, create_file, explained, fold_log

_Identity = tuple[int, int]
"""Device and inode."""

_held: Final[dict[Path, Anchor]] = {}
"""Path -> the file that the screens of this process hold open there."""


def _identity(path: Path) -> _Identity | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@dataclass(frozen=True, slots=True)
class Anchor:
    """A file as it was opened, with the log and the index of the log beside it."""

    path: Path
    file: _Identity | None
    log: _Identity | None
    index: _Identity | None

    @classmethod
    def of(cls, path: Path) -> Anchor:
        """What stands at a path now; to be called when SQLite has opened it."""
        log, index = (path.with_name(path.name + end) for end in ("-wal", "-shm"))
        return cls(path, _identity(path), _identity(log), _identity(index))

    def check(self) -> None:
        """Raise GoneError when the path names another file now, or none, or its log is gone.

        A file may come back when its log was taken away already: what is written then goes into a
        log without a name, which nobody else reads and which is lost with this process.
        """
        found = _identity(self.path)
        if found != self.file:
            what = "was replaced by another file" if found else "was deleted or moved away"
        elif self.log is not None and _identity(self._beside("-wal")) != self.log:
            what = "lost its log (it was moved away and back, or the log was deleted)"
        else:
            return
        raise GoneError(
            f"{self.path}: {what} while it was open; nothing more is saved in it",
            "what was done before is still known here: write it to a new file",
        )

    def _beside(self, end: str) -> Path:
        return self.path.with_name(self.path.name + end)

    def leave(self, conn: sqlite3.Connection) -> None:
        """To be called before the connection is closed: forget the file, and see to its log."""
        if _held.get(self.path.resolve()) is self:
            del _held[self.path.resolve()]
        if _identity(self.path) != self.file:
            self.let_go(conn)

    def let_go(self, conn: sqlite3.Connection) -> None:
        """Fold the log into the file that it belongs to; leave nothing of it beside the path."""
        with contextlib.suppress(sqlite3.Error):  # the file may be out of reach too
            conn.execute("PRAGMA busy_timeout = 0")
            conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        for end, ours in (("-wal", self.log), ("-shm", self.index)):
            beside = self._beside(end)
            if ours is not None and _identity(beside) == ours:
                with contextlib.suppress(OSError):
                    beside.unlink()


def check_held(path: Path) -> None:
    """Raise GoneError when this process holds another file than what stands at the path."""
    held = _held.get(path.resolve())
    if held is not None:
        held.check()


class _Opened(Protocol):
    """What is needed of a store here (the module of the store imports this one)."""

    _conn: sqlite3.Connection
    path: Path | str
    anchor: Anchor | None

    def check_place(self) -> None: ...

    @classmethod
    def open(cls, path: Path | str) -> Self: ...

    @staticmethod
    def remove(path: Path) -> None: ...


_Store = TypeVar("_Store", bound=_Opened)


def hold(store: _Opened) -> None:
    """Open nothing in this process that takes the place of a store's file (for the screens)."""
    if store.anchor is not None:
        _held[store.anchor.path.resolve()] = store.anchor


def rest(store: _Opened) -> None:
    """Fold the log into the file when nobody else is at it, so that the file alone is whole.

    Raises:
        GoneError: when the file was deleted, moved or replaced; its log is not left beside it.
    """
    try:
        store.check_place()
    except GoneError:
        if store.anchor is not None:
            store.anchor.let_go(store._conn)
        raise
    with explained(store.path):
        fold_log(store._conn, Path(store.path))


def moved_to(store: _Store, target: Path) -> _Store:
    """Write all that is known to a new file and open that; the store's own may be gone by now.

    Raises:
        DatabaseError: when there is a file already, or it cannot be written.
    """
    create_file(target)
    try:
        with explained(target):
            copy_pages(store._conn, target)
        return type(store).open(target)
    except BaseException:
        store.remove(target)
        raise
