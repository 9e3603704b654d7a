"""Open, create and migrate the database file; turn SQLite's errors into ones people can act on."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from annotator.domain.alike import plain_sha256
from annotator.domain.errors import DatabaseError, DiskFullError, InputError
from annotator.store.sql import migrations, sql_folder, statements

SCHEMA_VERSION: Final = 6
"""Stored as SQLite's user_version; a file with a greater one is refused."""
APPLICATION_ID: Final = 0x414E4E4F
"""'ANNO': tells our files from other SQLite databases."""
MIGRATION_SET: Final = "annotator"
BUSY_SECONDS: Final = 10.0
_LEAST_ROOM: Final = 256 * 1024
"""Bytes that must be free for the index of a log, and a page or two of the log itself."""
_LOG_PAGES: Final = 8192
"""Pages of 4 kB in the log before a commit moves them into the file: at SQLite's own 1,000 every
sixth article that is added to a large corpus would wait for that, at 8,192 every forty-fifth."""


def as_database_error(error: sqlite3.Error, path: Path | str) -> DatabaseError:
    """What an error of SQLite means for who uses the file, and what to do about it."""
    text = str(error)
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith("SQLITE_FULL") or "is full" in text or _no_room(name, path):
        return DiskFullError(
            f"{path}: the disk is full; nothing was written",
            "make room and try again; `annotator list`, `show` and `export -` read as before",
        )
    if name.startswith("SQLITE_READONLY") or "readonly" in text:
        return DatabaseError(
            f"{path}: the file cannot be written", "check its permissions and those of its folder"
        )
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return DatabaseError(
            f"{path}: another program holds the file", "close it there, or try again in a moment"
        )
    if name.startswith("SQLITE_CANTOPEN"):
        return DatabaseError(
            f"{path}: cannot be opened", "check that its folder exists and can be written"
        )
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return DatabaseError(
            f"{path}: not a database of annotator, or damaged ({text})",
            "run `annotator doctor`, or restore a backup",
        )
    if "closed database" in text:
        return DatabaseError(f"{path}: was closed", "open it again")
    if name.startswith("SQLITE_IOERR"):
        return DatabaseError(f"{path}: the disk cannot be read or written ({text})")
    return DatabaseError(f"{path}: {text}")


def _no_room(name: str, path: Path | str) -> bool:
    """Whether an error of the disk comes from there being no room on it."""
    if not name.startswith("SQLITE_IOERR"):
        return False
    try:
        return shutil.disk_usage(Path(path).resolve().parent).free < _LEAST_ROOM
    except OSError:
        return False


@contextlib.contextmanager
def explained(path: Path | str) -> Iterator[None]:
    """Turn `sqlite3.Error` into a DatabaseError that says what to do about it.

    Raises:
        InputError: for text with half a surrogate pair, which no database can hold.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise as_database_error(error, path) from error
    except UnicodeDecodeError as error:  # SQLite's own message, about a name that is damaged
        raise DatabaseError(
            f"{path}: not a database of annotator, or damaged ({error})",
            "run `annotator doctor`, or restore a backup",
        ) from error
    except UnicodeEncodeError as error:
        raise InputError(
            f"{error.object[:40]!r} holds half a surrogate pair, which cannot be stored"
        ) from error


def _log_is_empty(path: Path) -> bool:
    log = path.with_name(f"{path.name}-wal")
    return not (log.exists() and log.stat().st_size)


def _read_only(path: Path) -> str:
    """How to open a file for reading alone.

    A reader of a write-ahead log needs files beside it, which it cannot make in a folder that is
    closed to it; a file without a log in such a folder cannot change, and is opened as it lies.
    """
    still = not os.access(path.parent, os.W_OK) and _log_is_empty(path)
    return "?mode=ro&immutable=1" if still else "?mode=ro"


def connect(path: Path | str, *, readonly: bool = False) -> sqlite3.Connection:
    """Open an existing file with the settings that every connection needs.

    Write-ahead log and `synchronous=FULL`: a commit is on the disk before it returns, so what the
    screen calls saved survives `kill -9` and a power cut.
    """
    if str(path) == ":memory:":
        return _opened(":memory:", "")
    try:
        return _opened(path, _read_only(Path(path)) if readonly else "?mode=rw")
    except sqlite3.Error as error:
        if readonly and isinstance(as_database_error(error, path), DiskFullError):
            if _log_is_empty(Path(path)):
                return _opened(path, "?mode=ro&immutable=1")
            return _opened(path, "?mode=rw", alone=True)
        raise


def _opened(path: Path | str, how: str, *, alone: bool = False) -> sqlite3.Connection:
    """Open a file; `alone`: for reading on a full disk, where no index of the log can be made.

    SQLite keeps that index in memory for who locks all others out.
    """
    uri = Path(path).resolve().as_uri() + how if how else str(path)
    conn = sqlite3.connect(
        uri, uri=bool(how), timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        conn.execute("PRAGMA foreign_keys = ON")
        if alone:
            conn.execute("PRAGMA locking_mode = EXCLUSIVE").fetchone()
            conn.execute("PRAGMA query_only = ON")
        # Raises for a file that is no database, before anything is written to it.
        conn.execute("PRAGMA schema_version").fetchone()
    except BaseException:
        conn.close()
        raise
    return conn


def configure(conn: sqlite3.Connection) -> None:
    """Set what a writing connection needs; the journal mode is kept in the file."""
    conn.execute("PRAGMA journal_mode = WAL").fetchone()
    conn.execute("PRAGMA synchronous = FULL")
    conn.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")


def fold_log(conn: sqlite3.Connection, path: Path) -> None:
    """Move what the log holds into the file and empty the log; not while others are at work."""
    log = path.with_name(f"{path.name}-wal")
    if conn.in_transaction or not log.exists() or not log.stat().st_size:
        return
    conn.execute("PRAGMA busy_timeout = 0")
    try:
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        conn.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")


def _state(conn: sqlite3.Connection) -> tuple[int, int, int]:
    """application_id, user_version and the number of tables."""
    (app,) = conn.execute("PRAGMA application_id").fetchone()
    (version,) = conn.execute("PRAGMA user_version").fetchone()
    (tables,) = conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return app, version, tables


def check_ours(conn: sqlite3.Connection, path: Path | str, *, fresh: bool = False) -> int:
    """Return the file's schema version; refuse other programs' files and newer versions.

    Args:
        conn: A connection to the file; nothing is written.
        path: For messages.
        fresh: The file was made just now, so it may be empty (version 0).
    """
    app, version, tables = _state(conn)
    if not tables and not fresh:
        raise DatabaseError(f"{path}: the file is empty", "remove it, then `annotator init`")
    if app != APPLICATION_ID and tables:
        raise DatabaseError(
            f"{path}: a SQLite database, but not one of annotator's",
            "name another file with --db; annotator would not touch this one",
        )
    if version > SCHEMA_VERSION:
        raise DatabaseError(
            f"{path}: written by a newer annotator (schema {version}, this one knows"
            f" {SCHEMA_VERSION})",
            "open it with the version of annotator that wrote it",
        )
    return version if tables else 0


def create_file(path: Path) -> None:
    """Make an empty file for a new database; never overwrite one."""
    if path.exists():
        raise DatabaseError(f"{path}: already exists", "choose another name")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(exist_ok=False)
    except OSError as error:
        raise DatabaseError(f"{path}: cannot be created ({error.strerror})") from error


def copy_pages(conn: sqlite3.Connection, target: Path) -> None:
    """Copy a database, as it is now, into a new file."""
    with contextlib.closing(sqlite3.connect(target)) as copy:
        conn.backup(copy)


def backup(conn: sqlite3.Connection, path: Path, version: int) -> Path:
    """Copy the database beside itself before it is migrated; return the copy's path."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    target = path.with_name(f"{path.name}.v{version}-{stamp}.bak")
    try:
        copy_pages(conn, target)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return target


def migrate(conn: sqlite3.Connection, path: Path, version: int) -> Path | None:
    """Bring the schema to SCHEMA_VERSION through sqlite-utils' migrations.

    Each migration is one transaction. A file with tables is backed up first; the copy's path is
    returned.
    """
    from sqlite_utils import Database, Migrations

    saved = backup(conn, path, version) if version else None
    conn.create_function("plain_sha256", 1, plain_sha256, deterministic=True)
    steps = Migrations(MIGRATION_SET)

    for number, (name, file) in enumerate(migrations(), start=1):

        def step(db: Database, number: int = number, file: Path = file) -> None:
            for statement in statements(file.read_text(encoding="utf-8")):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {number}")

        steps(name=name)(step)
    conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    # A table that is made anew is dropped under what refers to it; SQLite cannot switch this off
    # within a transaction, and each step is one.
    conn.execute("PRAGMA foreign_keys = OFF")
    try:
        steps.apply(Database(conn))
    finally:
        conn.execute("PRAGMA foreign_keys = ON")
    if broken := conn.execute("PRAGMA foreign_key_check").fetchone():
        raise DatabaseError(
            f"{path}: {broken[0]} row {broken[1]} names a {broken[2]} that is not there",
            "run `annotator doctor`; the copy that was made before is beside it",
        )
    return saved


def sqlite_version() -> str:
    """The version of the SQLite library that this Python is linked with."""
    return sqlite3.sqlite_version


def facts(conn: sqlite3.Connection) -> dict[str, object]:
    """How the file is set up: journal mode, versions, migrations, size in pages."""

    def pragma(name: str) -> object:
        return conn.execute(f"PRAGMA {name}").fetchone()[0]

    return {
        "journal_mode": pragma("journal_mode"),
        "synchronous": pragma("synchronous"),
        "schema": pragma("user_version"),
        "pages": pragma("page_count"),
        "page_size": pragma("page_size"),
        "migrations": [
            r[0] for r in conn.execute("SELECT name FROM _sqlite_migrations ORDER BY name")
        ],
    }


def schema_sql(conn: sqlite3.Connection) -> str:
    """The whole schema as SQL text, in a stable order (for db/schema.sql)."""
    rows = conn.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
        " AND name NOT LIKE '_sqlite_%' AND name NOT GLOB 'phrase_words_*'"
        " ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 WHEN 'trigger' THEN 2"
        " ELSE 3 END, rowid"
    )
    return "\n\n".join(f"{sql};" for (sql,) in rows) + "\n"


__all__ = [
    "SCHEMA_VERSION",
    "backup",
    "check_ours",
    "configure",
    "connect",
    "create_file",
    "explained",
    "facts",
    "migrate",
    "schema_sql",
    "sql_folder",
    "sqlite_version",
]
