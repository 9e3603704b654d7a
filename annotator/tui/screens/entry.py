"""One line of text asked for: a note, a target, words to search."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.screen import ModalScreen
from textual.widgets import Input

from annotator.tui.widgets.lines import Lines, Piece

_EDITS: Final = {
    key: f"action_{binding.action}"
    for binding in Input.BINDINGS
    if isinstance(binding, Binding) and "(" not in binding.action and binding.action != "submit"
    for key in binding.key.split(",")
}
"""Key -> the method of Input that it calls."""


class EntryScreen(ModalScreen[None]):
    """Asks for a line and calls `then` with it, unless it is left with Esc.

    `then` is called within the key press, not by Textual's result callback, which would come after
    the next key when two keys arrive together.
    """

    CSS_PATH = "modal.tcss"

    def __init__(self, title: str, value: str, then: Callable[[str], None]) -> None:
        super().__init__()
        self._then = then
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
        elif event.key == "enter":
            self.dismiss()
            self._then(self._input.value)
        elif event.key in _EDITS:
            getattr(self._input, _EDITS[event.key])()
        elif event.character and event.is_printable:
            self._input.insert_text_at_cursor(event.character)
        else:
            return False
        return True
