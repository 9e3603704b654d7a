"""The line of the search, at the foot of the screen, where the keys were."""

from __future__ import annotations

from collections.abc import Callable

from rich.cells import cell_len
from textual import events

from annotator.session.searching import Search
from annotator.tui.annotate.window import AnnotateWindow
from annotator.tui.dialogs.overlay import Overlay
from annotator.tui.terminal.pasting import one_line
from annotator.tui.widgets.editing import editing_line
from annotator.tui.widgets.lines import StyledText


class SearchLine(Overlay):
    """Finds while words are typed; Enter keeps the place, Esc goes back to where one was.

    Args:
        window: The annotation screen.
        last: The words that were looked for last.
        then: Called with the words that were kept.
    """

    DEFAULT_CSS = """
    SearchLine {
        border: none;
        padding: 0;
    }
    """

    def __init__(self, window: AnnotateWindow, last: str, then: Callable[[str], object]) -> None:
        super().__init__()
        self._window = window
        self._last = last
        self._then = then
        self.search = Search(window.session)
        self._top = window.view.scroll_offset.y

    def extent(self, width: int, height: int) -> tuple[int, int]:
        """The whole width, one row."""
        return width, 1

    def top(self, width: int, height: int, rows: int) -> int:
        """The last row."""
        return height - rows

    def paint(self) -> None:
        """The words, which of the places it is on, and the keys."""
        width = self.size.width
        counted = f"  {self.search.counted()}  "
        keys = [
            *(StyledText("Enter", "key"), StyledText(" keep  ")),
            *(StyledText("↓/↑", "key"), StyledText(" next/previous  ")),
            *(StyledText("Esc", "key"), StyledText(" back")),
        ]
        if self.search.empty and self._last:
            keys = [StyledText("Enter", "key"), StyledText(f" again: {self._last}")]
        line = self.search.line
        # The words have what the count leaves; the keys only what both leave.
        room = max(10, width - cell_len(counted) - 2)
        found = "good" if self.search.found else "dim" if self.search.empty else "warn"
        self.show(
            [
                [
                    StyledText(" /", "key"),
                    *editing_line(line, room),
                    StyledText(counted, found),
                    *keys,
                ]
            ]
        )

    def handle_key_event(self, event: events.Key) -> None:
        """Type and edit, step through the places, keep, or go back."""
        key = event.key
        if key == "escape":
            self._go_back()
        elif key == "enter":
            self._keep()
        elif key in ("down", "up"):
            self.search.step(1 if key == "down" else -1)
            self._show()
        else:
            before = self.search.line.text
            if self.search.line.key(key, event.character or ""):
                self._changed(before)

    def paste(self, text: str, *, typed: bool) -> None:
        """Look for all of the text, as one line; a line break at the end of typed text is Enter."""
        before = self.search.line.text
        self.search.line.insert(one_line(text))
        self._changed(before)
        if typed and text.endswith(("\r", "\n")):
            self._keep()

    def leave(self) -> None:
        """A click beside it: stay where the search led, for the click means what is there."""
        self.close()

    def _changed(self, before: str) -> None:
        if self.search.line.text != before:
            self.search.look()
            self._show()
        else:
            self.paint()

    def _show(self) -> None:
        self._window.paint()
        if self.search.empty:
            self._window.view.scroll_to(y=self._top, animate=False)
        self.paint()

    def _keep(self) -> None:
        search, words = self.search, self.search.line.text
        if search.empty and self._last:
            search.line.insert(self._last)
            search.look()
            words = self._last
        if search.found:
            self.close()
            self._then(words)
            self._window.paint()
            self._window.flash("from the top" if search.wrapped else "")
            return
        self._go_back()
        if not search.empty:
            self._window.flash(f"“{words}” is not in this article")

    def _go_back(self) -> None:
        self.search.leave()
        self.close()
        self._window.paint()
        self._window.view.scroll_to(y=self._top, animate=False)
