"""What lies over each stretch of a line: spans, cursor, selection and matches as sets of bits.

No Textual here: a line is described by plain values, which the view compares to know what changed
and turns into styles only when it has to draw.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from annotator.tui.article.cells import BLANKS
from annotator.tui.article.layout import WrappedLine
from annotator.tui.article.state import PaintedSpan, ViewState
from annotator.tui.widgets.role_colours import COLOURS, ROLES, colour_number

# One bit per component class, lowest painted first. `STYLED` names the classes in that order.
HEADING: Final = 1 << 0
QUIET: Final = 1 << 1
SENTENCE: Final = 1 << 2
_FIRST_ROLE: Final = 3
_FIRST_SUGGESTED: Final = _FIRST_ROLE + ROLES
_FIRST_MARK: Final = _FIRST_SUGGESTED + ROLES
_AFTER_MARKS: Final = _FIRST_MARK + COLOURS
MARK: Final = 1 << _AFTER_MARKS
MARK_OVER: Final = 1 << _AFTER_MARKS + 1
"""Where more than one mark lies."""
MARK_START: Final = 1 << _AFTER_MARKS + 2
"""The first character of a mark, so that it is seen where one begins next to, or in, another."""
ACTIVE: Final = 1 << _AFTER_MARKS + 3
SUGGESTION: Final = 1 << _AFTER_MARKS + 4
OFFERED: Final = 1 << _AFTER_MARKS + 5
SELECTION: Final = 1 << _AFTER_MARKS + 6
HIT: Final = 1 << _AFTER_MARKS + 7
CURRENT_HIT: Final = 1 << _AFTER_MARKS + 8
CURSOR: Final = 1 << _AFTER_MARKS + 9
LABEL: Final = 1 << _AFTER_MARKS + 10
LABEL_INSIDE: Final = 1 << _AFTER_MARKS + 11
"""A jump label over what is marked by its background (reversed, without colour)."""
BACKED: Final = SELECTION | HIT | CURRENT_HIT | CURSOR
STYLED: Final = (
    "heading",
    "quiet",
    "sentence",
    *(f"role-{n}" for n in range(ROLES)),
    *(f"suggested-{n}" for n in range(ROLES)),
    *(f"mark-{n}" for n in range(COLOURS)),
    "mark",
    "mark-over",
    "mark-start",
    "active",
    "suggestion",
    "offered",
    "selection",
    "hit",
    "current-hit",
    "cursor",
    "label",
    "label-inside",
)
_ALL_ROLES: Final = (1 << ROLES) - 1
_MARKED: Final = ((1 << COLOURS) - 1) << _FIRST_MARK | MARK | MARK_OVER | MARK_START
_CLAIMED: Final = _ALL_ROLES << _FIRST_ROLE
_SUGGESTED: Final = _ALL_ROLES << _FIRST_SUGGESTED | SUGGESTION | OFFERED


def role_bit(role: int) -> int:
    """The class of a role's words in a claim, by its place in the scheme (0: the content)."""
    return 1 << _FIRST_ROLE + colour_number(role)


def suggested_bit(role: int) -> int:
    """The classes of a role's words in a suggestion."""
    return 1 << _FIRST_SUGGESTED + colour_number(role) | SUGGESTION


def mark_bit(colour: int) -> int:
    """The classes of a mark, by the colour of its label."""
    return 1 << _FIRST_MARK + colour | MARK


_BRACKETS: Final = (("‹", "›"), ("[", "]"), ("{", "}"))
"""Of the content and the two roles after it."""
_OTHER_BRACKETS: Final = ("<", ">")
_STANDS_FOR: Final = frozenset(BLANKS) - {"\u3000"}
"""Blanks of one cell, which a bracket may stand in for."""


class StyleRun(NamedTuple):
    """Code points from `start` to the next run of the line, painted with the classes in `bits`."""

    start: int
    bits: int


class KindRanges:
    """The sentences that are not body text: headings are bold, bylines and captions quiet."""

    def __init__(self, ranges: Sequence[tuple[int, int, int]]) -> None:
        self._starts = [start for start, _, _ in ranges]
        self._ranges = ranges

    def touching(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Yield `(start, end, bit)` of those that share a code point with `[start, end)`."""
        number = max(bisect_right(self._starts, start) - 1, 0)
        while number < len(self._ranges) and self._ranges[number][0] < end:
            if self._ranges[number][1] > start:
                yield self._ranges[number]
            number += 1


def _layers(
    line: WrappedLine, state: ViewState, spans: Sequence[PaintedSpan], kinds: KindRanges
) -> list[tuple[int, int, int]]:
    """Everything over the line as `(start, end, bit)`."""
    start, end = line
    layers = list(kinds.touching(start, end))
    for span in spans:
        if span.layer == "suggestion":
            bit = suggested_bit(span.role) | (OFFERED if span.active else 0)
        else:
            bit = mark_bit(span.role) if span.layer == "mark" else role_bit(span.role)
            bit |= ACTIVE if span.active else 0
        layers.append((span.start, span.end, bit))
    layers += ((at, at + 1, MARK_START) for at in _begun_beside(spans))
    lo, hi = state.sentence
    if lo < end and start < hi:
        layers.append((lo, hi, SENTENCE))
    if state.selection is not None:
        lo, hi = state.selection
        if lo < end and start < hi:
            layers.append((lo, hi, SELECTION))
    hits = state.hits
    number = bisect_left(hits, (end, end))
    while number > 0 and hits[number - 1][1] > start:
        number -= 1
        layers.append((*hits[number], HIT))
    if state.current_hit is not None:
        layers.append((*state.current_hit, CURRENT_HIT))
    layers.append((*state.cursor, CURSOR))
    return layers


def _begun_beside(spans: Sequence[PaintedSpan]) -> Iterator[int]:
    """Where marks begin in another one, or with a blank at most between them.

    Not right behind the one at work, which already looks different.
    """
    marks = [span for span in spans if span.layer == "mark"]
    ends = {span.end for span in marks if span.active}
    reach = -2
    for span in marks:
        if span.start <= reach + 1 and span.start not in ends:
            yield span.start
        reach = max(reach, span.end)


def runs(
    line: WrappedLine, state: ViewState, spans: Sequence[PaintedSpan], kinds: KindRanges
) -> tuple[StyleRun, ...]:
    """Cut the line wherever what lies over it changes.

    Where a claim is active, or a suggestion is the one offered, the roles of the others under it
    are not shown, so that it reads unbroken.

    Args:
        line: The code points to describe.
        state: What to paint.
        spans: Those of the state that touch the line.
        kinds: Headings and quiet sentences of the article.
    """
    start, end = line
    # Layers by where they begin and end on the line; only a handful of different bits exist, so
    # hundreds of overlapping spans cost no more than their ends.
    changes: dict[int, list[tuple[int, int]]] = {start: []}
    for lo, hi, bits in _layers(line, state, spans, kinds):
        if lo < hi and lo < end and start < hi:
            changes.setdefault(max(lo, start), []).append((bits, 1))
            changes.setdefault(min(hi, end), []).append((bits, -1))
    changes.pop(end, None)
    open_layers: dict[int, int] = {}
    out: list[StyleRun] = []
    for cut in sorted(changes):
        for layer, change in changes[cut]:
            open_layers[layer] = open_layers.get(layer, 0) + change
        bits = active = offered = marks = 0
        for layer, count in open_layers.items():
            if count:
                bits |= layer
                marks += count if layer & MARK else 0
                if layer & ACTIVE:
                    active |= layer
                elif layer & OFFERED:
                    offered |= layer
        if marks > 1:
            bits |= MARK_OVER
        if active & MARK:
            bits = bits & ~_MARKED | active
        if active & _CLAIMED:
            bits = bits & ~(_CLAIMED | _SUGGESTED) | active
        elif offered:
            bits = bits & ~_SUGGESTED | offered
        if not out or out[-1].bits != bits:
            out.append(StyleRun(cut, bits))
    return tuple(out)


def brackets(
    text: str, line: WrappedLine, spans: Sequence[PaintedSpan]
) -> tuple[tuple[int, str], ...]:
    """Where to draw brackets around the active spans of a line, in place of blanks beside them.

    Returns sorted `(offset, sign)` pairs. The blank at `offset` is drawn as the sign; offset
    `line.start - 1` is the cell before the line, and the offset after the line's last visible
    character is the cell there. A span without a blank beside it goes without the bracket: no
    text ever moves. Two spans that share a blank share a `|`.
    """
    signs: dict[int, str] = {}
    start, end = line
    last = start + len(text[start:end].rstrip(BLANKS))

    def put(offset: int, sign: str) -> None:
        signs[offset] = "|" if offset in signs else sign

    for span in spans:
        if not span.active:
            continue
        place = min(span.role, 3) if span.layer != "mark" else 3
        opening, closing = (*_BRACKETS, _OTHER_BRACKETS)[place]
        if span.start == start or (
            start < span.start < end and text[span.start - 1] in _STANDS_FOR
        ):
            put(span.start - 1, opening)
        if last <= span.end <= end:
            put(last, closing)
        elif start < span.end < last and text[span.end] in _STANDS_FOR:
            put(span.end, closing)
    return tuple(sorted(signs.items()))
