"""`import annotator`: light, complete, and each name is there when it is asked for."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import annotator

HEAVY = ("textual", "spacy", "numpy", "sqlite3", "typer", "sqlite_utils", "rich", "rapidfuzz")


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    return done.stdout


def test_the_import_loads_nothing_heavy() -> None:
    code = "import annotator, json, sys; print(json.dumps(sorted(sys.modules)))"
    loaded = json.loads(run(code))
    assert [m for m in loaded if m.partition(".")[0] in HEAVY] == []
    assert [m for m in loaded if m.startswith("annotator.")] == ["annotator.version"]


@pytest.mark.parametrize("name", annotator.__all__)
def test_each_name_loads_on_demand(name: str) -> None:
    assert name in dir(annotator)
    code = f"import annotator; print(annotator.{name} is getattr(annotator, {name!r}))"
    # A method of a class is bound anew each time it is looked up, but kept here.
    assert run(code) == "True\n"


def test_star_brings_what_is_listed() -> None:
    code = "from annotator import *; print(*sorted(n for n in globals() if n[0] != '_'))"
    assert run(code).split() == sorted(set(annotator.__all__) - {"__version__"})


def test_measures_need_neither_database_nor_screen() -> None:
    code = "import annotator, json, sys; annotator.alpha; print(json.dumps(sorted(sys.modules)))"
    loaded = {m.partition(".")[0] for m in json.loads(run(code))}
    assert not loaded & {"textual", "spacy", "sqlite3", "typer", "sqlite_utils"}


def test_another_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        annotator.nothing  # noqa: B018 - it is looked up
    with pytest.raises(AttributeError, match="has no attribute"):
        annotator.project.nothing  # noqa: B018


def test_open_and_create_are_the_projects(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    with annotator.create(path, "anna") as made:
        assert isinstance(made, annotator.Project)
    with annotator.open(path) as opened:
        assert opened.path == path
        assert opened.annotator is None
