"""Every screen at the sizes and in the colours that people have, kept as text that can be read.

A picture is the rows of the screen, and for each theme which style each cell has: small enough to
keep three sizes of every screen in dark, in light and without colour, and a change can be read in a
diff. Renew them with `pytest --snapshot-update tests/tui/app/test_every_screen.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import asynccontextmanager
from itertools import groupby
from pathlib import Path
from string import ascii_letters
from typing import Final

import pytest
from rich.style import Style
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from textual.app import App
from textual.pilot import Pilot
from textual.theme import BUILTIN_THEMES

from annotator.domain.model import ArticleDraft
from annotator.project import Project
from annotator.store import Store
from annotator.tui.app import AnnotatorApp
from annotator.tui.options import ScreenOptions
from annotator.tui.widgets.legible import READABLE, contrast
from tests.session.build import TEXT, layout
from tests.tui.app.test_snapshots import CLAIM
from tests.tui.app.test_suggestions import suggested

SIZES: Final = [(80, 24), (120, 40), (200, 50)]
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


class _Text(SingleFileSnapshotExtension):
    _write_mode = WriteMode.TEXT
    _file_extension = "txt"


@pytest.fixture
def picture(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(_Text)


def rows_of(app: App[None]) -> list[list[tuple[str, Style]]]:
    """The screen as the terminal gets it: text and style, row by row."""
    return [
        [(segment.text, segment.style or Style()) for segment in strip if segment.text]
        for strip in app.screen._compositor.render_strips()
    ]


def text_of(app: App[None]) -> str:
    return "\n".join("".join(text for text, _ in row).rstrip() for row in rows_of(app))


def styles_of(app: App[None]) -> str:
    """Which cells have which style: a letter for each, and how many cells it goes on."""
    names: dict[str, str] = {}
    lines = []
    for row in rows_of(app):
        drawn = [(str(style.without_color + _colours(style)), len(text)) for text, style in row]
        line = ""
        for name, parts in groupby(drawn, key=lambda part: part[0]):
            letter = names.setdefault(name, ascii_letters[len(names) % len(ascii_letters)])
            line += f"{letter}{sum(cells for _, cells in parts)} "
        lines.append(line.rstrip())
    legend = [f"{letter}  {name}" for name, letter in names.items()]
    return "\n".join(
        [*legend, "", *(f"{'  '.join([str(i), line])}" for i, line in enumerate(lines))]
    )


def _colours(style: Style) -> Style:
    return Style(color=style.color, bgcolor=style.bgcolor)


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


async def settled(pilot: Pilot[None]) -> None:
    """Wait until no worker works and the screen stays as it is."""
    before = ""
    for _ in range(40):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause(0.05)
        after = text_of(pilot.app)
        if after == before:
            return
        before = after


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("name", SCREENS)
async def test_every_screen_looks_as_it_did(
    build: Build,
    picture: SnapshotAssertion,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    size: tuple[int, int],
) -> None:
    parts: list[str] = []
    async with on(build("colour"), size, SCREENS[name]) as pilot:
        for theme in ("textual-dark", "textual-light"):
            pilot.app.theme = theme
            await settled(pilot)
            parts += [] if parts else [text_of(pilot.app)]
            parts += [f"== {theme}", styles_of(pilot.app)]
    monkeypatch.setenv("NO_COLOR", "1")
    async with on(build("none"), size, SCREENS[name]) as pilot:
        parts += ["== NO_COLOR", text_of(pilot.app), styles_of(pilot.app)]
    assert "\n".join(parts) + "\n" == picture


def is_written(text: str) -> bool:
    """Whether there is something to be read, and not only lines, rules, rails and frames."""
    return any(not ch.isspace() and not "\u2500" <= ch <= "\u259f" for ch in text)


@pytest.mark.parametrize(
    "name", ["claim", "suggestion", "selection", "form", "palette", "search", "articles", "lint"]
)
async def test_in_every_theme_all_that_is_written_can_be_read(build: Build, name: str) -> None:
    async with on(build("themes"), (120, 40), SCREENS[name]) as pilot:
        for theme in (n for n, t in BUILTIN_THEMES.items() if not t.ansi):
            pilot.app.theme = theme
            await pilot.pause(0.02)
            found = 0
            for row in rows_of(pilot.app):
                for text, style in row:
                    if not is_written(text):
                        continue
                    assert style.color is not None
                    assert style.color.triplet is not None
                    assert style.bgcolor is not None
                    assert style.bgcolor.triplet is not None
                    found += 1
                    ratio = contrast(style.color.triplet, style.bgcolor.triplet)
                    assert ratio >= READABLE, (theme, text, style)
            assert found > 5
