"""Annotations as columns hold what the same annotations hold as objects."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

import pytest

from annotator.domain.columns import AnnotationColumns
from annotator.domain.errors import DatabaseError
from annotator.domain.model import Annotation, Batch, Change, Fragment
from annotator.store import Store
from annotator.store import columns as module
from annotator.store.columns import annotation_columns, read_articles
from tests.report.conftest import fill
from tests.store.support import connection


@pytest.fixture
def read(tmp_path: Path) -> Iterable[Store]:
    fill(tmp_path / "read.db")
    with Store.open(tmp_path / "read.db") as store:
        uid = store.uids()[0]
        found = [
            # What claims of the sample lack: no fragments, a role of another scheme, odd words.
            Annotation("01ARZ3NDEKTSV4RRFFQ69G5FAA", "article", uid, "z", provenance="adjudicated"),
            Annotation("01ARZ3NDEKTSV4RRFFQ69G5FAB", "claim", uid, "é\u2028", (
                Fragment("odd role", 4, 6), Fragment("content", 9, 12), Fragment("odd role", 1, 3),
            ), {"target": 'a "quoted" word'}, reviewed=True),
        ]  # fmt: skip
        changes = tuple(Change(None, a) for a in found)
        for name in ("z", "é\u2028"):
            connection(store).execute("INSERT INTO annotator VALUES (?, '')", (name,))
        store.apply(Batch("01ARZ3NDEKTSV4RRFFQ69G5FAC", "z", "", "import", "", changes))
        yield store


def said(annotations: Iterable[Annotation]) -> list[object]:
    return sorted(
        (
            (a.id, a.layer, a.article, a.annotator, a.parent, a.provenance == "adjudicated",
             a.reviewed, [f[:3] for f in a.fragments], sorted(a.attributes.items()))
            for a in annotations
        ),
        key=str,
    )  # fmt: skip


def test_columns_hold_what_objects_hold(read: Store) -> None:
    expected = said(read.annotations())
    assert len(expected) > 400
    columns = annotation_columns(read)
    assert said(columns.annotations()) == expected
    assert said(AnnotationColumns.from_annotations(read.annotations()).annotations()) == expected
    assert list(columns.ids) == sorted(columns.ids)


def test_some_articles_alone(read: Store) -> None:
    uids = read.uids()[:2]
    expected = said(a for uid in uids for a in read.annotations(uid))
    assert said(annotation_columns(read, uids).annotations()) == expected
    assert len(annotation_columns(read, [])) == 0


@pytest.mark.parametrize("some", [False, True])
def test_articles_and_columns_are_read_at_once(read: Store, some: bool) -> None:
    uids = read.uids()[:2] if some else None
    steps: list[int] = []
    articles, columns = read_articles(read, uids, steps.append)
    wanted = read.uids() if uids is None else uids
    annotated = {a.article for a in read.annotations()}
    assert articles == [read.article(uid) for uid in wanted if uid in annotated]
    assert sum(steps) == len(wanted)
    assert columns == annotation_columns(read, uids)


def test_one_state_is_read_while_somebody_writes(
    read: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = module._begun
    calls: list[int] = []

    def interrupted(conn: sqlite3.Connection) -> int:
        # A claim is added after the first connection has begun to read.
        calls.append(begun(conn))
        if len(calls) == 1:
            uid = read.uids()[0]
            one = Annotation("01ARZ3NDEKTSV4RRFFQ69G5FAE", "claim", uid, "z",
                             (Fragment("content", 1, 5),))  # fmt: skip
            batch = "01ARZ3NDEKTSV4RRFFQ69G5FAD"
            read.apply(Batch(batch, "z", "", "import", "", (Change(None, one),)))
        return calls[-1]

    monkeypatch.setattr(module, "_begun", interrupted)
    _, columns = read_articles(read)
    assert calls[0] != calls[1]
    assert calls[2] == calls[3]
    assert said(columns.annotations()) == said(read.annotations())


def test_a_missing_fragment_is_told(read: Store) -> None:
    connection(read).execute("UPDATE fragment SET ord = ord + 9 WHERE annotation LIKE '01ARZ%FAB'")
    with pytest.raises(DatabaseError, match="gaps"):
        annotation_columns(read)
