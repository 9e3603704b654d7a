"""Every screen at the sizes and in the colours that people have, kept as text that can be read.

A picture is the rows of the screen, and for each theme which style each cell has: small enough to
keep three sizes of every screen in dark, in light and without colour, and a change can be read in a
diff. Lists over a corpus stand in `test_every_list.py`, the report and adjudication in
`tests/tui/adjudicate/test_every_view.py`. Renew them with `pytest --snapshot-update` and the file.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.theme import BUILTIN_THEMES

from annotator.domain.model import ArticleDraft
from annotator.project import Project
from annotator.store import Store
from annotator.tui.app import AnnotatorApp
from annotator.tui.options import ScreenOptions
from tests.session.build import TEXT, layout
from tests.tui.app.test_snapshots import CLAIM
from tests.tui.app.test_suggestions import suggested
from tests.tui.pictures import SIZES, in_both_themes, settled, unreadable, without_colour

SCREENS: Final = {
    "claim": CLAIM,
    "suggestion": ["j", "l", "l"],
    "selection": ["j", "j", "j", "v", "L"],
    "nothing-here": [],
    "panel": [*CLAIM, "i"],
    "form": ["e", "t"],
    "keys": ["question_mark"],
    "guidelines": ["semicolon"],
    "palette": ["colon"],
    "search": ["slash", "s", "a"],
    "note": ["e", "c"],
    "articles": ["f10"],
    "lint": ["e", "1", "equals_sign"],
    "clusters": ["percent_sign"],
    "concordance": ["backslash", "s", "a", "i", "d"],
    "carry": [*CLAIM, "asterisk"],
}
"""What to press for each; the suggestions are there in all of them."""


Build = Callable[[str], AnnotatorApp]


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    """The application on two articles with suggestions, at a fixed time."""
    monkeypatch.setattr(
        "annotator.tui.annotate.controller.now", lambda *_: "2026-01-01T12:00:00.000Z"
    )
    monkeypatch.setattr("annotator.tui.annotate.suggesting.Suggesting.propose", lambda *_: None)

    def made(name: str) -> AnnotatorApp:
        store = Store.create(tmp_path / name / "news.db")
        for title, text in {"Minister denies cuts": TEXT, "Farmers": f"{TEXT}\n\nMore.\n"}.items():
            store.add_article(ArticleDraft(text, name=title[:4], title=title), layout(text))
        store.add_annotator("ann")
        suggested(store)
        app = AnnotatorApp(Project(store, "ann"), ScreenOptions(suggest=True))
        app.first = store.resolve("1")
        return app

    return made


@asynccontextmanager
async def on(app: AnnotatorApp, size: tuple[int, int], keys: list[str]):  # type: ignore[no-untyped-def]
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for key in keys:
            await pilot.press(key)
        await settled(pilot)
        yield pilot


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("name", SCREENS)
async def test_every_screen_looks_as_it_did(
    build: Build,
    picture: SnapshotAssertion,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    size: tuple[int, int],
) -> None:
    async with on(build("colour"), size, SCREENS[name]) as pilot:
        found = await in_both_themes(pilot)
    monkeypatch.setenv("NO_COLOR", "1")
    async with on(build("none"), size, SCREENS[name]) as pilot:
        found += f"\n{without_colour(pilot.app)}"
    assert f"{found}\n" == picture


@pytest.mark.parametrize(
    "name", ["claim", "suggestion", "selection", "form", "palette", "search", "articles", "lint"]
)
async def test_in_every_theme_all_that_is_written_can_be_read(build: Build, name: str) -> None:
    async with on(build("themes"), (120, 40), SCREENS[name]) as pilot:
        for theme in (n for n, t in BUILTIN_THEMES.items() if not t.ansi):
            pilot.app.theme = theme
            await pilot.pause(0.02)
            found, bad = unreadable(pilot.app)
            assert not bad, theme
            assert found > 5
