"""Imports run one way, and nothing heavy is loaded before it is needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from annotator.cli.main import COMMANDS

ROOT = Path(__file__).parents[2]
HEAVY = frozenset(
    {
        "textual",
        "spacy",
        "numpy",
        "thinc",
        "sqlite_utils",
        "sqlite3",
        "rapidfuzz",
        "jinja2",
        "trafilatura",
    }
)


def loaded(statement: str) -> set[str]:
    """The modules that are loaded after running a statement in a fresh Python."""
    code = f"{statement}\nimport sys\nprint('LOADED', *sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stdout.rpartition("LOADED")[2].split())


def run_of(*arguments: str) -> str:
    return f"from annotator.cli.main import run; run({list(arguments)!r})"


def heavy(modules: set[str]) -> set[str]:
    return {m for m in modules if m.partition(".")[0] in HEAVY}


def test_the_contracts_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["frobnicate"]])
def test_help_and_version_load_nothing_heavy(arguments: list[str]) -> None:
    modules = loaded(run_of(*arguments))
    assert heavy(modules) == set()
    assert not {m for m in modules if m.startswith("annotator.cli.commands.")}


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_loads_that_command_only(command: str) -> None:
    modules = loaded(run_of(command, "--help"))
    assert heavy(modules) == set()
    others = {"undo"} if command == "redo" else set()
    own = {m.rpartition(".")[2].rstrip("_") for m in modules if ".commands." in m}
    assert command in own
    shared = {
        "undo",
        "init",
        "codebook",
        "codebook_files",
        "export",
        "annotate",
        "add",
    }  # commands that lend others a function
    assert own - {command} <= shared | others


@pytest.mark.parametrize(
    ("package", "allowed"),
    [
        ("annotator.session", set()),
        ("annotator.store", {"sqlite3"}),
        ("annotator.formats", set()),
        ("annotator.text", set()),
        ("annotator.pages", set()),
        ("annotator.formats.html", set()),
        ("annotator.phrases.lineage", set()),
        ("annotator.attribution", {"numpy"}),
        ("annotator.tui", set()),
    ],
)
def test_a_package_loads_only_its_own_tools(package: str, allowed: set[str]) -> None:
    roots = {m.partition(".")[0] for m in heavy(loaded(f"import {package}"))}
    assert roots <= allowed


def test_opening_a_database_and_an_article_needs_no_spacy(tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    made = f"""
from annotator.store import Store
from tests.store.support import add
with Store.create({str(db)!r}) as store:
    add(store, name="one")
"""
    loaded(made)
    for arguments in (["list"], ["show", "one"], ["stats"], ["log"], ["search", "bridge"]):
        modules = loaded(run_of("--db", str(db), *arguments))
        assert not {m.partition(".")[0] for m in modules} & {"spacy", "textual", "numpy"}
        assert "sqlite_utils" not in modules


def test_the_domain_stands_on_the_standard_library() -> None:
    statement = "import annotator.session, annotator.domain.scheme"
    outside = {m.partition(".")[0] for m in loaded(statement)}
    unknown = outside - set(sys.stdlib_module_names) - {"annotator", "__main__"}
    # What site-packages' own start-up files load has nothing to do with us.
    baseline = {m.partition(".")[0] for m in loaded("pass")}
    assert unknown - baseline == set()


def test_no_session_waits_for_the_arrays_of_the_alignment() -> None:
    """Only what is asked for cases aligns readings: then `cases_of` imports what it needs."""
    rooms = ("adjudication", "adjudication_cases", "finished", "review", "annotating", "navigation")
    modules = loaded("import " + ", ".join(f"annotator.session.{name}" for name in rooms))
    assert not [m for m in modules if m.partition(".")[0] == "numpy" or "annotator.alignment" in m]
