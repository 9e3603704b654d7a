"""How words are reported, as their quotation marks show: all in marks, some, a few, or none."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final, Literal

from annotator.text.flow import flowing
from annotator.text.quotations import quotations

Form = Literal["direct", "mixed", "fragment", "indirect"]
"""All words stand in quotation marks; some do; one to three do, within others; none does."""
FRAGMENT_WORDS: Final = 3
"""So many quoted words within others are a fragment; more are words half quoted ("mixed")."""
Range = tuple[int, int]

_WORD: Final = re.compile(r"\w+(?:['’]\w+)*")


def quoted_ranges(text: str) -> list[Range]:
    """The outermost quotations of a text with their marks, in reading order, none in another."""
    return [(q.start, q.end) for q in quotations(flowing(text).text) if not q.depth]


def quoted_words(text: str, pieces: Sequence[Range], quoted: Sequence[Range]) -> tuple[int, int]:
    """How many words of some pieces stand in quotation marks, and how many do not.

    Args:
        text: The whole text.
        pieces: Ranges of it in code points, half-open.
        quoted: Its outermost quotations, in reading order (`quoted_ranges`).
    """
    inside = outside = 0
    for start, end in pieces:
        for word in _WORD.finditer(text, start, end):
            if not word.group()[0].isalnum():
                continue
            before = bisect_right(quoted, word.start(), key=lambda q: q[0]) - 1
            if before >= 0 and word.start() < quoted[before][1]:
                inside += 1
            else:
                outside += 1
    return inside, outside


def form_of(text: str, pieces: Sequence[Range], quoted: Sequence[Range]) -> Form | None:
    """How the words of some pieces are reported; None where they hold no word.

    Args:
        text, pieces, quoted: As for `quoted_words`.
    """
    inside, outside = quoted_words(text, pieces, quoted)
    if not inside:
        return "indirect" if outside else None
    if not outside:
        return "direct"
    return "fragment" if inside <= FRAGMENT_WORDS else "mixed"
