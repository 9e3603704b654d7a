"""The command line and the screens give the same: each workflow stands once, in the project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotator.cli.main import run
from annotator.domain.wording import shown_name
from annotator.phrases.matches import Match
from annotator.project import Project
from annotator.project.agreement import read_comparison
from annotator.project.phrase_matches import Query, look
from annotator.report.disagreement_list import differences
from annotator.store import Store
from annotator.tui.agree.app import AgreementApp
from annotator.tui.results.queries import (
    MOST_CLAIMS,
    cluster_anew,
    cluster_rows,
    lineage_rows,
    lint_rows,
)
from tests.phrases.support import claim, fixtures
from tests.report.conftest import fill

GATE = "The lower gate of the Tarn dam was left open for at least six hours on Thursday night"
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "a.db"
    with Store.create(path) as store:
        store.add_annotator("anna")
        store.add_annotator("ben")
        wire, ledger, sentinel = fixtures(store).values()
        claim(store, wire, GATE, source="officials", source_type="unnamed_group")
        claim(store, ledger, GATE, source_type="named_person")
        claim(store, sentinel, GATE, annotator="ben", source_type="reporter")
    monkeypatch.setenv("ANNOTATOR_DB", str(path))
    monkeypatch.setenv("ANNOTATOR_NAME", "anna")
    return path


def said(capsys: Capture, *arguments: str) -> list[dict[str, object]]:
    """What a command prints as JSON."""
    capsys.readouterr()
    assert run([*arguments, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("everyone", [False, True])
def test_lint(db: Path, capsys: Capture, everyone: bool) -> None:
    told = said(capsys, "phrases", "lint", *(["--all"] if everyone else []))
    with Project.open(db, readonly=True) as project:
        rows = lint_rows(project, None if everyone else "anna", 85.0)
    assert rows
    assert [(r.article, r.offset, r.cells[:2]) for r in rows] == [
        (c["article"], c["start"], (row["kind"], shown_name(str(row["attribute"]))))
        for row in told
        for c in row["claims"][:MOST_CLAIMS]  # type: ignore[index]
    ]
    assert any("ben" in r.cells[4] for r in rows) is everyone


@pytest.mark.parametrize("everyone", [False, True])
def test_lineage(db: Path, capsys: Capture, everyone: bool) -> None:
    told = said(capsys, "phrases", "lineage", GATE, *(["--all"] if everyone else []))
    with Project.open(db, readonly=True) as project:
        rows = lineage_rows(project, GATE, None if everyone else "anna", 85.0)
    assert len(rows) == 3
    assert [(r.article, r.offset, r.cells[3], r.cells[6]) for r in rows] == [
        (s["article"], s["start"], s["fate"], s["changed"]) for s in told
    ]


def test_a_word_as_long_as_an_id_is_a_word_on_the_screen(db: Path) -> None:
    word = "a" * 26
    assert run(["phrases", "lineage", word]) == 1
    with Project.open(db, readonly=True) as project:
        assert lineage_rows(project, word, "anna", 85.0) == []


def test_clusters(db: Path, capsys: Capture) -> None:
    told = said(capsys, "phrases", "cluster", "--limit", "0")
    assert told
    with Project.open(db) as project:
        rows = cluster_rows(project)
        assert [r.cells for r in rows] == [
            (str(c["places"]), str(c["articles"]), c["text"]) for c in told
        ]
        parameters = project.cluster_parameters()
        project.put_clusters([], {})
        assert cluster_rows(project) == []
        shares: list[float] = []
        cluster_anew(project, 85.0, shares.append)
        assert shares == sorted(shares)
        assert shares[-1] == 1
        assert cluster_rows(project) == rows
        assert project.cluster_parameters() == parameters


def test_what_has_no_sentence_is_clustered_too() -> None:
    shares: list[float] = []
    with Project.create(":memory:") as project:
        cluster_anew(project, 85.0, shares.append)
        assert (shares, cluster_rows(project)) == ([], [])


def test_the_panel_finds_what_the_command_finds_elsewhere(db: Path, capsys: Capture) -> None:
    told = said(capsys, "phrases", "find", GATE, "--contained")
    with Project.open(db, readonly=True) as project:
        (own,) = [a for a in project.claims(annotator="anna") if a.role("source")]
        (content,) = own.role("content")
        found = look(project, Query(GATE, own.article, content.start, content.end, "anna"))
    assert [shown_as(m) for m in found.matches.found] == [
        m for m in told if (m["article"], m["start"]) != (own.article, content.start)
    ]
    assert len(told) == len(found.matches.found) + 1


def shown_as(match: Match) -> dict[str, object]:
    return match._asdict() | {"score": round(match.score, 2)}


# ---------------------------------------------------------------------------------- several people


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "read.db"
    fill(path)
    monkeypatch.setenv("ANNOTATOR_DB", str(path))
    return path


@pytest.mark.parametrize("judge", ["gold", "c"])
def test_progress_and_readers(read: Path, capsys: Capture, judge: str) -> None:
    told = said(capsys, "--as", judge, "adjudicate", "--progress")
    with Project.open(read, judge) as project:
        app = AgreementApp(project)
        assert app.shared == [row["uid"] for row in told]
        boards = {uid: app.board(uid) for uid in app.shared}
        assert [(len(b.cases), b.progress.open) for b in boards.values()] == [
            (row["cases"], row["open"]) for row in told
        ]
        corpus = read_comparison(project, judge).questions.corpus
        assert dict(corpus.readers) == {uid: b.readers for uid, b in boards.items()}


def test_the_report(read: Path, capsys: Capture) -> None:
    assert run(["agree", "--json", "--resamples", "100", "--top", "0"]) == 0
    told = json.loads(capsys.readouterr().out)
    with Project.open(read) as project:
        comparison = read_comparison(project, "gold")
        corpus = comparison.questions.corpus
        rows = list(differences(comparison.questions, None).rows)
        report, same = project.agree(resamples=100)
    assert told["disagreements"]
    assert [d["annotations"] for d in told["disagreements"]] == [list(r.ids) for r in rows]
    assert list(report.disagreements.rows) == rows
    assert told["header"]["fingerprint"] == corpus.fingerprint == same.fingerprint
    assert {a["uid"]: tuple(a["read_by"]) for a in told["header"]["articles"]} == corpus.readers
