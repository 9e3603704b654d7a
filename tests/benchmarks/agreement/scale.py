"""The whole report of 20 annotators x 1,000 articles x 30 claims, as a user runs it.

    python -m tests.benchmarks.agreement.scale FILE [--articles 1000]

FILE is the database; it is made when it is not there (see corpus.py), which takes minutes. Measured
are `annotator agree --json` and `--html` from a cold start with reading the database, and the
screen: until its frame is painted, and until each part has come. A process of its own for each, for
its memory. On a busy machine trust the CPU times.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

from .corpus import make


def command(*words: str) -> None:
    """Time one command of the program, with what it writes and its memory at most."""
    start = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "annotator", *words], stdout=subprocess.PIPE
    ) as process:
        size = 0
        while process.stdout and (chunk := process.stdout.read(1 << 20)):
            size += len(chunk)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    print(
        f"annotator {' '.join(words[2:])}: exit {process.returncode},"
        f" {time.perf_counter() - start:.1f} s, CPU {used.ru_utime + used.ru_stime:.1f} s,"
        f" {used.ru_maxrss / 1e3:.0f} MB at most, {size / 1e6:.1f} MB on stdout",
        flush=True,
    )


async def screen(path: Path) -> None:
    """Open the report's screen without a terminal and say when what is there."""
    start, cpu = time.perf_counter(), time.process_time()

    def say(what: str) -> None:
        print(f"  {what:<28} {time.perf_counter() - start:6.2f} s,"
              f" CPU {time.process_time() - cpu:6.2f} s", flush=True)  # fmt: skip

    from annotator.project import Project
    from annotator.store import Store
    from annotator.tui.agree.app import AgreementApp
    from annotator.tui.agree.screen import SHORT, AgreeScreen

    with Store.open(path) as store:
        app = AgreementApp(Project(store, "gold"), report=True)
        async with app.run_test(size=(120, 40)):
            while not isinstance(app.screen, AgreeScreen) or not app.screen.is_mounted:
                await asyncio.sleep(0.005)
            shown = app.screen
            painted = asyncio.Event()
            shown.call_after_refresh(painted.set)
            await painted.wait()
            say("the screen is painted")
            there: set[str] = set()
            while len(there) < len(SHORT):
                await asyncio.sleep(0.02)
                for name in set(shown._tables) - there:
                    say(name)
                    there.add(name)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"  memory at most {peak:.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--screen", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.screen:
        asyncio.run(screen(chosen.file))
        return
    make(chosen.file, articles=chosen.articles)
    command("--db", str(chosen.file), "agree", "--json")
    page = chosen.file.with_suffix(".html")
    command("--db", str(chosen.file), "agree", "--html", str(page))
    print(f"  the page: {page.stat().st_size / 1e6:.1f} MB")
    print("the screen (annotator agree --tui):", flush=True)
    module = "tests.benchmarks.agreement.scale"
    subprocess.run([sys.executable, "-m", module, str(chosen.file), "--screen"], check=True)


if __name__ == "__main__":
    main()
