"""The application of `annotator agree --tui` and `annotator adjudicate`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path, PurePath
from typing import ClassVar

from textual.screen import Screen

from annotator.domain.errors import NotFoundError
from annotator.project import Project
from annotator.project.adjudicating import Adjudicator
from annotator.session.adjudication import Adjudication
from annotator.tui.adjudicate.screen import AdjudicateScreen
from annotator.tui.agree.screen import AgreeScreen
from annotator.tui.base import ProjectApp
from annotator.tui.ending import run_to_the_end
from annotator.tui.options import ScreenOptions, options_from
from annotator.tui.terminal.compat import prepare_textual


class AgreementApp(ProjectApp):
    """Adjudicates as the project's annotator (the gold annotator), from the report or directly."""

    CSS_PATH: ClassVar[list[str | PurePath]] = ["agree.tcss", "../adjudicate/adjudicate.tcss"]
    """Of the first screen; Textual reads the style sheets of screens only when they are pushed."""

    def __init__(
        self,
        project: Project,
        options: ScreenOptions | None = None,
        *,
        report: bool = False,
        anonymous: bool = False,
    ) -> None:
        super().__init__(project, options)
        self._report = report
        self._anonymous = anonymous
        self._adjudicator = Adjudicator(project, self.annotator)

    def get_default_screen(self) -> Screen[None]:
        """Open the report, or an article to adjudicate, as the first screen."""
        if self._report:
            return AgreeScreen(self)
        # Should the last reading be gone by now, there is an article without cases to show.
        uid = self.first or self._adjudicator.first_open() or self.order.uids(0, 1)[0]
        return AdjudicateScreen(self, uid, anonymous=self._anonymous)

    @property
    def shared(self) -> list[str]:
        """The articles that two annotators have read, in the order of the database."""
        return self._adjudicator.shared

    @property
    def own_readings(self) -> int:
        """Articles that who decides has read like others do, before deciding anything."""
        return self._adjudicator.own_readings

    def board(self, uid: str) -> Adjudication:
        """The cases of an article as they are in the database now."""
        self.renew_scheme()
        return self._adjudicator.board(uid)

    def adjudicate(self, uid: str, readings: Collection[str], done: Callable[[], object]) -> None:
        """Decide about the case of some readings; `done` is called when that screen is left."""
        screen = AdjudicateScreen(self, uid, readings, anonymous=self._anonymous, leave=done)
        self.push_screen(screen)

    def moved(self, project: Project) -> None:
        """Go on in another file: decisions are written there from now on."""
        super().moved(project)
        self._adjudicator = Adjudicator(project, self.annotator)
        for screen in self.screen_stack:
            if isinstance(screen, AdjudicateScreen):
                screen.read_again()


def run(
    db: Path,
    annotator: str,
    article: str | None = None,
    *,
    report: bool = False,
    anonymous: bool = False,
    theme: str = "",
    emoji: str = "full",
    keymap: Mapping[str, str] | None = None,
    layout: str = "",
) -> None:
    """Open the report or the adjudication screen on a database, until the user quits.

    Args:
        db: The database file.
        annotator: Who adjudicates: the name that the gold annotations get.
        article: Number, name or uid to adjudicate first; the first with an open case without.
        report: Start with the report.
        anonymous: Do not say who the annotators are.
        theme, emoji, keymap, layout: As for `annotator.tui.run`.

    Raises:
        AnnotatorError: when there is nothing to compare, or an option cannot be used.
    """
    with Project.open(db, annotator) as project:
        project.add_annotator(annotator)
        prepare_textual()
        options = options_from(theme, emoji, keymap or {}, layout)
        app = AgreementApp(project, options, report=report, anonymous=anonymous)
        if not app.shared:
            raise NotFoundError(
                f"{project.path}: no article was annotated by two annotators",
                "bring others' work in with `annotator import`",
            )
        if article is not None:
            app.first = project.resolve(article)
        run_to_the_end(app)
