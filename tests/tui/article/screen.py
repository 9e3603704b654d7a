"""An app for tests that counts what its article view paints."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual import on
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.strip import Strip

from annotator.domain.model import Article
from annotator.tui.article.pointing import Dragged, GutterPicked, Pointed, WordPicked
from annotator.tui.article.view import ArticleView


class CountingView(ArticleView):
    """Notes which rows of the view are drawn."""

    def __init__(self, simplify: bool = False) -> None:
        super().__init__(emoji="simplify" if simplify else "full")
        self.drawn: list[int] = []

    def render_line(self, y: int) -> Strip:
        self.drawn.append(y)
        return super().render_line(y)

    def text_rows(self) -> list[str]:
        """What each row of the view shows, gutter included."""
        height = self.scrollable_size.height
        return [
            "".join(s.text for s in super(CountingView, self).render_line(y)) for y in range(height)
        ]


class ViewApp(App[None]):
    """Nothing but the view; it keeps the view's messages."""

    def __init__(self, simplify: bool = False) -> None:
        super().__init__()
        self.view = CountingView(simplify)
        self.heard: list[Message] = []
        self.layouts = 0

    def compose(self) -> ComposeResult:
        yield self.view

    def on_mount(self) -> None:
        self.screen.screen_layout_refresh_signal.subscribe(self, self._laid_out)

    def _laid_out(self, _: object) -> None:
        self.layouts += 1

    @on(Pointed)
    @on(Dragged)
    @on(WordPicked)
    @on(GutterPicked)
    def handle_key_event(self, message: Message) -> None:
        self.heard.append(message)


@asynccontextmanager
async def shown(
    article: Article, size: tuple[int, int] = (80, 24), *, simplify: bool = False
) -> AsyncIterator[tuple[ViewApp, Pilot[None]]]:
    """Run the app with the article in view."""
    app = ViewApp(simplify)
    async with app.run_test(size=size) as pilot:
        app.view.set_article(article)
        await pilot.pause()
        yield app, pilot
