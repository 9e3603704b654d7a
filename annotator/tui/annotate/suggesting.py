"""Suggestions for the open article: read by a worker, offered, accepted where they are seen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from textual.worker import get_current_worker

from annotator.domain.errors import AnnotatorError, MissingExtraError
from annotator.domain.model import Article
from annotator.domain.suggestion import StoredSuggestion
from annotator.domain.terms import terms
from annotator.session.review import NONE, SURE, Pending, SuggestionReview
from annotator.session.saving import pluralise
from annotator.session.shown import in_view
from annotator.tui.annotate.window import AnnotateWindow


class Suggesting:
    """What is proposed for the article on the annotation screen."""

    def __init__(self, window: AnnotateWindow) -> None:
        self._window = window
        self.offers = SuggestionReview(window.session, ())

    def take_stored(self) -> None:
        """Offer what was proposed for the open article before."""
        window = self._window
        wanted = window.host.options.suggest
        self._offer(window.host.project.suggestions(window.session.article.uid) if wanted else ())

    def _offer(self, found: Sequence[StoredSuggestion]) -> None:
        """Offer them in the order, and down to the confidence, that the user chose before."""
        before = self.offers
        self.offers = SuggestionReview(
            self._window.session, found, least=before.least, order=before.order
        )

    # ------------------------------------------------------------------------------ reading

    def read(self) -> None:
        """Let the engine read the open article in the background, unless it has."""
        self._window.in_background("suggestions", partial(self._read, self._window.session.article))

    def _read(self, article: Article) -> None:
        found = self.propose(article)
        if found is not None and not get_current_worker().is_cancelled:
            self._window.app.call_from_thread(self._take, article.uid, *found)

    def _take(self, uid: str, engine: str, found: list[StoredSuggestion]) -> None:
        window = self._window
        try:
            window.host.project.put_suggestions(uid, engine, found)
        except AnnotatorError as error:
            window.host.show_error(error)
        if uid == window.session.article.uid:
            self._offer(found)
        window.paint()

    def propose(self, article: Article) -> tuple[str, list[StoredSuggestion]] | None:
        """Let the engine read an article (in a worker: it loads spaCy); None when it has already.

        Without a pipeline there is nothing to propose that a key (the quotation's) does not do.
        """
        host = self._window.host
        if not host.options.suggest or terms(host.scheme) is None:
            return None
        # A connection of its own: this runs in a worker's thread.
        with host.project.reader() as project:
            try:
                found = next(project.propose([article.uid]), None)
            except MissingExtraError:
                return None
        return None if found is None else (found.engine, found.suggestions)

    def hide_more(self) -> str:
        """Hide the less sure ones, then more of them, then all, then none; returns what to say."""
        shown, waiting = self.offers.hide_more()
        least, out = self.offers.least, self.offers.left_out
        if least == NONE:
            key = self._window.host.keymap.shown("suggestion.hide")
            said = f"all suggestions hidden: {waiting}; {key} shows them"
        elif least:
            said = f"{shown} of {pluralise(waiting, 'suggestion')} shown: {least:.0%} sure or more"
        else:
            said = f"all suggestions shown: {waiting}"
        return said + (f"; {out} like decided ones are left out" if out else "")

    # ------------------------------------------------------------------------------ accepting

    def sure(self) -> list[Pending]:
        """The pending suggestions in view that are sure enough to be taken together."""
        found = self.offers.within(*self._window.in_view())
        return [p for p in found if p.suggestion.confidence >= SURE]

    def accept(self, pending: Pending) -> bool:
        """Accept a suggestion; one that is out of view is only brought into it. Whether it was."""
        if not in_view(pending.suggestion.fragments, self._window.in_view()):
            self.offers.lead_to(pending)
            self._window.flash_later(
                "the suggestion was off the screen; here it is: press the key again"
            )
            return False
        self.offers.decide("accepted", pending)
        return True

    def accept_offered(self) -> bool:
        """A key that changes a claim accepts what is offered first. False: do nothing more."""
        offered = self.offers.offered()
        return offered is None or self._window.session.selection is not None or self.accept(offered)
