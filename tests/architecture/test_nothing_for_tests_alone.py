"""What stands in the package is used by it, or offered to those who use it as a library."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "annotator"
PUBLIC = PACKAGE / "__init__.py"
ROOMS = ("alignment", "agreement", "report", "session")
LIBRARY = {
    *("from_values", "from_records", "renamed"),
}
"""What the screens and commands need not, but those who compute with the measures do."""


def names_used(path: Path) -> Counter[str]:
    """How often each name is read, called or asked of an object, or offered by the package."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: Counter[str] = Counter()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found[node.id] += 1
        elif isinstance(node, ast.Attribute):
            found[node.attr] += 1
        elif path == PUBLIC and isinstance(node, ast.Constant) and isinstance(node.value, str):
            found[node.value] += 1
    return found


@pytest.fixture(scope="module")
def used() -> Counter[str]:
    """All names that are used anywhere in the package."""
    total: Counter[str] = Counter()
    for path in PACKAGE.rglob("*.py"):
        total += names_used(path)
    for path in PACKAGE.rglob("*.j2"):
        total.update(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    return total


@pytest.mark.parametrize("room", ROOMS)
def test_every_function_and_class_is_used_by_the_package(room: str, used: Counter[str]) -> None:
    unused = []
    for path in sorted((PACKAGE / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            if not (node.name.startswith("__") or used[node.name] or node.name in LIBRARY):
                unused.append(f"{path.relative_to(PACKAGE)}: {node.name}")
    assert not unused, "\n".join(unused)
