"""From a score to the share of claims that are right, fitted on held-out articles.

A curve for each kind of claim turns the score into a share (isotonic regression); a weighted sum of
its log odds and of a few signs (`rules.signs`) tells the claims of one kind apart; a last curve
over the sum makes shares of it again. And what follows from that share: how much a person's look
would teach.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

Curve = Sequence[tuple[float, float]]
"""(score, share right) points, both rising."""

Signs = Mapping[str, float]
"""Name of a sign -> 1, or its amount."""

LAST: Final = "*"
"""The name of the last curve among the curves."""
ALWAYS: Final = "always"
SHARE: Final = "log odds of the share"
"""Names among the weights: the constant, and what the first curve says."""
_EDGE: Final = 0.01

STEPS: Final = 14
EACH: Final = 100
"""Claims in a group of a stratum: fewer say little about their share."""


def isotonic(data: Sequence[tuple[float, bool]], steps: int = STEPS) -> list[tuple[float, float]]:
    """Pool adjacent violators over equally large groups of (score, right)."""
    ordered = sorted(data)
    size = max(1, -(-len(ordered) // steps))
    groups: list[tuple[float, float, int]] = []
    at = 0
    while at < len(ordered):
        end = min(at + size, len(ordered))
        # Equal scores stay together: sorted, the wrong ones of them would come first.
        while end < len(ordered) and ordered[end][0] == ordered[end - 1][0]:
            end += 1
        part = ordered[at:end]
        at = end
        n = len(part)
        groups.append((sum(s for s, _ in part) / n, sum(r for _, r in part) / n, n))
        while len(groups) > 1 and groups[-2][1] > groups[-1][1]:
            b, a = groups.pop(), groups.pop()
            n = a[2] + b[2]
            groups.append(((a[0] * a[2] + b[0] * b[2]) / n, (a[1] * a[2] + b[1] * b[2]) / n, n))
    return [(round(score, 3), round(share, 3)) for score, share, _ in groups]


def stratum(pattern: str, *, source: bool) -> str:
    """Which claims share a curve: what holds them together, and whether a source was found.

    A quotation with its verb is right far more often than an object at the same score, and a claim
    whose source was missed hardly ever; one curve for all was too sure of the one and not sure
    enough of the other.
    """
    bare = pattern.removeprefix("pass-").removeprefix("part-")
    kind = (
        pattern
        if pattern in ("quote", "according", "colon", "no-cue")
        else "clause"
        if bare in ("that", "ccomp", "wh", "inverted", "inserted", "last", "as")
        else "phrase"
    )
    return kind if source else f"{kind}, no source"


def curves(
    data: Iterable[tuple[str, float, bool]], each: int = EACH
) -> dict[str, list[tuple[float, float]]]:
    """One curve per stratum of (stratum, score, right), in groups of about `each` claims."""
    by_name: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for name, score, right in data:
        by_name[name].append((score, right))
    return {
        name: isotonic(points, min(STEPS, max(1, len(points) // each)))
        for name, points in sorted(by_name.items())
    }


def read_off(curve: Curve, score: float) -> float:
    """The share right at a score, between points in a line, flat beyond the ends."""
    if not curve:
        return round(score, 3)
    before = curve[0]
    for point in curve:
        if score <= point[0]:
            width = point[0] - before[0]
            share = (score - before[0]) / width if width else 1.0
            return round(before[1] + share * (point[1] - before[1]), 3)
        before = point
    return round(curve[-1][1], 3)


class Basis(NamedTuple):
    """What a claim's confidence is read from; `signs` is None where only the curve is used."""

    stratum: str
    score: float
    signs: Signs | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """Curves by stratum, with `LAST`, and the weights of signs; empty, it gives scores back."""

    curves: Mapping[str, Curve] = field(default_factory=dict)
    weights: Signs = field(default_factory=dict)

    def confidence(self, basis: Basis) -> float:
        """The share right among claims like this one, 0..1."""
        share = read_off(self.curves.get(basis.stratum, ()), basis.score)
        if basis.signs is None or not self.weights:
            return share
        return read_off(self.curves.get(LAST, ()), self.weighed(share, basis.signs))

    def weighed(self, share: float, signs: Signs) -> float:
        """A share changed by the signs, before the last curve."""
        total = self.weights.get(ALWAYS, 0.0) + self.weights.get(SHARE, 1.0) * log_odds(share)
        total += sum(self.weights.get(name, 0.0) * amount for name, amount in signs.items())
        return 1 / (1 + math.exp(-total))


def log_odds(share: float) -> float:
    """The log odds of a share, which is kept away from 0 and 1."""
    share = min(max(share, _EDGE), 1 - _EDGE)
    return math.log(share / (1 - share))


def uncertainty(confidences: Iterable[float]) -> float:
    """How much a look at an article's suggestions would teach: their entropy, summed, in bits.

    Sort the queue by this, highest first, for active learning.
    """
    total = 0.0
    for confidence in confidences:
        p = min(max(confidence, 1e-6), 1 - 1e-6)
        total -= p * math.log2(p) + (1 - p) * math.log2(1 - p)
    return total
