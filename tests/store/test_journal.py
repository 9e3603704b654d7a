"""The journal: append-only, and every action is written, undone and redone as one."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from annotator.domain.errors import (
    AnnotatorError,
    ConflictError,
    InputError,
    SchemeError,
    SpanError,
)
from annotator.domain.model import Annotation, Fragment
from annotator.store import Store
from tests.store.support import TEXT, add, batch, claim, connection, place, problems


def state(store: Store) -> dict[str, Annotation]:
    return {a.id: a for a in store.annotations()}


def test_every_field_of_an_annotation_comes_back(store: Store) -> None:
    uid = add(store)
    outer = claim(uid, place(TEXT, "the council"))
    full = replace(
        claim(uid, place(TEXT, "a scandal"), place(TEXT, "Ana Ruiz", "source", 1)),
        attributes={"stance": "favor", "a b": "ü 😀"},
        parent=outer.id,
        provenance="suggested",
        scheme=store.scheme().version,
        reviewed=True,
        flagged=True,
        note="line one\nline two",
    )
    # An import: what an annotator gives has to be in the scheme.
    store.apply(replace(batch((None, outer), (None, full)), kind="import"))
    assert state(store) == {outer.id: outer, full.id: full}
    assert store.annotations(uid, "ben") == []


def test_fragments_keep_the_order_they_were_given_in(store: Store) -> None:
    uid = add(store)
    pieces = (place(TEXT, "Friday"), place(TEXT, "Bridge"), Fragment("cue", 30, 33, 2))
    made = claim(uid, *pieces)
    store.apply(batch((None, made)))
    assert store.annotations()[0].fragments == pieces


def test_undo_and_redo_go_through_create_change_and_delete(store: Store) -> None:
    uid = add(store)
    made = claim(uid)
    labelled = made.with_attribute("stance", "against")
    store.apply(batch((None, made), label="content"))
    store.apply(batch((made, labelled), label="stance: against"))
    store.apply(batch((labelled, None), label="remove"))
    assert state(store) == {}
    for expected, label in (
        ({made.id: labelled}, "remove"),
        ({made.id: made}, "stance: against"),
        ({}, "content"),
    ):
        undone = store.undo("anna")
        assert undone is not None
        assert undone.label == label
        assert state(store) == expected
    assert store.undo("anna") is None
    for expected in ({made.id: made}, {made.id: labelled}, {}):
        assert store.redo("anna") is not None
        assert state(store) == expected
    assert store.redo("anna") is None
    assert problems(store) == []


def test_undo_survives_a_restart_and_crosses_articles(db: Path) -> None:
    with Store.create(db) as store:
        store.add_annotator("anna")
        uids = [add(store, TEXT), add(store, "Second. " + TEXT)]
        first = claim(uids[0])
        second = claim(uids[1], Fragment("content", 0, 6))
        store.apply(batch((None, first)))
        store.apply(batch((None, second)))
    with Store.open(db) as store:
        assert store.undo_depth("anna") == 2
        undone = store.undo("anna")
        assert undone is not None
        assert undone.changes[0].subject.article == uids[1]
        assert state(store) == {first.id: first}
    with Store.open(db) as store:
        store.redo("anna")
        assert set(state(store)) == {first.id, second.id}
        assert problems(store) == []


def test_a_batch_is_undone_whole(store: Store) -> None:
    uid = add(store)
    made = [claim(uid) for _ in range(5)]
    store.apply(batch(*((None, c) for c in made), label="import"))
    store.undo("anna")
    assert state(store) == {}
    store.redo("anna")
    assert set(state(store)) == {c.id for c in made}


def test_a_parent_and_its_child_are_undone_together(store: Store) -> None:
    uid = add(store)
    outer = claim(uid)
    inner = replace(claim(uid), parent=outer.id)
    store.apply(batch((None, inner), (None, outer)))
    store.apply(batch((outer, None), (inner, replace(inner, parent=None))))
    store.undo("anna")
    assert state(store) == {outer.id: outer, inner.id: inner}


def test_a_new_action_ends_redo_but_the_journal_keeps_everything(store: Store) -> None:
    uid = add(store)
    one, two = claim(uid), claim(uid)
    store.apply(batch((None, one), label="one"))
    store.undo("anna")
    store.apply(batch((None, two), label="two"))
    assert store.redo("anna") is None
    assert set(state(store)) == {two.id}
    assert [(b.kind, b.label, b.state) for b in store.log()] == [
        ("edit", "two", "applied"),
        ("undo", "one", "control"),
        ("edit", "one", "dropped"),
    ]
    assert problems(store) == []


def test_annotators_undo_only_their_own_work(store: Store) -> None:
    uid = add(store)
    annas, bens = claim(uid), claim(uid, annotator="ben")
    store.apply(batch((None, annas)))
    store.apply(batch((None, bens)))
    store.undo("anna")
    assert set(state(store)) == {bens.id}
    assert store.undo("anna") is None
    assert {b.annotator for b in store.log(annotator="ben")} == {"ben"}


def test_the_log_is_filtered_by_article_and_shortened(store: Store) -> None:
    uids = [add(store), add(store, "Second. " + TEXT)]
    for i in range(6):
        made = claim(uids[i % 2], Fragment("content", 0, 6))
        store.apply(batch((None, made), label=str(i)))
    assert [b.label for b in store.log(article=uids[1])] == ["5", "3", "1"]
    assert [b.label for b in store.log(limit=2)] == ["5", "4"]
    newest = next(store.log())
    assert newest.articles == [uids[1]]
    assert newest.changes == 1
    assert store.changes(newest.id)[0].before is None


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM event",
        "DELETE FROM batch",
        "UPDATE event SET after = NULL",
        "UPDATE event SET at = 'x'",
        "UPDATE batch SET label = 'x'",
        "UPDATE batch SET annotator = 'ben'",
        "UPDATE batch SET at = '2020-01-01'",
        "INSERT OR REPLACE INTO event SELECT * FROM event",
    ],
)
def test_the_journal_is_append_only(store: Store, sql: str) -> None:
    uid = add(store)
    store.apply(batch((None, claim(uid))))
    before = [list(connection(store).execute(f"SELECT * FROM {t}")) for t in ("batch", "event")]
    with pytest.raises(sqlite3.IntegrityError):
        connection(store).execute(sql)
    after = [list(connection(store).execute(f"SELECT * FROM {t}")) for t in ("batch", "event")]
    assert before == after


def test_a_stale_change_is_refused_and_nothing_is_written(store: Store, db: Path) -> None:
    uid = add(store)
    made = claim(uid)
    store.apply(batch((None, made)))
    with Store.open(db) as elsewhere:
        elsewhere.apply(batch((made, made.with_attribute("stance", "favor"))))
    events = len(list(store.log()))
    fresh = claim(uid)
    with pytest.raises(ConflictError):
        store.apply(batch((None, fresh), (made, made.with_attribute("stance", "against"))))
    assert fresh.id not in state(store)
    assert len(list(store.log())) == events
    assert problems(store) == []


def test_undo_of_what_another_annotator_changed_is_refused(store: Store) -> None:
    uid = add(store)
    made = claim(uid)
    store.apply(batch((None, made)))
    changed = replace(made, note="seen", annotator="ben")
    store.apply(replace(batch((made, changed)), annotator="ben"))
    with pytest.raises(ConflictError):
        store.undo("anna")
    assert state(store) == {made.id: changed}
    assert problems(store) == []


@pytest.mark.parametrize(
    ("start", "end"), [(-1, 3), (5, 5), (9, 3), (0, len(TEXT) + 1), (len(TEXT), len(TEXT) + 1)]
)
def test_a_span_outside_the_text_is_refused(store: Store, start: int, end: int) -> None:
    uid = add(store)
    with pytest.raises(SpanError):
        store.apply(batch((None, claim(uid, Fragment("content", start, end)))))
    assert state(store) == {}
    assert list(store.log()) == []


def test_a_span_that_cuts_a_grapheme_is_refused(store: Store) -> None:
    uid = add(store)
    flag = TEXT.index("🏴")
    with pytest.raises(SpanError, match="cuts the character"):
        store.apply(batch((None, claim(uid, Fragment("content", flag, flag + 2)))))
    store.apply(batch((None, claim(uid, place(TEXT, "🏴‍☠️")))))
    assert problems(store) == []


def test_half_a_surrogate_pair_is_refused_wherever_it_stands(store: Store) -> None:
    uid = add(store)
    for made in (
        replace(claim(uid), note="\ud83d"),
        claim(uid).with_attribute("stance", "\udc00"),
        replace(claim(uid), id="\ud83d"),
    ):
        with pytest.raises(InputError, match="surrogate"):
            store.apply(batch((None, made)))
    assert state(store) == {}
    assert list(store.log()) == []


def test_an_unknown_annotator_cannot_write(store: Store) -> None:
    uid = add(store)
    with pytest.raises(AnnotatorError):
        store.apply(batch((None, claim(uid, annotator="nobody"))))
    assert list(store.log()) == []


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "\x1b[31m", "x" * 101, "\u202e"])
def test_a_name_that_cannot_be_shown_is_refused(store: Store, name: str) -> None:
    with pytest.raises(AnnotatorError):
        store.add_annotator(name)
    assert store.annotators() == ["anna", "ben"]


def test_a_name_may_be_of_any_script(store: Store) -> None:
    store.add_annotator("José 李")
    store.add_annotator("José 李")
    assert store.annotators() == ["José 李", "anna", "ben"]


def test_bookmarks_say_where_an_annotator_stopped(db: Path) -> None:
    with Store.create(db) as store:
        store.add_annotator("anna")
        uids = [add(store), add(store, "Second. " + TEXT)]
        assert store.bookmark("anna") is None
        store.set_bookmark("anna", uids[0], 5)
        store.set_bookmark("anna", uids[1], 7)
        store.set_bookmark("anna", uids[1], 9)
    with Store.open(db) as store:
        assert store.bookmark("anna") == (uids[1], 9)
        assert store.bookmark("anna", uids[0]) == (uids[0], 5)
        assert store.bookmark("ben") is None


OWN = """
name = "own"
[[role]]
name = "content"
[[attribute]]
name = "worth"
values = ["high", "low"]
"""


def test_what_the_scheme_does_not_have_is_refused_and_nothing_is_written(store: Store) -> None:
    uid = add(store)
    old = replace(claim(uid), attributes={"stance": "against"})
    store.apply(batch((None, old)))
    store.set_scheme(OWN)
    before = state(store)
    for stranger in (
        claim(uid, Fragment("cue", 0, 6)),
        replace(claim(uid), attributes={"source_type": "media"}),
        replace(claim(uid), attributes={"worth": "middling"}),
    ):
        with pytest.raises(SchemeError, match=r"the scheme in force \(own .*\) has no"):
            store.apply(batch((None, stranger)))
    assert state(store) == before
    # What was there before stays, and what the scheme has can be added to it.
    worth = old.with_attribute("worth", "low")
    store.apply(batch((old, worth)))
    assert store.annotations()[0].attributes == {"stance": "against", "worth": "low"}
    assert [o.what for o in store.outside()] == ["claim: attribute 'stance'"]
    assert problems(store) == []


def test_the_scheme_in_force_is_that_of_the_file_whoever_changed_it(store: Store, db: Path) -> None:
    first = store.scheme()
    with Store.open(db) as elsewhere:
        elsewhere.set_scheme(OWN)
    assert store.scheme().name == "own"
    assert store.scheme(first.version) == first
    assert store.scheme().name == "own"


def test_changes_of_one_annotation_are_undone_from_the_last_to_the_first(store: Store) -> None:
    uid = add(store)
    made = claim(uid)
    labelled = made.with_attribute("stance", "favor")
    other = made.with_attribute("stance", "against")
    store.apply(batch((None, made), (made, labelled), (labelled, other)))
    undone = store.undo("anna")
    assert undone is not None
    assert [c.after for c in undone.changes] == [labelled, made, None]
    assert state(store) == {}
    assert store.redo("anna") is not None
    assert state(store) == {made.id: other}
    assert problems(store) == []


def test_a_new_action_ends_the_redo_of_its_annotator_alone(store: Store) -> None:
    uid = add(store)
    mine, theirs = claim(uid), claim(uid, annotator="ben")
    store.apply(batch((None, theirs)))
    store.apply(batch((None, mine)))
    assert store.undo("ben") is not None
    assert store.undo("anna") is not None
    again = claim(uid)
    store.apply(batch((None, again)))
    assert store.redo("anna") is None
    assert store.redo("ben") is not None
    assert state(store) == {again.id: again, theirs.id: theirs}


@pytest.mark.parametrize("other", ["anna", "ben"])
def test_what_is_there_is_not_made_a_second_time(store: Store, other: str) -> None:
    uid = add(store)
    made = claim(uid)
    store.apply(batch((None, made)))
    with pytest.raises(ConflictError):
        store.apply(batch((None, replace(made, annotator=other, note="again"))))
    assert state(store) == {made.id: made}
    assert len(list(store.log())) == 1
