"""What the native export and import cost: time against bare JSON, memory against corpus size.

    python -m tests.benchmarks.formats.bench_native [SPANS [ARTICLES ...]]

1,000,000 spans, and the memory of 1,000 and 100,000 articles, by default (0 spans: memory alone;
0 articles: speed alone). Everything is made up and measured in this run; ratios are what counts,
for machines differ.
"""

from __future__ import annotations

import gc
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from annotator import formats
from annotator.domain.exchange import Document
from annotator.store import Store
from annotator.store.transfer import dataset, documents, import_items, rows, snapshot
from tests.formats.support import article_of, claim, export_given

WORDS: Final = [
    "the",
    "mayor",
    "of",
    "harbour",
    "town",
    "said",
    "on",
    "Monday",
    "that",
    "prices",
    "rose",
]
PER_ARTICLE: Final = 90
NATIVE: Final = formats.get("jsonl")
MODULE: Final = "tests.benchmarks.formats.bench_native"


def made(count: int, spans: int = PER_ARTICLE, sentences: int = 20) -> Iterator[Document]:
    """Articles with claims of three spans each; a sentence has 20 words."""
    rng = random.Random(7)
    for number in range(1, count + 1):
        said = [" ".join(rng.choices(WORDS, k=20)).capitalize() + "." for _ in range(sentences)]
        text = f"Report {number}.\n" + " ".join(said)
        article = article_of(text, number, title=f"Report {number}")
        found = []
        for _ in range(spans // 3):
            at = rng.randrange(20, len(text) - 60)
            places = (("content", at, at + 30), ("cue", at + 31, at + 36), ("source", at - 9, at))
            found.append(
                claim(article, *places, attributes={"stance": "neutral", "form": "direct"})
            )
        yield Document(article, tuple(found))


def peak() -> float:
    """Greatest resident memory of this process so far in MB (Linux)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def timed(label: str, took: float, floor: float | None = None) -> None:
    print(f"{label:<44}{took:9.1f} s CPU" + (f"  {took / floor:5.2f} x" if floor else ""))


def export(store: Store, target: Path) -> float:
    """CPU seconds of a whole export: reading, writing, hashes, manifest."""
    started = time.process_time()
    with snapshot(store):
        export_given(
            NATIVE,
            target,
            documents=lambda: documents(store),
            rows=lambda: rows(store),
            dataset=dataset(store),
        )
    return time.process_time() - started


def memory(step: str, count: int, folder: Path) -> None:
    """Child process: one step on `count` articles, then the peak of the whole process."""
    if step == "import":
        with Store.create(folder / f"{count}.db") as store:
            import_items(store, made(count, 9, 5), actor="anna")
    elif step == "export":
        with Store.open(folder / f"{count}.db", readonly=True) as store:
            export(store, folder / f"{count}.jsonl")
    else:
        with Store.create(folder / f"{count}.again.db") as store:
            import_items(store, formats.read(NATIVE, folder / f"{count}.jsonl"), actor="anna")
    print(f"{step:<9}{count:>9} articles: {peak():7.1f} MB", flush=True)


def speed(spans: int, folder: Path) -> None:
    count = -(-spans // PER_ARTICLE)
    with Store.create(folder / "x.db") as store:
        started = time.process_time()
        result = import_items(store, made(count), actor="anna")
        label = f"made and imported {result.spans:,} spans"
        timed(label, time.process_time() - started)
        gc.collect()
        target = folder / "x.jsonl"
        took = [export(store, target)]
        # The floor: json.dumps over the same rows, one at a time, with nothing else.
        floor = 0.0
        with target.open("rb") as stream:
            for line in stream:
                record = json.loads(line)
                started = time.process_time()
                json.dumps(record, ensure_ascii=False, separators=(",", ":"))
                floor += time.process_time() - started
        timed("json.dumps alone over the same rows", floor)
        took.append(export(store, target))
        started = time.process_time()
        for _ in rows(store):
            pass
        timed("of it reading the database", time.process_time() - started, floor)
        for i, one in enumerate(took, start=1):
            timed(f"export, all of it, run {i}", one, floor)
        print(f"{target.stat().st_size / 1e6:,.0f} MB")
        started = time.process_time()
        with target.open("rb") as stream:
            for line in stream:
                json.loads(line)
        floor = time.process_time() - started
        timed("json.loads alone over the same lines", floor)
        started = time.process_time()
        for _ in formats.read(NATIVE, target):
            pass
        timed("reading the export", time.process_time() - started, floor)


def main() -> None:
    if sys.argv[1:2] == ["memory"]:
        memory(sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
        return
    numbers = [int(a) for a in sys.argv[1:]] or [1_000_000]
    with tempfile.TemporaryDirectory() as folder:
        if numbers[0]:
            speed(numbers[0], Path(folder))
    for count in filter(None, numbers[1:] or (1_000, 100_000)):
        with tempfile.TemporaryDirectory() as folder:
            for step in ("import", "export", "reimport"):
                command = [sys.executable, "-m", MODULE, "memory", step, str(count), folder]
                subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
