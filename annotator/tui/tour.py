"""The guided first session: a strip that says what to do and waits for the real key."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from annotator.domain.errors import InputError
from annotator.session.commands import Command, Do, GiveLabel, GiveRole, command_named
from annotator.tui.keymap import Keymap, shown_key
from annotator.tui.widgets.lines import Line, StyledText


@dataclass(frozen=True, slots=True)
class TourStep:
    """What to do and why, and the command that shows it was done (None waits for any)."""

    say: str
    awaited: Command | None
    keys: str


def load_tour(path: Path) -> tuple[str, tuple[TourStep, ...]]:
    """Read a tour from its TOML file: the name of its article, and its steps.

    Raises:
        InputError: when the file is not there or has no steps.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path}: the tour cannot be read ({error})") from error
    steps = tuple(
        TourStep(
            str(s.get("say", "")),
            command_named(str(s["action"])) if s.get("action") else None,
            str(s.get("keys", "")),
        )
        for s in table.get("step", [])
    )
    if not steps:
        raise InputError(f"{path}: the tour has no steps")
    return str(table.get("article", "")), steps


ALWAYS: Final = frozenset({"app.quit", "view.keys", "view.palette", "view.panel", "view.articles"})
"""Actions that do not lead away from the step."""


class Tour:
    """Where a person is in the tour, and what it answers to a key that leads elsewhere."""

    def __init__(self, steps: Sequence[TourStep]) -> None:
        self._steps = list(steps)
        self._at = 0
        self._typed = 0
        """How many keys of the step were pressed."""
        self._answer = ""
        self._leaving = False
        self.over = False
        """Whether it has left the screen."""

    @property
    def done(self) -> bool:
        """Whether every step was taken."""
        return self._at >= len(self._steps)

    @property
    def _keys(self) -> list[str]:
        """The keys that are still to be pressed; the last one again where it did not do it yet."""
        keys = self._steps[self._at].keys.split()
        return keys[min(self._typed, len(keys) - 1) :] if keys else []

    def hears(self, key: str, command: Command | None, keymap: Keymap) -> bool:
        """Whether a key (Textual's name) is to be done: not, when it leads away from the step.

        `lines` then has the answer. A second Esc, and any key after the last step, ends the tour.
        """
        self._answer = ""
        if self.done:
            self.over = True
            return True
        wanted = self._keys
        pressed = shown_key(keymap.positioned(key))
        if not wanted or pressed == wanted[0]:
            self._typed += 1
            self._leaving = False
            return True
        if isinstance(command, Do) and command.action in ALWAYS:
            return True
        if command == Do("view.back"):
            self.over = self._leaving
            self._leaving = True
            self._answer = f"{pressed} again ends the tour; or press "
        else:
            self._leaving = False
            self._answer = f"that was {pressed} ({name_of(command, keymap)}), not done; press "
        return False

    def saw(self, command: Command) -> bool:
        """Tell the tour what was done; True when that was the step it waited for."""
        if self.done or self._steps[self._at].awaited not in (None, command):
            return False
        self._at += 1
        self._typed = 0
        return True

    def lines(self) -> list[Line]:
        """The step as lines: number, text, keys."""
        if self.done:
            return [
                [
                    StyledText("That was the tour. ", "title"),
                    StyledText("The article is yours now; ? shows every key, Esc Esc quits."),
                ],
                [StyledText("The next key takes these lines away.", "dim")],
            ]
        step = self._steps[self._at]
        rows = step.say.strip().splitlines()
        number = f"{self._at + 1}/{len(self._steps)} "
        lines: list[Line] = [
            [StyledText(number, "title"), StyledText(rows[0] if rows else "", "strong")]
        ]
        lines += [[StyledText(" " * len(number)), StyledText(row.strip())] for row in rows[1:]]
        lines.append(
            [
                StyledText(" " * len(number)),
                StyledText(self._answer, "strong") if self._answer else StyledText("press ", "dim"),
                StyledText(" ".join(self._keys), "key"),
            ]
        )
        return lines


def name_of(command: Command | None, keymap: Keymap) -> str:
    """What a command is called, for the answer."""
    match command:
        case Do(action):
            return next((a.title for a in keymap.actions if a.id == action), action)
        case GiveLabel(attribute, value):
            return f"{attribute}: {value}"
        case GiveRole(role):
            return role
    return "no key of the table"
