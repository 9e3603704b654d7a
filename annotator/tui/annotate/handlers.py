"""What each action of the annotation screen does: one table from action id to a function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal

from annotator.domain.scheme import Attribute
from annotator.domain.terms import UNSAID, terms
from annotator.session import Session
from annotator.session.commands import Command, Do, GiveLabel, GiveRole, WorkOn
from annotator.session.review import Pending
from annotator.session.saving import counted
from annotator.session.selection import Unit
from annotator.tui.annotate.dialogs import Dialogs
from annotator.tui.widgets import fitting

if TYPE_CHECKING:
    from annotator.tui.annotate.screen import AnnotateScreen

Handler = Callable[[], object]
SURE: Final = 0.8
"""Confidence from which "accept all" takes a suggestion."""


def handlers_of(screen: AnnotateScreen) -> dict[str, Handler]:
    """Every action of the article, selection and search contexts, by id."""
    return {
        **_moving(screen),
        **_selecting(screen),
        **_annotating(screen),
        **_viewing(screen),
    }


def perform(screen: AnnotateScreen, command: Command) -> None:
    """Do what is asked for to the session of the screen."""
    session = screen.session
    match command:
        case Do(action):
            screen.handlers[action]()
        case GiveRole(name, new):
            if role := session.scheme.role(name):
                session.give_role(role, new=new)
        case GiveLabel(name, value):
            if attribute := session.scheme.attribute("claim", name):
                _label(screen, attribute, value)
        case WorkOn(id_):
            session.activate(id_)


def _label(screen: AnnotateScreen, attribute: Attribute, value: str) -> None:
    """Label the claim at work; a suggestion that is offered is accepted first."""
    session = screen.session
    offered = screen.suggestions.offered() if session.selection is None else None
    if screen.accept_offered():
        session.label(attribute, value)
        if offered is not None:
            session.said = session.said._replace(text=f"suggestion accepted; {session.said.text}")


def _told(screen: AnnotateScreen, done: bool, otherwise: str) -> None:
    """Say why nothing happened."""
    if not done:
        screen.flash_later(otherwise)


def _moving(screen: AnnotateScreen) -> dict[str, Handler]:
    def s() -> Session:
        return screen.session

    def told(done: bool, otherwise: str) -> None:
        _told(screen, done, otherwise)

    def incomplete(step: Literal[1, -1]) -> None:
        found = s().active if s().move_claim(step, incomplete=True) else None
        if found is None:
            screen.flash_later("no claim is incomplete")
        else:
            due = ", ".join(s().scheme.missing(found))
            screen.flash_later(f"1 of {len(s().index.incomplete)} incomplete; still due: {due}")

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
        "nav.incomplete_next": lambda: incomplete(1),
        "nav.incomplete_prev": lambda: incomplete(-1),
        "nav.page_down": lambda: s().go(screen.view.page(1)),
        "nav.page_up": lambda: s().go(screen.view.page(-1)),
        "nav.top": lambda: s().go(0),
        "nav.bottom": lambda: s().go(len(s().article.text)),
        "nav.centre": lambda: screen.view.centre(),
        "nav.article_next": lambda: screen.app.step_article(1),
        "nav.article_prev": lambda: screen.app.step_article(-1),
        "search.next": lambda: s().move_hit(1),
        "search.prev": lambda: s().move_hit(-1),
    }


def _selecting(screen: AnnotateScreen) -> dict[str, Handler]:
    def s() -> Session:
        return screen.session

    def extend(unit: Unit, step: Literal[1, -1]) -> None:
        selection = s().selection
        if selection:
            s().change_selection(selection.moved(s().page, unit, step))

    def to_sentence(side: Literal["start", "end"]) -> None:
        selection = s().selection
        if selection:
            s().change_selection(selection.to_sentence(s().page, side))

    def swap() -> None:
        selection = s().selection
        if selection:
            s().change_selection(selection.swapped())

    def shrink() -> None:
        selection = s().selection
        if selection:
            s().change_selection(selection.smaller())

    def keep() -> None:
        selection = s().selection
        if selection:
            s().change_selection(replace(selection, open=False))

    return {
        "span.start": lambda: s().start_selection(),
        "span.sentence": lambda: s().select_sentence(),
        "span.quotation": lambda: _told(screen, s().select_quotation(), "no quotation here"),
        "select.right": lambda: extend("word", 1),
        "select.left": lambda: extend("word", -1),
        "select.phrase_right": lambda: extend("phrase", 1),
        "select.phrase_left": lambda: extend("phrase", -1),
        "select.down": lambda: extend("sentence", 1),
        "select.up": lambda: extend("sentence", -1),
        "select.char_right": lambda: extend("character", 1),
        "select.char_left": lambda: extend("character", -1),
        "select.sentence_end": lambda: to_sentence("end"),
        "select.sentence_start": lambda: to_sentence("start"),
        "select.swap": swap,
        "select.grow": lambda: s().start_selection(),
        "select.shrink": shrink,
        "select.keep": keep,
    }


def _annotating(screen: AnnotateScreen) -> dict[str, Handler]:
    dialogs = Dialogs(screen)

    def s() -> Session:
        return screen.session

    def told(done: bool, otherwise: str) -> None:
        _told(screen, done, otherwise)

    def reviewed() -> None:
        undecided = screen.suggestions.in_sentence()
        if undecided and screen.asked != s().sentence:
            _ask(screen, undecided)
            return
        also = _also(screen, len(undecided))
        below = s().review()
        screen.flash_later(f"{s().said.text}{also}" if below else _ended(screen))

    def boundary(side: Literal["start", "end"], step: Literal[1, -1]) -> None:
        if screen.accept_offered():
            none = s().active is None
            told(s().move_boundary(side, step), _NO_CLAIM_AT_WORK if none else "no room")

    def open_claim() -> None:
        offered = screen.suggestions.offered()
        if offered is not None:
            screen.accept(offered)
        else:
            told(s().open_claim(), _NO_CLAIM)

    def next_suggestion() -> None:
        found = screen.suggestions.next()
        if found is None:
            unsaid = terms(s().scheme) is None
            # What was never proposed is not missing: the project asked for speech alone.
            only = " of reported speech" if screen.app.store.speech_only() else ""
            screen.flash_later(
                f"no suggestions: {UNSAID[0]}"
                if unsaid
                else f"no suggestion{only} is left in this article"
            )
        elif found.again:
            screen.flash_later("rejected before; a newer engine proposes it again")

    def reject() -> None:
        here = screen.suggestions.offered()
        if here is None:
            screen.flash_later("no suggestion is offered here")
            return
        screen.suggestions.decide("rejected", here)
        left = len(screen.suggestions.in_sentence())
        more = f"; {left} more in this sentence" if left else ""
        key = screen.app.keymap.shown("suggestion.next")
        screen.flash_later(f"{s().said.text}{more}; {key} goes on to the next")

    def hide() -> None:
        shown, waiting = screen.suggestions.hide_more()
        least, out = screen.suggestions.least, screen.suggestions.left_out
        said = (
            f"{shown} of {counted(waiting, 'suggestion')} shown: {least:.0%} sure or more"
            if least
            else f"all suggestions shown: {waiting}"
        )
        screen.flash_later(said + (f"; {out} like decided ones are left out" if out else ""))

    def turn() -> None:
        order = screen.suggestions.turn()
        key = screen.app.keymap.shown("suggestion.next")
        way = "down the text" if order == "reading" else f"to the {order} first"
        screen.flash_later(f"{key} goes {way}")

    def accept_all() -> None:
        sure = screen.sure_suggestions()
        if sure:
            screen.suggestions.decide("accepted", *sure)
            key = screen.app.keymap.shown("claim.undo")
            them = "it" if len(sure) == 1 else "them"
            many = counted(len(sure), "suggestion")
            screen.flash_later(f"{many} accepted; {key} takes {them} back")
        else:
            screen.flash_later(f"no suggestion in view is {SURE:.0%} sure")

    def nest() -> None:
        if s().active is None:
            screen.flash_later(_NO_CLAIM_AT_WORK)
        else:
            s().nest()

    def add_mark() -> None:
        if s().add_mark():
            dialogs.pick_for_claim()

    return {
        "claim.reviewed": reviewed,
        "claim.repeat": lambda: told(s().repeat(), "no labels given yet in this article"),
        "claim.attributes": dialogs.pick_for_claim,
        "sentence.attributes": dialogs.pick_for_sentence,
        "mark.add": add_mark,
        "claim.note": dialogs.write_note,
        "claim.flag": lambda: s().toggle_flag(),
        "claim.take_away": dialogs.take_away,
        "claim.open": open_claim,
        "phrase.carry": lambda: screen.app.open_propagate(),
        "phrase.lineage": lambda: screen.app.open_rows("lineage"),
        "phrase.lint": lambda: screen.app.open_rows("lint"),
        "phrase.clusters": lambda: screen.app.open_rows("clusters"),
        "suggestion.next": next_suggestion,
        "suggestion.reject": reject,
        "suggestion.hide": hide,
        "suggestion.order": turn,
        "suggestion.accept_all": accept_all,
        "suggestion.errors": lambda: screen.app.open_rows("errors"),
        "claim.cycle": lambda: told(s().cycle(1), _NO_CLAIM),
        "claim.cycle_back": lambda: told(s().cycle(-1), _NO_CLAIM),
        "claim.end_left": lambda: boundary("end", -1),
        "claim.end_right": lambda: boundary("end", 1),
        "claim.start_left": lambda: boundary("start", -1),
        "claim.start_right": lambda: boundary("start", 1),
        "claim.drop_fragment": lambda: told(s().drop_fragment(), _NO_CLAIM_AT_WORK),
        "claim.join": lambda: told(s().join(), "one piece only: there is nothing to join"),
        "claim.nest": nest,
        "claim.delete": lambda: told(s().delete(), _NO_CLAIM),
        "claim.undo": lambda: screen.app.step_back(undo=True),
        "claim.redo": lambda: screen.app.step_back(undo=False),
        "nav.search": dialogs.search,
    }


def _ask(screen: AnnotateScreen, undecided: Sequence[Pending]) -> None:
    """Say that suggestions of the sentence are undecided, and offer one; the next Space goes on."""
    s, shown = screen.session, screen.app.keymap.shown
    screen.asked = s.sentence
    if screen.suggestions.offered() not in undecided:
        screen.suggestions.lead_to(undecided[0])
    keys = f"{shown('claim.open')} accepts, {shown('suggestion.reject')} rejects"
    again = f"{shown('claim.reviewed')} again leaves {'it' if len(undecided) == 1 else 'them'}"
    screen.flash_later(f"{counted(len(undecided), 'suggestion')} undecided: {keys}, {again}")


def _also(screen: AnnotateScreen, undecided: int) -> str:
    """What is left open in the sentence under the cursor, for the line that says it is reviewed."""
    s = screen.session
    lacking = [a for a in s.index.in_sentence(s.sentence) if s.index.is_incomplete(a)]
    parts = [f"{counted(undecided, 'suggestion')} undecided"] if undecided else []
    parts += [f"{counted(len(lacking), 'claim')} incomplete"] if lacking else []
    return f", with {' and '.join(parts)}" if parts else ""


def _ended(screen: AnnotateScreen) -> str:
    """What the last open sentence's Space says: done, or what is still open in the article."""
    s, shown = screen.session, screen.app.keymap.shown
    above, lacking = len(s.index.open), len(s.index.incomplete)
    waiting = len(screen.suggestions.pending())
    left = [f"{above} open above ({shown('nav.prev_open')})"] if above else []
    if lacking:
        left.append(f"{counted(lacking, 'claim')} incomplete ({shown('nav.incomplete_next')})")
    if waiting:
        many = counted(waiting, "suggestion")
        left.append(f"{many} undecided ({shown('suggestion.next')})")
    if left:
        return ("none open below; " if above else "every sentence reviewed; ") + ", ".join(left)
    return f"article done; {shown('nav.article_next')} goes to the next one"


_NO_CLAIM = "no claim here"
_NO_CLAIM_AT_WORK = "no claim at work: Enter opens the one under the cursor"


def _viewing(screen: AnnotateScreen) -> dict[str, Handler]:
    dialogs = Dialogs(screen)

    def back() -> None:
        if screen.session.back():
            screen.escaped = False
        elif screen.escaped:
            screen.app.exit()
        else:
            screen.escaped = True
            screen.flash_later("Esc again to quit; everything is saved")

    def copy() -> None:
        text = screen.session.copied_text()
        words = fitting.cut(" ".join(text.split()), 40)
        screen.flash_later(f"{screen.app.copy_out(text)}: {words}")

    return {
        "view.guidelines": dialogs.open_guidelines,
        "view.panel": lambda: screen.toggle_class("-panel"),
        "view.copy": copy,
        "view.keys": dialogs.open_keys,
        "view.palette": lambda: screen.app.action_command_palette(),
        "view.articles": lambda: screen.app.open_list(),
        "app.quit": lambda: screen.app.exit(),
        "view.back": back,
    }
