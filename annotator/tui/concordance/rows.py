"""How a place of the concordance is drawn: what was found in one column, its context around it."""

from __future__ import annotations

import re
from typing import Final

from rich.cells import cell_len

from annotator.domain.graphemes import cluster_end, previous_boundary
from annotator.project.concordance import ConcordanceLine
from annotator.text.safe import safe_text
from annotator.tui.widgets.lines import Line, RowClick, StyledText

_BLANKS: Final = re.compile(r"\s+")
_LEFT: Final = 0.42
"""Share of the room that the context before takes: what was found fills the middle."""


def flat(text: str) -> str:
    """A text as one line that may be shown."""
    return safe_text(_BLANKS.sub(" ", text))


def tail(text: str, cells: int) -> str:
    """The end of a text in exactly so many cells, no grapheme cut; filled up on the left."""
    start, used = len(text), 0
    while start:
        before = previous_boundary(text, start)
        width = cell_len(text[before:start])
        if used + width > cells:
            break
        start, used = before, used + width
    return " " * (cells - used) + text[start:]


def head(text: str, cells: int) -> str:
    """The start of a text in at most so many cells, no grapheme cut."""
    end = used = 0
    while end < len(text):
        after = cluster_end(text, end, len(text))
        width = cell_len(text[end:after])
        if used + width > cells:
            break
        end, used = after, used + width
    return text[:end]


def place_row(
    line: ConcordanceLine, number: int, digits: int, width: int, *, here: bool, marked: bool
) -> Line:
    """A row: cursor, mark, article, and the words with their context, in `width` cells."""
    click = RowClick(number)
    lead = [
        StyledText("▶" if here else " ", "key", click),
        StyledText("[x] " if marked else "[ ] ", "strong" if marked else "dim", click),
        StyledText(f"{line.number:>{digits}}  ", "dim", click),
    ]
    room = max(20, width - 5 - digits - 2)
    before = int(room * _LEFT)
    found = head(flat(line.text), room - before)
    after = head(flat(line.after), room - before - cell_len(found))
    return [
        *lead,
        StyledText(tail(flat(line.before), before), "plain", click),
        StyledText(found, "title", click),
        StyledText(after, "plain", click),
    ]
