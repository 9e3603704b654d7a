"""What a decision records, word for word, and what follows from it for the cases."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.errors import AnnotatorError
from annotator.domain.model import SPAN_ROLE, Annotation, Batch, Fragment
from annotator.session.adjudication import Adjudication, with_role_of
from annotator.session.adjudication_cases import Case, cases_of, decisions, digest, progress_of
from annotator.session.majority import EVERYBODY, Left
from tests.session.build import SCHEME


def piece(start: int, end: int, role: str = "content", span: int = 0) -> Fragment:
    return Fragment(role, start, end, span)


def reading(id_: str, who: str, *pieces: Fragment, **attributes: str) -> Annotation:
    return Annotation(id_, "claim", "uid", who, pieces, attributes, scheme="old")


class Board:
    """An adjudication whose writes are kept, with a clock that counts."""

    def __init__(
        self, *readings: Annotation, readers: str = "ab", gold: tuple[Annotation, ...] = ()
    ) -> None:
        self.written: list[Batch] = []
        ticks = count(1)
        self.board = Adjudication(
            "uid", readings, tuple(readers), gold, "gold", SCHEME, self.written.append,
            lambda: f"t{next(ticks)}",
        )  # fmt: skip

    @property
    def cases(self) -> tuple[Case, ...]:
        return self.board.cases

    def last(self) -> dict[str, Annotation]:
        """The last batch's new claim and verdict, by layer."""
        return {c.after.layer: c.after for c in self.written[-1].changes if c.after}


A = reading("ra", "a", piece(0, 9), piece(10, 14, "source"), stance="favor")
B = reading("rb", "b", piece(0, 12), stance="against")


def test_a_decision_records_what_it_rests_on_and_what_it_is_made_from() -> None:
    b = Board(A, B)
    b.board.take(b.cases[0], 1, "the longer one")
    (batch,) = b.written
    assert (batch.kind, batch.annotator, batch.label) == ("adjudicate", "gold", "reading taken")
    claim, verdict = b.last()["claim"], b.last()["verdict"]
    assert claim == replace(
        B, id=claim.id, annotator="gold", provenance="adjudicated", scheme=SCHEME.version,
        created_at="t1", updated_at="t1",
    )  # fmt: skip
    assert verdict == Annotation(
        verdict.id, "verdict", "uid", "gold", (piece(0, 14, SPAN_ROLE),),
        {
            "adjudication": "take",
            "based_on": f"ra:{digest(A)} rb:{digest(B)}",
            "from": "rb",
            "claim": claim.id,
        },
        provenance="adjudicated", scheme=SCHEME.version, note="the longer one", created_at="t1",
        updated_at="t1",
    )  # fmt: skip
    (decision,) = decisions([claim, verdict])
    assert (decision.how, decision.reason, decision.taken_from) == (
        "take",
        "the longer one",
        ("rb",),
    )
    assert decision.based_on == {"ra": digest(A), "rb": digest(B)}
    assert decision.claim == claim
    assert b.cases[0].decision == decision


def test_deciding_again_keeps_ids_first_times_and_the_note_of_the_gold_claim() -> None:
    b = Board(A, B)
    b.board.take(b.cases[0], 0, "first")
    claim, verdict = b.last()["claim"], b.last()["verdict"]
    noted = replace(claim, note="kept", flagged=True)
    b = Board(A, B, gold=(noted, verdict))
    b.board.take(b.cases[0], 1, "second")
    again, after = b.last()["claim"], b.last()["verdict"]
    assert (again.id, again.created_at, again.note) == (claim.id, "t1", "kept")
    assert (again.flagged, again.attributes) == (False, {"stance": "against"})
    assert (after.id, after.created_at, after.note) == (verdict.id, "t1", "second")
    b.board.none(b.cases[0])
    (gone, changed) = sorted(b.written[-1].changes, key=lambda c: c.after is not None)
    assert (gone.before, gone.after) == (again, None)
    assert changed.after is not None
    assert changed.after.attributes == {
        "adjudication": "none", "based_on": after.attributes["based_on"],
    }  # fmt: skip
    assert (changed.after.note, b.written[-1].label) == ("", "nothing here")
    # And back: a new gold claim, as the other is gone.
    b.board.take(b.cases[0], 0)
    assert b.last()["claim"].id != claim.id


def test_what_says_the_same_twice_is_not_written_twice() -> None:
    b = Board(A, B)
    b.board.none(b.cases[0], "x")
    b.board.explain(b.cases[0], "because")
    assert b.written[-1].label == "reason"
    assert [c.after and c.after.note for c in b.written[-1].changes] == ["because"]
    with pytest.raises(AnnotatorError) as caught:
        Board(A).board.explain(Board(A).cases[0], "early")
    assert caught.value.message == "there is no decision yet to give a reason for"
    assert caught.value.hint == "decide first"
    for place in (-1, 3):
        with pytest.raises(AnnotatorError, match="there are 2 readings here, not"):
            b.board.take(b.cases[0], place)


def test_an_own_decision_is_made_from_the_first_reading_or_from_what_was_taken() -> None:
    b = Board(A, B)
    draft = b.board.draft(b.cases[0])
    assert draft == A
    b.board.own(b.cases[0], with_role_of(draft, "source", None), "no title")
    verdict = b.last()["verdict"]
    assert (verdict.attributes["adjudication"], verdict.attributes["from"]) == ("own", "ra")
    assert b.written[-1].label == "own decision"
    assert b.last()["claim"].fragments == (piece(0, 9),)
    b.board.take(b.cases[0], 1, "taken")
    b.board.own(b.cases[0], b.board.draft(b.cases[0]).with_attribute("stance", "neutral"))
    verdict = b.last()["verdict"]
    assert (verdict.attributes["from"], verdict.note) == ("rb", "taken")
    b.board.own(b.cases[0], b.board.draft(b.cases[0]), "new words")
    assert b.last()["verdict"].note == "new words"


def test_a_case_without_readings_can_only_be_decided_for_nothing() -> None:
    b = Board(A)
    b.board.take(b.cases[0], 0)
    gold = tuple(b.last().values())
    left = Board(readers="ab", gold=gold)
    (case,) = left.cases
    assert (case.readings, case.state, case.range) == ({}, "reopened", (0, 14))
    with pytest.raises(AnnotatorError) as caught:
        left.board.merge(case)
    assert caught.value.message == "all readings of this case were deleted"
    assert caught.value.hint == "decide for nothing: x"
    assert left.board.draft(case).id == b.last()["claim"].id  # its own gold is there to start from
    assert left.board.accept() == (Counter(), ((0, Left("changed")),), 0)
    left.board.none(case)
    assert left.cases[0].state == "decided"
    with pytest.raises(AnnotatorError):
        left.board.draft(left.cases[0])


def test_the_draft_of_a_case_that_most_left_out_is_a_reading_still() -> None:
    b = Board(A, readers="abc")
    assert [v.annotators for v in b.cases[0].variants] == [("a",), ("b", "c")]
    assert b.board.draft(b.cases[0]) == A
    b.board.take(b.cases[0], 1)
    assert b.last()["verdict"].attributes["adjudication"] == "none"
    assert b.board.draft(b.cases[0]) == A


def test_a_majority_says_what_it_did_with_each_case_and_records_it() -> None:
    def spread(at: int, who: str, **labels: str) -> Annotation:
        return reading(f"{who}{at}", who, piece(at, at + 9), **labels)

    same = [spread(0, who, stance="favor") for who in "abc"]
    most = [spread(100, "a", stance="favor"), spread(100, "b", stance="favor"),
            spread(100, "c", stance="against")]  # fmt: skip
    tied = [spread(200, who, stance=label) for who, label in zip("abc", "xyz", strict=True)]
    rare = [spread(300, "c")]
    before = [spread(400, who) for who in "abc"]
    changed = [spread(500, who) for who in "abc"]
    b = Board(*before, *changed, readers="abc")
    for case in b.cases:
        b.board.take(case, 0)
    gold = tuple(c.after for batch in b.written for c in batch.changes if c.after)
    changed[0] = changed[0].with_attribute("stance", "favor")
    b = Board(*same, *most, *tied, *rare, *before, *changed, readers="abc", gold=gold)
    told = b.board.accept()
    assert told.decided == {"identical": 1, "take": 1, "none": 1}
    assert told.left == ((2, Left("label", "stance")), (5, Left("changed")))
    assert (told.before, told.cases) == (1, 6)
    (batch,) = b.written
    assert batch.label == "3 cases decided by majority"
    made = [c.after for c in batch.changes if c.after and c.after.layer == "verdict"]
    assert [(v.attributes["adjudication"], v.attributes.get("from"), v.note) for v in made] == [
        ("identical", "a0 b0 c0", ""), ("take", "a100 b100", ""), ("none", None, ""),
    ]  # fmt: skip
    assert [c.state for c in b.cases] == [
        "decided",
        "decided",
        "open",
        "decided",
        "decided",
        "reopened",
    ]


def test_identical_readings_are_accepted_and_nothing_else_is() -> None:
    b = Board(A, B, *(reading(f"{w}1", w, piece(50, 60)) for w in "ab"))
    assert b.board.accept(EVERYBODY) == (
        Counter({"identical": 1}), ((0, Left("not alike")),), 0,
    )  # fmt: skip
    assert b.written[0].label == "1 case decided alike"
    verdict = b.last()["verdict"]
    assert (verdict.attributes["adjudication"], verdict.attributes["from"]) == (
        "identical",
        "a1 b1",
    )
    assert b.board.accept(EVERYBODY).decided == Counter()
    assert len(b.written) == 1
    assert [c.state for c in b.cases] == ["open", "decided"]


def test_open_cases_are_gone_to_in_turn_and_identical_ones_last() -> None:
    same = [reading(f"{w}0", w, piece(0, 9)) for w in "ab"]
    b = Board(*same, *(reading(f"a{at}", "a", piece(at, at + 9)) for at in (100, 200, 300)))
    assert [b.board.next_open(i) for i in range(-1, 4)] == [1, 1, 2, 3, 1]
    assert [b.board.next_open(i, -1) for i in range(4)] == [3, 3, 1, 2]
    for place in (1, 2, 3):
        b.board.take(b.cases[place], 0)
    assert b.board.next_open(2) == 0
    b.board.accept(EVERYBODY)
    assert b.board.next_open(0) is None
    assert Board().board.next_open(0) is None
    assert progress_of(b.cases) == b.board.progress


def test_progress_counts_what_is_decided_reopened_and_identical() -> None:
    same = [reading(f"{w}0", w, piece(0, 9)) for w in "ab"]
    b = Board(*same, A.with_attribute("x", "y"), reading("r", "a", piece(60, 70)))
    progress = b.board.progress
    b = Board(*same, reading("r", "a", piece(60, 70)), reading("s", "a", piece(80, 90)))
    progress = b.board.progress
    assert (progress.cases, progress.decided, progress.reopened) == (3, 0, 0)
    assert (progress.identical, progress.open) == (1, 3)
    b.board.take(b.cases[1], 0)
    b.board.take(b.cases[2], 0)
    gold = tuple(c.after for batch in b.written for c in batch.changes if c.after)
    b = Board(*same, reading("r", "a", piece(60, 71)), reading("s", "a", piece(80, 90)), gold=gold)
    progress = b.board.progress
    assert (progress.cases, progress.decided, progress.reopened, progress.open) == (3, 1, 1, 2)


def test_variants_are_alike_in_words_labels_and_what_they_are_nested_in() -> None:
    outer = [reading(f"o{w}", w, piece(0, 50)) for w in "abc"]
    inner = [reading(f"i{w}", w, piece(10, 20)) for w in "abc"]
    inner[0] = replace(inner[0], parent="oa")
    inner[1] = replace(inner[1], parent="ob")
    b = Board(*outer, *inner, readers="abcd")
    assert [[v.annotators for v in case.variants] for case in b.cases] == [
        [("a", "b", "c"), ("d",)], [("a", "b"), ("c",), ("d",)],
    ]  # fmt: skip
    assert [dict(case.links) for case in b.cases] == [{}, {"a": 0, "b": 0}]
    assert b.cases[0].variants[1].reading is None
    assert not b.cases[0].identical
    apart = replace(inner[0], parent="elsewhere")
    assert [dict(c.links) for c in cases_of([*outer, apart], "abc")] == [{}, {}]


def test_gold_is_nested_where_the_reading_taken_is() -> None:
    outer = [reading(f"o{w}", w, piece(0, 50)) for w in "ab"]
    inner = [replace(reading("ia", "a", piece(10, 20)), parent="oa"),
             replace(reading("ib", "b", piece(10, 22)), parent="ob")]  # fmt: skip
    alone = reading("x", "a", piece(80, 90))
    b = Board(*outer, *inner, alone)
    for place in (2, 1, 0):
        b.board.take(b.cases[place], 0)
    claims = [c.decision.claim for c in b.cases if c.decision]
    assert [c.parent if c else "" for c in claims] == [
        None,
        claims[0].id if claims[0] else "",
        None,
    ]
    # When there is to be nothing around it, it stands alone again, in the same action.
    b.board.none(b.cases[0])
    assert [c.decision.claim.parent for c in b.cases[1:] if c.decision and c.decision.claim] == [
        None, None,
    ]  # fmt: skip
    assert len(b.written[-1].changes) == 3


def test_notes_are_beside_the_nearest_case_of_each() -> None:
    def noted(
        id_: str, start: int, end: int, note: str = "?", *, flagged: bool = False
    ) -> Annotation:
        span = (piece(start, end, SPAN_ROLE),)
        return Annotation(id_, "sentence", "uid", "a", span, {}, note=note, flagged=flagged)

    b = Board(
        reading("1", "a", piece(0, 10)), reading("2", "a", piece(100, 110)),
        noted("near first", 20, 30), noted("near second", 70, 80), noted("in second", 90, 120),
        noted("silent", 0, 5, ""), noted("flag", 0, 5, "", flagged=True),
        replace(reading("v", "a", piece(0, 5)), layer="verdict", note="x"),
    )  # fmt: skip
    assert [[a.id for a in b.board.notes(i)] for i in (0, 1, 2)] == [
        ["near first", "flag"], ["near second", "in second"], [],
    ]  # fmt: skip


pieces = st.lists(
    st.tuples(st.integers(0, 25), st.integers(1, 6), st.integers(0, 1)), min_size=1, max_size=3
)


@settings(max_examples=60)
@given(st.lists(pieces, min_size=2, max_size=3))
def test_a_merge_holds_the_characters_of_all_and_no_two_pieces_overlap(
    found: list[list[tuple[int, int, int]]],
) -> None:
    readings = [
        reading(
            f"r{i}", "abc"[i], piece(0, 30), *(piece(s, s + n, "source", k) for s, n, k in mine)
        )
        for i, mine in enumerate(found)
    ]
    b = Board(*readings, readers="abc"[: len(found)])
    (case,) = b.cases
    outcome = b.board.merge(case)
    assert outcome.done
    assert b.last()["verdict"].attributes["from"].split() == [
        v.reading.id for v in case.variants if v.reading
    ]
    merged = b.last()["claim"].role("source")

    def characters(fragments: tuple[Fragment, ...]) -> list[int]:
        return [i for f in fragments for i in range(f.start, f.end)]

    every = {i for r in readings for i in characters(r.role("source"))}
    assert sorted(characters(merged)) == sorted(every)
    numbers = sorted({f.span for f in merged})
    assert numbers == list(range(len(numbers)))


def test_a_merged_piece_belongs_to_the_span_of_the_first_reading_that_has_it() -> None:
    first = reading("1", "a", piece(0, 40), piece(0, 5, "source", 0), piece(10, 15, "source", 1))
    other = reading("2", "b", piece(0, 40), piece(3, 12, "source", 0), piece(20, 25, "source", 0))
    b = Board(first, other)
    b.board.merge(b.cases[0])
    assert b.last()["claim"].role("source") == (
        piece(0, 15, "source", 0), piece(20, 25, "source", 1),
    )  # fmt: skip
    apart = reading("2", "b", piece(0, 40), piece(5, 10, "source", 0))
    b = Board(first, apart)
    b.board.merge(b.cases[0])
    assert b.last()["claim"].role("source") == (
        piece(0, 5, "source", 0), piece(5, 10, "source", 1), piece(10, 15, "source", 2),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("votes", "value", "tied"),
    [
        ("xxy", "x", False), ("xyz", "x", True), ("xxyy", "x", True), ("yyxx", "y", True),
        ("x--", "", False), ("xx-", "x", False), ("x-", "x", True), ("xxxyy", "x", False),
    ],
)  # fmt: skip
def test_labels_are_those_of_most_readings_and_nothing_is_a_vote_too(
    votes: str, value: str, tied: bool
) -> None:
    readings = [
        reading(f"r{i}", "abcde"[i], piece(0, 9 + i), **({} if v == "-" else {"stance": v}))
        for i, v in enumerate(votes)
    ]
    b = Board(*readings, readers="abcde"[: len(votes)])
    outcome = b.board.merge(b.cases[0])
    assert outcome.ties == (("stance",) if tied else ())
    found = b.last()["claim"].attributes.get("stance", "")
    assert found == value or (tied and found in votes)


def test_a_merge_is_called_so_and_a_first_own_decision_has_no_reason() -> None:
    b = Board(A, B)
    b.board.merge(b.cases[0], "both are right")
    assert (b.written[-1].label, b.last()["verdict"].note) == ("readings merged", "both are right")
    b = Board(A, B)
    b.board.own(b.cases[0], A)
    assert b.last()["verdict"].note == ""
