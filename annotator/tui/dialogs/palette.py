"""The command palette: every action, article and theme by its name; the ones used most come first.

A box of the screen, not Textual's palette: that one is given its keys one after another later, so
that of `: Esc Esc` in quick succession the last could reach the article, and Enter could lose the
key after it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from textual import events, on

from annotator.session.line_editor import LineEditor
from annotator.text.safe import safe_text
from annotator.tui.dialogs.overlay import Overlay
from annotator.tui.terminal.pasting import one_line
from annotator.tui.widgets.editing import editing_line
from annotator.tui.widgets.fitting import cut
from annotator.tui.widgets.lines import Line, Lines, RowClick, StyledText

ROWS: Final = 12
"""Entries in view."""
MOST: Final = 200
"""Entries that are found at most: who wants another one types on."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something the palette offers: its name, the keys that do the same, and what it does."""

    name: str
    keys: str
    act: Callable[[], object]


def fit(name: str, words: Sequence[str]) -> int | None:
    """How well a name fits what was typed (0 is best), or None when a word of it is not there.

    A word that begins the name fits better than one that begins a word of it, and that better than
    one inside a word.
    """
    worst = 0
    for word in words:
        at = name.find(word)
        if at < 0:
            return None
        if at > 0:
            worst = max(worst, 1 if f" {word}" in name else 2)
    return worst


class Palette(Overlay):
    """Finds an entry by the words typed, and does what it stands for within the key press.

    Args:
        entries: What is offered at once.
        more: What else can be found by typing; read when the first letter is typed.
        used: How often each entry was taken before, by name; counted on here.
    """

    ROWS = ROWS + 6

    def __init__(
        self,
        entries: Iterable[Entry],
        more: Callable[[], Iterable[Entry]],
        used: Counter[str],
    ) -> None:
        super().__init__()
        self._entries = sorted(entries, key=lambda e: -used[e.name])
        self._read_more = more
        self._more: list[Entry] | None = None
        self._used = used
        self._line = LineEditor()
        self._cursor = 0
        self._found: list[Entry] = self._entries

    @property
    def typed(self) -> str:
        """What was typed."""
        return self._line.text

    @property
    def found(self) -> list[Entry]:
        """The entries that fit, the best first."""
        return self._found

    def _search(self) -> None:
        words = self.typed.casefold().split()
        self._cursor = 0
        if not words:
            self._found = self._entries
            return
        if self._more is None:
            self._more = list(self._read_more())
        fitting = [
            (worst, e)
            for e in (*self._entries, *self._more)
            if (worst := fit(e.name.casefold(), words)) is not None
        ]
        fitting.sort(key=lambda found: found[0])  # stable: among equals, those used most
        self._found = [e for _, e in fitting[:MOST]]

    # ------------------------------------------------------------------------------ drawing

    def paint(self) -> None:
        """What was typed, the entries around the cursor, and the keys."""
        width = max(20, self.size.width)
        lines: list[Line] = [
            [StyledText("Do: ", "title"), *editing_line(self._line, width - 4)],
            [],
            *islice(self._rows(width), ROWS),
        ]
        lines += [[]] * (ROWS + 2 - len(lines))
        lines.append([])
        lines.append(
            [
                *(StyledText("letters", "key"), StyledText(" find  ")),
                *(StyledText("↑ ↓", "key"), StyledText(" move  ")),
                *(StyledText("Enter", "key"), StyledText(" do it  ")),
                *(StyledText("Esc", "key"), StyledText(" leave")),
                StyledText(f"   {self._count()}", "dim"),
            ]
        )
        self.show(lines)

    def _count(self) -> str:
        if not self._found:
            return "nothing fits"
        many = f"{len(self._found)}{'+' if len(self._found) == MOST else ''}"
        return f"{self._cursor + 1} of {many}"

    def _first(self) -> int:
        """The first entry in view."""
        return max(0, self._cursor - ROWS + 1)

    def _rows(self, width: int) -> Iterator[Line]:
        first = self._first()
        keyed = 21 if any(entry.keys for entry in self._entries) else 0
        for i, entry in enumerate(self._found[first : first + ROWS], start=first):
            here = i == self._cursor
            click = RowClick(i - first)
            keys = cut(entry.keys, max(0, keyed - 1))
            name = cut(safe_text(entry.name), width - keyed - 3)
            yield [
                StyledText("▶ " if here else "  ", "key", click),
                StyledText(f"{keys:<{keyed}}", "key", click),
                StyledText(name, "strong" if here else "plain", click),
            ]

    # ------------------------------------------------------------------------------ keys

    def handle_key_event(self, event: events.Key) -> None:
        """Letters find, arrows move, Enter does it, Esc leaves; nothing else is heard."""
        key = event.key
        if key == "escape":
            self.close()
            return
        if key == "enter":
            self._take(self._cursor)
            return
        steps = {"down": 1, "tab": 1, "up": -1, "shift+tab": -1, "pagedown": ROWS, "pageup": -ROWS}
        if key in steps:
            self._cursor = max(0, min(self._cursor + steps[key], len(self._found) - 1))
        else:
            before = self.typed
            self._line.key(key, event.character or "")
            if self.typed != before:
                self._search()
        self.paint()

    def paste(self, text: str, *, typed: bool) -> None:
        """Find pasted words, as one line; a line break at the end of what was typed is Enter."""
        self._line.insert(one_line(text))
        self._search()
        if typed and text.endswith(("\r", "\n")):
            self._take(self._cursor)
        else:
            self.paint()

    @on(Lines.Clicked)
    def _clicked(self, event: Lines.Clicked) -> None:
        event.stop()
        if isinstance(event.click, RowClick):
            self._take(self._first() + event.click.row)

    def _take(self, index: int) -> None:
        if 0 <= index < len(self._found):
            entry = self._found[index]
            self._used[entry.name] += 1
            self.close()
            entry.act()
