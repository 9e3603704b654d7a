"""The program under measurement, and the bare Textual program it is compared with.

`python -m tests.benchmarks.keys.child program DB COUNTERS` runs the real screens; `... bare - -`
runs Textual with a Static and a one-line footer. COUNTERS is a file of 8 bytes in which the number
of layout passes is kept, so that the parent can read it at any time; nothing in the product knows.
"""

from __future__ import annotations

import mmap
import struct
import sys
from pathlib import Path


def count_layouts(path: Path) -> None:
    """Count every pass of Textual's layout into the file."""
    from textual._compositor import Compositor

    file = path.open("r+b")
    memory = mmap.mmap(file.fileno(), 8)
    reflow = Compositor.reflow
    count = 0

    def counted(self: Compositor, *args: object, **kwargs: object) -> object:
        nonlocal count
        count += 1
        memory[:] = struct.pack("q", count)
        return reflow(self, *args, **kwargs)  # type: ignore[arg-type]

    Compositor.reflow = counted  # type: ignore[method-assign, assignment]


def run_bare() -> None:
    """The least that a Textual program with a text and a footer line is."""
    from textual.app import App, ComposeResult
    from textual.widgets import Static

    class Bare(App[None]):
        CSS = "#footer { dock: bottom; height: 1; }"

        def compose(self) -> ComposeResult:
            yield Static("words of an article\n" * 30)
            yield Static(" open ready", id="footer")

    Bare().run()


if __name__ == "__main__":
    _, what, db, counters = sys.argv
    if what == "bare":
        run_bare()
    else:
        if counters != "-":
            count_layouts(Path(counters))
        from annotator.tui import run

        run(Path(db), "bench")
