"""What is imported before the first screen is painted: nothing heavy, and nothing new unnoticed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from annotator.domain.model import ArticleDraft
from annotator.store import Store
from tests.session.build import TEXT, layout

CHILD = """
import asyncio, json, sys
from annotator.project import Project
from annotator.tui.app import AnnotatorApp
from annotator.tui.annotate.screen import AnnotateScreen

fill = AnnotateScreen.paint_lines
seen = []

def first(screen):
    fill(screen)
    if not seen:
        seen.extend(sys.modules)

AnnotateScreen.paint_lines = first

async def main():
    with Project.open(sys.argv[1], "ann") as project:
        async with AnnotatorApp(project).run_test():
            pass

asyncio.run(main())
print(json.dumps(seen))
"""

ALLOWED = frozenset(
    (
        "annotator",
        "attr",
        "markdown_it",
        "mdurl",
        "platformdirs",
        "pygments",
        "rich",
        "textual",
        "typing_extensions",
    )
)
"""Packages outside the standard library that may be there at the first paint."""


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    path: Path = tmp_path_factory.mktemp("paint") / "paint.db"
    with Store.create(path) as store:
        store.add_article(ArticleDraft(TEXT, name="text"), layout(TEXT))
        store.add_annotator("ann")
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(path)], capture_output=True, text=True, check=True
    )
    found = set(json.loads(done.stdout))
    assert "annotator.tui.annotate.panel" in found
    return found


def test_only_allowed_packages(modules: set[str]) -> None:
    found = {m.partition(".")[0] for m in modules} - set(sys.stdlib_module_names)
    assert {m for m in found if not m.startswith(("_", "sitecustomize"))} <= ALLOWED


def test_heavy_packages_wait(modules: set[str]) -> None:
    tops = {m.partition(".")[0] for m in modules}
    assert not tops & {"spacy", "thinc", "numpy", "sqlite_utils", "rapidfuzz", "typer", "click"}
    assert "annotator.text.quotations" not in modules
