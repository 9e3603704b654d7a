"""The scores, against counts worked out by hand."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.attribution.evaluation.evaluate import evaluate
from annotator.attribution.evaluation.scoring import match_claims
from annotator.attribution.result import AttributedText, Suggestion
from annotator.domain.model import Fragment

TEXT = "Ann said “a b c d” today. Bob noted that rain fell on Rome.\nThe end came soon after."


def claim(confidence: float = 1.0, /, parent: int | None = None, **roles: str) -> Suggestion:
    fragments = []
    for role, words in roles.items():
        for piece in words.split("|"):
            start = TEXT.index(piece)
            fragments.append(Fragment(role, start, start + len(piece)))
    return Suggestion(tuple(fragments), {}, confidence, parent)


GOLD = (
    claim(source="Ann", cue="said", content="“a b c d”"),
    claim(source="Bob", cue="noted", content="that rain fell on Rome"),
)


def report(predicted: tuple[Suggestion, ...], gold: tuple[Suggestion, ...] = GOLD) -> Any:
    document = AttributedText("one", TEXT, gold, "post")
    out = evaluate([document], lambda _: predicted, samples=0).report
    return cast("Any", json.loads(json.dumps(out)))


def test_perfect() -> None:
    scores = report(GOLD)
    for role in ("source", "cue", "content"):
        for kind in ("exact", "overlap", "token", "whole"):
            assert scores["roles"][role][kind]["f"] == 1.0
    assert scores["attribution"]["f"] == 1.0
    assert scores["ggt"]["0.3"] == {
        "p": 1.0,
        "r": 1.0,
        "f": 1.0,
        "n_pred": 2,
        "n_gold": 2,
        "speaker": 1.0,
        "verb": 1.0,
    }
    assert scores["outside_gold"] == {"claims": 0, "source": 0, "cue": 0, "content": 0}


def test_nothing_predicted() -> None:
    scores = report(())
    assert scores["roles"]["cue"]["overlap"] == {
        "p": 0.0,
        "r": 0.0,
        "f": 0.0,
        "n_pred": 0,
        "n_gold": 2,
    }


def test_boundaries_and_a_false_claim() -> None:
    scores = report(
        (
            claim(source="Ann", cue="said", content="“a b c d”"),
            claim(source="Bob", cue="noted", content="rain fell"),
            claim(source="The end", cue="came", content="soon after"),
        )
    )
    content = scores["roles"]["content"]
    assert content["exact"]["p"] == pytest.approx(1 / 3, abs=1e-4)
    assert content["exact"]["r"] == 0.5
    assert content["overlap"]["p"] == pytest.approx(2 / 3, abs=1e-4)
    assert content["overlap"]["r"] == 1.0
    # 6 tokens of the quotation and 2 of 5 words are found; 2 found tokens are outside gold.
    assert content["token"]["r"] == pytest.approx(8 / 11, abs=1e-4)
    assert content["token"]["p"] == pytest.approx(8 / 10, abs=1e-4)
    assert scores["attribution"]["p"] == pytest.approx(2 / 3, abs=1e-4)
    assert scores["attribution"]["r"] == 1.0
    assert scores["outside_gold"]["claims"] == 1
    # "rain fell" is 9 of the 22 characters of "that rain fell on Rome".
    assert scores["ggt"]["0.3"]["r"] == 1.0
    assert scores["ggt"]["0.8"]["r"] == 0.5


def test_forms() -> None:
    scores = report((claim(source="Ann", cue="said", content="“a b c d”"),))
    assert scores["by_form"]["direct"]["overlap"]["r"] == 1.0
    assert scores["by_form"]["indirect"]["overlap"]["r"] == 0.0
    assert scores["by_form"]["direct+mixed"]["overlap"]["n_gold"] == 1


def test_pieces_and_wholes() -> None:
    gold = (claim(source="Ann", cue="said", content="“a b c d”|that rain fell on Rome"),)
    half = (claim(source="Ann", cue="said", content="“a b c d”"),)
    scores = report(half, gold)
    assert scores["roles"]["content"]["exact"]["r"] == 0.5
    assert scores["roles"]["content"]["whole"]["r"] == 0.0
    across = (claim(source="Ann", cue="said", content="on Rome.\nThe end"),)
    assert report(across, across)["roles"]["content"]["exact"]["n_gold"] == 2


def test_nested_claims_are_left_out_when_gold_has_none() -> None:
    nested = (*GOLD, claim(0.9, 1, source="rain", cue="fell", content="on Rome"))
    scores = report(nested)
    assert scores["attribution"]["p"] == 1.0
    assert scores["n"]["nested_left_out"] == 1
    assert report(nested, nested)["n"]["nested_left_out"] == 0


def test_reliability() -> None:
    scores = report((claim(0.95, source="Ann", cue="said", content="“a b c d”"),))
    [only] = scores["reliability"]["bins"]
    assert (only["n"], only["confidence"], only["right"]) == (1, 0.95, 1.0)
    assert scores["reliability"]["expected_calibration_error"] == pytest.approx(0.05)


def test_confusion() -> None:
    right = Suggestion(GOLD[0].fragments, {"source_type": "named_person"})
    wrong = Suggestion(GOLD[0].fragments, {"source_type": "media"})
    assert report((wrong,), (right,))["confusion"] == {
        "source_type": {"named_person": {"media": 1}}
    }


def test_misses_say_where() -> None:
    found = evaluate([AttributedText("one", TEXT, GOLD)], lambda _: GOLD[:1], samples=0).misses
    assert {(m.role, m.kind, m.text) for m in found} == {
        ("source", "missed", "Bob"),
        ("cue", "missed", "noted"),
        ("content", "missed", "that rain fell on Rome"),
    }


def test_intervals_contain_the_score() -> None:
    documents = [AttributedText(str(k), TEXT, GOLD) for k in range(8)]

    def predict(document: AttributedText) -> tuple[Suggestion, ...]:
        return GOLD if int(document.name) % 2 else GOLD[:1]

    scores = cast("Any", evaluate(documents, predict, samples=200).report)["attribution"]
    low, high = scores["f_interval"]
    assert low < scores["f"] < high
    again = cast("Any", evaluate(documents, predict, samples=200).report)["attribution"]
    assert again == scores


SPANS = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 5), st.integers(0, 20), st.integers(0, 20)),
    max_size=6,
)


@settings(max_examples=150, deadline=None)
@given(SPANS, SPANS)
def test_matching_is_one_to_one_and_maximal(
    left: list[tuple[int, int, int, int]], right: list[tuple[int, int, int, int]]
) -> None:
    def build(rows: list[tuple[int, int, int, int]]) -> list[Suggestion]:
        return [
            Suggestion(
                (
                    Fragment("content", a, a + n),
                    Fragment("cue", b, b + 3),
                    Fragment("source", c, c + 3),
                )
            )
            for a, n, b, c in rows
        ]

    gold, predicted = build(left), build(right)
    pairs = match_claims(gold, predicted)
    assert len({i for i, _ in pairs}) == len(pairs) == len({j for _, j in pairs})

    def best(i: int, used: frozenset[int]) -> int:
        if i == len(gold):
            return 0
        most = best(i + 1, used)
        for j in range(len(predicted)):
            if j not in used and match_claims([gold[i]], [predicted[j]]):
                most = max(most, 1 + best(i + 1, used | {j}))
        return most

    assert len(pairs) == best(0, frozenset())
