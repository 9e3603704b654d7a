"""One part of the agreement report as a table on the screen: its columns that fit, its rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.text import Text
from textual.widgets import DataTable

from annotator.text.safe import safe_line
from annotator.tui.widgets import fitting
from annotator.tui.widgets.fitting import Column

if TYPE_CHECKING:
    from annotator.report.render.tables import Table

MOST_ROWS: Final = 500
"""Rows that a table on the screen has; the filter reaches the others."""

_NumberedRow = tuple[int, tuple[str, ...]]
"""The place of a row in its table, and its cells."""


class PartTable(DataTable[Text]):
    """The tables of a part, one under the other, as far as a filter lets their rows through."""

    def __init__(self) -> None:
        super().__init__(cursor_type="row", zebra_stripes=False)
        self._shown: tuple[Table, ...] = ()
        self._columns: list[Column] = []

    def fill(
        self, tables: Sequence[Table], words: str, important: Sequence[str], width: int
    ) -> None:
        """Show tables with the rows that have all these words, on a screen of so many cells.

        Args:
            tables: Of one part.
            words: The filter; empty for none.
            important: Names of columns that stay on a narrow screen, the first of them first.
            width: Cells of the screen.
        """
        row = self.cursor_row
        self.clear(columns=True)
        self._shown = tuple(tables)
        kept = [(one, list(_kept(one, words))) for one in tables]
        self._columns = _fitted(kept, important, width)
        for column in self._columns:
            # One table names the columns; several have their headings in rows.
            heading = tables[0].headings[column.number] if len(tables) == 1 else ""
            self.add_column(heading or " ", width=column.cells, key=str(column.number))
        widest = max(self._columns, key=lambda c: c.cells).number if self._columns else 0
        for number, (one, rows) in enumerate(kept):
            if len(tables) > 1:
                self._add((*[""] * widest, one.title), frozenset(), "bold")
                self._add(one.headings, one.right, "italic")
            for place, cells in rows:
                self._add(cells, one.right, "", f"{number}:{place}")
        if self.row_count:
            self.move_cursor(row=min(row, self.row_count - 1))

    def _add(
        self, cells: tuple[str, ...], right: frozenset[int], style: str, key: str | None = None
    ) -> None:
        # Text, so that nothing in a title or label is read as markup.
        row = [
            Text(
                _cut(cells[c.number], c.cells) if c.number < len(cells) else "",
                style=style,
                justify="right" if c.number in right else "left",
            )
            for c in self._columns
        ]
        self.add_row(*row, key=key)

    def hidden(self) -> list[str]:
        """The names of the columns that there is no room for."""
        shown = {c.number for c in self._columns}
        here = max((one.headings for one in self._shown), key=len, default=())
        return [name for i, name in enumerate(here) if i not in shown]

    def place(self) -> tuple[int, int] | None:
        """Table and row that the cursor is on; None on a heading or note."""
        if not self.row_count:
            return None
        key = str(self.coordinate_to_cell_key(self.cursor_coordinate).row_key.value or "")
        number, _, place = key.partition(":")
        return (int(number), int(place)) if place else None


def _cut(cell: str, cells: int) -> str:
    """A cell cut to so many cells; of a number with its interval the number, never half of it."""
    number, bracket, _ = cell.partition(" [")
    if bracket and cell_len(cell) > cells >= cell_len(number) + 2:
        return f"{number} …"
    return fitting.cut(cell, cells)


def _kept(table: Table, words: str) -> Iterator[_NumberedRow]:
    """The rows that the filter lets through, with their places, as many as are shown."""
    wanted = words.casefold().split()
    rows = (
        (place, tuple(map(safe_line, cells)))
        for place, cells in enumerate(table.rows)
        if all(w in " ".join(cells).casefold() for w in wanted)
    )
    return islice(rows, MOST_ROWS)


def _fitted(
    kept: Sequence[tuple[Table, list[_NumberedRow]]], wanted: Sequence[str], width: int
) -> list[Column]:
    """The columns that fit the width, for all tables of the part."""
    widest = max((one.headings for one, _ in kept), key=len, default=())
    names = widest if len(kept) == 1 else ("",) * len(widest)
    cells = [row for _, rows in kept for _, row in rows]
    cells += [one.headings for one, _ in kept]
    important = [widest.index(name) for name in wanted if name in widest]
    return fitting.columns(names, cells, width, important)
