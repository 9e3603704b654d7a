"""The patches of Textual (legacy mouse bytes, a terminal that goes away): needed, and effective."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time

import pytest

from annotator.tui.terminal.compat import HUNG_UP

unix = pytest.mark.skipif(sys.platform == "win32", reason="about Textual's Unix driver")

LEGACY_MOUSE = b"\x1b[M #\xff\xfe\xe9!"
"""Mouse reports in the encoding that is no UTF-8 past column 95."""

PROGRAM = """
import sys
from textual.app import App
from annotator.tui.terminal.compat import patch_textual
if sys.argv[1] == "patched":
    patch_textual()
class Bare(App):
    def on_key(self, event):
        if event.key == "q":
            self.exit(return_code=7)
    def on_mount(self):
        self.set_timer(20, lambda: self.exit(return_code=8))
app = Bare()
app.run()
sys.exit(app.return_code)
"""


def started(how: str) -> tuple[int, subprocess.Popen[bytes]]:
    """A bare application in a terminal of its own, which ignores SIGHUP; the terminal's side."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, how],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env={**os.environ, "TERM": "xterm-256color"},
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
        start_new_session=True,
    )
    os.close(follower)
    return leader, process


def run_with_bytes(how: str) -> int:
    """Start a bare application in a pty, send the bytes and then `q`; return its exit code."""
    leader, process = started(how)
    sent = 0
    last = time.monotonic()
    try:
        while process.poll() is None:
            ready, _, _ = select.select([leader], [], [], 0.2)
            if ready:
                try:
                    os.read(leader, 65536)
                except OSError:
                    break
                last = time.monotonic()
            elif sent < 2 and time.monotonic() - last > 0.5:
                # The screen is quiet: first the broken bytes, then the key that ends it well.
                os.write(leader, LEGACY_MOUSE if sent == 0 else b"q")
                sent += 1
                last = time.monotonic()
        return process.wait(timeout=10)
    finally:
        process.kill()
        os.close(leader)


@unix
def test_with_the_patch_the_program_lives() -> None:
    assert run_with_bytes("patched") == 7


@unix
def test_without_the_patch_it_dies_else_remove_the_patch() -> None:
    assert run_with_bytes("bare") != 7, (
        "Textual survives legacy mouse bytes by itself now: remove its patch"
    )


def close_terminal_under(how: str) -> int | None:
    """Exit code of a program that ignores SIGHUP and loses its terminal; none if it lives on."""
    leader, process = started(how)
    try:
        drawn = b""
        while b"\x1b[?1049h" not in drawn or select.select([leader], [], [], 0.5)[0]:
            drawn += os.read(leader, 65536)
        os.close(leader)
        try:
            return process.wait(timeout=3)
        except subprocess.TimeoutExpired:
            return None
    finally:
        process.kill()
        process.wait()


@unix
def test_the_program_ends_with_its_terminal() -> None:
    assert close_terminal_under("patched") == HUNG_UP


@unix
def test_without_the_patch_it_outlives_it_else_remove_the_patch() -> None:
    assert close_terminal_under("bare") is None, (
        "Textual ends with its terminal by itself now: remove its patch"
    )
