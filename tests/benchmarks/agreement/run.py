"""Measure the agreement library beside its peers, in one run.

    python -m tests.benchmarks.agreement.run --peers PYTHON [--peers PYTHON ...] [--large]

PYTHON is an interpreter of an environment of its own, with whichever peers are to be compared
(nltk, scikit-learn, scipy, ...); several may be given, because some peers exclude each other. The
library is timed before and after each peer and the better time counts. Times are CPU time of the
process, because a busy machine stretches the clock; even so, trust the ratios. Neither side's time
includes building its input objects. `--large` adds 20 annotators x 1,000 articles x 30 claims.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from annotator.agreement.adapter import matched_units
from annotator.agreement.alpha import alpha
from annotator.agreement.claims import f1_whole
from annotator.agreement.gamma import gamma
from annotator.agreement.gamma_alignment import Continuum, Costs, best_alignment
from annotator.agreement.pairwise import all_pairs, pair_matrix
from annotator.agreement.span_table import BY_ROLE, SpanTable
from annotator.agreement.spans import CRITERIA, agr_mean, boundaries, f1
from annotator.agreement.tokens import token_units
from annotator.agreement.unitizing import unitizing
from annotator.agreement.unitizing_1995 import alpha_u_1995
from annotator.agreement.units import Units
from annotator.alignment.inputs import Claim, ComparedText
from annotator.alignment.matching import align

from .data import ratings, readings

T = TypeVar("T")


def timed(work: Callable[[], float], runs: int = 3) -> tuple[float, float]:
    """Best of some runs in seconds, and what was computed."""
    seconds, value = float("inf"), 0.0
    for _ in range(runs):
        start = time.process_time()
        value = work()
        seconds = min(seconds, time.process_time() - start)
    return seconds, value


def compare(task: str, work: Callable[[], float], peers: list[str]) -> None:
    """Print our time and, for every peer found, its time, the ratio and the difference."""
    before = timed(work, 10)
    found: dict[str, dict[str, float]] = {}
    for python in peers:
        script = str(Path(__file__).parent / "peers.py")
        done = subprocess.run([python, script, task], capture_output=True, text=True, check=True)
        found.update(json.loads(done.stdout))
    after = timed(work, 10)
    seconds, value = min(before[0], after[0]), after[1]
    print(f"{task:<12} ours {seconds:9.4f} s")
    for name, peer in found.items():
        times, apart = peer["seconds"] / seconds, abs(peer["value"] - value)
        print(f"{'':<12} {name:<28} {peer['seconds']:9.4f} s = {times:7.1f} x ours,", end=" ")
        print(f"values differ by {apart:.1e}")
    if not found:
        print(f"{'':<12} no peer installed")


def value(result: object) -> float:
    found = getattr(result, "value", None)
    return float("nan") if found is None else float(found)


def against_peers(peers: list[str]) -> None:
    said, _ = ratings(100_000, 5, 0.2)
    compare("alpha", lambda: value(alpha(Units.from_values(said), resampling=None)), peers)
    labels = np.where(np.isnan(said), -1, said).astype(np.int64)
    line(
        "the same, from label indices",
        lambda: alpha(Units.from_codes(labels, range(5)), resampling=None),
        10,
    )
    whole, _ = ratings(100_000, 5, 0.0)
    codes = whole.astype(int)

    def mean_kappa() -> float:
        matrix = pair_matrix(Units.from_codes(codes, range(5)))
        return float(matrix[np.triu_indices(5, 1)].mean())

    compare("kappa", mean_kappa, peers)
    length, found = readings(100, 50, 2)
    texts = [ComparedText.from_spans(str(i), length, d) for i, d in enumerate(found)]

    def mean_u() -> float:
        statistic = unitizing(SpanTable.from_documents(texts), resampling=None).u.statistic
        return float("nan") if statistic is None else float(statistic.by_document().mean())

    compare("unitizing", mean_u, peers)
    length, one = readings(1, 1000, 2)
    continuum = Continuum.from_layer(
        SpanTable.from_documents([ComparedText.from_spans("1", length, one[0])]), 0
    )
    compare("assignment", lambda: best_alignment(continuum, Costs()).disorder, peers)


def alone() -> None:
    """What has a limit in seconds instead of a peer."""
    said, documents = ratings(100_000, 5, 0.2)
    units = Units.from_values(said, documents=documents)
    line("alpha 100k x 5, 1,000 resamples of 4,000 documents", lambda: alpha(units))
    line("all pairs of 5, with intervals", lambda: all_pairs(units))
    length, found = readings(100, 50, 20)
    texts = [ComparedText.from_spans(str(i), length, d) for i, d in enumerate(found)]
    line("unitizing, 20 annotators x 100 x 50, with layout",
         lambda: unitizing(SpanTable.from_documents(texts), resampling=None))  # fmt: skip
    layer = SpanTable.from_documents(texts)
    line("unitizing, the same with intervals", lambda: unitizing(layer))
    line("alpha_u_1995, the same", lambda: alpha_u_1995(layer))
    length, found = readings(100, 50, 2)
    two = SpanTable.from_documents(
        ComparedText.from_spans(str(i), length, d) for i, d in enumerate(found)
    )
    line("gamma, 2 annotators x 100 x 50, 30 samples", lambda: gamma(two, precision=None))


def large() -> None:
    """20 annotators x 1,000 articles x 30 claims: what a report is made of."""
    length, found = readings(1000, 30, 20)

    def claims(spans: list[tuple[str, int, int]]) -> tuple[Claim, ...]:
        return tuple(
            Claim({"content": ((a, b),), "cue": ((b + 1, b + 4),)}, {"stance": label})
            for label, a, b in spans
        )

    tokens = list(range(0, length, 6)), [min(i + 5, length) for i in range(0, length, 6)]
    texts = [
        ComparedText(str(i), length, {name: claims(s) for name, s in d.items()}, *tokens)
        for i, d in enumerate(found)
    ]
    del found
    memory("documents made")
    layer = line(
        "layer of contents", lambda: SpanTable.from_documents(texts, ["content"], "stance")
    )
    memory("layer")
    for criterion in CRITERIA:
        line(f"f1 {criterion}", lambda criterion=criterion: f1(layer, criterion), 1)  # type: ignore[misc]
    line("agr, all ordered pairs", lambda: agr_mean(layer), 1)
    line("boundaries", lambda: boundaries(layer), 1)
    line("unitizing family", lambda: unitizing(layer), 1)
    memory("spans")
    units = line(
        "token units (roles)",
        lambda: token_units(SpanTable.from_documents(texts, ["content", "cue"], BY_ROLE)),
        1,
    )
    line("token alpha", lambda: alpha(units), 1)
    memory("tokens")
    alignment = line("alignment of all claims", lambda: align(texts), 1)
    line("alpha of an attribute", lambda: alpha(matched_units(alignment, "stance")), 1)
    line(
        "all 190 pairs of an attribute",
        lambda: all_pairs(matched_units(alignment, "stance"), "alpha"),
        1,
    )
    line("claims as wholes", lambda: f1_whole(texts), 1)
    memory("claims")


def line(name: str, work: Callable[[], T], runs: int = 2) -> T:
    """Print the best time of some runs, and the value of a result."""
    kept: list[T] = []
    best = float("inf")
    for _ in range(runs):
        start = time.process_time()
        kept = [work()]
        best = min(best, time.process_time() - start)
    print(f"{name:<52} {best:8.3f} s  {kept[0] if hasattr(kept[0], 'value') else ''}")
    return kept[0]


def memory(when: str) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"{'':<4}memory at most, until {when}: {peak:.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", action="append", default=[], metavar="PYTHON")
    parser.add_argument("--large", action="store_true")
    chosen = parser.parse_args()
    against_peers(chosen.peers)
    alone()
    if chosen.large:
        large()


if __name__ == "__main__":
    main()
