"""What the applications have in common: a project, its scheme and keys, errors, a lost file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from annotator.domain.errors import AnnotatorError, GoneError
from annotator.project import Project
from annotator.project.types import Order
from annotator.text.safe import safe_line
from annotator.tui.figures import Figures
from annotator.tui.key_events import KeyApp
from annotator.tui.keymap import Keymap
from annotator.tui.options import ScreenOptions
from annotator.tui.rescue import Answer, Rescue


class ProjectApp(KeyApp):
    """Screens on one project; `annotator.tui.host.Host` says what these see of it."""

    TITLE = "annotator"
    ENABLE_COMMAND_PALETTE = False
    """The annotation screen has one of its own; see `annotator.tui.dialogs.palette`."""
    CSS = """
    Screen { layers: base overlay; }
    DataTable > .datatable--header { background: $surface; color: $foreground; }
    """

    def __init__(self, project: Project, options: ScreenOptions | None = None) -> None:
        """Screens for the annotator of `project`, who is known to it by then."""
        super().__init__()
        self.project = project
        self.annotator = project.who()
        self.options = options or ScreenOptions()
        self.scheme = project.scheme()
        self.keymap = Keymap(self.options.actions, self.scheme, self.options.layout)
        self.order: Order
        self._position = ("", 0)
        """The article last asked for, and its place: each key draws it."""
        self.renew_order()
        self.first: str | None = None
        """The article to open first; the one last worked on when None."""
        self.figures = Figures()
        """What the home screen counted last."""
        self.rescue = Rescue(self)
        self.kept: Path | None = None
        """The new file in which the work went on, when the database file was gone."""

    def on_mount(self) -> None:
        """Take the theme that the user asked for, and look after the file."""
        # A terminal that comes back shows nothing of what was there.
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))
        self.rescue.watch()
        if self.options.theme:
            self.theme = self.options.theme

    def renew_scheme(self) -> None:
        """Take the scheme in force, with its keys, where somebody set another one meanwhile."""
        if self.project.scheme_version() != self.scheme.version:
            self.scheme = self.project.scheme()
            self.keymap = Keymap(self.options.actions, self.scheme, self.options.layout)

    def renew_order(self) -> None:
        """Go through the articles that are not left out now."""
        chosen = self.options.order
        out = {article.uid for article in self.project.excluded()} if chosen else set()
        left = [uid for uid in chosen if uid not in out]
        self.order = self.project.order(left if chosen else None)
        self._position = ("", 0)

    def position_of(self, uid: str) -> tuple[int, int]:
        """The article's place in the list, and how long the list is."""
        if uid != self._position[0]:
            place = self.order.index(uid)
            self._position = uid, 0 if place is None else place + 1
        return self._position[1], len(self.order)

    def notify(self, message: str, *, title: str = "", **named: Any) -> None:
        """Say something in a corner; whatever is in it is text, and is made safe to draw."""
        super().notify(safe_line(message), title=safe_line(title), **{**named, "markup": False})

    def show_error(self, error: AnnotatorError) -> None:
        """Show an error where it cannot be missed; what it refused has not happened."""
        if isinstance(error, GoneError):
            self.rescue.offer(error)
        else:
            self.notify(error.hint, title=error.message, severity="error", timeout=15)

    def ask(self, title: str, value: str, then: Answer, left: Callable[[], None]) -> None:
        """Ask for a line of text, above whatever is on the screen, boxes included."""
        from annotator.tui.dialogs.entry import TextEntry
        from annotator.tui.dialogs.overlay import OverlayScreen

        if isinstance(self.screen, OverlayScreen):
            self.screen.open_overlay(TextEntry(title, value, then, left))

    def moved(self, project: Project) -> None:
        """Go on in another file, which holds everything that is known."""
        self.project = project
        self.kept = project.path
