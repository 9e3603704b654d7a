"""Propagating from the claim at work: open the screen, apply what was chosen at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from annotator.domain.errors import AnnotatorError
from annotator.domain.model import Annotation
from annotator.domain.terms import source_words
from annotator.domain.times import now
from annotator.phrases.difference import same_words
from annotator.phrases.propagate import Propagation, propagate_claim, propagate_labels
from annotator.tui.annotate.phrase_matches import PhraseMatches, labels_at, look, query_of
from annotator.tui.propagate.screen import Choice, PropagateScreen, SameSource

if TYPE_CHECKING:
    from annotator.tui.app import AnnotatorApp

CONTEXT = 60
"""Characters shown after a source string, so that one can tell what it says there."""


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
            found = look(app.store.path, query, app.options.threshold, others=app.options.others)
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
            _same_source(app, found),
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


def _same_source(app: AnnotatorApp, found: PhraseMatches) -> list[SameSource]:
    """The annotator's other claims with the same source string, with some words around it."""
    out = []
    for item in found.claims:
        text = app.store.text_of(item.article)
        before, after = max(0, item.start - CONTEXT // 3), item.end + CONTEXT
        words = " ".join(text[before:after].split())
        out.append(SameSource(item, words, same_words(found.query.source, item.text)))
    return out


def _apply(app: AnnotatorApp, claim: Annotation, choice: Choice) -> None:
    screen = app.screen_annotate
    propagation = _propagation(app, claim, choice)
    if propagation.batch is None:
        screen.flash_later("nothing to carry: every place has these labels already")
        return
    try:
        app.store.apply(propagation.batch, app.scheme.version)
    except AnnotatorError as error:
        screen.complain(error)
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


def _propagation(app: AnnotatorApp, claim: Annotation, choice: Choice) -> Propagation:
    def own(uids: set[str]) -> Sequence[Annotation]:
        return [a for uid in sorted(uids) for a in app.store.annotations(uid, app.annotator)]

    at = now()
    _, label = source_words(app.scheme)
    if choice.claims:
        ids = {c.claim for c in choice.claims}
        others = [a for a in own({c.article for c in choice.claims}) if a.id in ids]
        # Claims with another type are not chosen unless the annotator chooses them.
        return propagate_labels(
            claim, others, annotator=app.annotator, at=at, attributes=(label,), overwrite=True
        )
    return propagate_claim(
        claim,
        choice.places,
        annotator=app.annotator,
        at=at,
        scheme=app.scheme.version,
        attributes=(label,) if choice.type_only else None,
        existing=own({m.article for m in choice.places}),
    )
