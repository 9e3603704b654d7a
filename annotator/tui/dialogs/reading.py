"""A box to read in: blocks of lines, found by typing, scrolled, in two columns where wide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, zip_longest
from typing import Final

from rich.cells import cell_len
from textual import events

from annotator.session.line_editor import LineEditor
from annotator.tui.dialogs.overlay import Overlay
from annotator.tui.terminal.pasting import one_line
from annotator.tui.widgets import fitting
from annotator.tui.widgets.editing import editing_line
from annotator.tui.widgets.lines import Line, StyledText

AROUND: Final = 4
"""Rows that are not read: the border, the title, the keys."""
GAP: Final = 3
"""Cells between two columns."""
WHEEL: Final = 3

Block = Sequence[Line]


class ReadingBox(Overlay):
    """Shows the blocks that what was typed is found in; nothing typed, all of them."""

    COLUMNS = 132
    LEAST = 52
    """Cells of a column at least."""

    def __init__(self, title: str, start: int = 0) -> None:
        """Begin at a block, by its number among all."""
        super().__init__()
        self._title = title
        self._start: int | None = start
        self._first = 0
        self._room = 1
        self._length = 0
        self.find = LineEditor()

    def blocks(self, words: Sequence[str], width: int) -> Iterable[Block]:
        """The blocks in which all the words (folded) stand, in lines of `width` cells."""
        raise NotImplementedError

    def extent(self, width: int, height: int) -> tuple[int, int]:
        """Nearly all of the screen: one reads here."""
        return min(self.COLUMNS, width), max(1, height - 2)

    # ------------------------------------------------------------------------------ drawing

    def paint(self) -> None:
        """What is looked for, the blocks in view, the keys."""
        width, rows = max(20, self.size.width), max(1, self.size.height - 2)
        count = 2 if width >= 2 * self.LEAST + GAP else 1
        each = (width - GAP * (count - 1)) // count
        blocks = [list(b) for b in self.blocks(self.find.text.casefold().split(), each)]
        lines = list(chain.from_iterable(blocks))
        self._room, self._length = rows * count, len(lines)
        if self._start is not None:
            self._first = sum(map(len, blocks[: self._start]))
            self._start = None
        self._first = max(0, min(self._first, self._length - self._room))
        shown = lines[self._first : self._first + self._room]
        columns = [shown[i * rows : (i + 1) * rows] for i in range(count)]
        body: list[Line] = [_beside(row, each) for row in zip_longest(*columns, fillvalue=())] or [
            [StyledText("  nothing fits", "warn")]
        ]
        body += [[]] * (rows - len(body))
        self.show([self._head(width), *body, self._foot(width)])

    def _head(self, width: int) -> Line:
        found = [StyledText(f"{self._title}   ", "title"), StyledText("find: ", "dim")]
        return [*found, *editing_line(self.find, max(5, width - cell_len(self._title) - 9))]

    def _foot(self, width: int) -> Line:
        last = min(self._first + self._room, self._length)
        count = f"  {last} of {self._length} lines"
        pairs = (("letters", "find"), ("Esc", "close"), ("↑ ↓ PgUp PgDn", "scroll"))
        return [*fitting.keys(pairs, width - cell_len(count)), StyledText(count, "dim")]

    # ------------------------------------------------------------------------------ keys

    def handle_key_event(self, event: events.Key) -> None:
        """Letters find, arrows scroll, Esc leaves first what was typed, then the box."""
        key, page = event.key, max(1, self._room - 1)
        steps = {"down": 1, "up": -1, "pagedown": page, "pageup": -page}
        if key == "escape" and self.find.text:
            self._look("")
        elif key in ("escape", "enter"):
            self.close()
            return
        elif key in steps:
            self._scroll(steps[key])
        elif key in ("home", "end"):
            self._scroll(-self._length if key == "home" else self._length)
        elif self.find.key(key, event.character or ""):
            self._look(self.find.text)
        self.paint()

    def paste(self, text: str, *, typed: bool) -> None:
        """Find the text, as one line."""
        self.find.insert(one_line(text))
        self._look(self.find.text)
        self.paint()

    def _look(self, text: str) -> None:
        if text != self.find.text:
            self.find = LineEditor(text)
        self._first = 0

    def _scroll(self, lines: int) -> None:
        self._first = max(0, min(self._first + lines, self._length - self._room))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel scrolls."""
        event.stop()
        self._scroll(WHEEL)
        self.paint()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel scrolls."""
        event.stop()
        self._scroll(-WHEEL)
        self.paint()


def _beside(lines: Sequence[Line], width: int) -> Line:
    """Lines of columns of that width, as one."""
    out: list[StyledText] = []
    for i, line in enumerate(lines):
        if i:
            used = sum(cell_len(piece.text) for piece in lines[i - 1])
            out.append(StyledText(" " * max(0, width + GAP - used)))
        out += line
    return out
