"""Articles: their text never changes, equal texts are one, a changed text is a revision."""

from __future__ import annotations

import hashlib
import sqlite3
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.errors import InputError, NotFoundError
from annotator.domain.model import ArticleDraft, Layout
from annotator.store import Store
from annotator.store.rows import pack_tokens, unpack_tokens
from tests.store.support import TEXT, add, batch, claim, connection, layout_of, place


def test_an_article_comes_back_as_it_went_in(store: Store) -> None:
    draft = ArticleDraft(
        TEXT,
        name="bridge",
        title="Bridge stays shut",
        byline="By Jo Roe",
        outlet="The Ledger",
        published="2026-01-02",
        url="https://news.example/bridge",
        language="en",
        origin="bridge.txt",
        meta={"split": "train", "tags": ["a", "b"], "rank": 1.5},
    )
    layout = layout_of(TEXT)
    added = store.add_article(draft, layout)
    article = store.article(added.uid)
    assert added.number == article.number == 1
    assert not added.duplicate
    assert added.revision_of is None
    for name in ("text", "name", "title", "byline", "outlet", "published", "url", "language"):
        assert getattr(article, name) == getattr(draft, name)
    assert article.meta == draft.meta
    assert article.layout == layout
    assert article.sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
    assert article.uid == article.sha256[:16]


def test_the_same_text_is_one_article(store: Store) -> None:
    first = store.add_article(ArticleDraft(TEXT, name="a"), layout_of(TEXT))
    again = store.add_article(ArticleDraft(TEXT, name="b"), layout_of(TEXT))
    assert again.duplicate
    assert again.uid == first.uid
    assert store.uids() == [first.uid]
    assert store.has_text(TEXT) == first.uid
    assert store.has_text(TEXT + "\n") is None


@pytest.mark.parametrize("field", ["url", "origin"])
def test_a_changed_text_of_one_place_is_a_revision(store: Store, field: str) -> None:
    first = add(store, **{field: "here"})
    longer = TEXT + " More."
    added = store.add_article(ArticleDraft(longer, **{field: "here"}), layout_of(longer))  # type: ignore[arg-type]
    assert added.revision_of == first
    assert store.article(added.uid).revision_of == first
    assert store.article(first).text == TEXT


def test_several_articles_are_added_all_or_none(store: Store) -> None:
    good = (ArticleDraft("One."), layout_of("One."))
    with pytest.raises(InputError, match="NUL"):
        store.add_articles([good, (ArticleDraft("Two\0."), layout_of("Two."))])
    assert store.uids() == []
    assert [
        a.number for a in store.add_articles([good, (ArticleDraft("2."), layout_of("2."))])
    ] == [
        1,
        2,
    ]


@pytest.mark.parametrize("text", ["a\0b", "half \ud83d pair"])
def test_a_text_that_cannot_be_stored_exactly_is_refused(store: Store, text: str) -> None:
    with pytest.raises(InputError):
        store.add_article(ArticleDraft(text), layout_of("x"))
    assert store.uids() == []


def test_a_text_never_changes(store: Store) -> None:
    uid = add(store)
    for column, value in (("text", "other"), ("sha256", "0"), ("tokens", b""), ("uid", "1")):
        with pytest.raises(sqlite3.IntegrityError, match="never changes"):
            connection(store).execute(
                f"UPDATE article SET {column} = ? WHERE uid = ?", (value, uid)
            )
    assert store.article(uid).text == TEXT


def test_an_article_is_found_by_what_people_type(store: Store) -> None:
    uid = add(store, name="bridge")
    other = add(store, "Other.", name="7")
    for name in ("1", "bridge", uid, uid[:4], uid[:10]):
        assert store.resolve(name) == uid
    assert store.resolve("7") == other  # there is no article number 7
    for name in ("99", "nothing", uid[:3], ""):
        with pytest.raises(NotFoundError):
            store.resolve(name)


def test_a_name_of_two_articles_is_refused_with_both_named(store: Store) -> None:
    uids = {add(store, "One.", name="twin"), add(store, "Two.", name="twin")}
    with pytest.raises(NotFoundError) as caught:
        store.resolve("twin")
    assert all(uid in caught.value.message for uid in uids)


def test_an_unknown_uid_is_reported(store: Store) -> None:
    with pytest.raises(NotFoundError):
        store.article("0" * 16)
    with pytest.raises(NotFoundError):
        store.text_of("0" * 16)


def test_progress_counts_only_the_annotators_own_sentences(store: Store) -> None:
    uid = add(store)
    assert store.summaries("anna")[0].done == 0
    whole = claim(uid, place(TEXT, "Nobody wanted this"), place(TEXT, "a scandal", span=1))
    store.apply(batch((None, whole)))
    mine, theirs = store.summaries("anna")[0], store.summaries("ben")[0]
    assert (mine.done, mine.claims, mine.sentences) == (2, 1, 3)
    assert (theirs.done, theirs.claims, theirs.sentences) == (0, 0, 3)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 30)), max_size=60))
def test_token_boundaries_survive_packing(gaps: list[tuple[int, int]]) -> None:
    layout = Layout([], [], *_tokens(gaps), "x")
    starts, ends = unpack_tokens(pack_tokens(layout), len(gaps))
    assert (starts, ends) == (layout.token_starts.tolist(), layout.token_ends.tolist())


def _tokens(gaps: list[tuple[int, int]]) -> tuple[array[int], array[int]]:
    starts, ends, at = array("I"), array("I"), 0
    for gap, length in gaps:
        starts.append(at + gap)
        ends.append(at + gap + length)
        at += gap + length
    return starts, ends
