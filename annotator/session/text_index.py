"""Lookups on an article's layout: which token, sentence and paragraph lies where.

A token is named by its index in the article, a sentence by its own; offsets are code points.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import Literal

from annotator.domain.model import Article
from annotator.domain.spans import trimmed


class TextIndex:
    """One article's text and layout with the lookups that moving and selecting need.

    Every lookup is logarithmic, so a key costs the same on sixty and on twenty thousand sentences.
    """

    def __init__(self, article: Article) -> None:
        self.article = article
        self.text = article.text
        self.starts = article.layout.token_starts
        self.ends = article.layout.token_ends
        self.sentences = article.layout.sentences
        self._sentence_starts = [s.start for s in self.sentences]

    @property
    def token_count(self) -> int:
        """How many tokens the article has."""
        return len(self.starts)

    def token(self, index: int) -> tuple[int, int]:
        """The range of a token; an empty one at 0 in an article without tokens."""
        return (self.starts[index], self.ends[index]) if self.starts else (0, 0)

    def token_at(self, offset: int) -> int:
        """The token that holds the offset, or the next one after it; the last one at the end."""
        return max(0, min(bisect_right(self.ends, offset), self.token_count - 1))

    def token_before(self, offset: int) -> int:
        """The last token that starts before the offset (0 when there is none)."""
        return max(0, bisect_left(self.starts, offset) - 1)

    def sentence_at(self, offset: int) -> int:
        """The sentence that holds the offset, or the last one that starts before it."""
        return max(0, bisect_right(self._sentence_starts, offset) - 1)

    def sentences_touching(self, start: int, end: int) -> range:
        """The sentences that share a code point with `[start, end)`."""
        first = self.sentence_at(start)
        if self.sentences and self.sentences[first].end <= start:
            first += 1
        return range(first, max(first, bisect_left(self._sentence_starts, end)))

    def sentence_of_token(self, token: int) -> int:
        """The sentence that a token lies in."""
        return self.sentence_at(self.token(token)[0])

    def first_token(self, sentence: int) -> int:
        """The first token of a sentence."""
        return self.token_at(self.sentences[sentence].start) if self.sentences else 0

    def edge_word(self, sentence: int, side: Literal["start", "end"]) -> int:
        """The first or last token of a sentence that is no punctuation; any where all are."""
        here = self.sentences[sentence]
        first, last = self.token_at(here.start), self.token_before(here.end)
        found = range(first, last + 1) if side == "start" else range(last, first - 1, -1)
        edge = first if side == "start" else max(first, last)
        return next((t for t in found if not self.is_pause(t)), edge)

    def is_pause(self, token: int) -> bool:
        """Whether a token is punctuation that parts phrases, not a hyphen inside a word."""
        start, end = self.token(token)
        if any(c.isalnum() or c in "$€£%&" for c in self.text[start:end]):
            return False
        inside = start > 0 and end < len(self.text)
        return not (inside and self.text[start - 1].isalnum() and self.text[end].isalnum())

    def words_end(self, token: int) -> bool:
        """Whether a phrase ends with this token: a pause or the sentence's end follows."""
        last = token + 1 >= self.token_count
        return not self.is_pause(token) and (
            last
            or self.is_pause(token + 1)
            or self.sentence_of_token(token + 1) != self.sentence_of_token(token)
        )

    def words_start(self, token: int) -> bool:
        """Whether a phrase starts with this token: a pause or the sentence's start is before it."""
        return not self.is_pause(token) and (
            token == 0
            or self.is_pause(token - 1)
            or self.sentence_of_token(token - 1) != self.sentence_of_token(token)
        )

    def snapped(self, start: int, end: int) -> tuple[int, int]:
        """Widen a range to whole tokens (a drag of the mouse)."""
        if not self.starts or start >= end:
            return self.token(self.token_at(start))
        first, last = self.token_at(start), self.token_before(end)
        if last < first or end <= self.starts[first]:  # blanks before a token alone
            return self.token(first)
        return min(start, self.starts[first]), max(self.ends[last], self.ends[first])

    def growths(
        self, start: int, end: int, units: Iterable[tuple[int, int]]
    ) -> list[tuple[int, int]]:
        """Larger units around a range: word, phrase, sentence, paragraph, and those of `units`."""
        if not self.starts:
            return []
        found = {self.word(start, end), self.phrase(start, end)}
        found.update(q for q in units if q[0] <= start and end <= q[1])
        first, last = self.sentence_at(start), self.sentence_at(end - 1)
        a, b = self.sentences[first], self.sentences[last]
        found.add(trimmed(self.text, a.start, b.end))
        paragraphs = self.article.layout.paragraphs
        found.add((paragraphs[a.paragraph].start, paragraphs[b.paragraph].end))
        larger = (r for r in found if r[0] <= start and end <= r[1] and r != (start, end))
        return sorted(larger, key=lambda r: r[1] - r[0])

    def word(self, start: int, end: int) -> tuple[int, int]:
        """The run without white space around a range, without the punctuation at its ends."""
        while start > 0 and not self.text[start - 1].isspace():
            start -= 1
        while end < len(self.text) and not self.text[end].isspace():
            end += 1
        first, last = self.token_at(start), self.token_before(end)
        while first < last and self.is_pause(first):
            first += 1
        while last > first and self.is_pause(last):
            last -= 1
        return self.starts[first], self.ends[last]

    def phrase(self, start: int, end: int) -> tuple[int, int]:
        """The words around a range up to the pauses (punctuation) before and after it."""
        first, last = self.token_at(start), self.token_before(end)
        while not self.words_start(first) and first > 0 and not self._edge(first):
            first -= 1
        while not self.words_end(last) and last + 1 < self.token_count and not self._edge(last + 1):
            last += 1
        return min(start, self.starts[first]), max(end, self.ends[last])

    def _edge(self, token: int) -> bool:
        """Whether a sentence starts with this token."""
        return token > 0 and self.sentence_of_token(token - 1) != self.sentence_of_token(token)
