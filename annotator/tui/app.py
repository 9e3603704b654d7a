"""The application: the store, the open articles, and what reaches across screens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from textual.app import App
from textual.screen import Screen

from annotator.domain.errors import AnnotatorError, GoneError, MissingExtraError
from annotator.domain.model import Article, Batch
from annotator.domain.result_row import ResultRow
from annotator.domain.suggestion import StoredSuggestion
from annotator.domain.terms import terms
from annotator.domain.times import now
from annotator.session import Session
from annotator.session.actions import ACTIONS, Action
from annotator.store import Store
from annotator.store.order import Listed
from annotator.text.safe import safe_line
from annotator.tui.annotate.screen import AnnotateScreen
from annotator.tui.key_events import HearingApp
from annotator.tui.keymap import Keymap
from annotator.tui.rescue import Rescue

if TYPE_CHECKING:
    from textual.command import Provider

    from annotator.tui.tour import Tour


@dataclass(frozen=True, slots=True)
class Options:
    """What the user configured: theme, how emoji are drawn, the key table."""

    theme: str = ""
    emoji: Literal["full", "simplify"] = "full"
    suggest: bool = False
    """Whether workers propose claims and look for repeated phrases."""
    threshold: float = 85.0
    """Likeness (rapidfuzz ratio, 0 to 100) from which phrases count as repeated."""
    others: bool = False
    """Whether repeated phrases show how other annotators labelled them; blind without."""
    actions: tuple[Action, ...] = field(default=ACTIONS)
    order: tuple[str, ...] = ()
    """The uids in the order in which to go through the articles; empty: as they were added."""
    errors: tuple[ResultRow, ...] = ()
    """What `annotator evaluate --browse` found; listed at once."""


class AnnotatorApp(HearingApp):
    """Opens the database, keeps one annotation screen, and writes what the session decides."""

    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {
        *App.COMMANDS,
        lambda: _actions_provider(),
    }
    TITLE = "annotator"
    CSS = "Screen { layers: base overlay; }"
    CSS_PATH = Path(__file__).parent / "annotate/annotate.tcss"  # not relative to a subclass
    """The first screen's; Textual reads the style sheets of screens only when they are pushed."""

    def __init__(self, store: Store, annotator: str, options: Options | None = None) -> None:
        super().__init__()
        self.store = store
        self.annotator = annotator
        self.options = options or Options()
        self.project = Path(str(store.path)).stem
        self.scheme = store.scheme()
        self.keymap = Keymap(self.options.actions, self.scheme)
        self.order = Listed(self.options.order) if self.options.order else store.order()
        self._position = ("", 0)
        """The article last asked for, and its place: each key draws it."""
        self._quotations: dict[str, list[tuple[int, int]]] = {}
        self.tour: Tour | None = None
        """The guided first session, when one was asked for."""
        self.rescue = Rescue(self)
        self.kept: Path | None = None
        """The new file in which the work went on, when the database file was gone."""
        self.first: str | None = None
        """The article to open first; the one last worked on when None."""

    # ------------------------------------------------------------------------------ opening

    def get_default_screen(self) -> Screen[None]:
        """Open the article where the annotator stopped, as the first screen: nothing is under it.

        (A screen that is pushed in `on_mount` would be laid out and drawn after an empty one.)
        """
        uid = self.first
        if uid is None:
            mark = None if self.options.order else self.store.bookmark(self.annotator)
            uid = mark[0] if mark else self.order.uids(0, 1)[0]
        self.screen_annotate = AnnotateScreen(self.session_for(uid))
        self.screen_annotate.fit(self.size)
        return self.screen_annotate

    def on_mount(self) -> None:
        """Take the theme that the user asked for."""
        # A terminal that comes back shows nothing of what was there.
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))
        self.rescue.watch()
        if self.options.theme:
            self.theme = self.options.theme
        if self.options.errors:
            self.open_rows("errors")

    def session_for(self, uid: str, position: int | None = None) -> Session:
        """Read an article and the annotator's own work on it."""
        self.renew_scheme()
        article, scheme = self.store.article(uid), self.scheme
        if position is None:
            mark = self.store.bookmark(self.annotator, uid)
            position = mark[1] if mark else 0
        return Session(
            article,
            self.store.annotations(uid, self.annotator),
            self.annotator,
            scheme,
            lambda batch: self.write(batch, scheme.version),
            now,
            lambda: self.quotations_of(article),
            position,
        )

    def renew_scheme(self) -> None:
        """Take the scheme in force, with its keys, where somebody set another one meanwhile."""
        if self.store.scheme_version() != self.scheme.version:
            self.scheme = self.store.scheme()
            self.keymap = Keymap(self.options.actions, self.scheme)

    def write(self, batch: Batch, under: str) -> None:
        """Store a user action; when it returns, the action is on the disk.

        Raises:
            SchemeChangedError: when the scheme it was decided under is no longer in force.
        """
        self.store.apply(batch, under)
        self.screen_annotate.written(batch)

    def quotations_of(self, article: Article) -> list[tuple[int, int]]:
        """The ranges of the article's quotations; one over several paragraphs is one range."""
        if article.uid not in self._quotations:
            from annotator.attribution.rules.flow import flowing
            from annotator.attribution.rules.quotes import chains, quotations

            found = quotations(flowing(article.text).text)
            ranges = {(found[c[0]].start, found[c[-1]].end) for c in chains(found)}
            self._quotations = {article.uid: sorted(ranges)}
        return self._quotations[article.uid]

    def titles(self) -> list[tuple[str, str]]:
        """uid and title of every article, for the command palette."""
        return list(self.store.titles())

    def stored_suggestions(self, session: Session) -> list[StoredSuggestion]:
        """What was proposed for a session's article before."""
        return self.store.suggestions(session.article.uid) if self.options.suggest else []

    def suggest(self, article: Article) -> tuple[str, list[StoredSuggestion]] | None:
        """Let the engine read an article (in a worker: it loads spaCy); None when it has already.

        Without a pipeline there is nothing to propose that a key (the quotation's) does not do.
        """
        if not self.options.suggest or terms(self.scheme) is None:
            return None
        from annotator.attribution.bridge import suggest
        from annotator.attribution.parse import load_pipeline
        from annotator.attribution.stored import enabled_model, engine_of, to_stored

        try:
            nlp = load_pipeline()
        except MissingExtraError:
            return None
        model = enabled_model(self.store.path)
        # A connection of its own: this runs in a worker's thread.
        with Store.open(self.store.path, readonly=True) as store:
            speech = store.speech_only()
            engine = engine_of(model, nlp, speech=speech)
            if store.has_suggestions(article.uid, engine):
                return None
        ((_, found),) = suggest([article], model=model, speech=speech)
        return engine, to_stored(article.uid, found)

    def position_of(self, uid: str) -> tuple[int, int]:
        """The article's place in the list, and how long the list is."""
        if uid != self._position[0]:
            place = self.order.index(uid)
            self._position = uid, 0 if place is None else place + 1
        return self._position[1], len(self.order)

    # ------------------------------------------------------------------------------ articles

    def open_article(self, uid: str, position: int | None = None) -> None:
        """Show an article: where the annotator stopped, or at an offset."""
        self.screen_annotate.open_session(self.session_for(uid, position))

    def reopen(self, uid: str, position: int) -> None:
        """Read an article again after somebody else changed it."""
        self.open_article(uid, position)

    def step_article(self, step: Literal[1, -1]) -> None:
        """To the next or previous article of the list."""
        here = self.order.index(self.screen_annotate.session.article.uid)
        at = -1 if here is None else here + step
        if found := self.order.uids(at, at + 1):
            self.open_article(found[0])
        else:
            self.screen_annotate.flash_later(
                "this is the last article" if step > 0 else "this is the first article"
            )

    def open_list(self) -> None:
        """Show the list of articles."""
        from annotator.tui.articles.screen import ArticlesScreen

        self.screen_annotate.keep_bookmark()
        here = self.screen_annotate.session.article.uid
        self.push_screen(ArticlesScreen(self.store.order(), here, self.open_article))

    # ------------------------------------------------------------------------------ phrases

    def open_propagate(self) -> None:
        """Show where the claim at work stands again, and propagate it to the places chosen."""
        from annotator.tui.propagate.controller import open_propagate

        open_propagate(self)

    def open_rows(self, what: Literal["lineage", "lint", "clusters", "errors"]) -> None:
        """Show a table over the whole corpus; Enter on a row goes there."""
        from annotator.project.phrase_matches import query_of
        from annotator.tui.results import queries as corpus
        from annotator.tui.results.screen import RowsScreen

        def go(place: tuple[str, int]) -> None:
            self.open_article(*place)

        screen, path = self.screen_annotate, self.store.path
        threshold = self.options.threshold
        name = None if self.options.others else self.annotator
        if what == "lint":
            shown = RowsScreen(
                f"The same words, labelled differently ({'yours' if name else 'by anyone'})",
                corpus.LINT_COLUMNS,
                lambda: corpus.lint_rows(path, name, threshold),
                "no words are labelled in more than one way",
                go,
            )
        elif what == "errors":
            found = self.options.errors
            if not found:
                screen.flash_later("no errors to show: annotator evaluate --browse finds them")
                return
            shown = RowsScreen(
                "What was missed, wrongly proposed, or cut otherwise",
                corpus.ERROR_COLUMNS,
                lambda: list(found),
                "",
                go,
            )
        elif what == "clusters":
            shown = RowsScreen(
                "Sentences that stand in several places",
                corpus.CLUSTER_COLUMNS,
                lambda: corpus.cluster_rows(path),
                "no clusters yet: r finds them",
                go,
                lambda tell: corpus.cluster_anew(path, threshold, tell),
            )
        else:
            if screen.session.active is None:
                screen.session.open_claim()
            query = query_of(screen.session)
            if query is None:
                screen.flash_later("no claim here: its lineage needs one, or a selection")
                return
            shown = RowsScreen(
                "Through the outlets, in time",
                corpus.LINEAGE_COLUMNS,
                lambda: corpus.lineage_rows(path, query.text, name, threshold),
                "these words stand nowhere else",
                go,
            )
        self.push_screen(shown)

    # ------------------------------------------------------------------------------ undo

    def step_back(self, *, undo: bool) -> None:
        """Undo or redo, in whichever article it was, and go there."""
        batch = self.store.undo(self.annotator) if undo else self.store.redo(self.annotator)
        screen = self.screen_annotate
        word = "undone" if undo else "redone"
        if batch is None:
            screen.flash_later("nothing to undo" if undo else "nothing to redo")
            return
        screen.written(batch)
        if not screen.session.absorb(batch):
            subject = batch.changes[0].subject
            self.open_article(subject.article, subject.start)
        more = f" ({len(batch.changes)} changes)" if len(batch.changes) > 1 else ""
        screen.flash_later(f"{word}: {batch.label}{more}")

    # ------------------------------------------------------------------------------ comfort

    def notify(self, message: str, *, title: str = "", **named: Any) -> None:
        """Say something in a corner; whatever is in it is text, and is made safe to draw."""
        super().notify(safe_line(message), title=safe_line(title), **{**named, "markup": False})

    def complain(self, error: AnnotatorError) -> None:
        """Show an error where it cannot be missed; what it refused has not happened."""
        if isinstance(error, GoneError):
            self.rescue.offer(error)
        else:
            self.notify(error.hint, title=error.message, severity="error", timeout=15)

    def keep_bookmark(self, uid: str, position: int) -> None:
        """Remember where the annotator is; a full disk must not stop the reading."""
        try:
            self.store.set_bookmark(self.annotator, uid, position)
        except GoneError:
            return  # who looks after the file says so
        except AnnotatorError as error:
            self.screen_annotate.flash(error.message)

    def copy_out(self, text: str) -> str:
        """Copy to the clipboard by every way there is; says which ways were used."""
        from annotator.tui.terminal.clipboard import copy_local

        self.copy_to_clipboard(text)
        local = copy_local(text)
        return f"copied by OSC 52 and {local}" if local else "copied by OSC 52 (if allowed)"

    async def on_unmount(self) -> None:
        """Keep the place when the program ends."""
        if hasattr(self, "screen_annotate"):
            self.screen_annotate.keep_bookmark()


def _actions_provider() -> type[Provider]:
    """The palette's own provider, imported when the palette opens."""
    from annotator.tui.palette import Actions

    return Actions


def options_from(
    theme: str,
    emoji: str,
    keymap: Mapping[str, str],
    *,
    suggest: bool = False,
    order: Sequence[str] = (),
    errors: Sequence[ResultRow] = (),
    others: bool = False,
) -> Options:
    """Check what a configuration file says and turn it into options."""
    from annotator.tui.keymap import remapped

    if emoji not in ("full", "simplify"):
        raise AnnotatorError(f"emoji = {emoji!r}", "use 'full' or 'simplify'")
    actions = remapped(keymap) if keymap else ACTIONS
    drawn: Literal["full", "simplify"] = "simplify" if emoji == "simplify" else "full"
    return Options(
        theme,
        drawn,
        suggest=suggest,
        others=others,
        actions=actions,
        order=tuple(order),
        errors=tuple(errors),
    )
