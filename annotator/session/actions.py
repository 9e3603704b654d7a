"""Every key of the program in one table: the screens, the key sheet and the checks read it.

Keys are Textual's names ("down", "question_mark"). A context is where a key is heard; the
selection context goes before the article's while a selection is open. No two actions of one
context share a key, and no key needs Alt, Option or a chord (interface.md, part 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from annotator.domain.errors import AnnotatorError

Context = Literal["article", "selection", "search", "list", "agree", "adjudicate"]


@dataclass(frozen=True, slots=True)
class Action:
    """Something a key does. `id` is stable: users remap keys by it."""

    id: str
    keys: tuple[str, ...]
    context: Context
    group: str
    title: str


def _a(id_: str, keys: str, group: str, title: str, context: Context = "article") -> Action:
    return Action(id_, tuple(keys.split()), context, group, title)


ACTIONS: Final[tuple[Action, ...]] = (
    _a("nav.next", "j down", "Move", "next sentence"),
    _a("nav.prev", "k up", "Move", "previous sentence"),
    _a("nav.token_next", "l right", "Move", "next word"),
    _a("nav.token_prev", "h left", "Move", "previous word"),
    _a("nav.paragraph_next", "right_curly_bracket ctrl+down", "Move", "next paragraph"),
    _a("nav.paragraph_prev", "left_curly_bracket ctrl+up", "Move", "previous paragraph"),
    _a("nav.next_open", "n f4", "Move", "next open sentence"),
    _a("nav.prev_open", "N", "Move", "previous open sentence"),
    _a("nav.claim_next", "J", "Move", "next claim"),
    _a("nav.claim_prev", "K", "Move", "previous claim"),
    _a("nav.incomplete_next", "right_parenthesis", "Move", "next incomplete claim"),
    _a("nav.incomplete_prev", "left_parenthesis", "Move", "previous incomplete claim"),
    _a("nav.page_down", "pagedown", "Move", "page down"),
    _a("nav.page_up", "pageup", "Move", "page up"),
    _a("nav.top", "g home", "Move", "start of the article"),
    _a("nav.bottom", "G end", "Move", "end of the article"),
    _a("nav.centre", "z", "Move", "cursor line to the middle"),
    _a("nav.article_next", "f8 right_square_bracket", "Move", "next article"),
    _a("nav.article_prev", "f7 left_square_bracket", "Move", "previous article"),
    _a("nav.search", "slash", "Move", "search in the article"),
    _a("span.start", "v f6", "Select", "select; again: grow to phrase, quotation, sentence"),
    _a("span.sentence", "V", "Select", "select the sentence"),
    _a("span.quotation", "quotation_mark", "Select", "select the quotation, over paragraphs too"),
    _a("claim.reviewed", "space", "Label", "reviewed; on to the next open sentence"),
    _a("claim.repeat", "full_stop f5", "Label", "repeat the last labels"),
    _a("claim.attributes", "t", "Label", "other labels of the claim or mark"),
    _a("claim.take_away", "underscore", "Label", "take a label away"),
    _a("sentence.attributes", "T", "Label", "labels of the sentence and the article"),
    _a("mark.add", "b", "Label", "mark biased wording"),
    _a("claim.note", "c", "Label", "note"),
    _a("claim.flag", "m", "Label", "flag for discussion"),
    _a("suggestion.next", "apostrophe f9", "Suggestions", "next suggestion"),
    _a("suggestion.reject", "r", "Suggestions", "reject the suggestion offered here"),
    _a("suggestion.hide", "minus", "Suggestions", "hide the less sure ones; again: more, none"),
    _a("suggestion.order", "S", "Suggestions", "go to the surest first; again: the least sure"),
    _a("suggestion.errors", "exclamation_mark", "Suggestions", "what evaluate found wrong"),
    _a("suggestion.accept_all", "A", "Suggestions", "accept all sure suggestions in view"),
    _a("phrase.lineage", "number_sign", "Phrases", "this claim through the outlets, in time"),
    _a("phrase.lint", "equals_sign", "Phrases", "the same words labelled differently"),
    _a("phrase.clusters", "percent_sign", "Phrases", "sentences that stand in several articles"),
    _a("phrase.carry", "asterisk", "Phrases", "where these words stand again; carry the labels"),
    _a(
        "claim.open",
        "enter",
        "Edit",
        "accept the suggestion, or work on the claim, here; return to it",
    ),
    _a("claim.cycle", "tab", "Edit", "next of the overlapping claims"),
    _a("claim.cycle_back", "shift+tab", "Edit", "previous of the overlapping claims"),
    _a("claim.end_left", "H", "Edit", "end of the piece left by a word"),
    _a("claim.end_right", "L", "Edit", "end of the piece right by a word"),
    _a("claim.start_left", "less_than_sign", "Edit", "start of the piece left by a word"),
    _a("claim.start_right", "greater_than_sign", "Edit", "start of the piece right by a word"),
    _a("claim.drop_fragment", "X", "Edit", "remove the piece under the cursor"),
    _a("claim.join", "plus", "Edit", "the piece: of the same span as another, or of its own"),
    _a("claim.nest", "comma", "Edit", "nest in the claim around it; again: the next, none"),
    _a("claim.delete", "x delete", "Edit", "remove the claim or mark"),
    _a("claim.undo", "u f2", "Edit", "undo"),
    _a("claim.redo", "U f3 ctrl+r", "Edit", "redo"),
    _a("view.guidelines", "semicolon", "View", "guidelines of every label"),
    _a("view.panel", "i", "View", "claim panel on a small screen"),
    _a("view.copy", "y", "View", "copy the text of the claim or selection"),
    _a("view.keys", "question_mark f1", "View", "this key sheet"),
    _a("view.palette", "colon ctrl+p", "View", "command palette"),
    _a("view.articles", "f10", "View", "list of articles"),
    _a("app.quit", "ctrl+q", "View", "quit (everything is saved already)"),
    _a("view.back", "escape", "View", "leave the search, the selection, the claim; twice: quit"),
    # While a selection is open these go first.
    _a("select.right", "l right", "Selection", "moving end one word right", "selection"),
    _a("select.left", "h left", "Selection", "moving end one word left", "selection"),
    _a("select.phrase_right", "L", "Selection", "moving end to the next pause", "selection"),
    _a("select.phrase_left", "H", "Selection", "moving end to the pause before", "selection"),
    _a("select.down", "j down", "Selection", "moving end one sentence on", "selection"),
    _a("select.up", "k up", "Selection", "moving end one sentence back", "selection"),
    _a("select.char_right", "greater_than_sign", "Selection", "one character right", "selection"),
    _a("select.char_left", "less_than_sign", "Selection", "one character left", "selection"),
    _a("select.sentence_end", "dollar_sign", "Selection", "to the sentence's end", "selection"),
    _a("select.sentence_start", "circumflex_accent", "Selection", "to its start", "selection"),
    _a("select.swap", "tab", "Selection", "move the other end", "selection"),
    _a("select.grow", "v f6", "Selection", "grow to phrase, quotation, sentence", "selection"),
    _a("select.shrink", "V", "Selection", "shrink again", "selection"),
    _a("select.keep", "enter", "Selection", "keep it, and move on freely", "selection"),
    _a("search.next", "n", "Search", "next place found", "search"),
    _a("search.prev", "N", "Search", "previous place found", "search"),
    _a("list.open", "enter", "Articles", "open the article", "list"),
    _a("list.filter", "slash", "Articles", "filter by title, outlet or name", "list"),
    _a("list.next_open", "n", "Articles", "next article that is not done", "list"),
    _a("list.keys", "question_mark f1", "Articles", "this key sheet", "list"),
    _a("list.quit", "f10 ctrl+q", "Articles", "quit (everything is saved already)", "list"),
    _a("list.back", "escape", "Articles", "back to the article", "list"),
    _a("agree.open", "enter", "Agreement", "adjudicate the disagreement", "agree"),
    _a("agree.next", "tab right l", "Agreement", "next part of the report", "agree"),
    _a("agree.prev", "shift+tab left h", "Agreement", "previous part of the report", "agree"),
    _a("agree.down", "down j", "Agreement", "row down", "agree"),
    _a("agree.up", "up k", "Agreement", "row up", "agree"),
    _a("agree.page_down", "pagedown", "Agreement", "page down", "agree"),
    _a("agree.page_up", "pageup", "Agreement", "page up", "agree"),
    _a("agree.disagreements", "d", "Agreement", "the list of disagreements", "agree"),
    _a("agree.filter", "slash", "Agreement", "filter the rows by words", "agree"),
    _a("agree.again", "r f5", "Agreement", "read the annotations again", "agree"),
    _a("agree.keys", "question_mark f1", "Agreement", "this key sheet", "agree"),
    _a("agree.quit", "f10 ctrl+q", "Agreement", "quit (everything is saved already)", "agree"),
    _a("agree.back", "escape", "Agreement", "back", "agree"),
    _a("adjudicate.next", "n f4", "Adjudication", "next open case", "adjudicate"),
    _a("adjudicate.prev", "N", "Adjudication", "previous open case", "adjudicate"),
    _a("adjudicate.case_next", "J f8", "Adjudication", "next case, decided or not", "adjudicate"),
    _a("adjudicate.case_prev", "K f7", "Adjudication", "previous case", "adjudicate"),
    _a(
        "adjudicate.take",
        "1 2 3 4 5 6 7 8 9",
        "Adjudication",
        "take this reading",
        "adjudicate",
    ),
    _a("adjudicate.merge", "m", "Adjudication", "merge what most readers have", "adjudicate"),
    _a("adjudicate.none", "x delete", "Adjudication", "nothing to annotate here", "adjudicate"),
    _a("adjudicate.identical", "a A", "Adjudication", "accept all identical", "adjudicate"),
    _a("adjudicate.down", "j down", "Adjudication", "next row of the readings", "adjudicate"),
    _a("adjudicate.up", "k up", "Adjudication", "previous row", "adjudicate"),
    _a("adjudicate.mix", "space", "Adjudication", "own: the row of the next reading", "adjudicate"),
    _a("adjudicate.labels", "t", "Adjudication", "own: choose a label", "adjudicate"),
    _a("adjudicate.end_left", "H", "Adjudication", "own: end left by a word", "adjudicate"),
    _a("adjudicate.end_right", "L", "Adjudication", "own: end right by a word", "adjudicate"),
    _a("adjudicate.start_left", "less_than_sign", "Adjudication", "own: start left", "adjudicate"),
    _a(
        "adjudicate.start_right",
        "greater_than_sign",
        "Adjudication",
        "own: start right by a word",
        "adjudicate",
    ),
    _a("adjudicate.reason", "c", "Adjudication", "reason of the decision", "adjudicate"),
    _a("adjudicate.columns", "l right", "Adjudication", "further readings", "adjudicate"),
    _a("adjudicate.columns_back", "h left", "Adjudication", "readings before", "adjudicate"),
    _a("adjudicate.names", "o", "Adjudication", "hide or show who said it", "adjudicate"),
    _a("adjudicate.undo", "u f2", "Adjudication", "undo", "adjudicate"),
    _a("adjudicate.redo", "U f3 ctrl+r", "Adjudication", "redo", "adjudicate"),
    _a("adjudicate.keys", "question_mark f1", "Adjudication", "this key sheet", "adjudicate"),
    _a("adjudicate.quit", "f10 ctrl+q", "Adjudication", "quit (all is saved)", "adjudicate"),
    _a("adjudicate.back", "escape", "Adjudication", "back", "adjudicate"),
)

_CHARACTERS: Final = {
    "space": " ",
    "full_stop": ".",
    "slash": "/",
    "comma": ",",
    "semicolon": ";",
    "colon": ":",
    "question_mark": "?",
    "quotation_mark": '"',
    "apostrophe": "'",
    "asterisk": "*",
    "minus": "-",
    "plus": "+",
    "equals_sign": "=",
    "exclamation_mark": "!",
    "number_sign": "#",
    "percent_sign": "%",
    "ampersand": "&",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
    "at": "@",
    "backslash": "\\",
    "underscore": "_",
    "grave_accent": "`",
    "vertical_line": "|",
    "tilde": "~",
    "dollar_sign": "$",
    "circumflex_accent": "^",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
}
_KEY_NAMES: Final = {c: name for name, c in _CHARACTERS.items()}
_SHOWN: Final = {
    "space": "Space",
    "enter": "Enter",
    "escape": "Esc",
    "tab": "Tab",
    "shift+tab": "Shift+Tab",
    "delete": "Del",
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "home": "Home",
    "end": "End",
}


def key_name(character: str) -> str:
    """Textual's name of the key that types a character ("." -> "full_stop", "j" -> "j")."""
    return _KEY_NAMES.get(character, character)


def key_character(name: str) -> str:
    """The character a key types, or "" for a key that types none (F4, Enter)."""
    return _CHARACTERS.get(name, name if len(name) == 1 else "")


def shown_key(name: str) -> str:
    """A key as people read it: "full_stop" -> ".", "ctrl+down" -> "Ctrl+↓"."""
    *modifiers, last = name.split("+") if len(name) > 1 else [name]
    if name in _SHOWN:
        return _SHOWN[name]
    base = _SHOWN.get(last) or _CHARACTERS.get(last) or (last.upper() if len(last) > 1 else last)
    return "+".join([*(m.capitalize() for m in modifiers), base])


def reserved_keys(actions: Iterable[Action] = ACTIONS) -> dict[str, str]:
    """Character -> what navigation does with it, for the scheme's clash check."""
    reserved: dict[str, str] = {}
    for action in actions:
        if action.context in ("article", "selection", "search"):
            for key in action.keys:
                character = key_character(key)
                if character:
                    reserved.setdefault(character, f"{action.title} [{action.id}]")
    return reserved


def remapped(keymap: Mapping[str, str]) -> tuple[Action, ...]:
    """Return the table with the user's keys in place: action id -> "key,key".

    Raises:
        AnnotatorError: for an id that does not exist, an empty entry, or two actions of one
            context that would share a key; both are named.
    """
    known = {a.id for a in ACTIONS}
    for id_ in keymap:
        if id_ not in known:
            raise AnnotatorError(
                f"keys: there is no action {id_!r}", "`annotator keys` lists every id"
            )
    actions: list[Action] = []
    for action in ACTIONS:
        if action.id in keymap:
            keys = tuple(
                key_name(k) if len(k) == 1 else k.strip()
                for k in keymap[action.id].replace(" ", "").split(",")
                if k.strip()
            )
            if not keys:
                raise AnnotatorError(f"keys: {action.id} has no key", "give one, or leave it out")
            action = replace(action, keys=keys)
        actions.append(action)
    check_unique(actions)
    return tuple(actions)


def check_unique(actions: Iterable[Action]) -> None:
    """Raise AnnotatorError when two actions of one context share a key."""
    owners: dict[tuple[str, str], Action] = {}
    for action in actions:
        for key in action.keys:
            other = owners.setdefault((action.context, key), action)
            if other is not action:
                raise AnnotatorError(
                    f"key {shown_key(key)!r} is given to both {other.id} and {action.id}",
                    "change one of them in the [keys] table of the configuration",
                )
