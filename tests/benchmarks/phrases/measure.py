"""Recall and latency of the search, beside brute-force rapidfuzz in the same run."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from rapidfuzz import fuzz, process

from annotator.phrases.find import fuzzy_matches, partial_matches
from annotator.store import Store
from annotator.store.phrases import PhraseIndex
from annotator.text.normal import normal
from tests.store.support import connection


@dataclass
class Latency:
    """Milliseconds of calls: of the processor, for the machine may be busy with other things."""

    clock: Callable[[], float] = time.process_time
    values: list[float] = field(default_factory=list)

    def time(self, call: Callable[[], object]) -> object:
        """Run and record."""
        begun = self.clock()
        result = call()
        self.values.append((self.clock() - begun) * 1000)
        return result

    def tell(self) -> str:
        """p50, p95 and the slowest."""
        p50, p95 = np.percentile(self.values, [50, 95])
        return f"p50 {p50:.2f} p95 {p95:.2f} max {max(self.values):.1f} ms"

    def at(self, percent: float) -> float:
        """A percentile."""
        return float(np.percentile(self.values, percent))


def queries(near_pairs: Sequence[tuple[str, str, str]], others: Sequence[str], n: int) -> list[str]:
    """Two thirds planted (seeds and variants in turn), one third of the corpus at random."""
    rng = random.Random(7)
    pairs = rng.sample(near_pairs, min(len(near_pairs), n * 2 // 3))
    out = [pair[i % 2] for i, pair in enumerate(pairs)]
    return out + rng.sample(others, n - len(out))


def whole_sentences(store: Store, found: Sequence[str], brute: int) -> dict[str, object]:
    """Near-identical sentences: recall at 85 and 90, latency, ratio to brute force."""
    rows = connection(store).execute("SELECT id, normal FROM phrase").fetchall()
    ids = [r[0] for r in rows]
    texts = [r[1] for r in rows]
    index = PhraseIndex(connection(store))
    warm = index.size()
    fuzzy_matches(index, "wrm up the vocabluary", 85)
    ours, floor = Latency(), Latency()
    pairs = {85: 0, 90: 0}
    hits = {85: 0, 90: 0}
    missed: list[tuple[str, str, float]] = []
    for i, text in enumerate(found):
        got = {f.phrase for f in ours.time(lambda t=text: fuzzy_matches(index, t, 85))}  # type: ignore[attr-defined, misc]
        form = normal(text)

        def scan(form: str = form) -> object:
            return process.cdist([form], texts, scorer=fuzz.ratio, score_cutoff=85, workers=1)

        scores = floor.time(scan) if i % max(1, len(found) // brute) == 0 else scan()
        row = np.asarray(scores)[0]
        for j in np.flatnonzero(row >= 85):
            for least in pairs:
                if row[j] >= least:
                    pairs[least] += 1
                    hits[least] += ids[j] in got
            if ids[j] not in got:
                missed.append((form, texts[j], float(row[j])))
    return {
        "phrases": warm,
        "queries": len(found),
        "pairs85": pairs[85],
        "recall85": hits[85] / max(1, pairs[85]),
        "pairs90": pairs[90],
        "recall90": hits[90] / max(1, pairs[90]),
        "ours": ours.tell(),
        "brute": floor.tell(),
        "p50: brute / ours": floor.at(50) / ours.at(50),
        "p95: brute / ours": floor.at(50) / ours.at(95),
        "p50 ms": ours.at(50),
        "missed": missed[:8],
    }


def inner_phrases(store: Store, found: Sequence[str], brute: int) -> dict[str, object]:
    """Phrases inside longer sentences, against partial_ratio over every sentence.

    A pair is true when some run of whole words reaches the ratio, which is what the search
    promises; partial_ratio alone cuts words.
    """
    from annotator.phrases.find import best_window

    rows = connection(store).execute("SELECT id, normal FROM phrase").fetchall()
    ids = [r[0] for r in rows]
    texts = [r[1] for r in rows]
    index = PhraseIndex(connection(store))
    ours, floor = Latency(), Latency()
    pairs = hits = 0
    missed: list[tuple[str, str, float]] = []

    for i, text in enumerate(found):
        form = normal(text)
        size = form.count(" ") + 1

        def ask(text: str = text) -> set[int]:
            whole = {f.phrase for f in fuzzy_matches(index, text, 85)}
            return whole | {f.phrase for f in partial_matches(index, text, 85)[0]}

        result = ours.time(ask)
        if i % max(1, len(found) // brute):
            continue

        def scan(form: str = form) -> object:
            return process.cdist(
                [form], texts, scorer=fuzz.partial_ratio, score_cutoff=85, workers=1
            )

        row = np.asarray(floor.time(scan))[0]
        for j in np.flatnonzero(row >= 85):
            if len(texts[j]) < len(form) * 0.85:
                continue
            alignment = fuzz.partial_ratio_alignment(form, texts[j])
            if alignment is None:
                continue
            window = best_window(form, size, texts[j].split(" "), alignment.dest_start)
            if window is None or window[2] < 85:
                continue
            pairs += 1
            hits += ids[j] in result  # type: ignore[operator]
            if ids[j] not in result:  # type: ignore[operator]
                missed.append((form, texts[j], float(row[j])))
    return {
        "phrases": len(found),
        "pairs": pairs,
        "recall": hits / max(1, pairs),
        "ours": ours.tell(),
        "brute partial_ratio": floor.tell(),
        "p50: brute / ours": floor.at(50) / ours.at(50),
        "missed": missed[:8],
    }


def planted_recall(
    store: Store, planted: Sequence[tuple[str, str, str]]
) -> dict[str, tuple[int, float]]:
    """Of the planted pairs at 85 or more, by kind of edit: how many, and the share found."""
    index = PhraseIndex(connection(store))
    counts: dict[str, list[int]] = {}
    for seed, variant, kind in planted:
        a, b = normal(seed), normal(variant)
        if fuzz.ratio(a, b) < 85:
            continue
        target = index.exact(b)
        if target is None:
            continue
        found = {f.phrase for f in fuzzy_matches(index, seed, 85)}
        entry = counts.setdefault(kind, [0, 0])
        entry[0] += 1
        entry[1] += target in found
    return {kind: (n, hit / n) for kind, (n, hit) in sorted(counts.items())}


def incremental(store: Store, articles: Sequence[Sequence[str]]) -> Latency:
    """Adding one article of 30 sentences, in a transaction of its own, on the disk."""
    from tests.benchmarks.phrases.database import article

    out = Latency(time.perf_counter)
    for i, sentences in enumerate(articles):
        draft, layout = article(sentences, f"late {i}")
        out.time(lambda d=draft, la=layout: store.add_article(d, la))  # type: ignore[misc]
    return out
