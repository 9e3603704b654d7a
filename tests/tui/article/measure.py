"""Bytes and processor time per key of the demo, through a real pseudo-terminal.

    python -m tests.tui.article.measure [COLUMNSxROWS] [SENTENCES ...]

CPU is on-CPU time of all threads of the process; "bare" is the same for a Textual app that shows
one line and answers a key with nothing, measured in the same run.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import sys
import termios
import time
from pathlib import Path

_QUIET = 0.08
_BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    BINDINGS = [("q", "quit"), ("j", "nothing")]
    def compose(self):
        yield Static("bare")
    def action_nothing(self):
        pass
Bare().run()
"""


def _cpu_ms(pid: int) -> float:
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        total += int((task / "schedstat").read_text().split()[0])
    return total / 1e6


class Terminal:
    """A program in a pseudo-terminal of a given size."""

    def __init__(self, arguments: list[str], columns: int, rows: int) -> None:
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
            os.execve(arguments[0], arguments, environment)  # noqa: S606 - our own program

    def read_until_quiet(self, quiet: float = _QUIET, longest: float = 30.0) -> int:
        """Read until nothing came for `quiet` seconds; return the number of bytes."""
        count = 0
        limit = time.monotonic() + longest
        while time.monotonic() < limit:
            ready, _, _ = select.select([self.fd], [], [], quiet)
            if not ready:
                break
            count += len(os.read(self.fd, 65536))
        return count

    def key(self, key: str) -> tuple[float, int]:
        """Press a key; return the CPU milliseconds and bytes of the answer."""
        before = _cpu_ms(self.pid)
        os.write(self.fd, key.encode())
        count = self.read_until_quiet()
        return _cpu_ms(self.pid) - before, count

    def start(self) -> float:
        """Wait for the first paint; return the CPU milliseconds up to then."""
        select.select([self.fd], [], [], 30)
        self.read_until_quiet(0.6)
        return _cpu_ms(self.pid)

    def close(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def _report(name: str, values: list[tuple[float, int]]) -> None:
    cpu = sorted(v[0] for v in values)
    sizes = sorted(v[1] for v in values)
    print(
        f"  {name:22} n={len(values):3}  CPU ms median {statistics.median(cpu):5.1f} "
        f"p90 {cpu[int(len(cpu) * 0.9)]:5.1f} max {cpu[-1]:5.1f}   "
        f"bytes median {statistics.median(sizes):6.0f} p90 {sizes[int(len(sizes) * 0.9)]:6} "
        f"max {sizes[-1]:6}"
    )


def main() -> None:
    """Measure as the module's docstring says."""
    size = sys.argv[1] if len(sys.argv) > 1 else "120x40"
    columns, rows = (int(part) for part in size.split("x"))
    bare = Terminal([sys.executable, "-c", _BARE], columns, rows)
    floor = bare.start()
    print(f"{size} bare app: start {floor:.0f} ms CPU")
    _report("key", [bare.key("j") for _ in range(30)])
    bare.close()
    for count in sys.argv[2:] or ["60", "1000", "20000"]:
        for step in ([], ["step"]):
            command = [sys.executable, "-m", "tests.tui.article.demo", count, "-", *step]
            terminal = Terminal(command, columns, rows)
            start = terminal.start()
            time.sleep(1.0)
            terminal.read_until_quiet()
            print(
                f"{size} {count} sentences {step}: start {start:.0f} ms CPU ({start / floor:.2f} x)"
            )
            _report("j next sentence", [terminal.key("j") for _ in range(50)])
            _report("l next token", [terminal.key("l") for _ in range(30)])
            _report("a toggle claim", [terminal.key("a") for _ in range(20)])
            _report("space review", [terminal.key(key) for key in " j" * 10])
            _report("pagedown", [terminal.key("\x1b[6~") for _ in range(8)])
            wheel = f"\x1b[<65;20;{rows // 2}M"
            _report("wheel", [terminal.key(wheel) for _ in range(20)])
            terminal.close()


if __name__ == "__main__":
    main()
