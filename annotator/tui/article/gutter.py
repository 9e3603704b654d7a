"""The eight cells left of each line: cursor, sentence mark, key of the claim, lanes of claims.

    ▶·2f┏   “We never wrote that number,” a spokesperson said, “not
    ┊ 4a┗[  once,” according to two people.

Cell 0 is the cursor (or the flag of a sentence that the cursor is not in), cell 1 the state of the
sentences that start on the line, cells 2 and 3 the key of the claim that starts on it, cells 4 to 6
the lanes. Where no claim is, the letters of all marks that start on the line stand there: `PLO` of
a person, a place and an organisation. Cell 7 keeps the text apart; only a bracket around what
begins the line stands in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len

from annotator.tui.article.index import LANES, Extent
from annotator.tui.article.layout import WrappedLine
from annotator.tui.article.state import PaintedSpan, SentenceMark
from annotator.tui.terminal.printable import safe_label

WIDTH: Final = 8
_MARK_CELL: Final = 1
_KEY_CELL: Final = 2
_KEY_CELLS: Final = 2
_LANE_CELL: Final = 4

CURSOR_SIGN: Final = "▶"
CURSOR_TAIL: Final = "┊"
REVIEWED_SIGN: Final = "✓"
OPEN_SIGN: Final = "·"
FLAG_SIGN: Final = "!"
MORE_SIGN: Final = "+"

# How a lane looks where a claim: begins, goes on, has no words, ends, begins and ends; and where
# one claim ends and the next one of the same lane begins, as happens only when the other lanes are
# taken: an end and a beginning. The active claim is drawn heavy.
_LIGHT: Final = "╭│┆╰[╞"
_HEAVY: Final = "┏┃┇┗[╠"
_BEGIN, _ON, _GAP, _END, _WHOLE, _NEXT = range(6)

NOTHING: Final = ""
PLAIN: Final = "gutter"
AT_CURSOR: Final = "gutter-cursor"
DONE: Final = "gutter-done"
FLAGGED: Final = "gutter-flag"
KEY: Final = "gutter-key"
ACTIVE: Final = "gutter-active"
STYLED: Final = (PLAIN, AT_CURSOR, DONE, FLAGGED, KEY, ACTIVE)
"""Component classes of the gutter, without their prefix."""


class Cell(NamedTuple):
    """One cell of the gutter: what it shows, in which style, and whose it is (for the mouse)."""

    sign: str
    style: str = NOTHING
    owner: str | None = None


_EMPTY: Final = Cell(" ")


def _sentence_cells(
    line: WrappedLine,
    starts: Sequence[int],
    marks: Mapping[int, SentenceMark],
    sentence: tuple[int, int],
) -> tuple[Cell, Cell]:
    """Cells 0 and 1."""
    cursor, state = _EMPTY, _EMPTY
    here = sentence[0] < sentence[1]
    if here and line.start <= sentence[0] < line.end:
        cursor = Cell(CURSOR_SIGN, AT_CURSOR)
    elif here and sentence[0] < line.start < sentence[1]:
        cursor = Cell(CURSOR_TAIL, AT_CURSOR)
    found = [marks[index] for index in starts if index in marks]
    wanted = [mark for mark in found if not mark.skipped or mark.reviewed]
    if wanted:
        done = all(mark.reviewed for mark in wanted)
        state = Cell(REVIEWED_SIGN, DONE) if done else Cell(OPEN_SIGN, PLAIN)
    if any(mark.flagged for mark in found):
        if cursor is _EMPTY:
            cursor = Cell(FLAG_SIGN, FLAGGED)
        else:
            state = Cell(FLAG_SIGN, FLAGGED)
    return cursor, state


def _shape(line: WrappedLine, extent: Extent, worded: bool) -> int:
    begins, ends = extent.start >= line.start, extent.end <= line.end
    if begins:
        return _WHOLE if ends else _BEGIN
    if ends:
        return _END
    return _ON if worded else _GAP


def _lane_cells(
    line: WrappedLine, extents: Sequence[tuple[Extent, int]], spans: Sequence[PaintedSpan]
) -> list[Cell]:
    """One cell per lane; the last shows `+` when there are more lanes than cells."""
    worded = {span.owner for span in spans}
    cells = [_EMPTY] * LANES
    overflow: Extent | None = None
    for extent, lane in extents:
        if lane < 0:
            continue
        if lane >= LANES:
            overflow = extent if overflow is None or extent.active else overflow
            continue
        shape = _shape(line, extent, extent.owner in worded)
        old = cells[lane]
        if old is not _EMPTY:
            # Two claims one after the other on one line: the cell is the later one's, unless the
            # one before is the active one.
            shape = _NEXT
            if old.style == ACTIVE:
                cells[lane] = old._replace(sign=_HEAVY[shape])
                continue
        signs = _HEAVY if extent.active else _LIGHT
        cells[lane] = Cell(signs[shape], ACTIVE if extent.active else PLAIN, extent.owner)
    if overflow is not None:
        cells[-1] = Cell(MORE_SIGN, ACTIVE if overflow.active else PLAIN, overflow.owner)
    return cells


def _key_cells(line: WrappedLine, extents: Sequence[tuple[Extent, int]]) -> list[Cell]:
    """The key of what starts on the line: the active one, else the first claim, else a mark."""
    starting = [e for e, _ in extents if line.start <= e.start < line.end and e.key]
    if not starting:
        return [_EMPTY] * _KEY_CELLS
    chosen = min(starting, key=lambda e: (not e.active, not e.claim))
    key = safe_label(chosen.key, _KEY_CELLS)
    style = ACTIVE if chosen.active else KEY
    if cell_len(key) == len(key):
        signs = list(key.rjust(_KEY_CELLS))
    else:
        signs = [key, ""] if cell_len(key) == _KEY_CELLS else [" ", key]
    return [Cell(sign, NOTHING if sign == " " else style, chosen.owner) for sign in signs]


def _mark_cells(line: WrappedLine, extents: Sequence[tuple[Extent, int]]) -> list[Cell]:
    """The cells of keys and lanes where no claim is: the letters of the marks that start there."""
    starting = [e for e, _ in extents if line.start <= e.start < line.end and e.key]
    if len(starting) < 2 or not all(e.mark for e in starting):
        return [*_key_cells(line, extents), *[_EMPTY] * LANES]
    cells = [
        Cell(sign, ACTIVE if extent.active else KEY, extent.owner)
        for extent in starting
        for sign in safe_label(extent.key, _KEY_CELLS)
    ]
    room = _KEY_CELLS + LANES
    if len(cells) > room:
        cells[room - 1 :] = [cells[room - 1]._replace(sign=MORE_SIGN)]
    return [*cells, *[_EMPTY] * (room - len(cells))]


def gutter(
    line: WrappedLine,
    starts: Sequence[int],
    marks: Mapping[int, SentenceMark],
    sentence: tuple[int, int],
    extents: Sequence[tuple[Extent, int]],
    spans: Sequence[PaintedSpan],
) -> tuple[Cell, ...]:
    """Return the `WIDTH` cells of a line.

    Args:
        line: The code points of the line.
        starts: Indices of the sentences that start on it.
        marks: Sentence index -> mark.
        sentence: The cursor's sentence; an empty range when there is none.
        extents: The annotations that reach into the line, by start, with their lanes (-1: none).
        spans: The spans that touch the line.
    """
    return (
        *_sentence_cells(line, starts, marks, sentence),
        *(
            [*_key_cells(line, extents), *_lane_cells(line, extents, spans)]
            if any(lane >= 0 for _, lane in extents)
            else _mark_cells(line, extents)
        ),
        _EMPTY,
    )
