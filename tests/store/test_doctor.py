"""The doctor finds what was changed behind the program's back; replay proves the journal."""

from __future__ import annotations

import json
import sqlite3
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from annotator.domain.errors import ConflictError, DatabaseError
from annotator.domain.model import Fragment
from annotator.store import Store
from tests.store.support import TEXT, add, batch, claim, connection, place, problems


@pytest.fixture
def annotated(db: Path) -> Path:
    """Two articles, two claims, one undone."""
    with Store.create(db) as store:
        store.add_annotator("anna")
        uid = add(store, name="bridge")
        add(store, "Second. " + TEXT)
        first = claim(uid, place(TEXT, "the council"), place(TEXT, "said", "cue"))
        store.apply(batch((None, first)))
        store.apply(batch((first, first.with_attribute("stance", "favor"))))
        store.apply(batch((None, claim(uid))))
        store.undo("anna")
    return db


def tamper(path: Path, *statements: str) -> None:
    """Change a database without its triggers and keys, as a broken program or disk would."""
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA foreign_keys = OFF")
        conn.execute("PRAGMA ignore_check_constraints = ON")
        for (name,) in conn.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            conn.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            conn.execute(statement)
        conn.commit()


def found(path: Path) -> dict[str, tuple[str, ...]]:
    with Store.open(path) as store:
        return {f.check: f.problems for f in store.findings() if f.problems}


def found_or_refused(path: Path) -> bool:
    """Whether a damaged file is refused at once, or some check finds the damage."""
    try:
        return bool(found(path))
    except DatabaseError:
        return True


def test_a_sound_database_passes_every_check(annotated: Path) -> None:
    with Store.open(annotated) as store:
        findings = list(store.findings())
        assert [f.problems for f in findings] == [()] * len(findings)
        counted = {f.check: f.counted for f in findings}
    assert counted == {
        "integrity": 1,
        "foreign keys": 1,
        "texts unchanged": 2,
        "layout": 2,
        "offsets": 2,
        "journal in order": 4,
        "journal equals state": 1,
        "undo stack": 4,
        "relations": 0,
        "phrase index": 4,
    }


def test_a_span_that_parts_a_conjunct_is_no_damage(tmp_path: Path) -> None:
    """Before Unicode 15.1 a conjunct was two characters: what was marked then stays as it is."""
    with Store.create(tmp_path / "x.db") as store:
        store.add_annotator("anna")
        uid = add(store, "क\u094dष कहा।")
        store.apply(batch((None, claim(uid, Fragment("content", 0, 2)))))
        (made,) = store.annotations()
        assert made.fragments == (Fragment("content", 0, 2),)
        store.apply(batch((made, replace(made, note="doubt"))))
        findings = {f.check: f for f in store.findings()}
    assert [f.problems for f in findings.values()] == [()] * len(findings)
    assert len(findings["offsets"].notes) == 1
    assert findings["offsets"].notes[0].startswith("1 span begins or ends within an Indic conjunct")


@pytest.mark.parametrize(
    ("check", "statement"),
    [
        ("texts unchanged", "UPDATE article SET text = replace(text, 'May', 'Mai')"),
        ("layout", "UPDATE article SET tokens = x'00'"),
        ("layout", "UPDATE article SET token_count = token_count + 1"),
        ("layout", "UPDATE sentence SET end = 100000 WHERE idx = 2"),
        ("layout", "UPDATE sentence SET paragraph = 0 WHERE idx = 1"),
        ("layout", "UPDATE paragraph SET start = 0 WHERE idx = 1"),
        ("offsets", "UPDATE fragment SET end = 100000 WHERE ord = 0"),
        ("offsets", f"UPDATE fragment SET end = {TEXT.index('🏴') + 1} WHERE ord = 0"),
        ("journal equals state", "UPDATE attribute SET value = 'against'"),
        ("journal equals state", "DELETE FROM annotation"),
        ("journal equals state", "UPDATE annotation SET note = 'x'"),
        ("journal equals state", "UPDATE fragment SET start = start + 1 WHERE ord = 0"),
        ("journal equals state", "DELETE FROM event WHERE seq = 2"),
        ("journal in order", "DELETE FROM event WHERE seq = 1"),
        ("journal in order", "UPDATE event SET before = NULL WHERE seq = 2"),
        ("undo stack", "UPDATE batch SET state = 'undone' WHERE seq = 1"),
        ("undo stack", "UPDATE batch SET state = 'applied' WHERE seq = 3"),
        ("foreign keys", "DELETE FROM annotator"),
        ("phrase index", "DELETE FROM phrase WHERE sentence = 1"),
        ("phrase index", "UPDATE phrase SET normal = 'x' WHERE id = 1"),
        ("phrase index", "UPDATE phrase_frequency SET n = n + 1"),
        ("phrase index", "DELETE FROM setting WHERE name = 'phrase_index'"),
        ("foreign keys", "INSERT INTO bookmark VALUES ('anna', 'nowhere', 1, 'now')"),
    ],
)
def test_what_was_tampered_with_is_found(annotated: Path, check: str, statement: str) -> None:
    tamper(annotated, statement)
    assert check in found(annotated)


def test_events_that_say_nothing_are_reported(annotated: Path) -> None:
    tamper(annotated, "UPDATE event SET after = NULL WHERE seq = 1")
    assert "integrity" in found(annotated)
    with Store.open(annotated) as store:
        first = list(store.log())[-1]
        with pytest.raises(DatabaseError, match="says nothing"):
            store.changes(first.id)


def test_broken_metadata_is_reported(annotated: Path) -> None:
    tamper(annotated, "UPDATE article SET meta = '{broken' WHERE number = 1")
    assert "integrity" in found(annotated)
    with Store.open(annotated) as store, pytest.raises(DatabaseError, match="broken"):
        store.article(store.uids()[0])


@pytest.mark.parametrize(
    "record", ["[]", "{}", '{"id": 1}', json.dumps({"id": "x", "layer": "poem"}), "null", "{broken"]
)
def test_an_unreadable_journal_is_reported_not_raised(annotated: Path, record: str) -> None:
    tamper(annotated, f"UPDATE event SET after = '{record}' WHERE seq = 1")
    assert {"integrity", "journal in order", "journal equals state"} & set(found(annotated))


def test_overwritten_pages_are_found(annotated: Path) -> None:
    content = bytearray(annotated.read_bytes())
    for page in range(3, len(content) // 4096, 2):
        content[page * 4096 : page * 4096 + 64] = b"\xa5" * 64
    annotated.write_bytes(content)
    assert found_or_refused(annotated)


def test_replay_rebuilds_the_same_state(annotated: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with Store.open(annotated) as store:
        assert store.replay(copy) == []
        with Store.open(copy) as replayed:
            assert replayed.annotations() == store.annotations()
            assert [b[1:] for b in replayed.log()] == [b[1:] for b in store.log()]
            assert replayed.article(store.uids()[0]) == store.article(store.uids()[0])
            assert problems(replayed) == []
            redone = replayed.redo("anna")
            assert redone is not None


def test_replay_names_what_differs(annotated: Path, tmp_path: Path) -> None:
    with Store.open(annotated) as store:
        (kept,) = store.annotations()
    tamper(annotated, "UPDATE annotation SET flagged = 1")
    with Store.open(annotated) as store:
        assert store.replay(tmp_path / "copy.db") == [kept.id]


def test_replay_never_overwrites(annotated: Path, tmp_path: Path) -> None:
    target = tmp_path / "there.db"
    target.write_bytes(b"precious")
    with Store.open(annotated) as store, pytest.raises(DatabaseError, match="already exists"):
        store.replay(target)
    assert target.read_bytes() == b"precious"


@pytest.fixture
def views(annotated: Path) -> Iterator[sqlite3.Connection]:
    with Store.open(annotated) as store:
        yield connection(store)


def test_the_views_read_like_the_data(views: sqlite3.Connection) -> None:
    row = views.execute("SELECT article_name, content, cue, stance FROM claim").fetchone()
    assert row == ("bridge", "the council", "said", "favor")
    words = views.execute("SELECT role, words FROM span ORDER BY ord").fetchall()
    assert words == [("content", "the council"), ("cue", "said")]
    actions = views.execute("SELECT action, state, kind FROM history ORDER BY seq").fetchall()
    assert actions == [
        ("edit", "applied", "create"),
        ("edit", "applied", "change"),
        ("edit", "undone", "create"),
        ("undo", "control", "delete"),
    ]


def many(path: Path, claims: int) -> Store:
    """A project with so many claims, each made, labelled and in force."""
    store = Store.create(path)
    store.add_annotator("anna")
    uid = add(store)
    made = [claim(uid, place(TEXT, "the council")) for _ in range(claims)]
    store.apply(batch(*((None, c) for c in made)))
    store.apply(batch(*((c, c.with_attribute("stance", "favor")) for c in made)))
    return store


def peak(act: Callable[[], object]) -> int:
    """The most that Python holds at once during an act, in bytes."""
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_the_checks_and_replay_hold_no_more_in_a_large_project(tmp_path: Path) -> None:
    few, lot = many(tmp_path / "few.db", 20), many(tmp_path / "lot.db", 1500)
    with few, lot:
        for name, act in (
            ("doctor", lambda store: list(store.findings())),
            ("replay", lambda store: store.replay(tmp_path / f"copy-{store.size()}.db")),
        ):
            act(few)  # modules, cached queries
            (tmp_path / "copy-20.db").unlink(missing_ok=True)
            more = peak(lambda act=act: act(lot)) - peak(lambda act=act: act(few))  # type: ignore[misc]
            # The journal of the larger one is 2 MB of text; each claim as an object is 2 kB.
            assert more < 100_000, f"{name}: {more:,} bytes more"


def test_what_cannot_be_replayed_leaves_no_file(annotated: Path, tmp_path: Path) -> None:
    tamper(annotated, "UPDATE event SET before = NULL WHERE seq = 2")
    with Store.open(annotated) as store, pytest.raises(ConflictError, match="state before it"):
        store.replay(tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_a_phrase_index_of_many_articles_is_compared_place_by_place(db: Path) -> None:
    with Store.create(db) as store:
        for i in range(20):
            add(store, f"Number {i}.\n\nThe same words in all.\n\nNumber {i} again.")
        assert problems(store) == []
        connection(store).execute("UPDATE phrase_repeat SET sentence = 2 WHERE article = 7")
        assert problems(store) == [
            "article 7, sentence 1 is not in the index as it stands",
            "article 7, sentence 2 is not in the index as it stands",
        ]
        connection(store).execute("UPDATE phrase_repeat SET sentence = 1 WHERE article = 7")
        connection(store).execute("UPDATE phrase_repeat SET article = 70 WHERE article = 8")
        assert problems(store) == [
            "article 8, sentence 1 is not in the index as it stands",
            "there is no article 70, which the index knows",
        ]


@pytest.mark.parametrize(
    "text",
    [
        f"A picture {'x' * 40_000} follows, she said.",
        f"A picture {'x' * 32_767} {'x' * 32_768} {'x' * 32_769} {'x' * 40_000} follows.",
        f"Ein Bild {'é' * 20_000} {'xé' * 20_001} folgt.\n\nEins: {'é' * 20_000} {'é' * 20_001}.",
        f"圖{'東京' * 9_000} 說。",
        f"{'🎈' * 9_000} flew.",
    ],
    ids=range(5),
)
def test_words_longer_than_a_token_of_the_index_are_sound(db: Path, text: str) -> None:
    with Store.create(db) as store:
        add(store, text)
        add(store, f"Once more: {text}")
    assert found(db) == {}
    tamper(db, "UPDATE phrase_frequency SET n = n + 1")
    assert "phrase index" in found(db)
