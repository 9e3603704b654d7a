"""What the concordance looks like: rows aligned and marked, and the box before labels are given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot

from annotator.domain.model import ArticleDraft
from annotator.project import Project
from annotator.store import Store
from annotator.tui.app import AnnotatorApp
from annotator.tui.concordance.screen import ConcordanceScreen
from annotator.tui.options import ScreenOptions
from tests.session.build import layout

Compare = Callable[..., bool]
LINES = (
    "The regime raised the tax on bread, and nobody in the capital dared to say a word against it.",
    "“The regime is finished,” said a diplomat who has served there for some nineteen years.",
    "東京の新 regime 👩‍👧 said so, wrote Müller, whose cafe\u0301 was closed by a regime.",
    "Regimes fall. What follows a regime is seldom better, historians of the region have warned.",
)


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], App[None]]:
    """Four articles, at a fixed time."""
    monkeypatch.setattr(
        "annotator.tui.annotate.controller.now", lambda *_: "2026-01-01T12:00:00.000Z"
    )

    def build(theme: str) -> App[None]:
        store = Store.create(tmp_path / "project.db")
        for i, text in enumerate(LINES):
            draft = ArticleDraft(
                text, name=f"n{i}", title=f"Paper {i}", outlet="The Post", published="2024-03-01"
            )
            store.add_article(draft, layout(text))
        store.add_annotator("ann")
        return AnnotatorApp(Project(store, "ann"), ScreenOptions(theme=theme))

    return build


def pressed(*keys: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    """Type the query, wait for its places, then press keys."""

    async def run(pilot: Pilot[None]) -> None:
        await pilot.press("backslash", *"regime*")
        screen = pilot.app.screen
        assert isinstance(screen, ConcordanceScreen)
        for _ in range(200):
            if screen.view.asked == "regime*" and screen.view.found and screen.view.found.complete:
                break
            await pilot.pause(0.05)
        await pilot.press(*keys)
        await pilot.pause(0.3)

    return run


ROWS = ("enter", "space", "j", "space")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)], ids=str)
@pytest.mark.parametrize("theme", ["textual-dark", "textual-light"])
def test_rows(
    snap_compare: Compare, app: Callable[[str], App[None]], size: tuple[int, int], theme: str
) -> None:
    assert snap_compare(app(theme), run_before=pressed(*ROWS), terminal_size=size)


def test_rows_without_colour(
    snap_compare: Compare, app: Callable[[str], App[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(app(""), run_before=pressed(*ROWS), terminal_size=(80, 24))


def test_the_box_before_labels_are_given(
    snap_compare: Compare, app: Callable[[str], App[None]]
) -> None:
    keys = ("enter", "a", "t", *"become marks type lex", "enter")
    assert snap_compare(app("textual-dark"), run_before=pressed(*keys), terminal_size=(80, 24))
