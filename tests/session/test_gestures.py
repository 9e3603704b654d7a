"""Keys that do several things to a claim at once: each one action, told in words, undone by one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from annotator.domain.model import SPAN_ROLE, Annotation, Fragment
from annotator.domain.scheme import Scheme
from annotator.domain.scheme_file import parse_scheme
from annotator.session import Session
from annotator.session.actions import reserved_keys
from annotator.session.breaking import break_quotation
from annotator.session.broken import broken_at, broken_in
from annotator.session.interchanging import interchange, interchanged
from annotator.session.merging import divided, merge, split, united
from annotator.session.quoted_text import QuotedText
from annotator.session.shown import OffScreenError
from annotator.session.sources import copy_source
from annotator.session.text_index import TextIndex
from tests.session.build import SCHEME, TEXT, Bench, article, quotations

OWN = parse_scheme(
    """
name = "own"
[[role]]
name = "content"
key = "e"
spans = "one"
[[role]]
name = "verb"
key = "q"
spans = "one"
[[attribute]]
name = "worth"
values = [{ name = "true", key = "1" }, { name = "false", key = "2" }]
""",
    reserved_keys(),
)
"""A scheme of names of its own: nothing in it says who speaks, nor by which word."""


def piece(words: str, role: str = "content", span: int = 0, text: str = TEXT) -> Fragment:
    start = text.index(words)
    return Fragment(role, start, start + len(words), span)


def claim(*fragments: Fragment, id_: str = "c", **attributes: str) -> Annotation:
    return Annotation(id_, "claim", "uid", "ann", fragments, attributes)


def select(b: Bench, words: str) -> None:
    start = b.text.index(words)
    b.session.select(start, start + len(words))


def under(b: Bench, scheme: Scheme) -> Session:
    """The bench's session under another scheme."""
    made = b.session
    return Session(
        made.article, made.index.by_id.values(), "ann", scheme, b.written.append,
        lambda: "2026-01-01T00:00:00.000Z", lambda: quotations(b.text),
    )  # fmt: skip


def spans(a: Annotation) -> dict[str, list[list[tuple[int, int]]]]:
    """Role -> its spans, each its pieces as given; numbers do not matter."""
    found: dict[str, dict[int, list[tuple[int, int]]]] = {}
    for f in a.fragments:
        found.setdefault(f.role, {}).setdefault(f.span, []).append((f.start, f.end))
    return {role: list(by.values()) for role, by in found.items()}


# ------------------------------------------------------------------------------------ the pieces

ROLES = [r.name for r in SCHEME.roles]


@st.composite
def apart(draw: st.DrawFn, many: int = 8) -> list[tuple[int, int]]:
    """Ranges that do not overlap, in any order."""
    cuts = sorted(draw(st.sets(st.integers(0, 400), min_size=2, max_size=2 * many)))
    ranges = list(zip(cuts[::2], cuts[1::2], strict=False))
    return draw(st.permutations(ranges))


@st.composite
def pieces_of(draw: st.DrawFn, ranges: list[tuple[int, int]]) -> tuple[Fragment, ...]:
    """Fragments of random roles, numbered as the scheme numbers them."""
    made = claim()
    for start, end in ranges:
        name = draw(st.sampled_from(ROLES))
        number = max((f.span for f in made.role(name)), default=-1)
        role = SCHEME.role(name)
        assert role is not None
        further = number >= 0 and (not role.many or draw(st.booleans()))
        f = Fragment(name, start, end, number if further else number + 1)
        made = replace(made, fragments=(*made.fragments, f))
    return made.fragments


LABELS = st.fixed_dictionaries(
    {},
    optional={
        "stance": st.sampled_from(["favor", "against", "neutral"]),
        "source_type": st.sampled_from(["named_person", "data"]),
    },
)


@given(st.data())
def test_split_after_merge_is_what_was(data: st.DataObject) -> None:
    """Of two claims with the same labels of which both, or neither the first, has each role."""
    ranges = data.draw(apart())
    at = data.draw(st.integers(1, max(1, len(ranges) - 1)))
    labels = data.draw(LABELS)
    a = replace(claim(*data.draw(pieces_of(ranges[:at])), **labels), id="a")
    b = replace(claim(*data.draw(pieces_of(ranges[at:])), **labels), id="b")
    merged = united(a, b, SCHEME)
    assert merged.conflicts == ()
    assert sorted(f[:3] for f in merged.claim.fragments) == sorted(
        f[:3] for f in (*a.fragments, *b.fragments)
    )
    going = {f[:3] for f in b.fragments}
    moved = [f for f in merged.claim.fragments if f[:3] in going]
    found = divided(merged.claim, moved, replace(b, fragments=()))
    shared = {f.role for f in a.fragments} & {f.role for f in b.fragments}
    if not shared:
        assert found is None
        return
    assert found is not None
    assert spans(found.rest) == spans(a)
    lacked = {f.role for f in a.fragments} - {f.role for f in b.fragments}
    assert set(found.copied) == lacked
    assert {r: s for r, s in spans(found.taken).items() if r not in lacked} == spans(b)
    assert {r: s for r, s in spans(found.taken).items() if r in lacked} == {
        r: s for r, s in spans(a).items() if r in lacked
    }
    assert (found.rest.attributes, found.taken.attributes) == (labels, labels)


@given(st.data())
def test_a_source_that_both_have_is_one_after_merging_and_both_have_it_after_splitting(
    data: st.DataObject,
) -> None:
    source, one, other = data.draw(apart(3).filter(lambda r: len(r) == 3))
    role = Fragment("source", *source)
    a = claim(role, Fragment("content", *one), id_="a")
    b = claim(role, Fragment("content", *other), id_="b")
    merged = united(a, b, SCHEME).claim
    assert len(merged.fragments) == 3
    found = divided(merged, [Fragment("content", *other)], replace(b, fragments=()))
    assert found is not None
    assert found.rest == a
    assert found.taken == b


@given(st.data())
def test_merging_loses_no_character_and_names_each_label_given_up(data: st.DataObject) -> None:
    one, other = (
        claim(*data.draw(pieces_of(data.draw(apart(4)))), id_=id_, **data.draw(LABELS))
        for id_ in "ab"
    )
    merged = united(one, other, SCHEME)

    def covered(*claims: Annotation) -> set[tuple[str, int]]:
        return {(f.role, i) for c in claims for f in c.fragments for i in range(f.start, f.end)}

    assert covered(merged.claim) == covered(one, other)
    for role in ROLES:  # what overlapped is one piece
        own = sorted(f[1:3] for f in merged.claim.role(role))
        mine = [f[1:3] for c in (one, other) for f in c.role(role)]
        assert len(own) <= len(mine)
    said = {name: (kept, lost) for name, kept, lost in merged.conflicts}
    for name in ("stance", "source_type"):
        had, offered = one.attributes.get(name), other.attributes.get(name)
        assert merged.claim.attributes.get(name) == (had or offered)
        differ = had and offered and had != offered
        assert said.get(name) == ((had, offered) if differ else None)


@given(st.data())
def test_interchanging_twice_is_what_was(data: st.DataObject) -> None:
    made = claim(*data.draw(pieces_of(data.draw(apart()))))
    one, other = data.draw(st.permutations(ROLES))[:2]
    once = interchanged(made, one, other)
    assert [f[1:] for f in once.fragments] == [f[1:] for f in made.fragments]
    assert once.role(one) == tuple(f._replace(role=one) for f in made.role(other))
    assert interchanged(once, one, other) == made


# ------------------------------------------------------------------------------------ broken

PARTS = st.sampled_from(
    ["We left", "It was late", "the “old” plan", "not once, but twice", "no", "U.S. troops"]
)
GAPS = st.sampled_from(
    [" he said, ", ", he said, ", " said Ana Ruiz, the mayor, ", " — she said — ", ", she added. "]
)


def words_in(text: str) -> QuotedText:
    return QuotedText(TextIndex(article(text)), quotations(text))


@given(PARTS, GAPS, PARTS, st.booleans(), st.sampled_from(["", "Then: ", "On Monday, "]))
def test_the_pieces_and_the_gap_are_the_selection(
    one: str, gap: str, other: str, quoted: bool, before: str
) -> None:
    # Without marks it is the signs on both sides that make an interruption.
    assume(quoted or (gap.strip()[0] in ",—" and gap.strip()[-1] in ",—"))
    parts = [f"“{p.replace('“', '').replace('”', '')},”" if quoted else p for p in (one, other)]
    selection = f"{parts[0]}{gap}{parts[1]}"
    text = f"{before}{selection} and more. Nobody came."
    start = len(before)
    found = broken_in(words_in(text), start, start + len(selection))
    assert found is not None
    (a, b), (c, d) = found.pieces
    assert (a, b, c, d) == (start, found.gap[0], found.gap[1], start + len(selection))
    assert a < b < c < d
    assert not text[b - 1].isspace()
    assert not text[c].isspace()
    if quoted:
        assert [text[a:b], text[c:d]] == parts
    assert found.spoken is not None
    cue = text[slice(*found.spoken.cue)]
    assert cue in ("said", "added")
    source = found.spoken.source
    assert source is not None
    assert text[slice(*source)].rstrip(",") in ("he", "she", "Ana Ruiz, the mayor")


@given(st.text(alphabet="ab “”,.—\n", min_size=1, max_size=60), st.data())
def test_any_text_is_read_without_error_and_tiles(text: str, data: st.DataObject) -> None:
    whole = f"x {text} said y"
    words = words_in(whole)
    start = data.draw(st.integers(0, len(whole) - 1))
    end = data.draw(st.integers(start + 1, len(whole)))
    for found in (
        broken_in(words, start, end),
        broken_at(words, words.page.token_at(start)),
    ):
        if found is not None:
            (a, b), (c, d) = found.pieces
            assert a < b <= c < d
            assert found.gap == (b, c)


@pytest.mark.parametrize(
    ("text", "at", "content", "source", "cue"),
    [
        (
            "Those networks, he said, were positioning themselves.", "net",
            ["Those networks", "were positioning themselves"], ["he"], ["said"],
        ),
        (
            "“We left,” said Ana Ruiz, the mayor of Rome. “It was late.” Nobody came.", "late",
            ["“We left,”", "“It was late.”"], ["Ana Ruiz, the mayor of Rome"], ["said"],
        ),
        (
            "The plan was “dead,” he said, “and buried.”", "plan",
            ["The plan was “dead,”", "“and buried.”"], ["he"], ["said"],
        ),
        (
            "The ministry, according to two people, has no study to support it.", "study",
            ["The ministry", "has no study to support it"], ["two people"], ["according to"],
        ),
        (
            "“We left,” she has not publicly said, “and never will.”", "We",
            ["“We left,”", "“and never will.”"], ["she"], ["has not publicly said"],
        ),
    ],
)  # fmt: skip
def test_the_broken_quotation_of_a_sentence_is_one_claim(
    text: str, at: str, content: list[str], source: list[str], cue: list[str]
) -> None:
    b = Bench(text)
    b.at(at)
    assert break_quotation(b.session) == ""
    assert (b.words("content"), b.words("source"), b.words("cue")) == (content, source, cue)
    made = b.session.active
    assert made is not None
    assert {f.span for f in made.role("content")} == {0}
    assert len(b.written) == 1
    assert "one content in two pieces" in b.session.said.text
    assert b.session.selection is None


def test_a_content_that_was_taken_whole_is_broken_where_it_is() -> None:
    b = Bench()
    select(b, "Those networks, he said, were positioning themselves")
    b.role("content")
    b.label("stance", "favor")
    (first, *_) = b.written
    made = first.changes[0].subject.id
    b.at("networks")
    b.session.activate(None)
    assert break_quotation(b.session) == ""
    assert b.session.active_id == made
    assert b.words("content") == ["Those networks", "were positioning themselves"]
    assert b.session.active is not None
    assert b.session.active.attributes == {"stance": "favor"}
    # Again it says so, and changes nothing.
    count = len(b.written)
    assert break_quotation(b.session) == ""
    assert len(b.written) == count


def test_a_source_that_the_claim_has_stays() -> None:
    b = Bench()
    b.at("reporters")
    b.role("source")
    select(b, "Those networks, he said, were positioning themselves")
    b.role("content")
    assert break_quotation(b.session) == ""
    assert b.words("source") == ["reporters"]
    assert b.words("cue") == ["said"]
    assert "source" not in b.session.said.text


def test_no_broken_quotation_is_said_not_guessed() -> None:
    b = Bench()
    b.at("Farmers")
    assert "nothing breaks a quotation in this sentence" in break_quotation(b.session)
    select(b, "Farmers protested on Monday")
    assert "nothing breaks a quotation in what is selected" in break_quotation(b.session)
    assert Bench("").session.active is None
    assert break_quotation(Bench("").session)
    assert b.written == []
    b = Bench("“A is b,” the man in the hat, “c is d”.")
    select(b, "“A is b,” the man in the hat, “c is d”")
    assert break_quotation(b.session) == ""
    assert "not plain: source, cue" in b.session.said.text


# ------------------------------------------------------------------------------------ by a key


def test_interchange_takes_the_role_under_the_cursor_and_takes_it_back() -> None:
    made = claim(piece("We never"), piece("a spokesperson", "source"), piece("said", "cue"))
    b = Bench(annotations=[made])
    s = b.session
    s.activate("c")
    b.at("never")
    assert "put the cursor on what is to change places with content" in interchange(s)
    b.at("spokesperson")
    assert interchange(s) == ""
    assert s.said.text == "content and source interchanged"
    assert (b.words("content"), b.words("source")) == (["a spokesperson"], ["We never"])
    assert interchange(s) == ""
    assert b.words("content") == ["We never"]
    assert [len(batch.changes) for batch in b.written] == [1, 1]


def test_interchange_of_two_roles_needs_no_cursor_and_of_one_is_refused() -> None:
    two = claim(piece("We never"), piece("a spokesperson", "source"), id_="two")
    one = claim(piece("Farmers"), id_="one")
    b = Bench(annotations=[two, one])
    b.session.activate("two")
    assert interchange(b.session) == ""
    assert b.words("source") == ["We never"]
    b.session.activate("one")
    b.at("Farmers")
    assert "one role only, content" in interchange(b.session)
    b.session.activate(None)
    b.at("Nobody")
    assert "no claim here" in interchange(b.session)


def test_merge_takes_the_neighbour_names_the_labels_given_up_and_moves_what_it_held() -> None:
    kept = claim(piece("We never"), id_="kept", stance="favor")
    other = claim(
        piece("a spokesperson", "source"), id_="other", stance="against", source_type="data"
    )
    inner = replace(claim(piece("spokesperson"), id_="inner"), parent="other")
    away = claim(piece("Nobody"), id_="away")
    b = Bench(annotations=[kept, other, inner, away])
    b.session.activate("kept")
    b.at("never")
    assert merge(b.session) == ""
    (batch,) = b.written
    assert b.session.said.text.endswith("stance: favor kept, against given up")
    assert b.session.said.lost
    by_id = b.session.index.by_id
    assert set(by_id) == {"kept", "inner", "away"}
    assert by_id["inner"].parent == "kept"
    assert by_id["kept"].attributes == {"stance": "favor", "source_type": "data"}
    assert {c.subject.id for c in batch.changes} == {"kept", "other", "inner"}


def test_merge_of_nested_claims_makes_no_circle() -> None:
    outer = claim(piece("“We never wrote that,” a spokesperson said"), id_="outer")
    middle = replace(claim(piece("never wrote that"), id_="middle"), parent="outer")
    inner = replace(claim(piece("wrote"), id_="inner"), parent="middle")
    for first in ("outer", "middle", "inner"):
        for second in ("outer", "middle", "inner"):
            if first == second:
                continue
            b = Bench(annotations=[outer, middle, inner])
            b.session.activate(first)
            words = {"outer": "said", "middle": "never", "inner": "wrote"}
            b.at(words[second])
            assert merge(b.session) == ""
            by_id = b.session.index.by_id
            for a in by_id.values():
                seen: set[str] = set()
                at: str | None = a.id
                while at is not None:
                    assert at not in seen
                    seen.add(at)
                    assert at in by_id
                    at = by_id[at].parent


def test_merge_without_a_neighbour_is_refused() -> None:
    b = Bench(annotations=[claim(piece("Nobody"))])
    b.at("Nobody")
    assert "no other claim in this paragraph" in merge(b.session)
    b.at("Farmers")
    assert "no claim here" in merge(b.session)
    assert b.written == []


def test_split_takes_the_piece_under_the_cursor_with_a_copy_of_the_rest() -> None:
    made = claim(
        piece("Those networks"), piece("were positioning"), piece("he", "source", 0),
        piece("said", "cue"), stance="favor",
    )  # fmt: skip
    b = Bench(annotations=[made])
    b.session.activate("c")
    b.at("positioning")
    assert split(b.session) == ""
    assert b.words("content") == ["were positioning"]
    assert b.words("cue") == ["said"]
    assert "copied to it: source, cue, labels" in b.session.said.text
    new = b.session.active
    assert new is not None
    assert new.attributes == {"stance": "favor"}
    assert b.words("content", b.session.index.by_id["c"]) == ["Those networks"]
    assert len(b.written) == 1
    assert b.session.index.by_id["c"].role("source") == new.role("source")
    assert "no other content" in split(b.session)


def test_split_takes_what_is_selected_and_the_claims_nested_in_it() -> None:
    made = claim(piece("We never"), piece("Farmers protested"), piece("Monday", "cue"))
    inner = replace(claim(piece("protested"), id_="inner"), parent="c")
    b = Bench(annotations=[made, inner])
    b.session.activate("c")
    select(b, "Farmers protested on Monday")
    assert split(b.session) == ""
    assert b.words("cue") == ["Monday"]
    assert b.session.index.by_id["inner"].parent == b.session.active_id
    assert b.words("content", b.session.index.by_id["c"]) == ["We never"]
    b.at("Nobody")
    assert "put the cursor on the piece" in split(b.session)
    b.session.activate(None)
    assert "no claim here" in split(b.session)


def test_a_source_goes_to_a_claim_that_has_none_or_on_to_the_next() -> None:
    first = claim(
        piece("We never"), piece("a spokesperson", "source"), id_="a", source_type="unnamed_person"
    )
    second = claim(piece("Farmers"), id_="b")
    third = claim(piece("Those networks"), id_="d", source_type="data")
    mark = Annotation("m", "mark", "uid", "ann", (piece("protested", SPAN_ROLE),), {})
    b = Bench(annotations=[first, second, third, mark])
    b.session.activate("b")
    assert copy_source(b.session) == ""
    assert b.session.said.text == "source “a spokesperson” copied; source type: unnamed person"
    assert b.words("source") == ["a spokesperson"]
    # It has one now: the same key gives it to the next, which is at work then.
    assert copy_source(b.session) == ""
    assert b.session.active_id == "d"
    assert b.session.said.text.endswith("to the next claim; source type: data kept")
    assert "no claim below" in copy_source(b.session)
    b.session.activate("a")
    assert "the next claim has a source" in copy_source(b.session)
    assert len(b.written) == 2
    b.session.activate(None)
    b.at("Nobody")
    assert "no claim here" in copy_source(b.session)


def test_a_claim_above_without_a_source_is_passed_over() -> None:
    first = claim(piece("We never"), piece("a spokesperson", "source"), id_="a")
    b = Bench(annotations=[first, claim(piece("Farmers"), id_="b"), claim(piece("Those"), id_="d")])
    b.session.activate("d")
    assert copy_source(b.session) == ""
    assert b.words("source") == ["a spokesperson"]
    b = Bench(annotations=[claim(piece("Farmers"), id_="b")])
    b.session.activate("b")
    assert "no claim above has a source" in copy_source(b.session)


def test_a_scheme_of_own_names_has_every_gesture_or_a_reason_why_not() -> None:
    text = "Those networks, he said, were positioning themselves. Farmers left."
    b = Bench(text)
    s = under(b, OWN)
    s.go(text.index("networks"))
    assert break_quotation(s) == ""
    made = s.active
    assert made is not None
    assert {f.role for f in made.fragments} == {"content"}
    assert "no source, no cue in the scheme" in s.said.text
    assert "no role for the source" in copy_source(s)
    assert "one role only" in interchange(s)
    verb = OWN.role("verb")
    assert verb is not None
    s.go(text.index("said"))
    s.give_role(verb)
    assert interchange(s) == ""
    assert interchange(s) == ""
    s.go(text.index("positioning"))
    assert split(s) == ""
    assert "copied to it: verb" in s.said.text
    assert merge(s) == ""
    now = s.active
    assert now is not None
    assert sorted(f[:3] for f in now.fragments) == sorted(
        [*(f[:3] for f in made.fragments), piece("said", "verb", text=text)[:3]]
    )
    assert all(OWN.faults(a) == () for a in s.index.by_id.values())


def test_what_is_off_the_screen_is_refused_by_every_gesture() -> None:
    first = claim(
        piece("We never"), piece("that", span=0), piece("a spokesperson", "source"), id_="a"
    )
    second = claim(piece("Farmers"), id_="b")
    for gesture in (interchange, split, merge, copy_source):
        b = Bench(annotations=[first, second])
        s = b.session
        s.activate("a")
        b.at("We never")
        if gesture is copy_source:
            nobody = piece("“We never wrote that,” a spokesperson")
            s.shown = lambda at=nobody: (at.start, at.end)  # type: ignore[misc]
        else:
            s.shown = lambda: (piece("Nobody").start, len(TEXT))
        before = dict(s.index.by_id)
        with pytest.raises(OffScreenError):
            gesture(s)
        assert s.index.by_id == before
        assert b.written == []
    b = Bench()
    b.at("networks")
    b.session.shown = lambda: (0, 5)
    with pytest.raises(OffScreenError):
        break_quotation(b.session)
    assert b.written == []


def test_nesting_prefers_the_claim_in_whose_words_it_stands() -> None:
    text = "He, at noon, said A big dog barked and B."
    # The first reaches around the inner one with its source and end alone; the second says it.
    around = claim(piece("and B", text=text), piece("at noon", "source", text=text), id_="around")
    says = claim(piece("A big dog barked", text=text), piece("He", "source", text=text), id_="says")
    inner = claim(piece("big dog", text=text), id_="inner")
    b = Bench(text, [around, says, inner])
    b.at("dog")
    assert b.session.nest() is not None
    assert b.session.active_id == "inner"
    assert b.session.index.by_id["inner"].parent == "says"
    b.session.nest()
    assert b.session.index.by_id["inner"].parent == "around"
    b.session.nest()
    assert b.session.index.by_id["inner"].parent is None
