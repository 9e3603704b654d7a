"""Jump labels in plans: which letters lead from a cursor to a word that is on the screen.

The screen's labels follow from what is in view, the cursor and the selection alone, so a plan can
name them, as long as no key before scrolls the view.
"""

from __future__ import annotations

from typing import Final

from annotator.session import Selection
from annotator.session.jump import labelled
from tests.robot.hand import JUMP, Hand

Way = tuple[str, ...]
MARGIN: Final = 400
"""Code points in the rows at the view's edges that the screen shows around a cursor at least."""
_KEPT: Final = 64
"""Cursors whose labels are kept."""


class Jumps:
    """The labels on one article while the screen shows one part of it.

    Args:
        hand: A hand of its own, whose cursor and selection are changed to ask for labels.
    """

    def __init__(self, hand: Hand) -> None:
        self._session = hand.session
        self._view: tuple[int, int] | None = None
        self._labels: dict[tuple[int, Selection | None], dict[int, str]] = {}

    def see(self, view: tuple[int, int] | None) -> None:
        """Look at what the screen shows now (code points); None: nobody knows."""
        self._view = view
        self._labels.clear()

    def sees(self, token: int) -> bool:
        """Whether the cursor can be on a token without that the view scrolls."""
        if self._view is None:
            return False
        page = self._session.page
        (start, end), (low, high) = page.token(token), self._view
        low += MARGIN if low > 0 else 0
        high -= MARGIN if high < len(page.text) else 0
        return low <= start and end <= high

    def way(
        self,
        cursor: int,
        token: int,
        selection: Selection | None = None,
        *,
        select: bool = False,
    ) -> Way | None:
        """The keys that jump to a token; `select`: and begin a selection there.

        With a selection its moving end goes there. None where the token has no label.
        """
        if not (self.sees(cursor) and self.sees(token)):
            return None
        label = self._of(cursor, selection).get(self._session.page.starts[token])
        if label is None:
            return None
        start, end = self._session.page.token(token)
        before, last = label[:-1], label[-1]
        opening = "nav.jump" if selection is None else "select.jump"
        last = last.upper() if select else last
        return (opening, *(f"{JUMP}{c}" for c in before), f"{JUMP}{last}:{start}:{end}")

    def _of(self, cursor: int, selection: Selection | None) -> dict[int, str]:
        """Label by the offset of the word it leads to."""
        key = (cursor, selection)
        if key not in self._labels:
            if len(self._labels) >= _KEPT:
                self._labels.clear()
            s, view = self._session, self._view
            s.cursor, s.selection = cursor, selection
            s.shown = lambda: view
            found = labelled(s, "words").labels
            s.selection = None
            self._labels[key] = {target.start: label for label, target in found.items()}
        return self._labels[key]
