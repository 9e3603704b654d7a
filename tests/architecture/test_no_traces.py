"""What is committed names no machine, and is a sound package."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def tracked() -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files", "-z"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    if done.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name]


def test_constraints_are_names_and_versions_only() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert pins
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line) for line in pins)


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"]]
    for name in ("nlp-model", "encoder", "html", "dev"):
        wanted += project["optional-dependencies"][name]
    pinned = {
        line.partition("==")[0].lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    }
    for requirement in wanted:
        match = re.match(r"[A-Za-z0-9._-]+", requirement)
        assert match
        if match[0] != "news-annotator":
            assert match[0].lower().replace("_", "-") in pinned, requirement


def test_nothing_committed_names_a_machine() -> None:
    places = re.compile(rb"/(home|root|Users)/[a-z]|/work/(main|shared)|/tmp/[a-z]")
    for path in tracked():
        if path.suffix in {".png", ".npz", ".gz"} or not path.is_file():
            continue
        found = places.search(path.read_bytes())
        if path == Path(__file__):
            continue
        assert not found, f"{path.relative_to(ROOT)} names {found[0]!r}" if found else ""


def test_modules_stay_small() -> None:
    for path in tracked():
        if path.suffix == ".py" and path.is_relative_to(ROOT / "annotator"):
            lines = len(path.read_text(encoding="utf-8").splitlines())
            assert lines <= 500, f"{path.relative_to(ROOT)} has {lines} lines"


def test_only_marks_of_bias_are_called_that() -> None:
    """Schemes mark what they will: outside the default scheme's own words a mark is a mark."""
    for path in tracked():
        name = str(path.relative_to(ROOT))
        told = name.startswith(("annotator/", "docs/", "db/", "README")) and path.suffix != ".jsonl"
        if told and not name.startswith("annotator/schemes/") and path.suffix in (".py", ".md"):
            words = " ".join(path.read_text(encoding="utf-8").casefold().split())
            found = "bias mark" in words
            assert not found, f"{name} calls marks bias marks"
