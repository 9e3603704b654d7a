"""The commands as people call them: data on stdout, talk on stderr."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from annotator.cli.main import run
from annotator.domain.model import Fragment
from annotator.store import Store
from tests.phrases.support import apply, claim, fixtures
from tests.store.support import connection

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


def test_find(db: Path, capsys: Capture) -> None:
    assert run(["phrases", "find", GATE, "--contained", "--json"]) == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert set(found[0]) == {
        *("article", "number", "outlet", "published", "sentence"),
        *("start", "end", "text", "score", "kind"),
    }
    assert [m["text"] for m in found] == [GATE] * 3
    assert "3 places in 3 articles" in err
    assert run(["phrases", "find", GATE]) == 0
    assert "verbatim" in capsys.readouterr().out
    assert run(["phrases", "find", "  "]) == 2
    assert run(["phrases", "find", "x", "--threshold", "3"]) == 2
    assert run(["phrases"]) == 2


@pytest.mark.parametrize("arguments", [["phrases", "reindex"], ["phrases", "--reindex"]])
def test_reindex(db: Path, capsys: Capture, arguments: list[str]) -> None:
    with Store.open(db) as store, store.transaction():
        connection(store).execute("DELETE FROM phrase_frequency")
    assert run(["doctor"]) == 1
    assert run(arguments) == 0
    assert "3 articles" in capsys.readouterr().err
    assert run(["doctor"]) == 0


def test_lint(db: Path, capsys: Capture) -> None:
    assert run(["phrases", "lint", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["values"] == {"unnamed_group": 1, "named_person": 1}
    assert {c["annotator"] for c in row["claims"]} == {"anna"}
    assert run(["phrases", "lint", "--all"]) == 0
    assert "reporter" in capsys.readouterr().out


OWN = """
name = "own"

[[role]]
name = "content"
key = "e"
suggests = "content"

[[role]]
name = "speaker"
key = "w"
suggests = "source"

[[attribute]]
name = "who"
layer = "claim"
from = "source_type"
values = [{ name = "state", key = "1" }, { name = "other", key = "2" }]

[[attribute]]
name = "worth"
layer = "claim"
values = [{ name = "check", key = "3" }, { name = "skip", key = "4" }]
"""


def test_lint_compares_the_labels_of_the_scheme_in_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    path = tmp_path / "own.db"
    (tmp_path / "own.toml").write_text(OWN, encoding="utf-8")
    monkeypatch.setenv("ANNOTATOR_DB", str(path))
    monkeypatch.setenv("ANNOTATOR_NAME", "anna")
    assert run(["init", "--scheme", str(tmp_path / "own.toml")]) == 0
    with Store.open(path) as store:
        store.add_annotator("anna")
        wire, ledger, _ = fixtures(store).values()
        for uid, worth, who in ((wire, "check", "state"), (ledger, "skip", "other")):
            made = claim(store, uid, GATE, save=False, worth=worth)
            word = store.text_of(uid).split()[0]
            speaker = Fragment("speaker", 0, len(word))
            fragments = (*made.fragments, speaker)
            labels = {**made.attributes, "who": who}
            apply(store, [replace(made, fragments=fragments, attributes=labels)])
    capsys.readouterr()
    assert run(["phrases", "lint", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(r["kind"], r["attribute"], r["values"]) for r in rows if r["kind"] == "claim"] == [
        ("claim", "who", {"state": 1, "other": 1}),
        ("claim", "worth", {"check": 1, "skip": 1}),
    ]


@pytest.mark.parametrize("engine", ["numpy", "sqlite"])
def test_cluster(db: Path, capsys: Capture, engine: str) -> None:
    assert run(["phrases", "cluster", "--json", "--engine", engine]) == 0
    rows = json.loads(capsys.readouterr().out)
    dam = next(r for r in rows if r["text"].startswith("the tarn dam"))
    assert (dam["places"], dam["articles"], dam["phrases"]) == (4, 3, 2)
    assert run(["doctor"]) == 0


def test_lineage(db: Path, capsys: Capture, tmp_path: Path) -> None:
    page = tmp_path / "l.html"
    assert run(["phrases", "lineage", GATE, "--all", "--json", "--html", str(page)]) == 0
    steps = json.loads(capsys.readouterr().out)
    assert [s["fate"] for s in steps] == ["first", "upgraded", "dropped"]
    assert "Northern Wire" in page.read_text("utf-8")
    with Store.open(db) as store:
        (id_,) = (
            a.id for a in store.annotations() if a.attributes["source_type"] == "named_person"
        )
    assert run(["phrases", "lineage", id_, "--csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [r["fate"] for r in rows] == ["first", "upgraded", "not annotated"]  # ben's is hidden
    assert run(["phrases", "lineage", "0" * 26]) == 1


def test_signatures(db: Path, capsys: Capture, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    assert run(["phrases", "export-signatures", str(tmp_path / "s")]) == 0
    assert {p.name for p in (tmp_path / "s").iterdir()} == {
        "sig.parquet",
        "text.parquet",
        "pairs.sql",
        "manifest.json",
    }


def test_split(db: Path, capsys: Capture, tmp_path: Path) -> None:
    for _ in range(2):
        assert run(["split", "--train", "0.5", "--dev", "0.5", "--test", "0", "--json"]) == 0
        result = json.loads(capsys.readouterr().out)
        assert result["leaks"] == []
        assert len(set(result["splits"].values())) == 1  # all three share text
    with Store.open(db) as store:
        assert {store.article(u).meta["split"] for u in store.uids()} == set(
            result["splits"].values()
        )
    assert run(["article", "set", "1", "--field", "split=test"]) == 0
    capsys.readouterr()
    assert run(["split", "--check", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["leaks"]) >= 1
    assert run(["split", "--train", "1"]) == 1
    out = str(tmp_path / "out")
    capsys.readouterr()
    assert run(["export", "jsonl", out, "--by-split"]) == 1
    assert "the splits leak" in capsys.readouterr().err
    assert run(["export", "jsonl", out, "--by-split", "--allow-leaks"]) == 0
    assert run(["split", "--train", "1", "--dev", "0", "--test", "0"]) == 0
    assert run(["export", "jsonl", f"{out}2", "--by-split"]) == 0
    assert run(["doctor"]) == 0
