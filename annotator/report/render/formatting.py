"""Numbers, reasons and words as the cells of tables show them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from annotator.agreement.result import Interval, LeftOut, Result
from annotator.report.differences import Disagreement

NAMES: Final = {
    "alpha_nominal": "alpha",
    "alpha": "alpha",
    "percent": "percent",
    "ac1": "AC1",
    "u_alpha": "uα",
    "u_alpha_binary": "|uα",
    "f1_exact": "exact F1",
    "f1_strict": "strict F1",
    "f1_overlap": "overlap F1",
    "f1_whole": "whole F1",
    "agr": "agr",
    "agr_mean": "agr, both ways",
    "agr_over_claims": "agr, claims without it as missed",
    "agr_attribution": "agr of attributions (any role)",
    "same_start": "same start",
    "same_end": "same end",
    "gamma": "γ",
    "gamma_cat": "γ-cat",
    "gamma_pairwise": "γ, pairwise",
    "gamma_cat_pairwise": "γ-cat, pairwise",
}
"""What people call the measures; the JSON has their full names."""
_SAME: Final = re.compile(r"all \d+ \w+ give the same value")
_RANGES: Final = re.compile(r"(in )?\d+-\d+(?: \d+-\d+)*")
EXCERPT: Final = 60


def number(value: float | None) -> str:
    """Two decimals; "undefined" for None."""
    return "undefined" if value is None else f"{value:.2f}"


def interval(at: Interval | None) -> str:
    """The bounds, or nothing."""
    return "" if at is None else f"{at.low:.2f} to {at.high:.2f}"


def why(result: Result) -> str:
    """Why there is no value or no interval, and what else is to be known."""
    missing = result.no_interval
    if _SAME.match(missing):
        missing = f"no interval: the same in all {result.documents} articles"
    found = [result.undefined or missing, result.provisional, *result.warnings]
    return "; ".join(part for part in found if part)


def cell(result: Result) -> str:
    """A number with its interval: "0.39 [0.27, 0.52]"."""
    at = result.interval
    bounds = "" if at is None else f" [{at.low:.2f}, {at.high:.2f}]"
    return f"{number(result.value)}{bounds}"


def left_out(found: tuple[LeftOut, ...]) -> str:
    """ "12 claims without counterpart, 3 labelled by nobody"."""
    return ", ".join(f"{item.count} {item.reason}" for item in found)


def excerpt(text: str, start: int, end: int, most: int = EXCERPT) -> str:
    """The words of a range on one line, the middle left out where they are many."""
    words = " ".join(text[start:end].split())
    if len(words) <= most:
        return words
    half = (most - 3) // 2
    return f"{words[:half].rstrip()} … {words[-half:].lstrip()}"


def said(value: str, text: str, shown: Callable[[str], str] = str) -> str:
    """What a side says, with the words of ranges instead of their offsets; `shown` says a label."""
    found = _RANGES.fullmatch(value)
    if found is None:
        return shown(value)
    ranges = [piece.split("-") for piece in value.removeprefix("in ").split()]
    words = " … ".join(excerpt(text, int(a), int(b)) for a, b in ranges)
    return f"{found[1] or ''}“{words}”"


def sides(row: Disagreement, text: str, shown: Callable[[str], str] = str) -> str:
    """Who says what: "a, c: neutral | b: against"."""
    return " | ".join(
        f"{', '.join(names)}: {said(value, text, shown)}" for value, names in row.sides
    )
