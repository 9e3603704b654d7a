"""Run pip and say what it does meanwhile: what it fetches and how much, then how long it writes.

    python -m tools.installing "the program" -e .

With nothing but the standard library: it runs before anything is installed. On a terminal one line
is written over again and again; elsewhere each package that is large has a line of its own.
"""

import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Final, TextIO

ROOT: Final = Path(__file__).resolve().parent.parent
PIP: Final = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install"]
LARGE: Final = 3.0
"""Megabytes from which a package has a line where lines cannot be written over."""
TICK_SECONDS: Final = 1.0
QUIET_SECONDS: Final = 15.0
"""How long nothing is said at most where lines cannot be written over."""

_SIZE: Final = re.compile(r"(?:Downloading|Using cached) (\S+?)-(\S+) \((?:([\d.]+) (k|M|G)B)\)")
_MEGABYTES: Final = {"k": 0.001, "M": 1.0, "G": 1000.0}


class Progress:
    """What pip has told so far, as a line for people."""

    def __init__(self) -> None:
        self.found = 0
        self.now = "looking for what is needed"
        self.megabytes = 0.0
        self.large = ""
        """The large package that came with the last line; "" if none did."""

    def hear(self, line: str) -> None:
        """Take a line of pip's output."""
        self.large = ""
        words = line.split()
        if line.startswith("Collecting ") and len(words) > 1:
            self.found += 1
            self.now = f"fetching {re.split('[<>=!~;[]', words[1])[0]}"
        elif size := _SIZE.search(line):
            megabytes = float(size[3]) * _MEGABYTES[size[4]]
            self.megabytes += megabytes
            if megabytes >= LARGE:
                self.large = f"{size[1]} ({megabytes:.0f} MB)"
        elif line.startswith("Installing collected packages"):
            count = line.count(",") + 1
            self.now = f"writing {count} packages" if count > 1 else "writing it"
        elif words[:1] in (["Building"], ["Preparing"], ["Getting"]):
            self.now = "building what comes as source"

    def line(self, seconds: float) -> str:
        """ "41 packages, 120 MB; writing 60 packages, 34 s"."""
        known = f"{self.found} packages, {self.megabytes:.0f} MB; " if self.found else ""
        return f"{known}{self.now}, {seconds:.0f} s"


class Teller:
    """Says the progress on a stream, also while pip says nothing."""

    def __init__(self, stream: TextIO) -> None:
        self.stream, self.live = stream, stream.isatty()
        self.progress = Progress()
        self.started = self.said = time.monotonic()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> "Teller":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()
        if self.live:
            self.stream.write("\r\x1b[K")
        self._say(f"  done after {time.monotonic() - self.started:.0f} s")

    def hear(self, line: str) -> None:
        """Take a line of pip's output."""
        with self._lock:
            self.progress.hear(line)
            if self.progress.large and not self.live:
                self._say(f"  {self.progress.large}")

    def _tick(self) -> None:
        while not self._over.wait(TICK_SECONDS):
            with self._lock:
                now = time.monotonic()
                line = self.progress.line(now - self.started)
                if self.live:
                    self.stream.write(f"\r\x1b[K  {line[:76]}")
                    self.stream.flush()
                elif now - self.said >= QUIET_SECONDS:
                    self._say(f"  {line}")

    def _say(self, line: str) -> None:
        self.said = time.monotonic()
        print(line, file=self.stream, flush=True)


def install(*what: str) -> tuple[int, str]:
    """Install with pip, telling on stderr what it does; its exit code and all it said."""
    command = [*PIP, "--progress-bar", "off", "-c", str(ROOT / "constraints.txt"), *what]
    said = []
    with (
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        ) as run,
        Teller(sys.stderr) as teller,
    ):
        for line in run.stdout or ():
            said.append(line)
            teller.hear(line.strip())
    return run.returncode, "".join(said)


def main() -> None:
    """Install what is named; pip's own words where it fails."""
    title, *what = sys.argv[1:]
    print(title, file=sys.stderr, flush=True)
    try:
        code, said = install(*what)
    except KeyboardInterrupt:
        print("interrupted; the same command goes on", file=sys.stderr)
        sys.exit(130)
    if code:
        sys.stderr.write(said)
    sys.exit(code)


if __name__ == "__main__":
    main()
