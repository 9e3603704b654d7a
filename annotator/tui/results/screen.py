"""A table that a worker fills and whose rows jump: lint, lineage, clusters."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len
from rich.text import Text
from textual import events, on, work
from textual.app import ComposeResult
from textual.widgets import DataTable
from textual.worker import get_current_worker

from annotator.domain.errors import AnnotatorError
from annotator.domain.result_row import ResultRow
from annotator.text.safe import safe_line
from annotator.tui.dialogs.direct import DirectScreen, act_on
from annotator.tui.widgets import fitting
from annotator.tui.widgets.fitting import wrapped
from annotator.tui.widgets.lines import Line, Lines, StyledText


class _LeftError(Exception):
    """The screen was left while it computed."""


class RowsScreen(DirectScreen[tuple[str, int]]):
    """Is left with the place to go to."""

    CSS_PATH = "results.tcss"

    def __init__(
        self,
        title: str,
        columns: Sequence[str],
        load: Callable[[], list[ResultRow]],
        empty: Sequence[str],
        then: Callable[[tuple[str, int]], object],
        renew: Callable[[Callable[[float], None]], None] | None = None,
        positioned: Callable[[str], str] = str,
    ) -> None:
        """A screen of what `load` finds; `renew`, where given, computes it anew on a key.

        `positioned` gives the key of the table that a key stands for: see `Keymap.positioned`.
        Where nothing is found `empty` is shown in place of the rows: why, and what to press.
        Both run in a worker; `renew` is handed a function that hears the share that is done.
        """
        super().__init__(then)
        self._renew = renew
        self._positioned = positioned
        self._title = title
        self._columns = tuple(columns)
        self._load = load
        self._empty = tuple(empty)
        self.rows: list[ResultRow] = []
        self._hidden: list[str] = []
        """The columns that there is no room for."""
        self._said = "reading the corpus …"

    def compose(self) -> ComposeResult:
        """A head line, the table, the keys."""
        yield Lines(id="head")
        yield DataTable(cursor_type="row")
        yield Lines(id="empty")
        yield Lines(id="foot")

    def on_mount(self) -> None:
        """Ask the worker for the rows; the screen is there at once."""
        self.query_one(DataTable).focus()
        self.query_one("#empty", Lines).display = False
        # What is said when the screen is first drawn is what holds then: the rows may be there.
        self.query_one("#head", Lines).fill_when_drawn(self._paint)
        self.fill()

    def _say(self, text: str) -> None:
        self._said = text
        self._paint()

    def _paint(self) -> None:
        if not self.is_mounted:
            return
        # Where not both fit, what was found out matters more than the table's name.
        room = self.size.width - 4
        title = fitting.cut(self._title, max(room - cell_len(self._said), room // 3))
        said = fitting.cut(self._said, room - cell_len(title))
        head = [StyledText(f" {title}", "title"), StyledText(f"  {said}", "dim")]
        if self._hidden:
            head.append(StyledText(f"  a wider screen shows: {', '.join(self._hidden)}", "dim"))
        self.query_one("#head", Lines).show([fitting.fitted(head, self.size.width)])
        keys = [("Enter", "go there"), ("Esc", "back")]
        if self._renew:
            keys.insert(1, ("r", "compute anew"))
        self.query_one("#foot", Lines).show([fitting.keys(keys, self.size.width)])

    @work(thread=True, exclusive=True, group="rows", exit_on_error=False)
    def fill(self) -> None:
        """Run the search in a thread with a connection of its own."""
        try:
            rows = self._load()
        except AnnotatorError as error:
            self.app.call_from_thread(self._say, f"{error.message}. {error.hint}")
            return
        if not get_current_worker().is_cancelled:
            self.app.call_from_thread(self._filled, rows)

    @work(thread=True, exclusive=True, group="rows", exit_on_error=False)
    def compute(self) -> None:
        """Compute what is listed anew, telling how far it is, and list it."""
        worker, shown = get_current_worker(), -1

        def tell(share: float) -> None:
            nonlocal shown
            percent = int(100 * share)
            if worker.is_cancelled:
                raise _LeftError
            if percent != shown:
                shown = percent
                self.app.call_from_thread(self._say, f"computing … {percent} %")

        if self._renew is None:
            return
        try:
            self._renew(tell)
            rows = self._load()
        except _LeftError:
            return
        except AnnotatorError as error:
            self.app.call_from_thread(self._say, f"{error.message}. {error.hint}")
            return
        if not worker.is_cancelled:
            self.app.call_from_thread(self._filled, rows)

    def _filled(self, rows: list[ResultRow]) -> None:
        self.rows = rows
        self._fill_table()
        self._say(f"{len(rows):,}" if rows else "none")
        empty = self.query_one("#empty", Lines)
        table = self.query_one(DataTable)
        table.display = bool(rows)
        if rows:
            table.focus()  # without rows it was hidden, and had lost it
        empty.display = not rows
        if not rows:
            empty.fill_when_drawn(self._say_why)

    def _say_why(self) -> None:
        """Why there is no row, and what to press, a paragraph each."""
        lines: list[Line] = [[]]
        for part in self._empty:
            lines += [[StyledText(f" {row}")] for row in wrapped(part, self.size.width - 2, 4)]
            lines.append([])
        self.query_one("#empty", Lines).show(lines)

    def _fill_table(self) -> None:
        """Put the columns that fit into the table: the words first of all, then from the left."""
        table = self.query_one(DataTable)
        row = table.cursor_row
        table.clear(columns=True)
        cells = [tuple(map(safe_line, place.cells)) for place in self.rows]
        words = len(self._columns) - 1
        shown = fitting.columns(self._columns, cells, self.size.width, (words,))
        kept = {column.number for column in shown}
        self._hidden = [n for i, n in enumerate(self._columns) if i not in kept and self.rows]
        for column in shown:
            table.add_column(self._columns[column.number], width=column.cells)
        for i, place in enumerate(cells):
            # Text, so that nothing in a text is read as markup.
            fit = (Text(fitting.cut(place[c.number], c.cells)) for c in shown)
            table.add_row(*fit, key=str(i))
        if table.row_count:
            table.move_cursor(row=min(row, table.row_count - 1))

    def on_resize(self) -> None:
        """Other columns fit another width."""
        if self.is_mounted:
            self._fill_table()
            self._paint()
            if self.query_one("#empty", Lines).display:
                self._say_why()

    @on(DataTable.RowSelected)
    def _selected(self, event: DataTable.RowSelected) -> None:
        """A click on the row under the cursor."""
        self._go(event.cursor_row)

    def _go(self, number: int) -> None:
        if 0 <= number < len(self.rows):
            row = self.rows[number]
            self.answer((row.article, row.offset))

    def handle_key_here(self, event: events.Key) -> bool:
        """Enter goes to the place, Esc back to the article; other keys move in the table."""
        table, key = self.query_one(DataTable), self._positioned(event.key)
        if event.key == "escape":
            self.dismiss()
        elif event.key == "enter":
            self._go(table.cursor_row)
        elif key == "r" and self._renew:
            self._say("computing …")
            self.compute()
        else:
            return act_on(table, key)
        return True
