"""Propagating from the claim at work: open the screen, apply what was chosen at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotator.domain.errors import AnnotatorError
from annotator.domain.model import Annotation
from annotator.project import Project
from annotator.project.phrase_matches import labels_at, look, query_of
from annotator.project.propagating import Choice, propagate, same_sources
from annotator.tui.propagate.screen import PropagateScreen

if TYPE_CHECKING:
    from annotator.tui.app import AnnotatorApp


def open_propagate(app: AnnotatorApp) -> None:
    """Show where the claim at work, and its source, stand again; propagate it to what is chosen."""
    screen = app.screen_annotate
    session = screen.session
    if session.active is None and session.selection is None:
        here = next((a for a in session.at_cursor() if a.layer == "claim"), None)
        session.activate(here.id if here else None)
    claim = session.active
    query = query_of(session) if claim and claim.layer == "claim" else None
    if claim is None or query is None or session.selection is not None:
        screen.flash_later(_missing(app))
        return
    found = screen.phrase_matches
    if found is None or found.query != query:
        try:
            others = app.options.others
            found = look(Project(app.store), query, app.options.threshold, others=others)
        except AnnotatorError as error:
            screen.complain(error)
            return

    def chosen(choice: Choice | None) -> None:
        if choice is not None:
            _apply(app, claim, choice)
        screen.paint()

    whose = None if app.options.others else app.annotator
    app.push_screen(
        PropagateScreen(
            claim,
            " ".join(query.text.split()),
            query.label,
            found.matches,
            same_sources(Project(app.store), found),
            lambda m: labels_at(m, app.store.annotations(m.article, whose), app.annotator),
            chosen,
        )
    )


def _missing(app: AnnotatorApp) -> str:
    """What must be done before there is something to propagate, in a line."""
    session, shown = app.screen_annotate.session, app.keymap.shown
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


def _apply(app: AnnotatorApp, claim: Annotation, choice: Choice) -> None:
    screen = app.screen_annotate
    try:
        propagation = propagate(Project(app.store), claim, choice, app.scheme)
    except AnnotatorError as error:
        screen.complain(error)
        return
    if propagation.batch is None:
        screen.flash_later("nothing to carry: every place has these labels already")
        return
    screen.written(propagation.batch)
    for change in propagation.batch.changes:
        if change.subject.article == screen.session.article.uid:
            screen.session.index.put(change)
    key = app.keymap.shown("claim.undo")
    screen.flash_later(
        f"carried: claims made {len(propagation.made)}, labelled {len(propagation.changed)};"
        f" {key} takes all back"
    )
