"""What a narrow screen has room for: columns of a table, words in lines, keys in a line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len, chop_cells, set_cell_size

from annotator.tui.widgets.lines import Line, StyledText

PADDING: Final = 2
"""Cells around each column of a table."""
SCROLLBAR: Final = 2
MOST: Final = 60
"""Cells that a column has at most."""
LEAST: Final = 16
"""Cells that a column is cut to before it is left out."""
WORDS: Final = 24
"""Cells that the most important column has at least, where it can use them."""


class Column(NamedTuple):
    """A column that is shown: its number in the table, and its width in cells."""

    number: int
    cells: int


def columns(
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    width: int,
    important: Sequence[int] = (),
) -> list[Column]:
    """The columns that fit beside each other without scrolling sideways, in their order.

    Args:
        headings: The columns' names.
        rows: The cells; short rows are read as far as they go.
        width: Cells of the table, its scroll bar included.
        important: Columns, the most important first; those not named follow from left to right.
            The first is always shown.
    """
    wanted = [cell_len(h) for h in headings]
    for row in rows:
        for i, cell in enumerate(row[: len(wanted)]):
            wanted[i] = max(wanted[i], min(MOST, cell_len(cell)))
    order = [*important, *(i for i in range(len(headings)) if i not in important)]
    left = width - SCROLLBAR
    given: dict[int, int] = {}
    for place, i in enumerate(order):
        least = min(wanted[i], max(WORDS if place == 0 else LEAST, cell_len(headings[i])))
        if not given or least + PADDING <= left:
            given[i] = least
            left -= least + PADDING
    for i in order:
        if i in given and left > 0:
            more = min(left, wanted[i] - given[i])
            given[i] += more
            left -= more
    return [Column(i, max(1, given[i])) for i in sorted(given)]


def cut(words: str, cells: int) -> str:
    """Words in at most so many cells, with an ellipsis when they are cut."""
    if cell_len(words) <= cells:
        return words
    return set_cell_size(words, max(0, cells - 1)).rstrip() + "…"


def fitted(line: Sequence[StyledText], width: int) -> Line:
    """The pieces of a line that fit so many cells; the one that does not is cut, the rest gone."""
    out: list[StyledText] = []
    for piece in line:
        cells = cell_len(piece.text)
        if cells > width:
            return [*out, piece._replace(text=cut(piece.text, width))] if width > 1 else out
        out.append(piece)
        width -= cells
    return out


def wrapped(text: str, width: int, rows: int) -> list[str]:
    """Cut a text into at most `rows` lines of `width` cells, at spaces; the rest is an ellipsis."""
    lines: list[str] = []
    line = ""
    width = max(1, width)
    words = (part for word in text.split(" ") for part in _divided(word, width))
    for word in words:
        candidate = f"{line} {word}" if line else word
        if cell_len(candidate) <= width:
            line = candidate
            continue
        if line:
            lines.append(line)
        line = word
    lines.append(line)
    if len(lines) > rows:
        lines = lines[:rows]
        lines[-1] = set_cell_size(lines[-1], width - 1).rstrip() + "…"
    return lines


def _divided(word: str, width: int) -> list[str]:
    """A word that is longer than a line, in parts that are not."""
    return [word] if cell_len(word) <= width else chop_cells(word, max(2, width))


def keys(pairs: Iterable[tuple[str, str]], width: int) -> Line:
    """A line of keys and what they do, as many from the first on as fit whole."""
    line: list[StyledText] = [StyledText(" ")]
    left = width - 1
    for key, does in pairs:
        left -= cell_len(key) + cell_len(does) + 3
        if left < -2:
            break
        line += [StyledText(key, "key"), StyledText(f" {does}  ")]
    return line
