"""What others would be used instead, on the same queries: datasketch, rensa, plain FTS5."""

from __future__ import annotations

import resource
import sqlite3
import time
from collections.abc import Callable, Sequence

import numpy as np
from rapidfuzz import fuzz, process

from annotator.text.normal import normal
from tests.benchmarks.phrases.measure import Latency

Ask = Callable[[str], list[int]]


def _grams(text: str) -> set[str]:
    return {text[i : i + 4] for i in range(max(1, len(text) - 3))}


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def peers(normals: Sequence[str], asked: Sequence[str], names: Sequence[str]) -> None:
    """Print build time, memory, recall (at 85) and latency of each; all verify with rapidfuzz."""
    forms = [normal(text) for text in asked]
    truth = []
    brute = Latency()
    for form in forms:
        row = brute.time(
            lambda f=form: process.cdist(  # type: ignore[misc]
                [f], normals, scorer=fuzz.ratio, score_cutoff=85, workers=1
            )
        )
        truth.append(set(np.flatnonzero(np.asarray(row)[0] >= 85).tolist()))
    print("brute force:", brute.tell())
    makers = {"FTS5": _fts5, "rensa": _rensa, "datasketch": _datasketch}
    for name in names:
        make = makers[name]
        begun, before = time.process_time(), _memory()
        try:
            ask = make(normals)
        except ImportError as error:
            print(f"{name}: not here ({error.name})")
            continue
        built, grown = time.process_time() - begun, _memory() - before
        latency = Latency()
        hits = pairs = 0
        for form, expected in zip(forms, truth, strict=True):

            def query(form: str = form, ask: Ask = ask) -> set[int]:
                near = ask(form)
                scored = process.extract_iter(
                    form, {i: normals[i] for i in near}, scorer=fuzz.ratio, score_cutoff=85
                )
                return {key for _, _, key in scored}

            got = latency.time(query)
            pairs += len(expected)
            hits += len(expected & got)  # type: ignore[operator]
        recall = hits / max(1, pairs)
        print(
            f"{name}: build {built:.0f} s, +{grown:,.0f} MB, recall {recall:.4f} of {pairs},"
            f" {latency.tell()}"
        )


def _datasketch(normals: Sequence[str]) -> Ask:
    from datasketch import MinHash, MinHashLSH  # type: ignore[import-not-found]

    def signature(text: str) -> object:
        made = MinHash(num_perm=128)
        made.update_batch([g.encode() for g in _grams(text)])
        return made

    index = MinHashLSH(params=(32, 4), num_perm=128)
    for i, text in enumerate(normals):
        index.insert(i, signature(text))
    return lambda text: list(index.query(signature(text)))


def _rensa(normals: Sequence[str]) -> Ask:
    from rensa import RMinHash, RMinHashLSH  # type: ignore[import-not-found]

    def signature(text: str) -> object:
        made = RMinHash(num_perm=128, seed=1)
        made.update(list(_grams(text)))
        return made

    index = RMinHashLSH(threshold=0.5, num_perm=128, num_bands=32)
    for i, text in enumerate(normals):
        index.insert(i, signature(text))
    return lambda text: list(index.query(signature(text)))


def _fts5(normals: Sequence[str]) -> Ask:
    """The usual recipe: any of the words, the 200 best by bm25."""
    conn = sqlite3.connect(":memory:")
    conn.execute("CREATE VIRTUAL TABLE f USING fts5(normal)")
    conn.executemany("INSERT INTO f (rowid, normal) VALUES (?, ?)", enumerate(normals))

    def ask(text: str) -> list[int]:
        query = " OR ".join(f'"{w}"' for w in text.split())
        rows = conn.execute("SELECT rowid FROM f WHERE f MATCH ? ORDER BY rank LIMIT 200", (query,))
        return [r[0] for r in rows]

    return ask
