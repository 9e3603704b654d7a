"""What is pasted into the running program, marked or not by the terminal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("pyte", reason="pyte reads the program's screen")

from annotator.domain.model import Annotation
from annotator.store import Store
from annotator.text.engine import load_engine
from tests.crash.keys import make_project
from tests.crash.terminal import Terminal
from tests.crash.test_keys import opened
from tests.store.support import connection

pytestmark = pytest.mark.slow

TEXT = b"A reader writes:\rthe bridge was never safe, she said.\rEverybody knew it.\r"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "paste.db"
    make_project(path, load_engine())
    return path


def work_of(path: Path) -> list[Annotation]:
    with Store.open(path) as store:
        return store.annotations(annotator="ann")


def finish(terminal: Terminal) -> None:
    terminal.read_until_quiet(0.3)
    terminal.press("ctrl+q")
    assert terminal.read_until_end()
    assert terminal.process.returncode == 0


@pytest.mark.parametrize("marks", [(b"", b""), (b"\x1b[200~", b"\x1b[201~")])
def test_a_paste_over_the_article_is_no_command(project: Path, marks: tuple[bytes, bytes]) -> None:
    """Unmarked it ran as 29 commands and accepted four suggestions."""
    before = work_of(project)
    terminal = opened(project)
    try:
        terminal.send(marks[0] + TEXT + marks[1])
        assert terminal.read_until("ignored"), terminal.text()
        finish(terminal)
    finally:
        terminal.kill()
    assert work_of(project) == before


@pytest.mark.parametrize("marks", [(b"", b""), (b"\x1b[200~", b"\x1b[201~")])
def test_a_paste_into_a_note_is_kept_whole(project: Path, marks: tuple[bytes, bytes]) -> None:
    terminal = opened(project)
    try:
        terminal.press("e")
        terminal.read_until_quiet(0.2)
        terminal.press("c")
        assert terminal.read_until("Note on this"), terminal.text()
        terminal.send(marks[0] + TEXT + marks[1])
        terminal.read_until_quiet(0.3)
        if marks[0]:
            terminal.press("enter")
        finish(terminal)
    finally:
        terminal.kill()
    notes = [a.note for a in work_of(project) if a.note]
    assert notes == [TEXT.decode().strip().replace("\r", " ")]


def test_a_note_typed_at_once_with_its_enter_is_kept(project: Path) -> None:
    """A slow line, or a program that drives the terminal, sends it in one piece."""
    terminal = opened(project)
    try:
        terminal.press("e")
        terminal.read_until_quiet(0.2)
        terminal.press("c")
        assert terminal.read_until("Note on this"), terminal.text()
        terminal.send(b"ask the second reader about this one\r")
        finish(terminal)
    finally:
        terminal.kill()
    assert [a.note for a in work_of(project) if a.note] == ["ask the second reader about this one"]


HOSTILE = (
    "look \x1b]52;c;cm0gLXJm\x07 \x1b]0;owned\x07 \x1b[2J \x9b31m \u202eesrever\u202c\x85 end\n"
    "line two"
)


def test_a_note_reaches_the_terminal_only_as_symbols(project: Path) -> None:
    """From a database of before: the panel, the dialog, and whatever else shows it."""
    with Store.open(project) as store:
        (first, *_) = [a for a in store.annotations() if a.layer == "claim"]
        connection(store).execute(
            "UPDATE annotation SET note = ? WHERE id = ?", (HOSTILE, first.id)
        )
        number = store.number_of(first.article)
    command = ["--db", str(project), "--as", first.annotator, "annotate", str(number)]
    terminal = Terminal.of(*command, keep=True)
    try:
        assert terminal.read_until(" open "), terminal.text()
        terminal.press("g")
        for _ in range(60):
            terminal.press("J")
            terminal.read_until_quiet(0.2)
            terminal.press("c")
            assert terminal.read_until("Note on this")
            terminal.read_until_quiet(0.2)
            if "line two" in terminal.text():
                break
            terminal.press("escape")
            assert terminal.read_until_gone("Note on this"), terminal.text()
        assert "␛]52;c;cm0gLXJm␇" in terminal.text()
        finish(terminal)
    finally:
        terminal.kill()
    # Textual's own: the shape of the pointer.
    sent = re.sub(r"\x1b\]22;\w+\x07", "", terminal.kept.decode("utf-8", "replace"))
    for raw in ("\x1b]52", "\x1b]0", "\x07", "\x9b", "\x85", "\u202e", "\u202c", "\x1b[2J"):
        assert raw not in sent
