"""The agreement report on the screen: its parts fill in from a worker, a row leads to its case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from textual import events, on, work
from textual.app import ComposeResult
from textual.widgets import DataTable
from textual.worker import get_current_worker

from annotator.domain.errors import AnnotatorError
from annotator.project.agreement import Comparison, read_comparison, read_decisions
from annotator.text.safe import safe_line
from annotator.tui.agree.part_table import PartTable
from annotator.tui.dialogs.overlay import OverlayScreen
from annotator.tui.widgets import fitting
from annotator.tui.widgets.fitting import wrapped
from annotator.tui.widgets.lines import Lines, StyledText, TabClick

if TYPE_CHECKING:
    from annotator.report import Corpus
    from annotator.report.build import Part
    from annotator.report.differences import Disagreement
    from annotator.report.render.tables import Table
    from annotator.tui.host import AdjudicationHost

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
    "guidelines": ("sentence", "#", "who"),
}
"""By part the columns that stay on a narrow screen, the first of them first; else from the left."""


class AgreeScreen(OverlayScreen):
    """Shows one part at a time; numbers are always printed, never shown by colour alone."""

    CSS_PATH = "agree.tcss"

    def __init__(self, host: AdjudicationHost) -> None:
        super().__init__()
        self.host = host
        self._short = dict(SHORT)
        self.part = "layers"
        self._tables: dict[str, tuple[Table, ...]] = {}
        self._rows: Sequence[Disagreement] = ()
        self._corpus: Corpus | None = None
        self._read: Comparison | None = None
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
        yield PartTable()
        yield Lines(id="notes")
        yield Lines(id="foot")

    def on_mount(self) -> None:
        """Start to compute; the frame is there at once."""
        self._table.focus()
        self.call_after_refresh(self._paint)
        self._begin()

    @property
    def _table(self) -> PartTable:
        return self.query_one(PartTable)

    # ------------------------------------------------------------------------------ computing

    def _begin(self) -> None:
        self._compute()

    @work(thread=True, exclusive=True, group="report", exit_on_error=False)
    def _compute(self) -> None:
        """Read everything and make the parts one after the other."""
        from annotator.project.relation_tables import relation_tables
        from annotator.report import parts

        worker = get_current_worker()
        try:
            with self.host.project.reader() as project:
                self._read = found = read_comparison(project, self.host.annotator)
            corpus = found.questions.corpus
            for name, part in parts(corpus, questions=found.questions):
                if worker.is_cancelled:
                    return
                self.app.call_from_thread(self._take, name, part, corpus)
            with self.host.project.reader() as project:
                related = relation_tables(project.relation_agreement(corpus))
            self.app.call_from_thread(self._take_relations, related)
        except AnnotatorError as error:
            self.app.call_from_thread(self.host.show_error, error)

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

    def _take_relations(self, found: tuple[Table, ...]) -> None:
        """A part of its own, where anybody has made a relation."""
        if found:
            self._short["relations"] = "relations"
            self._tables["relations"] = found
            if self.part == "relations":
                self._fill()
        elif self._short.pop("relations", ""):
            # The last one is gone since.
            del self._tables["relations"]
            if self.part == "relations":
                self._show("layers")
        self._paint()

    def decided(self) -> None:
        """Back from adjudication: what was decided is counted again."""
        self._said = "counting again ..."
        self._paint()
        self._count_again()

    @work(thread=True, exclusive=True, group="report", exit_on_error=False)
    def _count_again(self) -> None:
        from annotator.report.build import ReportOptions, header_of
        from annotator.report.disagreement_list import differences

        known, judge = self._read, self.host.annotator
        try:
            with self.host.project.reader() as project:
                now = known and read_decisions(project, known, judge)
                self._read = now = now or read_comparison(project, judge)
            corpus = now.questions.corpus
            found = differences(now.questions, None)
            header = header_of(corpus, ReportOptions())
            self.app.call_from_thread(self._recounted, header, found, corpus)
        except AnnotatorError as error:
            self.app.call_from_thread(self.host.show_error, error)

    def _recounted(self, header: Part, found: Part, corpus: Corpus) -> None:
        before = self._open
        self._take("header", header, corpus)
        self._take("disagreements", found, corpus)
        self._said = f"open disagreements: {before} before, {self._open} now"
        self._paint()
        if len(self._tables) < len(SHORT):
            # The first computation was stopped by this one: the other parts are still missing.
            self._compute()

    # ------------------------------------------------------------------------------ painting

    def _fill(self) -> None:
        """Put the part into the table, as wide as the screen is."""
        found, wanted = self._tables.get(self.part, ()), IMPORTANT.get(self.part, ())
        self._table.fill(found, self._filter, wanted, self.size.width)

    def on_resize(self) -> None:
        """Other columns fit another width."""
        if self.is_mounted:
            self._fill()
            self._paint()

    def _paint(self) -> None:
        if not self.is_mounted:
            return
        width = self.size.width
        head = [StyledText(" agreement ", "title"), StyledText(f" {self.host.project.name}")]
        if self._corpus is not None:
            corpus = self._corpus
            head.append(
                StyledText(
                    f"  {len(corpus.articles)} articles, {len(corpus.annotators)} annotators"
                )
            )
        if "disagreements" in self._tables:
            head.append(
                StyledText(f"  open {self._open} of {len(self._rows)} disagreements", "strong")
            )
        if len(self._tables) < len(SHORT):
            head.append(StyledText(f"  computing {len(self._tables)}/{len(SHORT)} ...", "warn"))
        self.query_one("#head", Lines).show([head])
        self.query_one("#parts", Lines).show([self._tabs(width)])
        self._paint_notes(width)
        shown = self.host.keymap.shown
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
        foot = [StyledText(f" {self._said}", "strong")] if self._said else keys
        self.query_one("#foot", Lines).show([foot])

    def _tabs(self, width: int) -> list[StyledText]:
        """The parts, from the first one on that leaves room for the current one and the next."""
        names = list(self._short)
        here = names.index(self.part)
        first = 0

        def until(last: int) -> int:
            return 2 + sum(len(self._short[name]) + 3 for name in names[first : last + 1])

        while first < here and until(min(here + 1, len(names) - 1)) > width:
            first += 1
        tabs = [StyledText("‹" if first else " ", "dim")]
        used = 2
        for name in names[first:]:
            used += len(self._short[name]) + 3
            if used > width:
                tabs.append(StyledText("›", "dim"))
                break
            style = "cursor" if name == self.part else "plain" if name in self._tables else "dim"
            tabs += [StyledText(f" {self._short[name]} ", style, TabClick(name)), StyledText(" ")]
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
            place = self._table.place()
            here = found[place[0]] if place else found[0]
            notes = [f"{here.title}. {' '.join(here.notes)}"]
        else:
            notes = ["nothing"]
        hidden = self._table.hidden()
        if hidden:
            notes.insert(0, f"a wider screen shows: {', '.join(hidden)}")
        lines = [
            row for note in notes for row in wrapped(safe_line(note), max(20, width - 2), NOTES)
        ]
        if self._filter:
            lines.insert(0, f"filter: {self._filter}")
        if lines[NOTES:]:
            lines[NOTES - 1] = fitting.cut(f"{lines[NOTES - 1]} …", width - 2)
        self.query_one("#notes", Lines).show([[StyledText(f" {line}")] for line in lines[:NOTES]])

    def _note_of_row(self, table: Table) -> list[str]:
        place = self._table.place()
        if place is None:
            return []
        # The name stands in the first row of a line's measures.
        names = [row[1] for row in table.rows[: place[1] + 1] if row[1]]
        found = [note for note in table.notes if names and note.startswith(f"{names[-1]}:")][:1]
        measure, value, _, n, remark = table.rows[place[1]][2:]
        # What a narrow screen has no column left for.
        return [f"{measure} {value}: n = {n}{'; ' + remark if remark else ''}", *found]

    # ------------------------------------------------------------------------------ keys

    def handle_key_here(self, event: events.Key) -> bool:
        """Look the key up and do what it means."""
        if not self.is_mounted:
            return False
        action = self.host.keymap.action(event.key, "agree")
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
        names = list(self._short)
        self._show(names[(names.index(self.part) + step) % len(names)])

    def _show(self, part: str) -> None:
        self.part = part
        self._filter = ""
        self._fill()
        self._table.move_cursor(row=0)
        self._paint()

    def _enter(self) -> None:
        """Adjudicate the disagreement, the article or the example under the cursor."""
        place, corpus = self._table.place(), self._corpus
        if place is None or corpus is None:
            return
        if self.part == "disagreements":
            row = self._rows[place[1]]
            self.host.adjudicate(row.article, row.ids, self.decided)
        elif self.part == "documents":
            number = int(self._tables[self.part][0].rows[place[1]][0])
            uid = next(a.uid for a in corpus.articles if a.number == number)
            worst = next((r.ids for r in self._rows if r.article == uid), ())
            self.host.adjudicate(uid, worst, self.decided)
        else:
            self._said = "Enter works on disagreements and articles"

    def _ask_filter(self) -> None:
        from annotator.tui.dialogs.entry import TextEntry

        def entered(words: str) -> None:
            self._filter = words.strip()
            self._fill()
            self._paint()

        title = "Filter the rows: annotator, label, kind, words"
        self.open_overlay(TextEntry(title, self._filter, entered))

    def _keys(self) -> None:
        from annotator.tui.dialogs.keysheet import KeySheet

        keymap, scheme = self.host.keymap, self.host.scheme
        self.open_overlay(KeySheet(keymap.actions, scheme, ["Agreement"]))
