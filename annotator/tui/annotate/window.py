"""What the parts of the annotation screen ask of it: the screen's module imports theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from textual.app import App

    from annotator.domain.model import Batch
    from annotator.project.phrase_matches import PhraseMatches
    from annotator.session import Session
    from annotator.session.actions import Context
    from annotator.session.commands import Command
    from annotator.session.motions import Motions
    from annotator.session.review import SuggestionReview
    from annotator.tui.article.view import ArticleView
    from annotator.tui.dialogs.overlay import Overlay
    from annotator.tui.host import Host


class AnnotateWindow(Protocol):
    """The annotation screen as its own parts see it."""

    host: Host
    session: Session
    """The open article's."""
    motions: Motions
    """What waits for the next key on it."""
    view: ArticleView
    escaped: bool
    """Whether Esc was pressed with nothing left to leave: the next one quits."""
    left: bool
    """Whether the last key was an Esc that left something: the next one may be one too many."""
    asked: int | None
    """The sentence of which the last key said that suggestions in it are undecided."""

    saved: str
    """Time of the last commit; empty before the first."""

    @property
    def told(self) -> str:
        """What the line at the foot says of the last action."""

    @property
    def app(self) -> App[object]:
        """Textual's application: other screens are pushed on it."""

    @property
    def suggestions(self) -> SuggestionReview:
        """What is proposed for the open article."""

    @property
    def phrase_matches(self) -> PhraseMatches | None:
        """Where words that were at hand stand again, as far as it was found."""

    def contexts(self) -> tuple[Context, ...]:
        """Which keys are heard now, the innermost first."""

    def in_view(self) -> tuple[int, int]:
        """The code points that can be read now."""

    def do(self, command: Command) -> None:
        """Do what a key, a click or the palette asks for, and say what came of it."""

    def open_article(self, uid: str) -> None:
        """Show an article where the annotator stopped."""

    def carry_out(self, act: Callable[[], object]) -> bool:
        """Do something to the session, say what it did, and paint; whether it could be done."""

    def flash_later(self, text: str) -> None:
        """A message that the paint at the end of the action will show."""

    def flash(self, text: str) -> None:
        """Say something in the footer until the next key."""

    def paint(self) -> None:
        """Bring the screen in step with the session."""

    def paint_lines(self) -> None:
        """Bring the lines around the article in step with the session."""

    def show_session(self, session: Session) -> None:
        """Show another article."""

    def written(self, batch: Batch) -> None:
        """Hear that the database holds a batch now."""

    def open_overlay(self, overlay: Overlay) -> None:
        """Put a box above the screen; it gets the next key."""

    def in_background(self, group: str, work: Callable[[], object]) -> None:
        """Run something in a thread; what the group was asked before is cancelled."""

    def toggle_panel(self) -> None:
        """Show the claim panel on a small screen, or hide it."""
