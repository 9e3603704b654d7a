"""What the numbers mean, in plain words, with the paradoxes named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from annotator.agreement.result import Result
from annotator.agreement.units import Units

RELIABLE: Final = 0.8
TENTATIVE: Final = 2 / 3
"""Krippendorff, Content Analysis (4th ed., 2019), ch. 12: conclusions from .800, tentative ones
from .667. The limits are customs, not laws."""
HIGH_PERCENT: Final = 0.8
PARADOX: Final = 0.3
"""How far alpha must lie below percent agreement and AC1 to be called out."""


def category_words(units: Units, found: Mapping[str, Result]) -> tuple[str, ...]:
    """About percent, alpha and AC1 of one question."""
    alpha, percent, ac1 = found["alpha_nominal"], found["percent"], found["ac1"]
    out: list[str] = []
    if alpha.value is None:
        out.append(f"alpha is undefined: {alpha.undefined}.")
        if percent.value is not None and alpha.n:
            out.append(f"They gave the same label in {percent.value:.0%} of pairs all the same.")
        return tuple(out)
    out.append(level(alpha))
    if (
        percent.value is not None
        and ac1.value is not None
        and percent.value >= HIGH_PERCENT
        and percent.value - alpha.value >= PARADOX
    ):
        label, share = commonest(units)
        out.append(
            f"High percentage ({percent.value:.0%}), low alpha: {share:.0%} of all labels are"
            f" “{label}”, so two who guess would agree as often. The rare labels are the problem;"
            f" AC1 ({ac1.value:.2f}) is less strict about them."
        )
    elif ac1.value is not None and ac1.value - alpha.value >= PARADOX:
        label, share = commonest(units)
        out.append(
            f"AC1 ({ac1.value:.2f}) is far above alpha: the labels are skewed ({share:.0%}"
            f" “{label}”)."
        )
    if alpha.value < 0:
        out.append("Below 0: they differ more often than by chance; two may read a rule in"
                   " opposite ways.")  # fmt: skip
    out += [warning + "." for warning in alpha.warnings]
    return tuple(out)


def level(result: Result) -> str:
    """Where a chance-corrected value lies between the customary limits, and how surely."""
    value, at = result.value, result.interval
    if value is None:
        return f"undefined: {result.undefined}."
    if value >= RELIABLE:
        said = "reliable by the customary limit of .80"
    elif value >= TENTATIVE:
        said = "good enough for tentative conclusions (.67 to .80)"
    else:
        said = "below .67: too little for conclusions from these labels"
    said = said[0].upper() + said[1:]
    if at is None:
        return f"{said}; how sure that is cannot be said: {result.no_interval}."
    lower = next((limit for limit in (RELIABLE, TENTATIVE) if at.low < limit <= value), None)
    upper = next((limit for limit in (TENTATIVE, RELIABLE) if value < limit <= at.high), None)
    ways = (("below", lower), ("above", upper))
    reaching = [f"{way} {limit:.2f}" for way, limit in ways if limit]
    return f"{said}{', but the interval reaches ' + ' and '.join(reaching) if reaching else ''}."


def span_words(found: Mapping[str, Result]) -> tuple[str, ...]:
    """About the span measures of one role."""
    out: list[str] = []
    exact, overlap, u = (found.get(m) for m in ("f1_exact", "f1_overlap", "u_alpha"))
    if u is not None:
        out.append(level(u))
    if exact and overlap and exact.value is not None and overlap.value is not None:
        apart = overlap.value - exact.value
        if apart >= 0.15:
            out.append(
                f"They find the same places ({overlap.value:.0%} overlap) but draw the boundaries"
                f" differently ({exact.value:.0%} exactly alike)."
            )
        elif overlap.value < 0.7:
            out.append(
                f"They mark different places: only {overlap.value:.0%} overlap at all; what is"
                " found, they cut alike."
            )
    start, end = found.get("same_start"), found.get("same_end")
    first = start.value if start else None
    last = end.value if end else None
    if first is not None and last is not None and abs(first - last) >= 0.1:
        where = "end" if last < first else "start"
        out.append(
            f"The {where} is the harder boundary ({first:.0%} same start, {last:.0%} same end)."
        )
    if u is not None:
        out += [warning + "." for warning in u.warnings]
    return tuple(out)


def commonest(units: Units) -> tuple[str, float]:
    """The most frequent label in shared units, and its share."""
    counts = [int((count * units.shared).sum()) for count in units.counts]
    total = sum(counts)
    best = max(range(len(counts)), key=lambda i: counts[i])
    return str(units.labels[best]), counts[best] / total if total else 0.0
