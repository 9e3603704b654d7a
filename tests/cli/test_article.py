"""`annotator article` and `add --update`: articles put right from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotator.project import Project
from tests.cli.conftest import Call


@pytest.fixture
def project(cli: Call) -> Path:
    """Three articles."""
    for n in range(1, 4):
        Path(f"a{n}.txt").write_text(f"Ida number {n} spoke.", encoding="utf-8")
    assert cli("add", "a1.txt", "a2.txt", "a3.txt").code == 0
    return Path("annotations.db")


def of(project: Path, number: int) -> tuple[str, str, dict[str, object]]:
    with Project.open(project) as opened:
        article = opened.article(number)
        return article.outlet, article.published, dict(article.meta)


def test_fields_are_set_for_several_and_taken_back_by_one_undo(cli: Call, project: Path) -> None:
    done = cli(
        *("article", "set", "1-2", "a3", "--outlet", "Post", "--date", "2026-11-29"),
        *("--section", "News", "--field", "beat=trade", "--as", "anna"),
    )
    assert done.code == 0, done.err
    assert "changed (outlet, published, section, beat): 3 articles: 1, 2, 3" in done.err
    assert "`annotator undo --as anna` takes it back" in done.err
    for n in (1, 2, 3):
        outlet, published, meta = of(project, n)
        assert (outlet, published) == ("Post", "2026-11-29")
        assert (meta["section"], meta["beat"]) == ("News", "trade")
    again = cli("article", "set", "1", "2", "--outlet", "Post", "--as", "anna")
    assert again.code == 0
    assert "as they were: 2 articles" in again.err
    assert cli("undo", "--as", "anna").code == 0
    assert of(project, 1)[:2] == ("", "")
    assert cli("doctor").code == 0


def test_a_table_is_one_action(cli: Call, project: Path) -> None:
    Path("new.csv").write_text("name,outlet\na1,Post\na3,Gazette\n", encoding="utf-8")
    done = cli("article", "set", "--from", "new.csv", "--as", "anna", "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out) == {"changed": [1, 3], "same": 0, "fields": ["outlet"]}
    assert [of(project, n)[0] for n in (1, 2, 3)] == ["Post", "", "Gazette"]
    cli("undo", "--as", "anna")
    assert [of(project, n)[0] for n in (1, 2, 3)] == ["", "", ""]


@pytest.mark.parametrize(
    "args",
    [
        ("set",),
        ("set", "1"),
        ("set", "--outlet", "Post"),
        ("set", "1", "--from", "x.csv"),
        ("set", "--from", "x.csv", "--outlet", "Post"),
        ("exclude", "1"),
        ("include",),
    ],
)
def test_what_is_not_said_is_asked_for(cli: Call, project: Path, args: tuple[str, ...]) -> None:
    assert cli("article", *args, "--as", "anna").code == 2


def test_one_is_left_out_counted_listed_and_taken_in(cli: Call, project: Path) -> None:
    done = cli("article", "exclude", "2", "--reason", "an advertisement", "--as", "anna")
    assert done.code == 0, done.err
    assert "left out: 1 article: 2" in done.err
    listed = cli("list")
    assert "a2" not in listed.out
    assert "1 article is left out (`annotator list --excluded`)" in listed.err
    named = cli("list", "--excluded")
    assert "an advertisement" in named.out
    assert [a["number"] for a in json.loads(cli("list", "--excluded", "--json").out)] == [2]
    for command in (
        *(("stats",), ("search", "Ida"), ("split", "--dry-run"), ("status", "--as", "anna")),
        *(("concordance", "Ida"), ("export", "jsonl", "out.jsonl")),
    ):
        assert "left out" in cli(*command).err, command
    assert "Ida number 2" not in cli("search", "Ida").out
    refused = cli("export", "jsonl", "other.jsonl", "--article", "2")
    assert refused.code == 1
    assert "error: article 2 is left out: an advertisement" in refused.err
    assert "annotator article include 2" in refused.err
    assert "article 2 is left out: an advertisement" in cli("show", "2").err
    assert json.loads(cli("show", "2", "--json").out)["excluded"] == "an advertisement"
    assert json.loads(cli("show", "1", "--json").out)["excluded"] == ""
    assert cli("agree", "--html", "agree.html").code == 0
    assert "1 articles excluded from the project" in Path("agree.html").read_text("utf-8")
    again = cli("add", "a2.txt")
    assert "is article 2 already, which is left out: an advertisement" in again.err
    assert cli("article", "include", "1-3", "--as", "anna").code == 0
    assert "a2" in cli("list").out
    assert cli("list", "--excluded").err.strip() == "no article is left out"


def test_other_metadata_of_a_known_text_is_said_and_taken_over_when_asked(
    cli: Call, project: Path
) -> None:
    rows = [
        {
            "text": "Ida number 1 spoke.",
            "outlet": "Post",
            "published": "2026-11-29",
            "beat": "trade",
        },
        {"text": "Ida number 2 spoke."},
        {"text": "Ida number 4 spoke.", "outlet": "Gazette"},
    ]
    Path("new.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    done = cli("add", "new.jsonl")
    assert done.code == 0, done.err
    assert "says otherwise: outlet 'Post', published '2026-11-29'" in done.err
    assert "not taken over: 1 article (--update does)" in done.err
    assert of(project, 1)[0] == ""
    done = cli("add", "new.jsonl", "--update", "--as", "anna", "--json")
    assert done.code == 0, done.err
    assert [d["number"] for d in json.loads(done.out)["differing"]] == [1]
    assert "updated: 1 article (outlet, published" in done.err
    outlet, published, meta = of(project, 1)
    assert (outlet, published, meta["beat"]) == ("Post", "2026-11-29", "trade")
    assert "says otherwise" not in cli("add", "new.jsonl").err
    cli("undo", "--as", "anna")
    assert of(project, 1)[0] == ""
    assert of(project, 4)[0] == "Gazette"


def test_an_import_says_that_articles_are_left_out(cli: Call, project: Path) -> None:
    """What comes in for one that is left out is stored, and counts once it is taken in."""
    assert cli("export", "jsonl", "all.jsonl").code == 0
    cli("article", "exclude", "2", "--reason", "an advertisement", "--as", "anna")
    done = cli("import", "jsonl", "all.jsonl")
    assert done.code == 0
    assert "1 article is left out (`annotator list --excluded`)" in done.err


def test_nobody_goes_on_working_in_one_that_is_left_out(cli: Call, project: Path) -> None:
    assert cli("worksheet", "2", "two.txt", "--as", "anna").code == 0
    assert cli("article", "exclude", "2", "--reason", "an advertisement", "--as", "anna").code == 0
    sheet = Path("two.txt")
    sheet.write_text(sheet.read_text("utf-8").replace("reviewed: no", "reviewed: yes"), "utf-8")
    for command in (("worksheet", "2"), ("worksheet", "--apply", "two.txt")):
        refused = cli(*command, "--as", "anna")
        assert refused.code == 1
        assert "error: article 2 is left out: an advertisement" in refused.err
    assert cli("article", "include", "2", "--as", "anna").code == 0
    assert cli("worksheet", "--apply", "two.txt", "--as", "anna").code == 0


def test_rows_of_one_text_are_compared_also_when_they_come_together(
    cli: Call, project: Path
) -> None:
    """A text that stands twice in a file is one article; what its rows say otherwise is said."""
    rows = [
        {"text": "Ida number 7 spoke.", "outlet": "Post"},
        {"text": "Ida number 7 spoke.", "outlet": "Gazette", "beat": "trade"},
        {"text": "Ida number 1 spoke.", "outlet": "Post"},
        {"text": "Ida number 1 spoke.", "outlet": "Gazette"},
    ]
    Path("new.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    done = cli("add", "new.jsonl")
    assert "article 4: new.jsonl:2 says otherwise: outlet 'Gazette', beat 'trade'" in done.err
    assert "article 1: new.jsonl:4 says otherwise: outlet 'Gazette'" in done.err
    said = "new.jsonl:3 and new.jsonl:4 say different things of article 1: outlet"
    assert said in done.err
    taken = cli("add", "new.jsonl", "--update", "--as", "anna")
    assert "updated: 2 articles" in taken.err
    assert (of(project, 1)[0], of(project, 4)[0]) == ("Gazette", "Gazette")
    again = cli("add", "new.jsonl", "--update", "--as", "anna")
    assert "updated" not in again.err
    assert (of(project, 1)[0], of(project, 4)[0]) == ("Gazette", "Gazette")
