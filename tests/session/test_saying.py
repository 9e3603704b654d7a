"""Every action says what it did, is written as one batch, and can be told from its label."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annotator.domain.model import SPAN_ROLE, Annotation, Batch, Change, Fragment
from annotator.session.annotating import Session
from tests.session.build import SCHEME, TEXT, Bench


def piece(words: str, role: str = "content", span: int = 0) -> Fragment:
    start = TEXT.index(words)
    return Fragment(role, start, start + len(words), span)


def claim(*fragments: Fragment, id_: str = "c", **attributes: str) -> Annotation:
    return Annotation(id_, "claim", "uid", "ann", fragments, attributes)


def told(b: Bench) -> tuple[str, bool, str]:
    """What was said, whether it is lost, and the label of the batch."""
    return *b.session.said, b.written[-1].label if b.written else ""


def select(b: Bench, words: str) -> None:
    start = b.text.index(words)
    b.session.select(start, start + len(words))


def test_roles_say_whether_they_begin_extend_or_unite() -> None:
    b = Bench()
    select(b, "never wrote")
    b.role("content")
    assert told(b) == ("new claim: content “never wrote”", False, "content “never wrote”")
    select(b, "that")
    b.role("content")
    assert told(b) == ("content “that” added to the claim", False, "content “that”")
    select(b, "wrote that")
    b.role("content")
    assert told(b)[0] == "content “wrote that” united with the piece it overlaps"
    assert b.words("content") == ["never wrote that"]
    select(b, "wrote")
    b.role("content")
    assert told(b)[0] == "content “wrote” is in it already"
    assert len(b.written) == 3
    assert b.session.selection is None
    b.at("spokesperson")
    b.role("source", new=True)
    assert told(b)[0] == "new claim: source “spokesperson”"
    assert len(b.session.index.by_id) == 2


def test_a_role_over_other_roles_of_the_claim_says_so() -> None:
    b = Bench()
    select(b, "spokesperson")
    b.role("source")
    select(b, "that")
    b.role("content")
    assert told(b)[0] == "content “that” added to the claim"
    select(b, TEXT[TEXT.index("that") : TEXT.index("spokesperson") + 12])
    b.role("content")
    assert told(b)[0].endswith(" united with the piece it overlaps, over its source")
    select(b, "spokesperson")
    b.role("via")
    assert told(b)[0] == "via “spokesperson” added to the claim, over its source and content"


def test_a_role_on_a_mark_begins_a_claim() -> None:
    b = Bench()
    b.at("denies")
    assert b.session.add_mark()
    assert told(b) == ("mark “denies”", False, "mark “denies”")
    mark = b.session.active
    assert mark is not None
    assert (mark.layer, mark.fragments) == ("mark", (piece("denies", SPAN_ROLE),))
    b.role("cue")
    assert b.session.active is not None
    assert b.session.active.layer == "claim"
    assert mark.id in b.session.index.by_id


def test_a_piece_that_goes_is_named_and_the_last_takes_the_claim() -> None:
    made = claim(piece("never wrote"), piece("a spokesperson", "source"))
    b = Bench(annotations=[made])
    b.session.activate("c")
    b.at("spokesperson")
    assert b.session.drop_fragment()
    assert told(b) == ("source “a spokesperson” removed", True, "source removed")
    assert b.session.drop_fragment()
    assert told(b) == ("claim removed", True, "claim removed")
    assert b.session.active is None
    assert not b.session.drop_fragment()
    assert not b.session.join()
    assert not b.session.move_boundary("end", 1)
    assert not b.session.delete()


def test_a_claim_that_goes_says_how_many_nested_ones_move_up() -> None:
    outer = claim(piece("“We never wrote that,” a spokesperson said"), id_="outer")
    middle = replace(claim(piece("never wrote that"), id_="middle"), parent="outer")
    inner = [replace(claim(piece("wrote"), id_=f"i{n}"), parent="middle") for n in range(2)]
    b = Bench(annotations=[outer, middle, *inner])
    b.session.activate("middle")
    assert b.session.delete()
    assert told(b) == ("claim removed; 2 claims nested in it moved up", True, "claim removed")
    assert {a.id: a.parent for a in b.session.index.by_id.values()} == {
        "outer": None, "i0": "outer", "i1": "outer",
    }  # fmt: skip
    b.session.activate("i0")
    assert b.session.delete()
    assert told(b)[0] == "claim removed"
    b.session.activate("outer")
    assert b.session.delete()
    assert told(b)[0] == "claim removed; 1 claim nested in it moved up"


def test_labels_say_what_they_were_and_are() -> None:
    b = Bench(annotations=[claim(piece("never wrote"), stance="favor")])
    b.session.activate("c")
    b.label("stance", "against")
    assert told(b) == ("stance: favor -> against", False, "stance: against")
    b.label("stance", "against")
    assert told(b) == ("stance: against already", False, "stance: against")
    assert len(b.written) == 1
    b.label("source_type", "named_person")
    assert told(b)[0] == "source type: named person"
    assert b.session.last_labels == {"stance": "against", "source_type": "named_person"}
    suggested = replace(claim(piece("never wrote"), stance="favor"), provenance="suggested")
    b = Bench(annotations=[suggested])
    b.session.activate("c")
    b.label("stance", "favor")
    assert told(b) == ("stance: favor confirmed", False, "stance: favor confirmed")
    assert b.session.active is not None
    assert b.session.active.provenance == "human"


def test_a_label_can_be_taken_away_and_that_is_said_too() -> None:
    b = Bench(annotations=[claim(piece("never wrote"), stance="favor")])
    stance = SCHEME.attribute("claim", "stance")
    assert stance is not None
    b.session.set_attribute(b.session.index.by_id["c"], stance, None)
    assert told(b) == ("stance: favor taken away", True, "stance: none")
    assert b.session.index.by_id["c"].attributes == b.session.last_labels == {}
    b.session.set_attribute(b.session.index.by_id["c"], stance, None)
    assert told(b)[0] == "stance: there is none"
    assert len(b.written) == 1
    b.session.set_attribute(b.session.index.by_id["c"], stance, "neutral")
    assert told(b) == ("stance: neutral", False, "stance: neutral")
    assert b.session.last_labels == {"stance": "neutral"}


def test_repeating_names_the_labels() -> None:
    b = Bench()
    assert not b.session.repeat()
    select(b, "never wrote")
    b.role("content")
    b.label("stance", "favor")
    b.label("source_type", "document")
    select(b, "Farmers protested")
    b.role("content", new=True)
    assert b.session.repeat()
    assert told(b) == ("labels repeated: favor, document", False, "labels repeated")
    assert b.session.active is not None
    assert b.session.active.attributes == {"stance": "favor", "source_type": "document"}
    # On a claim with other labels the repeated ones win and the others stay.
    other = claim(piece("Nobody answered"), stance="against", form="direct")
    b = Bench(annotations=[other])
    b.session.last_labels = {"stance": "favor"}
    b.session.activate("c")
    assert b.session.repeat()
    assert b.session.index.by_id["c"].attributes == {"stance": "favor", "form": "direct"}


def test_notes_and_flags_say_what_they_are_about() -> None:
    b = Bench(annotations=[claim(piece("never wrote"))])
    c = b.session.index.by_id["c"]
    b.session.set_note(c, "look  here\nagain")
    assert told(b) == ("note on the claim: “look here again”", False, "note")
    b.session.set_note(c, "")
    assert told(b) == ("note removed", True, "note removed")
    b.session.set_note(c, "")
    assert (b.session.said.lost, len(b.written)) == (False, 2)
    b.at("Farmers")
    tag = b.session.subject()
    assert tag.layer == "sentence"
    assert b.session.toggle_flag()
    assert told(b) == ("sentence flagged for discussion", False, "flagged")
    assert not b.session.toggle_flag()
    assert told(b) == ("flag of the sentence removed", False, "flag removed")
    # Nothing is left to say of the sentence: it is gone.
    assert set(b.session.index.by_id) == {"c"}
    whole = b.session.article_subject()
    b.session.set_flag(whole, flagged=True)
    assert told(b)[0] == "article flagged for discussion"
    assert b.session.article_tag() == b.session.article_subject()


def test_what_a_note_is_about_is_at_work_or_under_the_cursor_or_the_sentence() -> None:
    b = Bench(annotations=[claim(piece("never wrote"))])
    b.at("never")
    assert b.session.subject().id == "c"
    b.at("Nobody")
    sentence = b.session.subject()
    span = b.session.page.sentences[b.session.sentence]
    assert (sentence.layer, sentence.fragments) == (
        "sentence", (Fragment(SPAN_ROLE, span.start, span.end),),
    )  # fmt: skip
    b.session.activate("c")
    b.at("Nobody")
    assert b.session.subject().id == "c"


def test_reviewing_says_so_and_goes_on_to_the_next_open_sentence() -> None:
    b = Bench(annotations=[claim(piece("Farmers protested"))])
    b.at("We never")
    number = b.session.sentence + 1
    assert b.session.review()
    assert told(b) == (f"sentence {number} reviewed", False, "reviewed")
    # The sentence with a claim is not open any more.
    assert b.text[b.session.offset :].startswith("Those")
    b.at("We never")
    assert b.session.review()
    assert told(b)[0] == f"sentence {number} was reviewed already"
    assert len(b.written) == 1
    b.at("Nobody")
    assert not b.session.review()
    assert b.session.active_id is None
    assert b.session.selection is None


def test_nesting_says_in_what_and_goes_round() -> None:
    wide = claim(piece("“We never wrote that,” a spokesperson said"), id_="wide")
    close = claim(piece("We never wrote that"), id_="close")
    inner = claim(piece("never wrote"), id_="inner")
    b = Bench(annotations=[wide, close, inner])
    b.session.activate("inner")
    seen = []
    for _ in range(3):
        parent = b.session.nest()
        seen.append((parent.id if parent else "", *told(b)))
    assert seen == [
        ("close", "nested in “We never wrote that”", False, "nested"),
        ("wide", "nested in ““We never wrote that,” a spokesperson s…”", False, "nested"),
        ("", "stands alone now", False, "not nested"),
    ]  # fmt: skip
    b.session.activate("wide")
    assert b.session.nest() is None
    assert told(b)[0] == "stands alone: there is no claim around it"
    assert len(b.written) == 3
    b.session.activate(None)
    b.at("Nobody")
    assert b.session.nest() is None


def test_a_boundary_that_moves_shows_the_end_that_moved() -> None:
    long = "Those networks, he said, were positioning themselves"
    b = Bench(annotations=[claim(piece(long))])
    b.session.activate("c")
    assert b.session.move_boundary("end", 1)
    assert b.session.said.text == "content “…, he said, were positioning themselves.”"
    assert len(b.session.said.text) == len("content “”") + 40
    assert b.words("content") == [long + "."]
    assert b.session.offset == b.text.index("themselves.") + len("themselves")
    assert b.session.move_boundary("start", 1)
    assert b.session.said.text == "content “networks, he said, were positioning the…”"
    assert b.session.offset == b.text.index("networks")
    assert b.session.move_boundary("start", -1)
    assert b.words("content") == [long + "."]


def test_a_boundary_stays_where_it_cannot_go() -> None:
    b = Bench(annotations=[claim(piece("Minister"))])
    b.session.activate("c")
    assert not b.session.move_boundary("start", -1)
    assert not b.session.move_boundary("end", -1)  # one word is left
    assert not b.session.move_boundary("start", 1)
    assert b.written == []


def test_joining_says_with_how_many_it_is_one_span() -> None:
    sources = [piece("spokesperson", "source", 0), piece("Farmers", "source", 1),
               piece("networks", "source", 1), piece("mayor", "source", 2)]  # fmt: skip
    b = Bench(annotations=[claim(piece("never"), *sources)])
    b.session.activate("c")
    b.at("mayor")
    seen = []
    for _ in range(3):
        assert b.session.join()
        seen.append(told(b)[:2])
    assert seen == [
        ("“mayor”: of one span with 1 more", False),
        ("“mayor”: of one span with 2 more", False),
        ("“mayor”: a span of its own", False),
    ]
    assert {batch.label for batch in b.written} == {"source joined anew"}
    b.at("never")
    assert not b.session.join()


@pytest.mark.parametrize(
    ("active", "selected", "expected"),
    [
        (False, "", "Farmers protested on Monday."),
        (True, "", "We … Ana Ruiz"),
        (True, "Those", "Those"),
        (False, "Those", "Those"),
    ],
)
def test_copied_are_the_selection_the_claim_or_the_sentence(
    active: bool, selected: str, expected: str
) -> None:
    b = Bench(annotations=[claim(piece("Ana Ruiz"), piece("We"), piece("said", "cue"))])
    b.at("Farmers")
    if active:
        b.session.activate("c")
    if selected:
        select(b, selected)
    assert b.session.copied_text() == expected
    assert Bench("").session.copied_text() == ""


def test_words_of_exactly_forty_characters_are_not_cut() -> None:
    for length, expected in ((39, "x" * 39), (40, "x" * 40), (41, "x" * 39 + "…")):
        b = Bench("x" * length + " and.")
        b.session.add_mark()
        assert b.session.said.text == f"mark “{expected}”"


def test_nothing_is_marked_or_labelled_in_an_empty_article() -> None:
    b = Bench("")
    b.role("content")
    b.label("stance", "favor")
    b.session.last_labels = {"stance": "favor"}
    assert not b.session.add_mark()
    assert not b.session.repeat()
    assert not b.session.review()
    assert b.written == []


# ------------------------------------------------------------------------------------ out of view


def hidden(session: Session) -> str:
    """Why the next change is refused."""
    from annotator.session.shown import OffScreenError

    with pytest.raises(OffScreenError) as caught:
        session.set_flag(session.active or session.subject(), flagged=True)
    error = caught.value
    sentence = session.page.sentences[error.sentence]
    assert error.message == f"{error.place}: sentence {error.sentence + 1} is not on the screen"
    assert error.hint == "nothing was changed"
    return f"{error.place} {error.layer} {session.article.text[sentence.start :][:7]}"


def test_what_is_out_of_view_is_refused_by_its_place() -> None:
    made = claim(piece("We never"), piece("Ana Ruiz", "source"))
    b = Bench(annotations=[made])
    s = b.session
    s.activate("c")
    shown = piece("Nobody answered")
    s.shown = lambda: (shown.start, shown.end)
    assert not s.active_in_view
    assert hidden(s) == "at work claim “We nev"
    s.activate(None)
    b.at("We never")
    assert hidden(s) == "cursor claim “We nev"
    b.at("Farmers")
    assert hidden(s) == "cursor sentence Farmers"
    assert b.written == []
    s.activate("c")
    s.shown = lambda: (piece("Ana Ruiz").start, piece("Ana Ruiz").end)
    b.at("We never")
    with pytest.raises(Exception, match="piece: sentence 2"):
        s.drop_fragment()
    s.set_flag(made, flagged=True)
    assert b.written[-1].label == "flagged"


def test_a_batch_from_elsewhere_is_brought_in_and_shown() -> None:
    first = claim(piece("We never"), id_="first")
    b = Bench(annotations=[first])
    s = b.session
    select(b, "Those")

    def apply_external(*changes: Change) -> tuple[bool, str | None, bool, int]:
        """Whether it was about this article; what is at work, whether selected, where."""
        mine = s.apply_external(Batch("b", "ann", "", "undo", "", changes))
        return mine, s.active_id, s.selection is not None, s.offset

    away = replace(first, id="away", article="other")
    at = s.offset
    assert apply_external(Change(None, away)) == (False, None, True, at)
    made = claim(piece("said", "cue"), piece("Ana Ruiz"), id_="made")
    tag = Annotation("tag", "article", "uid", "ann", (), {})
    found = apply_external(Change(None, away), Change(None, tag), Change(None, made))
    assert found == (True, "made", False, TEXT.index("Ana Ruiz"))
    assert s.index.by_id == {"first": first, "tag": tag, "made": made}
    assert apply_external(Change(first, None)) == (True, None, False, TEXT.index("We never"))
    mark = Annotation("m", "mark", "uid", "ann", (piece("Nobody", SPAN_ROLE),), {})
    assert apply_external(Change(None, mark)) == (True, "m", False, TEXT.index("Nobody"))
    sentence = Annotation("s", "sentence", "uid", "ann", (piece("Farmers", SPAN_ROLE),), {})
    assert apply_external(Change(None, sentence)) == (True, None, False, TEXT.index("Farmers"))
    assert apply_external(Change(tag, None)) == (True, None, False, TEXT.index("Farmers"))


def test_a_batch_says_whose_it_is_when_and_under_which_scheme() -> None:
    outer = replace(claim(piece("We never wrote that"), id_="outer"), updated_at="before")
    inner = replace(claim(piece("never wrote"), id_="inner"), parent="outer", updated_at="before")
    b = Bench(annotations=[outer, inner])
    b.session.activate("outer")
    b.label("stance", "favor")
    (batch,) = b.written
    assert (batch.kind, batch.annotator) == ("edit", "ann")
    (change,) = batch.changes
    assert change.before == outer
    assert change.after == replace(
        outer, attributes={"stance": "favor"}, updated_at=batch.at, scheme=SCHEME.version
    )
    assert b.session.delete()
    gone = b.written[-1]
    assert {c.subject.id: c.after for c in gone.changes} == {
        "outer": None, "inner": replace(inner, parent=None, updated_at=gone.at),
    }  # fmt: skip
    assert [a.id for a in b.session.index.children("outer")] == []


def test_the_smallest_piece_under_the_cursor_is_the_one_at_work() -> None:
    long, short = piece("never wrote that"), piece("wrote", "cue")
    b = Bench(annotations=[claim(long, short)])
    b.session.activate("c")
    b.at("wrote")
    assert b.session.drop_fragment()
    assert b.words("content") == ["never wrote that"]
    b = Bench(annotations=[claim(short, long)])
    b.session.activate("c")
    b.at("never")
    assert b.session.drop_fragment()
    assert b.words("cue") == ["wrote"]
    # Away from the claim it is the piece made last.
    b = Bench(annotations=[claim(long, short)])
    b.session.activate("c")
    b.at("Nobody")
    assert b.session.drop_fragment()
    assert b.words("content") == ["never wrote that"]


def test_a_label_on_a_selection_is_for_the_claim_at_work_or_a_new_one() -> None:
    b = Bench(annotations=[claim(piece("never wrote"))])
    b.session.activate("c")
    select(b, "Farmers")
    b.label("stance", "favor")
    assert b.words("content") == ["never wrote", "Farmers"]
    b.session.activate(None)
    select(b, "Nobody answered")
    b.label("stance", "favor")
    assert b.session.active_id != "c"
    assert b.words("content") == ["Nobody answered"]
    b.session.activate(None)
    b.at("never")
    b.label("stance", "against")
    assert b.session.active_id == "c"


def test_the_selection_that_is_out_of_view_is_named() -> None:
    from annotator.session.shown import OffScreenError

    b = Bench()
    s = b.session
    select(b, "Nobody answered")
    s.shown = lambda: (0, 5)
    with pytest.raises(OffScreenError) as caught:
        b.role("content")
    assert (caught.value.place, caught.value.layer) == ("selection", "claim")
    assert b.written == []


def test_the_piece_that_was_made_or_moved_last_is_the_one_at_work() -> None:
    b = Bench(annotations=[claim(piece("never wrote that"), piece("wrote", "source", 0))])
    b.session.activate("c")
    select(b, "wrote that")
    b.role("cue")
    b.at("wrote")
    # Three pieces have the word; the one just made is taken, not the smallest.
    assert b.session.move_boundary("end", -1)
    assert b.words("cue") == ["wrote"]
    b.at("wrote")
    assert b.session.move_boundary("end", 1)
    assert b.words("cue") == ["wrote that"]
    assert (b.words("content"), b.words("source")) == (["never wrote that"], ["wrote"])
