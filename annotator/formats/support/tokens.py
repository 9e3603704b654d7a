"""Stored tokens as the words and spaces of token-based formats, and spans in them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple, get_args

from annotator.domain.model import Article

Alignment = Literal["expand", "contract", "drop"]
"""What becomes of a span that cuts a token: grow it, shrink it, or leave it out."""
ALIGNMENTS: Final[tuple[Alignment, ...]] = get_args(Alignment)


class Word(NamedTuple):
    """A token, `[start, end)` in code points, and whether one plain space follows it."""

    start: int
    end: int
    space: bool


def words(article: Article, start: int = 0, end: int | None = None) -> list[Word]:
    """The tokens of a stretch of text; what lies between them becomes tokens too.

    Joined with their spaces the words are exactly `text[start:end]`: one plain space after a token
    is its `space`, any other white space is a token of its own, as in spaCy.
    """
    text, layout = article.text, article.layout
    end = len(text) if end is None else end
    out: list[Word] = []
    at = start

    def gap(until: int) -> None:
        nonlocal at
        if at < until and out and out[-1].end == at and not out[-1].space and text[at] == " ":
            out[-1] = out[-1]._replace(space=True)
            at += 1
        if at < until:
            out.append(Word(at, until, space=False))
            at = until

    first = bisect_left(layout.token_starts, start)
    for i in range(first, len(layout.token_starts)):
        token_start, token_end = layout.token_starts[i], layout.token_ends[i]
        if token_end > end:
            break
        gap(token_start)
        out.append(Word(token_start, token_end, space=False))
        at = token_end
    gap(end)
    return out


class Aligner:
    """Turns code point ranges into token ranges."""

    def __init__(self, found: list[Word]) -> None:
        self.starts = [w.start for w in found]
        self.ends = [w.end for w in found]

    def exact(self, start: int, end: int) -> tuple[int, int] | None:
        """The token range `[first, last)` with exactly these ends, or None."""
        first, last = bisect_left(self.starts, start), bisect_left(self.ends, end)
        if first >= len(self.starts) or last >= len(self.ends) or first > last:
            return None
        fits = self.starts[first] == start and self.ends[last] == end
        return (first, last + 1) if fits else None

    def near(self, start: int, end: int, how: Alignment) -> tuple[int, int] | None:
        """The token range nearest to a span that cuts tokens; None when it must be left out."""
        if how == "expand":
            first, last = bisect_right(self.ends, start), bisect_left(self.starts, end)
        elif how == "contract":
            first, last = bisect_left(self.starts, start), bisect_right(self.ends, end)
        else:
            return None
        return (first, last) if first < last else None


def sentence_starts(article: Article, found: list[Word]) -> Iterator[bool]:
    """For each word, whether it is the first of a sentence."""
    starts = iter(s.start for s in article.layout.sentences)
    wanted = next(starts, None)
    for word in found:
        hit = False
        while wanted is not None and word.start >= wanted:
            hit, wanted = True, next(starts, None)
        yield hit
