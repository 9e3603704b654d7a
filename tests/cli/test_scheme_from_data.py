"""`annotator import --scheme-from-data`: what it says, writes, refuses, and takes back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotator.domain.scheme_file import parse_scheme
from annotator.session.actions import reserved_keys
from tests.cli.conftest import Call

PROJECTS = Path(__file__).parents[1] / "formats" / "projects"


def record(*labels: str, text: str = "Ida Vos gave") -> str:
    places = ((0, 3), (4, 7), (8, 12))
    entities = [
        {"id": i, "start_offset": s, "end_offset": e, "label": label}
        for i, (label, (s, e)) in enumerate(zip(labels, places, strict=False))
    ]
    return json.dumps({"text": text, "entities": entities, "relations": []}) + "\n"


def test_the_scheme_is_in_force_and_in_a_file(cli: Call) -> None:
    done = cli("import", "brat", PROJECTS / "brat_events", "own.toml", "--scheme-from-data",
               "--as", "zoe")  # fmt: skip
    assert done.code == 0
    assert "from the data, is in force: 1 span layer, 5 roles" in done.err
    assert "it is in own.toml too" in done.err
    toml = Path("own.toml").read_text(encoding="utf-8")
    scheme = parse_scheme(toml, reserved_keys())
    shown = cli("scheme", "show", "--json").json
    assert (shown["name"], shown["version"]) == ("brat_events", scheme.version)
    assert cli("scheme", "check", "own.toml").code == 0
    again = cli("import", "brat", PROJECTS / "brat_events", "own.toml", "--scheme-from-data",
                "--as", "zoe")  # fmt: skip
    assert "0 annotations added, 19 known" in again.err
    assert "has all of it already" in again.err
    assert cli("undo", "--as", "zoe").code == 0
    assert cli("scheme", "show", "--json").json["name"] == "news"
    assert cli("redo", "--as", "zoe").code == 0
    assert cli("scheme", "show", "--json").json["version"] == scheme.version
    assert cli("doctor", "--json").json["ok"] is True


def test_the_scheme_in_force_gets_what_it_lacks(cli: Call) -> None:
    Path("a.jsonl").write_text(record("PER", "PER", "ORG"), encoding="utf-8")
    Path("b.jsonl").write_text(record("LOC", "PER", text="New Ida ran"), encoding="utf-8")
    cli("import", "doccano", "a.jsonl", "--scheme-from-data", "--as", "zoe")
    before = cli("scheme", "show", "--json").json
    done = cli("import", "doccano", "b.jsonl", "--scheme-from-data", "--as", "zoe")
    assert done.code == 0
    after = cli("scheme", "show", "--json").json
    (old,), (new,) = (
        [a["values"] for a in s["attributes"] if a["name"] == "type"] for s in (before, after)
    )
    assert [(v["name"], v["key"]) for v in new][:2] == [(v["name"], v["key"]) for v in old]
    assert [v["name"] for v in new] == ["PER", "ORG", "LOC"]
    assert after["name"] == before["name"]


def test_without_the_option_a_scheme_with_span_layers_is_obeyed(cli: Call) -> None:
    Path("a.jsonl").write_text(record("PER", "content"), encoding="utf-8")
    cli("import", "doccano", "a.jsonl", "--scheme-from-data", "--as", "zoe")
    again = cli("import", "doccano", "a.jsonl", "--as", "zoe", "--json").json
    assert (again["annotations"], again["unchanged"]) == (0, 2)
    claims = cli("import", "doccano", "a.jsonl", "--as", "zoe", "--json", "-o", "spans=claims").json
    assert claims["annotations"] == 2


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("a.jsonl", "own.toml"), "own.toml is written by --scheme-from-data alone"),
        (("a.jsonl", "there.toml", "--scheme-from-data"), "there.toml: is there already"),
        (("-", "--scheme-from-data"), "it is read twice, and standard input only once"),
        (("none.jsonl", "--scheme-from-data"), "no label to make a scheme of"),
        (("a.jsonl", "no/own.toml", "--scheme-from-data"), "cannot be written"),
        (("bad.jsonl", "new.toml", "--scheme-from-data"), "1 record cannot be imported"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    cli: Call, more: tuple[str, ...], told: str
) -> None:
    Path("a.jsonl").write_text(record("PER"), encoding="utf-8")
    Path("none.jsonl").write_text(record(), encoding="utf-8")
    Path("bad.jsonl").write_text(record("PER") + "{\n", encoding="utf-8")
    Path("there.toml").write_text("mine", encoding="utf-8")
    refused = cli("import", "doccano", *more, "--as", "zoe")
    assert refused.code != 0
    assert told in refused.err.replace("\n", " ")
    assert Path("there.toml").read_text(encoding="utf-8") == "mine"
    assert not Path("new.toml").exists()
    assert not Path("own.toml").exists()
