"""Finding a phrase again: kinds, scores, exact places, the two steps and the cap."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from annotator.domain.errors import DatabaseError
from annotator.phrases.find import pair_query
from annotator.phrases.matches import Match, search, stages
from annotator.store import Store, phrase_check, phrases
from annotator.text.normal import normal, normalise, words
from tests.phrases.support import add, corpus, fixtures, index
from tests.store.support import connection

GATE = "The lower gate of the Tarn dam was left open for at least six hours on Thursday night"
FILLER = [
    f"Number {i} {word} was sold at the market of {town} by {who}."
    for i, (word, town, who) in enumerate(
        (w, t, p)
        for w in ("wheat", "barley", "copper", "timber", "cotton")
        for t in ("Oslo", "Lima", "Quito", "Turin")
        for p in ("farmers", "traders")
    )
]


def check_text(store: Store, found: list[Match]) -> None:
    """Offsets are into the article's own text, and on whole words."""
    for m in found:
        text = store.text_of(m.article)
        assert text[m.start : m.end] == m.text
        assert m.start == 0 or not (text[m.start - 1].isalnum() and text[m.start].isalnum())
        assert m.end == len(text) or not (text[m.end - 1].isalnum() and text[m.end].isalnum())


def test_a_claim_is_found_in_all_three_outlets() -> None:
    store = corpus(*FILLER)
    uids = fixtures(store)
    found = search(index(store), GATE).found
    check_text(store, found)
    assert [m.article for m in sorted(found)] == sorted(uids.values())
    # The words of the claim only: neither who said so, nor the dateline before it.
    assert {m.text for m in found} == {GATE}
    assert all(m.score == 100 for m in found)
    kinds = {m.outlet: m.kind for m in found}
    assert kinds["The Valley Sentinel"] == "verbatim"
    assert kinds["Carrow Daily Ledger"] == "contained"


def test_quotation_marks_and_case_are_nothing_to_the_search_but_belong_to_the_span() -> None:
    store = corpus(*FILLER)
    fixtures(store)
    found = search(index(store), '"Nobody rang the bell and nobody rang the phone,"').found
    check_text(store, found)
    assert sorted(m.text for m in found) == [
        '"Nobody rang the bell and nobody rang the phone,"',
        "“Nobody rang the bell and nobody rang the phone,”",
        "“Nobody rang the bell and nobody rang the phone,”",
    ]
    bare = search(index(store), "nobody rang the bell AND nobody rang the phone").found
    assert {m.text for m in bare} == {"Nobody rang the bell and nobody rang the phone"}


def test_near_copies_with_their_scores() -> None:
    store = corpus(*FILLER)
    fixtures(store)
    dam = "The Tarn dam, built in 1961, supplies drinking water to about 90,000 people."
    found = search(index(store), dam).found
    assert [m.kind for m in found] == ["verbatim"] * 3 + ["near"]
    near = found[-1]
    assert near.text.startswith("The Tarn dam, which was built")
    assert near.score == pytest.approx(fuzz.ratio(normal(dam), normal(near.text)))


def test_the_phrase_itself_is_left_out() -> None:
    store = corpus(*FILLER)
    uids = fixtures(store)
    here = (uids["03-flood-wire"], 100, 180)
    assert len(search(index(store), GATE, here=here).found) == 2


def test_steps_come_one_after_the_other() -> None:
    store = corpus(*FILLER)
    fixtures(store)
    first, second = stages(index(store), GATE)
    assert {m.kind for m in first.found} <= {"verbatim", "near"}
    assert {m.kind for m in second.found} == {"contained"}
    (only,) = stages(index(store), GATE, inside=False)
    assert only.found == first.found


@pytest.mark.parametrize("inside", [False, True])
def test_more_places_than_the_cap_are_told(inside: bool) -> None:
    line = "It was a quiet night in the harbour of Lower Carrow, they said.\n"
    store = corpus(line * 12)
    text = "quiet night in the harbour of Lower" if inside else line
    full = search(index(store), text, cap=12)
    assert (full.shown, full.more) == ("12", False)
    cut = search(index(store), text, cap=5)
    assert (cut.shown, cut.more) == ("5+", True)


@pytest.mark.parametrize(
    "text",
    [
        "上海の橋は五月まで閉鎖される",
        "Das Stadtbad öffnet im März wieder für alle Gäste",
        "İstanbul'da köprü kapalı kalacak dedi",
        "الجسر مغلق حتى شهر مايو القادم",
        "Мост останется закрытым до самого мая",
    ],
)
def test_other_scripts(text: str) -> None:
    store = corpus(*FILLER, f"{text}.", f"Vorher. Zuvor sagte wer {text} und noch mehr dazu.")
    found = search(index(store), text.upper() if text[0] != "İ" else text).found
    check_text(store, found)
    assert next(m.kind for m in found) == "verbatim"
    assert len(found) == 2
    assert all(normal(m.text) == normal(text) for m in found)


@pytest.mark.parametrize(
    ("text", "typo"),
    [
        ("The minister resigned today", "The minster resigned today"),
        ("Shares fell", "Shaers fell"),
        ("Grain 340,036 250,114 17.5", "Grain 340036 250 114 17.5"),
    ],
)
def test_short_phrases_with_typing_errors(text: str, typo: str) -> None:
    store = corpus(*FILLER, f"{text}.")
    assert [m.text for m in search(index(store), typo, 80).found] == [text]


@pytest.mark.parametrize(
    ("asked", "stands"),
    [
        ("Wheat 340 036 351 204 17 000 22 410", "Wheat 340036 351204 17000 22410"),
        ("340036 351204 17000 22410", "340 036 351 204 17 000 22 410"),
    ],
)
def test_tables_of_numbers_set_otherwise(asked: str, stands: str) -> None:
    store = corpus(*FILLER, stands)
    found = search(index(store), asked, inside=False).found
    assert [m.text for m in found] == [stands]
    assert found[0].score < 100


@pytest.mark.parametrize("text", ["", " ", "—", "!?", "zzz", "\"'", "\0", 'a" OR b', "NOT x", "*"])
def test_nothing_to_find(text: str) -> None:
    store = corpus(*FILLER)
    assert search(index(store), text).found == []
    empty = Store.create(":memory:")
    assert search(index(empty), text).found == []


def test_a_worker_reads_with_its_own_connection(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    out: list[Match] = []

    def work() -> None:
        with Store.open(path, readonly=True) as own:
            out.extend(search(index(own), GATE).found)

    with Store.create(path) as store:
        fixtures(store)
        worker = threading.Thread(target=work)
        worker.start()
        worker.join()
    assert len(out) == 3


def test_an_added_article_is_found_at_once() -> None:
    store = corpus(*FILLER)
    line = "The harbour bridge will stay shut until May, the council said."
    assert search(index(store), line).found == []
    add(store, line)
    assert [m.score for m in search(index(store), line).found] == [100]


@pytest.mark.parametrize("rarest", [None, 2, 4, 7])
def test_the_query_asks_for_two_words_one_of_them_rare(rarest: int | None) -> None:
    terms = "abcdefg"
    asked = pair_query(terms, rarest).replace('"', "").replace("OR", "|").replace("AND", "&")
    for i, first in enumerate(terms):
        for j, second in enumerate(terms[i + 1 :], start=i + 1):
            held = {t: t in (first, second) for t in terms}
            wanted = rarest is None or i < rarest or j < rarest
            truth = asked
            for term, there in held.items():
                truth = truth.replace(term, str(int(there)))
            found = any(
                all("1" in part for part in clause.split("&")) for clause in _clauses(truth)
            )
            assert found == wanted, (first, second)


def _clauses(query: str) -> list[str]:
    """The parts of an OR at the top level."""
    out, depth, start = [], 0, 0
    for i, ch in enumerate(query):
        depth += (ch == "(") - (ch == ")")
        if ch == "|" and not depth:
            out.append(query[start:i])
            start = i + 1
    return [*out, query[start:]]


def test_many_articles_leave_an_index_in_one_piece_and_another_version_is_refused() -> None:
    store = corpus(*FILLER)
    with store.transaction():
        phrases.settle(connection(store), len(FILLER))
    assert phrase_check.problems(connection(store))[1] == []
    assert search(index(store), FILLER[3]).found
    connection(store).execute("UPDATE setting SET value = '0.1' WHERE name = 'phrase_index'")
    with pytest.raises(DatabaseError, match="another version"):
        index(store)
    with pytest.raises(DatabaseError, match="another version"):
        add(store, "A new sentence.")
    assert "another version" in phrase_check.problems(connection(store))[1][0]
    with store.transaction():
        phrases.reindex(connection(store))
    assert search(index(store), FILLER[3]).found


@given(st.text(max_size=60))
def test_a_normal_form_knows_where_its_words_stand(text: str) -> None:
    form = normalise(text)
    assert list(form.words) == words(text)
    for word, start, end in zip(form.words, form.starts, form.ends, strict=True):
        assert 0 <= start < end <= len(text)
        assert word in normal(text[start:end]) or len(text[start:end]) > len(word)
    assert list(form.starts) == sorted(form.starts)


@pytest.mark.parametrize(
    ("word", "typo", "found"),
    [
        ("farm", "frma", False),
        ("farm", "fram", False),
        ("farm", "afrm", True),  # the first two swapped
        ("farm", "famr", True),
        ("farm", "far", False),  # three letters are too few to tell an error from a word
        ("farms", "farm", True),
        ("harbour", "harbor", True),
        ("harbour", "jarbour", False),  # the first letters have to be right, or swapped
        ("harbour", "harbour", False),
        ("harbour", "harbirr", False),
    ],
)
def test_a_word_is_similar_one_typing_error_away(word: str, typo: str, found: bool) -> None:
    words = index(corpus(f"A {word} closed.")).similar_words(typo)
    assert (word in words) == found
