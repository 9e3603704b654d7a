"""`Project`: what it says is what the store holds, and no error of SQLite comes through it."""

from __future__ import annotations

import inspect
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from annotator.domain.errors import AnnotatorError, DatabaseError, GoneError, NotFoundError
from annotator.domain.ids import new_id
from annotator.domain.model import Batch, Change
from annotator.project import Project
from annotator.project.data import ProjectData
from annotator.store import Store
from tests.store.support import AT, TEXT, add, batch, claim


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A project with one article, on which anna has one claim."""
    found = tmp_path / "p.db"
    with Store.create(found) as store:
        uid = add(store, name="bridge", title="Bridge")
        store.add_annotator("anna")
        store.apply(batch((None, claim(uid))))
    return found


def _uid(project: Project) -> str:
    return project.uids()[0]


# How each public method is called; `_all_of` goes through what is streamed.
CALLS: dict[str, Callable[[Project], object]] = {
    "actions": lambda p: p.actions(),
    "add_annotator": lambda p: p.add_annotator("ben"),
    "alike_groups": lambda p: p.alike_groups(),
    "annotated": lambda p: p.annotated(),
    "annotation_count": lambda p: p.annotation_count(),
    "annotation": lambda p: p.annotation("x"),
    "annotations": lambda p: p.annotations(),
    "annotators": lambda p: p.annotators(),
    "apply": lambda p: p.apply(Batch(new_id(), "anna", AT, "edit", "x", (_change(p),))),
    "article": lambda p: p.article(1),
    "articles": lambda p: p.articles(),
    "article_names": lambda p: p.article_names(),
    "article_state": lambda p: p.article_state("x"),
    "bookmark": lambda p: p.bookmark(),
    "changed_since": lambda p: p.changed_since(0),
    "changes": lambda p: p.changes("0"),
    "claims": lambda p: p.claims(),
    "cluster_parameters": lambda p: p.cluster_parameters(),
    "clusters": lambda p: p.clusters(),
    "distinct_phrases": lambda p: p.distinct_phrases(),
    "excluded": lambda p: p.excluded(),
    "engines": lambda p: p.engines(),
    "facts": lambda p: p.facts(),
    "findings": lambda p: p.findings(),
    "has_articles": lambda p: p.has_articles(),
    "has_text": lambda p: p.has_text("x"),
    "heads": lambda p: p.heads(),
    "label_counts": lambda p: p.label_counts(),
    "source_labels": lambda p: p.source_labels("source"),
    "labels_by_version": lambda p: p.labels_by_version(),
    "last_event": lambda p: p.last_event(),
    "log": lambda p: p.log(),
    "marks": lambda p: p.marks(),
    "number_of": lambda p: p.number_of("x"),
    "numbers": lambda p: p.numbers(),
    "order": lambda p: p.order(),
    "outside": lambda p: p.outside(),
    "phrase_index": lambda p: p.phrase_index().places([1], 1),
    "phrases_indexed": lambda p: p.phrases_indexed(),
    "progress": lambda p: p.progress(),
    "put_clusters": lambda p: p.put_clusters([(1, 1, 100.0)], {}),
    "put_suggestions": lambda p: p.put_suggestions("x", "engine", ()),
    "read_columns": lambda p: p.read_columns(),
    "readers": lambda p: p.readers(),
    "redo": lambda p: p.redo(),
    "reindex_phrases": lambda p: p.reindex_phrases(),
    "repeated_sentences": lambda p: p.repeated_sentences(),
    "relations": lambda p: p.relations(1),
    "resolve": lambda p: p.resolve(1),
    "role_texts": lambda p: p.role_texts("content"),
    "scheme": lambda p: p.scheme("other"),
    "schemes": lambda p: p.schemes(),
    "change_scheme": lambda p: p.change_scheme(
        Batch("x", "anna", "2026", "migrate", "x", ()), p.scheme().toml, p.scheme_version()
    ),
    "scheme_use": lambda p: p.scheme_use(),
    "scheme_version": lambda p: p.scheme_version(),
    "set_bookmark": lambda p: p.set_bookmark("anna", "x", 0),
    "shared_with": lambda p: p.shared_with("anna", ["ben"]),
    "speech_only": lambda p: p.speech_only(),
    "splits": lambda p: p.splits(),
    "stats": lambda p: p.stats(),
    "suggestions": lambda p: p.suggestions("x"),
    "summaries": lambda p: p.summaries(),
    "text_of": lambda p: p.text_of("x"),
    "texts": lambda p: p.texts(),
    "titled": lambda p: p.titled("x"),
    "titles": lambda p: p.titles(),
    "uids": lambda p: p.uids(),
    "undo": lambda p: p.undo(),
}
ELSEWHERE = {
    *("open", "create", "remove", "close", "reader", "writer", "who", "writes"),
    *("hold", "check_place", "rest", "moved_to", "replay"),
}
"""Tested below, or no reading of tables."""


def _change(project: Project) -> Change:
    return Change(None, claim(_uid(project)))


def _all_of(found: object) -> None:
    if isinstance(found, Iterator):
        list(found)


def test_every_method_is_called_here() -> None:
    methods = {n for n, _ in inspect.getmembers(ProjectData, callable) if not n.startswith("_")}
    assert methods == set(CALLS) | ELSEWHERE


@pytest.mark.parametrize("name", sorted(CALLS))
def test_no_error_of_sqlite_comes_through(path: Path, name: str) -> None:
    with Project.open(path, "anna") as project:
        with sqlite3.connect(path) as conn:
            conn.execute("PRAGMA foreign_keys = OFF")
            tables = conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
            for (table,) in tables:
                if not table.startswith(("sqlite_", "phrase_words_")):
                    conn.execute(f"DROP TABLE {table}")
        conn.close()
        try:
            with pytest.raises(DatabaseError, match="no such table"):
                _all_of(CALLS[name](project))
        except sqlite3.Error as error:
            pytest.fail(f"{name}: {error!r}")


def test_what_was_opened_is_what_the_store_holds(path: Path) -> None:
    with Store.open(path) as store:
        uid, annotations = store.uids()[0], store.annotations()
    with Project.open(path, "anna") as project:
        assert project.path == path
        assert project.name == "p"
        assert [a.text for a in project.articles()] == [TEXT]
        assert {project.article(w).uid for w in (1, "1", uid, uid[:5], "bridge")} == {uid}
        assert project.annotations() == project.claims() == annotations
        assert project.marks() == []
        with pytest.raises(NotFoundError):
            project.article("nothing")


def test_undo_is_the_projects_own_annotator(path: Path) -> None:
    with Project.open(path) as project, pytest.raises(AnnotatorError, match="nobody is named"):
        project.undo()
    with Project.open(path, "ben") as project:
        assert project.undo() is None
        assert project.undo("anna") is not None
        assert project.claims() == []
    with Project.open(path, "anna") as project:
        assert project.redo() is not None
        assert len(project.claims()) == 1


def test_a_second_one_reads_the_same_file(path: Path) -> None:
    with Project.open(path, "anna") as project, project.reader() as other:
        assert other.annotations() == project.annotations()
        with pytest.raises(DatabaseError):
            other.undo()
        with project.writer() as third:
            assert third.undo() is not None
        assert other.claims() == []


def test_in_memory_there_is_one_only() -> None:
    with Project.create(":memory:") as project:
        for another in (project.reader, project.writer):
            with pytest.raises(DatabaseError, match="in memory"):
                another()


def test_moved_to_keeps_everything(path: Path, tmp_path: Path) -> None:
    with Project.open(path, "anna") as project:
        before = project.annotations()
        path.unlink()
        with pytest.raises(GoneError):
            project.check_place()
        with pytest.raises(GoneError):
            project.rest()
        with project.moved_to(tmp_path / "new.db") as kept:
            assert kept.annotations() == before
            assert kept.annotator == "anna"


def test_create_refuses_a_file_that_is_there(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(DatabaseError):
        Project.create(path)
    assert path.read_bytes() == before
