"""The same data through other packages; each is skipped where it is not installed."""

from __future__ import annotations

import warnings
from itertools import combinations

import numpy as np
import pytest

from annotator.agreement.alpha import alpha
from annotator.agreement.bootstrap import t_quantile
from annotator.agreement.chance_corrected import fleiss
from annotator.agreement.pairwise import PairMeasure, pair, pair_matrix
from annotator.agreement.units import Units
from annotator.alignment.arrays import Ints
from annotator.alignment.assignment import best_matching

SEEDS = range(4)


def ratings(seed: int, coders: int, missing: float = 0.0) -> Ints:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 4, (80, 1))
    codes = np.where(rng.random((80, coders)) < 0.6, truth, rng.integers(0, 4, (80, coders)))
    return np.where(rng.random(codes.shape) < missing, -1, codes)


@pytest.mark.parametrize("seed", SEEDS)
def test_kappa_of_scikit_learn(seed: int) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    codes = ratings(seed, 4)
    matrix = pair_matrix(Units.from_codes(codes, range(4)))
    for i, j in combinations(range(4), 2):
        assert matrix[i, j] == pytest.approx(metrics.cohen_kappa_score(codes[:, i], codes[:, j]))
    weighted: dict[str, PairMeasure] = {"linear": "cohen_linear", "quadratic": "cohen_quadratic"}
    for weights, measure in weighted.items():
        theirs = metrics.cohen_kappa_score(codes[:, 0], codes[:, 1], weights=weights)
        two = Units.from_codes(codes[:, :2], range(4))
        ours = pair(two, measure, resampling=None).value
        assert ours == pytest.approx(theirs)


@pytest.mark.parametrize("seed", SEEDS)
def test_fleiss_kappa_of_statsmodels(seed: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own imports
        rater = pytest.importorskip("statsmodels.stats.inter_rater")
    codes = ratings(seed, 5)
    units = Units.from_codes(codes, range(4))
    theirs = rater.fleiss_kappa(np.asarray(units.counts.T, dtype=int))
    assert fleiss(units, resampling=None).value == pytest.approx(theirs)


@pytest.mark.parametrize("seed", SEEDS)
def test_alpha_pi_and_kappa_of_nltk(seed: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        agreement = pytest.importorskip("nltk.metrics.agreement")

    def task(codes: Ints) -> object:
        triples = [
            (str(r), str(u), int(c))
            for u, row in enumerate(codes)
            for r, c in enumerate(row)
            if c >= 0
        ]
        return agreement.AnnotationTask(data=triples)

    missing = ratings(seed, 4, missing=0.2)
    ours = alpha(Units.from_codes(missing, range(4)), resampling=None).value
    assert ours == pytest.approx(task(missing).alpha())  # type: ignore[attr-defined]
    two = ratings(seed, 2)
    units = Units.from_codes(two, range(4))
    assert pair(units, "scott", resampling=None).value == pytest.approx(task(two).pi())  # type: ignore[attr-defined]
    theirs = task(two).kappa()  # type: ignore[attr-defined]
    assert pair(units, "cohen", resampling=None).value == pytest.approx(theirs)


def test_assignment_of_scipy() -> None:
    optimize = pytest.importorskip("scipy.optimize")
    rng = np.random.default_rng(0)
    for size in (5, 30, 80):
        weight = rng.random((size, size + 3)) * (rng.random((size, size + 3)) < 0.3)
        left, right = np.nonzero(weight)
        chosen = best_matching(left, right, weight[left, right])
        rows, columns = optimize.linear_sum_assignment(-weight)
        ours = weight[left, right][chosen].sum()
        assert ours == pytest.approx(weight[rows, columns].sum())


def test_student_quantiles_of_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    for freedom in (1, 2, 3, 5, 11, 60):
        assert t_quantile(0.975, freedom) == pytest.approx(stats.t.ppf(0.975, freedom), abs=4e-3)
