"""The cells of the report's tables on the screen: cut at a width, whatever they hold."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from annotator.tui.widgets.fitting import cut


@given(st.text(), st.integers(2, 60))
def test_a_cell_fits_its_width(words: str, cells: int) -> None:
    short = cut(words, cells)
    assert cell_len(short) <= cells
    assert short == words or short.endswith("…")


def test_names_of_many_annotators_are_cut_with_an_ellipsis() -> None:
    names = ", ".join(f"annotator-{i:02}" for i in range(1000))
    assert cut(names, 26) == "annotator-00, annotator-0…"
