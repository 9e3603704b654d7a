"""Fit the confidence of proposed claims to what proved right: see `calibration`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from annotator.attribution.calibration import (
    ALWAYS,
    LAST,
    SHARE,
    Basis,
    Calibration,
    Signs,
    curves,
    isotonic,
    log_odds,
    read_off,
)

FOLDS: Final = 10
LAST_STEPS: Final = 20
RIDGE: Final = 3.0
"""Pulls weights to nothing where few claims have a sign."""


class JudgedClaim(NamedTuple):
    """One proposed claim: the number of its article, what it rests on, whether it was right."""

    article: int
    basis: Basis
    right: bool


def fit(outcomes: Sequence[JudgedClaim]) -> Calibration:
    """Curves and weights from claims whose scores rest on counts of other articles.

    The last curve is fitted on claims of articles that had no part in the weights (`FOLDS` parts,
    every part left out in turn), so that it says what the weights are worth elsewhere.
    """
    plain = _weighted(outcomes)
    if not plain.weights:
        return plain
    apart: list[tuple[float, bool]] = []
    for fold in range(FOLDS):
        inner = _weighted([o for o in outcomes if o.article % FOLDS != fold])
        for outcome in outcomes:
            if outcome.article % FOLDS == fold and outcome.basis.signs is not None:
                apart.append((inner.confidence(outcome.basis), outcome.right))
    return Calibration({**plain.curves, LAST: isotonic(apart, LAST_STEPS)}, plain.weights)


def _weighted(outcomes: Sequence[JudgedClaim]) -> Calibration:
    """Curves and weights without a last curve."""
    by_kind = curves((o.basis.stratum, o.basis.score, o.right) for o in outcomes)
    rows: list[Signs] = []
    right: list[bool] = []
    for outcome in outcomes:
        name, score, signs = outcome.basis
        if signs is not None:
            rows.append({ALWAYS: 1.0, SHARE: log_odds(read_off(by_kind[name], score)), **signs})
            right.append(outcome.right)
    if not rows:
        return Calibration(by_kind)
    return Calibration(by_kind, logistic(rows, right))


def logistic(rows: Sequence[Signs], right: Sequence[bool], ridge: float = RIDGE) -> Signs:
    """Weights of a logistic regression by Newton's method; `ALWAYS` alone is free of the ridge."""
    names = sorted({name for row in rows for name in row})
    at = {name: k for k, name in enumerate(names)}
    x = np.zeros((len(rows), len(names)))
    for k, row in enumerate(rows):
        for name, amount in row.items():
            x[k, at[name]] = amount
    y = np.asarray(right, dtype=float)
    pull = np.full(len(names), ridge)
    if ALWAYS in at:
        pull[at[ALWAYS]] = 1e-6
    weights = np.zeros(len(names))
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (y - p) - pull * weights
        bend = (x * (p * (1 - p))[:, None]).T @ x + np.diag(pull)
        step = np.linalg.solve(bend, slope)
        weights += step
        if np.abs(step).max() < 1e-8:
            break
    return {name: round(float(weights[k]), 3) for name, k in at.items()}
