"""From a key press to what it asks for: Textual's names of keys, the user's own, the context."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from annotator.domain.errors import AnnotatorError
from annotator.domain.scheme import Scheme
from annotator.session.actions import ACTIONS, WITH_LABELS, Action, Context, taken_keys
from annotator.session.commands import Command, Do, GiveLabel, GiveRole, Relate
from annotator.tui.keyboard import LAYOUTS, TOLD, character_name

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


def key_name(key: str) -> str:
    """Textual's name of a key of the table, or of a character ("." -> "full_stop", "j" -> "j")."""
    return _KEY_NAMES.get(key, key)


def key_character(name: str) -> str:
    """The character that a key of Textual's name types, or "" for one that types none (F4)."""
    return _CHARACTERS.get(name, name if len(name) == 1 else "")


def shown_key(name: str) -> str:
    """A key as people read it: "full_stop" -> ".", "ctrl+down" -> "Ctrl+↓"."""
    *modifiers, last = name.split("+") if len(name) > 1 else [name]
    if name in _SHOWN:
        return _SHOWN[name]
    base = _SHOWN.get(last) or _CHARACTERS.get(last) or (last.upper() if len(last) > 1 else last)
    return "+".join([*(m.capitalize() for m in modifiers), base])


def taken_by_scheme(lost: Sequence[str], left: str) -> str:
    """What the key sheet says of keys that the scheme has (see `taken_keys`), `left` of others."""
    if not lost:
        return ""
    otherwise = "" if left else ": by the palette, or give it a key"
    return f" ({' '.join(map(shown_key, lost))} is a label of the scheme{otherwise})"


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
                key if key == "space" else _CHARACTERS.get(key, key)
                for key in keymap[action.id].replace(" ", "").split(",")
                if key.strip()
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


_DIGITS: Final = frozenset("0123456789")


class Keymap:
    """Looks a key up in the contexts that are open, the innermost first.

    Args:
        actions: The table, with the user's own keys in place.
        scheme: Whose labels and roles have keys too.
        layout: The keyboard's preset, a name of `keyboard.LAYOUTS`; "" for none.
    """

    def __init__(self, actions: Iterable[Action], scheme: Scheme, layout: str = "") -> None:
        self.actions = tuple(actions)
        self._preset = {
            key_name(c) if c.isascii() else character_name(c): key_name(k)
            for c, k in LAYOUTS.get(layout, {}).items()
        }
        self._first = {k: v for k, v in self._preset.items() if len(k) > 1 or k.isascii()}
        """Keys that mean something themselves, and give way to the preset."""
        self._table = {(a.context, key_name(key)): Do(a.id) for a in self.actions for key in a.keys}
        taken = taken_keys(self.actions, scheme)
        free = {a.id: [k for k in a.keys if k not in taken.get(a.id, ())] for a in self.actions}
        self._shown = {id_: shown_key(keys[0]) for id_, keys in free.items() if keys}
        self._labels: dict[str, Command] = {}
        for key, role in scheme.role_keys().items():
            self._labels[key_name(key)] = GiveRole(role.name)
        for key, role in scheme.new_role_keys().items():
            self._labels[key_name(key)] = GiveRole(role.name, new=True)
        for key, (attribute, value) in scheme.label_keys().items():
            self._labels[key_name(key)] = GiveLabel(attribute.name, value.name, attribute.layer)
        for key, relation in scheme.relation_keys().items():
            self._labels[key_name(key)] = Relate(relation.name)

    def positioned(self, key: str) -> str:
        """The key of the table that a key (Textual's name) stands for: by the preset, or by its
        place on the keyboard where the terminal told it; the key itself otherwise."""
        *modifiers, last = key.split("+") if len(key) > 1 else [key]
        found = self._preset.get(last) or key_name(TOLD.get(last, last))
        return "+".join([*modifiers, found])

    def digit(self, key: str) -> str:
        """The digit that a key (Textual's name) types or stands for; "" for another key."""
        return next((k for k in (key, self.positioned(key)) if k in _DIGITS), "")

    def command(self, key: str, contexts: Sequence[Context]) -> Command | None:
        """What a key (Textual's name) asks for where these contexts are open, or None."""
        key = self._first.get(key, key)
        return self._command(key, contexts) or self._command(self.positioned(key), contexts)

    def _command(self, key: str, contexts: Sequence[Context]) -> Command | None:
        for context in contexts:
            if context in WITH_LABELS and key in self._labels:
                return self._labels[key]
            found = self._table.get((context, key))
            if found is not None:
                return found
        return None

    def action(self, key: str, context: Context) -> str | None:
        """The id of what a key (Textual's name) does in a context of actions alone, or None."""
        key = self._first.get(key, key)
        found = self._table.get((context, key)) or self._table.get((context, self.positioned(key)))
        return found.action if found else None

    def means(self, key: str, action_id: str) -> bool:
        """Whether a key (Textual's name) does that action in its context."""
        return any(a.id == action_id and key in map(key_name, a.keys) for a in self.actions)

    def shown(self, action_id: str) -> str:
        """The first key of an action as people read it; "" when the scheme has taken them all."""
        return self._shown.get(action_id, "")
