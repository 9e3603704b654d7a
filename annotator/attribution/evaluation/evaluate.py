"""Scores of suggestions against gold, as one JSON-ready report with intervals.

Exact and overlap count unbroken pieces of a role (cut at line breaks), which is what sequence
taggers are scored on; `whole` asks for all pieces of a discontinuous span at once. Intervals are
percentile bootstrap over documents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, cast

import numpy as np

from annotator.attribution.evaluation.scoring import (
    FORMS,
    GGT_THRESHOLDS,
    QUOTED,
    DocumentScore,
    Miss,
    score_document,
)
from annotator.attribution.result import ROLES, AttributedText, Suggestion

Json = dict[str, object]
Predict = Callable[[AttributedText], Sequence[Suggestion]]
BINS: Final = 10


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A report (JSON values) and the list of things to look at."""

    report: Json
    misses: tuple[Miss, ...]


def evaluate(
    documents: Iterable[AttributedText],
    predict: Predict,
    *,
    samples: int = 1000,
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
) -> Evaluation:
    """Score `predict` on every document.

    Corpora that mark the outermost attribution only have no nested claims; then nested ones that
    are predicted are left out, and counted in `n.nested_left_out`.

    Args:
        documents: Gold.
        predict: Proposes claims for a document; it must not look at `document.claims`.
        samples: Bootstrap resamplings of documents for the 95 % intervals; 0 leaves them out.
        seed: Of the resampling.
        progress: Called with each document's name once it is scored.
    """
    scores, left_out = scored(documents, predict, progress)
    out = summarise(scores, samples=samples, seed=seed)
    cast("Json", out.report["n"])["nested_left_out"] = left_out
    return out


def scored(
    documents: Iterable[AttributedText],
    predict: Predict,
    progress: Callable[[str], None] | None = None,
) -> tuple[list[DocumentScore], int]:
    """The score of each document, and how many nested claims were left out (see `evaluate`)."""
    documents = list(documents)
    outermost = all(claim.parent is None for d in documents for claim in d.claims)
    scores: list[DocumentScore] = []
    left_out = 0
    for document in documents:
        found = predict(document)
        if outermost:
            outer = [claim for claim in found if claim.parent is None]
            left_out += len(found) - len(outer)
            found = outer
        scores.append(score_document(document, found))
        if progress is not None:
            progress(document.name)
    return scores, left_out


def advantage(
    one: Sequence[DocumentScore],
    other: Sequence[DocumentScore],
    *,
    samples: int = 1000,
    seed: int = 0,
) -> Json:
    """By how much one is better in F of whole claims, on the same documents in the same order.

    Returns:
        `f`, the difference, and `f_interval`, its 95 % interval by resampling documents (both
        sides take the same ones); without it for fewer than two documents.
    """
    tables = [_Table(scores, samples, seed) for scores in (one, other)]
    out: Json = {"f": round(tables[0].f("attribution") - tables[1].f("attribution"), 4)}
    draws = [table.f_of_samples("attribution") for table in tables]
    if draws[0] is not None and draws[1] is not None:
        lo, hi = np.percentile(draws[0] - draws[1], (2.5, 97.5))
        out["f_interval"] = [round(float(lo), 4), round(float(hi), 4)]
    return out


def summarise(scores: Sequence[DocumentScore], *, samples: int = 1000, seed: int = 0) -> Evaluation:
    """Add up the scores of documents into one report."""
    table = _Table(scores, samples, seed)
    publishers = sorted({s.publisher for s in scores if s.publisher})
    report: Json = {
        "n": {
            "documents": len(scores),
            "gold_claims": table.sum("attribution/n_r"),
            "predicted_claims": table.sum("attribution/n_p"),
            **{f"gold_{role}": table.sum(f"roles/{role}/exact/n_r") for role in ROLES},
        },
        "roles": {
            role: {kind: table.prf(f"roles/{role}/{kind}") for kind in _KINDS} for role in ROLES
        },
        "attribution": table.prf("attribution"),
        "ggt": {str(t): table.ggt(f"ggt/{t}") for t in GGT_THRESHOLDS},
        "by_form": {
            form: {kind: table.prf(f"by_form/{form}/{kind}") for kind in ("exact", "overlap")}
            for form in (*FORMS, QUOTED)
        },
        "by_publisher": {
            name: _Table([s for s in scores if s.publisher == name], 0, seed).brief()
            for name in publishers
        },
        "outside_gold": {name: table.sum(f"outside/{name}") for name in ("claims", *ROLES)},
        "reliability": _reliability(scores),
        "confusion": _confusion(scores),
    }
    return Evaluation(report, tuple(miss for s in scores for miss in s.misses))


_KINDS: Final = ("exact", "overlap", "token", "whole")


class _Table:
    """Counts per document as a matrix, so that resampling is one product."""

    def __init__(self, scores: Sequence[DocumentScore], samples: int, seed: int) -> None:
        self._keys = {key: i for i, key in enumerate(sorted({k for s in scores for k in s.counts}))}
        counts = np.zeros((len(scores), len(self._keys) + 1))
        for row, score in enumerate(scores):
            for key, n in score.counts.items():
                counts[row, self._keys[key]] = n
        self._total = counts.sum(axis=0)
        self._resampled: np.ndarray | None = None
        if samples and len(scores) > 1:
            n = len(scores)
            rng = np.random.default_rng(seed)
            self._resampled = rng.multinomial(n, np.full(n, 1 / n), size=samples) @ counts

    def _column(self, key: str) -> int:
        return self._keys.get(key, -1)

    def sum(self, key: str) -> int:
        return int(self._total[self._column(key)])

    def _f(self, totals: np.ndarray, metric: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        hit_p, n_p, hit_r, n_r = (
            totals[..., self._column(f"{metric}/{part}")] for part in ("tp_p", "n_p", "tp_r", "n_r")
        )
        precision = np.divide(hit_p, n_p, out=np.zeros_like(hit_p), where=n_p > 0)
        recall = np.divide(hit_r, n_r, out=np.zeros_like(hit_r), where=n_r > 0)
        both = precision + recall
        f = np.divide(2 * precision * recall, both, out=np.zeros_like(both), where=both > 0)
        return precision, recall, f

    def f(self, metric: str) -> float:
        return float(self._f(self._total, metric)[2])

    def f_of_samples(self, metric: str) -> np.ndarray | None:
        return None if self._resampled is None else self._f(self._resampled, metric)[2]

    def prf(self, metric: str) -> Json:
        p, r, f = (round(float(v), 4) for v in self._f(self._total, metric))
        out: Json = {
            "p": p,
            "r": r,
            "f": f,
            "n_pred": self.sum(f"{metric}/n_p"),
            "n_gold": self.sum(f"{metric}/n_r"),
        }
        if self._resampled is not None:
            lo, hi = np.percentile(self._f(self._resampled, metric)[2], (2.5, 97.5))
            out["f_interval"] = [round(float(lo), 4), round(float(hi), 4)]
        return out

    def ggt(self, metric: str) -> Json:
        out = self.prf(metric)
        matched = self.sum(f"{metric}/tp_r")
        for part in ("speaker", "verb"):
            right = self.sum(f"{metric}/{part}")
            out[part] = round(right / matched, 4) if matched else None
        return out

    def brief(self) -> Json:
        return {
            "roles": {
                role: {kind: self.prf(f"roles/{role}/{kind}") for kind in ("exact", "overlap")}
                for role in ROLES
            },
            "attribution": self.prf("attribution"),
        }


def _reliability(scores: Sequence[DocumentScore]) -> Json:
    """Confidence against the share that is right, in bins, with the expected calibration error."""
    points = [point for score in scores for point in score.reliability]
    bins: list[Json] = []
    error = 0.0
    for index in range(BINS):
        lo, hi = index / BINS, (index + 1) / BINS
        inside = [p for p in points if lo <= p[0] < hi or (hi == 1 and p[0] == 1)]
        if not inside:
            continue
        stated = sum(p[0] for p in inside) / len(inside)
        right = sum(p[1] for p in inside) / len(inside)
        error += len(inside) / len(points) * abs(stated - right)
        bins.append(
            {
                "from": lo,
                "to": hi,
                "n": len(inside),
                "confidence": round(stated, 4),
                "right": round(right, 4),
            }
        )
    return {"bins": bins, "expected_calibration_error": round(error, 4) if points else None}


def _confusion(scores: Sequence[DocumentScore]) -> Json:
    tables: dict[str, Counter[tuple[str, str]]] = {}
    for score in scores:
        for attribute, pairs in score.confusions.items():
            tables.setdefault(attribute, Counter()).update(pairs)
    out: Json = {}
    for attribute, pairs in sorted(tables.items()):
        rows: dict[str, dict[str, int]] = {}
        for (gold, predicted), n in sorted(pairs.items()):
            rows.setdefault(gold, {})[predicted] = n
        out[attribute] = rows
    return out
