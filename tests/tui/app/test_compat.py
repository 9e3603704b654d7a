"""The patch against legacy mouse bytes: needed today, and effective (Textualize/textual#6668)."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time

import pytest

LEGACY_MOUSE = b"\x1b[M #\xff\xfe\xe9!"
"""Mouse reports in the encoding that is no UTF-8 past column 95."""

PROGRAM = """
import sys
from textual.app import App
from annotator.tui.compat import forgive_legacy_mouse_bytes
if sys.argv[1] == "patched":
    forgive_legacy_mouse_bytes()
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


def run_with_bytes(how: str) -> int:
    """Start a bare application in a pty, send the bytes and then `q`; return its exit code."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, how],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env={**os.environ, "TERM": "xterm-256color"},
    )
    os.close(follower)
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


@pytest.mark.skipif(sys.platform == "win32", reason="the patch is about Textual's Unix driver")
def test_with_the_patch_the_program_lives() -> None:
    assert run_with_bytes("patched") == 7


@pytest.mark.skipif(sys.platform == "win32", reason="the patch is about Textual's Unix driver")
def test_without_the_patch_it_dies_else_remove_the_patch() -> None:
    assert run_with_bytes("bare") != 7, (
        "Textual survives legacy mouse bytes by itself now: remove annotator/tui/compat.py"
    )
