"""Arithmetic on half-open code point ranges."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from annotator.domain.errors import SpanError
from annotator.domain.graphemes import cuts_conjunct, is_boundary

MOST_SPANS: Final = 10_000
"""Spans that one role of an annotation has at most; a higher number is a slip or no number."""


def number_fault(span: int) -> str:
    """Why a number cannot be that of a span among those of its role; empty when it can."""
    if 0 <= span < MOST_SPANS:
        return ""
    return f"span {span} is negative" if span < 0 else f"span {span:,} is beyond {MOST_SPANS - 1:,}"


def check_span(text: str, start: int, end: int, what: str = "span") -> None:
    """Raise SpanError unless `0 <= start < end <= len(text)` and no grapheme is cut.

    A conjunct may be: no selection does that any more, but an annotation made earlier stays valid.
    """
    if not 0 <= start < end <= len(text):
        raise SpanError(
            f"{what} [{start}, {end}) does not fit a text of {len(text)} characters",
            "offsets are Unicode code points, half-open, counted from 0",
        )
    for offset in (start, end):
        if not is_boundary(text, offset) and not cuts_conjunct(text, offset):
            raise SpanError(
                f"{what} [{start}, {end}) cuts the character at {offset} in two",
                "move the boundary to the whole character (emoji, accent or line break)",
            )


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the range without white space at either end; empty ranges collapse at `start`.

    No grapheme is cut that the range does not cut itself: a space stays that carries an accent, or
    that a sign before it takes in.
    """
    floor, ceiling = start, end
    while start < end and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    while floor < start < end and not is_boundary(text, start):
        start -= 1
    while start < end < ceiling and not is_boundary(text, end):
        end += 1
    return start, end


def canonical(ranges: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Sort ranges and unite those that overlap or touch: one form for one set of characters."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return tuple(out)
