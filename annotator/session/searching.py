"""A search that is being typed: places found at once, and the way back to where one was."""

from __future__ import annotations

from annotator.session.line_editor import LineEditor
from annotator.session.navigation import Navigator, Step


class Search:
    """Looks, at each change of the line, for the next place after where the cursor was.

    Attributes:
        line: The words.
        wrapped: Whether the place it stands on is above where the cursor was.
    """

    def __init__(self, session: Navigator) -> None:
        self._session = session
        self._before = session.cursor, session.hits, session.hit
        self.line = LineEditor()
        self.wrapped = False

    @property
    def empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not self.line.text.strip()

    @property
    def found(self) -> bool:
        """Whether the words stand in the article."""
        return not self.empty and bool(self._session.hits)

    def look(self) -> None:
        """Find the words as they are now; with none everything is as it was."""
        s = self._session
        self.leave()
        if not self.empty:
            s.search(self.line.text)
            self._compare()

    def step(self, step: Step) -> None:
        """To the next or previous place."""
        if self.found:
            self._session.move_hit(step)
            self._compare()

    def _compare(self) -> None:
        s = self._session
        at = s.page.token(self._before[0])[0]
        self.wrapped = s.hit is not None and s.hits[s.hit][0] <= at

    def leave(self) -> None:
        """Bring back the cursor, and what an earlier search had found."""
        self._session.cursor, self._session.hits, self._session.hit = self._before
        self.wrapped = False

    def counted(self) -> str:
        """Which of the places it is on: "3 of 12"."""
        s = self._session
        if self.empty:
            return ""
        if s.hit is None:
            return "nowhere"
        return f"{s.hit + 1:,} of {len(s.hits):,}{', from the top' if self.wrapped else ''}"
