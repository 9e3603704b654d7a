"""Time one task with every peer package that is installed; run by the peers' own interpreter.

    PYTHON peers.py TASK

Prints one JSON object: peer -> {"seconds": CPU time, best of a few runs, "value": its result}.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from data import ratings, readings  # type: ignore[import-not-found]


def best(work: Callable[[], float], runs: int) -> dict[str, float]:
    seconds, value = float("inf"), 0.0
    for _ in range(runs):
        start = time.process_time()
        value = float(work())
        seconds = min(seconds, time.process_time() - start)
    return {"seconds": seconds, "value": value}


def alpha() -> dict[str, Any]:
    said, _ = ratings(100_000, 5, 0.2)
    found: dict[str, Any] = {}
    if module := installed("nltk.metrics.agreement"):
        triples = [
            (f"c{r}", f"u{u}", int(said[u, r]))
            for u, r in zip(*np.nonzero(~np.isnan(said)), strict=True)
        ]
        found["nltk"] = best(lambda: module.AnnotationTask(data=triples).alpha(), 2)
    if module := installed("krippendorff"):
        table = said.T.copy()
        found["krippendorff"] = best(
            lambda: module.alpha(reliability_data=table, level_of_measurement="nominal"), 5
        )
    if module := installed("simpledorff"):
        pandas = import_module("pandas")
        units, coders = np.nonzero(~np.isnan(said))
        frame = pandas.DataFrame({"u": units, "a": coders, "l": said[units, coders]})
        found["simpledorff"] = best(
            lambda: module.calculate_krippendorffs_alpha_for_df(
                frame, experiment_col="u", annotator_col="a", class_col="l"
            ),
            1,
        )
    return found


def kappa() -> dict[str, Any]:
    said, _ = ratings(100_000, 5, 0.0)
    codes = said.astype(int)
    found: dict[str, Any] = {}
    if module := installed("sklearn.metrics"):
        found["scikit-learn loop"] = best(
            lambda: np.mean(
                [
                    module.cohen_kappa_score(codes[:, i], codes[:, j])
                    for i, j in combinations(range(codes.shape[1]), 2)
                ]
            ),
            3,
        )
    return found


def unitizing() -> dict[str, Any]:
    module = installed("krippendorff_unitized_alpha.krippendorffs_unitized_alpha")
    if module is None:
        return {}
    length, documents = readings(100, 50, 2)

    def segments(spans: list[tuple[str, int, int]]) -> list[Any]:
        # Its own helper leaves holes between segments, so gaps are written out here.
        out, at = [], 0
        for label, start, end in [*spans, ("", length, length)]:
            if at < start:
                out.append(module.Segment(module.EMPTY_TAG, at, start))
            if start < end:
                out.append(module.Segment(label, start, end))
            at = end
        return out

    data = [{name: segments(spans) for name, spans in d.items()} for d in documents]
    return {
        "krippendorff-unitized-alpha": best(
            lambda: np.mean([module.KrippendorffUnitizedAlpha(d).result for d in data]), 1
        )
    }


def assignment() -> dict[str, Any]:
    """The same alignment as a dense assignment problem with scipy: the optimum to compare with."""
    optimize = installed("scipy.optimize")
    if optimize is None:
        return {}
    reading = readings(1, 1000, 2)[1][0]
    first, second = (reading[name] for name in sorted(reading))
    a, b = (np.array([(s, e) for _, s, e in side], float) for side in (first, second))

    def work() -> float:
        apart = np.abs(a[:, None] - b[None]).sum(axis=2)
        lengths = (a[:, 1] - a[:, 0])[:, None] + (b[:, 1] - b[:, 0])[None]
        labels = np.array([[x[0] != y[0] for y in second] for x in first])
        cost = (apart / lengths) ** 2 + labels
        saved = np.maximum(2 - cost, 0)
        rows, columns = optimize.linear_sum_assignment(-saved)
        total = len(first) + len(second) - saved[rows, columns].sum()
        return float(total / ((len(first) + len(second)) / 2))

    return {"scipy, dense": best(work, 2)}


def installed(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        return None


if __name__ == "__main__":
    tasks = {"alpha": alpha, "kappa": kappa, "unitizing": unitizing, "assignment": assignment}
    print(json.dumps(tasks[sys.argv[1]]()))
