"""Suggestions that wait in a session: which are offered, in which order, and what deciding does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.model import Annotation, Batch, Change, Fragment
from annotator.domain.suggestion import StoredSuggestion
from annotator.session.review import NONE, Decision, Order, SuggestionReview
from tests.session.build import TEXT, Bench


def at(role: str, words: str, span: int = 0) -> Fragment:
    start = TEXT.index(words)
    return Fragment(role, start, start + len(words), span)


def suggested(
    id_: str, *fragments: Fragment, sure: float = 0.5, parent: str | None = None, **attributes: str
) -> StoredSuggestion:
    return StoredSuggestion(id_, "uid", "e1", sure, fragments, attributes, parent)


WROTE = suggested(
    "wrote", at("content", "“We never wrote that,”"), at("cue", "said"),
    at("source", "a spokesperson"), sure=0.9, source_type="unnamed_person",
)  # fmt: skip
PROTEST = suggested("protest", at("content", "Farmers protested on Monday"), sure=0.2)
WERE = suggested(
    "were", at("content", "Those networks"), at("content", "were positioning themselves"),
    at("source", "he said"), sure=0.6,
)  # fmt: skip
LATE = suggested("late", at("content", "“It is late."), at("source", "Ana Ruiz"), sure=0.4)
ALL = (LATE, WERE, PROTEST, WROTE)


def board(
    *found: StoredSuggestion, least: float = 0.0, order: Order = "reading",
    annotations: tuple[Annotation, ...] = (),
) -> tuple[Bench, SuggestionReview]:  # fmt: skip
    bench = Bench(annotations=annotations)
    return bench, SuggestionReview(bench.session, found or ALL, least=least, order=order)


def waiting(held: SuggestionReview) -> list[str]:
    return [p.suggestion.id for p in held.pending()]


def offered(held: SuggestionReview) -> str:
    found = held.offered()
    return found.suggestion.id if found else ""


def claim(*fragments: Fragment, id_: str = "mine", **attributes: str) -> Annotation:
    return Annotation(id_, "claim", "uid", "ann", fragments, attributes)


def test_they_wait_in_reading_order_and_the_least_sure_can_be_hidden() -> None:
    _, held = board()
    assert waiting(held) == ["wrote", "protest", "were", "late"]
    seen = []
    for _ in range(5):
        shown, of = held.hide_more()
        assert (shown, of) == (len(held.pending()), 4)
        seen.append((held.least, waiting(held)))
    assert seen == [
        (0.3, ["wrote", "were", "late"]),
        (0.5, ["wrote", "were"]),
        (0.8, ["wrote"]),
        (NONE, []),
        (0.0, ["wrote", "protest", "were", "late"]),
    ]
    _, held = board(least=0.6)
    assert waiting(held) == ["wrote", "were"]  # .6 is sure enough


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("reading", ["wrote", "protest", "were", "late", "wrote"]),
        ("surest", ["wrote", "were", "late", "protest", "wrote"]),
        ("least sure", ["protest", "late", "were", "wrote", "protest"]),
    ],
)
def test_next_goes_in_the_order_chosen_and_round(order: Order, expected: list[str]) -> None:
    bench, held = board(order=order)
    seen = []
    for _ in expected:
        found = held.next()
        assert found is not None
        seen.append(found.suggestion.id)
        assert offered(held) == seen[-1]
        assert bench.session.active is None
        content = found.suggestion.ranges("content")[0][0]
        assert bench.session.cursor == bench.session.page.token_at(content)
    assert seen == expected


def test_of_equal_confidence_the_first_and_the_longest_come_first() -> None:
    first = suggested("short", at("content", "Farmers"))
    longer = suggested("long", at("content", "Farmers protested"))
    other = suggested("other", at("content", "Nobody answered"))
    _, held = board(other, first, longer, order="surest")
    found = [held.next() for _ in range(3)]
    assert [p.suggestion.id for p in found if p] == ["long", "short", "other"]
    assert waiting(held) == ["long", "short", "other"]


def test_the_orders_take_turns() -> None:
    _, held = board()
    assert [held.turn() for _ in range(3)] == ["surest", "least sure", "reading"]
    assert held.order == "reading"


def test_next_begins_at_the_sentence_of_the_cursor() -> None:
    bench, held = board()
    bench.at("Nobody answered")
    found = held.next()
    assert found is not None
    assert found.suggestion.id == "wrote"
    bench.at("protested on")
    assert offered(held) == "protest"
    found = held.next()
    assert found is not None
    assert found.suggestion.id == "were"
    empty, nothing = board(suggested("x", at("cue", "said")))
    assert (waiting(nothing), nothing.next(), nothing.offered()) == ([], None, None)
    assert empty.session.cursor == 0


def test_what_is_offered_is_under_the_cursor_or_the_first_of_the_sentence() -> None:
    outer = suggested("outer", at("content", "“We never wrote that,” a spokesperson said."))
    bench, held = board(outer, WROTE)
    bench.at("“We")
    assert offered(held) == "outer"  # the first word of the sentence
    bench.at("never")
    assert offered(held) == "wrote"  # the smallest that has the word
    bench.at(". Farmers")
    assert offered(held) == "outer"
    bench, held = board(suggested("one", at("content", "never wrote")), PROTEST)
    bench.at("spokesperson")
    assert offered(held) == "one"  # nothing here: the first of the sentence
    bench.at("Monday")
    assert offered(held) == "protest"
    bench.at("Minister")
    assert (held.in_sentence(), offered(held)) == ([], "")


def test_a_claim_at_work_or_under_the_cursor_is_offered_nothing() -> None:
    mine = claim(at("content", "a spokesperson said"))
    bench, held = board(WROTE, annotations=(mine,))
    bench.at("spokesperson")
    assert offered(held) == "wrote"  # its source has the word
    bench.session.activate("mine")
    assert offered(held) == ""
    bench.session.activate(None)
    only = suggested("only", at("content", "never wrote"))
    bench, held = board(only, annotations=(mine,))
    bench.at("spokesperson")
    assert offered(held) == ""
    bench.at("that,")
    assert offered(held) == "only"


def test_within_a_range_counts_every_piece() -> None:
    _, held = board()
    gap = at("source", "he said")
    assert [p.suggestion.id for p in held.within(gap.start, gap.end)] == ["were"]
    between = TEXT.index(", were")
    assert held.within(between, between + 1) == []
    piece = at("content", "were positioning themselves")
    assert held.within(piece.end, piece.end + 1) == []
    assert held.within(piece.start - 1, piece.start) == []
    assert [p.suggestion.id for p in held.within(piece.end - 1, piece.end)] == ["were"]


def test_accepting_makes_a_claim_and_a_verdict_in_one_action() -> None:
    bench, held = board()
    (pending, *_) = held.pending()
    (made,) = held.decide("accepted", pending)
    (batch,) = bench.written
    assert batch.label == bench.session.said.text == "suggestion accepted"
    both = [c.after for c in batch.changes if c.after and c.before is None]
    assert [a.layer for a in both] == ["claim", "verdict"]
    new, verdict = both
    assert made == new
    assert (new.fragments, new.attributes) == (WROTE.fragments, {"source_type": "unnamed_person"})
    assert (new.provenance, new.annotator, new.article) == ("suggested", "ann", "uid")
    assert verdict.fragments == WROTE.fragments
    assert verdict.attributes == {
        "verdict": "accepted", "suggestion": WROTE.key, "engine": "e1", "confidence": "0.900",
        "claim": new.id,
    }  # fmt: skip
    assert bench.session.active == new
    assert bench.session.last_labels == {"source_type": "unnamed_person"}
    assert waiting(held) == ["protest", "were", "late"]


def test_rejecting_makes_a_verdict_alone() -> None:
    bench, held = board()
    first, second, *_ = held.pending()
    assert held.decide("rejected", first, second) == []
    (batch,) = bench.written
    assert batch.label == "2 suggestions rejected"
    verdicts = [c.after for c in batch.changes if c.after]
    assert [v.attributes["verdict"] for v in verdicts] == ["rejected", "rejected"]
    assert all("claim" not in v.attributes for v in verdicts)
    assert waiting(held) == ["were", "late"]
    assert bench.session.active is None
    assert held.left_out == 0


def test_nested_suggestions_that_are_accepted_together_are_nested_claims() -> None:
    outer = suggested("outer", at("content", "“We never wrote that,” a spokesperson said"))
    inner = replace(WROTE, parent="outer")
    bench, held = board(outer, inner)
    made = held.decide("accepted", *held.pending())
    assert [a.parent for a in made] == [None, made[0].id]
    assert bench.written[0].label == "2 suggestions accepted"
    assert bench.session.active is None
    bench, held = board(outer, inner)
    (alone,) = held.decide("accepted", held.pending()[1])
    assert alone.parent is None
    # The claim of the one around it does not take away the one inside.
    bench, held = board(outer, inner)
    held.decide("accepted", held.pending()[0])
    assert waiting(held) == ["wrote"]


def test_a_claim_that_says_the_same_takes_a_suggestion_away() -> None:
    moved = (at("content", "We never wrote that"), at("source", "spokesperson"))
    bench, held = board(annotations=(claim(*moved),))
    assert waiting(held) == ["protest", "were", "late"]
    bench.session.activate("mine")
    assert bench.session.delete()
    assert waiting(held) == ["wrote", "protest", "were", "late"]
    bench.session.select(*Fragment("", TEXT.index("“It"), TEXT.index("“It") + 12)[1:3])
    bench.role("content", new=True)
    assert waiting(held) == ["wrote", "protest", "were"]


def test_what_was_decided_stays_so_when_another_engine_moves_it() -> None:
    bench, held = board()
    held.decide("rejected", held.pending()[0])
    verdicts = tuple(bench.session.index.by_id.values())
    moved = replace(
        WROTE, id="new", engine="e2",
        fragments=(at("content", "We never wrote that"), *WROTE.fragments[1:]),
    )  # fmt: skip
    _, again = board(moved, LATE, annotations=verdicts)
    assert (waiting(again), again.left_out) == (["late"], 1)
    # Where just the one that was decided is still there, its rival waits.
    _, both = board(moved, WROTE, annotations=verdicts)
    assert (waiting(both), both.left_out) == (["new"], 0)
    # One that says who said it where the decided one did not is a new proposal, and resembles it.
    less = replace(WROTE, id="less", fragments=WROTE.fragments[:2])
    _, fresh = board(less, annotations=verdicts)
    (pending,) = fresh.pending()
    assert (pending.suggestion.id, pending.again) == ("less", True)
    _, other = board(LATE, annotations=verdicts)
    assert [p.again for p in other.pending()] == [False]


def test_taking_a_decision_back_lets_it_wait_again() -> None:
    bench, held = board()
    held.decide("accepted", held.pending()[0])
    (batch,) = bench.written
    back = Batch(
        "u", "ann", "", "undo", "", tuple(Change(c.after, c.before) for c in batch.changes)
    )
    assert waiting(held) == ["protest", "were", "late"]
    bench.session.apply_external(back)
    assert waiting(held) == ["wrote", "protest", "were", "late"]


def test_only_what_may_have_changed_is_drawn_anew() -> None:
    _, held = board()
    assert [(s.id, waits) for s, waits in held.touched()] == [
        ("wrote", True), ("protest", True), ("were", True), ("late", True),
    ]  # fmt: skip
    assert held.touched() == []
    held.decide("rejected", held.pending()[2])
    assert [(s.id, waits) for s, waits in held.touched()] == [("were", False)]
    held.touch()
    assert sorted((s.id, waits) for s, waits in held.touched()) == [
        ("late", True), ("protest", True), ("were", False), ("wrote", True),
    ]  # fmt: skip


actions = st.lists(
    st.tuples(
        st.sampled_from(["accepted", "rejected", "claim", "delete", "mark", "undo"]),
        st.integers(0, 5),
    ),
    max_size=8,
)
RIVALS = (
    *ALL,
    replace(
        WROTE, id="rival", fragments=(at("content", "never wrote that,” a"), at("cue", "said"))
    ),
    suggested("inner", at("content", "never wrote"), parent="wrote"),
)


@settings(max_examples=60)
@given(actions)
def test_what_waits_is_what_a_fresh_look_would_find(todo: list[tuple[str, int]]) -> None:
    bench, held = board(*RIVALS)
    held.touched()
    states: dict[str, bool] = dict.fromkeys((s.id for s in RIVALS), True)
    for what, which in todo:
        pending = held.pending()
        if what in ("accepted", "rejected"):
            decision: Decision = "accepted" if what == "accepted" else "rejected"
            if pending:
                held.decide(decision, pending[which % len(pending)])
        elif what == "claim":
            content = RIVALS[which].ranges("content")[0]
            bench.session.select(*content)
            bench.role("content", new=True)
        elif what == "mark":
            bench.session.add_mark()
        elif what == "delete":
            claims = [a.id for a in bench.session.index.by_id.values() if a.layer == "claim"]
            if claims:
                bench.session.activate(claims[which % len(claims)])
                bench.session.delete()
        elif bench.written:
            last = bench.written.pop()
            changes = tuple(Change(c.after, c.before) for c in reversed(last.changes))
            bench.session.apply_external(replace(last, changes=changes))
        states |= {s.id: waits for s, waits in held.touched()}
        fresh = SuggestionReview(bench.session, RIVALS)
        assert held.pending() == fresh.pending()
        assert {id_ for id_, waits in states.items() if waits} == set(waiting(fresh))


def test_next_begins_with_the_first_that_starts_in_the_sentence_or_after() -> None:
    crossing = suggested("crossing", at("content", "said. Farmers"))
    bench, held = board(crossing, WROTE, LATE)
    bench.at("Those")
    found = held.next()
    assert found is not None
    assert found.suggestion.id == "late"


def test_a_claim_made_of_the_suggestion_around_is_not_the_one_inside() -> None:
    """The outer one is mostly the same words: only what it was accepted from tells them apart."""
    outer = suggested("outer", at("content", "“We never wrote that,”"))
    inner = suggested("inner", at("content", "We never wrote that"), parent="outer")
    deep = suggested("deep", at("content", "never wrote that"), parent="inner")
    bench, held = board(outer, inner, deep)
    held.decide("accepted", held.pending()[0])
    assert waiting(held) == ["inner", "deep"]
    verdicts = tuple(bench.session.index.by_id.values())
    _, again = board(outer, inner, deep, annotations=verdicts)
    assert waiting(again) == ["inner", "deep"]
    # A claim that a person made there is what they propose.
    _, other = board(inner, deep, annotations=(claim(at("content", "“We never wrote that,”")),))
    assert waiting(other) == []
