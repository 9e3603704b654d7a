"""What roles, labels, boundaries, nesting, reviews and removals do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annotator.domain.errors import DatabaseError
from annotator.domain.model import Annotation, Batch, Fragment
from tests.session.build import SCHEME, Bench


def claim_on(b: Bench, words: str, *, new: bool = True) -> Annotation:
    """A claim with these words as content."""
    start = b.text.index(words)
    b.session.select(start, start + len(words))
    b.role("content", new=new)
    assert b.session.active is not None
    return b.session.active


def test_a_split_quotation_is_one_content_of_two_fragments() -> None:
    b = Bench()
    claim_on(b, "Those networks")
    claim_on(b, "were positioning themselves", new=False)
    b.at("he said")
    b.role("source")
    b.at("said, were")
    b.role("cue")
    b.label("source_type", "named_person")
    b.label("stance", "neutral")
    claim = b.session.active
    assert claim is not None
    assert b.words("content") == ["Those networks", "were positioning themselves"]
    assert {f.span for f in claim.role("content")} == {0}
    assert (b.words("source"), b.words("cue")) == (["he"], ["said"])
    assert SCHEME.missing(claim) == ()
    assert [batch.label for batch in b.written][-1] == "stance: neutral"
    assert len(b.written) == 6


def test_several_sources_are_spans_of_their_own_and_renumbered() -> None:
    b = Bench()
    claim_on(b, "We never wrote that")
    for word in ("spokesperson", "Farmers", "reporters"):
        b.at(word)
        b.role("source")
    claim = b.session.active
    assert claim is not None
    assert [f.span for f in claim.role("source")] == [0, 1, 2]
    b.at("Farmers")
    assert b.session.drop_fragment()
    claim = b.session.active
    assert claim is not None
    assert b.words("source") == ["spokesperson", "reporters"]
    assert [f.span for f in claim.role("source")] == [0, 1]


def test_a_role_on_an_overlapping_range_unites_and_on_the_same_range_changes_nothing() -> None:
    b = Bench()
    claim_on(b, "never wrote")
    claim_on(b, "We never", new=False)
    assert b.words("content") == ["We never wrote"]
    claim_on_same = b.text.index("We never wrote")
    b.session.select(claim_on_same, claim_on_same + len("We never wrote"))
    written = len(b.written)
    b.role("content")
    assert b.words("content") == ["We never wrote"]
    assert len(b.written) == written
    assert "already" in b.session.said.text


def test_a_label_without_a_claim_takes_the_sentence() -> None:
    b = Bench()
    b.at("Farmers")
    b.label("source_type", "reporter")
    assert b.words("content") == ["Farmers protested on Monday."]
    written = len(b.written)
    b.label("source_type", "reporter")
    assert b.session.active is not None
    assert b.session.active.attributes == {"source_type": "reporter"}
    assert (len(b.written), b.session.said.text) == (written, "source type: reporter already")


def test_a_label_acts_on_the_claim_under_the_cursor_before_it_starts_one() -> None:
    b = Bench()
    first = claim_on(b, "We never wrote that")
    b.session.back()
    b.at("wrote")
    b.label("stance", "against")
    assert list(b.session.index.by_id) == [first.id]


def test_repeat_gives_the_last_labels_in_one_action() -> None:
    b = Bench()
    b.at("Farmers")
    assert not b.session.repeat()
    b.label("source_type", "unnamed_group")
    b.label("stance", "against")
    b.session.review()
    b.at("Nobody")
    before = len(b.written)
    assert b.session.repeat()
    assert len(b.written) == before + 1
    assert b.session.active is not None
    assert b.session.active.attributes == {"source_type": "unnamed_group", "stance": "against"}


def test_space_goes_through_the_open_sentences_and_says_when_none_is_left() -> None:
    b = Bench()
    assert len(b.session.index.open) == 7
    visited = [b.session.sentence]
    while b.session.review():
        visited.append(b.session.sentence)
    assert visited == [0, 1, 2, 3, 4, 5, 6]
    assert b.session.index.open == set()
    assert all(batch.label == "reviewed" for batch in b.written)


def test_a_claim_closes_its_sentences_and_its_removal_opens_them_again() -> None:
    b = Bench()
    everything = set(b.session.index.open)
    claim_on(b, "“It is late.\n\n“Very late.”")
    assert everything - b.session.index.open == {4, 5}
    assert b.session.delete()
    assert b.session.index.open == everything


def test_boundaries_move_by_word_on_the_piece_under_the_cursor() -> None:
    b = Bench()
    claim_on(b, "never wrote")
    assert b.session.move_boundary("start", -1)
    assert b.session.move_boundary("end", 1)
    assert b.words("content") == ["We never wrote that"]
    for _ in range(3):
        assert b.session.move_boundary("end", -1)
    assert b.words("content") == ["We"]
    assert not b.session.move_boundary("end", -1)
    assert not b.session.move_boundary("start", 1)


def test_nesting_cycles_through_the_claims_around_and_never_makes_a_circle() -> None:
    b = Bench()
    outer = claim_on(b, "“We never wrote that,” a spokesperson said.")
    middle = claim_on(b, "“We never wrote that,”")
    inner = claim_on(b, "never wrote")
    assert b.session.nest() == middle
    assert b.session.index.by_id[inner.id].parent == middle.id
    parent = b.session.nest()
    assert parent is not None
    assert parent.id == outer.id
    assert b.session.nest() is None
    b.session.nest()
    b.session.activate(middle.id)
    parent = b.session.nest()
    assert parent is not None
    assert parent.id == outer.id
    b.session.activate(outer.id)
    assert b.session.nest() is None


def test_a_claim_is_never_nested_in_what_is_nested_in_it() -> None:
    """The child reaches beyond its parent's content, so that its range alone would allow it."""
    text = "Officials said that the mayor thought that the bridge was safe, he added."
    outer = Annotation("o", "claim", "uid", "ann", (Fragment("content", 10, 29),))
    middle = Annotation("m", "claim", "uid", "ann", (Fragment("content", 5, 40),), parent="o")
    inner = Annotation("i", "claim", "uid", "ann", (Fragment("content", 0, 50),), parent="m")
    b = Bench(text, (outer, middle, inner))
    for claim in (outer, middle):
        b.session.activate(claim.id)
        for _ in range(3):
            b.session.nest()
            parents = {a.id: a.parent for a in b.session.index.by_id.values()}
            for start in parents:
                seen = [start]
                while (up := parents[seen[-1]]) is not None:
                    assert up not in seen, parents
                    seen.append(up)


def test_claims_nested_in_a_removed_one_move_up() -> None:
    b = Bench()
    outer = claim_on(b, "“We never wrote that,” a spokesperson said.")
    middle = claim_on(b, "“We never wrote that,”")
    b.session.nest()
    inner = claim_on(b, "never wrote")
    b.session.nest()
    b.session.activate(middle.id)
    b.session.delete()
    assert b.session.index.by_id[inner.id].parent == outer.id
    assert len(b.written[-1].changes) == 2


def test_marks_notes_flags_and_tags() -> None:
    b = Bench()
    b.at("denies")
    assert b.session.add_mark()
    mark = b.session.active
    assert mark is not None
    kind = SCHEME.attribute("mark", "type")
    assert kind is not None
    b.session.set_attribute(mark, kind, "lexical")
    assert b.session.toggle_flag()
    b.session.set_note(b.session.subject(), "loaded?")
    marked = b.session.active
    assert marked is not None
    assert (marked.attributes, marked.flagged, marked.note) == (
        {"type": "lexical"},
        True,
        "loaded?",
    )
    b.session.back()
    b.at("Nobody")
    biased = SCHEME.attribute("sentence", "biased")
    assert biased is not None
    b.session.set_attribute(b.session.sentence_subject(), biased, "no")
    tag = b.session.index.sentence_tag(b.session.sentence)
    assert tag is not None
    b.session.set_attribute(tag, biased, None)
    assert b.session.index.sentence_tag(b.session.sentence) is None


def test_a_sentence_whose_kind_is_corrected_no_longer_waits() -> None:
    b = Bench()
    b.at("Nobody")
    kind = SCHEME.attribute("sentence", "kind")
    assert kind is not None
    assert b.session.sentence in b.session.index.open
    b.session.set_attribute(b.session.sentence_subject(), kind, "credit")
    assert b.session.sentence not in b.session.index.open


def test_when_the_write_fails_nothing_has_happened() -> None:
    b = Bench()

    def full(_: Batch) -> None:
        raise DatabaseError("the disk is full")

    b.session._write = full
    start = b.text.index("never")
    b.session.select(start, start + 5)
    with pytest.raises(DatabaseError):
        b.role("content")
    assert b.session.index.by_id == {}
    assert b.session.active is None
    assert b.session.selection is not None


def test_absorbing_an_undo_puts_the_cursor_where_it_changed_something() -> None:
    b = Bench()
    claim = claim_on(b, "Very late")
    b.session.go(0)
    back = Batch(
        "x",
        "ann",
        "",
        "undo",
        "content",
        tuple(c._replace(before=c.after, after=c.before) for c in b.written[-1].changes),
    )
    assert b.session.apply_external(back)
    assert claim.id not in b.session.index.by_id
    assert b.text[b.session.offset :].startswith("Very")
    elsewhere = replace(claim, article="other")
    other = Batch("y", "ann", "", "undo", "", (back.changes[0]._replace(before=elsewhere),))
    assert not b.session.apply_external(other)


def test_search_finds_all_places_goes_round_and_ends() -> None:
    b = Bench()
    assert b.session.search("LATE") == 2
    first = b.session.offset
    b.session.move_hit(1)
    assert b.session.offset > first
    b.session.move_hit(1)
    assert b.session.offset == first
    assert b.session.back()
    assert b.session.hits == []
    assert b.session.search("nowhere") == 0


def test_claims_are_visited_and_cycled() -> None:
    b = Bench()
    big = claim_on(b, "“We never wrote that,”")
    small = claim_on(b, "wrote")
    late = claim_on(b, "Very late")
    b.session.back()
    b.session.go(0)
    order = []
    while b.session.move_claim(1):
        order.append(b.session.active_id)
    assert order == [big.id, small.id, late.id]
    b.session.back()
    b.at("wrote")
    assert b.session.open_claim()
    assert b.session.active_id == small.id
    assert b.session.cycle(1)
    assert b.session.active_id == big.id


def test_a_moved_boundary_shows_the_side_that_moved() -> None:
    b = Bench()
    text = b.session.article.text
    start = text.index("Those networks")
    claim_on(b, text[start : start + 60].rsplit(" ", 1)[0])
    (piece,) = b.words("content")
    assert b.session.move_boundary("end", -1)
    shorter = b.session.said.text
    assert b.session.move_boundary("end", 1)
    assert b.session.said.text != shorter
    assert piece.endswith(b.session.said.text[-10:-1])
    assert b.session.move_boundary("start", 1)
    assert b.words("content")[0].startswith(b.session.said.text.split("“", 1)[1][:10])
