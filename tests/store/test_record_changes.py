"""What a person decides besides annotations is journaled, undone and replayed like them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.domain.errors import ConflictError, NotFoundError
from annotator.domain.ids import new_id
from annotator.domain.model import Batch, RecordChange
from annotator.domain.scheme import DEFAULT_SCHEME
from annotator.store import Store
from annotator.store.record_states import ARTICLE_FIELDS, IN_FORCE, read_record
from tests.store.support import AT, add, batch, claim, connection, problems

OTHER = 'name = "other"\n[[role]]\nname = "words"\n'


def state_of(store: Store, uid: str) -> dict[str, object]:
    return read_record(connection(store), "article", uid)


def action(*records: RecordChange, annotator: str = "anna") -> Batch:
    return Batch(new_id(), annotator, AT, "edit", "put right", (), records=records)


def put_right(store: Store, uid: str, **fields: object) -> RecordChange:
    now = state_of(store, uid)
    return RecordChange("article", uid, now, now | fields)


def replayed(store: Store, target: Path) -> list[str]:
    return store.replay(target)


values = st.fixed_dictionaries(
    {},
    optional={
        name: st.dictionaries(st.text(max_size=3), st.text(max_size=3) | st.integers(0, 3))
        if name == "meta"
        else st.text(
            st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=5
        )
        for name in ARTICLE_FIELDS
    },
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(values, min_size=1, max_size=6), undone=st.integers(0, 6))
def test_undo_and_replay_hold_for_articles_put_right(
    tmp_path_factory: pytest.TempPathFactory, changes: list[Mapping[str, object]], undone: int
) -> None:
    folder = tmp_path_factory.mktemp("records")
    with Store.create(folder / "a.db") as store:
        store.add_annotator("anna")
        uid = add(store)
        states = [state_of(store, uid)]
        for fields in changes:
            store.apply(action(put_right(store, uid, **fields)))
            states.append(state_of(store, uid))
            assert states[-1] == states[-2] | dict(fields)
        for _ in range(min(undone, len(changes))):
            told = store.undo("anna")
            assert told is not None
            assert [c.subject for c in told.records] == ["article"]
            states.pop()
            assert state_of(store, uid) == states[-1]
        assert problems(store) == []
        assert replayed(store, folder / "b.db") == []
        with Store.open(folder / "b.db") as other:
            assert state_of(other, uid) == states[-1]
            assert problems(other) == []
            if not undone:
                other.undo("anna")
                assert state_of(other, uid) == states[-2]


def test_the_scheme_in_force_and_annotations_change_in_one_action(
    store: Store, tmp_path: Path
) -> None:
    uid = add(store)
    made = claim(uid)
    store.apply(batch((None, made)))
    first = store.scheme_version()
    with store.transaction():
        other = store.put_scheme(OTHER).version
    moved = replace(
        made, fragments=tuple(f._replace(role="words") for f in made.fragments), attributes={}
    )
    told = replace(
        batch((made, moved)),
        kind="migrate",
        records=(RecordChange("scheme", IN_FORCE, {"version": first}, {"version": other}),),
    )
    store.apply(told)
    assert (store.scheme_version(), store.scheme().name) == (other, "other")
    assert replayed(store, tmp_path / "b.db") == []
    store.undo(told.annotator)
    assert (store.scheme_version(), store.annotations()) == (first, [made])
    assert store.scheme().toml == DEFAULT_SCHEME.read_text(encoding="utf-8")
    store.redo(told.annotator)
    assert (store.scheme_version(), store.annotations()) == (other, [moved])
    assert problems(store) == []


def test_what_was_changed_in_the_meantime_is_refused_whole(store: Store) -> None:
    uid = add(store)
    mine, theirs = put_right(store, uid, title="a"), put_right(store, uid, outlet="b")
    store.apply(action(theirs, annotator="ben"))
    before = state_of(store, uid)
    with pytest.raises(ConflictError, match="changed elsewhere"):
        store.apply(replace(action(mine), changes=batch((None, claim(uid))).changes))
    assert state_of(store, uid) == before
    assert store.annotations() == []
    with pytest.raises(NotFoundError):
        store.apply(action(RecordChange("article", "nowhere", before, before)))


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE article SET title = 'x'", "the journal and the state differ"),
        ("UPDATE setting SET value = 'x' WHERE name = 'scheme'", "scheme in_force"),
    ],
)
def test_the_doctor_sees_a_record_that_is_not_what_the_journal_says(
    store: Store, sql: str, said: str
) -> None:
    uid = add(store)
    version = store.scheme_version()
    with store.transaction():
        other = store.put_scheme(OTHER).version
    change = RecordChange("scheme", IN_FORCE, {"version": version}, {"version": other})
    store.apply(action(put_right(store, uid, title="b"), change))
    assert problems(store) == []
    connection(store).execute(sql)
    assert any(said in p for p in problems(store))
