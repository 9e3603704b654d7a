"""The agreement report on the screen: its parts fill in from a worker, a row leads to its case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final

from rich.text import Text
from textual import events, on, work
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import DataTable
from textual.worker import get_current_worker

from annotator.domain.errors import AnnotatorError
from annotator.project.agreement import Comparison, read_comparison, read_decisions
from annotator.text.safe import safe_line
from annotator.tui.widgets import fitting
from annotator.tui.widgets.fitting import Column
from annotator.tui.widgets.lines import Lines, Piece, TabClick
from annotator.tui.widgets.panel import wrapped

if TYPE_CHECKING:
    from annotator.report import Corpus
    from annotator.report.build import Part
    from annotator.report.differences import Disagreement
    from annotator.report.render.tables import Table
    from annotator.tui.agree.app import AgreementApp

SHORT: Final = {
    "header": "data",
    "layers": "layers",
    "labels": "labels",
    "pairs": "pairs",
    "confusions": "kinds",
    "documents": "articles",
    "disagreements": "disagreements",
    "rounds": "rounds",
    "merges": "merges",
    "guidelines": "guidelines",
    "consistency": "again",
}
"""The parts as the line of tabs names them."""
NOTES: Final = 4
"""Lines under the table."""
IMPORTANT: Final = {
    # The words and whether it is decided, then what it is about; names and offsets last.
    "disagreements": ("words", "state", "what", "kind", "#", "who", "pairs", "offset"),
}
"""By part the columns that stay on a narrow screen, the first of them first; else from the left."""
MOST_ROWS: Final = 500
"""Rows that a table on the screen has; the filter reaches the others."""


_Row = tuple[int, tuple[str, ...]]
"""The place of a row in its table, and its cells."""


class AgreeScreen(Screen[None]):
    """Shows one part at a time; numbers are always printed, never shown by colour alone."""

    app: AgreementApp
    CSS_PATH = "agree.tcss"

    def __init__(self) -> None:
        super().__init__()
        self.part = "layers"
        self._tables: dict[str, tuple[Table, ...]] = {}
        self._rows: Sequence[Disagreement] = ()
        self._corpus: Corpus | None = None
        self._read: Comparison | None = None
        self._columns: list[Column] = []
        self._filter = ""
        self._said = ""
        self._open = 0
        self.handlers: dict[str, Callable[[], None]] = {
            "agree.open": self._enter,
            "agree.next": lambda: self._turn(1),
            "agree.prev": lambda: self._turn(-1),
            "agree.down": lambda: self._table.action_cursor_down(),
            "agree.up": lambda: self._table.action_cursor_up(),
            "agree.page_down": lambda: self._table.action_page_down(),
            "agree.page_up": lambda: self._table.action_page_up(),
            "agree.disagreements": lambda: self._show("disagreements"),
            "agree.filter": self._ask_filter,
            "agree.again": self._begin,
            "agree.keys": self._keys,
            "agree.quit": lambda: self.app.exit(),
            "agree.back": lambda: self.app.exit(),
        }

    def compose(self) -> ComposeResult:
        """A head line, the parts, a table, its notes, the keys."""
        yield Lines(id="head")
        yield Lines(id="parts")
        yield DataTable(cursor_type="row", zebra_stripes=False)
        yield Lines(id="notes")
        yield Lines(id="foot")

    def on_mount(self) -> None:
        """Start to compute; the frame is there at once."""
        self._table.focus()
        self.call_after_refresh(self._paint)
        self._begin()

    @property
    def _table(self) -> DataTable[Text]:
        return self.query_one(DataTable)

    # ------------------------------------------------------------------------------ computing

    def _begin(self) -> None:
        self._compute()

    @work(thread=True, exclusive=True, group="report", exit_on_error=False)
    def _compute(self) -> None:
        """Read everything and make the parts one after the other."""
        from annotator.report import parts

        worker = get_current_worker()
        try:
            with self.app.reader() as project:
                self._read = found = read_comparison(project, self.app.annotator)
            corpus = found.topics.corpus
            for name, part in parts(corpus, topics=found.topics):
                if worker.is_cancelled:
                    return
                self.app.call_from_thread(self._take, name, part, corpus)
        except AnnotatorError as error:
            self.app.call_from_thread(self._complain, error)

    def _take(self, name: str, part: Part, corpus: Corpus) -> None:
        from annotator.report.disagreement_list import Differences
        from annotator.report.render.tables import tables_of

        self._corpus = corpus
        self._tables[name] = tables_of(name, part, corpus)
        if isinstance(part, Differences):
            self._rows = part.rows
            self._open = part.open
        if name == self.part:
            self._fill()
        self._paint()

    def decided(self) -> None:
        """Back from adjudication: what was decided is counted again."""
        self._said = "counting again ..."
        self._paint()
        self._count_again()

    @work(thread=True, exclusive=True, group="report", exit_on_error=False)
    def _count_again(self) -> None:
        from annotator.report.build import Options, header_of
        from annotator.report.disagreement_list import differences

        known, judge = self._read, self.app.annotator
        try:
            with self.app.reader() as project:
                now = known and read_decisions(project, known, judge)
                self._read = now = now or read_comparison(project, judge)
            corpus = now.topics.corpus
            found = differences(now.topics, None)
            header = header_of(corpus, Options())
            self.app.call_from_thread(self._recounted, header, found, corpus)
        except AnnotatorError as error:
            self.app.call_from_thread(self._complain, error)

    def _recounted(self, header: Part, found: Part, corpus: Corpus) -> None:
        before = self._open
        self._take("header", header, corpus)
        self._take("disagreements", found, corpus)
        self._said = f"open disagreements: {before} before, {self._open} now"
        self._paint()
        if len(self._tables) < len(SHORT):
            # The first computation was stopped by this one: the other parts are still missing.
            self._compute()

    def _complain(self, error: AnnotatorError) -> None:
        self.app.notify(error.hint, title=error.message, severity="error", timeout=15, markup=False)

    # ------------------------------------------------------------------------------ painting

    def _fill(self) -> None:
        """Put the part's tables into the widget, one under the other, as wide as the screen is."""
        table = self._table
        row = table.cursor_row
        table.clear(columns=True)
        found = self._tables.get(self.part, ())
        kept = [(one, list(self._kept(one))) for one in found]
        self._columns = self._fitted(kept)
        for column in self._columns:
            # One table names the columns; several have their headings in rows.
            heading = found[0].headings[column.number] if len(found) == 1 else ""
            table.add_column(heading or " ", width=column.cells, key=str(column.number))
        widest = max(self._columns, key=lambda c: c.cells).number if self._columns else 0
        for number, (one, rows) in enumerate(kept):
            if len(found) > 1:
                self._add((*[""] * widest, one.title), frozenset(), "bold")
                self._add(one.headings, one.right, "dim")
            for place, cells in rows:
                self._add(cells, one.right, "", f"{number}:{place}")
        if table.row_count:
            table.move_cursor(row=min(row, table.row_count - 1))

    def _kept(self, table: Table) -> Iterator[_Row]:
        """The rows that the filter lets through, with their places, as many as are shown."""
        words = self._filter.casefold().split()
        rows = (
            (place, tuple(map(safe_line, cells)))
            for place, cells in enumerate(table.rows)
            if all(w in " ".join(cells).casefold() for w in words)
        )
        return islice(rows, MOST_ROWS)

    def _fitted(
        self, kept: Sequence[tuple[Table, list[tuple[int, tuple[str, ...]]]]]
    ) -> list[Column]:
        """The columns that fit the width, for all tables of the part."""
        widest = max((one.headings for one, _ in kept), key=len, default=())
        names = widest if len(kept) == 1 else ("",) * len(widest)
        cells = [row for _, rows in kept for _, row in rows]
        cells += [one.headings for one, _ in kept]
        wanted = IMPORTANT.get(self.part, ())
        important = [names.index(name) for name in wanted if name in names]
        return fitting.columns(names, cells, self.size.width, important)

    def _add(
        self, cells: tuple[str, ...], right: frozenset[int], style: str, key: str | None = None
    ) -> None:
        # Text, so that nothing in a title or label is read as markup.
        row = [
            Text(
                fitting.cut(cells[c.number], c.cells) if c.number < len(cells) else "",
                style=style,
                justify="right" if c.number in right else "left",
            )
            for c in self._columns
        ]
        self._table.add_row(*row, key=key)

    def on_resize(self) -> None:
        """Other columns fit another width."""
        if self.is_mounted:
            self._fill()
            self._paint()

    def _paint(self) -> None:
        if not self.is_mounted:
            return
        width = self.size.width
        head = [Piece(" agreement ", "title"), Piece(f" {self.app.project}")]
        if self._corpus is not None:
            corpus = self._corpus
            head.append(
                Piece(f"  {len(corpus.articles)} articles, {len(corpus.annotators)} annotators")
            )
        if "disagreements" in self._tables:
            head.append(Piece(f"  open {self._open} of {len(self._rows)} disagreements", "strong"))
        if len(self._tables) < len(SHORT):
            head.append(Piece(f"  computing {len(self._tables)}/{len(SHORT)} ...", "warn"))
        self.query_one("#head", Lines).show([head])
        self.query_one("#parts", Lines).show([self._tabs(width)])
        self._paint_notes(width)
        shown = self.app.keymap.shown
        pairs = (
            ("agree.next", "next part"),
            ("agree.disagreements", "disagreements"),
            ("agree.open", "adjudicate"),
            ("agree.back", "quit"),
            ("agree.keys", "keys"),
            ("agree.filter", "filter"),
            ("agree.again", "again"),
        )
        keys = fitting.keys(((shown(i), w) for i, w in pairs), width)
        foot = [Piece(f" {self._said}", "strong")] if self._said else keys
        self.query_one("#foot", Lines).show([foot])

    def _tabs(self, width: int) -> list[Piece]:
        """The parts, from the first one on that leaves room for the current one and the next."""
        names = list(SHORT)
        here = names.index(self.part)
        first = 0

        def until(last: int) -> int:
            return 2 + sum(len(SHORT[name]) + 3 for name in names[first : last + 1])

        while first < here and until(min(here + 1, len(names) - 1)) > width:
            first += 1
        tabs = [Piece("‹" if first else " ", "dim")]
        used = 2
        for name in names[first:]:
            used += len(SHORT[name]) + 3
            if used > width:
                tabs.append(Piece("›", "dim"))
                break
            style = "cursor" if name == self.part else "plain" if name in self._tables else "dim"
            tabs += [Piece(f" {SHORT[name]} ", style, TabClick(name)), Piece(" ")]
        return tabs

    def _paint_notes(self, width: int) -> None:
        """The notes of the part; in the part of layers those about the row under the cursor."""
        found = self._tables.get(self.part)
        if found is None:
            notes = ["computing ..."]
        elif len(found) == 1:
            notes = list(found[0].notes)
            if self.part == "layers":
                notes = self._note_of_row(found[0]) or notes[:1]
        elif found:
            place = self._place()
            here = found[place[0]] if place else found[0]
            notes = [f"{here.title}. {' '.join(here.notes)}"]
        else:
            notes = ["nothing"]
        hidden = self._hidden()
        if hidden:
            notes.insert(0, f"a wider screen shows: {', '.join(hidden)}")
        lines = [
            row for note in notes for row in wrapped(safe_line(note), max(20, width - 2), NOTES)
        ]
        if self._filter:
            lines.insert(0, f"filter: {self._filter}")
        self.query_one("#notes", Lines).show([[Piece(f" {line}")] for line in lines[:NOTES]])

    def _hidden(self) -> list[str]:
        """The names of the columns that there is no room for."""
        found = self._tables.get(self.part, ())
        shown = {c.number for c in self._columns}
        here = max((one.headings for one in found), key=len, default=())
        return [name for i, name in enumerate(here) if i not in shown]

    def _note_of_row(self, table: Table) -> list[str]:
        place = self._place()
        if place is None:
            return []
        # The name stands in the first row of a line's measures.
        names = [row[1] for row in table.rows[: place[1] + 1] if row[1]]
        found = [note for note in table.notes if names and note.startswith(f"{names[-1]}:")][:1]
        measure, value, _, n, remark = table.rows[place[1]][2:]
        # What a narrow screen has no column left for.
        return [f"{measure} {value}: n = {n}{'; ' + remark if remark else ''}", *found]

    def _place(self) -> tuple[int, int] | None:
        """Table and row that the cursor is on; None on a heading or note."""
        table = self._table
        if not table.row_count:
            return None
        key = str(table.coordinate_to_cell_key(table.cursor_coordinate).row_key.value or "")
        number, _, place = key.partition(":")
        return (int(number), int(place)) if place else None

    # ------------------------------------------------------------------------------ keys

    def hear(self, event: events.Key) -> bool:
        """Look the key up and do what it means."""
        if not self.is_mounted:
            return False
        action = self.app.keymap.action(event.key, "agree")
        if action is None:
            return False
        self._said = ""
        self.handlers[action]()
        self._paint()
        return True

    @on(DataTable.RowSelected)
    def _selected(self) -> None:
        """A click on the row under the cursor."""
        self._enter()

    @on(DataTable.RowHighlighted)
    def _moved(self) -> None:
        if self.is_mounted:
            self._paint_notes(self.size.width)

    @on(Lines.Clicked)
    def _tab(self, event: Lines.Clicked) -> None:
        if isinstance(event.click, TabClick):
            self._show(event.click.tab)

    def _turn(self, step: int) -> None:
        names = list(SHORT)
        self._show(names[(names.index(self.part) + step) % len(names)])

    def _show(self, part: str) -> None:
        self.part = part
        self._filter = ""
        self._fill()
        self._table.move_cursor(row=0)
        self._paint()

    def _enter(self) -> None:
        """Adjudicate the disagreement, the article or the example under the cursor."""
        place, corpus = self._place(), self._corpus
        if place is None or corpus is None:
            return
        if self.part == "disagreements":
            row = self._rows[place[1]]
            self.app.adjudicate(row.article, row.ids, self)
        elif self.part == "documents":
            number = int(self._tables[self.part][0].rows[place[1]][0])
            uid = next(a.uid for a in corpus.articles if a.number == number)
            worst = next((r.ids for r in self._rows if r.article == uid), ())
            self.app.adjudicate(uid, worst, self)
        else:
            self._said = "Enter works on disagreements and articles"

    def _ask_filter(self) -> None:
        from annotator.tui.dialogs.entry import EntryScreen

        def entered(words: str) -> None:
            self._filter = words.strip()
            self._fill()
            self._paint()

        title = "Filter the rows: annotator, label, kind, words"
        self.app.push_screen(EntryScreen(title, self._filter, entered))

    def _keys(self) -> None:
        from annotator.tui.dialogs.keysheet import KeySheetScreen

        self.app.push_screen(KeySheetScreen(self.app.keymap.actions, self.app.scheme))
