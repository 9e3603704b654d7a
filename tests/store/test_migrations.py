"""Older databases are backed up, then migrated; a migration that fails changes nothing."""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from annotator.domain.errors import DatabaseError
from annotator.store import Store, database, phrases
from annotator.store.database import schema_sql
from annotator.store.sql import migrations
from annotator.store.sql import statements as statements_of
from tests.store.support import add, batch, claim, connection, dump, footprint, problems


@pytest.fixture
def old(db: Path) -> Path:
    """A database of this version, which the tests then call an old one."""
    with Store.create(db) as store:
        store.add_annotator("anna")
        store.apply(batch((None, claim(add(store)))))
    return db


def next_version(monkeypatch: pytest.MonkeyPatch, folder: Path, sql: str) -> int:
    """Pretend that the next release has one more migration."""
    file = folder / "9999_next.sql"
    file.write_text(sql, encoding="utf-8")
    steps = [*migrations(), (file.stem, file)]
    monkeypatch.setattr(database, "migrations", lambda: steps)
    monkeypatch.setattr(database, "SCHEMA_VERSION", len(steps))
    return len(steps)


def test_the_schema_version_counts_the_migrations() -> None:
    assert len(migrations()) == database.SCHEMA_VERSION


@pytest.mark.parametrize("file", [file for _, file in migrations()], ids=lambda file: file.stem)
def test_a_migration_is_its_statements(file: Path) -> None:
    script = file.read_text(encoding="utf-8")
    found = list(statements_of(script))
    assert "\n".join(found) == script.rstrip("\n")
    assert all(sqlite3.complete_statement(statement) for statement in found)
    # None ends within another one: a trigger has statements of its own.
    for statement in found:
        lines = statement.splitlines()
        assert not any(
            sqlite3.complete_statement("\n".join(lines[:n])) and lines[n - 1].endswith(";")
            for n in range(1, len(lines))
        )


def test_a_statement_ends_where_sqlite_says() -> None:
    script = (
        "-- a; comment;\nCREATE TABLE a (b TEXT DEFAULT 'x;\ny');\n"
        "CREATE TRIGGER t AFTER INSERT ON a\n"
        "BEGIN\n  DELETE FROM a;\nEND;\nSELECT 1"
    )
    made = [s.split(maxsplit=1)[0] for s in statements_of(script)]
    assert made == ["--", "CREATE", "SELECT"]


def test_an_older_database_is_backed_up_and_migrated(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump(old)
    version = next_version(
        monkeypatch,
        tmp_path,
        "CREATE TABLE extra (a TEXT) STRICT;\nINSERT INTO extra VALUES ('x; y');",
    )
    with Store.open(old) as store:
        assert store.migrated_from is not None
        assert dump(store.migrated_from) == before
        assert store.facts()["schema"] == version
        assert connection(store).execute("SELECT a FROM extra").fetchall() == [("x; y",)]
        assert len(store.annotations()) == 1
        assert problems(store) == []
    with Store.open(old) as store:
        assert store.migrated_from is None
    with closing(sqlite3.connect(old)) as conn:
        assert conn.execute("PRAGMA application_id").fetchone() == (database.APPLICATION_ID,)


def test_a_migration_that_fails_leaves_the_old_database(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump(old)
    next_version(
        monkeypatch,
        tmp_path,
        "CREATE TABLE half (a TEXT);\nINSERT INTO half VALUES (1);\nINSERT INTO no VALUES (1);",
    )
    with pytest.raises(DatabaseError):
        Store.open(old)
    assert dump(old) == before
    monkeypatch.undo()
    with Store.open(old) as store:
        assert problems(store) == []


def test_a_backup_that_does_not_fit_stops_the_migration(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = footprint(old.parent)
    next_version(monkeypatch, tmp_path, "CREATE TABLE extra (a TEXT);")

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(database, "copy_pages", full)
    with pytest.raises(DatabaseError, match="disk is full"):
        Store.open(old)
    assert footprint(old.parent) == before


def test_reading_only_does_not_migrate(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    next_version(monkeypatch, tmp_path, "CREATE TABLE extra (a TEXT);")
    with pytest.raises(DatabaseError, match="older"):
        Store.open(old, readonly=True)


OLDER = sorted((Path(__file__).parent / "older").glob("schema*.db.gz"))
"""Databases as releases with older schemas wrote them."""


@pytest.mark.parametrize("file", OLDER, ids=lambda f: f.name)
def test_a_database_of_an_older_release_is_brought_up(db: Path, file: Path) -> None:
    db.write_bytes(gzip.decompress(file.read_bytes()))
    with closing(sqlite3.connect(db)) as conn:
        words = conn.execute(
            "SELECT article.number, role, substr(text, start + 1, end - start) FROM fragment"
            " JOIN annotation n ON n.id = annotation JOIN article ON uid = n.article"
        ).fetchall()
    assert len(words) > 1
    with Store.open(db) as store:
        assert store.migrated_from is not None
        assert problems(store) == []
        texts = {number: text for _, number, _, _, text in store.texts()}
        kept = [
            (store.number_of(a.article), f.role, texts[store.number_of(a.article)][f.start : f.end])
            for a in store.annotations()
            for f in a.fragments
        ]
        assert sorted(kept) == sorted(words)
        assert store.suggestions(store.uids()[0])
        assert phrases.PhraseIndex(connection(store)).frequencies(["bridge", "nowhere"]) == {
            "bridge": 2
        }
        with Store.create(":memory:") as new:
            assert statements(store) == statements(new)


def statements(store: Store) -> list[str]:
    """What makes up the schema; VACUUM changes the order that SQLite keeps it in."""
    return sorted(schema_sql(connection(store)).split(";\n\n"))
