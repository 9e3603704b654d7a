"""Projects of Label Studio, INCEpTION and spaCy through the program: in, again, out, in again."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator import formats
from tests.cli.conftest import Call

PROJECTS = Path(__file__).parents[1] / "formats" / "projects"


@pytest.mark.parametrize(
    ("form", "source", "back"),
    [
        ("label-studio", "label_studio.json", "label-studio"),
        ("uima", "inception_xmi", "uima"),
        ("uima", "inception_xmi", "webanno"),
        ("webanno", "inception_tsv", "webanno"),
        ("spacy", "layers.spacy", "spacy"),
    ],
)
def test_the_second_import_and_that_of_the_export_add_nothing(
    cli: Call, form: str, source: str, back: str
) -> None:
    named = ("--as", "zoe", "--json")
    first = cli("import", form, PROJECTS / source, "own.toml", "--scheme-from-data", *named)
    assert first.code == 0, first.err
    count = first.json["annotations"]
    assert count > 10
    assert first.json["scheme"]["new"] is True
    again = cli("import", form, PROJECTS / source, *named)
    assert (again.json["annotations"], again.json["unchanged"]) == (0, count)
    target = f"out{formats.get(back).suffix}"
    exported = cli("export", back, target, "--strict")
    assert exported.code == 0, exported.err
    returned = cli("import", back, target, *named)
    assert returned.code == 0, returned.err
    assert (returned.json["annotations"], returned.json["unchanged"]) == (0, count)
    assert cli("doctor").code == 0
    undone = cli("undo", "--as", "zoe")
    assert undone.code == 0, undone.err
    assert cli("list", "--json").code == 0
