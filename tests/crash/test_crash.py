"""What the screen showed as saved survives `kill -9`; the long run is `python -m tests.crash`."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("pyte", reason="pyte reads the program's screen")

from annotator.store import Store
from annotator.text.engine import load_engine
from tests.crash.loop import ANNOTATOR, Round, kill_once, make_database
from tests.crash.shown import Claim, History, Status, read_screen

ROUNDS = 8
"""Kills at least."""
MOST = 100


@pytest.mark.slow
def test_nothing_saved_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "crash.db"
    make_database(path, load_engine(), seed=7)
    chance = random.Random(7)
    rounds: list[Round] = []
    # On a busy machine a round does and shows less: as many as it takes to see enough.
    while len(rounds) < ROUNDS or not enough(rounds):
        assert len(rounds) < MOST, f"next to nothing was done or shown: {rounds}"
        rounds.append(kill_once(path, chance))
        assert rounds[-1].faults == ()


def enough(rounds: list[Round]) -> bool:
    """Whether the killed programs had done and shown what can be lost."""
    return sum(r.actions for r in rounds) > 20 and sum(r.shown for r in rounds) > 50


SCREEN = (
    " demo   2/3 Some title                          robot  s 1/40  open 38  saved 14:02:11 ",
    f"{'▶ ??[  The minister said':82}▏ CLAIM 1 of 2 here · at work",
    f"{'':82}▏ content  The minister",
    f"{'':82}▏ 1 named_person  source type",
    f"{'':82}▏ ? still due: stance",
    f"{'':82}▏ note     odd",
    f"{'':82}▏ human, 14:02:11 UTC",
    " j/k move",
)


def test_a_screen_is_read() -> None:
    status, claim = read_screen(SCREEN)
    assert status == Status(2, 38, "14:02:11")
    assert claim == Claim(
        "claim",
        (("content", "The minister"),),
        frozenset({("source type", "named_person")}),
        False,
        "odd",
        "14:02:11",
    )
    assert len(read_screen([*SCREEN[:-1], "  ╭────────╮", SCREEN[-1]])) == 1


def test_a_loss_would_be_seen(tmp_path: Path) -> None:
    """The check itself: a screen that is ahead of the journal is complained about."""
    path = tmp_path / "crash.db"
    make_database(path, load_engine(), seed=3)
    with Store.open(path) as store:
        articles = [store.article(uid) for uid in store.uids()]
        history = History(articles, store.scheme(), store.annotations(annotator=ANNOTATOR), [])
        kinds = store.scheme().review_kinds
    opened = sum(s.kind in kinds for s in articles[0].layout.sentences)
    truth = Status(1, opened, "")
    assert history.explain([truth]) == []
    assert history.explain([replace(truth, open=opened - 1)])
    assert history.explain([replace(truth, saved="14:02:11")])
    claim = Claim("claim", (("content", "The"),), frozenset(), False, "", "14:02:11")
    assert history.explain([truth, claim])
