"""Any keys, at any pace, end the program only by saying so; long: `python -m tests.crash.keys`."""

from __future__ import annotations

import random
import signal
import sys
from pathlib import Path

import pytest

pytest.importorskip("pyte", reason="pyte reads the program's screen")

from annotator.text.engine import load_engine
from tests.crash.keys import Pressed, faults_of, make_project, press_keys
from tests.crash.terminal import Terminal

KEYS = 400


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "keys.db"
    make_project(path, load_engine())
    return path


@pytest.mark.slow
def test_any_keys_at_any_pace(project: Path) -> None:
    pressed = Pressed()
    press_keys(project, KEYS, random.Random(23), pressed)
    assert pressed.faults == []
    assert pressed.keys >= KEYS
    assert faults_of(project) == []


def opened(project: Path, name: str = "ann") -> Terminal:
    """The annotation screen, drawn."""
    command = [sys.executable, "-m", "annotator", "--db", str(project), "--as", name, "annotate"]
    terminal = Terminal(command)
    assert terminal.read_until(" open ", 60), terminal.text()
    return terminal


@pytest.mark.slow
@pytest.mark.parametrize("burst", [
    "question_mark x x", "semicolon question_mark question_mark", "f10 enter enter",
    "equals_sign escape escape l", "asterisk enter enter l", "number_sign enter enter",
    "colon escape escape l", "colon z colon f pageup pagedown",
    "exclamation_mark escape l", "percent_sign escape escape l",
    "f10 slash enter enter escape l", "c enter enter l",
])  # fmt: skip
def test_keys_in_quick_succession(project: Path, burst: str) -> None:
    """Each of these ended the program, at the latest the fifth time."""
    terminal = opened(project)
    try:
        for gap in (0.0, 0.06, 0.1, 0.15, 0.0):
            for key in burst.split():
                terminal.press(key)
                terminal.read(gap)
        terminal.read_until_quiet(0.5)
        assert not terminal.ended, terminal.text()
        terminal.press("ctrl+q")
        assert terminal.read_until_end()
        assert terminal.process.returncode == 0
    finally:
        terminal.kill()


@pytest.mark.parametrize("name", ["SIGTERM", "SIGQUIT", "SIGHUP", "SIGINT"])
def test_a_signal_gives_the_terminal_back(project: Path, name: str) -> None:
    """Out of the mouse's mode, with a cursor, on the ordinary screen."""
    terminal = opened(project)
    try:
        terminal.process.send_signal(getattr(signal, name))
        assert terminal.read_until_end()
        left = terminal.modes_left()
        code = terminal.process.returncode
    finally:
        terminal.kill()
    assert left == set()
    assert code == 128 + getattr(signal, name)


@pytest.mark.parametrize("how", ["SIGTSTP", "SIGSTOP"])
def test_the_screen_is_drawn_again_after_a_stop(project: Path, how: str) -> None:
    terminal = opened(project)
    try:
        # What is proposed comes when it is found, on a busy machine later than any pause.
        assert terminal.read_until("· '"), "nothing was proposed"
        terminal.read_until_quiet(0.5)
        before = terminal.text()
        terminal.process.send_signal(getattr(signal, how))
        terminal.read_until_quiet(0.5)
        terminal.screen.reset()  # what a shell writes meanwhile
        terminal.process.send_signal(signal.SIGCONT)
        assert terminal.read_until(" open "), "nothing was drawn"
        terminal.read_until_quiet(0.5)
        assert terminal.text() == before
        terminal.press("j")
        terminal.read_until_quiet(0.5)
        assert terminal.text() != before
        terminal.press("ctrl+q")
        assert terminal.read_until_end()
        assert (terminal.process.returncode, terminal.modes_left()) == (0, set())
        assert terminal.reads_lines()
    finally:
        terminal.kill()


def test_a_fault_of_the_program_is_exit_code_1(project: Path) -> None:
    broken = (
        "import sys, annotator.tui.annotate.screen as a\n"
        "def fails(self, event): raise RuntimeError('on purpose')\n"
        "a.AnnotateScreen.handle_key_here = fails\n"
        "from annotator.cli.start import main\n"
        "sys.argv = ['annotator', '--db', sys.argv[1], '--as', 'ann', 'annotate']\n"
        "main()\n"
    )
    terminal = Terminal([sys.executable, "-c", broken, str(project)])
    try:
        assert terminal.read_until(" open ", 60), terminal.text()
        terminal.press("j")
        assert terminal.read_until_end()
        assert terminal.process.returncode == 1
        assert "error: the screens ended by a fault of the program" in terminal.text()
        assert terminal.modes_left() == set()
    finally:
        terminal.kill()
