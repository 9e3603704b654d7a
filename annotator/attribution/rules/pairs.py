"""Marks and brackets come in pairs: no span ends between an opening mark and its closing one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from annotator.attribution.result import Range, overlaps
from annotator.text.quotations import Quotation

_CLOSED_BY: Final = {"(": ")", "[": "]", "{": "}"}
_FAR: Final = 150
"""Code points over which a span is widened to the other half of a pair; else it is cut."""


class Pair(NamedTuple):
    """Where an opening mark begins and ends, and where its closing one does (code points)."""

    opens: int
    inner: int
    last: int
    ends: int


def pairs_of(text: str, quotations: Iterable[Quotation]) -> list[Pair]:
    """The marks of all closed quotations and the brackets of each line, sorted. Linear."""
    out = [Pair(q.start, q.inner_start, q.inner_end, q.end) for q in quotations if q.closed]
    out = [p for p in out if p.inner > p.opens and p.ends > p.last]
    open_at: list[int] = []
    for at, ch in enumerate(text):
        if ch in _CLOSED_BY:
            open_at.append(at)
        elif ch in ")]}":
            if open_at and _CLOSED_BY[text[open_at[-1]]] == ch:
                first = open_at.pop()
                out.append(Pair(first, first + 1, at, at + 1))
        elif ch in "\r\n":
            open_at.clear()
    return sorted(out)


def balanced(
    text: str, span: Range, pairs: Sequence[Pair], avoid: Sequence[Range], keep: int | None = None
) -> Range | None:
    """A span without half a pair in it; None when nothing of it is left.

    A half at an end takes in the other, or goes. Half a pair in the middle of a span takes in the
    words up to the other half, as long as they are few and no other part's; else the span is cut.

    Args:
        text: The article.
        span: Code points.
        pairs: Those of `pairs_of` that touch the span, or all.
        avoid: What the span must not grow into: the claim's other parts.
        keep: An offset that the span is about, for a cue or a source: these take in no words, and
            a cut leaves the side with this offset.
    """
    lo, hi = span
    for _ in range(12):
        pair = next((p for p in pairs if (lo <= p.opens < hi) != (lo <= p.last < hi)), None)
        if pair is None:
            return (lo, hi) if any(c.isalnum() for c in text[lo:hi]) else None
        opens = lo <= pair.opens < hi
        gap = (hi, pair.ends) if opens else (pair.opens, lo)
        outer, inner = (
            ((lo, pair.opens), (pair.inner, hi)) if opens else ((pair.ends, hi), (lo, pair.last))
        )
        words = _says(text, gap)
        if not overlaps([gap], avoid) and (not words or (keep is None and gap[1] - gap[0] <= _FAR)):
            lo, hi = min(lo, pair.opens), max(hi, pair.ends)
        elif not _says(text, outer) or (keep is not None and inner[0] <= keep < inner[1]):
            lo, hi = inner
        else:
            lo, hi = outer
        lo, hi = _trimmed(text, lo, hi)
        if lo >= hi:
            return None
    return None


def _says(text: str, span: Range) -> bool:
    return any(ch.isalnum() for ch in text[span[0] : span[1]])


def _trimmed(text: str, lo: int, hi: int) -> Range:
    while hi > lo and (text[hi - 1].isspace() or text[hi - 1] in ",;:"):
        hi -= 1
    while lo < hi and (text[lo].isspace() or text[lo] in ",;:."):
        lo += 1
    return lo, hi
