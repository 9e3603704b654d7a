"""Files that cannot be used: each gives a clear error, and stays as it was byte for byte."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from annotator.domain.errors import DatabaseError
from annotator.domain.model import ArticleDraft
from annotator.store import Store, database
from tests.store.support import (
    TEXT,
    add,
    batch,
    claim,
    connection,
    dump,
    footprint,
    layout_of,
    problems,
)


def refused(path: Path, *, match: str) -> DatabaseError:
    """Open a file that must be refused; nothing in its folder may change."""
    before = footprint(path.parent)
    with pytest.raises(DatabaseError, match=match) as caught:
        Store.open(path)
    assert footprint(path.parent) == before
    assert str(path) in caught.value.message
    assert caught.value.hint
    return caught.value


def test_no_such_file(db: Path) -> None:
    refused(db, match="no such file")
    assert not db.exists()


def test_a_folder_instead_of_a_file(db: Path) -> None:
    db.mkdir()
    refused(db, match="not a file")


def test_an_empty_file(db: Path) -> None:
    db.touch()
    refused(db, match="empty")


@pytest.mark.parametrize(
    "content", [b"hello\n" * 1000, b"\x00" * 4096, b"SQLite format 3\x00" + b"\xff" * 4080]
)
def test_not_a_database(db: Path, content: bytes) -> None:
    db.write_bytes(content)
    refused(db, match="not a database|damaged")


def test_a_database_of_another_program(db: Path) -> None:
    with closing(sqlite3.connect(db)) as conn:
        conn.execute("CREATE TABLE recipe (name TEXT)")
        conn.execute("INSERT INTO recipe VALUES ('soup')")
        conn.commit()
    refused(db, match="not one of annotator's")


def test_a_truncated_database(db: Path) -> None:
    with Store.create(db) as store:
        add(store, TEXT * 100)
    whole = db.read_bytes()
    db.write_bytes(whole[: len(whole) // 2])
    try:
        with Store.open(db) as store:
            found = problems(store)
    except DatabaseError:
        return
    assert found


def test_a_newer_database(db: Path) -> None:
    Store.create(db).close()
    with closing(sqlite3.connect(db)) as conn:
        conn.execute(f"PRAGMA user_version = {database.SCHEMA_VERSION + 1}")
    error = refused(db, match="newer")
    assert "the version of annotator that wrote it" in error.hint


def test_an_existing_file_is_never_overwritten(db: Path) -> None:
    db.write_bytes(b"precious")
    before = footprint(db.parent)
    with pytest.raises(DatabaseError, match="already exists"):
        Store.create(db)
    assert footprint(db.parent) == before


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DatabaseError, match="cannot be created"):
        Store.create(tmp_path / "file" / "sub" / "a.db")
    assert footprint(tmp_path) == {"file": footprint(tmp_path)["file"]}


def test_opening_and_reading_changes_no_byte(db: Path) -> None:
    with Store.create(db) as store:
        store.add_annotator("anna")
        store.apply(batch((None, claim(add(store)))))
    before = footprint(db.parent)
    with Store.open(db) as store:
        assert len(store.annotations()) == 1
        assert problems(store) == []
    assert footprint(db.parent) == before


def test_write_ahead_log_and_full_sync(store: Store) -> None:
    facts = store.facts()
    assert facts["journal_mode"] == "wal"
    assert facts["synchronous"] == 2
    assert facts["schema"] == database.SCHEMA_VERSION


def test_a_full_disk_while_adding(db: Path) -> None:
    with Store.create(db) as store:
        add(store)
    before, bytes_before = dump(db), footprint(db.parent)
    with Store.open(db) as store:
        (pages,) = connection(store).execute("PRAGMA page_count").fetchone()
        connection(store).execute(f"PRAGMA max_page_count = {pages + 4}")
        long = "A long text. " * 20_000
        with pytest.raises(DatabaseError, match="disk is full"):
            store.add_article(ArticleDraft(long), layout_of(long))
        assert len(store.uids()) == 1
        assert problems(store) == []
    assert dump(db) == before
    assert footprint(db.parent) == bytes_before


def test_a_full_disk_while_annotating(db: Path) -> None:
    with Store.create(db) as store:
        store.add_annotator("anna")
        uid = add(store)
        (pages,) = connection(store).execute("PRAGMA page_count").fetchone()
        connection(store).execute(f"PRAGMA max_page_count = {pages}")
        written = 0

        def annotate_on_and_on() -> None:
            nonlocal written
            while written < 10_000:
                store.apply(batch((None, claim(uid))))
                written += 1

        with pytest.raises(DatabaseError, match="disk is full"):
            annotate_on_and_on()
        assert len(store.annotations()) == written
        assert problems(store) == []


FULL_DISK = """
import resource, sys
from pathlib import Path
from annotator.domain.errors import DatabaseError
from annotator.store import Store
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    Store.create(Path(sys.argv[1]))
except DatabaseError as error:
    print(error.message)
"""


def test_a_full_disk_while_creating_leaves_nothing_behind(db: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(db)], capture_output=True, text=True, check=True
    )
    assert str(db) in done.stdout
    assert footprint(db.parent) == {}


READ_ONLY = """
import os, sys
from pathlib import Path
import sqlite_utils
from annotator.domain.errors import DatabaseError
from annotator.store import Store
from tests.store.support import add
if os.geteuid() == 0:  # root may write anywhere
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    with Store.open(Path(sys.argv[1])) as store:
        print(len(store.uids()), "readable")
        add(store, "Another.")
except DatabaseError as error:
    print(error.message, "|", error.hint)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="permissions differ")
def test_a_read_only_file(db: Path) -> None:
    with Store.create(db) as store:
        add(store)
    before = footprint(db.parent)
    for folder in db.parents:  # whoever steps down from root must still get here
        if "pytest-of-" in str(folder):
            folder.chmod(folder.stat().st_mode | 0o055)
    db.chmod(0o444)
    db.parent.chmod(0o555)
    try:
        done = subprocess.run(
            [sys.executable, "-c", READ_ONLY, str(db)],
            capture_output=True,
            text=True,
            cwd=Path(__file__).parents[2],
        )
    finally:
        db.parent.chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert "cannot be" in done.stdout
    assert str(db) in done.stdout
    assert footprint(db.parent) == before


def test_every_way_in_explains_what_is_wrong(db: Path) -> None:
    with Store.create(db) as store:
        store.add_annotator("anna")
        uid = add(store)
        connection(store).execute("PRAGMA foreign_keys = OFF")
        for kind, name in (
            connection(store)
            .execute(
                "SELECT type, name FROM sqlite_master WHERE type IN ('table', 'view')"
                " AND name NOT LIKE 'sqlite_%' ORDER BY type DESC"
            )
            .fetchall()
        ):
            with contextlib.suppress(sqlite3.Error):  # shadow tables go with their own
                connection(store).execute(f"DROP {kind} {name}")
        calls: list[Callable[[], object]] = [
            lambda: store.has_text(TEXT),
            lambda: store.text_of(uid),
            lambda: store.article(uid),
            lambda: store.resolve("1"),
            lambda: store.number_of(uid),
            store.uids,
            lambda: list(store.texts()),
            lambda: store.summaries("anna"),
            store.annotations,
            lambda: store.apply(batch((None, claim(uid)))),
            lambda: store.undo("anna"),
            lambda: store.redo("anna"),
            lambda: list(store.log()),
            lambda: store.changes("x"),
            lambda: store.undo_depth("anna"),
            lambda: store.add_annotator("zoe"),
            store.annotators,
            store.scheme,
            store.schemes,
            lambda: store.set_bookmark("anna", uid, 1),
            lambda: store.bookmark("anna"),
            lambda: store.rows("stats"),
            store.facts,
        ]
        for call in calls:
            with pytest.raises(DatabaseError, match="no such table"):
                call()


def test_two_programs_write_in_turn(db: Path) -> None:
    with Store.create(db) as one, Store.open(db) as two:
        one.add_annotator("anna")
        uid = add(one)
        one.apply(batch((None, claim(uid))))
        two.apply(batch((None, claim(uid))))
        assert len(one.annotations()) == 2
        assert problems(one) == []


def test_a_file_that_another_program_holds(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    with Store.create(db) as one, Store.open(db) as two:
        with one.transaction(), pytest.raises(DatabaseError, match="another program"):
            add(two)
        add(two)
        assert len(one.uids()) == 1
