"""The command palette: every action by its name, and every article by its title."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from annotator.session.commands import Command, Do
from annotator.text.safe import safe_line
from annotator.tui.keymap import Keymap, shown_key

if TYPE_CHECKING:
    from annotator.project import Project


class PaletteHost(Protocol):
    """What the palette asks of the application (whose module imports this one)."""

    keymap: Keymap
    project: Project

    def do(self, command: Command) -> None:
        """Do something on the annotation screen."""

    def open_article(self, uid: str) -> None:
        """Show an article where the annotator stopped."""


class Actions(Provider):
    """Offers the actions of the article screen, and the articles."""

    @property
    def _host(self) -> PaletteHost:
        return cast("PaletteHost", self.app)

    async def discover(self) -> Hits:
        """Everything, before anything is typed."""
        host = self._host
        for action in host.keymap.actions:
            if action.context == "article":
                keys = " ".join(map(shown_key, action.keys))
                yield DiscoveryHit(action.title, partial(host.do, Do(action.id)), help=keys)

    async def search(self, query: str) -> Hits:
        """Actions, then articles, by how well they fit."""
        host = self._host
        matcher = self.matcher(query)
        for action in host.keymap.actions:
            if action.context == "article" and (score := matcher.match(action.title)) > 0:
                keys = " ".join(map(shown_key, action.keys))
                yield Hit(
                    score,
                    matcher.highlight(action.title),
                    partial(host.do, Do(action.id)),
                    help=keys,
                )
        for uid, title in host.project.titles():
            shown = f"article: {safe_line(title)}"
            if (score := matcher.match(shown)) > 0:
                yield Hit(score, matcher.highlight(shown), partial(host.open_article, uid))
