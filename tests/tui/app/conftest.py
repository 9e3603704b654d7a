"""A database of three small articles, and the application on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from annotator.domain.model import ArticleDraft
from annotator.project import Project
from annotator.store import Store
from annotator.tui.app import AnnotatorApp
from annotator.tui.options import ScreenOptions
from tests.session.build import TEXT, layout

HOSTILE = (
    "Mayor \x1b[31mred\x1b[0m said \u202eesrever\u202c and [bold]markup[/bold] here.\n\n"
    "A 👨‍👩‍👧‍👦 family, 東京の新, e\u0301te and \u200bnothing. שלום עולם.\n"
)
LONG = "\n\n".join(
    f"Sentence one of part {i}, he said. “Words of part {i},” Ana Ruiz said." for i in range(60)
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Three articles: short, long, hostile."""
    with Store.create(tmp_path / "project.db") as made:
        texts = {"Minister denies cuts": TEXT, "Long read": LONG, "\x1b[2J[b]x": HOSTILE}
        for title, text in texts.items():
            made.add_article(ArticleDraft(text, name=title[:4], title=title), layout(text))
        made.add_annotator("ann")
        yield made


Opened = Callable[..., AbstractAsyncContextManager[Pilot[None]]]


@pytest.fixture
def opened(store: Store) -> Opened:
    """Open the application on the database; yields its pilot."""

    @asynccontextmanager
    async def run(
        size: tuple[int, int] = (120, 40), first: str = "1", options: ScreenOptions | None = None
    ) -> AsyncIterator[Pilot[None]]:
        app = AnnotatorApp(Project(store, "ann"), options)
        app.first = store.resolve(first) if first else None
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield pilot

    return run


def app_of(pilot: Pilot[None]) -> AnnotatorApp:
    """The application, typed."""
    assert isinstance(pilot.app, AnnotatorApp)
    return pilot.app
