"""On a full disk reading works, and what would write says that there is no room."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.store import Store
from tests.cli.conftest import Call
from tests.store.support import TEXT, add, batch, claim, place


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Path]:
    """A database with a claim on a small disk of its own."""
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], capture_output=True, text=True
    )
    if made.returncode:
        pytest.skip(f"no disk can be made here: {made.stderr.strip()}")
    try:
        path = disk / "annotations.db"
        with Store.create(path) as store:
            store.add_annotator("anna")
            uid = add(store, name="bridge")
            store.apply(batch((None, claim(uid, place(TEXT, "the council")))))
        yield path
    finally:
        subprocess.run(["umount", disk], check=True)


def fill(disk: Path) -> None:
    with (disk / "fill").open("wb", buffering=0) as stream, contextlib.suppress(OSError):
        while True:
            stream.write(bytes(4096))


@pytest.mark.parametrize("command", [
    ("list",), ("show", "1"), ("search", "council"), ("stats",), ("log",), ("agree",),
    ("phrases", "find", "the council said"), ("phrases", "lint"), ("scheme", "show"),
    ("export", "jsonl", "-"),
])  # fmt: skip
def test_reading_works(cli: Call, full: Path, command: tuple[str, ...]) -> None:
    before = cli("--db", full, *command)
    fill(full.parent)
    done = cli("--db", full, *command)
    assert (done.code, done.out) == (before.code, before.out)
    assert "the disk is full: it can be read, not written" in done.err


def test_what_was_not_folded_in_yet_is_read_too(cli: Call, full: Path, tmp_path: Path) -> None:
    """A program that was killed left its last actions in the log."""
    store = Store.open(full)
    store.apply(batch((None, claim(store.uids()[0], place(TEXT, "said.")))))
    kept = {p.name: p.read_bytes() for p in full.parent.iterdir() if p.name != f"{full.name}-shm"}
    store.close()
    for name, data in kept.items():
        (full.parent / name).write_bytes(data)
    fill(full.parent)
    done = cli("--db", full, "list")
    assert done.code == 0
    assert cli("--db", full, "stats", "--json").json is not None
    assert len(cli("--db", full, "log", "--json").json) == 2


@pytest.mark.parametrize("command", [("add", "-"), ("undo", "--as", "anna"), ("suggest",)])
def test_writing_says_that_there_is_no_room(
    cli: Call, full: Path, command: tuple[str, ...]
) -> None:
    fill(full.parent)
    done = cli("--db", full, *command, stdin=b"A text, he said.\n")
    assert done.code == 1
    assert "the disk is full; nothing was written" in done.err
    assert "hint: make room" in done.err
