"""Moving, searching, selecting and going back, against a look at all there is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.model import SPAN_ROLE, Annotation, Change, Fragment, Layer
from annotator.session.annotation_index import AnnotationIndex
from annotator.session.selection import Selection, Unit
from annotator.session.shown import in_view, unseen
from tests.session.build import SCHEME, TEXT, Bench


def piece(words: str, role: str = "content") -> Fragment:
    start = TEXT.index(words)
    return Fragment(role, start, start + len(words))


def claim(id_: str, *fragments: Fragment, **attributes: str) -> Annotation:
    return Annotation(id_, "claim", "uid", "ann", fragments, attributes)


def hits(b: Bench) -> tuple[object, ...]:
    """The places found, which one the cursor is on, and where that is."""
    return len(b.session.hits), b.session.hit, b.session.offset


def here(b: Bench) -> str:
    """The token under the cursor."""
    return b.text[slice(*b.session.page.token(b.session.cursor))]


# -------------------------------------------------------------------------------------- moving


@pytest.mark.parametrize(
    ("at", "first", "last"),
    [
        ("denies", "Minister", "cuts"),
        ("wrote", "We", "said"),  # not the quotation mark before it, nor the full stop
        ("Monday", "Farmers", "Monday"),
        ("late", "Ana", "late"),
    ],
)
def test_the_ends_of_the_sentence_are_its_first_and_last_word(
    at: str, first: str, last: str
) -> None:
    b = Bench()
    for side, word in (("end", last), ("start", first), ("start", first), ("end", last)):
        b.at(at)
        for _ in range(2):  # again stays
            b.session.move_in_sentence("end" if side == "end" else "start")
            assert here(b) == word


@given(st.text(alphabet="ab .,“”\n?", max_size=40))
def test_the_ends_of_any_sentence_lie_in_it(text: str) -> None:
    b = Bench(text)
    page = b.session.page
    for number, sentence in enumerate(page.sentences):
        words = [
            t
            for t in range(page.token_count)
            if sentence.start <= page.starts[t] < sentence.end and not page.is_pause(t)
        ]
        for side, word in (("start", words[:1]), ("end", words[-1:])):
            edge = page.edge_word(number, "start" if side == "start" else "end")
            assert sentence.start <= page.starts[edge] < sentence.end
            assert not words or [edge] == word


def test_tokens_sentences_and_paragraphs_end_where_the_article_does() -> None:
    b = Bench()
    s = b.session
    s.move_token(-1)
    assert here(b) == "Minister"
    s.move_token(1)
    assert here(b) == "denies"
    s.move_sentence(1)
    assert here(b) == "“"
    s.move_sentence(-1)
    s.move_sentence(-1)
    assert here(b) == "Minister"
    starts = []
    for _ in range(5):
        starts.append(here(b))
        s.move_paragraph(1)
    assert starts == ["Minister", "“", "Those", "“", "“"]
    b.at("Nobody")
    s.move_sentence(1)
    assert here(b) == "Nobody"
    s.move_token(1)
    s.move_token(1)
    s.move_token(1)
    assert here(b) == "."
    b.at("Farmers")
    s.move_paragraph(-1)
    assert here(b) == "Minister"
    b.at("reporters")
    s.move_paragraph(-1)
    assert b.text[s.offset :].startswith("“We never")
    empty = Bench("").session
    for move in (empty.move_token, empty.move_sentence, empty.move_paragraph):
        move(1)
        move(-1)
    assert empty.cursor == empty.offset == empty.sentence == 0
    empty.start_selection()
    empty.select_sentence()
    assert empty.selection is None
    assert not empty.select_quotation()
    assert empty.target_range() == (0, 0)


def test_open_sentences_are_gone_to_in_both_directions() -> None:
    b = Bench(annotations=[claim("c", piece("Farmers"))])
    s = b.session
    b.at("Those")
    assert s.move_open(-1)
    assert b.text[s.offset :].startswith("“We")
    assert s.move_open(1)
    assert here(b) == "Those"
    b.at("Nobody")
    assert not s.move_open(1)
    assert here(b) == "Nobody"


def test_claims_are_gone_to_in_reading_order_from_the_cursor_or_the_one_at_work() -> None:
    found = [claim("b", piece("Farmers")), claim("a", piece("Farmers protested")),
             claim("late", piece("It is late"))]  # fmt: skip
    b = Bench(annotations=found)
    s = b.session
    seen = []
    while s.move_claim(1):
        seen.append(s.active_id)
    assert seen == ["a", "b", "late"]
    while s.move_claim(-1):
        seen.append(s.active_id)
    assert seen[3:] == ["b", "a"]
    s.activate(None)
    b.at("protested")
    assert s.move_claim(-1)
    assert s.active_id == "b"
    s.activate(None)
    b.at("Farmers")
    assert s.move_claim(1)  # those that begin at the cursor are still to come
    assert s.active_id == "a"
    s.activate(None)
    b.at("Farmers")
    assert s.move_claim(-1)
    assert s.active_id == "b"
    # One that is at work but out of view is no place to go on from.
    s.activate("late")
    s.shown = lambda: (0, 5)
    s.go(0)
    assert s.move_claim(1)
    assert s.active_id == "a"


def test_incomplete_claims_are_gone_to_round_the_end() -> None:
    whole = {"source_type": "document", "stance": "favor"}
    done = claim(
        "done", piece("never"), piece("said", "cue"), piece("spokesperson", "source"), **whole
    )
    assert SCHEME.missing(done) == ()
    b = Bench(annotations=[claim("1", piece("Farmers")), done, claim("2", piece("It is late"))])
    s = b.session
    seen = []
    for step in (1, 1, 1, -1, -1):
        assert s.move_claim(step, incomplete=True)
        seen.append(s.active_id)
    assert seen == ["1", "2", "1", "2", "1"]
    assert not Bench(annotations=[done]).session.move_claim(1, incomplete=True)
    assert [s.index.is_incomplete(a) for a in s.index.by_id.values()] == [True, False, True]


def test_the_search_goes_to_the_next_place_and_round() -> None:
    b = Bench()
    s = b.session
    first, last = TEXT.index("late"), TEXT.rindex("late")
    b.at("Those")
    assert s.search("LATE") == 2
    assert hits(b) == (2, 0, first)
    s.move_hit(1)
    assert hits(b) == (2, 1, last)
    s.move_hit(1)
    assert hits(b) == (2, 0, first)
    s.move_hit(-1)
    assert hits(b) == (2, 1, last)
    b.at("Nobody")
    assert s.search("said") == 2
    assert hits(b) == (2, 0, TEXT.index("said"))
    assert s.search("said") == 2
    assert hits(b) == (2, 1, TEXT.rindex("said"))  # after the one at the cursor
    at = s.offset
    assert s.search("nowhere") == 0
    assert hits(b) == (0, None, at)
    s.move_hit(1)
    assert hits(b) == (0, None, at)


def test_going_back_leaves_the_search_the_selection_and_the_claim_one_by_one() -> None:
    b = Bench(annotations=[claim("c", piece("Farmers"))])
    s = b.session
    s.activate("c")
    s.search("late")
    s.start_selection()
    assert s.back()
    assert hits(b)[:2] == (0, None)
    assert (s.selection is None, s.active_id) == (False, "c")
    assert s.back()
    assert (s.selection is None, s.active_id) == (True, "c")
    assert s.back()
    assert (s.selection is None, s.active_id) == (True, None)
    assert not s.back()


def test_the_claims_under_the_cursor_take_turns_and_the_smallest_is_opened() -> None:
    b = Bench(annotations=[claim("wide", piece("Farmers protested")), claim("b", piece("Farmers")),
                           claim("a", piece("Farmers"))])  # fmt: skip
    s = b.session
    b.at("Farmers")
    assert [a.id for a in s.at_cursor()] == ["a", "b", "wide"]
    seen = []
    for step in (1, 1, 1, 1, -1, -1):
        assert s.cycle(step)
        seen.append(s.active_id)
    assert seen == ["a", "b", "wide", "a", "wide", "b"]
    s.activate(None)
    assert s.cycle(-1)
    assert s.active_id == "wide"
    s.activate(None)
    assert s.open_claim()
    assert s.active_id == "a"
    b.at("Nobody")
    assert not s.cycle(1)
    assert not s.open_claim()
    s.shown = lambda: (0, 5)
    assert s.open_claim()  # back to the one at work, which is out of view
    assert (s.active_id, here(b)) == ("a", "Farmers")


def test_activating_goes_to_the_content_unless_the_cursor_is_in_the_claim() -> None:
    made = claim("c", piece("said", "cue"), piece("Nobody answered"), piece("Ana Ruiz"))
    b = Bench(annotations=[made, claim("cue", piece("Monday", "cue"))])
    s = b.session
    b.at("said")
    s.activate("c")
    assert here(b) == "said"
    b.at("Minister")
    s.activate("c")
    assert here(b) == "Ana"
    s.activate("cue")
    assert here(b) == "Monday"
    s.activate("nothing")
    assert s.active is None
    assert not s.active_in_view
    s.activate("c")
    assert s.active_in_view


# ----------------------------------------------------------------------------------- selecting


def test_a_range_is_selected_only_within_the_text() -> None:
    s = Bench().session
    end = len(TEXT)
    for start, stop in ((-1, 3), (5, 5), (6, 5), (0, end + 1)):
        s.select(start, stop)
        assert s.selection is None
    s.select(0, end)
    assert s.selection is not None
    assert (s.selection.range, s.cursor) == ((0, end), s.page.token_count - 1)
    s.select(0, len("Minister"))
    assert s.cursor == 0


def test_a_kept_selection_is_opened_again_before_it_grows() -> None:
    b = Bench()
    s = b.session
    b.at("never")
    s.start_selection()
    assert s.selection == Selection(*piece("never")[1:3])
    s.selection = Selection(*piece("never")[1:3], "start", open=False)
    s.go(0)
    s.change_selection(s.selection)
    assert s.cursor == 0  # kept: the cursor goes its own way
    s.start_selection()
    assert s.selection == Selection(*piece("never")[1:3], "start")
    assert here(b) == "never"
    s.start_selection()
    assert b.selected() == "We never wrote that"
    assert here(b) == "We"  # the moving end is the start


def test_the_sentence_and_the_quotations_around_are_selected() -> None:
    text = "He said “no, “never” again” twice. More.\nThen “so” it went."
    b = Bench(text)
    s = b.session
    b.at("twice")
    s.select_sentence()
    assert b.selected() == "He said “no, “never” again” twice."
    s.selection = None
    pairs = (("“no", "again”"), ("“never", "never”"), ("“so", "so”"))
    nested = [(text.index(first), text.index(last) + len(last)) for first, last in pairs]
    s._quotations = lambda: nested
    b.at("never")
    assert s.select_quotation()
    seen = [b.selected()]
    for _ in range(5):
        assert s.select_quotation()
        seen.append(b.selected())
    outer = ["“no, “never” again”", "no, “never” again"]
    assert seen == ["“never”", "never", *outer, *outer]
    s.selection = None
    s.go(0)
    assert s.select_quotation()
    assert b.selected() == "“no, “never” again”"  # the next one of the paragraph
    s.selection = None
    b.at("More")
    assert not s.select_quotation()
    b.at("Then")
    assert s.select_quotation()
    assert b.selected() == "“so”"


def words(b: Bench, first: str, last: str, moving: str = "end") -> None:
    start = b.text.index(first)
    end = b.text.index(last, start) + len(last)
    b.session.selection = Selection(start, end, moving)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("first", "last", "moving", "unit", "step", "expected"),
    [
        # The end moves.
        ("We", "never", "end", "word", 1, "We never wrote"),
        ("We", "never", "end", "word", -1, "We"),
        ("We", "nev", "end", "word", 1, "We never"),
        ("We", "nev", "end", "word", -1, "We"),
        ("We", "W", "end", "word", -1, "“W"),
        ("We", "We", "end", "phrase", 1, "We never wrote that"),
        ("We", "that,” a", "end", "phrase", -1, "We never wrote that"),
        ("We", "that,” a", "end", "phrase", 1, "We never wrote that,” a spokesperson said"),
        ("Nobody", "answered.", "end", "word", 1, "Nobody answered."),
        ("Nobody", "answered.", "end", "phrase", 1, "Nobody answered."),
        ("We", "We", "end", "character", 1, "We "),
        ("We", "We", "end", "character", -1, "W"),
        ("We", "W", "end", "character", -1, "W"),
        ("We", "never", "end", "sentence", 1, "We never wrote that,” a spokesperson said."),
        ("We", "said.", "end", "sentence", 1, "We never wrote that,” a spokesperson said. Farmers"
         " protested on Monday."),
        ("We", "said. Far", "end", "sentence", -1, "We never wrote that,” a spokesperson said."),
        ("Nobody", "answered.", "end", "sentence", 1, "Nobody answered."),
        # The start moves.
        ("never", "wrote", "start", "word", -1, "We never wrote"),
        ("never", "wrote", "start", "word", 1, "wrote"),
        ("ver", "wrote", "start", "word", -1, "never wrote"),
        ("ver", "wrote", "start", "word", 1, "wrote"),
        ("that", ",” a", "start", "phrase", 1, "a"),
        ("that", "that", "start", "phrase", -1, "We never wrote that"),
        ("Minister", "denies", "start", "word", -1, "Minister denies"),
        ("never", "wrote", "start", "character", 1, "ever wrote"),
        ("never", "wrote", "start", "character", -1, " never wrote"),
        ("t", "t", "start", "character", 1, "t"),
        ("protested", "Monday", "start", "sentence", -1, "Farmers protested on Monday"),
        ("Farmers", "Monday", "start", "sentence", -1, "“We never wrote that,” a spokesperson said."
         " Farmers protested on Monday"),
        ("spokes", "Farmers", "start", "sentence", 1, "Farmers"),
        ("spokes", "person", "start", "sentence", 1, "spokesperson said."),
        ("Minister", "cuts", "start", "sentence", -1, "Minister denies cuts"),
        # One word is left: the other side goes on.
        ("never", "never", "end", "word", -1, "We never"),
        ("never", "never", "start", "word", 1, "never wrote"),
        ("never", "never", "end", "phrase", -1, "We never"),
    ],
)  # fmt: skip
def test_an_end_moves_by_units(
    first: str, last: str, moving: str, unit: Unit, step: int, expected: str
) -> None:
    b = Bench()
    words(b, first, last, moving)
    selection = b.session.selection
    assert selection is not None
    after = selection.moved(b.session.page, unit, step)  # type: ignore[arg-type]
    assert TEXT[after.start : after.end] == expected


@settings(max_examples=150)
@given(
    st.integers(0, len(TEXT) - 1),
    st.integers(1, 60),
    st.sampled_from(["start", "end"]),
    st.sampled_from(["character", "word", "phrase", "sentence"]),
    st.sampled_from([1, -1]),
)
def test_a_moved_end_goes_its_way_and_the_other_stays(
    start: int, size: int, moving: str, unit: Unit, step: int
) -> None:
    page = Bench().session.page
    end = min(start + size, len(TEXT))
    before = Selection(start, end, moving, grown=((0, 1),))  # type: ignore[arg-type]
    after = before.moved(page, unit, step)  # type: ignore[arg-type]
    assert 0 <= after.start < after.end <= len(TEXT)
    if after.range == before.range:
        return
    assert after.grown == ()
    if after.moving == "end":
        assert after.start == start
        assert (after.end > end) == (step > 0)
    else:
        assert after.end == end
        assert (after.start > start) == (step > 0)
    if unit in ("word", "phrase"):
        assert after.end in {*page.ends, end}
        assert after.start in {*page.starts, start}


def test_the_ends_can_be_swapped_and_taken_to_the_sentence() -> None:
    b = Bench()
    words(b, "never", "wrote")
    selection = b.session.selection
    assert selection is not None
    swapped = selection.swapped()
    assert (selection.moving, swapped.moving, swapped.swapped()) == ("end", "start", selection)
    assert (TEXT[selection.head], TEXT[swapped.head]) == ("e", "n")
    page = b.session.page
    later = selection.to_sentence(page, "end")
    assert TEXT[later.start : later.end] == "never wrote that,” a spokesperson said."
    assert later.moving == "end"
    earlier = selection.to_sentence(page, "start")
    assert (TEXT[earlier.start : earlier.end], earlier.moving) == ("“We never wrote", "start")
    # Over two sentences each side goes by the sentence that it lies in.
    words(b, "spokes", "Farmers")
    both = b.session.selection
    assert both is not None
    assert TEXT[slice(*both.to_sentence(page, "end").range)] == (
        "spokesperson said. Farmers protested on Monday."
    )
    assert TEXT[slice(*both.to_sentence(page, "start").range)] == (
        "“We never wrote that,” a spokesperson said. Farmers"
    )


def test_what_was_grown_shrinks_the_same_way() -> None:
    b = Bench()
    b.at("never")
    b.session.start_selection()
    seen = [b.selected()]
    for _ in range(3):
        b.session.start_selection()
        seen.append(b.selected())
    back = []
    for _ in range(4):
        assert b.session.selection is not None
        b.session.change_selection(b.session.selection.smaller())
        back.append(b.selected())
    assert back == [*reversed(seen[:-1]), seen[0]]


# --------------------------------------------------------------------------------- what is seen


def test_a_fragment_is_in_view_when_one_character_is() -> None:
    found = [Fragment("content", 10, 20), Fragment("cue", 40, 45)]
    assert in_view(found, None)
    for shown, seen in (((0, 10), False), ((0, 11), True), ((20, 40), False), ((19, 30), True),
                        ((45, 60), False), ((44, 45), True)):  # fmt: skip
        assert in_view(found, shown) == seen
    assert not in_view([], (0, 100))


def test_a_change_is_seen_where_something_of_it_is_and_each_piece_that_goes() -> None:
    near, far, other = (
        Fragment("content", 10, 20),
        Fragment("cue", 100, 105),
        Fragment("source", 60, 70),
    )
    both, alone = claim("c", far, near), claim("c", near)
    shown = (0, 50)
    assert unseen(Change(None, both), shown) is None
    assert unseen(Change(both, None), shown) is None
    assert unseen(Change(both, alone), shown) == far  # it goes, unseen
    assert unseen(Change(alone, both), shown) is None  # it comes: it was selected there
    assert unseen(Change(both, claim("c", far)), shown) is None
    assert unseen(Change(both, both.with_attribute("a", "b")), shown) is None
    assert unseen(Change(both, alone), None) is None
    assert unseen(Change(None, claim("c")), shown) is None
    # Nothing of it is in view: the first piece is named.
    assert unseen(Change(claim("c", far, other), None), shown) == other
    # A piece that moves is seen when either form of it is.
    moved = claim("c", near, Fragment("cue", 45, 105))
    assert unseen(Change(both, moved), shown) is None
    assert unseen(Change(moved, both), shown) is None
    apart = claim("c", near, Fragment("cue", 110, 120))
    assert unseen(Change(both, apart), shown) == far
    role = claim("c", near, Fragment("source", 45, 105))
    assert unseen(Change(both, role), shown) == far
    # The number of its span is nothing that can be seen.
    assert unseen(Change(both, claim("c", far._replace(span=3), near)), shown) is None
    several = claim("c", near, far, other)
    assert unseen(Change(several, alone), shown) == other


# ------------------------------------------------------------------------------------ the index

LAYERS: tuple[Layer, ...] = ("claim", "mark", "sentence", "article")


@st.composite
def made_annotations(draw: st.DrawFn) -> Annotation:
    layer = draw(st.sampled_from(LAYERS))
    role = "content" if layer == "claim" else SPAN_ROLE
    starts = draw(st.lists(st.integers(0, len(TEXT) - 2), min_size=1, max_size=2))
    fragments = tuple(
        Fragment(role, s, min(s + draw(st.integers(1, 80)), len(TEXT))) for s in starts
    )
    labels = draw(st.sampled_from([{}, {"stance": "favor"}]))
    return Annotation(
        draw(st.sampled_from("abcdef")), layer, "uid", "ann",
        () if layer == "article" else fragments, labels,
        parent=draw(st.sampled_from([None, "a", "b"])) if layer == "claim" else None,
        reviewed=layer == "sentence" and draw(st.booleans()),
    )  # fmt: skip


@settings(max_examples=80)
@given(st.lists(made_annotations(), max_size=12), st.integers(0, len(TEXT) - 1), st.integers(1, 60))
def test_the_index_answers_as_a_look_at_all_annotations(
    found: list[Annotation], start: int, size: int
) -> None:
    b = Bench()
    index = AnnotationIndex(b.session.page, [], b.session._waits, SCHEME.missing)
    index.touched.clear()
    sentences = b.session.page.sentences
    put: list[Annotation] = []
    for after in found:
        before = index.by_id.get(after.id)
        # The last of each id stands; every second time it is taken away again.
        change = Change(before, None if before is not None and after.reviewed else after)
        index.put(change)
        put += [a for a in (change.before, change.after) if a]
    kept = list(index.by_id.values())
    end = start + size

    def name(a: Annotation | None) -> str:
        return a.id if a else ""

    def size_of(a: Annotation) -> tuple[int, str]:
        return sum(f.end - f.start for f in a.fragments), a.id

    spans = [a for a in kept if a.layer in ("claim", "mark")]
    # What lies between two sentences is in none: neither a cursor nor a selection stands there.
    near = [s for s in sentences if s.start < end and start < s.end]
    there = [
        a for a in spans if a.touches(start, end) and any(a.touches(s.start, s.end) for s in near)
    ]
    assert index.at(start, end) == sorted(there, key=size_of)
    around = [a for a in spans if a.layer == "claim" and a.start <= start and end <= a.end]
    assert sorted(a.id for a in index.around(start, end)) == sorted(a.id for a in around)
    for i, s in enumerate(sentences):
        here = [a for a in kept if a.layer != "article" and a.touches(s.start, s.end)]
        assert {a.id for a in index.in_sentence(i)} == {a.id for a in here}
        tag = index.sentence_tag(i)
        assert (tag is None) == (not any(a.layer == "sentence" for a in here))
        taken = any(a.layer in ("claim", "mark") or a.reviewed for a in here)
        assert (i in index.open) == (not taken and b.session._waits(i, tag))
    for parent in "ab":
        nested = {a.id for a in kept if a.parent == parent}
        assert {a.id for a in index.children(parent)} == nested
    articles = [a.id for a in kept if a.layer == "article"]
    assert name(index.article_tag()) in (articles or [""])
    order = sorted((a.start, a.id) for a in spans)
    lacking = sorted((a.start, a.id) for a in spans if SCHEME.missing(a))
    assert index.incomplete == lacking
    after_ = [id_ for s, id_ in order if (s, id_) > (start, "c")]
    before_ = [id_ for s, id_ in order if (s, id_) < (start, "c")]
    assert name(index.beside(start, "c", 1)) == (after_ or [""])[0]
    assert name(index.beside(start, "c", -1)) == (before_ or [""])[-1]
    everything = [id_ for _, id_ in lacking] or [""]
    later = [id_ for s, id_ in lacking if (s, id_) > (start, "c")]
    earlier = [id_ for s, id_ in lacking if (s, id_) < (start, "c")]
    assert name(index.beside(start, "c", 1, incomplete=True)) == (later or everything)[0]
    assert name(index.beside(start, "c", -1, incomplete=True)) == (earlier or everything)[-1]
    assert len(index.log) == len(found)
    drawn = {i for a in put for i, s in enumerate(sentences)
             if a.layer != "article" and a.touches(s.start, s.end)}  # fmt: skip
    assert index.touched == drawn


def test_an_end_taken_to_the_sentence_forgets_how_it_was_grown() -> None:
    page = Bench().session.page
    grown = Selection(*piece("never")[1:3], grown=((1, 2),))
    assert grown.to_sentence(page, "end").grown == ()
    assert grown.to_sentence(page, "start").grown == ()
    assert grown.moved(page, "word", 1).grown == ()
    assert grown.swapped().grown == ((1, 2),)


def test_a_range_up_to_a_sentences_end_grows_to_that_sentence() -> None:
    text = "One two.Three four. Five."
    page = Bench(text).session.page
    found = page.growths(0, len("One two."), iter(()))
    ends = [b for a, b in found]
    assert text[: ends[0]] in ("One two.Three", "One two.", "One two.Three four.")
    b = Bench("He went. She came.")
    b.session.select(3, len("He went."))
    (sentence, *_) = [
        (a, e) for a, e in b.session.page.growths(3, len("He went."), iter(())) if a == 0
    ]
    assert b.text[slice(*sentence)] == "He went."
