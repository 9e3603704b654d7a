"""Relations at the command line: shown, counted, exported whole, and a part of a project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotator import Annotation, Fragment, Project
from annotator.domain.scheme import DEFAULT_SCHEME
from annotator.project.frames import columns_of
from tests.cli.conftest import Call

RELATIONS = """
[[relation]]
name = "supports"
[[relation]]
name = "knows"
symmetric = true
[[attribute]]
layer = "relation"
name = "strength"
values = [{ name = "weak" }, { name = "strong" }]
"""
SCHEMA = Path(__file__).parents[2] / "docs" / "annotator-v1.schema.json"


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """Two articles with a claim each; a relation between them, and one in the first."""
    for name, text in (("one", "Some words stand here."), ("two", "Others stand there.")):
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    path = tmp_path / "p.db"
    with Project.create(path, annotator="ann") as project:
        project.add(tmp_path / "one.txt", tmp_path / "two.txt")
        project.set_scheme(DEFAULT_SCHEME.read_text(encoding="utf-8") + RELATIONS)
        project.annotate(
            [
                Annotation("a", "claim", "one", "", (Fragment("content", 0, 4),)),
                Annotation("b", "claim", "two", "", (Fragment("content", 0, 6),)),
                Annotation("m", "mark", "one", "", (Fragment("span", 5, 10),)),
                Annotation("", "relation", "one", "", (), {"type": "supports", "strength": "weak"},
                           head="a", tail="b"),
                Annotation("", "relation", "one", "", (), {"type": "knows"}, head="m", tail="a"),
            ]
        )  # fmt: skip
    return path


def test_show_tells_a_relation_at_both_of_its_ends(cli: Call, db: Path) -> None:
    first = cli("show", "1", "--db", str(db), "--as", "ann").out
    assert "    supports -> “Others” (article 2)  strength=weak" in first
    assert "    knows -- “words”" in first
    assert "    knows -- “Some”" in first
    second = cli("show", "2", "--db", str(db), "--as", "ann").out
    assert "    supports <- “Some” (article 1)" in second
    found = json.loads(cli("show", "2", "--db", str(db), "--as", "ann", "--json").out)
    (relation,) = found["relations"]
    assert relation["tail"] == found["claims"][0]["id"]
    assert "relation  type      supports  1" in cli("stats", "--db", str(db)).out


def test_a_table_of_relations_has_the_words_of_both_ends(db: Path) -> None:
    with Project.open(db) as project:
        table = columns_of(project, "relations")
    rows = sorted(
        zip(*(table[c] for c in ("type", "head_text", "tail_text", "tail_article")), strict=True)
    )
    assert rows == [("knows", "words", "Some", 1), ("supports", "Some", "Others", 2)]
    assert sorted(map(str, table["strength"])) == ["None", "weak"]


def test_all_comes_back_and_of_a_part_it_is_said_what_has_no_end(
    cli: Call, db: Path, tmp_path: Path
) -> None:
    whole = tmp_path / "all.jsonl"
    cli("export", "jsonl", str(whole), "--db", str(db))
    known = json.loads(SCHEMA.read_text(encoding="utf-8"))["$defs"]
    for line in whole.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if record["record"] == "article":
            assert record.keys() <= known["article"]["properties"].keys()
        for relation in record.get("relations", ()):
            assert relation.keys() == known["relation"]["properties"].keys()
    other = str(tmp_path / "o.db")
    cli("import", "jsonl", str(whole), "--db", other, "--as", "ann")
    with Project.open(db) as one, Project.open(other) as two:
        assert one.annotations() == two.annotations()
    again = cli("import", "jsonl", str(whole), "--db", other, "--as", "ann")
    assert "0 annotations added" in again.out + again.err or "nothing" in again.err
    part = tmp_path / "part.jsonl"
    told = cli("export", "jsonl", str(part), "--db", str(db), "--article", "1")
    assert "relation whose ends are not both in the file: 1" in told.err
    alone = str(tmp_path / "part.db")
    cli("import", "jsonl", str(part), "--db", alone, "--as", "ann")
    with Project.open(alone) as project:
        assert [r.attributes["type"] for r in project.relations()] == ["knows"]


@pytest.mark.parametrize("form", ["csv", "tsv", "xlsx", "w3c", "parquet"])
def test_formats_that_hold_everything_hold_relations(
    cli: Call, db: Path, tmp_path: Path, form: str
) -> None:
    if form in ("xlsx", "parquet"):
        pytest.importorskip({"xlsx": "openpyxl", "parquet": "pyarrow"}[form])
    file = tmp_path / f"all.{form}"
    more = ["--unfinished"] if form == "parquet" else []
    assert cli("export", form, str(file), "--db", str(db), "--strict", *more).code == 0
    other = str(tmp_path / "o.db")
    told = cli("import", form, str(file), "--db", other, "--as", "ann")
    assert told.code == 0, told.err
    with Project.open(db) as one, Project.open(other) as two:
        assert {a.id: (a.head, a.tail, a.attributes, a.article) for a in one.annotations()} == {
            a.id: (a.head, a.tail, a.attributes, a.article) for a in two.annotations()
        }


def test_a_worksheet_says_that_relations_are_not_in_it_and_which_go_with_a_claim(
    cli: Call, db: Path, tmp_path: Path
) -> None:
    sheet = tmp_path / "one.txt.sheet"
    told = cli("worksheet", "1", str(sheet), "--db", str(db), "--as", "ann")
    assert "2 relations not in the worksheet" in told.err
    lines = sheet.read_text(encoding="utf-8").split("\n")
    begins = lines.index("claim 1")
    ends = lines.index("", begins)
    rest = [*lines[:begins], *lines[ends:]]
    sheet.write_text("\n".join(rest), encoding="utf-8")
    dry = cli("worksheet", "--apply", str(sheet), "--dry-run", "--db", str(db), "--as", "ann")
    assert "2 relations of what is removed: removed with it" in dry.out + dry.err
