"""What was decided about the sentence under the cursor where it stands elsewhere."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from textual.worker import get_current_worker

from annotator.domain.errors import DatabaseError
from annotator.session.commands import Do
from annotator.tui.annotate.window import AnnotateWindow
from annotator.tui.widgets.fitting import wrapped
from annotator.tui.widgets.lines import Line, StyledText

if TYPE_CHECKING:
    from annotator.project.decided_before import DecidedBefore, SentencePlace

LOOK_SECONDS: Final = 0.15
"""How long the cursor must stay in a sentence before the corpus is asked about it."""
CARRY: Final = Do("phrase.carry")


class SentenceLookup:
    """Asks in one thread at a time: a key that moves on only says which sentence is wanted."""

    def __init__(self, window: AnnotateWindow) -> None:
        self._window = window
        self._wanted: SentencePlace | None = None
        self._found: DecidedBefore | None = None
        self._running = False

    def ask(self) -> None:
        """Ask about the sentence under the cursor, when it is another one than before."""
        from annotator.project.decided_before import undecided_sentence

        here = undecided_sentence(self._window.session)
        if here == self._wanted:
            return
        self._wanted, self._found = here, None
        if here is not None and not self._running:
            self._running = True
            self._window.in_background("decided", self._look)

    def _look(self) -> None:
        from annotator.project.decided_before import decided_before

        window, worker = self._window, get_current_worker()
        host = window.host
        wanted = self._wanted
        while True:
            time.sleep(LOOK_SECONDS)
            if worker.is_cancelled:
                return
            if wanted == self._wanted:
                break
            wanted = self._wanted
        found = None
        if wanted is not None:
            # A file that cannot be read is said by who looks after it, with the next key.
            with suppress(DatabaseError), host.project.reader() as project:
                session = window.session
                mine = tuple(session.index.by_id.values())
                same = session.article.uid == wanted.article
                found = decided_before(
                    project, wanted, host.annotator, host.scheme, mine if same else None
                )
        if not worker.is_cancelled:
            window.app.call_from_thread(self._take, wanted, found)

    def _take(self, asked: SentencePlace | None, found: DecidedBefore | None) -> None:
        self._running = False
        if asked != self._wanted:
            # The cursor went on in the meantime.
            wanted, self._wanted = self._wanted, None
            if wanted is not None:
                self.ask()
        elif found is not None:
            self._found = found
            self._window.paint_lines()

    def _pieces(self, text: str) -> list[StyledText]:
        key = self._window.host.keymap.shown("phrase.carry")
        return [
            StyledText(text, "strong", CARRY),
            StyledText("; ", "dim"),
            StyledText(key, "key", CARRY),
            StyledText(" carries it", "plain", CARRY),
        ]

    def panel_lines(self, width: int, rows: int) -> Sequence[Line]:
        """What the panel says of it, in at most so many lines."""
        if self._found is None or rows < 3:
            return []
        key = self._window.host.keymap.shown("phrase.carry")
        text = f"{self._found.told}; {key} carries it"
        lines: list[Line] = [[], [StyledText("DECIDED BEFORE", "title")]]
        return [
            *lines,
            *([StyledText(row, "plain", CARRY)] for row in wrapped(text, max(10, width), rows - 2)),
        ]

    def strip_pieces(self) -> Sequence[StyledText]:
        """The same in the strip; shorter where a suggestion needs the room."""
        if self._found is None:
            return []
        if self._window.suggestions.offered() is not None:
            return self._pieces(f"  before: {self._found.readings[0].labels}")
        return self._pieces(f"  {self._found.told}")
