"""One line of text asked for: a note, a filter, a file to go on in."""

from __future__ import annotations

from collections.abc import Callable

from textual import events

from annotator.session.line_editor import LineEditor
from annotator.tui.dialogs.overlay import Overlay
from annotator.tui.terminal.pasting import one_line
from annotator.tui.widgets.editing import editing_line
from annotator.tui.widgets.lines import StyledText


class TextEntry(Overlay):
    """Asks for a line and calls `then` with it, or `left` when it is left with Esc or a click."""

    ROWS = 4

    def __init__(
        self,
        title: str,
        value: str,
        then: Callable[[str], None],
        left: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self._title = title
        self.line = LineEditor(value)
        self._then = then
        self._left = left

    def paint(self) -> None:
        """What is asked for and how to leave it; the line."""
        self.show(
            [
                [
                    StyledText(self._title, "title"),
                    StyledText("   Enter", "key"),
                    StyledText(" keep  "),
                    StyledText("Esc", "key"),
                    StyledText(" leave"),
                ],
                editing_line(self.line, self.size.width),
            ]
        )

    def handle_key_event(self, event: events.Key) -> None:
        """Type, edit, Enter keeps, Esc leaves everything as it was."""
        if event.key == "escape":
            self.leave()
        elif event.key == "enter":
            self._keep()
        elif self.line.key(event.key, event.character or ""):
            self.paint()

    def paste(self, text: str, *, typed: bool) -> None:
        """Put in all of the text, as one line; a line break at the end of typed text is Enter."""
        self.line.insert(one_line(text))
        if typed and text.endswith(("\r", "\n")):
            self._keep()
        else:
            self.paint()

    def _keep(self) -> None:
        self.close()
        self._then(self.line.text)

    def leave(self) -> None:
        """Close, and let who asked know that there is no answer."""
        self.close()
        if self._left is not None:
            self._left()
