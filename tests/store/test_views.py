"""The views `claim` and `mark` say what the scheme in force says, whatever its names."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.domain.column_names import column_names
from annotator.domain.ids import new_id
from annotator.domain.model import Annotation, Batch, Change, Fragment, Layer, RecordChange
from annotator.domain.scheme import DEFAULT_SCHEME
from annotator.domain.scheme_file import parse_scheme
from annotator.store import Store
from annotator.store.record_states import IN_FORCE
from tests.store.support import add, connection

NAMES = ("said", "Said", "start", "end", "words", "form", "article_title", "role_start", "zitat")
TEXT = "Ida Vos gave the school a bike, it's said."


def scheme_of(roles: list[str], labels: list[str]) -> str:
    out = ['name = "own"', '[[span]]\nname = "entity"']
    out += [f'[[role]]\nname = "{name}"' for name in roles]
    for layer in ("claim", "entity"):
        out += [f'[[attribute]]\nname = "{n}"\nlayer = "{layer}"\ntext = true' for n in labels]
    return "\n".join(out)


def columns(store: Store, view: str) -> list[str]:
    return [row[1] for row in connection(store).execute(f"PRAGMA table_info({view})")]


def rows(store: Store, view: str) -> list[sqlite3.Row]:
    cursor = connection(store).execute(f"SELECT * FROM {view} ORDER BY id")
    cursor.row_factory = sqlite3.Row
    return cursor.fetchall()


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    roles=st.lists(st.sampled_from(NAMES), max_size=4, unique=True),
    labels=st.lists(st.sampled_from(NAMES), max_size=4, unique=True),
    data=st.data(),
)
def test_each_claim_and_mark_is_a_row_with_its_roles_and_labels(
    roles: list[str], labels: list[str], data: st.DataObject
) -> None:
    store = Store.create(":memory:")
    store.set_scheme(scheme_of(roles, labels))
    uid = add(store, TEXT)
    store.add_annotator("anna")
    made = []
    for _ in range(data.draw(st.integers(0, 3))):
        layer: Layer = data.draw(st.sampled_from(("claim", "mark")))
        names = roles if layer == "claim" else ["entity"]
        fragments = [
            Fragment(data.draw(st.sampled_from(names)), 0, 3, data.draw(st.integers(0, 1)))
            for _ in range(data.draw(st.integers(0, 2)) if names else 0)
        ]
        values = {n: data.draw(st.sampled_from(("it's", "x"))) for n in labels}
        made.append(
            Annotation(new_id(), layer, uid, "anna", tuple(dict.fromkeys(fragments)), values)
        )
    store.apply(Batch(new_id(), "anna", "2026", "import", "", tuple(Change(None, a) for a in made)))
    for view, layer, own in (("claim", "claim", roles), ("mark", "mark", [])):
        found = {row["id"]: row for row in rows(store, view)}
        wanted = {a.id: a for a in made if a.layer == layer}
        assert found.keys() == wanted.keys()
        taken = {"id", "article_number", "article_name", "annotator", "layer", "start", "end",
                 "words", "article_title", "article_outlet", "article_published",
                 "article_excluded", "parent", "provenance", "flagged", "note", "scheme",
                 "created_at", "updated_at", "attributes"}  # fmt: skip
        called = column_names(own, labels, taken)
        for id_, row in found.items():
            assert {n: row[c] for n, c in called.labels.items() if row[c]} == dict(
                wanted[id_].attributes
            )
            assert json.loads(row["attributes"]) == dict(wanted[id_].attributes)
            for role, column in called.roles.items():
                pieces = wanted[id_].role(role)
                spans = {f.span for f in pieces}
                assert row[column] == (" | ".join(["Ida"] * len(spans)) if pieces else None)


def test_the_views_follow_an_action_its_undo_and_a_replay(tmp_path: Path) -> None:
    with Store.create(tmp_path / "a.db") as store:
        store.add_annotator("anna")
        first = store.scheme_version()
        toml = scheme_of(["zitat"], ["ton"])
        version = parse_scheme(toml, {}).version
        with store.transaction():
            store.put_scheme(toml)
        states = ({"version": first}, {"version": version})
        change = RecordChange("scheme", IN_FORCE, *states)
        store.apply(Batch(new_id(), "anna", "2026", "edit", "", (), records=(change,)))
        assert {"zitat", "ton"} <= set(columns(store, "claim"))
        assert "content" not in columns(store, "claim")
        assert store.replay(tmp_path / "b.db") == []
        with Store.open(tmp_path / "b.db") as again:
            assert columns(again, "claim") == columns(store, "claim")
        store.undo("anna")
        assert {"content", "source", "stance"} <= set(columns(store, "claim"))
        assert "zitat" not in columns(store, "claim")


@pytest.mark.parametrize("count", [1200])
def test_a_scheme_of_very_many_labels_can_be_put_in_force(count: int) -> None:
    store = Store.create(":memory:")
    store.set_scheme(scheme_of(["zitat"], [f"x{i}" for i in range(count)]))
    assert len(columns(store, "claim")) < 2000
    assert rows(store, "claim") == []
    store.set_scheme(DEFAULT_SCHEME.read_text(encoding="utf-8"))
