"""`db/` says what the database is: the schema file is the real one, the dictionary is complete."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from annotator.store import Store
from annotator.store.database import schema_sql
from annotator.store.sql import query, sql_folder
from tests.store.support import connection

DB = Path(__file__).parents[2] / "db"
README = (DB / "README.md").read_text(encoding="utf-8")


def sections() -> dict[str, str]:
    """Heading of the dictionary -> what stands under it."""
    parts = re.split(r"^### `(\w+)`.*$", README, flags=re.MULTILINE)
    bodies = (body.split("\n## ")[0] for body in parts[2::2])
    return dict(zip(parts[1::2], bodies, strict=True))


def test_the_schema_file_is_the_schema(store: Store) -> None:
    assert (DB / "schema.sql").read_text(encoding="utf-8") == schema_sql(connection(store)), (
        "run: make docs"
    )


def _tables_and_views(store: Store) -> dict[str, list[str]]:
    names = [
        r[0]
        for r in connection(store).execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
            " AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_sqlite_%'"
            # FTS5's own tables below a virtual one.
            " AND name NOT GLOB 'phrase_words_*'"
        )
    ]
    return {
        name: [r[1] for r in connection(store).execute(f"PRAGMA table_info({name})")]
        for name in names
    }


def test_every_table_and_column_is_described(store: Store) -> None:
    described = sections()
    actual = _tables_and_views(store)
    assert set(described) == set(actual)
    for name, columns in actual.items():
        listed = re.findall(r"^\| `(\w+)` \| \S", described[name], flags=re.MULTILINE)
        assert listed == columns, f"the columns of {name}"


def test_every_query_says_what_it_is_for_and_runs(store: Store) -> None:
    names = sorted(p.stem for p in (sql_folder() / "queries").glob("*.sql"))
    assert names
    for name in names:
        sql = query(name)
        assert sql.startswith("-- "), f"{name}.sql begins with what it is for"
        assert f"`{name}`" in README, f"{name}.sql in the data dictionary"
        parameters: dict[str, object] = dict.fromkeys(re.findall(r":(\w+)", sql))
        if "limit" in parameters:
            parameters["limit"] = -1
        if "kinds" in parameters:
            parameters["kinds"] = "[]"
        connection(store).execute(sql, parameters).fetchall()


@pytest.mark.parametrize("table", ["event", "batch"])
def test_the_journal_is_guarded_in_the_schema_itself(table: str) -> None:
    sql = (DB / "schema.sql").read_text(encoding="utf-8")
    for act in ("DELETE", "UPDATE"):
        assert re.search(rf"CREATE TRIGGER \w+\s+BEFORE {act}[\w\s,]*ON {table}\b", sql)
