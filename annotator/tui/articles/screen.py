"""The project at a glance: totals, pace and agreement, and every article with its progress.

Rows are read as they come into view; whatever needs the whole project is computed beside the keys.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from textual import events, on, work
from textual.app import ComposeResult
from textual.worker import get_current_worker

from annotator.domain.errors import AnnotatorError
from annotator.text.safe import safe_line
from annotator.tui.articles.columns import ArticleColumns
from annotator.tui.articles.totals import totals_lines
from annotator.tui.dialogs.direct import DirectScreen
from annotator.tui.widgets import fitting
from annotator.tui.widgets.lines import Line, Lines, RowClick, StyledText

if TYPE_CHECKING:
    from annotator.project.types import ArticleSummary, Order
    from annotator.tui.host import Host

_CHUNK: Final = 200
"""Articles read at once by whoever looks for the next one that is not done."""
_WHEEL: Final = 3
_SETTLED: Final = 1.0
"""Seconds until agreement is computed: who only passes by, or quits, need not wait for it."""


def state_of(article: ArticleSummary) -> str:
    """new, begun or done: in words, since colours and signs alone tell nobody.

    An article with incomplete claims is not done, though every sentence was reviewed.
    """
    if article.done >= article.sentences and not article.incomplete:
        return "done"
    return "begun" if article.done or article.claims else "new"


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
        self._columns = ArticleColumns(len(self._all))
        self._out: dict[str, str] = {a.uid: a.reason for a in host.project.excluded()}
        """The articles that are left out, with the reason."""
        self._only_out = False
        """Whether these are listed, instead of the others."""
        self._said = ""

    def compose(self) -> ComposeResult:
        """A head line, the project's totals, the names of the columns, the rows, the keys."""
        yield Lines(id="head")
        yield Lines(id="totals")
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
        columns, width = self._columns, self.size.width
        none = f" No title, outlet or name has these words; {self.host.keymap.shown('list.filter')}"
        none += " changes them, an empty filter shows all."
        if not self._filter:
            none = " Every article is left out."
        lines = [self._row(i, a) for i, a in enumerate(shown, start=self._top)]
        rows.show(lines or [[], [StyledText(fitting.cut(none, width))]])
        self.query_one("#columns", Lines).show([[StyledText(columns.names(width), "dim")]])
        self._paint_head()
        self._paint_totals()
        self._paint_foot()

    def _row(self, place: int, a: ArticleSummary) -> Line:
        reason = self._out.get(a.uid)
        if reason is not None:
            a = a._replace(title=f"{reason}: {a.title or a.name}")
        state = state_of(a) if reason is None else "out"
        text = self._columns.row(a, state, self.size.width)
        return [StyledText(text, "cursor" if place == self._cursor else "plain", RowClick(place))]

    # ------------------------------------------------------------------------------ head and foot

    @work(thread=True, exclusive=True, group="count", exit_on_error=False)
    def count(self) -> None:
        """Count over all articles in a thread, on a connection of its own: it may take long."""
        from annotator.project.status import ENOUGH, AgreementSoFar, shared_with, status

        worker, name, figures = get_current_worker(), self.host.annotator, self.host.figures
        try:
            with self.host.project.reader() as project:
                figures.status = status(project, name)
                shared = shared_with(project, name)
                if len(shared) < ENOUGH:
                    figures.agreement = AgreementSoFar(len(shared), (), ())
                stale = len(shared) >= ENOUGH and figures.is_stale(project, shared)
            figures.fault = ""
        except AnnotatorError as error:
            figures.fault, stale, shared = f"not counted: {error.message}", False, []
        if not worker.is_cancelled:
            self.app.call_from_thread(self._counted, shared if stale else [])

    def _counted(self, shared: list[str]) -> None:
        if not self.is_mounted:
            return
        self._paint_totals()
        if shared:
            self.set_timer(_SETTLED, lambda: self.compare(shared))

    @work(thread=True, exclusive=True, group="compare", exit_on_error=False)
    def compare(self, shared: list[str]) -> None:
        """Say how far people agree in the articles they share; kept until one of these changes."""
        from annotator.project.status import agreement_so_far

        worker, figures = get_current_worker(), self.host.figures
        try:
            with self.host.project.reader() as project:
                last = project.last_event()
                figures.agreement = agreement_so_far(project, self.host.annotator, shared)
                figures.stands_on(last, shared)
        except AnnotatorError as error:
            figures.fault = f"not compared: {error.message}"
        if not worker.is_cancelled:
            self.app.call_from_thread(self._paint_totals)

    def _paint_totals(self) -> None:
        if self.is_mounted:
            lines = totals_lines(self.host.figures, self.host.annotator, self.size.width)
            self.query_one("#totals", Lines).show(lines)

    def _paint_head(self) -> None:
        size, many = len(self._order), len(self._all)
        where = f"  {self._cursor + 1:,} of {size:,}" if size else "  none"
        head = [
            StyledText(f" {many:,} article{'' if many == 1 else 's'}", "title"),
            StyledText(f"  as {self.host.annotator}"),
            StyledText(f"  {self._left_out()}" if self._out else "", "strong"),
            StyledText(f"  filter: {safe_line(self._filter)}" if self._filter else "", "strong"),
            StyledText(where, "dim"),
            StyledText(f"  {self._said}" if self._said else "", "warn"),
        ]
        self.query_one("#head", Lines).show([head])

    def _left_out(self) -> str:
        if self._only_out:
            return "those that are left out"
        return f"{len(self._out):,} left out ({self.host.keymap.shown('list.excluded')})"

    def _paint_foot(self) -> None:
        shown = self.host.keymap.shown
        pairs = [
            ("list.open", "open"),
            ("list.filter", "filter"),
            ("list.next_open", "next not done"),
            ("list.exclude", "take in" if self._only_out else "leave out"),
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
            case "list.exclude":
                self._leave_out()
            case "list.excluded":
                self._turn()
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

    # ------------------------------------------------------------------------------ left out

    def _turn(self) -> None:
        """List the articles that are left out instead of the others, or these again."""
        if not self._out and not self._only_out:
            self._said = "no article is left out"
            self._paint_head()
            return
        self._only_out = not self._only_out
        self._list_again()

    def _leave_out(self) -> None:
        """Ask why the article under the cursor is left out; one that is out is taken in."""
        from annotator.tui.dialogs.entry import TextEntry

        uid, project = self.cursor_article, self.host.project
        if uid is None:
            return
        number = project.number_of(uid)
        if uid in self._out:
            self._write(lambda: project.include([uid]), f"article {number} is taken in again")
            return

        def entered(reason: str) -> None:
            self._write(lambda: project.exclude([uid], reason), f"article {number} is left out")

        self.open_overlay(TextEntry(f"Why is article {number} left out?", "", entered))

    def _write(self, act: Callable[[], object], said: str) -> None:
        """Do it, and list what is there then; undo takes it back, in any article."""
        try:
            act()
        except AnnotatorError as error:
            self.host.show_error(error)
            return
        self._out = {a.uid: a.reason for a in self.host.project.excluded()}
        self.host.renew_order()
        self._all = self.host.project.order()
        self._only_out = self._only_out and bool(self._out)
        self._list_again()
        self._said = said
        self._paint_head()
        self.count()

    def _list_again(self) -> None:
        here = self.cursor_article
        if self._only_out:
            self._order = self.host.project.order(list(self._out))
        else:
            self._order = self.host.project.titled(self._filter) if self._filter else self._all
        found = self._order.index(here) if here else None
        self._cursor = self._cursor if found is None else found
        self._paint()

    def _ask_filter(self) -> None:
        from annotator.tui.dialogs.entry import TextEntry

        def entered(words: str) -> None:
            here = self.cursor_article
            self._filter = words.strip()
            self._only_out = False
            self._order = self.host.project.titled(self._filter) if self._filter else self._all
            self._cursor = (self._order.index(here) if here else None) or 0
            self._paint()

        self.open_overlay(TextEntry("Filter by title, outlet or name", self._filter, entered))
