"""The application of `annotator annotate`: one annotation screen, and what is opened above it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

from annotator.project import Project
from annotator.tui.annotate.screen import AnnotateScreen
from annotator.tui.base import ProjectApp
from annotator.tui.options import ScreenOptions

if TYPE_CHECKING:
    from annotator.tui.tour import Tour


class AnnotatorApp(ProjectApp):
    """Annotates as the project's annotator."""

    CSS_PATH = "annotate/annotate.tcss"
    """The first screen's; Textual reads the style sheets of screens only when they are pushed."""

    def __init__(self, project: Project, options: ScreenOptions | None = None) -> None:
        super().__init__(project, options)
        self.tour: Tour | None = None
        """The guided first session, when one was asked for."""

    def get_default_screen(self) -> Screen[None]:
        """Open the article where the annotator stopped, as the first screen: nothing is under it.

        (A screen that is pushed in `on_mount` would be laid out and drawn after an empty one.)
        """
        uid = self.first
        if uid is None:
            mark = None if self.options.order else self.project.bookmark()
            known = mark is not None and self.order.index(mark[0]) is not None
            uid = mark[0] if mark and known else self.order.uids(0, 1)[0]
        self.screen_annotate = AnnotateScreen(self, uid, self.tour)
        self.screen_annotate.fit(self.size)
        return self.screen_annotate

    def on_mount(self) -> None:
        """List at once what `annotator evaluate --browse` found.

        (Textual calls the base class's handler by itself, after this one.)
        """
        if self.options.errors:
            self.screen_annotate.controller.list_results("errors")

    def moved(self, project: Project) -> None:
        """Go on in another file: the article is read again from there."""
        super().moved(project)
        self.screen_annotate.controller.reopen()

    async def on_unmount(self) -> None:
        """Keep the place when the program ends."""
        if hasattr(self, "screen_annotate"):
            self.screen_annotate.controller.keep_bookmark()
