"""One line of text asked for: a note, a target, words to search."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import ModalScreen
from textual.widgets import Input

from annotator.tui.screens.direct import DirectScreen, act_on
from annotator.tui.widgets.lines import Lines, Piece


class EntryScreen(ModalScreen[None], DirectScreen[str]):
    """Asks for a line and calls `then` with it, or `left` when it is left with Esc."""

    CSS_PATH = "modal.tcss"

    def __init__(
        self,
        title: str,
        value: str,
        then: Callable[[str], None],
        left: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self._then = then
        self._left = left
        self._title = title
        self._input = Input(value, select_on_focus=False)

    def compose(self) -> ComposeResult:
        """A title, the line, and how to leave it."""
        with Container(id="box"):
            yield Lines(id="hint")
            yield self._input

    def on_mount(self) -> None:
        """Type at once."""
        self._input.focus()
        self.call_after_refresh(
            lambda: self.query_one("#hint", Lines).show(
                [
                    [
                        Piece(self._title, "title"),
                        Piece("   Enter", "key"),
                        Piece(" keep  "),
                        Piece("Esc", "key"),
                        Piece(" leave"),
                    ]
                ]
            )
        )

    def hear(self, event: events.Key) -> bool:
        """Type, edit, Enter keeps, Esc leaves everything as it was; also before it is drawn."""
        if event.key == "escape":
            self.dismiss()
            if self._left is not None:
                self._left()
        elif event.key == "enter":
            self.answer(self._input.value)
        elif event.character and event.is_printable:
            self._input.insert_text_at_cursor(event.character)
        else:
            return act_on(self._input, event.key)
        return True
