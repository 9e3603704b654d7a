"""CPU, bytes, latency and layout passes of single keys, measured from outside through a pty."""

from __future__ import annotations

import struct
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final, Self

from annotator.cli.context import DB_VARIABLE, NAME_VARIABLE
from tests.crash.terminal import Terminal, key_bytes

READY: Final = " open "
QUIET: Final = 0.12
"""Seconds without a byte after which a key has been dealt with."""
WHEEL_DOWN: Final = b"\x1b[<65;30;12M"
WHEEL_UP: Final = b"\x1b[<64;30;12M"


def cpu_ms(pid: int) -> float:
    """On-CPU milliseconds of a process and all its threads so far (Linux)."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((task / "schedstat").read_text().split()[0])
        except FileNotFoundError:  # a thread that ended in between
            continue
    return total / 1e6


def command(what: str, db: Path | None = None, counters: Path | None = None) -> list[str]:
    """The command line of `child`."""
    return [sys.executable, "-m", "tests.benchmarks.keys.child", what, str(db or "-"),
            str(counters or "-")]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sample:
    """One key: on-CPU ms, ms from the key to the last byte, bytes, layout passes."""

    cpu: float
    latency: float
    size: int
    layouts: int


@dataclass(frozen=True, slots=True)
class Result:
    """Medians over the samples of one kind of key; layout passes are the most of any."""

    name: str
    n: int
    cpu: float
    latency: float
    size: float
    layouts: int

    @classmethod
    def of(cls, name: str, samples: list[Sample]) -> Self:
        """Sum samples up."""
        return cls(
            name,
            len(samples),
            median(s.cpu for s in samples),
            median(s.latency for s in samples),
            median(s.size for s in samples),
            max(s.layouts for s in samples),
        )


class Measured:
    """A running program that is asked what a key costs."""

    def __init__(self, what: str, db: Path | None, counters: Path) -> None:
        counters.write_bytes(bytes(8))
        self._counters = counters
        # Not drawn: reading the bytes must not take the processor from the program.
        self.terminal = Terminal(command(what, db, counters if what == "program" else None))
        if not self.terminal.read_until(READY, 120):
            raise RuntimeError(f"it did not start:\n{self.terminal.text()}")
        self.terminal.draw = False
        self.settle()
        self._idle = self._idle_rate()

    def settle(self) -> None:
        """Wait until the program has nothing left to do (it wraps long texts in idle time)."""
        pid = self.terminal.process.pid
        end = time.perf_counter() + 120
        while time.perf_counter() < end:
            before = cpu_ms(pid)
            self.terminal.read(0.5)
            if cpu_ms(pid) - before < 15:
                return

    def _idle_rate(self) -> float:
        """On-CPU ms per second when no key comes (timers)."""
        before = cpu_ms(self.terminal.process.pid)
        self.terminal.read(2.0)
        return (cpu_ms(self.terminal.process.pid) - before) / 2.0

    def layouts(self) -> int:
        """Layout passes so far."""
        return int(struct.unpack("q", self._counters.read_bytes())[0])

    def send(self, data: bytes) -> Sample:
        """Send bytes and wait until the answer is complete."""
        pid = self.terminal.process.pid
        layouts, cpu, began = self.layouts(), cpu_ms(pid), time.perf_counter()
        self.terminal.send(data)
        size = self.terminal.read_until_quiet(QUIET, 5.0)
        spent = cpu_ms(pid) - cpu - self._idle * (time.perf_counter() - began)
        latency = (self.terminal.last_byte - began) * 1000 if size else 0.0
        return Sample(max(0.0, spent), latency, size, self.layouts() - layouts)

    def key(self, *keys: str) -> Sample:
        """Send keys, all at once."""
        return self.send(b"".join(map(key_bytes, keys)))

    def repeat(self, name: str, times: int, act: Callable[[int], Sample | None]) -> Result:
        """Collect samples; None of an act is preparation that does not count."""
        samples = [s for i in range(times) if (s := act(i)) is not None]
        return Result.of(name, samples)

    def close(self) -> None:
        """End the program."""
        self.terminal.kill()


def first_paint_ms(db: Path | None) -> float:
    """On-CPU ms of a program from its start until its first screen has come.

    `db` is what a bare `annotator` opens; None runs bare Textual. Both run compiled, as installed
    programs do: this process may have been told to write no bytecode, they are not.
    """
    bare = command("bare")
    env = {"PYTHONDONTWRITEBYTECODE": "", DB_VARIABLE: str(db), NAME_VARIABLE: "bench"}
    terminal = Terminal([*bare[:2], "annotator"] if db else bare, env=env)
    try:
        if not terminal.read_until(READY, 60):
            raise RuntimeError(f"it did not start:\n{terminal.text()}")
        return cpu_ms(terminal.process.pid)
    finally:
        terminal.kill()
