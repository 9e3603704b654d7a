"""`python -m tests.crash.keys --keys 50000`: any keys, at any pace, on every screen.

Keys are sent to the program in a terminal, with nothing to 200 ms between two of them; it must end
only when a key says so, with exit code 0, and leave a sound database. Exit status 1 otherwise.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from annotator.domain.model import ArticleDraft
from annotator.project.data import ProjectData
from annotator.project.samples import load_readings
from annotator.store import Store
from annotator.text.engine import LayoutEngine, load_engine
from tests.crash.terminal import Terminal

FIXTURES: Final = Path(__file__).resolve().parents[2] / "fixtures"
STARTS: Final = (
    ("--as", "ann", "annotate"),
    ("--as", "gold", "adjudicate"),
    ("--as", "ann", "annotate"),
    ("--as", "gold", "agree", "--tui"),
)
"""The commands that open screens, in turn."""
READY: Final = {"annotate": " open ", "adjudicate": "1-9", "--tui": "disagreements"}

_CHARACTERS: Final = (
    "abcdefghijklmnopqrstuvwxyz0123456789.,;:?!'\"*#=%+-<>/[]{}^$ TVJKNGHLXUASRMQWE"
)
_OPENERS: Final = (
    *("question_mark", "semicolon", "f10", "equals_sign", "asterisk", "number_sign"),
    *("percent_sign", "t", "T", "c", "b", "slash", "colon", "exclamation_mark"),
)
_NAMED: Final = (
    *("enter", "escape", "tab", "shift+tab", "up", "down", "left", "right", "home", "end"),
    *("pageup", "pagedown", "backspace", "delete", "f7", "f8"),
)
_GAPS: Final = (0.0, 0.0, 0.0, 0.0, 0.005, 0.01, 0.02, 0.04, 0.06, 0.1, 0.15, 0.2)
"""Seconds between two keys."""
PER_START: Final = 1_000
"""Keys after which a program that still runs is ended by Ctrl-Q."""


@dataclass(slots=True)
class Pressed:
    """What was sent, and what came of it."""

    keys: int = 0
    starts: int = 0
    screens: Counter[str] = field(default_factory=Counter)
    """Command -> keys that were sent to its screens."""
    faults: list[str] = field(default_factory=list)


def make_project(path: Path, engine: LayoutEngine) -> None:
    """The sample articles with the readings of three annotators, so that every screen has rows."""
    with Store.create(path) as store:
        for file in sorted((FIXTURES / "articles").glob("*.txt")):
            text = file.read_text(encoding="utf-8")
            draft = ArticleDraft(text, name=file.stem, title=file.stem)
            store.add_article(draft, engine.layout(text))
        load_readings(ProjectData(store), FIXTURES / "readings")


def any_keys(chance: random.Random) -> Iterator[str]:
    """Keys for ever: what opens a screen often, and often twice; quitting seldom."""
    while True:
        kind = chance.random()
        if kind < 0.25:
            yield from [chance.choice(_OPENERS)] * chance.choice((1, 1, 2, 3))
        elif kind < 0.5:
            yield from [chance.choice(_NAMED)] * chance.choice((1, 1, 2, 3))
        elif kind < 0.503:
            yield "ctrl+q"
        else:
            yield chance.choice(_CHARACTERS)


def press_keys(path: Path, count: int, chance: random.Random, pressed: Pressed) -> None:
    """Start the program on a database as often as it takes to send so many keys."""
    keys = any_keys(chance)
    while pressed.keys < count:
        start = STARTS[pressed.starts % len(STARTS)]
        pressed.starts += 1
        before = pressed.keys
        _one_run(path, start, min(PER_START, count - pressed.keys), keys, chance, pressed)
        pressed.screens[start[2]] += pressed.keys - before
        if pressed.keys == before:
            pressed.faults.append(f"{' '.join(start)} did not hear a single key")
            return


def _one_run(
    path: Path,
    start: tuple[str, ...],
    most: int,
    keys: Iterator[str],
    chance: random.Random,
    pressed: Pressed,
) -> None:
    size = chance.choice(((80, 24), (120, 40), (60, 14)))
    terminal = Terminal([sys.executable, "-m", "annotator", "--db", str(path), *start], size)
    sent: list[str] = []
    try:
        if not terminal.read_until(READY[start[-1]], 120):
            pressed.faults.append(f"{' '.join(start)} did not start:\n{terminal.text()}")
            return
        while len(sent) < most and not terminal.ended:
            key = next(keys)
            terminal.press(key)
            sent.append(key)
            terminal.read(chance.choice(_GAPS))
        pressed.keys += len(sent)
        terminal.read_until_quiet(1.0, 20)
        terminal.press("ctrl+q")
        terminal.read_until_end(60)
        if terminal.process.poll() != 0:
            pressed.faults.append(
                f"{' '.join(start)} ended with {terminal.process.poll()} after"
                f" {' '.join(sent[-20:])}:\n{terminal.text()}"
            )
    finally:
        terminal.kill()


def faults_of(path: Path) -> list[str]:
    """What the doctor finds wrong in the database afterwards."""
    with Store.open(path) as store:
        return [f"{f.check}: {p}" for f in store.findings() for p in f.problems]


def main() -> int:
    """Press so many keys and say what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.keys", description=__doc__)
    parser.add_argument("--keys", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance, pressed = random.Random(options.seed), Pressed()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "keys.db"
        make_project(path, load_engine())
        step = 1_000
        while pressed.keys < options.keys and not pressed.faults:
            press_keys(path, min(options.keys, pressed.keys + step), chance, pressed)
            print(f"{pressed.keys} keys, {pressed.starts} starts", flush=True)
        pressed.faults += faults_of(path)
    for fault in pressed.faults:
        print(fault)
    sent = ", ".join(f"{name} {n}" for name, n in pressed.screens.items())
    print(f"\n{pressed.keys} keys ({sent}), {pressed.starts} starts, {len(pressed.faults)} faults")
    return 1 if pressed.faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
