"""What the native export and import cost: time against bare JSON, memory against corpus size.

Run: python tests/benchmarks/formats/bench_native.py [SPANS] (1,000,000 by default). Everything is
made up and measured in this run; ratios are what counts, for machines differ.
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

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from annotator import formats  # noqa: E402
from annotator.domain.exchange import Document  # noqa: E402
from annotator.formats.native import article_record  # noqa: E402
from annotator.store import Store  # noqa: E402
from annotator.store.transfer import documents, import_items, project, snapshot  # noqa: E402
from tests.formats.support import article_of, claim  # noqa: E402

WORDS = ["the", "mayor", "of", "harbour", "town", "said", "on", "Monday", "that", "prices", "rose"]
PER_ARTICLE = 90
NATIVE = formats.get("jsonl")


def made(count: int) -> Iterator[Document]:
    """Articles of about 400 words with 30 claims of three spans each."""
    rng = random.Random(7)
    for number in range(1, count + 1):
        sentences = [" ".join(rng.choices(WORDS, k=20)).capitalize() + "." for _ in range(20)]
        text = f"Report {number}.\n" + " ".join(sentences)
        article = article_of(text, number, title=f"Report {number}")
        found = []
        for _ in range(PER_ARTICLE // 3):
            at = rng.randrange(20, len(text) - 60)
            spans = (("content", at, at + 30), ("cue", at + 31, at + 36), ("source", at - 9, at))
            found.append(claim(article, *spans, attributes={"stance": "neutral", "form": "direct"}))
        yield Document(article, tuple(found))


def rss() -> float:
    """Greatest resident memory of this process so far in MB (Linux)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def timed(label: str, started: float, base: float | None = None) -> float:
    took = time.process_time() - started
    print(f"{label:<44}{took:9.1f} s CPU" + (f"  {took / base:5.2f} x" if base else ""))
    return took


def memory(count: int, folder: Path) -> None:
    """Child process: import and export `count` articles, print the peak."""
    with Store.create(folder / f"{count}.db") as store:
        import_items(store, made(count), actor="anna")
        imported = rss()
        with snapshot(store):
            formats.export(
                NATIVE,
                folder / f"{count}.jsonl",
                documents=lambda: documents(store),
                project=project(store),
            )
        print(f"{count:>9} articles: import {imported:7.1f} MB, export {rss():7.1f} MB")


def speed(spans: int, folder: Path) -> None:
    count = spans // PER_ARTICLE
    with Store.create(folder / "x.db") as store:
        started = time.process_time()
        result = import_items(store, made(count), actor="anna")
        timed(f"made and imported {result.spans:,} spans", started)
        gc.collect()
        # The floor: json.dumps over the same rows, with nothing else.
        floor = 0.0
        for document in documents(store):
            record = article_record(document.stored, document.annotations)
            started = time.process_time()
            json.dumps(record, ensure_ascii=False, separators=(",", ":"))
            floor += time.process_time() - started
        print(f"{'json.dumps alone over the same rows':<44}{floor:9.1f} s CPU")
        started = time.process_time()
        for document in documents(store):
            article_record(document.stored, document.annotations)
        timed("reading the database and building the rows", started, floor)
        started = time.process_time()
        with snapshot(store):
            formats.export(
                NATIVE,
                folder / "x.jsonl",
                documents=lambda: documents(store),
                project=project(store),
            )
        timed("export, all of it", started, floor)
        size = (folder / "x.jsonl").stat().st_size / 1e6
        print(f"{size:,.0f} MB")
        started = time.process_time()
        with (folder / "x.jsonl").open("rb") as stream:
            for line in stream:
                json.loads(line)
        floor = timed("json.loads alone over the same lines", started)
        started = time.process_time()
        for _ in formats.read(NATIVE, folder / "x.jsonl"):
            pass
        timed("reading the export", started, floor)
        with Store.create(folder / "y.db") as other:
            started = time.process_time()
            import_items(other, formats.read(NATIVE, folder / "x.jsonl"), actor="anna")
            timed("import, all of it", started, floor)


def main() -> None:
    if len(sys.argv) == 3:
        memory(int(sys.argv[1]), Path(sys.argv[2]))
        return
    spans = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        speed(spans, Path(folder))
        for count in (100, 1_000, spans // PER_ARTICLE):
            command = [sys.executable, __file__, str(count), folder]
            subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
