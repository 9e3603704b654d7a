"""Kill the program at any moment while keys are being sent, and look at what it left behind."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from annotator.domain.model import Annotation, ArticleDraft, Batch
from annotator.store import Store
from annotator.text.engine import LayoutEngine
from fixtures.generate import generate
from tests.crash.shown import History, Shown, read_screen
from tests.crash.terminal import Terminal

ANNOTATOR: Final = "robot"
ARTICLES: Final = 3
SENTENCES: Final = 40
READY: Final = " open "
"""Words of the status line: from then on keys are heard."""

ACTS: Final[tuple[tuple[int, tuple[str, ...]], ...]] = (
    (8, ("space",)),
    *((3, (key,)) for key in ("j", "k", "n", "l", "h", "J", "K")),
    *((4, ("l", "l", role)) for role in "qweQWEpo"),
    *((3, (start, role)) for start in ("V", "quotation_mark") for role in "eEw"),
    *((3, ("v", "v", "l", role)) for role in "eE"),
    *((3, (label,)) for label in "1234567890fasd"),
    (3, ("full_stop",)),
    (4, ("t", "3", "1")),
    (2, ("T", "1", "1")),
    (3, ("l", "b", "1", "2")),
    (2, ("b", "escape")),
    (3, ("c", "n", "o", "t", "e", "enter")),
    (2, ("m",)),
    (2, ("comma",)),
    (2, ("plus",)),
    *((1, (key,)) for key in ("H", "L", "less_than_sign", "greater_than_sign", "X")),
    (1, ("x",)),
    (5, ("u",)),
    (3, ("U",)),
    (1, ("f8",)),
    (1, ("f7",)),
    (1, ("enter",)),
    (1, ("tab",)),
    (1, ("escape", "l")),
)
"""What is pressed, and how often."""


@dataclass(frozen=True, slots=True)
class Round:
    """One start and one kill."""

    actions: int
    """Actions that the journal got."""
    screens: int
    shown: int
    """Facts that complete screens showed."""
    faults: tuple[str, ...]


def make_database(path: Path, engine: LayoutEngine, seed: int) -> None:
    """A database with a few articles of our own, bare."""
    with Store.create(path) as store:
        for number in range(ARTICLES):
            made = generate(SENTENCES, seed * ARTICLES + number)
            draft = ArticleDraft(made.text, name=made.name, title=made.name)
            store.add_article(draft, engine.layout(made.text))
        store.add_annotator(ANNOTATOR)


def kill_once(path: Path, chance: random.Random) -> Round:
    """Start the program, press keys, kill it, and check the database against what was shown."""
    with Store.open(path) as store:
        before = store.annotations(annotator=ANNOTATOR)
        known = {info.id for info in store.log(ANNOTATOR)}
    shown: list[Shown] = []
    terminal = _press_and_kill(path, chance, shown)
    faults = list(_faults(path))
    with Store.open(path) as store:
        history = History(
            [store.article(uid) for uid in store.uids()],
            store.scheme(),
            before,
            (batches := list(_batches(store, known))),
        )
        faults += history.explain(shown)
        faults += _journal_is_state(before, batches, store.annotations(annotator=ANNOTATOR))
    return Round(len(batches), terminal.frames, len(shown), tuple(faults))


def _press_and_kill(path: Path, chance: random.Random, shown: list[Shown]) -> Terminal:
    command = [sys.executable, "-m", "annotator", "--db", str(path), "--as", ANNOTATOR, "annotate"]
    terminal = Terminal(command, on_frame=lambda rows: shown.extend(read_screen(rows)))
    try:
        if chance.random() < 0.1:
            # While it starts.
            terminal.read(chance.uniform(0.0, 1.5))
            return terminal
        if not terminal.read_until(READY, 60):
            raise RuntimeError(f"the program did not start:\n{terminal.text()}")
        weights = [weight for weight, _ in ACTS]
        for _ in range(chance.randint(1, 60)):
            for _ in range(chance.choice((1, 1, 1, 2, 5))):
                (act,) = chance.choices(ACTS, weights)
                terminal.press(*act[1])
            terminal.read(chance.choice((0.0, 0.01, 0.05, 0.1)) * chance.random())
        # From the very moment of a key to long after it.
        terminal.read(chance.choice((0.0, 0.002, 0.02, 0.2, 0.5)) * chance.random())
        if terminal.ended:
            raise RuntimeError(f"the program ended by itself:\n{terminal.text()}")
        return terminal
    finally:
        terminal.kill()


def _batches(store: Store, known: set[str]) -> Iterator[Batch]:
    """The actions that are new in the journal, oldest first."""
    for info in reversed(list(store.log(ANNOTATOR))):
        if info.id not in known:
            yield Batch(
                info.id, info.annotator, info.at, "edit", info.label, store.changes(info.id)
            )


def _faults(path: Path) -> Iterator[str]:
    """What the doctor finds wrong in the file."""
    with Store.open(path) as store:
        for finding in store.findings():
            yield from (f"{finding.check}: {problem}" for problem in finding.problems)


def _journal_is_state(
    before: list[Annotation], batches: list[Batch], after: list[Annotation]
) -> Iterator[str]:
    """The state after the kill is the one before it with the journal's new actions."""
    expected = {a.id: a for a in before}
    for batch in batches:
        for change in batch.changes:
            expected.pop(change.subject.id, None)
            if change.after:
                expected[change.after.id] = change.after
    found = {a.id: a for a in after}
    for id_ in sorted(expected.keys() | found.keys()):
        if expected.get(id_) != found.get(id_):
            yield f"{id_} is {found.get(id_)}, by the journal {expected.get(id_)}"
