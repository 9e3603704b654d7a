"""Clustering the whole corpus: time, memory, recall of what was planted; other engines beside."""

from __future__ import annotations

import resource
import time
from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz

from annotator.phrases import engines
from annotator.phrases.candidate_pairs import Pairs
from annotator.phrases.cluster import PairSource, clusters_of, numpy_engine
from annotator.text.normal import normal


def cluster(sentences: Sequence[str], planted: Sequence[tuple[str, str, str]], other: str) -> None:
    """Print what numpy does, and whether another engine finds the same."""
    normals = list(dict.fromkeys(n for n in map(normal, sentences) if n))
    begun = time.perf_counter(), time.process_time()
    pairs = numpy_engine()(normals, 85)
    members = clusters_of(normals, pairs, 85)
    wall, cpu = time.perf_counter() - begun[0], time.process_time() - begun[1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(normals):,} sentences: {wall:.0f} s wall, {cpu:.0f} s of all cores, {peak:,.0f} MB"
    )
    index = {n: i for i, n in enumerate(normals)}
    middle = {m.sid: m.medoid for m in members}
    direct = set(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True))
    total = found = together = 0
    for seed, variant, _ in planted:
        a, b = sorted((index[normal(seed)], index[normal(variant)]))
        if a == b or fuzz.ratio(normals[a], normals[b]) < 85:
            continue
        total += 1
        found += (a, b) in direct
        together += middle.get(a, -1) == middle.get(b, -2)
    print(
        f"{len(pairs.a):,} pairs, {len(set(middle.values())):,} clusters; of {total:,} planted"
        f" pairs {found / total:.4f} found, {together / total:.4f} in one cluster"
    )
    sources: dict[str, PairSource] = {
        "duckdb": engines.duckdb_engine(),
    }
    if other:
        begun = time.perf_counter(), 0.0
        theirs: Pairs = sources[other](normals, 85)
        same = all(np.array_equal(x, y) for x, y in zip(pairs, theirs, strict=True))
        print(f"{other}: the same pairs: {same}; {time.perf_counter() - begun[0]:.0f} s wall")
