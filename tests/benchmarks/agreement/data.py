"""Random annotations of known size, with numpy alone: peers import this in their environment."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LABELS = 5
Spans = list[tuple[str, int, int]]


def ratings(
    units: int, coders: int, missing: float, seed: int = 1
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Labels 0 .. 4 as floats (units, coders), NaN where missing, and the document of each unit.

    Seven of ten labels are the unit's true one; documents hold 25 units.
    """
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, LABELS, (units, 1))
    said = np.where(
        rng.random((units, coders)) < 0.7, truth, rng.integers(0, LABELS, (units, coders))
    ).astype(float)
    said[rng.random(said.shape) < missing] = np.nan
    return said, np.arange(units) // 25


def readings(
    documents: int, spans: int, coders: int, seed: int = 2
) -> tuple[int, list[dict[str, Spans]]]:
    """The length of a document, and per document annotator -> (label, start, end).

    Spans of one annotator do not overlap; a tenth is missed, boundaries and labels vary.
    """
    rng = np.random.default_rng(seed)
    step = 60
    length = step * spans
    out = []
    for _ in range(documents):
        label = rng.integers(0, LABELS, spans)
        reading: dict[str, Spans] = {}
        for coder in range(coders):
            kept = rng.random(spans) < 0.9
            exact = rng.random(spans) < 0.6
            start = np.arange(spans) * step + 10 + np.where(exact, 0, rng.integers(-6, 7, spans))
            end = np.arange(spans) * step + 48 + np.where(exact, 0, rng.integers(-8, 9, spans))
            said = np.where(rng.random(spans) < 0.85, label, rng.integers(0, LABELS, spans))
            reading[f"c{coder:02d}"] = [
                (str(x), int(a), int(b))
                for x, a, b, k in zip(said, start, end, kept, strict=True)
                if k
            ]
        out.append(reading)
    return length, out
