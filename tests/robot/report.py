"""How many keys a claim takes, by what kind of claim it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import median, quantiles
from typing import Final

from annotator.domain.model import Annotation
from tests.robot.drive import Done

_OPENING: Final = "\"“„«‘'`"
_CLOSING: Final = "\"”“»’'`"
_MARKS: Final = '"“”„«»'


def kinds_of(claim: Annotation, text: str) -> list[str]:
    """What a claim counts as: how it is quoted, and whether it is split or long."""
    pieces = [text[f.start : f.end].strip(" ,.") for f in claim.role("content")]
    kinds = ["all"]
    if pieces and all(p[:1] in _OPENING and p[-1:] in _CLOSING for p in pieces):
        kinds.append("direct")
    elif any(mark in piece for piece in pieces for mark in _MARKS):
        kinds.append("mixed")
    else:
        kinds.append("indirect")
    spans = [f.span for f in claim.role("content")]
    if len(spans) > len(set(spans)):
        kinds.append("discontinuous")
    if any("\n" in text[f.start : f.end].strip() for f in claim.role("content")):
        kinds.append("multi-paragraph")
    return kinds


def counted(done: Iterable[Done]) -> dict[str, list[int]]:
    """Kind of claim -> the number of keys of each such claim, words of notes left out."""
    counts: dict[str, list[int]] = {
        kind: []
        for kind in ("all", "direct", "mixed", "indirect", "discontinuous", "multi-paragraph")
    }
    for article in done:
        for plan in article.plans:
            if plan.gold.layer == "claim":
                for kind in kinds_of(plan.gold, article.article.text):
                    counts[kind].append(len(plan.keys) - plan.typed)
    return counts


def ninth_decile(values: Sequence[int]) -> float:
    """The value that nine of ten do not exceed."""
    return quantiles(values, n=10, method="inclusive")[-1] if len(values) > 1 else values[0]


def table(counts: Mapping[str, Sequence[int]]) -> str:
    """Median, 90th percentile and greatest number of keys by kind."""
    rows = [f"{'claims':16} {'n':>5} {'median':>7} {'p90':>6} {'most':>5}"]
    for kind, values in counts.items():
        if values:
            rows.append(
                f"{kind:16} {len(values):5} {median(values):7.1f} {ninth_decile(values):6.1f}"
                f" {max(values):5}"
            )
    return "\n".join(rows)
