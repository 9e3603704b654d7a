"""A damaged database is a clear error in every command, whatever is damaged in it."""

from __future__ import annotations

import contextlib
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from annotator.domain.model import ArticleDraft
from annotator.project.data import ProjectData
from annotator.project.samples import load_readings
from annotator.store import Store
from annotator.text.engine import load_engine
from tests.cli.conftest import Call
from tests.crash.keys import FIXTURES

COMMANDS: Final = (
    ("list",), ("show", "1"), ("show", "1", "--all"), ("search", "bridge"), ("stats",), ("log",),
    ("phrases", "find", "the regional government had promised"), ("phrases", "lint"),
    ("phrases", "cluster"), ("phrases", "lineage", "the bridge"), ("phrases", "--reindex"),
    ("agree",), ("agree", "--json"), ("adjudicate", "--progress"), ("split",), ("scheme", "show"),
    ("doctor",), ("replay", "again.db"), ("export", "jsonl", "out.jsonl", "--force"),
    ("export", "csv", "out.csv", "--force"), ("undo", "--as", "a"), ("redo", "--as", "a"),
    ("add", str(FIXTURES / "articles" / "07-fish-quota-poll.txt")),
)  # fmt: skip
PAGE: Final = 4096


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with articles and the readings of three people."""
    path = tmp_path_factory.mktemp("sound") / "sound.db"
    engine = load_engine()
    with Store.create(path) as store:
        for name in ("01-harbour-bridge", "03-flood-wire", "05-flood-sentinel"):
            text = (FIXTURES / "articles" / f"{name}.txt").read_text(encoding="utf-8")
            store.add_article(ArticleDraft(text, name=name, title=name), engine.layout(text))
        readings = path.parent / "readings"
        readings.mkdir()
        for name in ("01-harbour-bridge", "03-flood-wire", "05-flood-sentinel"):
            shutil.copy(FIXTURES / "readings" / f"{name}.json", readings)
        load_readings(ProjectData(store), readings)
    return path


def bytes_anywhere(path: Path, chance: random.Random) -> None:
    data = bytearray(path.read_bytes())
    for _ in range(chance.choice((1, 20, 400))):
        data[chance.randrange(100, len(data))] = chance.randrange(256)
    path.write_bytes(data)


def pages_blank(path: Path, chance: random.Random) -> None:
    data = bytearray(path.read_bytes())
    for _ in range(chance.choice((1, 3, 10))):
        page = chance.randrange(1, len(data) // PAGE)
        data[page * PAGE : (page + 1) * PAGE] = chance.choice((bytes(PAGE), chance.randbytes(PAGE)))
    path.write_bytes(data)


def cut_short(path: Path, chance: random.Random) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: chance.randrange(PAGE, len(data))])


WILD: Final = (None, "", "{", "[]", "null", -1, 10**12, 1.5, b"\xff\xfe\x00", "x" * 100, "[[1]]")


def values_wrong(path: Path, chance: random.Random) -> None:
    """What SQLite takes for sound: other types, broken JSON, rows that are missing."""
    with contextlib.closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA ignore_check_constraints = ON")
        tables = [
            name
            for name, sql in conn.execute("SELECT name, sql FROM sqlite_master WHERE type='table'")
            if sql and not name.startswith(("sqlite_", "_sqlite", "phrase_words"))
        ]
        for _ in range(chance.choice((1, 3))):
            table = chance.choice(tables)
            columns = [r[1] for r in conn.execute(f"PRAGMA table_info({table})")]
            column = chance.choice(columns)
            where = "rowid % 2" if chance.random() < 0.5 else "1"
            with contextlib.suppress(sqlite3.Error):  # a key, or a trigger that knows better
                if chance.random() < 0.2:
                    conn.execute(f"DELETE FROM {table} WHERE {where}")
                else:
                    sql = f"UPDATE {table} SET {column} = ? WHERE {where}"
                    conn.execute(sql, (chance.choice(WILD),))
        conn.commit()


Damage = Callable[[Path, random.Random], None]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("damage", [bytes_anywhere, pages_blank, cut_short, values_wrong])
def test_every_command_says_what_is_wrong(
    cli: Call, sound: Path, tmp_path: Path, damage: Damage, seed: int
) -> None:
    chance = random.Random(f"{damage.__name__} {seed}")
    for command in COMMANDS:
        path = tmp_path / "damaged.db"
        for old in tmp_path.glob("damaged*"):
            old.unlink()
        shutil.copy(sound, path)
        state = chance.getstate()
        damage(path, chance)
        chance.setstate(state)  # the same damage for every command
        done = cli("--db", path, *command)
        assert done.code in (0, 1), command
        if done.code:
            assert "error:" in done.err or command == ("doctor",), (command, done)
