"""The application of `annotator scheme split`: one label's places, decided one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import ClassVar

from textual.screen import Screen

from annotator.project import Project
from annotator.project.splits import SplitLabel, Undecided, places, split_of
from annotator.tui.base import ProjectApp
from annotator.tui.ending import run_to_the_end
from annotator.tui.options import ScreenOptions, options_from
from annotator.tui.split.screen import SplitScreen
from annotator.tui.terminal.compat import prepare_textual


class SplitApp(ProjectApp):
    """Decides as the project's annotator."""

    CSS_PATH: ClassVar[list[str | PurePath]] = ["split.tcss"]

    def __init__(
        self,
        project: Project,
        split: SplitLabel,
        undecided: list[Undecided],
        options: ScreenOptions | None = None,
    ) -> None:
        super().__init__(project, options)
        self._split, self._undecided = split, undecided

    def get_default_screen(self) -> Screen[None]:
        """The list."""
        return SplitScreen(self, self._split, self._undecided)


def run(
    db: Path,
    annotator: str,
    what: str,
    *,
    everyone: bool = False,
    theme: str = "",
    emoji: str = "full",
    keymap: Mapping[str, str] | None = None,
    layout: str = "",
) -> None:
    """Open the work list of a split label, until the user leaves.

    Args:
        db: The database file.
        annotator: Who decides.
        what: The label: "stance=neutral".
        everyone: Other annotators' places too.
        theme, emoji, keymap, layout: As for `annotator.tui.run`.

    Raises:
        AnnotatorError: when the label was not split, or an option cannot be used.
    """
    with Project.open(db, annotator) as project:
        project.add_annotator(annotator)
        split = split_of(project, what)
        undecided = places(project, split, None if everyone else annotator)
        prepare_textual()
        options = options_from(theme, emoji, keymap or {}, layout)
        run_to_the_end(SplitApp(project, split, undecided, options))
