"""The agreement report on the screen: its parts fill in from a worker, a row leads to its case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from textual import events, on, work
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import DataTable
from textual.worker import get_current_worker

from annotator.domain.errors import AnnotatorError
from annotator.domain.keys import Action
from annotator.domain.safe import safe_line
from annotator.tui.panel import wrapped
from annotator.tui.reporting import Reading, read, read_decisions
from annotator.tui.widgets.lines import Lines, Piece

if TYPE_CHECKING:
    from annotator.agreement.report import Corpus
    from annotator.agreement.report.build import Part
    from annotator.agreement.report.differing import Disagreement
    from annotator.agreement.report.tables import Table
    from annotator.tui.agreeing import AgreementApp

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
MOST_ROWS: Final = 500
"""Rows that a table on the screen has; the filter reaches the others."""


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
        self._read: Reading | None = None
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
        from annotator.agreement.report import parts

        worker = get_current_worker()
        try:
            self._read = found = read(self.app.store.path, len(self.app.uids))
            corpus = found.topics.corpus
            for name, part in parts(corpus, topics=found.topics):
                if worker.is_cancelled:
                    return
                self.app.call_from_thread(self._take, name, part, corpus)
        except AnnotatorError as error:
            self.app.call_from_thread(self._complain, error)

    def _take(self, name: str, part: Part, corpus: Corpus) -> None:
        from annotator.agreement.report.disagreements import Differences
        from annotator.agreement.report.tables import tables_of

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
        from annotator.agreement.report.build import Options, header_of
        from annotator.agreement.report.disagreements import differences

        path, known = self.app.store.path, self._read
        try:
            now = known and read_decisions(path, known, self.app.annotator)
            self._read = now = now or read(path, len(self.app.uids))
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
        """Put the part's tables into the widget, one under the other."""
        table = self._table
        row = table.cursor_row
        table.clear(columns=True)
        found = self._tables.get(self.part, ())
        width = max((len(t.headings) for t in found), default=0)
        for i in range(width):
            # One table names the columns; several have their headings in rows.
            heading = found[0].headings[i] if len(found) == 1 else ""
            table.add_column(heading or " ", key=str(i))
        words = self._filter.casefold().split()
        for number, one in enumerate(found):
            if len(found) > 1:
                self._add(table, (one.title,), width, frozenset(), "bold")
                self._add(table, one.headings, width, one.right, "dim")
            kept = 0
            for place, cells in enumerate(one.rows):
                if kept >= MOST_ROWS:
                    break
                if all(w in " ".join(cells).casefold() for w in words):
                    kept += 1
                    key = f"{number}:{place}"
                    self._add(table, cells, width, one.right, "", key)
            if len(found) > 1:
                for note in one.notes:
                    self._add(table, (note,), width, frozenset(), "dim")
        if table.row_count:
            table.move_cursor(row=min(row, table.row_count - 1))

    @staticmethod
    def _add(
        table: DataTable[Text],
        cells: tuple[str, ...],
        width: int,
        right: frozenset[int],
        style: str,
        key: str | None = None,
    ) -> None:
        # Text, so that nothing in a title or label is read as markup.
        row = [
            Text(_cut(safe_line(c), 60), style=style, justify="right" if i in right else "left")
            for i, c in enumerate(cells)
        ]
        table.add_row(*row, *(Text("") for _ in range(width - len(cells))), key=key)

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
            ("agree.filter", "filter"),
            ("agree.again", "again"),
            ("agree.keys", "keys"),
            ("agree.back", "quit"),
        )
        keys = [p for i, w in pairs for p in (Piece(shown(i), "key"), Piece(f" {w}  "))]
        foot = [Piece(f" {self._said}", "strong")] if self._said else [Piece(" "), *keys]
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
        for name in names[first:]:
            style = "cursor" if name == self.part else "plain" if name in self._tables else "dim"
            tabs += [Piece(f" {SHORT[name]} ", style, name), Piece(" ")]
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
        else:
            notes = [] if found else ["nothing"]
        lines = [
            row for note in notes for row in wrapped(safe_line(note), max(20, width - 2), NOTES)
        ]
        if self._filter:
            lines.insert(0, f"filter: {self._filter}")
        self.query_one("#notes", Lines).show([[Piece(f" {line}")] for line in lines[:NOTES]])

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
        meaning = self.app.keymap.meaning(event.key, ("agree",))
        if not isinstance(meaning, Action):
            return False
        self._said = ""
        self.handlers[meaning.id]()
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
        self._show(event.action)

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
            self.app.adjudicate(row.article, row.start, self)
        elif self.part == "documents":
            number = int(self._tables[self.part][0].rows[place[1]][0])
            uid = next(a.uid for a in corpus.articles if a.number == number)
            worst = next((r.start for r in self._rows if r.article == uid), 0)
            self.app.adjudicate(uid, worst, self)
        else:
            self._said = "Enter works on disagreements and articles"

    def _ask_filter(self) -> None:
        from annotator.tui.screens.entry import EntryScreen

        def entered(words: str) -> None:
            self._filter = words.strip()
            self._fill()
            self._paint()

        title = "Filter the rows: annotator, label, kind, words"
        self.app.push_screen(EntryScreen(title, self._filter, entered))

    def _keys(self) -> None:
        from annotator.tui.screens.keysheet import KeySheetScreen

        self.app.push_screen(KeySheetScreen(self.app.keymap.actions, self.app.scheme))


def _cut(words: str, cells: int) -> str:
    """Cut a cell's words at a width, with an ellipsis."""
    if cell_len(words) <= cells:
        return words
    return set_cell_size(words, cells - 1).rstrip() + "…"
