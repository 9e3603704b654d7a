"""Which line of an article lies in which row: exact where it matters, estimated elsewhere."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Final, NamedTuple

from annotator.domain.graphemes import is_boundary
from annotator.tui.article.cells import is_narrow
from annotator.tui.article.wrap import wrap

EXACT_BELOW: Final = 150_000
"""Texts of fewer code points are wrapped completely at once."""
_BLOCK: Final = 8_000
"""A longer paragraph is wrapped in pieces of this many code points, so that no step is long."""
_FILL: Final = 1.04
"""Cells of a full line over cells used: what the ragged edge of news English costs."""


class WrappedLine(NamedTuple):
    """One row of text: code points `[start, end)`, trailing white space included."""

    start: int
    end: int


class _Block(NamedTuple):
    start: int
    end: int
    gap: int
    """Blank rows above it."""


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Divide a paragraph that is too long to wrap in one go, after white space where there is."""
    while end - start > _BLOCK * 3 // 2:
        cut = text.rfind(" ", start + _BLOCK // 2, start + _BLOCK) + 1 or start + _BLOCK
        while cut < end and not is_boundary(text, cut):
            cut += 1
        if cut - start > _BLOCK * 3 // 2:
            break
        yield start, cut
        start = cut
    yield start, end


class LineMap:
    """The rows of a text wrapped at `width` cells: paragraphs with a blank row between them.

    Rows are counted from 0. Until `exact` is true, blocks that nobody has looked at count with an
    estimate; `settle` and `settle_some` replace estimates by wrapped lines, which moves the rows
    below. Whoever shows rows keeps its place with `place` and `row_of_place`.
    """

    def __init__(
        self,
        text: str,
        paragraphs: Iterable[tuple[int, int]],
        width: int,
        simplify: bool = False,
    ) -> None:
        self.text = text
        self.width = width
        self._simplify = simplify
        self._blocks = [
            _Block(lo, hi, int(number > 0 and lo == start))
            for number, (start, end) in enumerate(paragraphs)
            for lo, hi in _pieces(text, start, end)
        ]
        self._starts = array("i", (block.start for block in self._blocks))
        self._lines: list[array[int] | None] = [None] * len(self._blocks)
        self._heights: list[int] = []
        self._tops_cache: list[int] | None = None
        self._unsettled = len(self._blocks)
        self._next = 0
        if len(text) < EXACT_BELOW:
            self._heights = [0] * len(self._blocks)
            while self.settle_some(EXACT_BELOW):
                pass
        else:
            self._heights = [block.gap + self._estimate(block) for block in self._blocks]

    def _estimate(self, block: _Block) -> int:
        cells = float(block.end - block.start)
        if not is_narrow(self.text, block.start, block.end):
            sample = self.text[block.start : block.start + 64]
            cells *= 1 + sum("\u2e80" <= ch <= "\uffe6" for ch in sample) / max(len(sample), 1)
        return max(1, round(cells * _FILL / self.width + 0.5))

    @property
    def exact(self) -> bool:
        """Whether every row is wrapped, none estimated."""
        return self._unsettled == 0

    @property
    def rows(self) -> int:
        """How many rows the text takes, blank ones included."""
        return self._tops()[-1]

    def _tops(self) -> list[int]:
        """The first row of each block (its gap included), and the number of rows at the end."""
        if self._tops_cache is None:
            self._tops_cache = list(accumulate(self._heights, initial=0))
        return self._tops_cache

    def _wrapped(self, number: int) -> array[int]:
        """The line starts of a block, wrapped now unless they are known."""
        lines = self._lines[number]
        if lines is None:
            block = self._blocks[number]
            lines = wrap(self.text, block.start, block.end, self.width, self._simplify)
            self._lines[number] = lines
            self._unsettled -= 1
            height = block.gap + len(lines)
            if self._heights[number] != height:
                self._heights[number] = height
                self._tops_cache = None
        return lines

    def settle(self, row: int, count: int) -> None:
        """Wrap what lies in `count` rows from `row` on."""
        if self.exact or not self._blocks:
            return
        number = self._block_at_row(row)
        filled = self._tops()[number] - row
        while number < len(self._blocks) and filled < count:
            self._wrapped(number)
            filled += self._heights[number]
            number += 1

    def settle_some(self, code_points: int) -> bool:
        """Wrap about so many code points of what is still estimated; return whether any is left."""
        while self._next < len(self._blocks) and code_points > 0:
            if self._lines[self._next] is None:
                block = self._blocks[self._next]
                self._wrapped(self._next)
                code_points -= max(block.end - block.start, 1)
            self._next += 1
        return not self.exact

    def _block_at_row(self, row: int) -> int:
        return min(max(bisect_right(self._tops(), row) - 1, 0), len(self._blocks) - 1)

    def place(self, row: int) -> tuple[int, int]:
        """Return what is shown in a row, as (block, row within it), whatever the rows above do."""
        if not self._blocks:
            return 0, row
        number = self._block_at_row(row)
        return number, row - self._tops()[number]

    def row_of_place(self, place: tuple[int, int]) -> int:
        """Return the row in which a place is shown now."""
        if not self._blocks:
            return place[1]
        number, within = place
        return self._tops()[number] + min(within, max(self._heights[number] - 1, 0))

    def line(self, row: int) -> WrappedLine | None:
        """Return the line shown in a row; None for a blank row or one outside the text."""
        while self._blocks and 0 <= row < self.rows:
            number = self._block_at_row(row)
            if self._lines[number] is None:
                # Another block may lie in this row once this one is wrapped.
                self._wrapped(number)
                continue
            block, lines = self._blocks[number], self._wrapped(number)
            within = row - self._tops()[number] - block.gap
            if within < 0:
                return None
            end = lines[within + 1] if within + 1 < len(lines) else block.end
            return WrappedLine(lines[within], end)
        return None

    def row_of(self, offset: int) -> int:
        """Return the row that shows the code point at `offset`.

        An offset between two paragraphs belongs to the one before it. Wraps the block it is in.
        """
        if not self._blocks:
            return 0
        number = max(bisect_right(self._starts, offset) - 1, 0)
        lines = self._wrapped(number)
        within = max(bisect_right(lines, offset) - 1, 0)
        return self._tops()[number] + self._blocks[number].gap + within
