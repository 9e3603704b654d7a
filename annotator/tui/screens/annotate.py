"""The annotation screen: one article, the claim panel, and what every key does here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from textual import events, on, work
from textual.app import ComposeResult
from textual.message import Message
from textual.screen import Screen

from annotator.domain.errors import AnnotatorError, ConflictError
from annotator.domain.keys import Context
from annotator.domain.model import Annotation, Batch
from annotator.domain.scheme import Attribute
from annotator.domain.session import Session
from annotator.tui import hints, panel
from annotator.tui.article.pointing import Dragged, GutterPicked, Pointed, WordPicked
from annotator.tui.article.view import ArticleView
from annotator.tui.keys import LabelKey, RoleKey
from annotator.tui.paint import Painter
from annotator.tui.widgets.lines import Lines, Piece

if TYPE_CHECKING:
    from annotator.tui.app import AnnotatorApp

NARROW: Final = 100
"""Below this width (cells) the panel becomes a strip of two lines."""
BOOKMARK_SECONDS: Final = 1.0


class AnnotateScreen(Screen[None]):
    """Shows one article and turns keys and the mouse into the session's actions."""

    app: AnnotatorApp
    CSS_PATH = "annotate.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow"), (NARROW, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-low"), (14, "-high")]  # noqa: RUF012

    @dataclass
    class Acted(Message):
        """Something was done: an action's id, `role:NAME` or `label:ATTRIBUTE=VALUE`."""

        what: str

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.saved = ""
        """Time of the last commit, as the status line shows it."""
        self._flash = ""
        self._escaped = False
        self._bookmarked = session.offset
        self._painter = Painter(session, brackets=False)
        self.handlers = self._handlers()

    # ------------------------------------------------------------------------------ building

    def compose(self) -> ComposeResult:
        """Status, article, panel (or strip), footer."""
        yield Lines(id="status")
        yield ArticleView(id="article", emoji=self.app.options.emoji)
        yield Lines(id="panel")
        yield Lines(id="strip")
        yield Lines(id="tour")
        yield Lines(id="footer")
        yield Lines(id="small")

    def on_mount(self) -> None:
        """Show the article."""
        self.view = self.query_one("#article", ArticleView)
        self.status = self.query_one("#status", Lines)
        self.side = self.query_one("#panel", Lines)
        self.strip = self.query_one("#strip", Lines)
        self.guide = self.query_one("#tour", Lines)
        self.guide.display = self.app.tour is not None
        self.footer = self.query_one("#footer", Lines)
        self.query_one("#small", Lines).show([[], [Piece("  terminal too small: 60x14 at least")]])
        self._painter.brackets = self.app.no_color
        self.view.set_article(self.session.article)
        self.view.focus()
        self.set_interval(BOOKMARK_SECONDS, self.keep_bookmark)
        self.call_after_refresh(self._first_paint)

    def _first_paint(self) -> None:
        self.paint()
        self.view.centre()
        self._find_quotations()
        if self.view.rtl_share > 0.2:
            self.flash("Right-to-left text: the terminal may reorder it; keys select exactly.")

    @work(thread=True, exclusive=True, group="quotations", exit_on_error=False)
    def _find_quotations(self) -> None:
        """Find the quotations before anybody asks for them (pure Python, kept by the app)."""
        self.app.quotations_of(self.session.article)

    def open_session(self, session: Session) -> None:
        """Show another article."""
        self.keep_bookmark()
        self.session = session
        self._bookmarked = -1
        self._painter = Painter(session, brackets=self.app.no_color)
        self.view.set_article(session.article)
        self._flash = ""
        self.paint()
        self.view.centre()
        self._find_quotations()

    # ------------------------------------------------------------------------------ painting

    def paint(self) -> None:
        """Bring the screen in step with the session: no layout pass, only lines that changed."""
        s = self.session
        self.view.show(self._painter.state())
        start, end = (
            s.selection.range if s.selection and s.selection.open else s.page.token(s.cursor)
        )
        head = s.selection.head if s.selection and s.selection.open else start
        self.view.reveal(head, max(head + 1, end if start == head else head + 1))
        self.paint_lines()

    def paint_lines(self) -> None:
        """Status, panel, strip and footer."""
        s, width = self.session, self.size.width
        number, total = self.app.position_of(s.article.uid)
        self.status.show([panel.status_line(s, number, total, self.saved, width, self.app.project)])
        if self.side.display:
            inner = self.side.size.width
            room = self.side.size.height
            claim = panel.claim_lines(s, inner)
            legend = panel.legend_lines(s.scheme, inner, s)
            gap = max(1, room - len(claim) - len(legend))
            self.side.show([*claim[: max(3, room - len(legend) - 1)], *[[]] * gap, *legend])
        if self.strip.display:
            self.strip.show(panel.strip_lines(s, width))
        if self.app.tour:
            self.guide.show(self.app.tour.lines())
        self.footer.show([hints.footer_line(s, self.app.keymap, width, self._flash)])

    def flash(self, text: str) -> None:
        """Say something in the footer until the next key."""
        self._flash = text
        self.footer.show([hints.footer_line(self.session, self.app.keymap, self.size.width, text)])

    def on_resize(self) -> None:
        """Lines are cut at the new width; panel and strip change places."""
        if hasattr(self, "view"):
            self.call_after_refresh(self.paint_lines)

    # ------------------------------------------------------------------------------ keys

    def contexts(self) -> tuple[Context, ...]:
        """Which keys are heard now, the innermost first."""
        found: list[Context] = []
        if self.session.hits:
            found.append("search")
        if self.session.selection and self.session.selection.open:
            found.append("selection")
        return (*found, "article")

    def on_key(self, event: events.Key) -> None:
        """Look the key up and do what it means."""
        meaning = self.app.keymap.meaning(event.key, self.contexts())
        if meaning is None:
            return
        event.stop()
        event.prevent_default()
        if isinstance(meaning, RoleKey):
            self.do(f"role:{meaning.role.name}" if not meaning.new else f"new:{meaning.role.name}")
        elif isinstance(meaning, LabelKey):
            self.do(f"label:{meaning.attribute.name}={meaning.value.name}")
        else:
            self.do(meaning.id)

    def do(self, what: str) -> None:
        """Do an action by its id, a role (`role:`, `new:`) or a label (`label:NAME=VALUE`)."""
        self._flash = ""
        if what != "view.back":
            self._escaped = False
        try:
            if ":" in what:
                self._do_label(what)
            else:
                self.handlers[what]()
        except ConflictError as error:
            self.app.reopen(self.session.article.uid, self.session.offset)
            self.complain(error)
        except AnnotatorError as error:
            self.complain(error)
        if self.app.tour:
            self.app.tour.saw(what)
        self.paint()
        self.post_message(self.Acted(what))

    def _do_label(self, what: str) -> None:
        kind, _, name = what.partition(":")
        s = self.session
        if kind == "label":
            attribute_name, _, value = name.partition("=")
            attribute = s.scheme.attribute("claim", attribute_name)
            if attribute is not None:
                s.label(attribute, value)
        elif role := s.scheme.role(name):
            s.give_role(role, new=kind == "new")

    def complain(self, error: AnnotatorError) -> None:
        """Show an error where it cannot be missed; what it refused has not happened."""
        self.app.notify(error.hint, title=error.message, severity="error", timeout=15, markup=False)

    def _handlers(self) -> dict[str, Callable[[], object]]:
        """Action id -> what it does: every action of the article, selection and search contexts."""

        def s() -> Session:
            return self.session

        def told(done: bool, otherwise: str) -> None:
            if not done:
                self.flash_later(otherwise)

        def extend(unit: str, step: int) -> None:
            selection = s().selection
            if selection:
                s().change_selection(selection.moved(s().page, unit, step))  # type: ignore[arg-type]

        def shape(change: str) -> None:
            selection = s().selection
            if selection is None:
                return
            if change == "swap":
                s().change_selection(selection.swapped())
            elif change == "grow":
                s().start_selection()
            elif change == "shrink":
                s().change_selection(selection.smaller())
            else:
                s().change_selection(
                    selection.to_sentence(s().page, "end" if change == "to_end" else "start")
                )

        return {
            "nav.next": lambda: s().move_sentence(1),
            "nav.prev": lambda: s().move_sentence(-1),
            "nav.token_next": lambda: s().move_token(1),
            "nav.token_prev": lambda: s().move_token(-1),
            "nav.paragraph_next": lambda: s().move_paragraph(1),
            "nav.paragraph_prev": lambda: s().move_paragraph(-1),
            "nav.next_open": lambda: told(s().move_open(1), "no open sentence below"),
            "nav.prev_open": lambda: told(s().move_open(-1), "no open sentence above"),
            "nav.claim_next": lambda: told(s().move_claim(1), "no claim below"),
            "nav.claim_prev": lambda: told(s().move_claim(-1), "no claim above"),
            "nav.page_down": lambda: s().go(self.view.page(1)),
            "nav.page_up": lambda: s().go(self.view.page(-1)),
            "nav.top": lambda: s().go(0),
            "nav.bottom": lambda: s().go(len(s().article.text)),
            "nav.centre": lambda: self.view.centre(),
            "nav.article_next": lambda: self.app.step_article(1),
            "nav.article_prev": lambda: self.app.step_article(-1),
            "nav.search": self._open_search,
            "search.next": lambda: s().move_hit(1),
            "search.prev": lambda: s().move_hit(-1),
            "span.start": lambda: s().start_selection(),
            "span.sentence": lambda: s().select_sentence(),
            "span.quotation": lambda: told(s().select_quotation(), "no quotation here"),
            "select.right": lambda: extend("word", 1),
            "select.left": lambda: extend("word", -1),
            "select.phrase_right": lambda: extend("phrase", 1),
            "select.phrase_left": lambda: extend("phrase", -1),
            "select.down": lambda: extend("sentence", 1),
            "select.up": lambda: extend("sentence", -1),
            "select.char_right": lambda: extend("character", 1),
            "select.char_left": lambda: extend("character", -1),
            "select.sentence_end": lambda: shape("to_end"),
            "select.sentence_start": lambda: shape("to_start"),
            "select.swap": lambda: shape("swap"),
            "select.grow": lambda: shape("grow"),
            "select.shrink": lambda: shape("shrink"),
            "select.keep": self._keep_selection,
            "claim.reviewed": lambda: told(s().review(), self._end_of_article()),
            "claim.repeat": lambda: told(s().repeat(), "no labels given yet in this article"),
            "claim.attributes": self._pick_for_claim,
            "sentence.attributes": self._pick_for_sentence,
            "mark.add": self._add_mark,
            "claim.note": self._write_note,
            "claim.flag": lambda: self.flash_later(
                "flagged for discussion" if s().toggle_flag() else "flag taken away"
            ),
            "claim.open": lambda: told(s().open_claim(), "no claim here"),
            "claim.cycle": lambda: told(s().cycle(1), "no claim here"),
            "claim.cycle_back": lambda: told(s().cycle(-1), "no claim here"),
            "claim.end_left": lambda: self._boundary("end", -1),
            "claim.end_right": lambda: self._boundary("end", 1),
            "claim.start_left": lambda: self._boundary("start", -1),
            "claim.start_right": lambda: self._boundary("start", 1),
            "claim.drop_fragment": lambda: told(s().drop_fragment(), "no claim at work"),
            "claim.nest": self._nest,
            "claim.delete": lambda: told(s().delete(), "no claim here"),
            "claim.undo": lambda: self.app.step_back(undo=True),
            "claim.redo": lambda: self.app.step_back(undo=False),
            "view.guidelines": self._open_guidelines,
            "view.panel": lambda: self.toggle_class("-panel"),
            "view.copy": self._copy,
            "view.keys": self._open_keys,
            "view.palette": lambda: self.app.action_command_palette(),
            "view.articles": lambda: self.app.open_list(),
            "app.quit": lambda: self.app.exit(),
            "view.back": self._back,
        }

    def flash_later(self, text: str) -> None:
        """A message that the paint at the end of the action will show."""
        self._flash = text

    def _end_of_article(self) -> str:
        key = self.app.keymap.shown("nav.article_next")
        above = len(self.session.index.open)
        return f"{above} open above" if above else f"article done; {key} goes to the next one"

    # ------------------------------------------------------------------------------ actions

    def written(self, batch: Batch) -> None:
        """The database holds the batch now; only from here on does the screen say so."""
        self.saved = batch.at[11:19]

    def _keep_selection(self) -> None:
        from dataclasses import replace

        selection = self.session.selection
        if selection:
            self.session.change_selection(replace(selection, open=False))

    def _boundary(self, side: str, step: int) -> None:
        if not self.session.move_boundary(side, step):  # type: ignore[arg-type]
            self.flash_later("no claim at work: Enter opens the one under the cursor")

    def _nest(self) -> None:
        if self.session.active is None:
            self.flash_later("no claim at work: Enter opens the one under the cursor")
            return
        parent = self.session.nest()
        words = panel.words_of(self.session, parent, "content") if parent else ""
        self.flash_later(f"nested in “{words}”" if parent else "stands alone")

    def _back(self) -> None:
        if self.session.back():
            self._escaped = False
        elif self._escaped:
            self.app.exit()
        else:
            self._escaped = True
            self.flash_later("Esc again to quit; everything is saved")

    def _copy(self) -> None:
        text = self.session.copied_text()
        self.flash_later(f"{self.app.copy_out(text)}: {' '.join(text.split())[:60]}")

    def _add_mark(self) -> None:
        if self.session.add_mark():
            self._pick_for_claim()

    def _pick_for_claim(self) -> None:
        if self.session.active is None and not self.session.open_claim():
            self.flash_later("no claim here: label one first")
            return
        if self.session.active:
            self._pick([self.session.active])

    def _pick_for_sentence(self) -> None:
        if self.session.page.sentences:
            self._pick([self.session.sentence_subject(), self.session.article_subject()])

    def _pick(self, subjects: list[Annotation]) -> None:
        from annotator.tui.screens.picker import PickerScreen

        def picked(choice: tuple[Annotation, Attribute, str | None] | None) -> None:
            if choice:
                try:
                    self.session.set_attribute(*choice)
                except AnnotatorError as error:
                    self.complain(error)
            self.paint()

        self.app.push_screen(PickerScreen(self.session.scheme, subjects), picked)

    def _write_note(self) -> None:
        from annotator.tui.screens.entry import EntryScreen

        subject = self.session.subject()

        def entered(note: str | None) -> None:
            if note is not None:
                try:
                    self.session.set_note(subject, note.strip())
                except AnnotatorError as error:
                    self.complain(error)
            self.paint()

        self.app.push_screen(EntryScreen(f"Note on this {subject.layer}", subject.note), entered)

    def _open_search(self) -> None:
        from annotator.tui.screens.entry import EntryScreen

        def entered(words: str | None) -> None:
            if words is not None:
                found = self.session.search(words)
                self._flash = "" if found else f"“{words}” is not in this article"
            self.paint()

        self.app.push_screen(EntryScreen("Search in the article", ""), entered)

    def _open_guidelines(self) -> None:
        from annotator.tui.screens.guidelines import GuidelinesScreen

        self.app.push_screen(GuidelinesScreen(self.session.scheme))

    def _open_keys(self) -> None:
        from annotator.tui.screens.keysheet import KeySheetScreen

        self.app.push_screen(KeySheetScreen(self.app.keymap.actions, self.session.scheme))

    # ------------------------------------------------------------------------------ mouse

    @on(Pointed)
    def _pointed(self, event: Pointed) -> None:
        s = self.session
        if event.shift:
            start, end = s.target_range()
            s.select(*s.page.snapped(min(start, event.offset), max(end, event.offset + 1)))
        else:
            s.selection = None
            s.go(event.offset)
        self.paint()

    @on(Dragged)
    def _dragged(self, event: Dragged) -> None:
        low, high = sorted((event.anchor, event.head))
        if low < high:
            self.session.select(*self.session.page.snapped(low, high))
            self.paint()

    @on(WordPicked)
    def _word_picked(self, event: WordPicked) -> None:
        page = self.session.page
        self.session.select(*page.token(page.token_at(event.offset)))
        self.paint()

    @on(GutterPicked)
    def _gutter_picked(self, event: GutterPicked) -> None:
        if event.line_owner:
            self.session.activate(event.line_owner)
        elif self.session.page.sentences:
            self.session.cursor = self.session.page.first_token(event.sentence)
        self.paint()

    @on(Lines.Clicked)
    def _piece_clicked(self, event: Lines.Clicked) -> None:
        self.do(event.action.removeprefix("action:"))
        self.view.focus()

    # ------------------------------------------------------------------------------ bookmark

    def keep_bookmark(self) -> None:
        """Remember the place when it changed; a second at most is lost."""
        if self.session.offset != self._bookmarked:
            self._bookmarked = self.session.offset
            self.app.keep_bookmark(self.session.article.uid, self.session.offset)
