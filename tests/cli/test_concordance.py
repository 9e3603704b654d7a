"""`annotator concordance`: as a table, JSON and CSV, with what was counted and left out."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from annotator.store import Store
from tests.cli.conftest import Call
from tests.store.support import TEXT, add


def test_every_output_has_the_same_places_and_says_how_many(cli: Call, project: Path) -> None:
    asked = ("concordance", "nobody OR harbour")
    found = cli(*asked, "--json")
    data = found.json
    assert (data["places"], data["shown"], data["articles"], data["of_articles"]) == (4, 4, 2, 2)
    assert "4 places in 2 of 2 articles" in found.err
    with Store.open(project) as store:
        for line in data["lines"]:
            text = store.text_of(line["article"])
            assert text[line["start"] : line["end"]] == line["text"]
            assert text[: line["start"]].endswith(line["before"])
    rows = list(csv.DictReader(io.StringIO(cli(*asked, "--csv").out)))
    assert [(r["number"], r["start"], r["text"]) for r in rows] == [
        (str(x["number"]), str(x["start"]), x["text"]) for x in data["lines"]
    ]
    table = cli(*asked).out.splitlines()
    assert table[0].split() == ["NO", "START", "BEFORE", "FOUND", "AFTER"]
    assert len(table) == 5


def test_what_the_limit_leaves_out_is_counted(cli: Call, project: Path) -> None:
    found = cli("concordance", "nobody OR harbour", "--limit", "1", "--sort", "found", "--json")
    assert (found.json["places"], found.json["shown"]) == (4, 1)
    assert found.json["lines"][0]["text"] == "harbour"
    assert "4 places in 2 of 2 articles" in found.err
    assert "the first 1 are shown" in found.err
    plain = cli("search", "nobody", "--limit", "1")
    assert "1 of 2 places in 2 of 2 articles" in plain.err


def test_conditions_are_about_everybody_or_me(cli: Call, project: Path) -> None:
    assert "2 places" in cli("concordance", "claim:* by:anna").err
    assert "1 place " in cli("concordance", "claim:* by:ben").err
    assert "1 place " in cli("concordance", "claim:*", "--mine", "--as", "ben").err
    refused = cli("concordance", "claim:* by:anna", "--mine", "--as", "ben")
    assert refused.code == 1
    assert "only ben's annotations" in refused.err
    (line,) = cli("concordance", "nobody label:stance=against in:content", "--json").json["lines"]
    assert len(line["annotations"]) == 1


def test_a_fault_says_where_and_how_to_mend_it(cli: Call, project: Path) -> None:
    found = cli("concordance", "harbour", "AND")
    assert found.code == 1
    assert "error: query, character 12: words are missing at the end" in found.err
    assert "hint: " in found.err
    assert found.out == ""
    assert cli("concordance", "harbour", "--json", "--csv").code == 2
    wrong = cli("concordance", "label:stance=pro")
    assert "there are: favor, against" in wrong.err


def test_articles_without_a_date_are_said(cli: Call, project: Path) -> None:
    with Store.open(project) as store:
        add(store, "Third. " + TEXT, name="third", published="2024-03-02")
    found = cli("concordance", "nobody date:2024-03")
    assert "1 place in 1 of 3 articles" in found.err
    assert "left out: 2 articles without a date" in found.err


def test_nothing_of_a_text_reaches_the_terminal_raw_or_a_spreadsheet_as_a_formula(
    cli: Call, project: Path
) -> None:
    with Store.open(project) as store:
        add(store, "=1+1 evil\u202eword \x1b[31m, said the =harbour\n\nnext line here.", name="bad")
    for option in ("--csv", "--json", "--limit=9"):
        out = cli("concordance", "evil* OR said NEAR/9 next", option).out
        assert out
        assert not set(out) & {"\u202e", "\x1b"}
    rows = list(csv.reader(io.StringIO(cli("concordance", "evil*", "--csv").out)))
    assert len(rows) == 2
    assert not any(cell.startswith("=") for row in rows for cell in row)
