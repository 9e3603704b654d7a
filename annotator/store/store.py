"""The one door to the database: open it, read articles and annotations, write user actions."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from annotator.domain.errors import DatabaseError, NotFoundError
from annotator.domain.model import Annotation, Article, ArticleDraft, Batch, Change, Layout
from annotator.domain.scheme import DEFAULT_SCHEME
from annotator.domain.suggestion import StoredSuggestion
from annotator.domain.times import now
from annotator.store import (
    articles,
    damage,
    database,
    journal,
    outside,
    record_states,
    relations,
    suggestions,
)
from annotator.store.articles import Added, AnnotatorProgress, ArticleSummary
from annotator.store.corpus import CorpusTables
from annotator.store.order import ListedArticle, Order, in_order
from annotator.store.people import PeopleAndSchemes
from annotator.store.place import Anchor, check_held
from annotator.store.rows import annotation_from_row
from annotator.store.sql import each, query

if TYPE_CHECKING:
    from sqlite_utils import Database

    from annotator.store.check import Finding


class Store(PeopleAndSchemes, CorpusTables):
    """A project's database. Every write is one transaction, on the disk when the call returns.

    Use `Store.open` or `Store.create`; a store is a context manager. Every method may raise
    DatabaseError with what is wrong and how to mend it.
    """

    def __init__(self, conn: sqlite3.Connection, path: Path | str) -> None:
        self._conn = conn
        self.path = path
        self.migrated_from: Path | None = None
        """The backup that was made, when opening the file migrated it."""
        self.anchor: Anchor | None = None
        """The file on the disk; None for one in memory or for reading alone."""
        self._texts: dict[str, str] = {}
        self._writing = threading.RLock()

    # ------------------------------------------------------------------------------ open and close

    @classmethod
    def open(
        cls,
        path: Path | str,
        *,
        readonly: bool = False,
        upgrading: Callable[[], object] = lambda: None,
    ) -> Self:
        """Open a database; an older one is backed up and migrated, a newer one is refused.

        `upgrading` is called before an older one is migrated, which may take minutes.
        """
        return cls._open(Path(path), readonly=readonly, upgrading=upgrading)

    @classmethod
    def _open(
        cls,
        target: Path,
        *,
        readonly: bool = False,
        fresh: bool = False,
        upgrading: Callable[[], object] = lambda: None,
    ) -> Self:
        if not target.is_file():
            raise DatabaseError(
                f"{target}: no such file" if not target.exists() else f"{target}: not a file",
                "`annotator init` makes a new database, `annotator demo` opens a sample",
            )
        check_held(target)
        with database.explained(target):
            conn = database.connect(target, readonly=readonly)
            store = cls(conn, target)
            try:
                version = database.check_ours(conn, target, fresh=fresh)
                if version < database.SCHEMA_VERSION:
                    if readonly:
                        raise DatabaseError(
                            f"{target}: from an older version", "open it for writing once"
                        )
                    if version:
                        upgrading()
                    database.configure(conn)
                    store.migrated_from = database.migrate(conn, target, version)
                    store._first_settings()
                elif not readonly:
                    database.configure(conn)
            except BaseException:
                conn.close()
                raise
        if not readonly:
            store.anchor = Anchor.of(target)
        return store

    @classmethod
    def create(cls, path: Path | str) -> Self:
        """Make a new database with the default scheme; refuse to overwrite a file."""
        if str(path) == ":memory:":
            conn = database.connect(":memory:")
            store = cls(conn, path)
            database.migrate(conn, Path(":memory:"), 0)
            store._first_settings()
            return store
        target = Path(path)
        database.create_file(target)
        try:
            return cls._open(target, fresh=True)
        except BaseException:
            cls.remove(target)
            raise

    @staticmethod
    def remove(path: Path) -> None:
        """Delete a database with SQLite's files beside it, where making it came to nothing."""
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)

    def _first_settings(self) -> None:
        """What a new or migrated file needs beside its tables: a scheme and a phrase index."""
        if (
            self._conn.execute("SELECT 1 FROM setting WHERE name = 'phrase_index'").fetchone()
            is None
        ):
            from annotator.store import phrases

            with self.transaction():
                phrases.reindex(self._conn)
        if self._conn.execute("SELECT 1 FROM setting WHERE name = 'scheme'").fetchone() is None:
            self.set_scheme(DEFAULT_SCHEME.read_text(encoding="utf-8"))
        else:
            with self.transaction():
                record_states.follow_scheme(self._conn)

    def close(self) -> None:
        """Close the file; the write-ahead log is folded back into it."""
        if self.anchor is not None:
            self.anchor.leave(self._conn)
            self.anchor = None  # a file that we closed is not gone, though its log is
        self._conn.close()

    def check_place(self) -> None:
        """Raise GoneError when the file was deleted, moved or replaced since it was opened."""
        if self.anchor is not None:
            self.anchor.check()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        """Close; what SQLite raised in the block, or damage made Python raise, is explained."""
        explained = damage.explanation(self._conn, self.path, error)
        self.close()
        if explained is not None:
            raise explained from error

    @cached_property
    def db(self) -> Database:
        """The same connection through sqlite-utils (slow to import: not on a key press)."""
        from sqlite_utils import Database

        return Database(self._conn)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; waits for other writers, and translates SQLite's errors.

        Threads that share a connection share its transaction: one would end or undo another's.
        """
        self.check_place()
        with self._writing, database.explained(self.path):
            self._conn.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._conn.execute("COMMIT")
            except BaseException:
                # A full disk may have rolled back already; a second ROLLBACK would hide the cause.
                if self._conn.in_transaction:
                    self._conn.execute("ROLLBACK")
                raise

    # ------------------------------------------------------------------------------ articles

    def add_article(self, draft: ArticleDraft, layout: Layout) -> Added:
        """Store one article in a transaction of its own."""
        with self.transaction():
            return articles.add(self.db, draft, layout, now())

    def add_articles(self, items: Iterable[tuple[ArticleDraft, Layout]]) -> list[Added]:
        """Store several articles in one transaction: all of them, or none."""
        at = now()
        with self.transaction():
            return [articles.add(self.db, draft, layout, at) for draft, layout in items]

    def article(self, uid: str) -> Article:
        """Read an article with its layout."""
        with database.explained(self.path):
            return articles.get(self._conn, uid)

    def resolve(self, name: str) -> str:
        """The uid of the article that a person means by a number, name or uid."""
        with database.explained(self.path):
            return articles.resolve(self._conn, name)

    def has_text(self, text: str) -> str | None:
        """The uid of the article with exactly this text, if it is there."""
        sha = articles.fingerprint(text)
        with database.explained(self.path):
            row = self._conn.execute("SELECT uid FROM article WHERE sha256 = ?", (sha,)).fetchone()
        return row[0] if row else None

    def number_of(self, uid: str) -> int:
        """The number of an article in this database."""
        with database.explained(self.path):
            row = self._conn.execute("SELECT number FROM article WHERE uid = ?", (uid,)).fetchone()
        if row is None:
            raise NotFoundError(f"no article {uid!r} in this database")
        return int(row[0])

    def uids(self) -> list[str]:
        """The uid of every article that is not left out, in the order added."""
        with database.explained(self.path):
            return [r[0] for r in self._conn.execute(articles.INCLUDED)]

    def texts(
        self, numbers: Iterable[int] | None = None
    ) -> Iterator[tuple[str, int, str, str, str]]:
        """uid, number, name, title and text of these articles (None: all), streamed."""
        with database.explained(self.path):
            yield from articles.texts(self._conn, numbers)

    def has_articles(self) -> bool:
        """Whether there is any article."""
        with database.explained(self.path):
            (last,) = self._conn.execute("SELECT max(number) FROM article").fetchone()
        return last is not None

    def numbers(self) -> dict[int, str]:
        """Number -> uid of every article that is not left out, in the order added."""
        with database.explained(self.path):
            return dict(
                self._conn.execute(
                    "SELECT number, uid FROM article WHERE excluded = '' ORDER BY number"
                )
            )

    def order(self) -> Order:
        """All articles that are not left out, in the order added, without reading them."""
        return in_order(self._conn, self.path)

    def titled(self, words: str) -> Order:
        """The articles with all these words, or parts of words, in title, name or outlet."""
        with database.explained(self.path):
            return ListedArticle(list(articles.titled(self._conn, words)))

    def titles(self) -> Iterator[tuple[str, str]]:
        """uid and title (or name) of every article, streamed."""
        with database.explained(self.path):
            yield from each(
                self._conn.execute(
                    "SELECT uid, iif(title = '', name, title) FROM article"
                    " WHERE excluded = '' ORDER BY number"
                )
            )

    def summaries(
        self, annotator: str = "", uids: Sequence[str] | None = None
    ) -> list[ArticleSummary]:
        """Articles (None: all, in the order added) with one annotator's progress."""
        wanted = self.uids() if uids is None else uids
        with database.explained(self.path):
            return list(articles.summaries(self._conn, annotator, self.scheme(), wanted))

    def progress(self, annotator: str) -> AnnotatorProgress:
        """How far an annotator is; reads all that they did: not on a key press."""
        with database.explained(self.path):
            return articles.progress(self._conn, annotator, self.scheme())

    def text_of(self, uid: str) -> str:
        """The text of an article; the last one is remembered, for texts never change."""
        if uid not in self._texts:
            with database.explained(self.path):
                row = self._conn.execute(
                    "SELECT text FROM article WHERE uid = ?", (uid,)
                ).fetchone()
            if row is None:
                raise NotFoundError(f"no article {uid!r} in this database")
            self._texts = {uid: row[0]}
        return self._texts[uid]

    # ------------------------------------------------------------------------------ annotations

    def annotations(
        self, article: str | None = None, annotator: str | None = None
    ) -> list[Annotation]:
        """The annotations of an article by an annotator (None: all), in reading order."""
        with database.explained(self.path):
            rows = self._conn.execute(
                query("annotations" if article is None else "annotations_on"),
                {"article": article, "annotator": annotator},
            )
            return [annotation_from_row(r) for r in rows]

    def relations(self, article: str, annotator: str | None = None) -> list[Annotation]:
        """The relations with an end in an article, also those that lie with another's head."""
        with database.explained(self.path):
            return relations.at_article(self._conn, article, annotator)

    def annotation(self, id_: str) -> Annotation | None:
        """One annotation by its id; None when there is none."""
        with database.explained(self.path):
            return journal.read_annotation(self._conn, id_)

    def size(self) -> int:
        """How many annotations there are."""
        with database.explained(self.path):
            (n,) = self._conn.execute("SELECT count(*) FROM annotation").fetchone()
        return int(n)

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
        with self.transaction():
            if under is not None:
                outside.must_be_in_force(self.scheme_version(), under)
            batch = journal.apply(self._conn, batch, self.text_of)
            if batch.kind in ("edit", "propagate"):
                outside.refuse_new(self._conn, self.scheme(), batch)
        return batch

    def undo(self, annotator: str) -> Batch | None:
        """Take back the annotator's newest action; None when there is nothing left to undo."""
        with self.transaction():
            return journal.undo(self._conn, annotator, now(), self.text_of)

    def redo(self, annotator: str) -> Batch | None:
        """Do again what was undone last; None when there is nothing to redo."""
        with self.transaction():
            return journal.redo(self._conn, annotator, now(), self.text_of)

    def log(
        self, annotator: str | None = None, article: str | None = None, limit: int = -1
    ) -> Iterator[journal.BatchInfo]:
        """The journal, newest action first."""
        with database.explained(self.path):
            yield from journal.log(self._conn, annotator, article, limit)

    def changes(self, batch: str) -> tuple[Change, ...]:
        """The changes of one action of the journal."""
        with database.explained(self.path):
            return journal.changes_of(self._conn, batch)

    def undo_depth(self, annotator: str) -> int:
        """How many actions can be undone."""
        with database.explained(self.path):
            (n,) = self._conn.execute(
                "SELECT count(*) FROM batch WHERE annotator = ? AND state = 'applied'", (annotator,)
            ).fetchone()
        return int(n)

    # ------------------------------------------------------------------------------ suggestions

    def put_suggestions(self, article: str, engine: str, found: Iterable[StoredSuggestion]) -> int:
        """Store what an engine proposes for an article, in place of what it proposed before."""
        with self.transaction():
            return suggestions.put(self._conn, article, engine, found, now())

    def suggestions(self, article: str) -> list[StoredSuggestion]:
        """What the engine that ran last proposes for an article, in reading order."""
        with database.explained(self.path):
            return suggestions.get(self._conn, article)

    def speech_only(self) -> bool:
        """Whether the project asked for suggestions of reported speech alone."""
        with database.explained(self.path):
            return suggestions.speech_only(self._conn)

    def set_speech_only(self, *, wanted: bool) -> None:
        """Remember whether reported speech alone is to be proposed, here and on the screen."""
        with self.transaction():
            suggestions.set_speech_only(self._conn, wanted=wanted)

    def has_suggestions(self, article: str, engine: str) -> bool:
        """Whether an engine has read an article."""
        with database.explained(self.path):
            return suggestions.has_read(self._conn, article, engine)

    def without_suggestions(self, engine: str) -> list[str]:
        """The articles that an engine has not read yet, in the order added."""
        with database.explained(self.path):
            return suggestions.waiting(self._conn, engine)

    # ------------------------------------------------------------------------------ bookmarks

    def set_bookmark(self, annotator: str, article: str, position: int) -> None:
        """Remember where an annotator is (code point offset)."""
        with self.transaction():
            self._conn.execute(
                "INSERT INTO bookmark (annotator, article, position, at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (annotator, article) DO UPDATE SET position = excluded.position,"
                " at = excluded.at",
                # Finer than elsewhere: the latest of two in one millisecond is where they are.
                (annotator, article, position, now("microseconds")),
            )

    def bookmark(self, annotator: str, article: str | None = None) -> tuple[str, int] | None:
        """Article and offset where the annotator stopped: in that article, or last of all."""
        with database.explained(self.path):
            sql = "SELECT article, position FROM bookmark WHERE annotator = ?"
            row = (
                self._conn.execute(f"{sql} ORDER BY at DESC LIMIT 1", (annotator,))
                if article is None
                else self._conn.execute(f"{sql} AND article = ?", (annotator, article))
            ).fetchone()
        return (row[0], row[1]) if row else None

    # ------------------------------------------------------------------------------ checks

    def rows(self, name: str, **parameters: object) -> list[dict[str, object]]:
        """Run one of db/queries by name; each row as a dictionary."""
        with database.explained(self.path):
            found = self._conn.execute(query(name), parameters)
            columns = [c[0] for c in found.description]
            return [dict(zip(columns, row, strict=True)) for row in found]

    def facts(self) -> dict[str, object]:
        """How the file is set up: journal mode, schema, migrations, size in pages."""
        with database.explained(self.path):
            return database.facts(self._conn)

    def findings(self) -> Iterator[Finding]:
        """The doctor's checks of this file, each yielded as it ends."""
        from annotator.store import check

        with database.explained(self.path):
            yield from check.findings(self._conn)

    def replay(self, target: Path, progress: Callable[[], None] | None = None) -> list[str]:
        """Do the whole journal again in a new database at `target`; ids that came out different.

        `progress` is called after each event. No file is left where the journal cannot be replayed.
        """
        from annotator.store.replay import replay

        with Store.create(target) as copy:
            try:
                with database.explained(target):
                    return replay(self._conn, copy._conn, progress)
            except BaseException:
                copy.close()
                self.remove(target)
                raise
