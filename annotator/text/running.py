"""The words of a text one after the other, each with the way back to where it stands."""

from __future__ import annotations

from functools import cached_property

from annotator.text.normal import Folded, spans_of_words, words


class RunningWords:
    """The words of the normal form of a text; their places are computed when asked for.

    Args:
        text: As it is stored.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = words(text)
        """As `annotator.text.normal.words` has them."""

    @cached_property
    def positions(self) -> dict[str, list[int]]:
        """Word -> where it is among the words, in order."""
        found: dict[str, list[int]] = {}
        for i, word in enumerate(self.words):
            found.setdefault(word, []).append(i)
        return found

    @cached_property
    def _folded(self) -> Folded:
        return Folded(self.text)

    @cached_property
    def _spans(self) -> list[tuple[int, int]]:
        return spans_of_words(self._folded.text)

    def range(self, first: int, last: int) -> tuple[int, int]:
        """Where the words `[first, last)`, at least one, stand: code points, whole graphemes."""
        return self._folded.range(self._spans[first][0], self._spans[last - 1][1])
