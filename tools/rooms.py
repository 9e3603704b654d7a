"""The rooms of the package and the imports between them, as docs/architecture.md shows them."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

import grimp

PACKAGE: Final = Path(__file__).resolve().parent.parent / "annotator"
ORDER: Final = (
    "cli", "tui", "project", "store", "formats", "worksheet", "phrases", "attribution", "report",
    "agreement", "session", "codebook", "alignment", "pages", "text", "domain",
)  # fmt: skip
"""From the top floor down; a room imports only what stands below it."""


def purpose(room: Path) -> str:
    """The first paragraph of a package's docstring, on one line."""
    said = ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8"))) or ""
    return " ".join(said.split("\n\n")[0].split())


def imports() -> dict[str, list[str]]:
    """Room -> the rooms it imports from, in `ORDER`; imports inside functions count too.

    Raises:
        ValueError: when there is a room that `ORDER` does not have, or the other way round.
    """
    graph = grimp.build_graph("annotator", exclude_type_checking_imports=False, cache_dir=None)
    there = {p.parent.name for p in PACKAGE.glob("*/__init__.py")}
    if there != set(ORDER):
        raise ValueError(f"tools/rooms.py and the package differ: {sorted(there ^ set(ORDER))}")
    found: dict[str, set[str]] = {room: set() for room in ORDER}
    for module in graph.modules:
        for other in graph.find_modules_directly_imported_by(module):
            a, b = (name.split(".")[1:2] for name in (module, other))
            if a and b and a != b and a[0] in found and b[0] in found:
                found[a[0]].add(b[0])
    return {room: [x for x in ORDER if x in found[room]] for room in ORDER}


def table() -> str:
    """The table of rooms in Markdown, a row each: what it holds and what it imports."""
    rows = ["| room | what it holds | imports |", "|---|---|---|"]
    for room, below in imports().items():
        rows.append(
            f"| `annotator/{room}/` | {purpose(PACKAGE / room)} | {', '.join(below) or 'nothing'} |"
        )
    return "\n".join(rows) + "\n"
