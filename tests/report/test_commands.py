"""`annotator agree` and `annotator adjudicate --progress`, as people and scripts call them."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from annotator.cli.main import run
from annotator.project import Project
from annotator.project.readers import readers_of
from annotator.store import Store
from tests.store.support import batch, claim, place


@pytest.fixture
def db(store: Store) -> str:
    """The path of a database of one's own."""
    return str(store.path)


def agree(db: str, *arguments: str) -> int:
    return run(["--db", db, "agree", "--resamples", "100", *arguments])


def test_the_ten_parts_in_their_order(db: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert agree(db, "--top", "3") == 0
    out = capsys.readouterr().out
    places = [out.index(f"\n{i}. ") if i > 1 else out.index("1. ") for i in range(1, 11)]
    assert places == sorted(places)
    assert "5 shared articles" in out
    assert "more: --top 0" in out


def test_json_csv_and_page(db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "report.html"
    assert agree(db, "--layer", "claims", "--json", "--html", str(target)) == 0
    record = json.loads(capsys.readouterr().out)
    assert {line["layer"] for line in record["layers"]} == {"claims"}
    assert target.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert agree(db, "--layer", "claims", "--csv", "disagreements") == 0
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert len(rows) == len(record["disagreements"])
    assert {row["kind"] for row in rows} >= {"missed", "type", "stance", "boundary", "link"}


def test_named_annotators_and_articles(db: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        agree(db, "--layer", "marks", "--annotators", "c,a", "--articles", "2-3,1", "--json") == 0
    )
    header = json.loads(capsys.readouterr().out)["header"]
    assert header["annotators"] == ["a", "c"]
    assert sorted(a["number"] for a in header["articles"]) == [1, 2, 3]
    assert agree(db, "--annotators", "a,zoe") == 1
    assert "zoe has not annotated anything" in capsys.readouterr().err
    assert agree(db, "--articles", "77-80") == 1
    assert "there are no articles 77-80" in capsys.readouterr().err


def test_a_limit_decides_the_exit_code(db: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert agree(db, "--layer", "claims", "--fail-under", "form:alpha=.5", "--json") == 0
    assert agree(db, "--layer", "claims", "--fail-under", "alpha=.67", "--json") == 1
    assert "stance: alpha is 0.39, below 0.67" in capsys.readouterr().err
    assert agree(db, "--layer", "sentences", "--fail-under", "kind:alpha=.1", "--json") == 1
    assert agree(db, "--fail-under", "nonsense") == 1
    assert "is no condition" in capsys.readouterr().err
    assert agree(db, "--layer", "sentences", "--fail-under", "beta=.5", "--json") == 1
    assert "no beta in the report" in capsys.readouterr().err


def test_rounds_need_two(db: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert agree(db, "--round", "1-2") == 1
    assert "one round has nothing to compare with" in capsys.readouterr().err
    assert agree(db, "--layer", "claims", "--round", "1-2", "--round", "3-5", "--json") == 0
    rounds = json.loads(capsys.readouterr().out)["rounds"]
    assert {tuple(row["rounds"]) for row in rounds} == {(1, 2)}


def test_nothing_to_compare_is_no_failure(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    Store.create(path).close()
    assert agree(str(path)) == 0


def test_progress_of_adjudication(db: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--db", db, "adjudicate", "--progress", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["number"] for row in rows] == [1, 2, 3, 4, 5]
    assert all(row["open"] == row["cases"] > 0 for row in rows)
    assert run(["--db", db, "adjudicate", "--progress"]) == 0
    assert "changed since" in capsys.readouterr().out.casefold()


def test_the_screens_need_a_terminal(db: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--db", db, "adjudicate"]) == 1
    assert agree(db, "--tui") == 1
    assert capsys.readouterr().err.count("needs a terminal") == 2


def test_articles_that_read_alike_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two people annotate the same article with other line ends: they share none, and learn why."""
    monkeypatch.chdir(tmp_path)
    text = "Gate shut.\n\nThe clerk said the gate was shut. She left.\n"
    for who, ends in (("anna", "\n"), ("ben", "\r\n"), ("zoe", "\n")):
        Path(f"{who}.txt").write_bytes(text.replace("\n", ends).encode())
        own = ["--db", f"{who}.db"]
        assert run([*own, "add", f"{who}.txt", "--pipeline", "blank:en"]) == 0
        with Store.open(f"{who}.db") as store:
            (uid,) = store.uids()
            store.add_annotator(who)
            words = place(store.article(uid).text, "She left")
            store.apply(batch((None, claim(uid, words, annotator=who))))
        assert run([*own, "export", "jsonl", f"{who}.jsonl"]) == 0
    for who in ("anna", "ben"):
        assert run(["--db", "both.db", "import", "jsonl", f"{who}.jsonl"]) == 0
    capsys.readouterr()
    assert run(["--db", "both.db", "agree", "--resamples", "100"]) == 0
    out = capsys.readouterr().out
    assert "0 shared articles" in out
    assert (
        "Not compared, though they read alike but for line ends, blanks or unseen characters:"
        " article 1 (anna) and article 2 (ben)." in out
    )
    assert run(["--db", "both.db", "agree", "--resamples", "100", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["header"]["read_alike"] == [
        [{"article": 1, "read_by": ["anna"]}, {"article": 2, "read_by": ["ben"]}]
    ]
    # The same bytes in two databases are one article, and nothing is said.
    for who in ("anna", "zoe"):
        assert run(["--db", "same.db", "import", "jsonl", f"{who}.jsonl"]) == 0
    capsys.readouterr()
    assert run(["--db", "same.db", "agree", "--resamples", "100"]) == 0
    assert "read alike" not in capsys.readouterr().out


def test_decisions_without_a_screen_are_one_action_and_leave_the_rest_open(
    db: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def call(*arguments: str) -> dict[str, Any]:
        assert run(["--db", db, "adjudicate", *arguments, "--json"]) == 0
        told: dict[str, Any] = json.loads(capsys.readouterr().out)
        return told

    def progress() -> dict[str, int]:
        assert run(["--db", db, "adjudicate", "--progress", "--json"]) == 0
        rows = json.loads(capsys.readouterr().out)
        return {k: sum(r[k] for r in rows) for k in ("cases", "open", "decided", "identical")}

    def same(told: dict[str, Any]) -> None:
        """What was decided and what is left are all cases, and each left one is listed."""
        decided = sum(told["decided"].values()) + told["decided_before"]
        assert decided + sum(told["left_open"].values()) == told["cases"]
        assert Counter(c["why"] for c in told["left"]) == Counter(told["left_open"])

    before = progress()
    tried = call("--majority", "--dry-run")
    assert (tried["dry_run"], progress()) == (True, before)
    alike = call("--identical")
    same(alike)
    assert alike["decided"]["identical"] == before["identical"] == progress()["decided"]
    told = call("--majority")
    same(told)
    after = progress()
    assert told["cases"] == tried["cases"] == after["cases"] == 185
    assert (told["left"], told["left_open"]) == (tried["left"], tried["left_open"])
    assert told["decided_before"] == alike["decided"]["identical"]
    assert min(told["decided"][how] for how in ("take", "merge", "none")) > 0
    assert after["open"] == len(told["left"]) == 49
    assert sum(call("--majority")["decided"].values()) == 0
    with Store.open(db) as store:
        found = store.annotations(annotator="gold")
        made = after["decided"] - told["decided"]["none"]
        assert sum(a.layer != "verdict" for a in found) == made
        assert {f.problems for f in store.findings()} == {()}
        for _ in range(2):
            assert store.undo("gold") is not None
        assert store.annotations(annotator="gold") == []
        assert store.undo("gold") is None
    strict = call("1", "--majority", "--at-least", "100%", "--dry-run")
    assert strict["enough"] == {"3": 3}
    assert len(call("--majority", "--identical", "--dry-run")["left"]) > len(told["left"])
    assert run(["--db", db, "adjudicate", "--majority", "--at-least", "2/3"]) == 0
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 1 + 49
    assert "136 cases decided in 5 articles: 13 that all read alike" in err
    assert "49 cases left open; " in err
    assert "enough: 2 of 3 readers" in err
    assert "annotator undo --as gold" in err
    assert run(["--db", db, "--as", "gold", "undo"]) == 0
    assert "undone: 136 cases decided by majority" in capsys.readouterr().out
    assert progress() == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["--at-least", "2/3"],
        ["--dry-run"],
        *(
            ["--majority", "--at-least", s]
            for s in ("3/2", "x", "0/1", "²/3", "1/2", "50%", "101%", "1/0", "2", "0.7", "-1/-1")
        ),
    ],
)
def test_a_share_that_is_none_is_refused(db: str, arguments: list[str]) -> None:
    assert run(["--db", db, "adjudicate", *arguments]) == 2


@pytest.mark.parametrize("how", [(), ("--dry-run",), ("--json",)])
def test_who_decides_is_told_that_their_own_readings_count_no_more(
    db: str, capsys: pytest.CaptureFixture[str], how: tuple[str, ...]
) -> None:
    with Project.open(Path(db)) as project:
        read = Counter(name for names in readers_of(project).by_article.values() for name in names)
    (reader, articles), *_ = read.most_common()

    def decide(name: str) -> str:
        assert run(["--db", db, "--as", name, "adjudicate", "--majority", *how]) == 0
        return capsys.readouterr().err

    assert "is no reader" not in decide("somebody else")
    assert f"{reader} has read {articles} articles: who decides is no reader" in decide(reader)
