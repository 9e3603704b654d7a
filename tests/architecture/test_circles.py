"""No file needs, by whatever way round, a file that needs it.

The contract "No circles among the rooms" (import-linter) sees rooms, folders and the files of one
folder; this sees all files at once. Counted are all imports, those inside functions and those for
the type checker alone among them: of two files that name each other's types none is read first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import grimp
import pytest


def circles(imports: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """The sets of two and more that can all be reached from each other (Tarjan), sorted."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    open_: list[str] = []
    found: list[list[str]] = []

    def visit(start: str) -> None:
        walk: list[tuple[str, Iterator[str]]] = []

        def enter(node: str) -> None:
            index[node] = low[node] = len(index)
            open_.append(node)
            walk.append((node, iter(imports.get(node, ()))))

        enter(start)
        while walk:
            node, rest = walk[-1]
            for other in rest:
                if other not in index:
                    enter(other)
                    break
                if other in open_:
                    low[node] = min(low[node], index[other])
            else:
                walk.pop()
                if walk:
                    low[walk[-1][0]] = min(low[walk[-1][0]], low[node])
                if low[node] == index[node]:
                    at = open_.index(node)
                    if len(open_) - at > 1:
                        found.append(sorted(open_[at:]))
                    del open_[at:]

    for node in imports:
        if node not in index:
            visit(node)
    return sorted(found)


@pytest.mark.parametrize(
    ("imports", "expected"),
    [
        ({"a": ["b"], "b": ["c"], "c": []}, []),
        ({"a": ["b"], "b": ["a"]}, [["a", "b"]]),
        ({"a": ["b"], "b": ["c"], "c": ["d"], "d": ["b"]}, [["b", "c", "d"]]),
        ({"a": ["b", "c"], "b": ["a"], "c": ["d"], "d": ["c"]}, [["a", "b"], ["c", "d"]]),
        ({"a": ["b", "d"], "b": ["c"], "c": ["a"], "d": ["c"]}, [["a", "b", "c", "d"]]),
    ],
)
def test_circles_are_found(imports: dict[str, list[str]], expected: list[list[str]]) -> None:
    assert circles(imports) == expected


def test_no_file_needs_one_that_needs_it() -> None:
    graph = grimp.build_graph("annotator", cache_dir=None)
    imports = {m: sorted(graph.find_modules_directly_imported_by(m)) for m in graph.modules}
    assert "annotator.tui.annotate.screen" in imports["annotator.tui.app"]
    # Imports inside functions, and for the type checker alone, are there.
    assert "annotator.tui.dialogs.keysheet" in imports["annotator.tui.annotate.dialogs"]
    assert "annotator.project" in imports["annotator.tui.host"]
    assert circles(imports) == []
