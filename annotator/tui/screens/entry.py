"""One line of text asked for: a note, a target, words to search."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import ModalScreen
from textual.widgets import Input

from annotator.tui.widgets.lines import Lines, Piece


class EntryScreen(ModalScreen[str | None]):
    """Returns what was typed, or None when it was left with Esc."""

    CSS_PATH = "modal.tcss"

    def __init__(self, title: str, value: str) -> None:
        super().__init__()
        self._title = title
        self._value = value

    def compose(self) -> ComposeResult:
        """A title, the line, and how to leave it."""
        with Container(id="box"):
            yield Lines(id="hint")
            yield Input(self._value, select_on_focus=False)

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Input).focus()
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

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value)

    def on_key(self, event: events.Key) -> None:
        """Esc leaves everything as it was."""
        if event.key == "escape":
            event.stop()
            self.dismiss(None)
