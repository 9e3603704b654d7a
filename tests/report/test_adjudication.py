"""Cases and decisions: pure, journaled, undoable, re-opened by what changes later."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from annotator.domain.errors import AnnotatorError
from annotator.domain.ids import new_id
from annotator.domain.model import SPAN_ROLE, Annotation, Batch, Change, Fragment
from annotator.domain.times import now
from annotator.report import build
from annotator.report.sections import against_gold
from annotator.session.adjudication import Adjudication, with_role_of
from annotator.session.adjudication_cases import Case, cases_of
from annotator.session.adjudication_merging import MergeOutcome
from annotator.session.majority import EVERYBODY
from annotator.store import Store
from tests.report.conftest import QUICK, corpus_of
from tests.session.build import SCHEME


def piece(start: int, end: int, role: str = "content", span: int = 0) -> Fragment:
    return Fragment(role, start, end, span)


def reading(who: str, *pieces: Fragment, id_: str = "", **attributes: str) -> Annotation:
    return Annotation(id_ or new_id(), "claim", "uid", who, pieces, attributes)


def board_of(*readings: Annotation, readers: str = "ab") -> tuple[Adjudication, list[Batch]]:
    """A board whose writes are kept in a list."""
    written: list[Batch] = []
    board = Adjudication("uid", readings, tuple(readers), [], "gold", SCHEME, written.append, now)
    return board, written


def open_board(store: Store, uid: str) -> Adjudication:
    found = store.annotations(uid)
    store.add_annotator("gold")
    people = sorted({a.annotator for a in found} - {"gold"})
    gold = [a for a in found if a.annotator == "gold"]
    return Adjudication(uid, found, people, gold, "gold", store.scheme(), store.apply, now)


def gold_of(store: Store, uid: str) -> list[Annotation]:
    return [a for a in store.annotations(uid, "gold") if a.layer != "verdict"]


def states(board: Adjudication) -> list[str]:
    return [case.state for case in board.cases]


def test_equal_readings_are_one_variant_whatever_the_order_of_their_pieces() -> None:
    one = reading("a", piece(10, 20), piece(30, 40), stance="favor")
    same = reading("b", piece(30, 40), piece(10, 15), piece(15, 20), stance="favor")
    (case,) = cases_of([one, same], ["a", "b"])
    assert case.identical
    assert [v.annotators for v in case.variants] == [("a", "b")]


@pytest.mark.parametrize("seed", range(20))
def test_twenty_annotators_fall_into_the_cases_they_were_made_from(seed: int) -> None:
    rng = random.Random(seed)
    readings: list[Annotation] = []
    for who in (f"r{i:02}" for i in range(20)):
        for place in range(8):
            if rng.random() < 0.8:
                at = place * 100
                readings.append(
                    reading(who, piece(at + rng.randint(0, 9), at + rng.randint(50, 70)))
                )
    rng.shuffle(readings)
    found = cases_of(readings, sorted({r.annotator for r in readings}))
    assert len(found) == 8
    for place, case in enumerate(found):
        assert {r.start // 100 for r in case.readings.values()} == {place}
        assert sum(len(v.annotators) for v in case.variants) == 20


def test_an_annotator_has_at_most_one_reading_in_a_case() -> None:
    twice = [reading("a", piece(0, 50)), reading("a", piece(5, 45))]
    found = cases_of([*twice, reading("b", piece(0, 50))], ["a", "b"])
    assert [set(c.readings) for c in found] == [{"a", "b"}, {"a"}]
    assert found[0].readings["a"].start == 0


def test_taking_a_reading_makes_gold_with_its_provenance() -> None:
    a = reading("a", piece(0, 9), piece(10, 14, "source"), stance="favor")
    board, written = board_of(a, reading("b", piece(0, 12), stance="against"))
    board.take(board.cases[0], 0, "the guideline says so")
    (batch,) = written
    assert (batch.kind, batch.annotator) == ("adjudicate", "gold")
    claim, verdict = (c.after for c in batch.changes)
    assert claim
    assert verdict
    assert (claim.provenance, claim.annotator) == ("adjudicated", "gold")
    assert (claim.fragments, claim.attributes) == (a.fragments, a.attributes)
    assert claim.id != a.id
    assert (verdict.layer, verdict.note) == ("verdict", "the guideline says so")
    assert states(board) == ["decided"]


def test_merging_unites_boundaries_and_takes_the_labels_of_most() -> None:
    board, _ = board_of(
        reading("a", piece(0, 9), piece(20, 25, "source"), stance="favor", form="direct"),
        reading("b", piece(5, 14), piece(23, 30, "source"), stance="against", form="direct"),
        reading("c", piece(0, 9), piece(40, 44, "source"), stance="against", form="mixed"),
        readers="abc",
    )
    assert board.merge(board.cases[0]) == MergeOutcome(True, 3, 3, (), ())
    decision = board.cases[0].decision
    assert decision
    assert decision.claim
    assert set(decision.claim.fragments) == {
        piece(0, 14), piece(20, 30, "source"), piece(40, 44, "source", 1),
    }  # fmt: skip
    assert decision.claim.attributes == {"stance": "against", "form": "direct"}


def test_a_tie_is_told() -> None:
    board, _ = board_of(
        reading("a", piece(0, 9), stance="favor"), reading("b", piece(0, 9), stance="against")
    )
    assert board.merge(board.cases[0]).ties == ("stance",)


@pytest.mark.parametrize(
    ("have", "readers", "done"),
    [("a", "a", True), ("a", "ab", False), ("a", "abc", False), ("ab", "abc", True),
     ("ab", "abcd", False), ("abc", "abcd", True), ("abc", "abcdef", False)],
)  # fmt: skip
def test_only_what_most_of_all_who_read_it_have_is_merged(
    have: str, readers: str, done: bool
) -> None:
    board, written = board_of(*(reading(who, piece(0, 9)) for who in have), readers=readers)
    merge = board.merge(board.cases[0])
    assert (merge.done, merge.have, merge.readers) == (done, len(have), len(readers))
    assert bool(written) == done
    assert states(board) == ["decided" if done else "open"]


def test_what_few_have_in_a_merge_is_told() -> None:
    board, _ = board_of(
        reading("a", piece(0, 9), piece(20, 25, "via"), stance="favor"),
        reading("b", piece(0, 9), stance="against"),
        reading("c", piece(0, 9), stance="neutral"),
        reading("d", piece(0, 9), stance="neutral"),
        readers="abcd",
    )
    merge = board.merge(board.cases[0])
    assert (merge.ties, merge.thin) == (("stance",), ("via",))
    decision = board.cases[0].decision
    assert decision
    assert decision.claim
    assert decision.claim.attributes == {"stance": "neutral"}


def test_notes_beside_a_case_are_handed_to_the_nearest_one() -> None:
    tag = replace(reading("b", piece(100, 180, SPAN_ROLE), id_="tag"), layer="sentence", note="Hm?")
    whole = replace(reading("a", id_="whole"), layer="article", flagged=True)
    own = replace(reading("a", piece(90, 99)), note="mine")
    board, _ = board_of(reading("a", piece(0, 9)), own, tag, whole)
    assert [[a.id for a in board.notes(i)] for i in range(2)] == [["whole"], ["tag"]]
    empty, _ = board_of(tag)
    assert [a.id for a in empty.notes(0)] == ["tag"]


def test_deciding_for_nothing_and_then_otherwise() -> None:
    board, written = board_of(reading("a", piece(0, 9)))
    board.take(board.cases[0], 1)
    decision = board.cases[0].decision
    assert decision
    assert decision.claim is None
    assert decision.how == "none"
    board.take(board.cases[0], 0)
    assert board.cases[0].decision
    assert board.cases[0].decision.claim
    board.none(board.cases[0])
    assert written[-1].changes[1].after is None or written[-1].changes[0].after is None
    with pytest.raises(AnnotatorError, match="2 readings"):
        board.take(board.cases[0], 2)


def test_an_own_decision_mixes_readings_and_keeps_its_reason() -> None:
    a = reading("a", piece(0, 9), piece(10, 14, "source"), stance="favor")
    b = reading("b", piece(0, 12), piece(10, 19, "source"), stance="favor")
    board, _ = board_of(a, b)
    with pytest.raises(AnnotatorError, match="no decision yet"):
        board.explain(board.cases[0], "too early")
    board.own(board.cases[0], with_role_of(board.draft(board.cases[0]), "source", b))
    board.explain(board.cases[0], "titles belong to it")
    draft = board.draft(board.cases[0]).with_attribute("stance", "neutral")
    board.own(board.cases[0], draft)
    decision = board.cases[0].decision
    assert decision
    assert decision.claim
    assert set(decision.claim.fragments) == {piece(0, 9), piece(10, 19, "source")}
    assert decision.claim.attributes == {"stance": "neutral"}
    assert (decision.how, decision.reason) == ("own", "titles belong to it")


def test_gold_is_nested_as_the_readings_taken_are() -> None:
    outer, inner = reading("a", piece(0, 50)), reading("a", piece(10, 20))
    inner = replace(inner, parent=outer.id)
    board, _ = board_of(outer, inner, readers="ab")
    board.take(board.cases[1], 0)
    assert board.cases[1].decision
    assert board.cases[1].decision.claim
    assert board.cases[1].decision.claim.parent is None
    board.take(board.cases[0], 0)
    first, second = (case.decision for case in board.cases)
    assert first
    assert first.claim
    assert second
    assert second.claim
    assert second.claim.parent == first.claim.id


def test_identical_readings_are_one_batch_that_one_undo_takes_back(
    store: Store,
) -> None:
    uid = next(u for u in store.uids() if open_board(store, u).progress.identical)
    board = open_board(store, uid)
    count = board.progress.identical
    assert board.accept(EVERYBODY).decided.total() == count > 0
    assert board.progress.decided == count
    assert len(gold_of(store, uid)) == count
    assert store.undo("gold")
    assert gold_of(store, uid) == []
    assert open_board(store, uid).progress.decided == 0
    assert store.redo("gold")
    assert open_board(store, uid).progress.decided == count


def decide_all(store: Store, uid: str) -> Adjudication:
    board = open_board(store, uid)
    for place in range(len(board.cases)):
        board.take(board.cases[place], 0)
    return board


def change(store: Store, before: Annotation, after: Annotation | None) -> None:
    store.apply(Batch(new_id(), before.annotator, now(), "edit", "test", (Change(before, after),)))


def disputed(board: Adjudication) -> tuple[int, Case]:
    """A case of several readings without nested ones, so that a change touches it alone."""
    parents = {r.parent for case in board.cases for r in case.readings.values()}
    for place, case in enumerate(board.cases):
        ids = {r.id for r in case.readings.values()}
        if len(case.readings) == 3 and not ids & parents and case.layer == "claim":
            return place, case
    raise AssertionError("the readings have no such case")


def test_a_later_change_reopens_exactly_what_it_touches(store: Store) -> None:
    uid = store.uids()[0]
    board = decide_all(store, uid)
    assert set(states(board)) == {"decided"}
    place, case = disputed(board)
    touched = case.readings["a"]
    change(store, touched, touched.with_attribute("stance", "unclear"))
    again = open_board(store, uid)
    assert [i for i, s in enumerate(states(again)) if s != "decided"] == [place]
    assert again.cases[place].state == "reopened"
    assert again.next_open(-1) == place
    # Taken back, the decision stands again; notes and flags touch nothing.
    assert store.undo("a")
    assert set(states(open_board(store, uid))) == {"decided"}
    change(store, touched, replace(touched, note="a second look", flagged=True))
    assert set(states(open_board(store, uid))) == {"decided"}


def test_a_deleted_reading_and_a_new_one_reopen_their_case(store: Store) -> None:
    uid = store.uids()[0]
    board = decide_all(store, uid)
    place, case = disputed(board)
    change(store, case.readings["b"], None)
    assert [i for i, s in enumerate(states(open_board(store, uid))) if s != "decided"] == [place]
    assert store.undo("b")
    lonely = next(c for c in board.cases if list(c.readings) == ["c"] and c.layer == "claim")
    change(store, lonely.readings["c"], None)
    left = open_board(store, uid)
    (case,) = (c for c in left.cases if c.state != "decided")
    assert case.readings == {}
    assert case.state == "reopened"
    left.none(case)
    assert set(states(left)) == {"decided"}


def test_the_report_counts_what_was_decided(store: Store) -> None:
    before = build(corpus_of(store), QUICK).disagreements
    assert before.open == len(before.rows)
    uid = store.uids()[0]
    decide_all(store, uid)
    corpus = corpus_of(store)
    assert corpus.annotators == ("a", "b", "c")
    after = build(corpus, QUICK).disagreements
    assert [r.pairs for r in after.rows if not r.decided] == sorted(
        (r.pairs for r in before.rows if r.article != uid), reverse=True
    )
    assert after.open == sum(row.article != uid for row in before.rows)
    cases = len(open_board(store, uid).cases)
    claims_and_tags = {name: (right, of) for name, right, of in against_gold(corpus)}
    assert {of for _, of in claims_and_tags.values()} == {cases}
    assert all(0 < right <= of for right, of in claims_and_tags.values())
    # Named, the gold is compared like an annotator.
    assert corpus_of(store, "a", "gold").annotators == ("a", "gold")


def test_the_journal_still_proves_the_state(store: Store) -> None:
    decide_all(store, store.uids()[0])
    store.undo("gold")
    assert [f.problems for f in store.findings() if f.problems] == []


def test_a_decision_belongs_to_one_of_the_cases_that_its_readings_fell_into() -> None:
    a = reading("a", piece(0, 9), id_="first", stance="favor")
    b = reading("b", piece(0, 9), id_="second", stance="against")
    board, written = board_of(a, b)
    board.take(board.cases[0], 0)
    gold = [c.after for c in written[0].changes if c.after]
    moved = replace(b, fragments=(piece(40, 49),))
    for found in ([a, moved], [moved, a]):
        here, there = cases_of(found, ["a", "b"], gold)
        assert (set(here.readings), here.state) == ({"a"}, "reopened")
        assert (set(there.readings), there.state, there.decision) == ({"b"}, "open", None)


def test_each_of_two_decisions_stays_with_a_case_of_its_own() -> None:
    """Two cases were decided; then their readings met, and one reading moved away."""
    a = reading("a", piece(0, 9), id_="a1")
    b = reading("b", piece(20, 29), id_="b1")
    board, written = board_of(a, b)
    for case in board.cases:
        board.take(case, 0)
    gold = [c.after for batch in written for c in batch.changes if c.after]
    met = cases_of([a, replace(b, fragments=(piece(5, 14),))], ["a", "b"], gold)
    assert [set(c.readings) for c in met] == [{"a", "b"}, set()]
    assert [c.state for c in met] == ["reopened", "reopened"]
    assert len({c.decision.verdict.id for c in met if c.decision}) == 2
