"""The command palette: every action by its name, and every article by its title."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Hits, Provider

from annotator.session.commands import Do
from annotator.text.safe import safe_line
from annotator.tui.keymap import shown_key

if TYPE_CHECKING:
    from annotator.tui.app import AnnotatorApp


class Actions(Provider):
    """Offers the actions of the article screen."""

    def _annotator(self) -> AnnotatorApp:
        from annotator.tui.app import AnnotatorApp

        app = self.app
        assert isinstance(app, AnnotatorApp)  # noqa: S101 - narrows the type; it is our own app
        return app

    async def discover(self) -> Hits:
        """Everything, before anything is typed."""
        app = self._annotator()
        for action in app.keymap.actions:
            if action.context == "article":
                keys = " ".join(map(shown_key, action.keys))
                yield DiscoveryHit(
                    action.title, partial(app.screen_annotate.do, Do(action.id)), help=keys
                )

    async def search(self, query: str) -> Hits:
        """Actions, then articles, by how well they fit."""
        app = self._annotator()
        matcher = self.matcher(query)
        for action in app.keymap.actions:
            if action.context == "article" and (score := matcher.match(action.title)) > 0:
                keys = " ".join(map(shown_key, action.keys))
                yield Hit(
                    score,
                    matcher.highlight(action.title),
                    partial(app.screen_annotate.do, Do(action.id)),
                    help=keys,
                )
        for uid, title in app.titles():
            shown = f"article: {safe_line(title)}"
            if (score := matcher.match(shown)) > 0:
                yield Hit(score, matcher.highlight(shown), partial(app.open_article, uid))
