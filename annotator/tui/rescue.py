"""The database file was deleted, moved or replaced: say so, and go on in a new file.

Each second, and before each action, the file is looked at (`Project.check_place`). Between two
actions its log is folded into it: a copy of the file alone is whole then, and nothing of it lies
beside the path for a file that takes its place.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from annotator.domain.errors import AnnotatorError, GoneError

if TYPE_CHECKING:
    from annotator.project import Project

LOOK_SECONDS: Final = 1.0
Answer = Callable[[str], None]


class Rescued(Protocol):
    """The application whose file is watched (its module imports this one)."""

    project: Project

    def moved(self, project: Project) -> None:
        """Go on in another file, which holds everything that is known."""

    def show_error(self, error: AnnotatorError) -> None: ...

    def notify(self, message: str, *, title: str = "", **named: Any) -> None: ...

    def ask(self, title: str, value: str, then: Answer, left: Callable[[], None]) -> None:
        """Ask for a line, above whatever is on the screen."""

    def set_interval(self, interval: float, callback: Callable[[], None]) -> object: ...


class Rescue:
    """Watches the file that an application works on."""

    def __init__(self, app: Rescued) -> None:
        self._app = app
        self._offered = False
        """Whether somebody was asked; the next action asks again."""
        self._asking = False
        self._written = 0

    def watch(self) -> None:
        """Begin to look after the file."""
        self._app.project.hold()
        self._app.set_interval(LOOK_SECONDS, self.look)

    @property
    def needed(self) -> bool:
        """Whether the file is gone, and what is known stands nowhere else."""
        try:
            self._app.project.check_place()
        except GoneError:
            return True
        return False

    def look(self) -> None:
        """Look at the file; fold its log when nothing was written since the last look."""
        project = self._app.project
        written = project.writes()
        quiet, self._written = written == self._written, written
        try:
            if quiet:
                project.rest()
            else:
                project.check_place()
        except GoneError as error:
            if not self._offered:
                self.offer(error)
        except AnnotatorError:
            return  # a full disk, say: the next action meets it too, and tells

    def offer(self, error: GoneError) -> None:
        """Say what happened, and ask for a new file."""
        app = self._app
        if self._asking:
            return
        self._offered = self._asking = True
        app.notify(error.hint, title=error.message, severity="error", timeout=30)
        path = app.project.path
        stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
        suggested = path.with_name(f"{path.stem}-kept-{stamp}{path.suffix}")
        title = "The database file is gone: keep your work in"
        app.ask(title, str(suggested), self._keep, self._left)

    def _left(self) -> None:
        self._asking = False

    def _keep(self, name: str) -> None:
        app, old = self._app, self._app.project
        self._asking = False
        try:
            new = old.moved_to(Path(name.strip()).expanduser())
        except AnnotatorError as error:
            app.show_error(error)
            return
        old.close()
        new.hold()
        self._offered = False
        app.moved(new)
        app.notify(f"From here on everything is saved in {new.path}", title="kept", timeout=15)
