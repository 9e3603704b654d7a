"""The database file was deleted, moved or replaced: say so, and go on in a new file.

Each second, and before each action, the file is looked at (`annotator.store.place`). Between two
actions its log is folded into it: a copy of the file alone is whole then, and nothing of it lies
beside the path for a file that takes its place.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from annotator.domain.errors import AnnotatorError, GoneError
from annotator.store.place import hold, moved_to, rest

if TYPE_CHECKING:
    from annotator.tui.app import AnnotatorApp

LOOK_SECONDS: Final = 1.0


class Rescue:
    """Watches the file that an application works on."""

    def __init__(self, app: AnnotatorApp) -> None:
        self._app = app
        self._offered = False
        """Whether somebody was asked; the next action asks again."""
        self._asking = False
        self._written = 0

    def watch(self) -> None:
        """Begin to look after the file."""
        hold(self._app.store)
        self._app.set_interval(LOOK_SECONDS, self.look)

    @property
    def needed(self) -> bool:
        """Whether the file is gone, and what is known stands nowhere else."""
        try:
            self._app.store.check_place()
        except GoneError:
            return True
        return False

    def look(self) -> None:
        """Look at the file; fold its log when nothing was written since the last look."""
        app = self._app
        changes = app.store.conn.total_changes
        quiet, self._written = changes == self._written, changes
        try:
            if quiet:
                rest(app.store)
            else:
                app.store.check_place()
        except GoneError as error:
            if not self._offered:
                self.offer(error)
        except AnnotatorError:
            return  # a full disk, say: the next action meets it too, and tells

    def offer(self, error: GoneError) -> None:
        """Say what happened, and ask for a new file."""
        from annotator.tui.dialogs.entry import EntryScreen

        app = self._app
        if self._asking:
            return
        self._offered = self._asking = True
        app.notify(error.hint, title=error.message, severity="error", timeout=30)
        path = Path(app.store.path)
        stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
        suggested = path.with_name(f"{path.stem}-kept-{stamp}{path.suffix}")
        title = "The database file is gone: keep your work in"
        app.push_screen(EntryScreen(title, str(suggested), self._keep, self._left))

    def _left(self) -> None:
        self._asking = False

    def _keep(self, name: str) -> None:
        app, old = self._app, self._app.store
        self._asking = False
        try:
            app.store = moved_to(old, Path(name.strip()).expanduser())
        except AnnotatorError as error:
            app.complain(error)
            return
        old.close()
        hold(app.store)
        self._offered = False
        app.project = Path(app.store.path).stem
        app.kept = Path(app.store.path)
        screen = app.screen_annotate
        app.open_article(screen.session.article.uid, screen.session.offset)
        app.notify(
            f"From here on everything is saved in {app.store.path}", title="kept", timeout=15
        )
