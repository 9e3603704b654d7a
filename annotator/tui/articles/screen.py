"""The list of articles with the annotator's progress: rows are read as they come into view."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len, set_cell_size
from textual import events, on, work
from textual.app import ComposeResult
from textual.worker import get_current_worker

from annotator.domain.errors import AnnotatorError
from annotator.text.safe import safe_line
from annotator.tui.dialogs.direct import DirectScreen
from annotator.tui.widgets import fitting
from annotator.tui.widgets.lines import Line, Lines, RowClick, StyledText

if TYPE_CHECKING:
    from annotator.project.types import ArticleSummary, Order
    from annotator.tui.host import Host

_CHUNK: Final = 200
"""Articles read at once by whoever looks for the next one that is not done."""
_WHEEL: Final = 3
_ALONGSIDE: Final = 56
"""Cells of a row besides the title and what is shown only where there is room for it."""
_OUTLET: Final = 20
_DATE: Final = 10
_TITLE: Final = 24
"""Cells that the title has at least."""


def state_of(article: ArticleSummary) -> str:
    """new, begun or done: in words, since colours and signs alone tell nobody.

    An article with incomplete claims is not done, though every sentence was reviewed.
    """
    if article.done >= article.sentences and not article.incomplete:
        return "done"
    return "begun" if article.done or article.claims else "new"


def _fit(text: str, cells: int) -> str:
    """A text in exactly so many cells, with an ellipsis when it is cut."""
    if cell_len(text) > cells:
        text = set_cell_size(text, cells - 1) + "…"
    return set_cell_size(text, cells)


class ArticlesScreen(DirectScreen[str]):
    """Is left with the uid of the article to open."""

    CSS_PATH = "articles.tcss"

    def __init__(self, host: Host, here: str, then: Callable[[str], object]) -> None:
        """List the articles as they were added, standing on `here` (its uid)."""
        super().__init__(then)
        self.host = host
        self._all: Order = host.project.order()
        self._order = self._all
        self._cursor = self._all.index(here) or 0
        self._top = 0
        self._known: dict[str, ArticleSummary] = {}
        """The rows in view, and those seen before."""
        self._filter = ""
        self._counted = ""
        self._said = ""

    def compose(self) -> ComposeResult:
        """A head line, the names of the columns, the rows, the keys."""
        yield Lines(id="head")
        yield Lines(id="columns")
        yield Lines(id="rows")
        yield Lines(id="foot")

    def on_mount(self) -> None:
        """Paint when the size is known, standing on the article that is open; count beside it."""
        self.query_one("#rows", Lines).fill_when_drawn(self._paint)
        self.count()

    # ------------------------------------------------------------------------------ rows

    @property
    def cursor_article(self) -> str | None:
        """The uid of the article that the cursor is on; None when no article is listed."""
        found = self._order.uids(self._cursor, self._cursor + 1)
        return found[0] if found else None

    def _summaries(self, start: int, stop: int) -> list[ArticleSummary]:
        """The rows `[start, stop)`; only those that are not known are read."""
        uids = self._order.uids(start, stop)
        missing = [uid for uid in uids if uid not in self._known]
        if missing:
            for row in self.host.project.summaries(self.host.annotator, missing):
                self._known[row.uid] = row
        return [self._known[uid] for uid in uids]

    def _paint(self) -> None:
        rows = self.query_one("#rows", Lines)
        height, size = max(1, rows.size.height), len(self._order)
        self._cursor = max(0, min(self._cursor, size - 1))
        self._top = max(0, min(self._top, self._cursor, size - height))
        self._top = max(self._top, self._cursor - height + 1)
        shown = self._summaries(self._top, self._top + height)
        none = f" No title, outlet or name has these words; {self.host.keymap.shown('list.filter')}"
        none += " changes them, an empty filter shows all."
        lines = [self._row(i, a) for i, a in enumerate(shown, start=self._top)]
        rows.show(lines or [[], [StyledText(fitting.cut(none, self.size.width))]])
        self.query_one("#columns", Lines).show([[StyledText(self._names(), "dim")]])
        self._paint_head()
        self._paint_foot()

    def _cells(self) -> tuple[int, int, int]:
        """Cells of title, outlet and date: these two are there where there is room."""
        rest = self.size.width - _ALONGSIDE
        date = _DATE + 1 if rest - _DATE - 1 >= _TITLE else 0
        outlet = _OUTLET + 1 if rest - date - _OUTLET - 1 >= _TITLE else 0
        return max(_TITLE, rest - date - outlet), outlet, date

    def _line(self, *cells: str) -> str:
        title, outlet, date = self._cells()
        number, state, name, sentences, claims, incomplete, flags, source, when = cells
        return (
            f" {number:>7} {state:<5} {_fit(name, title)} {sentences:>11} {claims:>7} "
            f"{incomplete:>10} {flags:>6} "
            f"{_fit(source, outlet - 1) + ' ' if outlet else ''}"
            f"{_fit(when, date - 1) + ' ' if date else ''}"
        )

    def _names(self) -> str:
        return self._line(
            *("#", "state", "title", "sentences", "claims", "incomplete", "flags"),
            *("outlet", "date"),
        )

    def _row(self, place: int, a: ArticleSummary) -> Line:
        text = self._line(
            str(a.number),
            state_of(a),
            safe_line(a.title or a.name),
            f"{a.done}/{a.sentences}",
            str(a.claims),
            str(a.incomplete or ""),
            str(a.flagged or ""),
            safe_line(a.outlet),
            safe_line(a.published),
        )
        return [StyledText(text, "cursor" if place == self._cursor else "plain", RowClick(place))]

    # ------------------------------------------------------------------------------ head and foot

    @work(thread=True, exclusive=True, group="count", exit_on_error=False)
    def count(self) -> None:
        """Count over all articles in a thread, on a connection of its own: it may take long."""
        worker = get_current_worker()
        name = self.host.annotator
        try:
            with self.host.project.reader() as project:
                done, claims, incomplete = project.progress(name)
            said = f"{done:,} done  {claims:,} claim{'' if claims == 1 else 's'} by {name}"
            said += f", {incomplete:,} incomplete" if incomplete else ""
        except AnnotatorError as error:
            said = f"not counted: {error.message}"
        if not worker.is_cancelled:
            self.app.call_from_thread(self._take_count, said)

    def _take_count(self, said: str) -> None:
        self._counted = said
        if self.is_mounted:
            self._paint_head()

    def _paint_head(self) -> None:
        size = len(self._order)
        where = f"  {self._cursor + 1:,} of {size:,}" if size else "  none"
        many = len(self._all)
        name = StyledText(f" {many:,} article{'' if many == 1 else 's'}", "title")
        rest = [
            StyledText(f"  filter: {safe_line(self._filter)}" if self._filter else "", "strong"),
            StyledText(where, "dim"),
            StyledText(f"  {self._said}" if self._said else "", "warn"),
        ]
        # What was asked for is not cut by the counts.
        room = self.size.width - sum(cell_len(piece.text) for piece in (name, *rest))
        counts = fitting.cut(f"  {self._counted or 'counting …'}", room)
        self.query_one("#head", Lines).show([[name, StyledText(counts), *rest]])

    def _paint_foot(self) -> None:
        shown = self.host.keymap.shown
        pairs = [
            ("list.open", "open"),
            ("list.filter", "filter"),
            ("list.next_open", "next not done"),
            ("list.back", "back"),
            ("list.quit", "quit"),
        ]
        self.query_one("#foot", Lines).show(
            [
                [
                    StyledText(" "),
                    *(
                        p
                        for id_, what in pairs
                        for p in (StyledText(shown(id_), "key"), StyledText(f" {what}  "))
                    ),
                ]
            ]
        )

    # ------------------------------------------------------------------------------ keys

    def handle_key_here(self, event: events.Key) -> bool:
        """The list's own keys, and those that move; False when a key means nothing here."""
        self._said = ""
        match self.host.keymap.action(event.key, "list"):
            case "list.open":
                if (uid := self.cursor_article) is not None:
                    self.answer(uid)
            case "list.back":
                self.dismiss()
            case "list.quit":
                self.app.exit()
            case "list.next_open":
                self._next_open()
            case "list.filter":
                self._ask_filter()
            case "list.keys":
                from annotator.tui.dialogs.keysheet import KeySheet

                keymap, scheme = self.host.keymap, self.host.scheme
                self.open_overlay(KeySheet(keymap.actions, scheme, ["Articles"]))
            case _:
                return self._move(event.key)
        return True

    def _move(self, key: str) -> bool:
        page = max(1, self.query_one("#rows", Lines).size.height - 1)
        steps = {"up": -1, "down": 1, "pageup": -page, "pagedown": page}
        ends = {"home": 0, "ctrl+home": 0, "end": len(self._order), "ctrl+end": len(self._order)}
        if key not in steps and key not in ends:
            return False
        self._cursor = ends[key] if key in ends else self._cursor + steps[key]
        self._paint()
        return True

    def on_mouse_scroll_down(self) -> None:
        """The wheel moves the cursor along."""
        self._cursor += _WHEEL
        self._paint()

    def on_mouse_scroll_up(self) -> None:
        """The wheel moves the cursor along."""
        self._cursor -= _WHEEL
        self._paint()

    @on(Lines.Clicked)
    def _clicked(self, event: Lines.Clicked) -> None:
        """A click goes to a row, a click on the row under the cursor opens it."""
        if not isinstance(event.click, RowClick):
            return
        place = event.click.row
        if place == self._cursor and (uid := self.cursor_article) is not None:
            self.answer(uid)
            return
        self._cursor = place
        self._paint()

    def _next_open(self) -> None:
        at = self._cursor + 1
        while at < len(self._order):
            for place, row in enumerate(self._summaries(at, at + _CHUNK), start=at):
                if state_of(row) != "done":
                    self._cursor = place
                    self._paint()
                    return
            at += _CHUNK
        self._said = "every article from here on is done"
        self._paint_head()

    def _ask_filter(self) -> None:
        from annotator.tui.dialogs.entry import TextEntry

        def entered(words: str) -> None:
            here = self.cursor_article
            self._filter = words.strip()
            self._order = self.host.project.titled(self._filter) if self._filter else self._all
            self._cursor = (self._order.index(here) if here else None) or 0
            self._paint()

        self.open_overlay(TextEntry("Filter by title, outlet or name", self._filter, entered))
