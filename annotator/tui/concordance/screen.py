"""The concordance over the corpus: a query at the foot, its places above, aligned on the words."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from textual import events, on
from textual.app import ComposeResult
from textual.worker import get_current_worker

from annotator.domain.errors import AnnotatorError
from annotator.phrases.query_parsing import QueryError, parse
from annotator.project.concordance import Concordance, CorpusSearch, Order
from annotator.session.line_editor import LineEditor
from annotator.tui.concordance.labels import Labelling
from annotator.tui.concordance.rows import flat, place_row
from annotator.tui.concordance.view import ConcordanceView, key_of
from annotator.tui.dialogs.overlay import OverlayHost, OverlayScreen
from annotator.tui.keymap import key_character
from annotator.tui.terminal.pasting import one_line
from annotator.tui.widgets import fitting
from annotator.tui.widgets.editing import editing_line
from annotator.tui.widgets.lines import Lines, RowClick, StyledText

if TYPE_CHECKING:
    from annotator.domain.model import Batch
    from annotator.tui.host import Host

KEPT: Final = 5_000
"""Rows that are listed at most; all are counted."""
CONTEXT: Final = 200
"""Code points on either side: what the widest window shows."""
WAIT_SECONDS: Final = 0.12
"""How long the query must stay before the corpus is searched for it."""
SHOW_SECONDS: Final = 0.3
"""How often what was found so far is shown."""
_ORDER_NAMES: Final = {
    "article": "by article",
    "date": "by date",
    "left": "by the words before",
    "right": "by the words after",
    "found": "by the words found",
}
_LAST: Final = 1 << 30


class ConcordanceScreen(OverlayScreen):
    """Lists the places of a query; is left with a place to go to, or without.

    Args:
        host: The application.
        view: What it showed when it was left last.
        leave: Called with the place (article, offset) or None when it has been left.
        wrote: Hears of every action that was written or taken back here.
    """

    CSS_PATH = "concordance.tcss"

    def __init__(
        self,
        host: Host,
        view: ConcordanceView,
        leave: Callable[[tuple[str, int] | None], object],
        wrote: Callable[[Batch], object],
    ) -> None:
        super().__init__()
        self.host = host
        self.view = view
        self._leave = leave
        self.wrote = wrote
        self.line = LineEditor(view.typed)
        self.typing = not view.lines
        """Whether keys go into the query."""
        self._said = ""
        self._fault: QueryError | None = None
        self._labelling = Labelling(self)

    def compose(self) -> ComposeResult:
        """What was found, the rows, where the row is, the query, the keys."""
        yield Lines(id="head")
        yield Lines(id="rows")
        yield Lines(id="place")
        yield Lines(id="query")
        yield Lines(id="foot")
        yield OverlayHost()

    def on_mount(self) -> None:
        """Draw when the size is known; ask for what was not asked yet."""
        self.query_one("#rows", Lines).fill_when_drawn(self.paint)
        if self.view.typed and self.view.asked != self.view.typed:
            self.ask()

    # ------------------------------------------------------------------------------ searching

    def ask(self) -> None:
        """Search for the query as it is now, in a worker; a fault in it is said at once."""
        view = self.view
        self.workers.cancel_group(self, "concordance")
        self._fault = None
        if not view.typed.strip():
            view.found, view.asked = None, view.typed
            return
        try:
            parse(view.typed)
        except QueryError as error:
            self._fault = error
            return
        typed, order = view.typed, view.order
        self.run_worker(
            lambda: self._search(typed, order),
            thread=True,
            exclusive=True,
            group="concordance",
            exit_on_error=False,
        )

    def _search(self, typed: str, order: Order) -> None:
        # Letters that follow each other quickly ask again; only the last query is searched for.
        time.sleep(WAIT_SECONDS)
        worker, host = get_current_worker(), self.host

        def given_up() -> bool:
            return worker.is_cancelled

        if given_up():
            return
        whose = None if host.options.others else host.annotator
        try:
            with host.project.reader() as project:
                search = CorpusSearch(
                    project, typed, order=order, context=CONTEXT, limit=KEPT, whose=whose
                )
                shown = time.monotonic()
                for _ in search.run():
                    if given_up():
                        return
                    if time.monotonic() - shown > SHOW_SECONDS:
                        self._hand_over(search.result(complete=False), typed)
                        shown = time.monotonic()
                found = search.result()
        except AnnotatorError as error:
            if not given_up():
                self.app.call_from_thread(self._refused, error, typed)
            return
        if not given_up():
            self._hand_over(found, typed)

    def _hand_over(self, found: Concordance, typed: str) -> None:
        self.app.call_from_thread(self._take, found, typed)

    def _take(self, found: Concordance, typed: str) -> None:
        if typed != self.view.typed or not self.is_mounted:
            return
        lost = self.view.take(found, typed)
        if lost:
            rows = "row is" if lost == 1 else "rows are"
            self._said = f"{lost} marked {rows} not among these, and no longer marked"
        self.paint()

    def _refused(self, error: AnnotatorError, typed: str) -> None:
        if typed != self.view.typed or not self.is_mounted:
            return
        if isinstance(error, QueryError):
            self._fault = error
        else:
            self._said = f"{error.message}. {error.hint}"
        self.paint()

    # ------------------------------------------------------------------------------ drawing

    def paint(self) -> None:
        """Bring the screen in step with the view: only lines that changed are drawn."""
        view, width = self.view, self.size.width
        marked = f"  {len(view.marked):,} marked" if view.marked else ""
        self.query_one("#head", Lines).show(
            [
                [
                    StyledText(" Concordance", "title"),
                    StyledText(f"  {view.counted()}", "strong"),
                    StyledText(marked, "warn"),
                    StyledText(f"  {_ORDER_NAMES[view.order]}" if view.lines else "", "dim"),
                ]
            ]
        )
        rows = self.query_one("#rows", Lines)
        visible = max(1, rows.size.height)
        first = max(0, min(view.cursor - visible // 2, len(view.lines) - visible))
        part = view.lines[first : first + visible]
        digits = len(str(max((x.number for x in part), default=1)))
        shown = [
            place_row(
                *(line, i, digits, width),
                here=i == view.cursor and not self.typing,
                marked=key_of(line) in view.marked,
            )
            for i, line in enumerate(part, start=first)
        ]
        rows.show(shown or self._empty(width))
        hint = self._fault.hint if self._fault else ""
        place = [StyledText(fitting.cut(f" {hint}", width), "warn")] if hint else self._where(width)
        self.query_one("#place", Lines).show([place])
        self._paint_foot(width)

    def _empty(self, width: int) -> list[list[StyledText]]:
        view = self.view
        if self._fault or (view.typed.strip() and view.found is None):
            return []
        if view.found is not None and view.found.complete:
            return [[], [StyledText("  These words stand nowhere, with these conditions.", "dim")]]
        told = (
            "Type what to look for: tax cut, minist*, minister NEAR/5 tax, tax AND levy.",
            "What is annotated there: label:NAME=VALUE, mark:*, in:ROLE, by:NAME, is:hand.",
            "Which articles: outlet:post, date:2024-03..2024-06.",
        )
        return [
            [],
            *(
                [StyledText(f"  {row}", "dim")]
                for text in told
                for row in fitting.wrapped(text, max(20, width - 4), 3)
            ),
        ]

    def _where(self, width: int) -> list[StyledText]:
        """The place under the cursor: outlet, date, title, and how you labelled it."""
        if not self.view.lines:
            return []
        line = self.view.lines[self.view.cursor]
        labels = self._labelling.at(line)
        where = "  ".join(
            p for p in (line.outlet, line.published[:10], line.title or line.name) if p
        )
        room = width - len(labels) - 4
        return [
            StyledText(f" {fitting.cut(flat(where), max(10, room))}", "dim"),
            StyledText(f"  {labels}" if labels else "", "warn"),
        ]

    def _paint_foot(self, width: int) -> None:
        editing = editing_line(self.line, width - 4) if self.typing else None
        plain = [StyledText(fitting.cut(flat(self.line.text), width - 4), "plain")]
        self.query_one("#query", Lines).show([[StyledText(" \\ ", "key"), *(editing or plain)]])
        foot = self.query_one("#foot", Lines)
        if self._fault is not None:
            fault = self._fault
            said = f" character {fault.at + 1}: {fault.what}"
            foot.show([[StyledText(fitting.cut(said, width), "warn")]])
            return
        if self._said:
            foot.show([[StyledText(fitting.cut(f" {self._said}", width), "warn")]])
            return
        keys = (
            [("Enter", "to the rows"), ("Esc", "leave")]
            if self.typing
            else [
                ("Enter", "go there"),
                ("Esc", "leave"),
                ("Space", "mark"),
                ("a", "all"),
                ("t", "label"),
                ("s", "sort"),
                ("/", "query"),
                ("n", "none"),
                ("u", "undo"),
            ]
        )
        foot.show([fitting.keys(keys, width)])

    def say(self, text: str) -> None:
        """Say something at the foot until the next key."""
        self._said = text

    # ------------------------------------------------------------------------------ keys

    def handle_key_here(self, event: events.Key) -> bool:
        """Type the query, or move among the rows and mark them."""
        self._said = ""
        if event.key == "escape":
            self._end(None)
            return True
        if self.typing:
            self._type(event)
        else:
            self._among_rows(event)
        if self.app.screen is self:
            self.paint()
        return True

    def _type(self, event: events.Key) -> None:
        if event.key in ("enter", "down", "up", "tab"):
            self.typing = False
        elif self.line.key(event.key, event.character or ""):
            self._typed()

    def _typed(self) -> None:
        if self.line.text != self.view.typed:
            self.view.typed = self.line.text
            self.view.cursor = 0
            self.ask()

    def paste(self, text: str, *, typed: bool) -> None:
        """Put pasted text into the query; a line break at the end of typed text is Enter."""
        self.line.insert(one_line(text))
        self.typing = not (typed and text.endswith(("\r", "\n")))
        self._typed()
        self.paint()

    def _among_rows(self, event: events.Key) -> None:
        view = self.view
        page = max(1, self.query_one("#rows", Lines).size.height - 1)
        steps = {
            "j": 1, "down": 1, "k": -1, "up": -1,
            "pagedown": page, "pageup": -page,
            "g": -_LAST, "home": -_LAST, "G": _LAST, "end": _LAST,
        }  # fmt: skip
        typed = event.character if event.character and event.character.isprintable() else event.key
        key = key_character(self.host.keymap.positioned(event.key)) or typed
        key = "space" if key == " " else key
        if key in steps:
            view.move(steps[key])
            return
        match key:
            case "enter" if view.lines:
                line = view.lines[view.cursor]
                self._end((line.article, line.start))
            case "space":
                view.toggle()
            case "a":
                view.mark_all()
                found = view.found
                if found and len(view.lines) < found.places:
                    self._said = (
                        f"the {len(view.lines):,} listed rows are marked;"
                        f" {found.places - len(view.lines):,} more are not listed"
                    )
            case "n":
                view.marked.clear()
            case "s" if view.typed:
                view.turn()
                self.ask()
            case "/" | "\\":
                self.typing = True
            case "t":
                self._labelling.choose()
            case "u":
                self._labelling.undo()
            case _:
                pass

    def _end(self, place: tuple[str, int] | None) -> None:
        if self.app.screen is self:
            self.workers.cancel_group(self, "concordance")
            self.dismiss()
            self._leave(place)

    @on(Lines.Clicked)
    def _clicked(self, event: Lines.Clicked) -> None:
        event.stop()
        if isinstance(event.click, RowClick) and self.overlay is None:
            self.typing = False
            self.view.cursor = event.click.row
            self.view.toggle()
            self.paint()
