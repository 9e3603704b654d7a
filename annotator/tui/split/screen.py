"""The work list of a split: a place in its sentence, and a key for each label it can have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult

from annotator.domain.errors import AnnotatorError
from annotator.project.splits import SplitLabel, Undecided, decide, split_of
from annotator.text.safe import safe_line
from annotator.tui.dialogs.overlay import OverlayHost, OverlayScreen
from annotator.tui.keymap import key_character
from annotator.tui.widgets import fitting
from annotator.tui.widgets.lines import Line, Lines, StyledText

if TYPE_CHECKING:
    from annotator.tui.host import Host

KEYS: Final = "1234567890abcdefhilmnoprstvwxyz"
"""The keys of the labels, in the order of the scheme: no letter that moves or undoes."""
_LAST: Final = 1 << 30
_SENTENCE_ROWS: Final = 5


class SplitScreen(OverlayScreen):
    """Lists the places of a label that was split; a digit decides one and goes on to the next.

    Args:
        host: The application.
        split: The label, and what each place can have instead.
        places: Where it is, in reading order.
    """

    CSS_PATH = "split.tcss"

    def __init__(self, host: Host, split: SplitLabel, places: list[Undecided]) -> None:
        super().__init__()
        self.host = host
        self.split = split
        self.places = places
        self.decided: dict[str, str] = {}
        """Id -> the label that was given here."""
        self.cursor = 0
        self._done: list[str] = []
        """The ids decided here, in that order: what `u` takes back."""
        self._said = ""

    def compose(self) -> ComposeResult:
        """How many are left, the places, the one at hand in its sentence, the keys."""
        yield Lines(id="head")
        yield Lines(id="rows")
        yield Lines(id="place")
        yield Lines(id="said")
        yield Lines(id="foot")
        yield OverlayHost()

    def on_mount(self) -> None:
        """Draw when the size is known."""
        self.query_one("#rows", Lines).fill_when_drawn(self.paint)

    def on_resize(self) -> None:
        """Other lines fit another width."""
        if self.is_mounted:
            self.paint()

    # ------------------------------------------------------------------------------ drawing

    def paint(self) -> None:
        """Bring the screen in step with what is decided."""
        width, split = self.size.width, self.split
        left = len(self.places) - len(self.decided)
        title = " " + fitting.cut(f"{safe_line(str(split))} was split", max(10, width - 24))
        self.query_one("#head", Lines).show(
            [[StyledText(title, "title"), StyledText(f"  {left:,} to decide", "strong")]]
        )
        rows = self.query_one("#rows", Lines)
        visible = max(1, rows.size.height)
        first = max(0, min(self.cursor - visible // 2, len(self.places) - visible))
        part = enumerate(self.places[first : first + visible], start=first)
        rows.show([self._row(place, i == self.cursor, width) for i, place in part])
        self.query_one("#place", Lines).show(self._place(width))
        self.query_one("#said", Lines).show(
            [[StyledText(fitting.cut(f" {safe_line(self._said)}", width), "warn")]]
        )
        keys = [(key, value) for key, value in self._choices().items()]
        keys += [("u", "undo"), ("j k", "move"), ("Esc", "leave")]
        self.query_one("#foot", Lines).show([fitting.keys(keys, width)])

    def _choices(self) -> dict[str, str]:
        """Key -> the label that it gives."""
        named = zip(KEYS, self.split.choices, strict=False)
        return {key: safe_line(value.name) for key, value in named}

    def _row(self, place: Undecided, here: bool, width: int) -> Line:
        given = self.decided.get(place.id, "")
        mark = StyledText(" > " if here else "   ", "key")
        number = StyledText(f"{place.number:>4}  ", "dim")
        said = f"  {safe_line(given)}" if given else ""
        words = safe_line(" ".join((place.words or place.before).split()))
        room = max(8, width - 10 - cell_len(said))
        return [
            mark,
            number,
            StyledText(fitting.cut(words, room), "dim" if given else "plain"),
            StyledText(said, "strong"),
        ]

    def _place(self, width: int) -> list[Line]:
        """The place at hand: whose, where, and its sentence with the words in it."""
        if not self.places:
            return [[StyledText(" Nothing to decide: no annotation has this label.", "dim")]]
        place = self.places[self.cursor]
        where = f" {safe_line(place.title)}  ({safe_line(place.annotator)})"
        words = f"{place.before}[{place.words}]{place.after}" if place.words else place.before
        sentence = safe_line(" ".join(words.split()))
        lines: list[Line] = [[StyledText(fitting.cut(where, width), "dim")]]
        lines += [
            [StyledText(f" {row}")] for row in fitting.wrapped(sentence, width - 2, _SENTENCE_ROWS)
        ]
        return lines

    # ------------------------------------------------------------------------------ keys

    def handle_key_here(self, event: events.Key) -> bool:
        """A digit decides; arrows and letters move; u takes back."""
        self._said = ""
        keymap = self.host.keymap
        key = key_character(keymap.positioned(event.key)) or event.character or event.key
        page = max(1, self.query_one("#rows", Lines).size.height - 1)
        steps = {"j": 1, "k": -1, "g": -_LAST, "G": _LAST}
        named = {"down": 1, "up": -1, "pagedown": page, "pageup": -page, "home": -_LAST,
                 "end": _LAST}  # fmt: skip
        choice = keymap.digit(event.key) or key
        if event.key == "escape" or keymap.means(event.key, "app.quit"):
            self.app.exit()
        elif choice in self._choices():
            self._decide(KEYS.index(choice))
        elif key == "u":
            self._undo()
        elif event.key in named or key in steps:
            self._move(named.get(event.key) or steps[key])
        else:
            return False
        self.paint()
        return True

    def _move(self, by: int) -> None:
        self.cursor = max(0, min(self.cursor + by, len(self.places) - 1))

    def _decide(self, choice: int) -> None:
        if not self.places:
            return
        place, value = self.places[self.cursor], self.split.choices[choice].name
        if place.id in self.decided:
            self._said = f"decided already: {self.decided[place.id]} (u takes decisions back)"
            return
        try:
            decide(self.host.project, self.split, place, value, self.host.annotator)
        except AnnotatorError as error:
            self._said = f"{error.message}. {error.hint}"
            if self.host.project.scheme().version != self.split.version:
                self._follow()
            return
        self.decided[place.id] = value
        self._done.append(place.id)
        self._next()

    def _follow(self) -> None:
        """Go on under the scheme that somebody put in force, where the label is still split."""
        self._said = "not saved: the scheme changed; the labels below are those of now"
        try:
            self.split = split_of(self.host.project, str(self.split.label))
        except AnnotatorError:
            self._said = (
                "not saved: the scheme changed, and this label with it; open the list again"
            )

    def _next(self) -> None:
        """Go to the next place that is not decided, from the top again at the end."""
        order = [*range(self.cursor + 1, len(self.places)), *range(self.cursor + 1)]
        for i in order:
            if self.places[i].id not in self.decided:
                self.cursor = i
                return
        self._said = "all are decided"

    def _undo(self) -> None:
        if not self._done:
            self._said = "nothing decided here is left to undo"
            return
        try:
            batch = self.host.project.undo()
        except AnnotatorError as error:
            self._said = f"{error.message}. {error.hint}"
            return
        changed = {c.subject.id for c in batch.changes} if batch else set()
        self._said = f"undone: {batch.label}" if batch else "nothing is left to undo"
        # Another window may have been at work for the same annotator: that was undone then.
        if self._done[-1] in changed:
            id_ = self._done.pop()
            del self.decided[id_]
            self.cursor = next(i for i, place in enumerate(self.places) if place.id == id_)
