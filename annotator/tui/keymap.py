"""From a key press to what it does: the action table, the scheme's labels, and the context."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from annotator.domain.scheme import Attribute, Role, Scheme, Value
from annotator.session.actions import Action, Context, key_name, shown_key


@dataclass(frozen=True, slots=True)
class RoleKey:
    """A key that gives a role; `new` starts a claim of its own."""

    role: Role
    new: bool


@dataclass(frozen=True, slots=True)
class LabelKey:
    """A key that sets an attribute of the active claim."""

    attribute: Attribute
    value: Value


Meaning = Action | RoleKey | LabelKey


class Keymap:
    """Looks a key up in the contexts that are open, the innermost first."""

    def __init__(self, actions: Iterable[Action], scheme: Scheme) -> None:
        self.actions = tuple(actions)
        self._table: dict[tuple[Context, str], Action] = {
            (a.context, key): a for a in self.actions for key in a.keys
        }
        self._labels: dict[str, RoleKey | LabelKey] = {}
        for key, role in scheme.role_keys().items():
            self._labels[key_name(key)] = RoleKey(role, new=False)
            self._labels[key_name(key.upper())] = RoleKey(role, new=True)
        for key, (attribute, value) in scheme.label_keys().items():
            self._labels[key_name(key)] = LabelKey(attribute, value)

    def meaning(self, key: str, contexts: Sequence[Context]) -> Meaning | None:
        """What a key does where these contexts are open, or None."""
        for context in contexts:
            if context == "article" and key in self._labels:
                return self._labels[key]
            action = self._table.get((context, key))
            if action is not None:
                return action
        return None

    def means(self, key: str, action_id: str) -> bool:
        """Whether a key does that action in its context."""
        return any(a.id == action_id and key in a.keys for a in self.actions)

    def shown(self, action_id: str) -> str:
        """The first key of an action as people read it."""
        found = next((a for a in self.actions if a.id == action_id), None)
        return shown_key(found.keys[0]) if found else ""
