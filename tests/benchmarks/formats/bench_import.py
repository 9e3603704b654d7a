"""What adding and importing a corpus cost against spaCy's own pipeline over the same texts.

    python -m tests.benchmarks.formats.bench_import [BRAT_FOLDER]

A folder in PolNeAR's layout (its train part by default; skipped where it is not). Everything is
measured in this run and process; the commands are those that people type.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from annotator import formats
from annotator.cli.main import run
from annotator.domain.exchange import Document
from annotator.store import Store
from annotator.text.engine import DEFAULT_PIPELINE

ROOT: Final = Path(__file__).resolve().parents[3]


def timed(label: str, step: Callable[[], object], floor: float = 0.0) -> float:
    """CPU seconds of a step; `floor` is what it is compared with."""
    started, clock = time.process_time(), time.perf_counter()
    step()
    took, wall = time.process_time() - started, time.perf_counter() - clock
    ratio = f"{floor / took:7.2f} of its speed" if floor else ""
    print(f"{label:<44}{took:8.1f} s CPU {wall:8.1f} s wall{ratio}", flush=True)
    return took


def main() -> None:
    import spacy
    from spacy.about import __version__

    shared = Path(os.environ.get("ANNOTATOR_SHARED", ROOT.parent / "shared"))
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else shared / "corpora/polnear/train"
    if not given.is_dir():
        print(f"skipped: {given} is not here")
        return
    nlp = spacy.load(DEFAULT_PIPELINE)
    files = sorted((given / "text").glob("*.txt"))
    texts = [f.read_bytes().decode() for f in files]
    print(f"{len(texts)} texts, {sum(map(len, texts)):,} characters, spaCy {__version__}")
    # Once through a few, so that nobody pays for what is loaded at first use.
    list(nlp.pipe(texts[:5]))
    floor = timed("spaCy, nlp.pipe with its whole pipeline", lambda: list(nlp.pipe(texts)))
    timed("spaCy, its tokenizer alone", lambda: list(map(nlp.make_doc, texts)))
    timed("reading the texts alone", lambda: [f.read_bytes().decode() for f in files])
    brat = formats.get("brat")

    def read() -> None:
        found = [i for i in formats.read(brat, given) if isinstance(i, Document)]
        claims = sum(a.layer == "claim" for d in found for a in d.annotations)
        print(f"  {len(found)} articles, {claims:,} attribution events")

    timed("reading texts and annotations alone", read)
    with tempfile.TemporaryDirectory() as folder:
        add, both = f"{folder}/add.db", f"{folder}/import.db"
        command = ["add", str(given / "text"), "--db", add]
        timed("annotator add", lambda: run(command), floor)
        command = ["import", "brat", str(given), "--db", both, "--as", "importer"]
        timed("annotator import brat", lambda: run(command), floor)
        with Store.open(Path(both), readonly=True) as store:
            claims = sum(a.layer == "claim" for a in store.annotations())
            print(f"  {len(store.uids())} articles, {claims:,} claims in the database")


if __name__ == "__main__":
    main()
