"""What a screen may ask of the application that shows it.

A screen is given its host when it is made, and imports this, never an application: the
applications import the screens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from annotator.domain.errors import AnnotatorError
    from annotator.domain.scheme import Scheme
    from annotator.project import Project
    from annotator.project.types import Order
    from annotator.session.adjudication import Adjudication
    from annotator.tui.figures import Figures
    from annotator.tui.keymap import Keymap
    from annotator.tui.options import ScreenOptions


class Host(Protocol):
    """The application as every screen sees it."""

    @property
    def project(self) -> Project:
        """The database that is open; another one when its file was gone and work goes on."""

    @property
    def annotator(self) -> str:
        """Who annotates, or adjudicates."""

    @property
    def options(self) -> ScreenOptions:
        """What the user configured."""

    @property
    def scheme(self) -> Scheme:
        """The labels in force, as they were last read."""

    @property
    def keymap(self) -> Keymap:
        """The keys, those of the scheme's labels among them."""

    @property
    def order(self) -> Order:
        """The articles in the order to go through them."""

    @property
    def figures(self) -> Figures:
        """What the home screen counted last."""

    @property
    def too_small(self) -> bool:
        """Whether the window shows too little for anything to be done in it but to leave."""

    def renew_order(self) -> None:
        """Go through the articles that are not left out now, after some were, or were taken in."""

    def renew_scheme(self) -> None:
        """Take the scheme in force, with its keys, where somebody set another one meanwhile."""

    def position_of(self, uid: str) -> tuple[int, int]:
        """An article's place in the order, from 1 (0: not in it), and how many there are."""

    def show_error(self, error: AnnotatorError) -> None:
        """Show an error where it cannot be missed; what it refused has not happened."""


class AdjudicationHost(Host, Protocol):
    """The application as the adjudication screen and the agreement report see it."""

    @property
    def shared(self) -> list[str]:
        """The articles that two annotators have read, in the order of the database."""

    @property
    def own_readings(self) -> int:
        """Articles that who decides has read like others do, before deciding anything."""

    def board(self, uid: str) -> Adjudication:
        """The cases of an article as they are in the database now."""

    def adjudicate(self, uid: str, readings: Collection[str], done: Callable[[], object]) -> None:
        """Decide about the case of some readings; `done` is called when that screen is left."""
