"""Figures for repeated phrases, each beside its floor or peer in the same run.

    ANNOTATOR_SHARED=... python -m tests.benchmarks.phrases.run search --size 100000 --dir DIR
    ... run search --size 100000 --dir DIR --peers FTS5,rensa,datasketch    (install them)
    ... run cluster --size 100000 --dir DIR [--engine duckdb]

The corpus and its database are kept in DIR and used again.
"""

from __future__ import annotations

import argparse
import json
import pprint
import random
import time
from dataclasses import asdict
from pathlib import Path

from annotator.store import Store
from annotator.text.normal import normal
from tests.benchmarks.phrases import batch, corpus, database, measure, peers


def prepared(folder: Path, size: int) -> tuple[Path, corpus.Planted]:
    """The database and what was planted; made when it is not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    kept, path = folder / f"corpus-{size}.json", folder / f"corpus-{size}.db"
    if kept.exists():
        planted = corpus.Planted(**json.loads(kept.read_text("utf-8")))
    else:
        planted = corpus.build(size)
        kept.write_text(json.dumps(asdict(planted)), "utf-8")
    if not path.exists():
        built = database.build(path, planted.sentences)
        print(f"built: {built.total:.1f} s, of which the phrase index {built.index:.1f} s")
    return path, planted


def search(path: Path, planted: corpus.Planted, n: int, brute: int) -> None:
    """Recall, latency, size and incremental cost."""
    with Store.open(path) as store:
        sizes = database.weights(store)
        beyond = sum(sizes.values()) - database.text_weight(store)
        print("MB", sizes)
        print(f"index beyond the text: {beyond:.1f} MB; text {database.text_weight(store):.1f} MB")
        asked = measure.queries(planted.near, planted.sentences, n)
        pprint.pp(measure.whole_sentences(store, asked, brute), width=110)
        rng = random.Random(3)
        spans = rng.sample(planted.phrases, min(len(planted.phrases), n))
        pprint.pp(measure.inner_phrases(store, spans, brute), width=110)
        some = rng.sample(planted.near, min(len(planted.near), 1000))
        pprint.pp(measure.planted_recall(store, some), width=110)
    copy = path.with_suffix(".copy.db")
    copy.write_bytes(path.read_bytes())
    try:
        with Store.open(copy) as store:
            filler = corpus.Filler(planted.sentences[:20_000])
            rng = random.Random(9)
            late = [[filler.sentence(rng) for _ in range(30)] for _ in range(100)]
            print("30-sentence article:", measure.incremental(store, late).tell())
    finally:
        for suffix in ("", "-wal", "-shm"):
            copy.with_name(copy.name + suffix).unlink(missing_ok=True)


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["search", "cluster"])
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--brute", type=int, default=20, help="queries timed by brute force")
    parser.add_argument("--peers", default="", help="after search: such as rensa,FTS5,datasketch")
    parser.add_argument("--peer-queries", type=int, default=30)
    parser.add_argument("--engine", default="", choices=["", "duckdb"])
    options = parser.parse_args()
    begun = time.perf_counter()
    path, planted = prepared(options.dir, options.size)
    print(f"{len(planted.sentences):,} sentences, {len(planted.near):,} planted variants")
    if options.what == "search":
        search(path, planted, options.queries, options.brute)
        if options.peers:
            normals = list(dict.fromkeys(filter(None, map(normal, planted.sentences))))
            asked = measure.queries(planted.near, planted.sentences, options.peer_queries)
            peers.peers(normals, asked, options.peers.split(","))
    else:
        batch.cluster(planted.sentences, planted.near, options.engine)
    print(f"{time.perf_counter() - begun:.0f} s in all")


if __name__ == "__main__":
    main()
