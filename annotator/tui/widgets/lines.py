"""A widget of fixed lines: it repaints the lines that differ and never asks for a layout pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import ClassVar, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from annotator.session.commands import Command
from annotator.text.safe import safe_text
from annotator.tui.widgets.joiner import BLANK, Joiner
from annotator.tui.widgets.legible import READABLE, legible
from annotator.tui.widgets.parts import Parts
from annotator.tui.widgets.role_colours import COLOURS, ROLES


@dataclass(frozen=True, slots=True)
class RowClick:
    """A click on a row of a list, by its number."""

    row: int


@dataclass(frozen=True, slots=True)
class TabClick:
    """A click on the name of one of several lists or parts."""

    tab: str


Click = Command | RowClick | TabClick


class StyledText(NamedTuple):
    """A run of text in one style; `click` is what a click on it asks for."""

    text: str
    style: str = "plain"
    """Name of a component class without its prefix."""
    click: Click | None = None


Line = Sequence[StyledText]


def _cells(line: Sequence[StyledText]) -> int:
    return sum(cell_len(safe_text(piece.text)) for piece in line)


def differing(
    old: tuple[StyledText, ...], new: tuple[StyledText, ...], width: int
) -> tuple[int, int]:
    """The cells `[start, end)` in which two lines look different, of `width`.

    What else is on a line need not be sent to the terminal.
    """
    ends = [_cells(old), _cells(new)]
    same = 0
    while same < min(len(old), len(new)) and old[same][:2] == new[same][:2]:
        same += 1
    start = _cells(old[:same])
    if max(len(old), len(new)) > same < min(len(old), len(new)):
        a, b = old[same], new[same]
        if a.style == b.style and a.text.isascii() and b.text.isascii():
            pairs = enumerate(zip(a.text, b.text, strict=False))
            least = min(len(a.text), len(b.text))
            start += next((i for i, (x, y) in pairs if x != y), least)
    tail = 0
    if ends[0] == ends[1] <= width:
        most = min(len(old), len(new)) - same
        while tail < most and old[-1 - tail][:2] == new[-1 - tail][:2]:
            tail += 1
    end = max(ends) - _cells(new[len(new) - tail :])
    return min(start, width), min(end, width)


class Lines(Parts):
    """Draws lines of pieces, cut at the width (cells); text is made safe for the terminal here."""

    PARTS: ClassVar[frozenset[str]] = frozenset(
        {
            "lines--plain",
            "lines--title",
            "lines--key",
            "lines--dim",
            "lines--strong",
            "lines--warn",
            "lines--good",
            "lines--cursor",
            *(f"lines--role-{n}" for n in range(ROLES)),
            *(f"lines--mark-{n}" for n in range(COLOURS)),
        }
    )
    DEFAULT_CSS = """
    Lines {
        & > .lines--plain { color: $foreground; }
        & > .lines--title { text-style: bold; color: $text-primary; }
        & > .lines--key { text-style: bold; color: $text-accent; }
        & > .lines--dim { color: $foreground 70%; }
        & > .lines--strong { text-style: bold; }
        & > .lines--warn { color: $text-warning; text-style: bold; }
        & > .lines--good { color: $text-success; }
        & > .lines--cursor { text-style: reverse; }

        &:nocolor {
            & > .lines--title, & > .lines--key, & > .lines--warn { color: $foreground; }
            & > .lines--good { color: $foreground; }
        }
    }
    """

    @dataclass
    class Clicked(Message):
        """A piece that a click on means something was clicked."""

        click: Click

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        self._styles_of: dict[str, Style] = {}
        super().__init__(id=id)
        self._lines: list[tuple[StyledText, ...]] = []
        self._fill: Callable[[], object] | None = None
        self._filled: Size | None = None
        """The size that the lines were made for; None before the widget is first drawn."""
        self._filling = False

    def fill_when_drawn(self, fill: Callable[[], object]) -> None:
        """Let `fill` call `show` whenever the widget is drawn in a size that it did not have yet.

        Who shows lines earlier, say when the widget appears, cannot know its size.
        """
        self._fill = fill

    def show(self, lines: Sequence[Line]) -> None:
        """Replace the lines; only those that differ are painted again."""
        new = [tuple(line) for line in lines]
        old, self._lines = self._lines, new
        if self._filling:
            return
        if self._fill and self._filled != self.size:
            # All of it is about to be drawn, and to be made for the size that it has then.
            self._filled = None
            return
        blank: tuple[StyledText, ...] = ()
        changed = [
            Region(start, y, end - start, 1)
            for y, (a, b) in enumerate(zip_longest(old, new, fillvalue=blank))
            if a != b and y < self.size.height
            for start, end in [differing(a, b, self.size.width)]
            if start < end
        ]
        if changed:
            self.refresh(*changed)

    def plain(self) -> str:
        """The lines as plain text (for tests and for copying)."""
        return "\n".join("".join(p.text for p in line).rstrip() for line in self._lines)

    def render_line(self, y: int) -> Strip:
        """Draw one line of the widget."""
        if self._fill and self._filled != self.size:
            self._filled, self._filling = self.size, True
            self._fill()
            self._filling = False
        width = self.size.width
        base = self.rich_style
        if y >= len(self._lines):
            return Strip.blank(width, base)
        joiner = Joiner()
        left = width
        for piece in self._lines[y]:
            text = safe_text(piece.text)
            if cell_len(text) > left:
                text = set_cell_size(text, left)
            joiner.add(text, self._style(piece.style))
            left -= cell_len(text)
            if left <= 0:
                break
        if left > 0:
            joiner.add(BLANK * left, base)
        return Strip(joiner.segments(), width)

    def _style(self, name: str) -> Style:
        style = self._styles_of.get(name)
        if style is None:
            base = self.rich_style
            style = legible(base + self.part_style(f"lines--{name}"), base, READABLE)
            self._styles_of[name] = style
        return style

    def notify_style_update(self) -> None:
        """Forget how parts look: another theme draws them differently."""
        self._styles_of.clear()
        super().notify_style_update()

    def on_click(self, event: events.Click) -> None:
        """Tell who listens which piece was hit."""
        at = event.get_content_offset(self)
        if at is None or at.y >= len(self._lines):
            return
        x = 0
        for piece in self._lines[at.y]:
            x += cell_len(safe_text(piece.text))
            if at.x < x:
                if piece.click is not None:
                    self.post_message(self.Clicked(piece.click))
                return
