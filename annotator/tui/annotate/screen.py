"""The annotation screen: one article, the claim panel, and what every key does here."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from textual import events, on, work
from textual.app import ComposeResult
from textual.geometry import Size
from textual.worker import get_current_worker

from annotator.domain.errors import AnnotatorError, ConflictError, SchemeChangedError
from annotator.domain.model import Article, Batch
from annotator.domain.suggestion import StoredSuggestion
from annotator.session import Session
from annotator.session.actions import Context
from annotator.session.commands import Command, Do
from annotator.session.review import Pending, Suggestions
from annotator.session.saving import Said
from annotator.session.shown import OffScreenError, in_view
from annotator.tui.annotate import footer as hints
from annotator.tui.annotate.frame import Painter
from annotator.tui.annotate.handlers import SURE, handlers_of, perform
from annotator.tui.article.pointing import Dragged, GutterPicked, Pointed, WordPicked
from annotator.tui.article.view import ArticleView
from annotator.tui.dialogs.overlay import OverlayHost, OverlayScreen
from annotator.tui.terminal.gc_tuning import search_from_now
from annotator.tui.widgets import panel
from annotator.tui.widgets.lines import Line, Lines, Piece, RowClick, TabClick

if TYPE_CHECKING:
    from annotator.project.phrase_matches import PhraseMatches, Query
    from annotator.tui.app import AnnotatorApp

NARROW: Final = 100
"""Below this width (cells) the panel becomes a strip of two lines."""
BOOKMARK_SECONDS: Final = 1.0
BACK: Final = Do("view.back")
REVIEWED: Final = Do("claim.reviewed")
LOOK_SECONDS: Final = 0.15
"""How long the words at hand must stay before the corpus is searched for them."""


class AnnotateScreen(OverlayScreen):
    """Shows one article and turns keys and the mouse into the session's actions."""

    app: AnnotatorApp
    AUTO_FOCUS = "#article"
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow"), (NARROW, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-low"), (14, "-high")]  # noqa: RUF012

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.saved = ""
        """Time of the last commit, as the status line shows it."""
        self._flash = ""
        self.escaped = False
        """Whether Esc was pressed with nothing left to leave: the next one quits."""
        self.asked: int | None = None
        """The sentence of which the last key said that suggestions in it are undecided."""
        self._bookmarked = session.offset
        session.shown = self.in_view
        self.suggestions = Suggestions(session, ())
        self._painter = Painter(session, self.suggestions, brackets=False)
        self.phrase_matches: PhraseMatches | None = None
        """Where the words at hand stand again; found by a worker."""
        self._looked_for: Query | None = None
        self.handlers = handlers_of(self)

    # ------------------------------------------------------------------------------ building

    def fit(self, size: Size) -> None:
        """Take the classes of a size (cells) before any style is matched, not after the first."""
        for points, cells in (
            (self.HORIZONTAL_BREAKPOINTS, size.width),
            (self.VERTICAL_BREAKPOINTS, size.height),
        ):
            self.add_class(max(point for point in points if point[0] <= cells)[1])

    def compose(self) -> ComposeResult:
        """Status, article, panel (or strip), footer."""
        yield Lines(id="status")
        yield ArticleView(id="article", emoji=self.app.options.emoji)
        yield Lines(id="rule")
        yield Lines(id="panel")
        yield Lines(id="strip")
        yield Lines(id="tour")
        yield Lines(id="footer")
        yield Lines(id="small")
        yield OverlayHost()

    def on_mount(self) -> None:
        """Show the article."""
        self.view = self.query_one("#article", ArticleView)
        self.status = self.query_one("#status", Lines)
        self.side = self.query_one("#panel", Lines)
        self.strip = self.query_one("#strip", Lines)
        self.guide = self.query_one("#tour", Lines)
        self.guide.display = self.app.tour is not None
        self.footer = self.query_one("#footer", Lines)
        quit_ = self.app.keymap.shown("app.quit")
        small = ("terminal too small: 60x14 at least", f"no key but {quit_} (quit) is heard")
        self.query_one("#small", Lines).show([[], *([Piece(f"  {line}")] for line in small)])
        self._painter.brackets = self.app.no_color
        self.view.set_article(self.session.article)
        self.take_suggestions(self.session.article.uid, self.app.stored_suggestions(self.session))
        self.view.show(self._painter.state())
        self.view.centre()
        # Their sizes are known when the screen is drawn; nothing is drawn twice.
        for lines in (self.status, self.side, self.strip, self.guide, self.footer):
            lines.fill_when_drawn(self.paint_lines)
        self.set_interval(BOOKMARK_SECONDS, self.keep_bookmark)
        self.call_after_refresh(self._first_painted)

    def _first_painted(self) -> None:
        """Begin what would only have kept the first paint waiting."""
        search_from_now()
        self._find_quotations()
        self._suggest(self.session.article)
        self.look_around()
        if self.view.rtl_share > 0.2:
            self.flash("Right-to-left text: the terminal may reorder it; keys select exactly.")

    @work(thread=True, exclusive=True, group="quotations", exit_on_error=False)
    def _find_quotations(self) -> None:
        """Find the quotations before anybody asks for them (pure Python, kept by the app)."""
        self.app.quotations_of(self.session.article)

    @work(thread=True, exclusive=True, group="suggestions", exit_on_error=False)
    def _suggest(self, article: Article) -> None:
        """Let the engine read the article in the background, unless it has."""
        found = self.app.suggest(article)
        if found is not None and not get_current_worker().is_cancelled:
            self.app.call_from_thread(self._suggested, article.uid, *found)

    def _suggested(self, uid: str, engine: str, found: list[StoredSuggestion]) -> None:
        try:
            self.app.store.put_suggestions(uid, engine, found)
        except AnnotatorError as error:
            self.complain(error)
        self.take_suggestions(uid, found)
        self.paint()

    def take_suggestions(self, uid: str, found: Sequence[StoredSuggestion]) -> None:
        """Offer suggestions for the open article."""
        if uid == self.session.article.uid:
            self.suggestions = self._offered(self.session, found)
            self._painter.suggestions = self.suggestions

    def _offered(self, session: Session, found: Sequence[StoredSuggestion]) -> Suggestions:
        """Suggestions in the order, and down to the confidence, that the user chose before."""
        before = self.suggestions
        return Suggestions(session, found, least=before.least, order=before.order)

    def in_view(self) -> tuple[int, int]:
        """The code points that can be read now: none in a window that is too small.

        Before the first paint, which will show the cursor, those of its sentence.
        """
        if not self.is_mounted or not self.view.display:
            return 0, 0
        s = self.session
        if self.view.fit() is None and s.page.sentences:
            here = s.page.sentences[s.sentence]
            return here.start, here.end
        return self.view.visible_range()

    def sure_suggestions(self) -> list[Pending]:
        """The pending suggestions in view that are sure enough to be taken together."""
        found = self.suggestions.within(*self.in_view())
        return [p for p in found if p.suggestion.confidence >= SURE]

    def accept(self, pending: Pending) -> bool:
        """Accept a suggestion; one that is out of view is only brought into it. Whether it was."""
        if not in_view(pending.suggestion.fragments, self.in_view()):
            self.suggestions.lead_to(pending)
            self.flash_later("the suggestion was off the screen; here it is: press the key again")
            return False
        self.suggestions.decide("accepted", pending)
        return True

    def accept_offered(self) -> bool:
        """A key that changes a claim accepts what is offered first. False: do nothing more."""
        offered = self.suggestions.offered()
        return offered is None or self.session.selection is not None or self.accept(offered)

    def look_around(self) -> None:
        """Ask a worker where the selection or the claim at work stands again."""
        if not self.app.options.suggest:
            return
        from annotator.project.phrase_matches import query_of

        query = query_of(self.session)
        if query == self._looked_for:
            return
        self._looked_for = query
        if query is None:
            self.phrase_matches = None
        else:
            self._look(query)

    @work(thread=True, exclusive=True, group="phrases", exit_on_error=False)
    def _look(self, query: Query) -> None:
        from annotator.project import Project
        from annotator.project.phrase_matches import look

        # Keys that follow each other quickly ask again; only the last question is answered.
        time.sleep(LOOK_SECONDS)
        worker = get_current_worker()
        if not worker.is_cancelled:
            options = self.app.options
            with Project.open(self.app.store.path, readonly=True) as project:
                found = look(project, query, options.threshold, others=options.others)
            if not worker.is_cancelled:
                self.app.call_from_thread(self._found_matches, found)

    def _found_matches(self, found: PhraseMatches) -> None:
        if found.query == self._looked_for:
            self.phrase_matches = found
            self.paint_lines()

    def open_session(self, session: Session) -> None:
        """Show another article."""
        self.keep_bookmark()
        self.session = session
        session.shown = self.in_view
        self.suggestions = self._offered(session, self.app.stored_suggestions(session))
        self._bookmarked = -1
        self._painter = Painter(session, self.suggestions, brackets=self.app.no_color)
        self.view.set_article(session.article)
        self._flash = ""
        self.paint()
        self.view.centre()
        self._find_quotations()
        self._suggest(session.article)

    # ------------------------------------------------------------------------------ painting

    def paint(self) -> None:
        """Bring the screen in step with the session: no layout pass, only lines that changed."""
        s = self.session
        self.look_around()
        self.view.show(self._painter.state())
        start, end = (
            s.selection.range if s.selection and s.selection.open else s.page.token(s.cursor)
        )
        head = s.selection.head if s.selection and s.selection.open else start
        # A scroll writes the whole view, so it goes by half a view: few bytes for most keys.
        half = max(1, self.view.size.height // 2)
        self.view.reveal(head, max(head + 1, end if start == head else head + 1), step=half)
        self.paint_lines()

    def paint_lines(self) -> None:
        """Status, panel, strip and footer."""
        s, width = self.session, self.size.width
        number, total = self.app.position_of(s.article.uid)
        self.status.show([panel.status_line(s, number, total, self.saved, width, self.app.project)])
        pending = self.suggestions.offered()
        if self.side.display:
            inner = self.side.size.width
            room = self.side.size.height
            claim = panel.claim_lines(s, inner, pending)
            legend = panel.legend_lines(s.scheme, inner, s)
            if self.phrase_matches and self.phrase_matches.query == self._looked_for:
                claim += self._match_lines(inner, room - len(claim) - len(legend) - 2)
            gap = max(1, room - len(claim) - len(legend))
            self.side.show([*claim[: max(3, room - len(legend) - 1)], *[[]] * gap, *legend])
        if self.strip.display:
            self.strip.show(self._strip_lines(width, pending))
        if self.app.tour:
            self.guide.show(self.app.tour.lines())
        self.footer.show([hints.footer_line(s, self.app.keymap, width, self._flash)])

    def _match_lines(self, width: int, rows: int) -> list[Line]:
        from annotator.tui.annotate.phrase_matches import match_lines

        if self.phrase_matches is None or rows <= 2:
            return []
        return [[], *match_lines(self.phrase_matches, width, rows, self._propagate_keys())]

    def _propagate_keys(self) -> tuple[str, str]:
        content = self.session.scheme.role("content")
        return self.app.keymap.shown("phrase.carry"), content.key if content else ""

    def _strip_lines(self, width: int, pending: Pending | None) -> list[Line]:
        first, *others = panel.strip_lines(self.session, width, pending)
        if self.phrase_matches and self.phrase_matches.query == self._looked_for:
            from annotator.tui.annotate.phrase_matches import match_pieces

            first = [
                *first[:2],
                *match_pieces(self.phrase_matches, self._propagate_keys()),
                *first[2:],
            ]
        return [first, *others]

    def flash(self, text: str) -> None:
        """Say something in the footer until the next key."""
        self._flash = text
        self.footer.show([hints.footer_line(self.session, self.app.keymap, self.size.width, text)])

    # ------------------------------------------------------------------------------ keys

    def contexts(self) -> tuple[Context, ...]:
        """Which keys are heard now, the innermost first."""
        found: list[Context] = []
        if self.session.hits:
            found.append("search")
        if self.session.selection and self.session.selection.open:
            found.append("selection")
        return (*found, "article")

    def hear_here(self, event: events.Key) -> bool:
        """Look the key up and do what it means."""
        command = self.app.keymap.command(event.key, self.contexts())
        if command is None:
            return False
        self.do(command)
        return True

    def do(self, command: Command) -> None:
        """Do what a key, a click or the palette asks for, and say what came of it."""
        if self.app.too_small:
            return  # a click in the palette; keys do not come here
        if command != BACK:
            self.escaped = False
        if command != REVIEWED:
            self.asked = None
        done = self.carry_out(lambda: perform(self, command))
        if done and self.app.tour and self.app.tour.saw(command):
            self.paint_lines()

    def carry_out(self, act: Callable[[], object]) -> bool:
        """Do something to the session, say what it did, and paint.

        False, and the reason shown, when it could not be done.
        """
        self._flash, self.session.said = "", Said("")
        done = False
        try:
            act()
        except OffScreenError as error:
            self._flash = hints.off_screen(error, self.session, self.app.keymap)
        except AnnotatorError as error:
            if isinstance(error, ConflictError | SchemeChangedError):
                self.app.reopen(self.session.article.uid, self.session.offset)
            self.complain(error)
        else:
            done = True
            self._flash = self._flash or self._what_it_did()
        self.paint()
        return done

    def _what_it_did(self) -> str:
        """What the session did, and the key that brings back what it took away."""
        said = self.session.said
        if said.lost:
            return f"{said.text}, {self.app.keymap.shown('claim.undo')} brings it back"
        return said.text

    def complain(self, error: AnnotatorError) -> None:
        """Show an error where it cannot be missed; what it refused has not happened."""
        self.app.complain(error)

    def flash_later(self, text: str) -> None:
        """A message that the paint at the end of the action will show."""
        self._flash = text

    def written(self, batch: Batch) -> None:
        """The database holds the batch now; only from here on does the screen say so."""
        self.saved = batch.at[11:19]

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
        if not isinstance(event.click, RowClick | TabClick):
            self.do(event.click)
        self.view.focus()

    # ------------------------------------------------------------------------------ bookmark

    def keep_bookmark(self) -> None:
        """Remember the place when it changed; a second at most is lost."""
        if self.session.offset != self._bookmarked:
            self._bookmarked = self.session.offset
            self.app.keep_bookmark(self.session.article.uid, self.session.offset)
