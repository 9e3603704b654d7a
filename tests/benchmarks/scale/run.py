"""A project of many articles, as a user meets it: add, first screen, list, search, doctor, replay.

    python -m tests.benchmarks.scale.run FILE [--articles 100000] [--annotations DB]

FILE is the database; it is made when it is not there (see corpus.py), which takes a quarter of an
hour of CPU for 100,000 articles. DB, if given, is one of agreement/corpus.py, for `doctor` and
`replay` over many annotations. A process of its own for each measurement, for its memory. On a busy
machine trust the CPU times.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.benchmarks.keys.measure import first_paint_ms

from .corpus import articles

PART = 5_000
"""Articles that one `annotator add` is given."""
TIMES = 5


def command(db: Path, *words: str) -> tuple[float, float, int]:
    """CPU seconds, wall seconds and most memory (MB) of one command of the program."""
    begun = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "annotator", "--db", str(db), *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        said = process.stderr.read() if process.stderr else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"annotator {' '.join(words)}: exit {process.returncode}\n{said}")
    return (
        used.ru_utime + used.ru_stime,
        time.perf_counter() - begun,
        used.ru_maxrss // 1000,
    )


def add(db: Path, count: int) -> None:
    """Add the articles in parts; what each thousand of a part cost."""
    made = articles(count)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "part.jsonl"
        for number in itertools.count():
            part = list(itertools.islice(made, PART))
            if not part:
                return
            lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in part)
            file.write_text("".join(lines), encoding="utf-8")
            cpu, wall, memory = command(db, "add", str(file))
            each = 1000 / len(part)
            print(
                f"add, after {number * PART:,}: {cpu * each:.1f} s of CPU per 1,000 articles"
                f" ({wall * each:.1f} s, {memory} MB)",
                flush=True,
            )


async def listed(db: Path) -> None:
    """Open the list of articles: until its rows are drawn, and until all are counted."""
    from annotator.project import Project
    from annotator.store import Store
    from annotator.tui.app import AnnotatorApp
    from annotator.tui.widgets.lines import Lines

    with Store.open(db) as store:
        app = AnnotatorApp(Project(store, "bench"))
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            wall, cpu = time.perf_counter(), time.process_time()
            await pilot.press("f10")
            await pilot.pause()
            rows = app.screen.query_one("#rows", Lines)
            assert rows.plain().strip()
            shown = time.perf_counter() - wall, time.process_time() - cpu
            await app.workers.wait_for_complete()
            print(
                f"list: rows after {shown[0]:.3f} s ({shown[1]:.3f} of CPU), counted after"
                f" {time.perf_counter() - wall:.2f} s",
                flush=True,
            )
            wall, cpu = time.perf_counter(), time.process_time()
            await pilot.press("end", "home", "pagedown")
            print(
                f"list, End Home PageDown: {time.perf_counter() - wall:.3f} s"
                f" ({time.process_time() - cpu:.3f} of CPU)",
                flush=True,
            )


def repeated(db: Path, *words: str) -> None:
    """Print the median of a command that is run several times."""
    found = [command(db, *words) for _ in range(TIMES)]
    print(
        f"annotator {' '.join(words)}: {median(f[0] for f in found):.2f} s of CPU,"
        f" {median(f[1] for f in found):.2f} s, {max(f[2] for f in found)} MB",
        flush=True,
    )


def main() -> None:
    """Make what is missing, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--annotations", type=Path)
    options = parser.parse_args()
    if not options.file.exists():
        add(options.file, options.articles)
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small.db"
        file = Path(folder) / "part.jsonl"
        file.write_text(
            "".join(json.dumps(record) + "\n" for record in articles(3)), encoding="utf-8"
        )
        command(small, "add", str(file))
        for db in (small, options.file):
            first_paint_ms(db)
        found = {db: [first_paint_ms(db) for _ in range(TIMES)] for db in (small, options.file)}
        least, large = (min(found[db]) for db in (small, options.file))
        print(f"first paint: {large:.0f} ms of CPU, {large - least:+.0f} over three articles")
        asyncio.run(listed(options.file))
        some = next(itertools.islice(articles(7), 6, None))["text"].split()
        print("of three articles:", end=" ")
        repeated(small, "search", "nowhere at all")
        for query in (" ".join(some[40:44]), some[41][1:-1], "of the minister", "nowhere at all"):
            repeated(options.file, "search", query)
        for db in filter(None, (options.file, options.annotations)):
            cpu, wall, memory = command(db, "doctor")
            print(f"doctor of {db.name}: {cpu:.1f} s of CPU, {wall:.1f} s, {memory} MB", flush=True)
        if options.annotations:
            copy = Path(folder) / "copy.db"
            cpu, wall, memory = command(options.annotations, "replay", str(copy))
            print(f"replay: {cpu:.1f} s of CPU, {wall:.1f} s, {memory} MB")


if __name__ == "__main__":
    main()
