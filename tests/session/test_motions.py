"""Find and count: where they lead, also as the end of a selection, and what they say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.session.find import Finder, Sought, plain_letter
from annotator.session.motions import COUNTED, CUES_LATER, Count, Motions
from annotator.session.review import SuggestionReview
from annotator.text.speech_words import COMMON, SpeechWords, forms
from tests.session.build import TEXT, Bench


def motions(b: Bench) -> Motions:
    return Motions(b.session, lambda: SuggestionReview(b.session, ()))


def idle(m: Motions) -> bool:
    """Whether nothing waits for a key."""
    return m.waiting is None


def here(b: Bench) -> str:
    return b.text[slice(*b.session.page.token(b.session.cursor))]


@given(st.text(alphabet="ab Éé.“中 \n", max_size=40), st.sampled_from("abeÉ中"), st.integers(0, 40))
def test_a_letter_is_found_as_a_look_at_all_words_finds_it(text: str, letter: str, at: int) -> None:
    b = Bench(text)
    b.session.go(at)
    page = b.session.page
    words = [text[slice(*page.token(t))] for t in range(page.token_count)]
    fits = [t for t, w in enumerate(words) if plain_letter(w) == plain_letter(letter)]
    finder = motions(b).finder
    here_, wanted = b.session.cursor, Sought("letter", letter)
    assert finder.find(wanted, here_, 1) == next((t for t in fits if t > here_), None)
    assert finder.find(wanted, here_, -1) == next((t for t in fits[::-1] if t < here_), None)


def test_letters_without_case_and_accents_are_the_same() -> None:
    assert plain_letter("Éclair") == plain_letter("e") == "e"
    assert plain_letter("") == ""
    assert plain_letter("ﬁne") == "f"


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (("f",), ["Farmers"]),
        (("F",), ["Farmers"]),
        (("p",), ["protested", "positioning"]),
    ],
)
def test_find_goes_on_with_again(keys: tuple[str, ...], words: list[str]) -> None:
    b = Bench()
    m = motions(b)
    b.at("said")
    m.open_find()
    assert m.typed(keys[0]) == ""
    seen = [here(b)]
    while not m.find(None):
        seen.append(here(b))
    assert seen == words
    assert idle(m)


def test_marks_cues_and_names_are_found() -> None:
    b = Bench()
    m = motions(b)
    where = []
    while not m.find(Sought("quotation")):
        where.append(b.session.offset)
    assert where == [i for i, c in enumerate(TEXT) if c in "“”"]
    assert m.find(None) == "no quotation mark below"
    b.session.go(0)
    assert m.find(Sought("cue")) == CUES_LATER  # the lexicon is not read
    assert here(b) == "denies"
    b.session.known_words = lambda: SpeechWords(frozenset({"told"}), frozenset({"told"}), read=True)
    assert m.find(Sought("cue")) == ""
    assert here(b) == "told"
    b.session.go(0)
    names = []
    while not m.find(Sought("name")):
        names.append(here(b))
    assert names == ["Monday", "Ana"]  # Farmers, Those: a sentence's start; Ruiz: the same name


def test_a_name_at_a_sentences_start_is_known_from_elsewhere() -> None:
    b = Bench("He met Trump there. Trump went. Then nobody. Ana Ruiz came. I saw it.")
    finder = motions(b).finder
    page = b.session.page
    names = [b.text[slice(*page.token(t))] for t in range(page.token_count) if finder.is_name(t)]
    assert names == ["Trump", "Trump", "Ana", "Ruiz"]


def test_the_moving_end_goes_outward_to_what_is_found() -> None:
    b = Bench()
    m = motions(b)
    b.at("networks")
    b.session.start_selection()
    m.find(Sought("letter", "w"))
    assert b.selected() == "networks, he said, were"
    assert b.session.selection is not None
    b.session.change_selection(b.session.selection.swapped())
    m.find(Sought("letter", "f"))
    assert b.selected() == "Farmers protested on Monday.\n\nThose networks, he said, were"
    assert m.find(Sought("letter", "z")) == "no word with 'z' above"


def test_nothing_was_found_yet() -> None:
    m = motions(Bench())
    m.open_find()
    assert m.find(None) == "nothing was looked for yet"
    assert idle(m)


def test_a_count_is_digits_and_a_motion() -> None:
    m = motions(Bench())
    m.open_count()
    for digit in "12":
        assert m.typed(digit) == ""
    assert m.waiting == Count(12)
    assert m.times("nav.token_next") == 12
    assert idle(m)
    m.open_count()
    assert m.times("nav.token_next") is None  # no number
    m.open_count()
    m.typed("3")
    assert m.times("claim.delete") is None  # no motion
    m.open_count()
    for _ in range(9):
        m.typed("9")
    assert m.waiting == Count(9999)
    assert "left" in m.typed("y")
    assert idle(m)


def test_only_what_moves_is_counted() -> None:
    assert not [a for a in COUNTED if a.startswith(("claim.", "mark.", "role.", "app."))]


@pytest.mark.parametrize(
    ("lemma", "expected"),
    [
        ("say", "say says said saying"),
        ("argue", "argue argues argued arguing"),
        ("deny", "deny denies denied denying"),
        ("admit", "admit admits admitted admitting"),
        ("agree", "agree agrees agreed agreeing"),
        ("confess", "confess confesses confessed confessing"),
        ("convey", "convey conveys conveyed conveying"),
    ],
)
def test_forms_of_verbs(lemma: str, expected: str) -> None:
    assert list(forms(lemma)) == expected.split()


def test_the_commonest_are_known_before_the_lexicon_is_read() -> None:
    assert {"said", "says", "told", "according"} <= COMMON.cues <= COMMON.verbs
    assert not COMMON.read


def test_a_finder_asks_anew_which_words_are_cues() -> None:
    b = Bench("He mumbled it and said so.")
    cues: set[str] = set()
    finder = Finder(b.session.page, lambda: (), lambda: cues)
    assert finder.find(Sought("cue"), 0, 1) is None
    cues.add("mumbled")
    assert finder.find(Sought("cue"), 0, 1) == 1
