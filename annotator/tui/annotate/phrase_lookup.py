"""Where the words at hand stand again: asked of a worker, shown in the panel or the strip."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.worker import get_current_worker

from annotator.tui.annotate.sentence_lookup import SentenceLookup
from annotator.tui.annotate.window import AnnotateWindow
from annotator.tui.widgets.lines import Line, StyledText

if TYPE_CHECKING:
    from annotator.project.phrase_matches import PhraseMatches, Query

LOOK_SECONDS: Final = 0.15
"""How long the words at hand must stay before the corpus is searched for them."""


class PhraseLookup:
    """Searches the corpus for the selection, or for the claim at work."""

    def __init__(self, window: AnnotateWindow) -> None:
        self._window = window
        self.found: PhraseMatches | None = None
        """The answer to the last question that was answered."""
        self._query: Query | None = None
        self._sentence = SentenceLookup(window)

    def ask(self) -> None:
        """Ask a worker, when the words at hand are others than before."""
        window = self._window
        if not window.host.options.suggest:
            return
        from annotator.project.phrase_matches import query_of

        self._sentence.ask()
        query = query_of(window.session)
        if query == self._query:
            return
        self._query = query
        if query is None:
            self.found = None
        else:
            window.in_background("phrases", partial(self._look, query))

    def _look(self, query: Query) -> None:
        from annotator.project.phrase_matches import look

        # Keys that follow each other quickly ask again; only the last question is answered.
        time.sleep(LOOK_SECONDS)
        worker, host = get_current_worker(), self._window.host
        if not worker.is_cancelled:
            options = host.options
            with host.project.reader() as project:
                found = look(project, query, options.threshold, others=options.others)
            if not worker.is_cancelled:
                self._window.app.call_from_thread(self._take, found)

    def _take(self, found: PhraseMatches) -> None:
        if found.query == self._query:
            self.found = found
            self._window.paint_lines()

    @property
    def _answer(self) -> PhraseMatches | None:
        """What was found for the words that are at hand now."""
        return self.found if self.found and self.found.query == self._query else None

    def _keys(self) -> tuple[str, str]:
        """The keys of propagating, and of a claim's content."""
        content = self._window.session.scheme.content
        return self._window.host.keymap.shown("phrase.carry"), content.key if content else ""

    def panel_lines(self, width: int, rows: int) -> Sequence[Line]:
        """What the panel says of it, in at most so many lines; nothing before it is known."""
        answer = self._answer
        if answer is None or rows <= 2:
            return self._sentence.panel_lines(width, rows)
        from annotator.tui.annotate.phrase_matches import match_lines

        return [[], *match_lines(answer, width, rows, self._keys())]

    def strip_pieces(self) -> Sequence[StyledText]:
        """The same in a word, for the strip."""
        answer = self._answer
        if answer is None:
            return self._sentence.strip_pieces()
        from annotator.tui.annotate.phrase_matches import match_pieces

        return match_pieces(answer, self._keys())
