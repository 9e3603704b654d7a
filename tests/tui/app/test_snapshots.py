"""What the screen looks like, at the sizes and in the colours that people have.

Pictures are compared with those in `__snapshots__`; look at the report before renewing them with
`pytest --snapshot-update tests/tui/app/test_snapshots.py`.
"""

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
from annotator.tui.options import ScreenOptions
from tests.session.build import TEXT, layout

CLAIM = [*list("jjj"), "v", "L", "e", "l", "l", "w", "l", "q", "l", "l", "v", "L", "e", "1", "s"]
SIZES = [pytest.param((80, 24), id="80x24"), pytest.param((120, 40), id="120x40")]
Compare = Callable[..., bool]


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], App[None]]:
    """The application on two articles, at a fixed time."""

    def noon(*_: object) -> str:
        return "2026-01-01T12:00:00.000Z"

    monkeypatch.setattr("annotator.tui.annotate.controller.now", noon)

    def build(theme: str) -> App[None]:
        store = Store.create(tmp_path / "project.db")
        for title, text in {"Minister denies cuts": TEXT, "Wide": "東京の新 👩‍👧 said.\n"}.items():
            store.add_article(ArticleDraft(text, name=title[:4], title=title), layout(text))
        store.add_annotator("ann")
        return AnnotatorApp(Project(store, "ann"), ScreenOptions(theme=theme))

    return build


def pressed(*keys: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    """Press keys, then wait until nothing moves any more."""

    async def run(pilot: Pilot[None]) -> None:
        await pilot.press(*keys)
        await pilot.app.workers.wait_for_complete()  # the list counts in a thread
        await pilot.pause(0.5)

    return run


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["textual-dark", "textual-light"])
def test_annotating(
    snap_compare: Compare, app: Callable[[str], App[None]], size: tuple[int, int], theme: str
) -> None:
    assert snap_compare(app(theme), run_before=pressed(*CLAIM), terminal_size=size)


@pytest.mark.parametrize("size", SIZES)
def test_annotating_without_colour(
    snap_compare: Compare,
    app: Callable[[str], App[None]],
    size: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(app(""), run_before=pressed(*CLAIM), terminal_size=size)


@pytest.mark.parametrize(
    "press",
    [
        pytest.param(["j", "v", "L"], id="selecting"),
        pytest.param(["e", "t"], id="form"),
        pytest.param(["l", "b", "1", "2"], id="form-of-a-mark"),
        pytest.param(["f10"], id="articles"),
        pytest.param(["backslash", *"minis*"], id="concordance"),
        pytest.param(["question_mark"], id="keys"),
        pytest.param(["semicolon", "4"], id="guidelines"),
        pytest.param(["f8"], id="wide"),
    ],
)
def test_screens(snap_compare: Compare, app: Callable[[str], App[None]], press: list[str]) -> None:
    assert snap_compare(app("textual-dark"), run_before=pressed(*press), terminal_size=(100, 30))
