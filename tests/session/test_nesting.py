"""A claim is nested in one around it, never in one that is nested in it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.model import Annotation, Fragment
from annotator.session.edits import parents_of
from tests.session.build import SCHEME, TEXT, Bench


def claim(id_: str, start: int, end: int, parent: str | None = None) -> Annotation:
    pieces = (Fragment("content", start, end),)
    return Annotation(id_, "claim", "uid", "ann", pieces, parent=parent)


@given(st.data())
def test_no_claim_is_offered_one_that_it_holds(data: st.DataObject) -> None:
    """A random tree of claims, each around the same words, so that only the tree decides."""
    size = data.draw(st.integers(2, 7))
    tree = [
        claim(str(i), 10 - i, 20 + i, str(data.draw(st.integers(0, i - 1))) if i else None)
        for i in range(size)
    ]
    if data.draw(st.booleans()):
        tree[0] = replace(tree[0], parent="of nobody here")
    by_id = {c.id: c for c in tree}
    for one in tree:
        held = {one.id}
        while more := {c.id for c in tree if c.parent in held} - held:
            held |= more
        offered = [c.id for c in parents_of(one, tree, by_id, SCHEME)]
        assert sorted(offered) == [c.id for c in tree if c.id not in held]


def test_nesting_round_all_possibilities_makes_no_circle() -> None:
    """Two claims on the same words: one can hold the other, and then not be held by it."""
    start = TEXT.index("Farmers")
    inner = claim("1", start, start + 7)
    outer = claim("2", start, start + 7)
    bench = Bench(annotations=[inner, outer])
    bench.session.activate("1")
    bench.session.nest()
    assert bench.session.index.by_id["1"].parent == "2"
    bench.session.activate("2")
    bench.session.nest()
    assert bench.session.index.by_id["2"].parent is None
