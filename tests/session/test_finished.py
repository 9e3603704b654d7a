"""How far a reading is, and when what was adjudicated is finished."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annotator.domain.model import SPAN_ROLE, Annotation, Fragment, Layer, Sentence, SentenceKind
from annotator.session.adjudication_cases import digest
from annotator.session.finished import DONE, is_decided, state_of
from tests.session.build import SCHEME

KINDS = {"body"}


def sentences(*kinds: SentenceKind) -> list[Sentence]:
    return [Sentence(10 * i, 10 * i + 9, 0, kind) for i, kind in enumerate(kinds)]


def made(layer: Layer, *sentence: int, who: str = "a", **labels: str) -> Annotation:
    role = "content" if layer == "claim" else SPAN_ROLE
    fragments = tuple(Fragment(role, 10 * i + 2, 10 * i + 5) for i in sentence)
    return Annotation(f"{layer}{sentence}{who}", layer, "uid", who, fragments, labels)


def reviewed(*sentence: int, **labels: str) -> Annotation:
    return replace(made("sentence", *sentence, **labels), reviewed=True)


def state(*found: Annotation, imported: bool = False) -> str:
    text = sentences("body", "heading", "body", "body")
    return state_of(text, KINDS, found, [imported] * len(found))


def test_a_reading_is_finished_when_every_sentence_to_review_is_touched() -> None:
    assert state() == "unread"
    assert state(made("verdict", 0)) == "unread"
    assert state(made("claim", 0)) == "open"
    assert state(made("claim", 0, 2, 3)) == "finished"
    assert state(made("claim", 0), made("mark", 2), reviewed(3)) == "finished"
    assert state(made("claim", 0), made("mark", 2), made("sentence", 3)) == "open"
    assert state(reviewed(0), reviewed(2), reviewed(3)) == "finished"
    assert state(reviewed(1)) == "open"  # a heading is not to be reviewed
    assert state(made("claim", 0, 1, 2)) == "open"


def test_a_piece_that_ends_where_a_sentence_begins_does_not_touch_it() -> None:
    text = sentences("body", "body")
    for start, end, expected in ((2, 10, "open"), (2, 11, "finished"), (9, 20, "open"),
                                 (8, 20, "finished")):  # fmt: skip
        claim = replace(made("claim", 0), fragments=(Fragment("content", start, end),))
        assert state_of(text, KINDS, [claim], [False]) == expected


def test_what_came_from_a_file_that_knows_no_reviewing_is_imported() -> None:
    assert state(made("claim", 0), imported=True) == "imported"
    # Somebody reviews here: so it is being read.
    assert state(made("claim", 0), reviewed(2), imported=True) == "open"
    # A sentence that was labelled is reviewed with it: that alone tells of no reviewing.
    assert state(made("claim", 0), reviewed(2, kind="caption"), imported=True) == "imported"
    assert state(made("claim", 0), reviewed(2, kind="caption")) == "open"
    assert state(made("claim", 0, 2, 3), imported=True) == "finished"
    assert state_of(sentences("body"), KINDS, [made("mark")], [False]) == "open"
    assert {"finished", "imported"} == DONE


def decided(*found: Annotation, finished: str = "ab", judges: str = "g") -> bool:
    return is_decided("g", set(judges), found, set(finished), SCHEME)


def gold(*sentence: int, layer: Layer = "claim") -> Annotation:
    return replace(made(layer, *sentence, who="g"), provenance="adjudicated")


def verdict(*readings: Annotation) -> Annotation:
    based = " ".join(f"{r.id}:{digest(r)}" for r in readings)
    return replace(
        made("verdict", 0, who="g"),
        attributes={"adjudication": "none", "based_on": based},
        provenance="adjudicated",
    )


def test_adjudication_is_finished_when_no_case_is_open_and_a_reader_has_finished() -> None:
    a, b = made("claim", 0, who="a"), made("claim", 0, who="b")
    assert not decided(a, b)
    assert decided(a, b, verdict(a, b))
    assert not decided(a, b, verdict(a, b), finished="")
    assert not decided(a, b, verdict(a, b), finished="z")
    assert decided(a, b, verdict(a, b), finished="b")
    other = made("claim", 3, who="b")
    assert not decided(a, b, other, verdict(a, b))
    assert not decided(a, b.with_attribute("x", "y"), verdict(a, b))  # reopened


def test_without_readings_only_decisions_that_were_brought_in_count() -> None:
    assert not decided()
    assert decided(gold(0))
    assert not decided(made("claim", 0, who="g"))
    # Judges, second passes and verdicts are no readings.
    assert decided(gold(0), made("claim", 0, who="h"), judges="gh")
    assert decided(gold(0), made("claim", 0, who="a (again)"))
    assert decided(gold(0), made("verdict", 0, who="a"))


@pytest.mark.parametrize(("with_gold", "expected"), [(False, False), (True, True)])
def test_one_reader_alone_is_adjudicated_only_where_something_was_decided(
    with_gold: bool, expected: bool
) -> None:
    a = made("claim", 0, who="a")
    found = [a, verdict(a)] if with_gold else [a]
    assert decided(*found) == expected
    # Two who marked nothing to compare agree: nothing is left to decide.
    reviews = [replace(reviewed(0), annotator=who, id=who) for who in "ab"]
    assert decided(*reviews)
    assert not decided(reviews[0])
