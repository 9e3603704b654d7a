"""What a stranger reads first is true: who to cite, what is promised, how a fault is reported."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import srsly

import annotator
from annotator import formats
from annotator.domain.exchange import Dataset, Document
from tests.formats.support import Given, article_of, claim

ROOT = Path(__file__).parents[2]
PAGES = ["CONTRIBUTING.md", "SECURITY.md", "docs/architecture.md"]


def test_the_version_to_cite_is_the_version_there_is() -> None:
    cited = srsly.yaml_loads((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["version"] == annotator.__version__
    assert {"cff-version", "message", "title", "authors", "license"} <= set(cited)


@pytest.mark.parametrize("page", PAGES)
def test_every_path_that_a_page_names_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = set(
        re.findall(r"`((?:annotator|tests|tools|db|docs|fixtures)/[\w./*-]*)(?:::[\w.]+)?`", text)
    )
    assert named
    for name in named:
        assert list(ROOT.glob(name.rstrip("/"))), f"{page}: {name}"


def test_every_name_of_a_journey_exists() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"`(annotator/[\w/]+\.py)::([\w.]+)`", text)
    assert len(named) > 10
    for path, name in named:
        found: Any = import_module(path.removesuffix(".py").replace("/", "."))
        for part in name.split("."):
            found = getattr(found, part)


@pytest.mark.parametrize("path", sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.md")), ids=str)
def test_every_issue_template_has_a_name_and_says_what_it_is_for(path: Path) -> None:
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    assert set(srsly.yaml_loads(head)) == {"name", "about"}
    assert body.strip()


def test_the_worked_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"ROOT": ROOT}
    for block in blocks:
        exec(compile(block, "CONTRIBUTING.md", "exec"), names)  # noqa: S102
    assert len(blocks) == 5
    # What the page makes is a format that the program can write.
    article = article_of("Ana said so.")
    held = Document(article, (claim(article, ("source", 0, 3)), claim(article, ("content", 9, 11))))
    report = formats.export(names["FORMAT"], "out.txt", Given(lambda: [held], Dataset()))
    assert Path("out.txt").read_text("utf-8") == "Ana\n"
    assert [(loss.kind, loss.count) for loss in report.losses] == [("claim without a source", 1)]
