"""`annotator demo` in a real terminal: it opens, quits, and leaves what it was told to leave."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from annotator.project.samples import samples
from tests.cli.conftest import Call

ROOT = Path(__file__).parents[2]
PATIENCE = 90.0
"""Seconds after which the terminal is taken for dead; reached only when something is broken."""


class Terminal:
    """The program in a terminal of 100x30."""

    def __init__(self, *arguments: str, **env: str) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.run = subprocess.Popen(
            [sys.executable, "-m", "annotator", *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", **env},
        )
        os.close(slave)
        self.shown = b""

    def wait_for(self, words: str) -> None:
        """Read until the words are on the screen."""
        deadline = time.monotonic() + PATIENCE
        while words.encode() not in self.shown:
            assert time.monotonic() < deadline, self.shown[-2000:]
            self._read()

    def _read(self) -> bool:
        try:
            piece = os.read(self.master, 65536)
        except OSError:  # the program is gone
            return False
        self.shown += piece
        return bool(piece)

    def type(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def end(self) -> int:
        """Read on until the program ends; its exit code."""
        with contextlib.suppress(OSError):
            while self._read():
                pass
        os.close(self.master)
        return self.run.wait()


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """Where the program puts its temporary folders."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


def test_the_demo_opens_and_leaves_nothing_behind(cli: Call, temporary: Path) -> None:
    terminal = Terminal("demo", TMPDIR=str(temporary))
    terminal.wait_for("Port Ellery Bridge")
    assert list(temporary.glob("annotator-demo-*/demo.db"))
    terminal.type("\x11")  # Ctrl+Q
    assert terminal.end() == 0
    assert not list(temporary.glob("annotator-demo-*"))
    assert list(Path().iterdir()) == []


def test_a_demo_that_is_kept_goes_on_another_day(cli: Call, temporary: Path) -> None:
    for _ in range(2):
        terminal = Terminal("demo", "--keep", "mine", "--as", "anna", TMPDIR=str(temporary))
        terminal.wait_for("Port Ellery Bridge")
        terminal.type(" ")
        terminal.wait_for("saved")
        terminal.type("\x11")
        assert terminal.end() == 0
        assert b"kept: annotator --db mine/demo.db" in terminal.shown
    stats = cli("stats", "--db", "mine/demo.db", "--json").json
    assert stats["articles"] >= len(list((samples() / "articles").iterdir()))
    (anna,) = stats["annotators"]
    assert anna["reviewed"] == anna["actions"] == 2
    assert cli("doctor", "--db", "mine/demo.db").code == 0


def test_a_bare_call_without_a_database_offers_the_demo(cli: Call, temporary: Path) -> None:
    terminal = Terminal(TMPDIR=str(temporary))
    terminal.wait_for("Open the demonstration")
    terminal.type("n\n")
    assert terminal.end() == 0
    assert list(Path().iterdir()) == []


def test_annotate_opens_the_article_that_is_named(cli: Call, project: Path) -> None:
    terminal = Terminal("annotate", "second", "--as", "anna")
    terminal.wait_for("Second.")
    terminal.type("\x11")
    assert terminal.end() == 0
    missing = cli("annotate", "third")
    assert missing.code == 1
