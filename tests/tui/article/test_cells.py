"""Clusters: what is drawn together, how wide it is, and that terminals and Textual agree."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import example, given
from rich.cells import cell_len

from annotator.domain.graphemes import is_boundary
from annotator.tui.article.cells import clusters, is_narrow, widths
from tests.tui.article.strategies import FAMILY, FLAG, any_texts
from tests.tui.article.test_safe import dangerous


@given(any_texts)
@example("\U0001f1e8" * 9 + "\u200d" + "\U0001f1e8" * 3)
@example("a\u200d\U0001f600")
@example("\u0301\u0301")
def test_clusters_cover_the_text_and_cut_no_grapheme(text: str) -> None:
    found = clusters(text, 0, len(text))
    at = 0
    for cluster in found:
        assert cluster.start == at < cluster.end
        assert is_boundary(text, cluster.start)
        at = cluster.end
    assert at == len(text)


@given(any_texts)
def test_widths_add_up_as_rich_measures_them(text: str) -> None:
    for simplify in (False, True):
        found = clusters(text, 0, len(text), simplify)
        assert all(1 <= c.width <= 4 for c in found)
        assert cell_len("".join(c.drawn for c in found)) == sum(c.width for c in found)
        assert not any(dangerous(ch) for c in found for ch in c.drawn)


@given(any_texts, any_texts)
def test_a_part_is_drawn_as_in_the_whole(left: str, right: str) -> None:
    text = left + right
    whole = clusters(text, 0, len(text))
    at = len(left)
    if any(c.start == at for c in whole):
        assert clusters(text, 0, at) + clusters(text, at, len(text)) == whole


def test_narrow_means_one_cell_each() -> None:
    for code in range(sys.maxunicode + 1):
        ch = chr(code)
        if is_narrow(ch, 0, 1):
            assert cell_len(ch) == 1, hex(code)
            kind = unicodedata.category(ch)
            assert kind == "Cn" or kind[0] not in "MC", hex(code)
            assert clusters(ch, 0, 1)[0].drawn == ch


def test_single_means_one_cluster_each() -> None:
    for code in range(0xA0, 0x10000):
        ch = chr(code)
        found = widths(ch, 0, 1)
        if found is not None:
            cluster = clusters(ch, 0, 1)[0]
            assert (cluster.drawn, cluster.width) == (ch, found[0]), hex(code)


@pytest.mark.parametrize(
    ("text", "full", "simple"),
    [
        (FAMILY, (FAMILY, 2), ("\U0001f469", 2)),
        ("\U0001f44d\U0001f3fd", ("\U0001f44d\U0001f3fd", 2), ("\U0001f44d", 2)),
        (FLAG, (FLAG, 2), ("CH", 2)),
        ("\u2764\ufe0f", ("\u2764\ufe0f", 2), ("\u2764", 1)),
        ("e\u0301", ("e\u0301", 1), ("e\u0301", 1)),
        ("東", ("東", 2), ("東", 2)),
        ("\t", (" ", 1), (" ", 1)),
        ("\r\n", (" ", 1), (" ", 1)),
        ("\x1b", ("␛", 1), ("␛", 1)),
        ("\u0301", ("◌\u0301", 1), ("◌\u0301", 1)),
        ("e" + "\u0301" * 100, ("e", 1), ("e", 1)),
    ],
)
def test_how_one_grapheme_is_drawn(
    text: str, full: tuple[str, int], simple: tuple[str, int]
) -> None:
    assert [c[2:] for c in clusters(text, 0, len(text))] == [full]
    assert [c[2:] for c in clusters(text, 0, len(text), simplify=True)] == [simple]


def test_a_long_row_of_flag_letters_is_linear() -> None:
    # Counting the row again at each letter would take 10^10 steps.
    assert len(clusters("\U0001f1e8" * 100_000, 0, 100_000)) == 50_000
