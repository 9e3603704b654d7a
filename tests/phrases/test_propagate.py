"""Carrying a decision: one action, provenance told, one undo, no label replaced."""

from __future__ import annotations

from dataclasses import replace

from annotator.phrases.matches import search
from annotator.phrases.propagate import content_text, propagate_claim, propagate_labels
from annotator.phrases.strings import Strings, same_source
from annotator.store.phrases import role_texts
from tests.phrases.support import AT, claim, corpus, fixtures, index
from tests.store.support import connection

GATE = "The lower gate of the Tarn dam was left open for at least six hours on Thursday night"


def test_a_claim_is_carried_and_taken_back_as_one() -> None:
    store = corpus()
    uids = fixtures(store)
    wire = claim(
        store,
        uids["03-flood-wire"],
        GATE,
        source="officials",
        source_type="unnamed_group",
        stance="against",
    )
    before = store.annotations()
    text = content_text(wire, store.text_of(wire.article), "content")
    assert text == GATE
    found = search(index(store), text).found
    assert len(found) == 3
    carried = propagate_claim(
        wire, found, annotator="anna", at=AT, scheme="s", content="content", existing=before
    )
    assert carried.batch is not None
    assert (carried.batch.kind, len(carried.batch.changes)) == ("propagate", 2)
    store.apply(carried.batch)
    made = {a.article: a for a in store.annotations() if a.provenance == "propagated"}
    assert made.keys() == {uids["04-flood-ledger"], uids["05-flood-sentinel"]}
    for a in made.values():
        assert store.text_of(a.article)[a.start : a.end] == GATE
        assert a.attributes == wire.attributes
        assert a.annotator == "anna"
    # Again: everything is there already.
    again = propagate_claim(
        wire,
        found,
        annotator="anna",
        at=AT,
        scheme="s",
        content="content",
        existing=list(store.annotations()),
    )
    assert again.batch is None
    assert len(again.skipped) == 2
    store.undo("anna")
    assert store.annotations() == before


def test_chosen_labels_only_and_what_is_there_stays() -> None:
    store = corpus()
    uids = fixtures(store)
    wire = claim(
        store,
        uids["03-flood-wire"],
        GATE,
        source_type="unnamed_group",
        stance="against",
    )
    mine = claim(store, uids["04-flood-ledger"], GATE, stance="favor")
    found = search(index(store), GATE).found
    carried = propagate_claim(
        wire,
        found,
        annotator="anna",
        at=AT,
        scheme="s",
        content="content",
        attributes=["source_type"],
        existing=store.annotations(),
    )
    assert [a.attributes for a in carried.made] == [{"source_type": "unnamed_group"}]
    (changed,) = carried.changed
    assert (changed.id, changed.provenance) == (mine.id, "human")
    assert changed.attributes == {"stance": "favor", "source_type": "unnamed_group"}
    # Another annotator's claim is none of anna's.
    other = replace(mine, annotator="ben")
    carried = propagate_claim(
        wire, found, annotator="anna", at=AT, scheme="s", content="content", existing=[other]
    )
    assert len(carried.made) == 2


def test_a_source_string_tells_how_it_was_typed_elsewhere() -> None:
    store = corpus(
        "Officials said one.", "“Two,” officials, said.", "OFFICIALS said three.", "She said four."
    )
    uids = store.uids()
    first = claim(store, uids[0], "one", source="Officials", source_type="unnamed_group")
    second = claim(store, uids[1], "“Two,”", source="officials,", source_type="unclear")
    third = claim(store, uids[2], "three", source="OFFICIALS", annotator="ben")
    claim(store, uids[3], "four", source="She", source_type="named_person")
    same = same_source(role_texts(connection(store), "source"), "officials", without=first.id)
    assert [c.claim for c in same.claims] == [second.id, third.id]
    assert same.different("unnamed_group") == 1
    assert same.tell("unnamed_group") == "in 2 other claims, 1 labelled differently"
    assert same.tell() == "in 2 other claims: unclear 1"
    mine = Strings(role_texts(connection(store), "source", "anna")).same("officials", first.id)
    assert [c.claim for c in mine.claims] == [second.id]

    everything = store.annotations()
    carried = propagate_labels(first, everything, annotator="anna", at=AT)
    assert [a.id for a in carried.changed] == []  # four has a type, two has one, three is ben's
    carried = propagate_labels(first, [second, third], annotator="anna", at=AT, overwrite=True)
    assert [(a.id, a.attributes["source_type"]) for a in carried.changed] == [
        (second.id, "unnamed_group")
    ]
    assert carried.batch is not None
    store.apply(carried.batch)
    store.undo("anna")
    assert sorted(a.id for a in store.annotations()) == sorted(a.id for a in everything)
    assert {a.id: a for a in store.annotations()} == {a.id: a for a in everything}
