"""From the article to the concordance, to a place of it, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from annotator.phrases.query_parsing import in_quotes
from annotator.tui.concordance.screen import ConcordanceScreen
from annotator.tui.concordance.view import ConcordanceView

if TYPE_CHECKING:
    from textual.app import App

    from annotator.domain.model import Batch
    from annotator.session import Session
    from annotator.tui.host import Host


class ConcordanceWindow(Protocol):
    """The annotation screen, as far as the concordance needs it."""

    host: Host
    session: Session

    @property
    def app(self) -> App[object]:
        """Textual's application: the concordance is pushed on it."""

    def flash(self, text: str) -> None:
        """Say something in the footer until the next key."""

    def paint(self) -> None:
        """Bring the screen in step with the session."""

    def written(self, batch: Batch) -> None:
        """Hear that the database holds a batch now."""


class Concordances:
    """Opens the concordance as it was left, and follows its rows.

    Args:
        window: The annotation screen.
        open_article: Shows an article (uid) at an offset on it.
    """

    def __init__(
        self, window: ConcordanceWindow, open_article: Callable[[str, int], object]
    ) -> None:
        self._window = window
        self._open_article = open_article
        self._view = ConcordanceView()

    def open(self) -> None:
        """Show the concordance: of the selected words, where there is a selection."""
        session, view = self._window.session, self._view
        view.origin, view.jumped = (session.article.uid, session.offset), ""
        if session.selection is not None:
            start, end = session.selection.range
            view.typed, view.cursor = in_quotes(session.article.text[start:end]), 0
        self._show()

    def back(self) -> bool:
        """Show it again, where the open article was opened from it; False where it was not."""
        if self._view.jumped != self._window.session.article.uid:
            return False
        self._view.jumped = ""
        self._show()
        return True

    def _show(self) -> None:
        window = self._window
        window.app.push_screen(ConcordanceScreen(window.host, self._view, self._left, self._wrote))

    def _left(self, place: tuple[str, int] | None) -> None:
        window, view = self._window, self._view
        if place is not None:
            view.jumped = place[0]
            self._open_article(*place)
            window.flash(f"{window.host.keymap.shown('view.back')} returns to the concordance")
            return
        here = window.session.article.uid, window.session.offset
        if view.origin is not None and view.origin != here:
            self._open_article(*view.origin)
        view.origin = None

    def _wrote(self, batch: Batch) -> None:
        window = self._window
        window.written(batch)
        for change in batch.changes:
            if change.subject.article == window.session.article.uid:
                window.session.index.put(change)
        window.paint()
