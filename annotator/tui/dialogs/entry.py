"""One line of text asked for: a note, a target, words to search."""

from __future__ import annotations

from collections.abc import Callable

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import ModalScreen
from textual.widgets import Input

from annotator.text.safe import safe_text
from annotator.tui.dialogs.direct import DirectScreen, act_on
from annotator.tui.terminal.pasting import one_line
from annotator.tui.widgets.lines import Lines, StyledText


class SafeInput(Input):
    """An entry field that draws its text safe for the terminal; what it holds stays as it is."""

    @property
    def _value(self) -> Text:
        return Text(safe_text(self.value), no_wrap=True, overflow="ignore", end="")

    def _position_to_cell(self, position: int) -> int:
        return cell_len(safe_text(self.value)[:position])


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
        self._input = SafeInput(value, select_on_focus=False)

    def paste(self, text: str, *, typed: bool) -> None:
        """Put in all of the text, as one line."""
        selection = self._input.selection
        if selection.is_empty:
            self._input.insert_text_at_cursor(one_line(text))
        else:
            self._input.replace(one_line(text), *selection)
        if typed and text.endswith(("\r", "\n")):
            self.answer(self._input.value)

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
                        StyledText(self._title, "title"),
                        StyledText("   Enter", "key"),
                        StyledText(" keep  "),
                        StyledText("Esc", "key"),
                        StyledText(" leave"),
                    ]
                ]
            )
        )

    def handle_key_event(self, event: events.Key) -> bool:
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
