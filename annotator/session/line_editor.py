"""A line of text being typed: where the cursor is, and what each editing key does."""

from __future__ import annotations

import re
from typing import Final

from annotator.domain.graphemes import next_boundary, previous_boundary

_WORD: Final = re.compile(r"\w+|[^\w\s]+")


class LineEditor:
    """A line and a cursor in it, which moves by what a reader takes for one character.

    Attributes:
        text: What the line holds.
        at: The cursor: before the code point of that number.
    """

    def __init__(self, text: str = "") -> None:
        self.text = text
        self.at = len(text)

    def key(self, key: str, character: str) -> bool:
        """Do what a key (its name, and what it types) means in a line; False when it means nothing.

        Arrows, Home and End move, with Ctrl by words; Backspace and Delete remove, with Ctrl (and
        Ctrl+w, Ctrl+u, Ctrl+k) a word or all up to an end.
        """
        ends = {
            "left": previous_boundary(self.text, self.at),
            "right": next_boundary(self.text, self.at),
            "home": 0,
            "ctrl+a": 0,
            "end": len(self.text),
            "ctrl+e": len(self.text),
            "ctrl+left": self._word_before(),
            "ctrl+right": self._word_after(),
        }
        removed = {
            "backspace": previous_boundary(self.text, self.at),
            "ctrl+w": self._word_before(),
            "ctrl+backspace": self._word_before(),
            "ctrl+u": 0,
            "delete": next_boundary(self.text, self.at),
            "ctrl+delete": self._word_after(),
            "ctrl+k": len(self.text),
        }
        if key in ends:
            self.at = ends[key]
        elif key in removed:
            start, end = sorted((self.at, removed[key]))
            self.text = self.text[:start] + self.text[end:]
            self.at = start
        elif character and character.isprintable():
            self.insert(character)
        else:
            return False
        return True

    def insert(self, text: str) -> None:
        """Put text in at the cursor, which stands after it then."""
        self.text = self.text[: self.at] + text + self.text[self.at :]
        self.at += len(text)

    def _word_before(self) -> int:
        starts = [m.start() for m in _WORD.finditer(self.text)]
        return max((s for s in starts if s < self.at), default=0)

    def _word_after(self) -> int:
        ends = [m.end() for m in _WORD.finditer(self.text)]
        return next((e for e in ends if e > self.at), len(self.text))
