"""The list of articles with the annotator's progress."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.widgets import DataTable

from annotator.domain.safe import safe_line
from annotator.tui.screens.direct import DirectScreen, act_on
from annotator.tui.widgets.lines import Lines, Piece

if TYPE_CHECKING:
    from annotator.store.articles import ArticleSummary
    from annotator.tui.app import AnnotatorApp


def state_of(article: ArticleSummary) -> str:
    """new, begun or done: in words, since colours and signs alone tell nobody."""
    if article.done >= article.sentences:
        return "done"
    return "begun" if article.done or article.claims else "new"


def _cut(title: str, cells: int) -> Text:
    """A title in so many cells, with an ellipsis when it is cut; never read as markup."""
    text = Text(title)
    text.truncate(cells, overflow="ellipsis")
    return text


class ArticlesScreen(DirectScreen[str]):
    """Is left with the uid of the article to open."""

    app: AnnotatorApp
    CSS_PATH = "articles.tcss"

    def __init__(
        self, articles: Sequence[ArticleSummary], here: str, then: Callable[[str], object]
    ) -> None:
        super().__init__(then)
        self._articles = list(articles)
        self._here = here
        self._filter = ""

    def compose(self) -> ComposeResult:
        """A head line, the table, the keys."""
        yield Lines(id="head")
        yield DataTable(cursor_type="row", zebra_stripes=False)
        yield Lines(id="foot")

    def on_mount(self) -> None:
        """Fill the table and stand on the article that is open."""
        table = self.query_one(DataTable)
        table.add_columns("#", "state", "title", "sentences", "claims", "flags", "outlet", "date")
        self._fill()
        table.focus()
        self.call_after_refresh(self._paint)

    def _fill(self) -> None:
        table = self.query_one(DataTable)
        table.clear()
        words = self._filter.casefold().split()
        for a in self._articles:
            title = safe_line(a.title or a.name)
            if all(w in f"{a.title} {a.name} {a.outlet}".casefold() for w in words):
                # Text, so that nothing in a title is read as markup.
                table.add_row(
                    Text(str(a.number), justify="right"),
                    state_of(a),
                    _cut(title, max(24, min(64, self.app.size.width - 46))),
                    Text(f"{a.done}/{a.sentences}", justify="right"),
                    Text(str(a.claims), justify="right"),
                    Text(str(a.flagged or ""), justify="right"),
                    Text(safe_line(a.outlet)[:20]),
                    Text(safe_line(a.published)[:10]),
                    key=a.uid,
                )
        if self._here in table.rows:
            table.move_cursor(row=table.get_row_index(self._here))

    def _paint(self) -> None:
        done = sum(state_of(a) == "done" for a in self._articles)
        claims = sum(a.claims for a in self._articles)
        name = self.app.annotator
        self.query_one("#head", Lines).show(
            [
                [
                    Piece(f" {len(self._articles)} articles", "title"),
                    Piece(f"  {done} done  {claims} claims by {name}"),
                    Piece(f"  filter: {self._filter}" if self._filter else "", "strong"),
                ]
            ]
        )
        shown = self.app.keymap.shown
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
                    Piece(" "),
                    *(
                        p
                        for id_, what in pairs
                        for p in (Piece(shown(id_), "key"), Piece(f" {what}  "))
                    ),
                ]
            ]
        )

    @on(DataTable.RowSelected)
    def _selected(self, event: DataTable.RowSelected) -> None:
        """A click on the row under the cursor."""
        self.answer(str(event.row_key.value))

    def hear(self, event: events.Key) -> bool:
        """The list's own keys; the others move in the table."""
        table = self.query_one(DataTable)
        meaning = self.app.keymap.meaning(event.key, ("list",))
        id_ = getattr(meaning, "id", "")
        if id_ == "":
            return act_on(table, event.key)
        if id_ == "list.open":
            if table.row_count:
                self.answer(str(table.coordinate_to_cell_key(table.cursor_coordinate)[0].value))
        elif id_ == "list.back":
            self.dismiss()
        elif id_ == "list.quit":
            self.app.exit()
        elif id_ == "list.next_open":
            self._next_open()
        elif id_ == "list.filter":
            self._ask_filter()
        elif id_ == "list.keys":
            from annotator.tui.screens.keysheet import KeySheetScreen

            self.app.push_screen(KeySheetScreen(self.app.keymap.actions, self.app.scheme))
        return True

    def _next_open(self) -> None:
        table = self.query_one(DataTable)
        by_uid = {a.uid: a for a in self._articles}
        keys = [str(k.value) for k in table.rows]
        for i in range(table.cursor_row + 1, len(keys)):
            if state_of(by_uid[keys[i]]) != "done":
                table.move_cursor(row=i)
                return

    def _ask_filter(self) -> None:
        from annotator.tui.screens.entry import EntryScreen

        def entered(words: str) -> None:
            self._filter = words.strip()
            self._fill()
            self._paint()

        self.app.push_screen(EntryScreen("Filter by title, outlet or name", self._filter, entered))
