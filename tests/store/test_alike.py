"""The same article with other line ends or blanks: kept apart, found at once, and said."""

from __future__ import annotations

import sqlite3
import unicodedata
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.alike import plain_form
from annotator.domain.model import ArticleDraft
from annotator.store import Store, articles, database
from annotator.store.sql import migrations
from tests.store.support import add, connection, layout_of, problems

TEXT = "Café shut.\n\nThe clerk said the gate was shut. She left.\n"
COPIES = (
    TEXT.replace("\n", "\r\n"),
    TEXT.replace("\n", "\r"),
    TEXT.replace("\n", "\u2028"),
    TEXT.rstrip(),
    TEXT.replace("\n", " \t\n"),
    TEXT.replace("\n\n", "\n \n\n"),
    "\ufeff" + TEXT,
    "\n" + TEXT + "\u00a0\n",
    TEXT.replace("clerk", "cl\u00aderk\u200b"),
    unicodedata.normalize("NFD", TEXT),
)
OTHERS = (TEXT.replace("shut", "open", 1), TEXT.replace("She", "she"), TEXT.replace(".", "", 1))


@pytest.mark.parametrize("copy", COPIES)
def test_a_copy_is_another_article_that_reads_alike(store: Store, copy: str) -> None:
    first, other = add(store, TEXT), add(store, OTHERS[0])
    added = store.add_article(ArticleDraft(copy), layout_of(copy))
    assert (added.duplicate, added.alike) == (False, 1)
    assert store.article(added.uid).text == copy
    assert store.article(first).text == TEXT
    assert articles.alike_groups(connection(store)) == [[1, 3]]
    assert articles.alike(connection(store), TEXT) == 3
    assert articles.alike(connection(store), store.article(other).text) is None
    assert problems(store) == []


@pytest.mark.parametrize("text", OTHERS)
def test_other_words_are_not_alike(store: Store, text: str) -> None:
    add(store, TEXT)
    assert store.add_article(ArticleDraft(text), layout_of(text)).alike is None
    assert articles.alike_groups(connection(store)) == []


@given(
    lines=st.lists(st.text("ab.é“ ", max_size=12), max_size=6),
    end=st.sampled_from(["\n", "\r\n", "\r", "\u2029", " \n", "\n\n"]),
)
def test_line_ends_do_not_change_the_plain_form(lines: list[str], end: str) -> None:
    """What stays is the words: the same of the text and of any copy of it."""
    plain = plain_form("\n".join(lines))
    assert plain_form(end.join(lines) + end) == plain
    assert plain.split() == "\n".join(lines).split()
    assert plain_form(plain) == plain


def test_the_look_up_does_not_read_the_articles(store: Store) -> None:
    conn = connection(store)
    plan = conn.execute(
        "EXPLAIN QUERY PLAN SELECT min(number) FROM article WHERE plain_sha256 = ? AND sha256 <> ?",
        ("", ""),
    ).fetchall()
    assert [row[3] for row in plan] == ["SEARCH article USING INDEX article_plain (plain_sha256=?)"]


def test_an_older_database_learns_what_reads_alike(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(database, "migrations", lambda: migrations()[:3])
        patch.setattr(database, "SCHEMA_VERSION", 3)
        # The phrase index, which this version would make otherwise.
        patch.setattr(Store, "_first_settings", lambda _: None)
        Store.create(db).close()
    with closing(sqlite3.connect(db)) as conn, conn:
        for number, text in enumerate((TEXT, OTHERS[0], COPIES[0]), start=1):
            sha = articles.fingerprint(text)
            conn.execute(
                "INSERT INTO article (uid, number, text, sha256, engine, tokens, token_count,"
                " imported_at) VALUES (?, ?, ?, ?, 'lines 1', ?, 0, '')",
                (sha[:16], number, text, sha, b"x\x9c\x03\x00\x00\x00\x00\x01"),
            )
    with Store.open(db) as store:
        assert store.migrated_from is not None
        assert articles.alike_groups(connection(store)) == [[1, 3]]
        assert problems(store) == []
