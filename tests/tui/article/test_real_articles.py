"""Real news text, when the shared corpora are there: every row fits, every cell leads back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.style import Style

from annotator.tui.article.gutter import WIDTH, gutter
from annotator.tui.article.layout import LineMap
from annotator.tui.article.paint import StyleRun
from annotator.tui.article.pointing import cluster_at
from annotator.tui.article.strips import LinePaint, StyleBook, build_strip
from tests.tui.article.build import make_layout
from tests.tui.article.test_safe import dangerous

SHARED = Path(os.environ.get("ANNOTATOR_SHARED", "../shared"))
CORPORA = SHARED / "corpora"
FOLDERS = ("seeds", "polnear/dev/text", "ptc/train-articles")


@pytest.mark.skipif(not CORPORA.is_dir(), reason=f"no corpora in {SHARED}: set ANNOTATOR_SHARED")
@pytest.mark.parametrize("folder", FOLDERS)
def test_every_row_of_real_articles_fits(folder: str) -> None:
    files = sorted((CORPORA / folder).glob("*.txt"))[:25]
    if not files:
        pytest.skip(f"no texts in corpora/{folder}")
    book = StyleBook(Style.parse("#e0e0e0 on #121212"), lambda _: Style())
    for file in files:
        text = file.read_bytes().decode("utf-8", "replace")
        layout = make_layout(text)
        for width in (72, 41):
            rows = LineMap(text, layout.paragraphs, width)
            reached = 0
            for row in range(rows.rows):
                line = rows.line(row)
                if line is None:
                    continue
                assert rows.row_of(line.start) == row
                cells = gutter(line, (), {}, (0, 0), (), ())
                paint = LinePaint(line, (StyleRun(line.start, 0),), cells)
                strip = build_strip(text, paint, WIDTH + width, book)
                assert cell_len(strip.text) == strip.cell_length == WIDTH + width
                assert not any(dangerous(ch) for ch in strip.text)
                assert cluster_at(text, line, 0) is not None
                reached += line.end - line.start
            assert reached == sum(p.end - p.start for p in layout.paragraphs)
