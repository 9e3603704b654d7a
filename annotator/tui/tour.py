"""The guided first session: a strip that says what to do and waits for the real key."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from annotator.domain.errors import InputError
from annotator.session.commands import Command, command_named
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


class Tour:
    """Where a person is in the tour; `done` is True after the last step."""

    def __init__(self, steps: Sequence[TourStep]) -> None:
        self._steps = list(steps)
        self._at = 0

    @property
    def done(self) -> bool:
        """Whether every step was taken."""
        return self._at >= len(self._steps)

    def saw(self, command: Command) -> bool:
        """Tell the tour what was done; True when that was the step it waited for."""
        if self.done or self._steps[self._at].awaited not in (None, command):
            return False
        self._at += 1
        return True

    def lines(self) -> list[Line]:
        """The step as lines: number, text, keys."""
        if self.done:
            return [
                [
                    StyledText("That was the tour. ", "title"),
                    StyledText("The article is yours now; ? shows every key, Esc Esc quits."),
                ],
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
                StyledText("press ", "dim"),
                StyledText(step.keys, "key"),
            ]
        )
        return lines
