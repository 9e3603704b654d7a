"""Propagating from the claim at work: open the screen, apply what was chosen at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from annotator.domain.errors import AnnotatorError
from annotator.domain.model import Annotation
from annotator.phrases.difference import same_words
from annotator.phrases.matches import Match, Matches
from annotator.project.decided_before import carry_here, decided_before, undecided_sentence
from annotator.project.phrase_matches import labels_at, look, query_of
from annotator.project.propagating import Choice, in_same_sentences, propagate, same_sources
from annotator.session.saving import pluralise
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
    """Show where the claim or mark at work stands again; propagate it to what is chosen.

    With none here, the sentence may be annotated where it stands elsewhere: that is carried here.
    """
    host, session = window.host, window.session
    claim: Annotation | None = None
    if session.selection is None:
        claim = session.active or _at_hand(session)
        if claim is None and _carried_here(window):
            return
        if claim is not None and claim.layer != "sentence":
            session.activate(claim.id)
    query = query_of(session, claim) if claim else None
    if claim is None or query is None:
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
    matches = found.matches
    if claim.layer == "sentence":
        # A tag stands on whole sentences.
        whole = [m for m in matches.found if m.kind != "contained"]
        matches = Matches(whole, matches.more)

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
            matches,
            same_sources(host.project, found),
            lambda m: labels_at(
                m, host.project.annotations(m.article, whose), host.annotator, host.scheme
            ),
            host.scheme,
            chosen,
            _proposed(window, claim),
            host.keymap.positioned,
        )
    )


def _at_hand(session: Session) -> Annotation | None:
    """The claim under the cursor, else the mark, else the tag of the sentence."""
    here = sorted(session.at_cursor(), key=lambda a: a.layer)
    tag = session.index.sentence_tag(session.sentence) if session.page.sentences else None
    return here[0] if here else tag if tag is not None and tag.attributes else None


def _proposed(window: PropagatingWindow, claim: Annotation) -> Callable[[Match], bool]:
    """What is chosen at first: what says the same; of a mark, where all of its sentence does."""
    if claim.layer != "mark":
        return lambda match: match.kind == "verbatim"
    session, project = window.session, window.host.project
    words = session.article.text[claim.start : claim.end]
    sentence = session.page.sentences[session.page.sentence_at(claim.start)]
    again = in_same_sentences(project, claim.article, sentence.start, sentence.end)
    return lambda m: (m.article, m.sentence) in again and same_words(words, m.text)


def _carried_here(window: PropagatingWindow) -> bool:
    """Carry what was decided about this sentence elsewhere; False when nothing was."""
    host, session = window.host, window.session
    here = undecided_sentence(session)
    if here is None:
        return False
    try:
        found = decided_before(host.project, here, host.annotator, host.scheme)
        if found is None:
            return False
        own = list(session.index.in_sentence(session.sentence))
        done, outside = carry_here(host.project, found, own, host.annotator, host.scheme)
    except AnnotatorError as error:
        host.show_error(error)
        return True
    if done.batch is None:
        return False
    window.written(done.batch)
    for change in done.batch.changes:
        session.index.put(change)
    left = f"; {pluralise(outside, 'piece')} not in this sentence left out" if outside else ""
    key = host.keymap.shown("claim.undo")
    window.flash_later(f"carried here: {found.readings[0].labels}{left}; {key} takes it back")
    return True


def _missing(window: PropagatingWindow) -> str:
    """What must be done before there is something to propagate, in a line."""
    session, shown = window.session, window.host.keymap.shown
    role = session.scheme.content
    key, carries = (role.key if role else ""), f"then {shown('phrase.carry')} carries it"
    active = session.active
    if role is None and active is None:
        return f"no mark here: a label's key makes one, {carries}"
    if session.selection is not None:
        if active is None:
            return f"no claim yet: {key} makes one of the selection, {carries}"
        return f"a selection is open: {shown('view.back')} leaves it, {carries}"
    if active is None:
        return f"no claim here: select its words, {key} makes it, {carries}"
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
    key, there = window.host.keymap.shown("claim.undo"), len(propagation.skipped)
    left = f", there already {there}" if there else ""
    window.flash_later(
        f"carried: {claim.layer}s made {len(propagation.made)},"
        f" labelled {len(propagation.changed)}{left}; {key} takes all back"
    )
