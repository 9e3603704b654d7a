"""The comparison of relations where it is looked at: CSV, the page, the screen; and in queries."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from annotator.phrases.query_parsing import QueryError
from annotator.project.concordance import concordance
from annotator.session.commands import Relate
from annotator.tui.agree.screen import AgreeScreen
from annotator.tui.annotate.legend import legend_lines
from tests.cli.conftest import Call
from tests.project.test_relation_cases import SCHEME, built, read
from tests.tui.adjudicate.test_adjudicate import opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    project = built(tmp_path)
    read(project, "ann", "abcd", [("answers", "a", "b", ""), ("knows", "b", "c", "")])
    read(project, "ben", "abcd", [("answers", "b", "a", ""), ("knows", "c", "b", "")])
    project.close()
    return tmp_path / "p.db"


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_csv_and_the_page_have_the_numbers_and_the_differences(cli: Call, path: Path) -> None:
    numbers = cli("agree", "--db", path, "--csv", "numbers").out
    found = {r["measure"]: r for r in rows(numbers) if r["part"] == "relations"}
    assert {name: r["value"] for name, r in found.items()} == {
        "relations of ann": "2",
        "relations of ben": "2",
        "relations of both": "1",
        "F1": "0.500000",
        "same type where both connect": "0.500000",
        "end that the other has not": "0",
        "left out": "0",
    }
    assert found["F1"]["n"] == "4"
    listed = rows(cli("agree", "--db", path, "--csv", "relations").out)
    assert [(r["only"], r["not"], r["type"], r["head"], r["tail"]) for r in listed] == [
        ("ann", "ben", "answers", "Some", "words"),
        ("ben", "ann", "answers", "words", "Some"),
    ]
    page = path.with_suffix(".html")
    assert cli("agree", "--db", path, "--html", page).code == 0
    shown = page.read_text("utf-8")
    assert "Which only one of two has" in shown
    assert "0.500" in shown


async def test_the_screen_has_a_part_of_relations(path: Path) -> None:
    async with opened(path, report=True, size=(80, 24)) as (pilot, app):
        screen = app.screen
        assert isinstance(screen, AgreeScreen)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "relations" in screen._tables
        screen._show("relations")
        await pilot.pause()
        pairs, differences = screen._tables["relations"]
        assert pairs.rows == (("ann and ben", "2", "2", "1", "0.500", "2", "0.500", "0"),)
        assert len(differences.rows) == 2
        assert screen._table.row_count == (2 + 1) + (2 + 2)


def test_a_condition_finds_the_ends_of_relations(tmp_path: Path) -> None:
    project = built(tmp_path)
    read(project, "ann", "abcd", [("answers", "d", "a", ""), ("knows", "b", "c", "")])

    def found(query: str) -> list[tuple[str, str]]:
        lines = concordance(project, query).lines
        return sorted((a.text, a.name.removesuffix(".txt")) for a in lines)

    assert found("relation:answers") == [("Another", "two"), ("Some", "one")]
    assert [w for w, _ in found("relation:*")] == ["Another", "Others", "Some", "words"]
    assert found("relation:knows NOT others") == []
    assert found("in:claim NOT relation:answers") == [("Others", "one"), ("words", "one")]
    assert found("some relation:answers") == [("Some", "one")]
    with pytest.raises(QueryError, match="relation:likes"):
        found("relation:likes")


def test_the_legend_lists_the_keys_of_relations() -> None:
    from annotator.domain.scheme_file import parse_scheme
    from annotator.session.actions import reserved_keys

    keyed = parse_scheme(
        SCHEME.replace('name = "answers"\n', 'name = "answers"\ntitle = "answers to"\nkey = "w"\n'),
        reserved_keys(),
    )
    for width in (30, 80):
        for height in (3, 100):
            lines = legend_lines(keyed, width, height)
            said = ["".join(piece.text for piece in line) for line in lines]
            assert any(line.startswith("RELATIONS") for line in said)
            assert any("w answers to" in line for line in said)
            assert any(p.click == Relate("answers") for line in lines for p in line)
    without = legend_lines(parse_scheme(SCHEME, reserved_keys()), 30, 100)
    assert not any("RELATIONS" in p.text for line in without for p in line)
