"""Jump labels: every place in view has one, none is ambiguous, and each leads where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.ids import new_id
from annotator.domain.model import Annotation, Change, Fragment
from annotator.domain.suggestion import StoredSuggestion
from annotator.session.jump import LETTERS, MOST, Jump, JumpTarget, label_names, labelled
from annotator.session.motions import Motions
from annotator.session.review import SuggestionReview
from tests.session.build import TEXT, Bench

TEXTS = st.lists(
    st.sampled_from(
        ["One", "two ", "a ", "b", ", ", "“", "”", ". ", "é", "中文 ", "ก", "$5 ", "\n\n"]
    ),
    max_size=40,
).map("".join)


def motions(b: Bench, found: list[StoredSuggestion] | None = None) -> Motions:
    review = SuggestionReview(b.session, found or [])
    return Motions(b.session, lambda: review)


def idle(m: Motions) -> bool:
    """Whether nothing waits for a key."""
    return m.waiting is None


def press(m: Motions, label: str) -> str:
    said = ""
    for letter in label:
        assert said == ""
        said = m.typed(letter)
    return said


def label_of(m: Motions, words: str) -> str:
    assert isinstance(m.waiting, Jump)
    at = m.session.article.text.index(words)
    return next(name for name, t in m.waiting.labels.items() if t.start == at)


def piece(words: str, role: str = "content") -> Fragment:
    start = TEXT.index(words)
    return Fragment(role, start, start + len(words))


@pytest.mark.parametrize("count", [0, 1, 2, 25, 26, 27, 28, 51, 52, 216, 650, 675, 676, 677, 2000])
def test_labels_are_as_many_as_fit_and_none_begins_with_another(count: int) -> None:
    names = label_names(count)
    assert len(names) == len(set(names)) == min(count, MOST)
    single = [n for n in names if len(n) == 1]
    assert names[: len(single)] == list(LETTERS[: len(single)])
    assert all(len(n) == 2 and n[0] not in single for n in names[len(single) :])
    # One more single letter would leave too few pairs.
    more = len(single) + 1
    assert len(names) <= 26 or more + (26 - more) * 26 < len(names)


def test_the_home_row_comes_first() -> None:
    assert set(LETTERS[:9]) == set("asdfghjkl")
    assert sorted(LETTERS) == sorted("abcdefghijklmnopqrstuvwxyz")


@given(TEXTS, st.integers(0, 60), st.data())
def test_each_label_stands_on_a_word_in_view_and_leads_there(
    text: str, at: int, data: st.DataObject
) -> None:
    b = Bench(text)
    s = b.session
    s.go(at)
    low = data.draw(st.integers(0, len(text)))
    high = data.draw(st.integers(low, len(text)))
    s.shown = lambda: (low, high)
    page = s.page
    jump = labelled(s, "words")
    in_view = [
        t
        for t in range(page.token_count)
        if low <= page.starts[t] < high and not page.is_pause(t) and t != s.cursor
    ]
    assert {page.token_at(t.start) for t in jump.labels.values()} <= set(in_view)
    assert len(jump.labels) + jump.left_out == len(in_view)
    anchors = [t.anchor for t in jump.labels.values()]
    assert len(anchors) == len(set(anchors))
    # A word is left out only where a character of one cell leaves no room beside it.
    for token in set(in_view) - {page.token_at(t.start) for t in jump.labels.values()}:
        beside = [n for n in (token - 1, token + 1) if 0 <= n < page.token_count]
        assert any(page.starts[n] in anchors for n in beside)
    # The nearest have one letter; what is behind counts twice.
    away = {
        name: (t.start - s.offset if t.start >= s.offset else 2 * (s.offset - t.start))
        for name, t in jump.labels.items()
    }
    one = [away[n] for n in away if len(n) == 1]
    two = [away[n] for n in away if len(n) == 2]
    assert not one or not two or max(one) <= min(two)
    for name, target in jump.labels.items():
        m = motions(b)
        m.waiting = jump
        assert press(m, name) == ""
        assert idle(m)
        assert s.offset == target.start
        assert s.selection is None


def test_a_capital_selects_from_there_and_a_second_jump_ends_the_selection() -> None:
    b = Bench()
    m = motions(b)
    b.at("Farmers")
    m.open_jump()
    press(m, label_of(m, "networks").upper())
    assert b.selected() == "networks"
    m.open_jump()
    press(m, label_of(m, "positioning"))
    assert b.selected() == "networks, he said, were positioning"
    m.open_jump()
    press(m, label_of(m, "he said"))
    assert b.selected() == "networks, he"
    m.open_jump()
    press(m, label_of(m, "Farmers"))  # past the end that stays: the word there stays in
    assert b.selected() == "Farmers protested on Monday.\n\nThose networks"
    assert b.session.selection is not None
    assert b.session.selection.moving == "start"
    m.open_jump()
    press(m, label_of(m, "Ana"))
    assert b.selected() == "networks, he said, were positioning themselves. Ana"


def test_another_key_leaves_and_says_so() -> None:
    b = Bench()
    m = motions(b)
    here = b.session.offset
    for key in ("1", "enter", "?", "Ä"):
        m.open_jump()
        assert "left" in m.typed(key)
        assert idle(m)
    m.open_jump()
    assert isinstance(m.waiting, Jump)
    jump = Jump("words", {"fj": JumpTarget(0, 4, "", 0), "fd": JumpTarget(9, 12, "", 9)})
    m.waiting = jump
    assert m.typed("f") == ""
    assert [letters for _, letters in m.waiting.shown] == ["j", "d"]
    assert "left" in m.typed("q")
    assert b.session.offset == here


def test_what_has_scrolled_away_is_not_gone_to() -> None:
    b = Bench()
    m = motions(b)
    m.open_jump()
    label = label_of(m, "Nobody")
    b.session.shown = lambda: (0, 30)
    assert "out of view" in press(m, label)
    assert b.session.offset == 0


def test_pieces_claims_and_suggestions_have_labels() -> None:
    claim = Annotation(
        "c1",
        "claim",
        "uid",
        "ann",
        (piece("We never wrote that,"), piece("a spokesperson", "source")),
    )
    inner = Annotation("c2", "claim", "uid", "ann", (piece("We never"),))
    b = Bench(annotations=[claim, inner])
    found = StoredSuggestion(new_id(), "uid", "e", 0.9, (piece("It is late"),), {})
    m = motions(b, [found])
    m.open_jump("pieces")
    assert isinstance(m.waiting, Jump)
    # Two pieces begin together: the second label stands on the next word of its piece.
    anchors = sorted(t.anchor for t in m.waiting.labels.values())
    words = [TEXT[a:].split()[0] for a in anchors]
    assert words == ["We", "never", "a"]
    press(m, label_of(m, "a spokesperson"))
    assert b.session.active_id == "c1"
    assert b.session.offset == TEXT.index("a spokesperson")
    m.open_jump()
    for kind in ("pieces", "claims", "suggestions", "words"):
        m.turn()
        assert isinstance(m.waiting, Jump)
        assert m.waiting.kind == kind
    m.open_jump("claims")
    assert isinstance(m.waiting, Jump)
    assert {t.owner for t in m.waiting.labels.values()} == {"c1", "c2"}
    m.open_jump("suggestions")
    press(m, label_of(m, "It is late"))
    assert b.session.active is None
    assert m.review().offered() is not None
    m.review().decide("rejected", m.review().pending()[0])
    assert m.open_jump("suggestions") == "no suggestions in view"


def test_a_claim_that_begins_above_the_view_is_labelled_where_it_can_be_read() -> None:
    claim = Annotation("c1", "claim", "uid", "ann", (piece("Farmers"), piece("Ana Ruiz", "source")))
    b = Bench(annotations=[claim])
    low = TEXT.index("Those")
    b.session.shown = lambda: (low, len(TEXT))
    (target,) = labelled(b.session, "claims").labels.values()
    assert target.anchor == TEXT.index("Ana Ruiz")
    b.session.index.put(Change(claim, None))
    assert labelled(b.session, "claims").labels == {}
