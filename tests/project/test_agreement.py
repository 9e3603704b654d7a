"""What the report reads again after a decision is what it would read from the start."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from annotator.domain.ids import new_id
from annotator.domain.model import Batch, Change
from annotator.domain.times import now
from annotator.project import Project
from annotator.project.agreement import Comparison, read_comparison
from annotator.project.agreement import read_decisions as decisions_of
from annotator.report.disagreement_list import differences
from annotator.session.adjudication import Adjudication
from annotator.store import Store
from tests.report.conftest import fill


def board_of(store: Store, uid: str) -> Adjudication:
    store.add_annotator("gold")
    found = store.annotations(uid)
    people = sorted({a.annotator for a in found} - {"gold"})
    gold = [a for a in found if a.annotator == "gold"]
    return Adjudication(uid, found, people, gold, "gold", store.scheme(), store.apply, now)


def read(path: Path, judge: str = "gold") -> Comparison:
    with Project.open(path, readonly=True) as project:
        return read_comparison(project, judge)


def read_decisions(path: Path, before: Comparison, judge: str) -> Comparison | None:
    with Project.open(path, readonly=True) as project:
        return decisions_of(project, before, judge)


def rows(found: Comparison) -> list[object]:
    return list(differences(found.questions, None).rows)


def test_decisions_alone_are_read_again(tmp_path: Path) -> None:
    path = tmp_path / "read.db"
    fill(path)
    before = read(path)
    first = rows(before)
    with Store.open(path) as store:
        for uid in store.uids()[:2]:
            board = board_of(store, uid)
            for case in board.cases[:3]:
                board.take(case, 0)
        after = read_decisions(path, before, "gold")
        assert after is not None
        assert after.questions.claims is before.questions.claims
        fresh = read(path)
        assert rows(after) == rows(fresh) != first
        assert {a.id for a in after.questions.corpus.gold} == {
            a.id for a in fresh.questions.corpus.gold
        }
        # What was read before is as it was.
        assert rows(before) == first

        while store.undo("gold") is not None:
            pass
        taken_back = read_decisions(path, after, "gold")
        assert taken_back is not None
        assert taken_back.questions.corpus.gold == ()
        assert rows(taken_back) == first


def test_a_changed_reading_is_no_decision(tmp_path: Path) -> None:
    path = tmp_path / "read.db"
    fill(path)
    before = read(path)
    with Store.open(path) as store:
        one = next(a for a in store.annotations() if a.layer == "claim")
        change = Change(one, replace(one, attributes={}))
        store.apply(Batch(new_id(), one.annotator, now(), "edit", "", (change,)))
    assert read_decisions(path, before, "gold") is None
    # Whoever is compared cannot be left out of the comparison by a decision.
    assert read_decisions(path, read(path), "a") is None
