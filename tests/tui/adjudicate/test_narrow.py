"""Tables on small screens: what matters is in view, whole, and nothing scrolls sideways."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.widgets import DataTable

from annotator.domain.result_row import ResultRow
from annotator.project import Project
from annotator.store import Store
from annotator.tui.agree.screen import SHORT
from annotator.tui.app import AnnotatorApp
from annotator.tui.results.screen import RowsScreen
from annotator.tui.widgets import fitting
from tests.report.conftest import fill
from tests.session.build import TEXT
from tests.tui.adjudicate.test_adjudicate import computed, opened, shown

SIZES = [(80, 24), (60, 14), (120, 40)]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("narrow") / "read.db"
    fill(made)
    return made


def headings(table: DataTable[object]) -> list[str]:
    return [str(c.label) for c in table.ordered_columns]


@pytest.mark.parametrize("size", SIZES)
async def test_the_report_never_scrolls_sideways(path: Path, size: tuple[int, int]) -> None:
    async with opened(path, size=size, report=True) as (pilot, app):
        screen = await computed(pilot, app)
        table = screen.query_one(DataTable)
        for part in SHORT:
            screen._show(part)
            await pilot.pause()
            assert table.virtual_size.width <= table.size.width, part
            assert not table.show_horizontal_scrollbar, part
            tabs = shown(app, "parts")
            assert cell_len(tabs) <= size[0]
            assert SHORT[part] in tabs
            assert tabs.rstrip().endswith(("›", SHORT["consistency"]))
            foot = shown(app, "foot")
            assert cell_len(foot) <= size[0]
            assert "Esc quit" in foot


async def test_a_disagreement_shows_its_words_and_whether_it_is_decided(path: Path) -> None:
    async with opened(path, size=(80, 24), report=True) as (pilot, app):
        screen = await computed(pilot, app)
        screen._show("disagreements")
        await pilot.pause()
        table = screen.query_one(DataTable)
        names = headings(table)
        assert {"words", "state", "what", "kind"} <= set(names)
        words, state = names.index("words"), names.index("state")
        worded = 0
        for row in range(table.row_count):
            cells = table.get_row_at(row)
            assert str(cells[state]) in ("open", "decided", "reopened")
            worded += bool(str(cells[words]).strip())
        # Of an article as a whole there are none.
        assert worded > table.row_count / 2
        assert "a wider screen shows: " in shown(app, "notes")
        # The same on a screen that becomes wide and narrow again.
        await pilot.resize_terminal(160, 40)
        await pilot.pause()
        assert "who" in headings(table)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert headings(table) == names


async def test_adjudication_shows_whole_keys(path: Path) -> None:
    async with opened(path, size=(80, 24)) as (pilot, app):
        await pilot.pause()
        foot = shown(app, "foot")
        assert cell_len(foot) <= 80
        assert "Esc back" in foot


@pytest.mark.parametrize("size", SIZES)
async def test_rows_of_the_corpus_fit(path: Path, size: tuple[int, int]) -> None:
    places = [
        ResultRow(
            ("2031-01-01", "Courier" * 3, "12", "x" * 30, "y" * 30, "named_person", TEXT), "u", 0
        )
    ]
    with Store.open(path) as store:
        store.add_annotator("ann")
        app = AnnotatorApp(Project(store, "ann"))
        async with app.run_test(size=size) as pilot:
            names = ("date", "outlet", "art", "attribution", "source", "type", "words")
            app.push_screen(RowsScreen("Rows", names, lambda: places, "none", lambda _: None))
            await pilot.pause()
            await app.workers.wait_for_complete()
            await pilot.pause()
            table = app.screen.query_one(DataTable)
            assert not table.show_horizontal_scrollbar
            assert headings(table)[-1] == "words"
            assert len(str(table.get_row_at(0)[-1])) > 20


@pytest.mark.parametrize("seed", range(50))
def test_columns_fit_any_width(seed: int) -> None:
    rng = random.Random(seed)
    count = rng.randint(1, 12)
    names = ["n" * rng.randint(0, 14) for _ in range(count)]
    rows = [["c" * rng.randint(0, 80) for _ in range(rng.randint(1, count))] for _ in range(5)]
    width = rng.randint(30, 160)
    important = rng.sample(range(count), rng.randint(0, count))
    found = fitting.columns(names, rows, width, important)
    assert [c.number for c in found] == sorted({c.number for c in found})
    assert (important or [0])[0] in [c.number for c in found]
    assert sum(c.cells + fitting.PADDING for c in found) <= width - fitting.SCROLLBAR + 2
