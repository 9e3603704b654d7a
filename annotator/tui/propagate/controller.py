"""Propagating from the claim at work: open the screen, apply what was chosen at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from annotator.domain.errors import AnnotatorError
from annotator.domain.model import Annotation
from annotator.project.phrase_matches import labels_at, look, query_of
from annotator.project.propagating import Choice, propagate, same_sources
from annotator.tui.propagate.screen import PropagateScreen

if TYPE_CHECKING:
    from textual.app import App

    from annotator.domain.model import Batch
    from annotator.project.phrase_matches import PhraseMatches
    from annotator.session import Session
    from annotator.tui.host import Host


class PropagatingWindow(Protocol):
    """The screen that shows the claim at work, as far as propagating needs it."""

    host: Host
    session: Session

    @property
    def app(self) -> App[object]:
        """Textual's application: the screen of places is pushed on it."""

    @property
    def phrase_matches(self) -> PhraseMatches | None:
        """Where words that were at hand stand again, as far as it was found."""

    def flash_later(self, text: str) -> None:
        """A message that the paint at the end of the action will show."""

    def paint(self) -> None:
        """Bring the screen in step with the session."""

    def written(self, batch: Batch) -> None:
        """Hear that the database holds a batch now."""


def open_propagate(window: PropagatingWindow) -> None:
    """Show where the claim at work, and its source, stand again; propagate it to what is chosen."""
    host, session = window.host, window.session
    if session.active is None and session.selection is None:
        here = next((a for a in session.at_cursor() if a.layer == "claim"), None)
        session.activate(here.id if here else None)
    claim = session.active
    query = query_of(session) if claim and claim.layer == "claim" else None
    if claim is None or query is None or session.selection is not None:
        window.flash_later(_missing(window))
        return
    found = window.phrase_matches
    if found is None or found.query != query:
        try:
            others = host.options.others
            found = look(host.project, query, host.options.threshold, others=others)
        except AnnotatorError as error:
            window.host.show_error(error)
            return

    def chosen(choice: Choice | None) -> None:
        if choice is not None:
            _apply(window, claim, choice)
        window.paint()

    whose = None if host.options.others else host.annotator
    window.app.push_screen(
        PropagateScreen(
            claim,
            " ".join(query.text.split()),
            query.label,
            found.matches,
            same_sources(host.project, found),
            lambda m: labels_at(m, host.project.annotations(m.article, whose), host.annotator),
            chosen,
        )
    )


def _missing(window: PropagatingWindow) -> str:
    """What must be done before there is something to propagate, in a line."""
    session, shown = window.session, window.host.keymap.shown
    role = session.scheme.role("content")
    key, carries = (role.key if role else ""), f"then {shown('phrase.carry')} carries it"
    active = session.active
    if session.selection is not None:
        if active is None:
            return f"no claim yet: {key} makes one of the selection, {carries}"
        return f"a selection is open: {shown('view.back')} leaves it, {carries}"
    if active is None:
        return f"no claim here: select its words, {key} makes it, {carries}"
    if active.layer != "claim":
        return f"a {active.layer} cannot be carried: only claims are"
    return f"this claim has no content yet: select it, {key} adds it, {carries}"


def _apply(window: PropagatingWindow, claim: Annotation, choice: Choice) -> None:
    try:
        propagation = propagate(window.host.project, claim, choice, window.host.scheme)
    except AnnotatorError as error:
        window.host.show_error(error)
        return
    if propagation.batch is None:
        window.flash_later("nothing to carry: every place has these labels already")
        return
    window.written(propagation.batch)
    for change in propagation.batch.changes:
        if change.subject.article == window.session.article.uid:
            window.session.index.put(change)
    key = window.host.keymap.shown("claim.undo")
    window.flash_later(
        f"carried: claims made {len(propagation.made)}, labelled {len(propagation.changed)};"
        f" {key} takes all back"
    )
