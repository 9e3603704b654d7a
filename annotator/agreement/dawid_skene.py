"""Annotator models: whose labels to trust, and the likely true label of each unit.

Dawid & Skene 1979, "Maximum likelihood estimation of observer error-rates using the EM algorithm",
Applied Statistics 28:20-28. Each annotator has a confusion matrix, units have one true label.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annotator.agreement.result import NO_ANNOTATIONS, NO_SHARED_UNITS, LeftOut
from annotator.agreement.units import Label, Units
from annotator.alignment.arrays import Floats, Ints


@dataclass(frozen=True, eq=False)
class DawidSkene:
    """A fitted model, or the reason why there is none.

    Attributes:
        labels: Names of the labels, (labels,).
        annotators: Names, (annotators,).
        posterior: Probability of each true label (units, labels); NaN for units without labels.
        confusion: P(annotator says k | true label is j) (annotators, j, k).
        prior: How frequent each true label is (labels,).
        accuracy: P(annotator says the true label), weighted by `prior` (annotators,).
        given: How many labels each annotator gave (annotators,).
        n: Units with at least one label.
        iterations: EM steps made; `converged` says whether they sufficed.
        log_likelihood: Of the labels under the model, without the smoothing.
        undefined: Why there is no model; empty when there is one (arrays are then empty or NaN).
    """

    labels: tuple[Label, ...]
    annotators: tuple[str, ...]
    posterior: Floats
    confusion: Floats
    prior: Floats
    accuracy: Floats
    given: Ints
    n: int
    iterations: int
    converged: bool
    log_likelihood: float
    left_out: tuple[LeftOut, ...]
    undefined: str = ""

    def best(self) -> tuple[Label | None, ...]:
        """The most probable label of each unit, None where nobody labelled it."""
        out: list[Label | None] = []
        for row in self.posterior:
            # Without any label there is nothing to choose from.
            none = not row.size or bool(np.isnan(row).any())
            out.append(None if none else self.labels[int(row.argmax())])
        return tuple(out)


def dawid_skene(
    units: Units, *, iterations: int = 200, tolerance: float = 1e-6, smoothing: float = 0.01
) -> DawidSkene:
    """Fit the model by EM, started from the shares of labels in each unit.

    Args:
        units: Labels; units that nobody labelled stay undecided.
        iterations: At most so many EM steps.
        tolerance: Stop when no probability of a label changes by more.
        smoothing: Added to every count of a confusion matrix, so that one never seen is not
            impossible.

    Returns:
        The model; undefined without any unit that two annotators labelled, because then nothing
        tells errors from truth.
    """
    size, coders = len(units.labels), len(units.annotators)
    labelled = units.given > 0
    codes = units.codes[labelled]
    given = (units.codes >= 0).sum(axis=0).astype(np.int64)
    posterior = np.full((len(labelled), size), np.nan)
    if not units.shared.any():
        reason = NO_SHARED_UNITS if labelled.any() else NO_ANNOTATIONS
        return DawidSkene(
            units.labels,
            units.annotators,
            posterior,
            confusion=np.full((coders, size, size), np.nan),
            prior=np.full(size, np.nan),
            accuracy=np.full(coders, np.nan),
            given=given,
            n=0,
            iterations=0,
            converged=False,
            log_likelihood=float("nan"),
            left_out=units.unused,
            undefined=reason,
        )
    said = _said(codes, size)
    truth = (units.counts[:, labelled] / units.given[labelled]).T
    done, change = 0, np.inf
    while done < iterations and change > tolerance:
        prior, confusion = _maximise(truth, said, coders, smoothing)
        joint = _joint(prior, confusion, said)
        top = joint.max(axis=1, keepdims=True)
        new = np.exp(joint - top)
        new /= new.sum(axis=1, keepdims=True)
        change, truth = float(np.abs(new - truth).max()), new
        done += 1
    prior, confusion = _maximise(truth, said, coders, smoothing)
    joint = _joint(prior, confusion, said)
    top = joint.max(axis=1)
    posterior[labelled] = truth
    return DawidSkene(
        units.labels,
        units.annotators,
        posterior,
        confusion,
        prior,
        np.einsum("j,rjj->r", prior, confusion),
        given,
        int(labelled.sum()),
        done,
        change <= tolerance,
        float((top + np.log(np.exp(joint - top[:, np.newaxis]).sum(axis=1))).sum()),
        units.unused,
    )


def _said(codes: Ints, size: int) -> Floats:
    """One where the annotator gave the label: (units, annotators * labels)."""
    out = np.zeros((len(codes), codes.shape[1], size))
    rows, columns = np.nonzero(codes >= 0)
    out[rows, columns, codes[rows, columns]] = 1
    return out.reshape(len(codes), -1)


def _maximise(truth: Floats, said: Floats, coders: int, smoothing: float) -> tuple[Floats, Floats]:
    size = truth.shape[1]
    prior = truth.mean(axis=0)
    counts = (truth.T @ said).reshape(size, coders, size).transpose(1, 0, 2) + smoothing
    return prior, counts / counts.sum(axis=2, keepdims=True)


def _joint(prior: Floats, confusion: Floats, said: Floats) -> Floats:
    """log P(true label, all labels given) of each unit (units, labels)."""
    size = len(prior)
    logs = np.log(confusion).transpose(0, 2, 1).reshape(-1, size)
    with np.errstate(divide="ignore"):
        joint: Floats = said @ logs + np.log(prior)
    return joint
