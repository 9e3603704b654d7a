"""A widget that scrolls over the wrapped rows of a long text without ever being laid out again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from annotator.tui.article.layout import LineMap
from annotator.tui.widgets.parts import Parts

_IDLE_CODE_POINTS: Final = 60_000
"""Wrapped per idle slice: about 8 ms, so that a key never waits longer."""
_IDLE_PAUSE: Final = 0.02
_NARROWEST: Final = 8
"""Cells of text that are wrapped for at least, so that any grapheme fits."""


class RowView(Parts, ScrollView, inherit_bindings=False):
    """Keeps a text wrapped to its width and knows which row is where.

    A row is a line of text or the blank between two paragraphs, counted from 0 at the top of the
    text. Before the first size is known, what should be revealed is remembered.
    """

    ALLOW_SELECT = False
    ALLOW_MAXIMIZE = False

    MEASURE: int = 88
    """Most cells of text per line: longer lines tire the eye."""
    MARGIN: int = 2
    """Rows kept between what is revealed and the edge of the view."""
    INDENT: int = 0
    """Cells left of the text."""

    def __init__(
        self,
        *,
        simplify: bool,
        name: str | None,
        id: str | None,  # noqa: A002 - Textual's name for it
        classes: str | None,
        disabled: bool,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self._simplify = simplify
        self._text = ""
        self._paragraphs: Sequence[tuple[int, int]] = ()
        self._map: LineMap | None = None
        self._fitted = Size(0, 0)
        self._wanted: tuple[int, int] | Literal["centre"] | None = None
        self._idle: Timer | None = None

    # What the article view adds

    @property
    def focus_offset(self) -> int:
        """The code point whose row stays in place when the text is wrapped anew."""
        return 0

    def rows_moved(self) -> None:
        """Called when other lines may lie in the rows than before."""

    # Wrapping

    def set_text(self, text: str, paragraphs: Sequence[tuple[int, int]]) -> None:
        """Show another text, from its top."""
        self._text = text
        self._paragraphs = paragraphs
        self._map = None
        self._wanted = None
        self._put_scroll(0)
        self.rows_moved()
        self.refresh()

    def fit(self) -> LineMap | None:
        """Return the rows for the present size, wrapped anew if the width changed.

        What the reader looks at stays where it is: the cursor's row if it is in view, otherwise
        the top row. None until a size is known.
        """
        size = self.scrollable_size
        if not size.width or not size.height:
            return None
        old, height = self._map, self._fitted.height
        self._fitted = size
        width = max(min(self.MEASURE, size.width - self.INDENT - 1), _NARROWEST)
        if old is None or old.width != width:
            return self._wrap(width, old, height)
        if size.height < height:
            self._keep_in_view(old, height)
        return old

    def _wrap(self, width: int, old: LineMap | None, height: int) -> LineMap:
        """Wrap to another width; `old` is what was shown before, in `height` rows."""
        anchor, at = 0, 0
        if old is not None:
            top = self.scroll_offset.y
            row = old.row_of(self.focus_offset)
            if top <= row < top + height:
                anchor, at = self.focus_offset, row - top
            elif (line := old.line(top) or old.line(top + 1)) is not None:
                anchor = line.start
        rows = self._map = LineMap(self._text, self._paragraphs, width, self._simplify)
        row = self._settled_row(rows, anchor)
        self._sync(rows)
        if old is not None:
            self._put_scroll(row - at)
        self._settle_view(rows)
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            if wanted == "centre":
                self._put_scroll(self._centred(rows))
            else:
                self._put_scroll(self._revealed(rows, *wanted, 0))
            self._settle_view(rows)
        self.rows_moved()
        if not rows.exact and self._idle is None:
            self._idle = self.set_timer(_IDLE_PAUSE, self._settle_slice)
        return rows

    def _keep_in_view(self, rows: LineMap, height: int) -> None:
        """After the view lost height: scroll if the cursor's row was in view and now is not."""
        top = self.scroll_offset.y
        row = self._row_of(rows, self.focus_offset)
        if row < top + height:
            self._put_scroll(max(top, row - self._fitted.height + 1))

    def _sync(self, rows: LineMap, draw: bool = True) -> None:
        """Tell Textual how many rows there are.

        Setting `virtual_size` the ordinary way costs a layout pass and a second paint of the
        whole screen; the scroll bar is all that has to know.
        """
        size = Size(self.scrollable_size.width, rows.rows)
        if size != self.virtual_size:
            self.set_reactive(Widget.virtual_size, size)
        if draw:
            bar = self.vertical_scrollbar
            bar.window_virtual_size = rows.rows
            bar.window_size = self.scrollable_size.height
            bar.position = self.scroll_y

    def _put_scroll(self, row: int) -> None:
        """Scroll without painting: the rows are about to be painted, or look the same."""
        row = min(max(row, 0), self.max_scroll_y)
        self.set_reactive(Widget.scroll_y, row)
        self.set_reactive(Widget.scroll_target_y, row)

    def _held(self, rows: LineMap, place: tuple[int, int], count: int) -> bool:
        """Hold what is in the top row there after rows were wrapped; return whether any moved.

        `count` is how many rows there were before.
        """
        row = rows.row_of_place(place)
        if row == self.scroll_offset.y and rows.rows == count:
            return False
        self._sync(rows, draw=False)
        self._put_scroll(row)
        self.rows_moved()
        if self.scroll_offset.y != row:
            # The text turned out shorter than estimated, and its end is in view.
            self.refresh()
        return True

    def _settle_view(self, rows: LineMap) -> None:
        """Wrap what is in view, and a view above and below, holding the top row in place."""
        if rows.exact:
            return
        height = self.scrollable_size.height
        top, count = self.scroll_offset.y, rows.rows
        rows.settle(top, 1)
        place = rows.place(top)
        rows.settle(max(top - height, 0), 3 * height)
        # Blocks above may have grown, so that the first call did not reach to the bottom.
        rows.settle(rows.row_of_place(place), 2 * height)
        self._held(rows, place, count)

    def _settled_row(self, rows: LineMap, offset: int) -> int:
        """The row of a code point, with a view's worth of rows around it wrapped."""
        if not rows.exact:
            height = self.scrollable_size.height
            rows.settle(max(rows.row_of(offset) - height, 0), 2 * height)
            rows.settle(rows.row_of(offset), height)
        return rows.row_of(offset)

    def _row_of(self, rows: LineMap, offset: int) -> int:
        """The row of a code point; wrapping on the way there moves nothing in view."""
        place, count = rows.place(self.scroll_offset.y), rows.rows
        self._settled_row(rows, offset)
        self._held(rows, place, count)
        return rows.row_of(offset)

    def _settle_slice(self) -> None:
        """Wrap a little more of what nobody has looked at; nothing visible moves."""
        self._idle = None
        rows = self._map
        if rows is None:
            return
        place, count = rows.place(self.scroll_offset.y), rows.rows
        more = rows.settle_some(_IDLE_CODE_POINTS)
        self._held(rows, place, count)
        if more:
            self._idle = self.set_timer(_IDLE_PAUSE, self._settle_slice)
        else:
            self._sync(rows)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Wrap for the present size first: a resize paints before it tells."""
        self.fit()
        return super().render_lines(crop)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Wrap what comes into view before it is painted."""
        super().watch_scroll_y(old_value, new_value)
        if self._map is not None:
            self._settle_view(self._map)

    # Places

    def line_of(self, offset: int) -> int:
        """Return the row that shows the code point at `offset` (0 before the first size)."""
        rows = self.fit()
        return 0 if rows is None else self._row_of(rows, offset)

    def _revealed(self, rows: LineMap, start: int, end: int, step: int) -> int:
        """The nearest scroll position that shows `[start, end)` within the margins."""
        height = self.scrollable_size.height
        margin = min(self.MARGIN, (height - 1) // 2)
        self._row_of(rows, start)  # wraps, and so may move the rows of the end
        last = self._row_of(rows, max(end - 1, start)) + margin
        first = self._row_of(rows, start) - margin
        top = self.scroll_offset.y
        if first < top:
            wanted = min(first, top - step)
        elif last >= top + height:
            wanted = top + step
        else:
            return top
        # What is taller than the view shows its start.
        return min(max(wanted, last - height + 1), first)

    def _centred(self, rows: LineMap) -> int:
        return self._row_of(rows, self.focus_offset) - self.scrollable_size.height // 2

    def reveal(self, start: int, end: int, step: int = 0) -> None:
        """Scroll by the least number of rows that shows `[start, end)` with a margin around it.

        With `step` scroll at least so many rows, if at all: every scroll writes the whole view
        to the terminal, so a reader who steps through sentences is better served by fewer.
        """
        rows = self.fit()
        if rows is None:
            self._wanted = start, end
        else:
            self._scroll_row(self._revealed(rows, start, end, step))
            if not rows.exact:
                # What came into view on the way was an estimate, so look again.
                self._scroll_row(self._revealed(rows, start, end, 0))

    def row_in_view(self, offset: int) -> int | None:
        """The row of the view, from its top, where an offset is; None before the first paint."""
        rows = self.fit()
        return None if rows is None else self._row_of(rows, offset) - self.scroll_offset.y

    def centre(self) -> None:
        """Scroll so that the cursor's row is in the middle of the view."""
        rows = self.fit()
        if rows is None:
            self._wanted = "centre"
        else:
            self._scroll_row(self._centred(rows))

    def _scroll_row(self, row: int) -> None:
        if self._map is not None:
            self._sync(self._map, draw=False)
        self.scroll_to(y=row, animate=False)

    def visible_range(self) -> tuple[int, int]:
        """The code points that the view shows now, from its first to its last row."""
        rows = self.fit()
        if rows is None:
            return 0, 0
        top = self.scroll_offset.y
        shown = [
            rows.line(y) for y in range(top, min(top + self.scrollable_size.height, rows.rows))
        ]
        lines = [line for line in shown if line is not None]
        return (lines[0].start, lines[-1].end) if lines else (0, 0)

    def page(self, direction: int) -> int:
        """Scroll one view down (1) or up (-1), two rows less so that the eye finds its place.

        Returns:
            The code point where the cursor should land: in the row of the view where it was; at
            the end of the text when there is nothing left to scroll.
        """
        rows = self.fit()
        if rows is None:
            return self.focus_offset
        height = self.scrollable_size.height
        at = self._row_of(rows, self.focus_offset) - self.scroll_offset.y
        if not 0 <= at < height:
            at = min(self.MARGIN, height - 1)
        before = self.scroll_offset.y
        self._scroll_row(before + direction * max(height - 2, 1))
        if self.scroll_offset.y == before:
            row = 0 if direction < 0 else rows.rows - 1
        else:
            row = self.scroll_offset.y + at
        while 0 < row < rows.rows - 1 and rows.line(row) is None:
            row += direction
        line = rows.line(row)
        return self.focus_offset if line is None else line.start
