"""Every example in a docstring is run, and what it shows is what comes out."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

import annotator

PACKAGE = Path(annotator.__file__).parent
MODULES = sorted(
    ".".join(("annotator", *path.relative_to(PACKAGE).with_suffix("").parts))
    for path in PACKAGE.rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


def test_the_public_modules_have_examples() -> None:
    assert {"annotator.agreement.measures", "annotator.project.exchange"} <= set(MODULES)


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    found = doctest.testmod(import_module(name))
    assert found.attempted
    assert not found.failed


MEASURES = [name for name, (module, _) in annotator._NAMES.items() if module.endswith(".measures")]


def test_each_measure_has_an_example() -> None:
    finder = doctest.DocTestFinder()
    for name in MEASURES:
        (test,) = finder.find(getattr(annotator, name), name)
        assert test.examples, name
