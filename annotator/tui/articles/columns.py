"""The columns of the list of articles: those that fit, the most important ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.cells import set_cell_size

from annotator.text.bars import bar
from annotator.text.safe import safe_line
from annotator.tui.widgets.fitting import cut

if TYPE_CHECKING:
    from annotator.project.types import ArticleSummary

_TITLE: Final = 24
"""Cells that the title has at least; it takes what the others leave."""
_WIDE: Final = 80
"""Cells that it has at most: beyond that the eye loses the row."""
_BAR: Final = 8


class _Column(NamedTuple):
    heading: str
    cells: int
    """Of the column; more when a number needs more."""
    right: bool
    importance: int
    """The least comes first; 0 is the title's."""
    value: Callable[[ArticleSummary], str]


def _count(number: int) -> str:
    return str(number or "")


_COLUMNS: Final = (
    _Column("title", _TITLE, False, 0, lambda a: safe_line(a.title or a.name)),
    _Column("progress", _BAR, False, 4, lambda a: bar(a.done, a.sentences, _BAR)),
    _Column("done", 7, True, 3, lambda a: f"{a.done}/{a.sentences}"),
    _Column("claims", 6, True, 6, lambda a: str(a.claims)),
    _Column("incomplete", 10, True, 5, lambda a: _count(a.incomplete)),
    _Column("flags", 5, True, 7, lambda a: _count(a.flagged)),
    _Column("outlet", 18, False, 8, lambda a: safe_line(a.outlet)),
    _Column("date", 10, False, 9, lambda a: safe_line(a.published)),
    _Column("last work", 16, False, 10, lambda a: a.last_work[:16].replace("T", " ")),
)


class ArticleColumns:
    """Draws rows of so many cells, the columns below each other."""

    def __init__(self, articles: int) -> None:
        """For the numbers of so many articles."""
        self._number = max(4, len(str(articles)) + 1)

    def names(self, width: int) -> str:
        """The names of the columns."""
        shown = self._shown(width)
        return self._line("#", "state", [c.heading for c, _ in shown], shown)

    def row(self, article: ArticleSummary, state: str, width: int) -> str:
        """An article's row; `state` is new, begun or done."""
        shown = self._shown(width)
        return self._line(str(article.number), state, [c.value(article) for c, _ in shown], shown)

    def _shown(self, width: int) -> list[tuple[_Column, int]]:
        """The columns that fit, with their cells; the first of them, the title, always does."""
        left = width - self._number - len("  state")
        kept: set[str] = set()
        for column in sorted(_COLUMNS, key=lambda c: c.importance):
            if not kept or column.cells + 1 <= left:
                kept.add(column.heading)
                left -= column.cells + 1
        cells = {
            c.heading: c.cells if c.importance else min(_WIDE, c.cells + left) for c in _COLUMNS
        }
        return [(c, max(1, cells[c.heading])) for c in _COLUMNS if c.heading in kept]

    def _line(
        self, number: str, state: str, values: list[str], shown: list[tuple[_Column, int]]
    ) -> str:
        line = f"{number:>{self._number}} {state:<5}"
        for value, (column, cells) in zip(values, shown, strict=True):
            fits = cut(value, cells)
            line += " " + (f"{fits:>{cells}}" if column.right else set_cell_size(fits, cells))
        return line
