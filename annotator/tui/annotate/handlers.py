"""What each action of the annotation screen does: one table from action id to a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from annotator.domain.terms import UNSAID, terms
from annotator.session import Session
from annotator.session.commands import (
    Command,
    Do,
    GiveLabel,
    GiveRole,
    MarkAs,
    Relate,
    RepeatMotion,
    Typed,
    WorkOn,
)
from annotator.session.navigation import Step, TextObject
from annotator.session.review import SURE, Pending
from annotator.session.saving import pluralise
from annotator.session.selection import Unit
from annotator.session.sources import open_or_take
from annotator.tui.annotate.controller import AnnotateController
from annotator.tui.annotate.dialogs import Dialogs
from annotator.tui.annotate.forms import Forms
from annotator.tui.annotate.gestures import gesture_handlers
from annotator.tui.annotate.labelling import give_label, make_mark, without_claims
from annotator.tui.annotate.motion_keys import motion_handlers, repeat, typed
from annotator.tui.annotate.panel import what_is_made
from annotator.tui.annotate.pending import done_to_proposal, proposal_handlers
from annotator.tui.annotate.relation_keys import relate, relation_handlers
from annotator.tui.annotate.suggesting import Suggesting
from annotator.tui.annotate.window import AnnotateWindow
from annotator.tui.widgets import fitting

Handler = Callable[[], object]


@dataclass(frozen=True, slots=True)
class ScreenParts:
    """What the handlers work on: the screen as its parts see it, and these parts."""

    window: AnnotateWindow
    controller: AnnotateController
    suggesting: Suggesting
    dialogs: Dialogs
    forms: Forms


def handlers_of(parts: ScreenParts) -> dict[str, Handler]:
    """Every action of the article, selection and search contexts and of what waits, by id."""
    return {
        **_moving(parts),
        **motion_handlers(parts.window),
        **_selecting(parts.window),
        **_annotating(parts),
        **gesture_handlers(parts.window),
        **proposal_handlers(parts.window),
        **relation_handlers(parts.window, parts.controller, parts.forms),
        **_viewing(parts),
    }


def perform(parts: ScreenParts, handlers: Mapping[str, Handler], command: Command) -> None:
    """Do what is asked for to the session of the screen."""
    session = parts.window.session
    if done_to_proposal(parts.window, command):
        return
    if why_not := without_claims(session.scheme, command):
        parts.window.flash_later(why_not)
        return
    match command:
        case Do(action):
            handlers[action]()
        case GiveRole(name, new):
            if role := session.scheme.role(name):
                session.give_role(role, new=new)
        case GiveLabel(name, value, layer):
            if attribute := session.scheme.attribute(layer, name):
                give_label(parts.window, parts.suggesting, attribute, value)
        case MarkAs(layer):
            make_mark(parts.window, parts.forms, layer)
        case Relate(name):
            relate(parts.window, name)
        case WorkOn(id_):
            session.activate(id_)
        case Typed(key):
            typed(parts.window, key)
        case RepeatMotion(action):
            repeat(parts.window, handlers, action)


def _say_unless(window: AnnotateWindow, done: bool, otherwise: str) -> None:
    """Say why nothing happened."""
    if not done:
        window.flash_later(otherwise)


def _moving(parts: ScreenParts) -> dict[str, Handler]:
    window, controller = parts.window, parts.controller

    def s() -> Session:
        return window.session

    def say_unless(done: bool, otherwise: str) -> None:
        _say_unless(window, done, otherwise)

    def incomplete(step: Step) -> None:
        found = s().active if s().move_claim(step, incomplete=True) else None
        if found is None:
            window.flash_later(f"no {what_is_made(s().scheme)} is incomplete")
        else:
            due = ", ".join(s().scheme.missing(found))
            window.flash_later(f"1 of {len(s().index.incomplete)} incomplete; still due: {due}")

    return {
        "nav.next": lambda: s().move_sentence(1),
        "nav.prev": lambda: s().move_sentence(-1),
        "nav.token_next": lambda: s().move_token(1),
        "nav.token_prev": lambda: s().move_token(-1),
        "nav.paragraph_next": lambda: s().move_paragraph(1),
        "nav.paragraph_prev": lambda: s().move_paragraph(-1),
        "nav.next_open": lambda: say_unless(s().move_open(1), "no open sentence below"),
        "nav.prev_open": lambda: say_unless(s().move_open(-1), "no open sentence above"),
        "nav.claim_next": lambda: say_unless(s().move_claim(1), f"{_none(s())} below"),
        "nav.claim_prev": lambda: say_unless(s().move_claim(-1), f"{_none(s())} above"),
        "nav.incomplete_next": lambda: incomplete(1),
        "nav.incomplete_prev": lambda: incomplete(-1),
        "nav.page_down": lambda: s().go(window.view.page(1)),
        "nav.page_up": lambda: s().go(window.view.page(-1)),
        "nav.top": lambda: s().go(0),
        "nav.bottom": lambda: s().go(len(s().article.text)),
        "nav.sentence_start": lambda: s().move_in_sentence("start"),
        "nav.sentence_end": lambda: s().move_in_sentence("end"),
        "nav.centre": lambda: window.view.centre(),
        "nav.article_next": lambda: controller.step(1),
        "nav.article_prev": lambda: controller.step(-1),
        "search.next": lambda: s().move_hit(1),
        "search.prev": lambda: s().move_hit(-1),
    }


def _selecting(window: AnnotateWindow) -> dict[str, Handler]:
    def s() -> Session:
        return window.session

    def extend(unit: Unit, step: Step) -> None:
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

    def pick(kind: TextObject) -> None:
        reading, many = s().select_object(kind)
        if many == 0:
            window.flash_later(f"no {kind} here")
        elif many > 1:
            window.flash_later(f"{kind} {reading} of {many}")

    return {
        "span.noun_phrase": lambda: pick("noun phrase"),
        "span.clause": lambda: pick("clause"),
        "span.start": lambda: s().start_selection(),
        "span.sentence": lambda: s().select_sentence(),
        "span.quotation": lambda: _say_unless(window, s().select_quotation(), "no quotation here"),
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


def _annotating(parts: ScreenParts) -> dict[str, Handler]:
    window, controller = parts.window, parts.controller
    suggesting, dialogs, forms = parts.suggesting, parts.dialogs, parts.forms

    def s() -> Session:
        return window.session

    def say_unless(done: bool, otherwise: str) -> None:
        _say_unless(window, done, otherwise)

    def reviewed() -> None:
        undecided = window.suggestions.in_sentence()
        if undecided and window.asked != s().sentence:
            _ask(window, undecided)
            return
        also = _also(window, len(undecided))
        below = s().review()
        window.flash_later(f"{s().said.text}{also}" if below else _ended(window))

    def boundary(side: Literal["start", "end"], step: Step) -> None:
        if suggesting.accept_offered():
            none = s().active is None
            say_unless(s().move_boundary(side, step), _none_at_work(s()) if none else "no room")

    def open_claim() -> None:
        offered = window.suggestions.offered()
        if offered is not None:
            suggesting.accept(offered)
        else:
            say_unless(open_or_take(s()), f"{_none(s())} here")

    def next_suggestion() -> None:
        found = window.suggestions.next()
        if found is None:
            unsaid = terms(s().scheme) is None
            # What was never proposed is not missing: the project asked for speech alone.
            only = " of reported speech" if window.host.project.speech_only() else ""
            window.flash_later(
                f"no suggestions: {UNSAID[0]}"
                if unsaid
                else f"no suggestion{only} is left in this article"
            )
        elif found.again:
            window.flash_later("rejected before; a newer engine proposes it again")

    def reject() -> None:
        here = window.suggestions.offered()
        if here is None:
            waits = s().active is not None and window.suggestions.in_sentence()
            why = f"a claim is at work: {window.host.keymap.shown('view.back')} leaves it first"
            window.flash_later(why if waits else "no suggestion is offered here")
            return
        window.suggestions.decide("rejected", here)
        left = window.suggestions.in_sentence()
        if left and window.suggestions.offered() is None:
            # A claim is under the cursor, and they are nested in it: the key goes on to them.
            window.suggestions.lead_to(left[0])
        more = f"; {len(left)} more in this sentence" if left else ""
        key = window.host.keymap.shown("suggestion.next")
        window.flash_later(f"{s().said.text}{more}; {key} goes on to the next")

    def turn() -> None:
        order = window.suggestions.turn()
        key = window.host.keymap.shown("suggestion.next")
        way = "down the text" if order == "reading" else f"to the {order} first"
        window.flash_later(f"{key} goes {way}")

    def accept_all() -> None:
        sure = suggesting.sure()
        if sure:
            window.suggestions.decide("accepted", *sure)
            key = window.host.keymap.shown("claim.undo")
            them = "it" if len(sure) == 1 else "them"
            many = pluralise(len(sure), "suggestion")
            window.flash_later(f"{many} accepted; {key} takes {them} back")
        else:
            window.flash_later(f"no suggestion in view is {SURE:.0%} sure")

    def nest() -> None:
        if s().claim_here() is None:
            window.flash_later(f"{_none(s())} here")
        else:
            s().nest()

    def fill() -> None:
        if suggesting.accept_offered():
            forms.of_claim()

    return {
        "claim.reviewed": reviewed,
        "claim.repeat": lambda: say_unless(s().repeat(), "no labels given yet in this article"),
        "claim.attributes": fill,
        "sentence.attributes": forms.of_sentence,
        "mark.add": lambda: make_mark(window, forms),
        "claim.sticky": lambda: s().toggle_sticky(),
        "claim.note": dialogs.write_note,
        "claim.flag": lambda: s().toggle_flag(),
        "claim.take_away": forms.to_take_away,
        "claim.open": open_claim,
        "phrase.carry": lambda: controller.propagate(),
        "phrase.concordance": lambda: controller.open_concordance(),
        "phrase.lineage": lambda: controller.list_results("lineage"),
        "phrase.lint": lambda: controller.list_results("lint"),
        "phrase.clusters": lambda: controller.list_results("clusters"),
        "suggestion.next": next_suggestion,
        "suggestion.reject": reject,
        "suggestion.hide": lambda: window.flash_later(suggesting.hide_more()),
        "suggestion.order": turn,
        "suggestion.accept_all": accept_all,
        "suggestion.errors": lambda: controller.list_results("errors"),
        "claim.cycle": lambda: say_unless(s().cycle(1), f"{_none(s())} here"),
        "claim.cycle_back": lambda: say_unless(s().cycle(-1), f"{_none(s())} here"),
        "claim.end_left": lambda: boundary("end", -1),
        "claim.end_right": lambda: boundary("end", 1),
        "claim.start_left": lambda: boundary("start", -1),
        "claim.start_right": lambda: boundary("start", 1),
        "claim.drop_fragment": lambda: say_unless(s().drop_fragment(), _none_at_work(s())),
        "claim.join": lambda: say_unless(s().join(), "one piece only: there is nothing to join"),
        "claim.nest": nest,
        "claim.delete": lambda: say_unless(s().delete(), f"{_none(s())} here"),
        "claim.undo": lambda: controller.undo(),
        "claim.redo": lambda: controller.redo(),
        "nav.search": dialogs.search,
    }


def _ask(window: AnnotateWindow, undecided: Sequence[Pending]) -> None:
    """Say that suggestions of the sentence are undecided, and offer one; the next Space goes on."""
    s, shown = window.session, window.host.keymap.shown
    window.asked = s.sentence
    if window.suggestions.offered() not in undecided:
        window.suggestions.lead_to(undecided[0])
    keys = f"{shown('claim.open')} accepts, {shown('suggestion.reject')} rejects"
    again = f"{shown('claim.reviewed')} again leaves {'it' if len(undecided) == 1 else 'them'}"
    window.flash_later(f"{pluralise(len(undecided), 'suggestion')} undecided: {keys}, {again}")


def _also(window: AnnotateWindow, undecided: int) -> str:
    """What is left open in the sentence under the cursor, for the line that says it is reviewed."""
    s = window.session
    lacking = [a for a in s.index.in_sentence(s.sentence) if s.index.is_incomplete(a)]
    parts = [f"{pluralise(undecided, 'suggestion')} undecided"] if undecided else []
    many = pluralise(len(lacking), what_is_made(s.scheme))
    parts += [f"{many} incomplete"] if lacking else []
    return f", with {' and '.join(parts)}" if parts else ""


def _ended(window: AnnotateWindow) -> str:
    """What the last open sentence's Space says: done, or what is still open in the article."""
    s, shown = window.session, window.host.keymap.shown
    above, lacking = len(s.index.open), len(s.index.incomplete)
    waiting = len(window.suggestions.pending())
    left = [f"{above} open above ({shown('nav.prev_open')})"] if above else []
    if lacking:
        many = pluralise(lacking, what_is_made(s.scheme))
        left.append(f"{many} incomplete ({shown('nav.incomplete_next')})")
    if waiting:
        many = pluralise(waiting, "suggestion")
        left.append(f"{many} undecided ({shown('suggestion.next')})")
    if left:
        return ("none open below; " if above else "every sentence reviewed; ") + ", ".join(left)
    return f"article done; {shown('nav.article_next')} goes to the next one"


def _none(session: Session) -> str:
    return f"no {what_is_made(session.scheme)}"


def _none_at_work(session: Session) -> str:
    return f"{_none(session)} at work: Enter opens the one under the cursor"


def _viewing(parts: ScreenParts) -> dict[str, Handler]:
    window, dialogs = parts.window, parts.dialogs

    def back() -> None:
        if window.session.back() or parts.controller.back_to_concordance():
            window.escaped, window.left = False, True
        elif window.escaped:
            window.app.exit()
        elif window.left:
            # Esc Esc from a selection is one too many, and no wish to quit.
            window.left = False
            window.flash_later("nothing is left to leave; Esc Esc quits")
        else:
            window.escaped = True
            window.flash_later("Esc again to quit; everything is saved")

    def copy() -> None:
        text = window.session.copied_text()
        words = fitting.cut(" ".join(text.split()), 40)
        window.flash_later(f"{_copied(window, text)}: {words}")

    return {
        "view.guidelines": dialogs.open_guidelines,
        "view.panel": lambda: window.toggle_panel(),
        "view.copy": copy,
        "view.keys": dialogs.open_keys,
        "view.palette": dialogs.open_palette,
        "view.articles": lambda: parts.controller.list_articles(),
        "app.quit": lambda: window.app.exit(),
        "view.back": back,
    }


def _copied(window: AnnotateWindow, text: str) -> str:
    """Copy to the clipboard by every way there is; says which ways were used."""
    from annotator.tui.terminal.clipboard import copy_local

    window.app.copy_to_clipboard(text)
    local = copy_local(text)
    return f"copied by OSC 52 and {local}" if local else "copied by OSC 52 (if allowed)"
