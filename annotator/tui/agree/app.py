"""The application of `annotator agree --tui` and `annotator adjudicate`."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path

from annotator.domain.errors import NotFoundError
from annotator.project import Project
from annotator.project.adjudicating import Adjudicator
from annotator.session.adjudication import Adjudication
from annotator.store import Store
from annotator.tui.adjudicate.screen import AdjudicateScreen
from annotator.tui.agree.screen import AgreeScreen
from annotator.tui.app import AnnotatorApp, Options, options_from
from annotator.tui.terminal.compat import patch_textual
from annotator.tui.terminal.ending import run_to_the_end


class AgreementApp(AnnotatorApp):
    """Adjudicates as `annotator` (the gold annotator's name), from the report or directly."""

    def __init__(
        self,
        store: Store,
        annotator: str,
        options: Options | None = None,
        *,
        report: bool = False,
        anonymous: bool = False,
    ) -> None:
        super().__init__(store, annotator, options)
        self._report = report
        self._anonymous = anonymous
        self._adjudicator = Adjudicator(Project(store), annotator)

    @property
    def shared(self) -> list[str]:
        """The articles that two annotators have read, in the order of the database."""
        return self._adjudicator.shared

    def board(self, uid: str) -> Adjudication:
        """The cases of an article as they are in the database now."""
        self.renew_scheme()
        return self._adjudicator.board(uid)

    def reader(self) -> Project:
        """The project opened once more, for a worker's thread."""
        return Project.open(self.store.path, readonly=True)

    def on_mount(self) -> None:
        """Open the report, or an article to adjudicate, above the annotation screen.

        (Textual calls the base class's handler by itself, after this one.)
        """
        self.call_later(self._begin)

    def _begin(self) -> None:
        if self._report:
            self.push_screen(AgreeScreen())
            return
        # Should the last reading be gone by now, there is an article without cases to show.
        uid = self.first or self._adjudicator.first_open() or self.order.uids(0, 1)[0]
        self.push_screen(AdjudicateScreen(uid, anonymous=self._anonymous))

    def adjudicate(self, uid: str, readings: Collection[str], done: AgreeScreen) -> None:
        """Decide about the case of some readings; `done` hears when that screen is left."""

        screen = AdjudicateScreen(uid, readings, anonymous=self._anonymous, leave=done.decided)
        self.push_screen(screen)


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
) -> None:
    """Open the report or the adjudication screen on a database, until the user quits.

    Args:
        db: The database file.
        annotator: Who adjudicates: the name that the gold annotations get.
        article: Number, name or uid to adjudicate first; the first with an open case without.
        report: Start with the report.
        anonymous: Do not say who the annotators are.
        theme, emoji, keymap: As for `annotator.tui.run`.

    Raises:
        AnnotatorError: when there is nothing to compare, or an option cannot be used.
    """
    with Store.open(db) as store:
        store.add_annotator(annotator)
        if os.environ.get("SSH_CONNECTION"):
            os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
        patch_textual()
        options = options_from(theme, emoji, keymap or {})
        app = AgreementApp(store, annotator, options, report=report, anonymous=anonymous)
        if not app.shared:
            raise NotFoundError(
                f"{store.path}: no article was annotated by two annotators",
                "bring others' work in with `annotator import`",
            )
        if article is not None:
            app.first = store.resolve(article)
        run_to_the_end(app)
