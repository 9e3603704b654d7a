"""Motions of several keys: a jump, a count and a motion, something to find.

Each waits for the next key in one of three small states; who draws the screen shows what waits and
hands on what is typed. Nothing here changes an annotation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from annotator.domain.suggestion import StoredSuggestion
from annotator.session.annotating import Session
from annotator.session.find import Finder, Sought
from annotator.session.jump import KINDS, Jump, JumpKind, JumpTarget, labelled
from annotator.session.navigation import Step
from annotator.session.relating import take
from annotator.session.review import SuggestionReview

MOST: Final = 9_999
"""The largest count."""
COUNTED: Final = frozenset(
    {
        *("nav.next", "nav.prev", "nav.token_next", "nav.token_prev"),
        *("nav.paragraph_next", "nav.paragraph_prev", "nav.next_open", "nav.prev_open"),
        *("nav.claim_next", "nav.claim_prev", "nav.incomplete_next", "nav.incomplete_prev"),
        *("nav.page_down", "nav.page_up", "search.next", "search.prev", "suggestion.next"),
        *("select.right", "select.left", "select.phrase_right", "select.phrase_left"),
        *("select.down", "select.up", "select.char_right", "select.char_left"),
        *("select.grow", "select.shrink"),
    }
)
"""The actions that a count repeats: all of them move."""


@dataclass(frozen=True, slots=True)
class Count:
    """A number being typed; 0 before the first digit."""

    number: int = 0


@dataclass(frozen=True, slots=True)
class Find:
    """Waits for what to find."""


Waiting = Jump | Count | Find


class Motions:
    """What waits for the next key on one article, and what it does to the session.

    Args:
        session: The open article's.
        review: Gives what is proposed for it now.
        last: What was found last, in another article.
    """

    def __init__(
        self, session: Session, review: Callable[[], SuggestionReview], last: Sought | None = None
    ) -> None:
        self.session = session
        self.review = review
        self.waiting: Waiting | None = None
        self.last = last
        """What was found last."""
        self.finder = Finder(session.page, session.quotations, lambda: session.known_words().cues)

    def leave(self) -> None:
        """Wait for nothing any more."""
        self.waiting = None

    # ------------------------------------------------------------------------------ jumping

    def open_jump(self, kind: JumpKind = "words") -> str:
        """Put labels on what is in view; returns what to say, "" where the labels say it all."""
        jump = labelled(self.session, kind, self._proposed())
        self.waiting = jump
        if not jump.labels:
            return f"no {kind} in view"
        return f"no room for a label on {jump.left_out} of them" if jump.left_out else ""

    def _proposed(self) -> list[StoredSuggestion]:
        shown = self.session.shown() or (0, len(self.session.article.text))
        return [p.suggestion for p in self.review().within(*shown)]

    def turn(self) -> str:
        """Put the labels on the next kind of places; returns what to say."""
        if not isinstance(self.waiting, Jump):
            return ""
        return self.open_jump(KINDS[(KINDS.index(self.waiting.kind) + 1) % len(KINDS)])

    def _jump(self, jump: Jump, key: str) -> str:
        found = jump.press(key.lower()) if len(key) == 1 else None
        if isinstance(found, Jump):
            self.waiting = found
            return ""
        self.leave()
        if found is None:
            return f"no label {jump.typed + key!r}: left" if len(key) == 1 else "no label: left"
        shown = self.session.shown()
        if shown and not shown[0] <= found.start < shown[1]:
            return "that has scrolled out of view: nothing was done"
        s = self.session
        selecting = s.selection is not None and s.selection.open
        if s.relating is not None and not selecting and found.owner in s.index.by_id:
            return take(s, s.index.by_id[found.owner])
        self._go_to(found, select=key.isupper())
        return ""

    def _go_to(self, target: JumpTarget, *, select: bool) -> None:
        s = self.session
        if s.selection is not None and s.selection.open:
            s.change_selection(s.selection.to_range(s.page, target.start, target.end))
            return
        if target.owner in s.index.by_id:
            s.activate(target.owner)
        elif target.owner:
            found = [p for p in self.review().pending() if p.suggestion.id == target.owner]
            for pending in found:
                self.review().lead_to(pending)
            return
        s.go(target.start)
        if select:
            s.selection = None
            s.start_selection()

    # ------------------------------------------------------------------------------ counting

    def open_count(self) -> None:
        """Wait for a number."""
        self.waiting = Count()

    def times(self, action: str) -> int | None:
        """How often the motion is to be done that was typed after a number; None: it is no motion.

        Waits for nothing any more.
        """
        number = self.waiting.number if isinstance(self.waiting, Count) else 0
        self.leave()
        return number if number and action in COUNTED else None

    # ------------------------------------------------------------------------------ finding

    def open_find(self) -> None:
        """Wait for a letter, or for one of the other things to find."""
        self.waiting = Find()

    def find(self, wanted: Sought | None) -> str:
        """Go to what is wanted (None: what was wanted last); returns what to say.

        While a selection is open its moving end goes there, outward.
        """
        self.leave()
        wanted = wanted or self.last
        if wanted is None:
            return "nothing was looked for yet"
        self.last = wanted
        s = self.session
        selection = s.selection if s.selection and s.selection.open else None
        step: Step = -1 if selection and selection.moving == "start" else 1
        found = self.finder.find(wanted, s.cursor, step)
        if found is None:
            return f"no {wanted.name} {'below' if step > 0 else 'above'}"
        if selection:
            s.change_selection(selection.to_range(s.page, *s.page.token(found)))
        else:
            s.go(s.page.starts[found])
        return "" if wanted.kind != "cue" or s.known_words().read else CUES_LATER

    # ------------------------------------------------------------------------------ keys

    def typed(self, key: str) -> str:
        """Take a key (the character it types, else its name); returns what to say."""
        match self.waiting:
            case Jump():
                return self._jump(self.waiting, key)
            case Count(number) if key.isdecimal() and key.isascii():
                self.waiting = Count(min(10 * number + int(key), MOST))
                return ""
            case Find() if len(key) == 1 and key.isalnum():
                return self.find(Sought("letter", key))
            case _:
                self.leave()
                return "left: that key is not one of those"


CUES_LATER: Final = "the words of speech are being read: only the commonest are known yet"
