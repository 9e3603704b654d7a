"""Every test holds what can fail: an assertion, an expected error, or a helper with one."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parents[1]
JUDGES = {
    *("raises", "warns", "fail"),  # of pytest
    *("assert_allclose", "assert_array_equal"),  # of numpy
    "check_span",  # raises for a span that cuts a character
}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def called(function: ast.AST) -> set[str]:
    """Names of what is called in it, without the objects before them."""
    out: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            name = node.func
            out.add(name.attr if isinstance(name, ast.Attribute) else getattr(name, "id", ""))
    return out


def judges_itself(function: ast.AST) -> bool:
    return any(isinstance(n, ast.Assert | ast.Raise) for n in ast.walk(function)) or bool(
        called(function) & JUDGES
    )


def unjudged(trees: dict[str, ast.Module]) -> Iterator[str]:
    """Tests that neither judge anything nor call a function of the tests that does."""
    functions: dict[str, list[Function]] = defaultdict(list)
    for tree in trees.values():
        for node in ast.walk(tree):
            if isinstance(node, Function):
                functions[node.name].append(node)
    judging = {name for name, found in functions.items() if any(map(judges_itself, found))}
    before = 0
    while before < len(judging):
        before = len(judging)
        judging |= {
            name for name, found in functions.items() if any(called(f) & judging for f in found)
        }
    for file, tree in trees.items():
        for node in ast.walk(tree):
            if not isinstance(node, Function) or not node.name.startswith("test_"):
                continue
            if not judges_itself(node) and not called(node) & judging:
                yield f"{file}::{node.name}"


def test_every_test_can_fail() -> None:
    files = sorted(TESTS.rglob("*.py"))
    trees = {str(f.relative_to(TESTS)): ast.parse(f.read_text(encoding="utf-8")) for f in files}
    assert len(trees) > 100
    assert list(unjudged(trees)) == []


def test_one_that_cannot_is_found() -> None:
    source = """
def looks(x): assert x
def runs(x): return x
def test_good(): looks(1)
def test_bad(): runs(1)
async def test_bad_too(): await runs(2)
class TestIn:
    def test_worse(self): print(1)
"""
    found = list(unjudged({"a.py": ast.parse(source)}))
    assert found == ["a.py::test_bad", "a.py::test_bad_too", "a.py::test_worse"]
