"""The tokens of an article with the quotations that stand in it, as the rules of speech ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from annotator.session.text_index import TextIndex

Range = tuple[int, int]
_STOPS: Final = frozenset(".")


class QuotedText:
    """The tokens of a text with the quotations that stand in it.

    Args:
        page: The article's tokens and sentences.
        quotations: Ranges of the outermost quotations, marks included.
    """

    def __init__(self, page: TextIndex, quotations: Sequence[Range]) -> None:
        self.page = page
        self.quotations = sorted(quotations)

    def word(self, token: int) -> str:
        """A token in lower case."""
        start, end = self.page.token(token)
        return self.page.text[start:end].lower()

    def between(self, first: int, last: int) -> Range:
        """From one token to another, both included."""
        return self.page.starts[first], self.page.ends[last]

    def tokens(self, start: int, end: int) -> range:
        """The tokens that begin in a range."""
        if start >= end or not self.page.token_count:
            return range(0)
        first = self.page.token_at(start)
        if self.page.starts[first] < start:
            first += 1
        last = self.page.token_before(end)
        return range(first, last + 1 if self.page.starts[last] < end else last)

    def outermost(self, start: int, end: int) -> list[Range]:
        """The quotations that touch a range and lie in no other, in reading order."""
        found: list[Range] = []
        for q in sorted(self.quotations, key=lambda q: (q[0], -q[1])):
            if q[0] < end and start < q[1] and not (found and q[1] <= found[-1][1]):
                found.append(q)
        return found

    def worded(self, start: int, end: int) -> bool:
        """Whether a range holds a letter or digit."""
        return any(c.isalnum() for c in self.page.text[start:end])

    def pause(self, token: int) -> bool:
        """Whether a token parts clauses: a comma, colon, dash or mark, not one in a date."""
        return self.page.is_pause(token) and not self._in_date(token)

    def _in_date(self, token: int) -> bool:
        """Whether it is a comma of "Oct. 13, 2014, report"."""
        if self.word(token) != "," or not 0 < token < self.page.token_count - 1:
            return False
        before, after = self.word(token - 1), self.word(token + 1)
        if before.isdigit() and len(before) < 3:
            return after.isdigit() and len(after) == 4
        return before.isdigit() and len(before) == 4 and token > 2 and self._in_date(token - 2)

    def without_stop(self, start: int, end: int) -> Range:
        """A range without blanks at its ends and without the full stop that closes a sentence.

        A stop stays that stands inside a quotation which the range holds whole, or in an
        abbreviation's place (directly after a single letter).
        """
        text = self.page.text
        while end > start and text[end - 1].isspace():
            end -= 1
        while start < end and text[start].isspace():
            start += 1
        at = end
        while at > start and text[at - 1] in _STOPS:
            at -= 1
        letter = at - 2 >= start and text[at - 1].isalpha() and not text[at - 2].isalpha()
        return (
            (start, at) if start < at and not (letter and text[at - 1].isupper()) else (start, end)
        )
