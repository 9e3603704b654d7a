"""A program in a pseudo-terminal: keys go in as bytes, the screen comes out as rows of text."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import pyte

from annotator.tui.keymap import key_character

_NAMED: Final = {
    "enter": b"\r",
    "escape": b"\x1b",
    "tab": b"\t",
    "shift+tab": b"\x1b[Z",
    "backspace": b"\x7f",
    "delete": b"\x1b[3~",
    "up": b"\x1b[A",
    "down": b"\x1b[B",
    "right": b"\x1b[C",
    "left": b"\x1b[D",
    "home": b"\x1b[H",
    "end": b"\x1b[F",
    "pageup": b"\x1b[5~",
    "pagedown": b"\x1b[6~",
    "f7": b"\x1b[18~",
    "f8": b"\x1b[19~",
    "f10": b"\x1b[21~",
    "ctrl+q": b"\x11",
}
_ASKS_SYNC: Final = b"\x1b[?2026$p"
_HAS_SYNC: Final = b"\x1b[?2026;2$y"
_MODES: Final = re.compile(rb"\x1b\[\?([\d;]+)([hl])")
_AT_REST: Final = frozenset((7, 25))
"""The modes that a shell has: lines wrap, and there is a cursor."""
_FRAME_END: Final = b"\x1b[?2026l"


def key_bytes(key: str) -> bytes:
    """What a terminal sends for a key (Textual's name of it)."""
    return _NAMED.get(key) or key_character(key).encode()


class Terminal:
    """Runs a command on a terminal of its own.

    It says that it can hold back half-drawn screens (synchronized output, mode 2026), so each
    update comes in one piece, and `on_frame` is called with complete screens only.

    Args:
        command: The program and its arguments.
        size: Columns and rows.
        env: Variables on top of this process's.
        draw: Have a screen (pyte); without it the bytes are only counted.
        keep: Keep all bytes that the program writes.
    """

    def __init__(
        self,
        command: Sequence[str],
        size: tuple[int, int] = (120, 40),
        env: Mapping[str, str] | None = None,
        *,
        draw: bool = True,
        keep: bool = False,
        on_frame: Callable[[list[str]], None] | None = None,
    ) -> None:
        self.screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        self.draw = draw
        self._on_frame = on_frame
        self._rest = b""
        self.kept = bytearray()
        """All that the program has written, when it is to be kept."""
        self._keep = keep
        self.received = 0
        """Bytes the program has written."""
        self.frames = 0
        """Complete updates of the screen."""
        self.last_byte = 0.0
        """When the newest byte came (time.perf_counter)."""
        self.first_byte = 0.0
        self._modes = set(_AT_REST)
        self._master, slave = pty.openpty()
        columns, rows = size
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,  # where Textual draws
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(env or {})},
            start_new_session=True,
        )
        os.close(slave)

    @classmethod
    def of(cls, *arguments: str, keep: bool = False) -> Terminal:
        """Run this checkout's annotator."""
        return cls([sys.executable, "-m", "annotator", *arguments], keep=keep)

    # ------------------------------------------------------------------------------ reading

    def read(self, seconds: float) -> int:
        """Take what the program writes for so long; returns how many bytes came."""
        end = time.perf_counter() + seconds
        before = self.received
        while (left := end - time.perf_counter()) > 0 and self._take(left):
            pass
        return self.received - before

    def _take(self, seconds: float) -> bool:
        """Wait for bytes and take them; False when none came or the program has ended."""
        if not select.select([self._master], [], [], max(0.0, seconds))[0]:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:
            return False
        if not data:
            return False
        self.last_byte = time.perf_counter()
        self.first_byte = self.first_byte or self.last_byte
        self.received += len(data)
        if self._keep:
            self.kept += data
        for numbers, what in _MODES.findall(data):
            for number in map(int, numbers.split(b";")):
                (self._modes.add if what == b"h" else self._modes.discard)(number)
        if _ASKS_SYNC in data:
            self.send(_HAS_SYNC)
        self.frames += data.count(_FRAME_END)
        if self.draw:
            self._feed(data)
        return True

    def _feed(self, data: bytes) -> None:
        *done, rest = (self._rest + data).split(_FRAME_END)
        for frame in done:
            self._draw(frame)
            if self._on_frame:
                self._on_frame(list(self.screen.display))
        # The end mark itself may be cut in two; only what cannot be part of one is drawn.
        keep = next((n for n in range(len(_FRAME_END) - 1, 0, -1)
                     if rest.endswith(_FRAME_END[:n])), 0)  # fmt: skip
        self._draw(rest[: len(rest) - keep])
        self._rest = rest[len(rest) - keep :]

    def _draw(self, data: bytes) -> None:
        try:
            self._stream.feed(data)
        except TypeError:
            # A key typed while the program leaves is echoed into one of its sequences; pyte takes
            # the key for the end of it, with more numbers than that has.
            self._stream = pyte.ByteStream(self.screen)

    def read_until_quiet(self, quiet: float = 0.15, limit: float = 10.0) -> int:
        """Take what comes until nothing comes for `quiet` seconds; returns the bytes."""
        end = time.perf_counter() + limit
        before = self.received
        while time.perf_counter() < end and self._take(quiet):
            pass
        return self.received - before

    def read_until(self, words: str, limit: float = 60.0) -> bool:
        """Take what comes until the screen shows some words."""
        end = time.perf_counter() + limit
        while words not in self.text():
            if time.perf_counter() > end or (not self._take(0.5) and self.ended):
                return False
        return True

    def read_until_gone(self, words: str, limit: float = 60.0) -> bool:
        """Take what comes until the screen no longer shows some words.

        After Escape it has to be waited for: a letter that arrives together with it is Alt and the
        letter.
        """
        end = time.perf_counter() + limit
        while words in self.text():
            if time.perf_counter() > end or (not self._take(0.5) and self.ended):
                return False
        return True

    def read_until_end(self, limit: float = 60.0) -> bool:
        """Take what comes until the program has ended."""
        end = time.perf_counter() + limit
        while not self.ended and time.perf_counter() < end:
            self._take(0.1)
        while self._take(0.0):
            pass
        return self.ended

    def text(self) -> str:
        """The screen as text, a line per row."""
        return "\n".join(row.rstrip() for row in self.screen.display)

    def modes_left(self) -> set[int]:
        """The terminal's private modes (mouse, cursor, paste, ...) that are not as at the start."""
        return self._modes ^ _AT_REST

    def reads_lines(self) -> bool:
        """Whether the terminal gives whole lines and shows what is typed, as a shell expects."""
        local = termios.tcgetattr(self._master)[3]
        return bool(local & termios.ICANON and local & termios.ECHO)

    # ------------------------------------------------------------------------------ writing

    def send(self, data: bytes) -> None:
        """Write bytes to the program; nothing happens when it has ended."""
        try:
            os.write(self._master, data)
        except OSError:
            return

    def press(self, *keys: str) -> None:
        """Send keys, all at once."""
        self.send(b"".join(map(key_bytes, keys)))

    # ------------------------------------------------------------------------------ ending

    @property
    def ended(self) -> bool:
        """Whether the program has ended."""
        return self.process.poll() is not None

    def kill(self) -> None:
        """SIGKILL to the program and whatever it started; what it had written is still shown."""
        if not self.ended:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        while self._take(0.0):
            pass
        os.close(self._master)
