"""What a stranger reads first is true: who to cite, what is promised, how a fault is reported."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import srsly

import annotator

ROOT = Path(__file__).parents[2]
PAGES = ["CONTRIBUTING.md", "SECURITY.md", "docs/architecture.md"]


def test_the_version_to_cite_is_the_version_there_is() -> None:
    cited = srsly.yaml_loads((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["version"] == annotator.__version__
    assert {"cff-version", "message", "title", "authors", "license"} <= set(cited)


@pytest.mark.parametrize("page", PAGES)
def test_every_path_that_a_page_names_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:annotator|tests|tools|db|docs|fixtures)/[\w./*-]*)`", text))
    assert named
    for name in named:
        assert list(ROOT.glob(name.rstrip("/"))), f"{page}: {name}"


@pytest.mark.parametrize("path", sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.md")), ids=str)
def test_every_issue_template_has_a_name_and_says_what_it_is_for(path: Path) -> None:
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    assert set(srsly.yaml_loads(head)) == {"name", "about"}
    assert body.strip()
