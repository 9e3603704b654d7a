"""The commands of a codebook as they are typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.project import Project
from tests.cli.conftest import Call, cli, project

__all__ = ["cli", "project"]


def views(path: Path) -> list[str]:
    with Project.open(path) as opened:
        return [a.attributes["stance"] for a in opened.annotations() if "stance" in a.attributes]


def test_a_change_is_looked_at_done_and_undone(cli: Call, project: Path) -> None:
    looked = cli("scheme", "rename", "stance=against", "opposed", "--dry-run")
    assert looked.code == 0
    assert looked.out.splitlines()[0] == "stance: against -> opposed"
    assert "stance=against" in looked.out.splitlines()[2]
    assert "would change: scheme" in looked.err
    assert views(project) == ["against"]
    done = cli("scheme", "rename", "stance=against", "opposed", "--as", "carla", "--json").json
    assert done["annotations"] == 1
    assert done["places"][0]["becomes"] == "stance=opposed"
    assert views(project) == ["opposed"]
    assert cli("doctor").code == 0
    assert cli("replay", "again.db").code == 0
    assert "renam" in cli("scheme", "diff").out
    diff = cli("scheme", "diff", "--json").json["differences"]
    assert diff == [{"sort": "rename", "what": "stance: against -> opposed", "detail": "",
                     "annotations": 0}]  # fmt: skip
    undone = cli("undo", "--as", "carla")
    assert undone.out == "undone: scheme: stance: against -> opposed (2 changes, article 1)\n"
    assert views(project) == ["against"]
    assert cli("scheme", "show", "--toml").out.count("[[history]]") == 0


def test_who_changes_a_scheme_is_named_and_what_is_wrong_is_said(cli: Call, project: Path) -> None:
    assert "nobody is named" in cli("scheme", "rename", "stance=against", "opposed").err
    for arguments, error in (
        (("rename", "stance=none", "x"), "the scheme has no 'stance=none'"),
        (("rename", "stance=against", "favor"), "there is a value 'favor' already"),
        (("rename", "source", "the source"), "'the source' cannot be a name"),
        (("merge", "stance=against", "--into", "x"), "one label alone cannot be merged"),
        (("split", "stance=against", "--into", "x"), "a label is split into two or more"),
        (("split", "stance=against", "--json"), "'stance=against' was not split"),
        (("archive", "nothing"), "the scheme has no 'nothing'"),
        (("diff", "nowhere.toml"), "nowhere.toml"),
        (("migrate", "nowhere.toml"), "nowhere.toml"),
    ):
        said = cli("scheme", *arguments, "--as", "anna")
        assert said.code == 1, arguments
        assert error in said.err
        assert "hint: " in said.err or error.endswith(".toml"), arguments
    assert views(project) == ["against"]


def test_scheme_set_is_one_action_of_the_journal(cli: Call, project: Path) -> None:
    before = cli("scheme", "show", "--toml").out
    Path("own.toml").write_text(before + "\n# mine\n", encoding="utf-8")
    assert cli("scheme", "set", "own.toml", "--as", "anna").code == 0
    assert cli("scheme", "show", "--toml").out.endswith("# mine\n")
    assert cli("log", "--json").json[0]["label"].startswith("scheme: news ")
    assert cli("undo", "--as", "anna").out.startswith("undone: scheme: news ")
    assert cli("scheme", "show", "--toml").out == before
    assert cli("redo", "--as", "anna").code == 0
    assert cli("doctor").code == 0
    assert cli("replay", "again.db").code == 0


def test_a_file_with_steps_is_migrated_to_and_one_that_loses_labels_is_not(
    cli: Call, project: Path
) -> None:
    source = cli("scheme", "show", "--toml").out
    lost = source.replace('name = "against"', 'name = "opposed"')
    assert lost != source
    Path("own.toml").write_text(lost, encoding="utf-8")
    refused = cli("scheme", "migrate", "own.toml", "--as", "anna")
    assert refused.code == 1
    assert "would hold what the scheme does not have" in refused.err
    step = (
        '\n[[history]]\nchange = "rename"\npart = "value"\nlayer = "claim"\nattribute = "stance"\n'
        'old = "against"\nnew = "opposed"\n'
    )
    Path("own.toml").write_text(lost + step, encoding="utf-8")
    assert cli("scheme", "migrate", "own.toml", "--as", "anna").code == 0
    assert views(project) == ["opposed"]
    assert "[[history]]" in cli("scheme", "show", "--toml").out
    Path("own.toml").write_text(lost + step.replace("rename", "renew"), encoding="utf-8")
    wrong = cli("scheme", "check", "own.toml")
    assert wrong.code == 1
    assert "change 'renew' is none of rename, merge, split" in wrong.err


def test_a_split_is_listed_and_what_comes_late_is_told_everywhere(cli: Call, project: Path) -> None:
    assert cli("export", "jsonl", "early.jsonl").code == 0
    into = ("--into", "hostile", "--into", "critical")
    said = cli("scheme", "split", "stance=against", *into, "--as", "anna")
    assert said.code == 0
    assert "1 place to decide, a key each: annotator scheme split stance=against" in said.err
    (place,) = cli("scheme", "split", "stance=against", "--json", "--everyone", "--as", "x").json
    assert place["article"] == 1
    assert "terminal" in cli("scheme", "split", "stance=against", "--as", "anna").err
    assert cli("scheme", "rename", "stance=critical", "against_it", "--as", "anna").code == 0
    assert cli("scheme", "rename", "stance=favor", "support", "--as", "anna").code == 0
    early = Path("early.jsonl").read_text("utf-8")
    assert early.count('"against"') == 1
    Path("late.jsonl").write_text(early.replace('"against"', '"favor"'), encoding="utf-8")
    told = "of an earlier version of the scheme: claim.stance=favor (claim.stance=support now): 1"
    brought = cli("import", "jsonl", "late.jsonl", "--apart", "b", "--as", "anna")
    assert told in brought.err
    for command in (("agree",), ("export", "jsonl", "now.jsonl"), ("doctor",)):
        assert told in cli(*command).err, command
    assert cli("doctor", "--json").json["earlier_names"] == [
        {"was": "claim.stance=favor", "now": "claim.stance=support", "annotations": 1}
    ]
    assert cli("scheme", "migrate", "--as", "anna").code == 0
    assert sorted(views(project)) == ["against", "support"]
    assert told not in cli("doctor").err
    nothing = cli("scheme", "migrate", "--as", "anna")
    assert nothing.code == 0
    assert "nothing to change" in nothing.err


@pytest.mark.parametrize("hostile", ["\x1b[31mred", "a\nb", "‮x"])
def test_a_name_that_cannot_be_shown_is_refused(cli: Call, project: Path, hostile: str) -> None:
    said = cli("scheme", "rename", "stance=against", hostile, "--as", "anna")
    assert said.code == 1
    assert "\x1b" not in said.err
    assert views(project) == ["against"]


def test_a_codebook_goes_out_and_comes_in(cli: Call, project: Path, tmp_path: Path) -> None:
    page = cli("scheme", "export", str(tmp_path / "x.html"))
    assert page.code == 0
    assert "<h1>News attribution" in (tmp_path / "x.html").read_text("utf-8")
    table = str(tmp_path / "x.csv")
    assert "not held by .csv: review of the scheme: 1" in cli("scheme", "export", table).err
    assert cli("scheme", "export", table).code == 1  # it is there
    assert cli("scheme", "export", str(tmp_path / "x.doc")).code == 1
    assert 'name = "stance"' in cli("scheme", "import", table).out
    made = cli("scheme", "import", table, str(tmp_path / "x.toml"), "--set", "--as", "carla")
    assert made.code == 0
    assert cli("scheme", "check", str(tmp_path / "x.toml")).code == 0
    with Project.open(project) as opened:
        assert opened.scheme().toml == (tmp_path / "x.toml").read_text("utf-8")
        assert opened.outside() == []
    assert cli("undo", "--as", "carla").code == 0
    assert cli("doctor").code == 0
    assert cli("scheme", "import", str(tmp_path / "gone.qdc")).code == 1
    assert cli("scheme", "import", table, str(tmp_path / "x.txt")).code == 1
