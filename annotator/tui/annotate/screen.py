"""The annotation screen: one article, the claim panel, and what every key does here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from textual import events, on
from textual.app import ComposeResult
from textual.geometry import Size

from annotator.domain.errors import AnnotatorError, ConflictError, SchemeChangedError
from annotator.domain.model import Batch
from annotator.session import Session
from annotator.session.actions import Context
from annotator.session.commands import Command, Do
from annotator.session.jump import Jump
from annotator.session.motions import Motions
from annotator.session.review import SuggestionReview
from annotator.session.saving import Said
from annotator.session.shown import OffScreenError
from annotator.tui.annotate import footer as hints
from annotator.tui.annotate.at_hand import at_hand
from annotator.tui.annotate.controller import AnnotateController
from annotator.tui.annotate.dialogs import Dialogs
from annotator.tui.annotate.forms import Forms
from annotator.tui.annotate.frame import Painter
from annotator.tui.annotate.handlers import ScreenParts, handlers_of, perform
from annotator.tui.annotate.legend import NOTHING_GIVEN, Given, legend_lines
from annotator.tui.annotate.motion_keys import belongs, command_of, waiting_context
from annotator.tui.annotate.panel import panel_lines
from annotator.tui.annotate.pending import proposal_lines, proposal_strip, source_hint
from annotator.tui.annotate.phrase_lookup import PhraseLookup
from annotator.tui.annotate.relation_keys import (
    chosen,
    keeps_relation,
    relating_lines,
    relation_contexts,
    relation_strip,
)
from annotator.tui.annotate.status import status_line
from annotator.tui.annotate.strip import strip_lines
from annotator.tui.annotate.suggesting import Suggesting
from annotator.tui.article.pointing import Dragged, GutterPicked, Pointed, WordPicked
from annotator.tui.article.state import ViewState
from annotator.tui.article.view import ArticleView
from annotator.tui.dialogs.overlay import OverlayScreen
from annotator.tui.terminal.gc_tuning import search_from_now
from annotator.tui.widgets.lines import Line, Lines, RowClick, StyledText, TabClick

if TYPE_CHECKING:
    from annotator.project.phrase_matches import PhraseMatches
    from annotator.tui.host import Host
    from annotator.tui.tour import Tour

NARROW: Final = 100
"""Below this width (cells) the panel becomes a strip of three lines."""
BROAD: Final = 146
"""From here on the text has the width it is read best in, and the panel what is left."""
BOOKMARK_SECONDS: Final = 1.0
BACK: Final = Do("view.back")
REVIEWED: Final = Do("claim.reviewed")
CHOOSE: Final = Do("relating.choose")


class AnnotateScreen(OverlayScreen):
    """Shows one article and turns keys and the mouse into the session's actions."""

    AUTO_FOCUS = "#article"
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow"), (NARROW, "-wide"), (BROAD, "-broad")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-low"), (14, "-high")]  # noqa: RUF012

    def __init__(self, host: Host, uid: str, tour: Tour | None = None) -> None:
        """Open an article (its uid) where the annotator stopped, with a tour or without."""
        super().__init__()
        self.host = host
        self._tour = tour
        self.saved = ""
        """Time of the last commit, as the status line shows it."""
        self._flash = ""
        self.escaped = self.left = False
        self.asked: int | None = None
        self.controller = AnnotateController(self)
        self.session = self.controller.first_session(uid)
        self.session.shown = self.in_view
        self._suggesting = Suggesting(self)
        self.motions = Motions(self.session, lambda: self.suggestions)
        self._lookup = PhraseLookup(self)
        self._painter = Painter(self.session, brackets=False)
        forms = Forms(self, self.controller)
        self._parts = ScreenParts(self, self.controller, self._suggesting, Dialogs(self), forms)
        self.handlers = handlers_of(self._parts)

    @property
    def told(self) -> str:
        """What the line at the foot says of the last action."""
        return self._flash

    @property
    def suggestions(self) -> SuggestionReview:
        """What is proposed for the open article."""
        return self._suggesting.offers

    @property
    def phrase_matches(self) -> PhraseMatches | None:
        """Where words that were at hand stand again, as far as it was found."""
        return self._lookup.found

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
        yield ArticleView(id="article", emoji=self.host.options.emoji)
        yield Lines(id="rule")
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
        self.guide.display = self._tour is not None
        self.footer = self.query_one("#footer", Lines)
        quit_ = self.host.keymap.shown("app.quit")
        small = ("terminal too small: 60x14 at least", f"no key but {quit_} (quit) is heard")
        self.query_one("#small", Lines).show([[], *([StyledText(f"  {line}")] for line in small)])
        self._painter.brackets = self.app.no_color
        self.view.set_article(self.session.article)
        self._suggesting.take_stored()
        self.view.show(self._state())
        self.view.centre()
        # Their sizes are known when the screen is drawn; nothing is drawn twice.
        for lines in (self.status, self.side, self.strip, self.guide, self.footer):
            lines.fill_when_drawn(self.paint_lines)
        self.set_interval(BOOKMARK_SECONDS, self.controller.keep_bookmark)
        self.call_after_refresh(self._first_painted)

    def _first_painted(self) -> None:
        """Begin what would only have kept the first paint waiting."""
        search_from_now()
        self._begin_reading()
        self.controller.learn_sources()
        self._lookup.ask()
        if self.view.rtl_share > 0.2:
            self.flash("Right-to-left text: the terminal may reorder it; keys select exactly.")

    def _begin_reading(self) -> None:
        """Find quotations before anybody asks for them, and suggestions, in the background."""
        article = self.session.article
        self.in_background("quotations", lambda: self.controller.quotations_of(article))
        self.in_background("words", self.controller.read_words)
        self._suggesting.read()

    def in_background(self, group: str, work: Callable[[], object]) -> None:
        """Run something in a thread; what the group was asked before is cancelled."""
        self.run_worker(work, thread=True, exclusive=True, group=group, exit_on_error=False)

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

    def open_article(self, uid: str) -> None:
        """Show an article where the annotator stopped."""
        self.controller.open(uid)

    def show_session(self, session: Session) -> None:
        """Show another article."""
        session.take_sticky(self.session)
        session.relating = self.session.relating
        proposed = self.session.proposal is not None
        self.session = session
        session.shown = self.in_view
        self.motions = Motions(session, lambda: self.suggestions, self.motions.last)
        self._suggesting.take_stored()
        self._painter = Painter(session, brackets=self.app.no_color)
        self.view.set_article(session.article)
        self._flash = "the proposed claim was left; nothing of it is saved" if proposed else ""
        self.paint()
        self.view.centre()
        self._begin_reading()

    # ------------------------------------------------------------------------------ painting

    def _state(self) -> ViewState:
        """What is painted over the article, with labels while a jump waits for its letters."""
        state, jump = self._painter.state(self.suggestions), self.motions.waiting
        return replace(state, labels=tuple(jump.shown)) if isinstance(jump, Jump) else state

    def paint(self) -> None:
        """Bring the screen in step with the session: no layout pass, only lines that changed."""
        s = self.session
        self._lookup.ask()
        self.view.show(self._state())
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
        number, total = self.host.position_of(s.article.uid)
        self.status.show([status_line(s, number, total, self.saved, width, self.host.project.name)])
        shown, key = at_hand(s, self.suggestions.offered()), self.host.keymap.shown
        hint = source_hint(s, key)
        if self.side.display:
            inner = self.side.size.width
            room = self.side.size.height
            given = Given(s.active.layer_name, s.active.attributes) if s.active else NOTHING_GIVEN
            legend = legend_lines(s.scheme, inner, room * 2 // 3, given)
            left = max(3, room - len(legend) - 1)
            lines = (
                proposal_lines(s, s.proposal, inner, key)
                if s.proposal
                else panel_lines(s, shown, inner, left, key, self.suggestions.waiting)
            )
            lines[:0] = relating_lines(s, inner)
            lines[1:1] = [hint] if hint else []
            lines = lines[:left]
            lines += self._lookup.panel_lines(inner, left - len(lines) - 1)
            gap = max(1, room - len(lines) - len(legend))
            self.side.show([*lines, *[[]] * gap, *legend])
        if self.strip.display:
            again = self._lookup.strip_pieces()
            if hint:
                again = [StyledText("  "), *hint, *again]
            strip = strip_lines(s, shown, width, key, again)
            if s.proposal:
                strip[0] = proposal_strip(s, s.proposal, width)
            elif related := relation_strip(s, width):
                strip[0] = related
            self.strip.show(strip)
        if self._tour:
            self.guide.show(self._tour.lines())
        self.footer.show([self._footer_line(self._flash)])

    def flash(self, text: str) -> None:
        """Say something in the footer until the next key."""
        self._flash = text
        self.footer.show([self._footer_line(text)])

    def _footer_line(self, text: str) -> Line:
        offered = self.suggestions.offered() is not None
        return hints.footer_line(
            self.motions, self.host.keymap, self.size.width, text, offered=offered
        )

    # ------------------------------------------------------------------------------ keys

    def contexts(self) -> tuple[Context, ...]:
        """Which keys are heard now, the innermost first."""
        waiting = waiting_context(self.motions)
        return (waiting,) if waiting else self._open()

    def _open(self) -> tuple[Context, ...]:
        """Which keys are heard where nothing waits for one."""
        found: list[Context] = []
        if self.session.hits:
            found.append("search")
        if self.session.selection and self.session.selection.open:
            found.append("selection")
        if self.session.proposal:
            found.append("proposal")
        else:
            found += relation_contexts(self.session)
        return (*found, "article")

    def handle_key_here(self, event: events.Key) -> bool:
        """Look the key up and do what it means."""
        command = command_of(event.key, self.motions, self.host.keymap, self._open())
        if command == CHOOSE:
            command = chosen(event.key, self.session, self.host.keymap) or command
        if self._tour and not self._on_tour(event.key, command):
            return True
        if command is None:
            self.escaped = self.left = False
            return False
        self.do(command)
        return True

    def _on_tour(self, key: str, command: Command | None) -> bool:
        """Whether the tour lets a key be done; it leaves the screen when it is over."""
        if self._tour is None:
            return True
        heard = self._tour.hears(key, command, self.host.keymap)
        if self._tour.over:
            self._tour, self.guide.display = None, False
        else:
            self.guide.show(self._tour.lines())
        return heard

    def do(self, command: Command) -> None:
        """Do what a key, a click or the palette asks for, and say what came of it."""
        if self.host.too_small:
            return  # a click in the palette; keys do not come here
        if command != BACK:
            self.escaped = self.left = False
        if command != REVIEWED:
            self.asked = None
        if not belongs(command):
            self.motions.leave()
        if not keeps_relation(command):
            self.session.relation_id = None
        before = self.asked
        done = self.carry_out(lambda: perform(self._parts, self.handlers, command))
        only_asked = self.asked not in (None, before)
        if done and not only_asked and self._tour and self._tour.saw(command):
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
            self._flash = hints.off_screen(error, self.session, self.host.keymap)
        except AnnotatorError as error:
            if isinstance(error, ConflictError | SchemeChangedError):
                self.controller.reopen()
            self.host.show_error(error)
        else:
            done = True
            self._flash = self._flash or self._what_it_did()
        self.paint()
        return done

    def _what_it_did(self) -> str:
        """What the session did, and the key that brings back what it took away."""
        said = self.session.said
        if said.lost:
            return f"{said.text}, {self.host.keymap.shown('claim.undo')} brings it back"
        return said.text

    def toggle_panel(self) -> None:
        """Show the claim panel on a small screen, or hide it."""
        self.toggle_class("-panel")

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
        self.motions.leave()
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
        self.motions.leave()
        if low < high:
            self.session.select(*self.session.page.snapped(low, high))
            self.paint()

    @on(WordPicked)
    def _word_picked(self, event: WordPicked) -> None:
        page = self.session.page
        self.motions.leave()
        self.session.select(*page.token(page.token_at(event.offset)))
        self.paint()

    @on(GutterPicked)
    def _gutter_picked(self, event: GutterPicked) -> None:
        self.motions.leave()
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
