"""A hand on a session without a screen: key names in, the session's actions done.

It knows the screens' keys from the program's own table, so that a plan made here can be pressed
there. Only page up and down are missing, for they depend on the height of a window.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from annotator.domain.model import Annotation, Article
from annotator.domain.scheme import Scheme
from annotator.session import Selection, Session
from annotator.session.actions import ACTIONS, Context
from annotator.session.breaking import break_quotation
from annotator.session.commands import Do, GiveLabel, GiveRole
from annotator.session.form import Form
from annotator.session.interchanging import interchange
from annotator.session.merging import merge, split
from annotator.session.proposing import drop, leave_out, place, propose, take, walk
from annotator.session.selection import Unit
from annotator.session.sources import copy_source, open_or_take
from annotator.text.speech_words import COMMON, SpeechWords
from annotator.tui.keymap import Keymap, key_character, key_name

SELECT_MOVES: Final[dict[str, tuple[Unit, int]]] = {
    "select.right": ("word", 1),
    "select.left": ("word", -1),
    "select.phrase_right": ("phrase", 1),
    "select.phrase_left": ("phrase", -1),
    "select.down": ("sentence", 1),
    "select.up": ("sentence", -1),
    "select.char_right": ("character", 1),
    "select.char_left": ("character", -1),
}


JUMP: Final = "jump:"
"""How a way names a letter of a jump label; the last one says where it leads."""
TYPE: Final = "type:"
"""How a way names a key that goes into the line of words to search for."""


def reshaped(session: Session, selection: Selection, action: str) -> Selection:
    """What a selection becomes by one of the actions of the selection context."""
    page = session.page
    if action in SELECT_MOVES:
        unit, step = SELECT_MOVES[action]
        return selection.moved(page, unit, 1 if step > 0 else -1)
    if action == "select.swap":
        return selection.swapped()
    if action == "select.sentence_end":
        return selection.to_sentence(page, "end")
    if action == "select.sentence_start":
        return selection.to_sentence(page, "start")
    if action == "select.shrink":
        return selection.smaller()
    raise KeyError(action)


class Hand:
    """Presses keys on a session of its own whose writes go nowhere.

    Args:
        article: The article, as the program holds it.
        annotations: What is annotated already.
        scheme: The scheme in force.
        quotations: As for `Session`.
        cursor: Offset where the cursor is.
        words: The words of speech that the program knows by then.
    """

    def __init__(
        self,
        article: Article,
        annotations: Iterable[Annotation],
        scheme: Scheme,
        quotations: Sequence[tuple[int, int]],
        cursor: int = 0,
        words: SpeechWords = COMMON,
    ) -> None:
        self.session = Session(
            article,
            annotations,
            "hand",
            scheme,
            lambda batch: None,
            lambda: "",
            lambda: quotations,
            cursor,
            lambda: words,
        )
        self.keymap = Keymap(ACTIONS, scheme)
        self._first = {a.id: key_name(a.keys[0]) for a in self.keymap.actions}
        self._simple = self._actions()

    def key(self, action: str) -> str:
        """The key of an action."""
        return self._first[action]

    def keys_for(self, characters: str) -> list[str]:
        """The keys that type some characters."""
        return [key_name(c) for c in characters]

    def act(self, action: str) -> None:
        """Do an action that needs no further window, by its id."""
        self._simple[action]()

    def follow(self, way: Iterable[str]) -> list[str]:
        """Do the actions of a way, typing words to search for; returns the keys that do it."""
        keys: list[str] = []
        words = ""
        for step in way:
            if step.startswith(JUMP):
                key, *place = step.removeprefix(JUMP).split(":")
                if place:
                    self._land(int(place[0]), int(place[1]), select=key.isupper())
            elif step.startswith(TYPE):
                key = step.removeprefix(TYPE)
                if key == "enter":
                    self.session.search(words)
                    words = ""
                else:
                    words += key_character(key)
            else:
                key = self.key(step)
                if step not in ("nav.search", "nav.jump", "select.jump"):
                    self.act(step)
            keys.append(key)
        return keys

    def _land(self, start: int, end: int, *, select: bool) -> None:
        """What the last letter of a jump label does."""
        s = self.session
        if s.selection is not None and s.selection.open:
            s.change_selection(s.selection.to_range(s.page, start, end))
            return
        s.go(start)
        if select:
            s.selection = None
            s.start_selection()

    def press(self, key: str) -> None:
        """Press a key of the article, selection or search context that opens no window.

        Raises:
            KeyError: for a key that means nothing here, or opens a window.
        """
        scheme = self.session.scheme
        match self.keymap.command(key, self._contexts()):
            case GiveRole(name, False) if self.session.proposal:
                role = scheme.role(name)
                assert role is not None
                place(self.session, role)
            case GiveLabel(name, value) if self.session.proposal:
                take(self.session, {name: value})
            case GiveRole(name, new):
                role = scheme.role(name)
                assert role is not None
                self.session.give_role(role, new=new)
            case GiveLabel(name, value):
                attribute = scheme.attribute("claim", name)
                assert attribute is not None
                self.session.label(attribute, value)
            case Do(action):
                self.act(action)
            case _:
                raise KeyError(key)

    def _contexts(self) -> tuple[Context, ...]:
        found: list[Context] = ["search"] if self.session.hits else []
        if self.session.selection and self.session.selection.open:
            found.append("selection")
        if self.session.proposal:
            found.append("proposal")
        return (*found, "article")

    def _actions(self) -> dict[str, Callable[[], object]]:
        s = self.session

        def shape(action: str) -> Callable[[], object]:
            def do() -> None:
                if s.selection:
                    s.change_selection(reshaped(s, s.selection, action))

            return do

        def keep() -> None:
            if s.selection:
                s.change_selection(replace(s.selection, open=False))

        shapes = (*SELECT_MOVES, "select.swap", "select.sentence_end", "select.sentence_start")
        return {
            "nav.next": lambda: s.move_sentence(1),
            "nav.prev": lambda: s.move_sentence(-1),
            "nav.token_next": lambda: s.move_token(1),
            "nav.token_prev": lambda: s.move_token(-1),
            "nav.paragraph_next": lambda: s.move_paragraph(1),
            "nav.paragraph_prev": lambda: s.move_paragraph(-1),
            "nav.next_open": lambda: s.move_open(1),
            "nav.prev_open": lambda: s.move_open(-1),
            "nav.claim_next": lambda: s.move_claim(1),
            "nav.claim_prev": lambda: s.move_claim(-1),
            "nav.incomplete_next": lambda: s.move_claim(1, incomplete=True),
            "nav.incomplete_prev": lambda: s.move_claim(-1, incomplete=True),
            "nav.top": lambda: s.go(0),
            "nav.bottom": lambda: s.go(len(s.article.text)),
            "search.next": lambda: s.move_hit(1),
            "search.prev": lambda: s.move_hit(-1),
            "span.start": s.start_selection,
            "span.sentence": s.select_sentence,
            "span.quotation": s.select_quotation,
            "span.noun_phrase": lambda: s.select_object("noun phrase"),
            "span.clause": lambda: s.select_object("clause"),
            **{a: shape(a) for a in (*shapes, "select.shrink")},
            "select.grow": s.start_selection,
            "select.keep": keep,
            "claim.reviewed": s.review,
            "claim.repeat": s.repeat,
            "claim.flag": s.toggle_flag,
            "claim.open": lambda: open_or_take(s),
            "claim.broken": lambda: break_quotation(s),
            "claim.interchange": lambda: interchange(s),
            "claim.merge": lambda: merge(s),
            "claim.split": lambda: split(s),
            "claim.source": lambda: copy_source(s),
            "claim.cue_first": lambda: propose(s, ()),
            "proposal.take": lambda: take(s),
            "proposal.next": lambda: walk(s, 1),
            "proposal.prev": lambda: walk(s, -1),
            "proposal.drop": lambda: drop(s),
            "claim.cycle": lambda: s.cycle(1),
            "claim.cycle_back": lambda: s.cycle(-1),
            "claim.end_left": lambda: s.move_boundary("end", -1),
            "claim.end_right": lambda: s.move_boundary("end", 1),
            "claim.start_left": lambda: s.move_boundary("start", -1),
            "claim.start_right": lambda: s.move_boundary("start", 1),
            "claim.drop_fragment": lambda: leave_out(s) if s.proposal else s.drop_fragment(),
            "claim.join": s.join,
            "claim.nest": s.nest,
            "claim.delete": s.delete,
            "view.back": s.back,
        }


# ---------------------------------------------------------------------------------- the form
Wanted = tuple[int, str, str]
"""What a row of the form is to hold: of which annotation, which attribute, which value."""


def pressed(form: Form, keymap: Keymap, keys: Iterable[str]) -> None:
    """Press keys in a form."""
    for key in keys:
        form.press(key, key_character(key), keymap.action(key, "form"))


def form_keys(form: Form, keymap: Keymap, wanted: Iterable[Wanted]) -> list[str]:
    """The keys that fill the form in and close it; they are pressed in it.

    Raises:
        LookupError: when a row or a value is not in the form.
    """
    places = {(r.subject, r.attribute.name): i for i, r in enumerate(form.rows)}
    todo: list[tuple[int, str]] = []
    for subject, name, value in wanted:
        if (subject, name) not in places:
            raise LookupError(f"the form has no {name!r}")
        todo.append((places[subject, name], value))
    keys: list[str] = []
    for row, value in sorted(todo):
        if form.given(form.rows[row]) == value:
            continue
        ways = [_tabs(form, row) + choice for choice in _choices(form, row, value)]
        ways += _found(form, row, value)
        if not ways:
            raise LookupError(f"the form cannot say {value!r}")
        best = min(ways, key=len)
        pressed(form, keymap, best)
        keys += best
    return [*keys, "escape"]


def _tabs(form: Form, place: int) -> list[str]:
    forward = (place - form.here) % len(form.rows)
    back = (form.here - place) % len(form.rows)
    return ["tab"] * forward if forward <= back else ["shift+tab"] * back


def _choices(form: Form, place: int, value: str) -> Iterator[list[str]]:
    """The ways to choose a value in the row at work."""
    row = form.rows[place]
    if row.attribute.text:
        clear = ["enter", "ctrl+u"] if form.given(row) else []
        yield [*clear, *map(key_name, value), "enter"]
        return
    options = form.options(row)
    for option in options:
        if option.value.name == value:
            if option.key:
                yield [key_name(option.key)]
            yield [*["right"] * (options.index(option) + 1), "enter"]


def _found(form: Form, place: int, value: str) -> Iterator[list[str]]:
    """Letters that find a value in the rows from the one at work on, and Enter."""
    if form.row.attribute.text:
        return
    keys = {o.key for o in form.options(form.row)}
    for length in range(1, len(value) + 1):
        typed = value[:length].replace("_", " ")
        if typed[0] in keys or any(c.isdigit() for c in typed):
            return
        form.typed = typed
        found = form.here == place and form.options(form.row)[0].value.name == value
        form.typed = ""
        if found:
            yield [*map(key_name, typed), "enter"]
            return
