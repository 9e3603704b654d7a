"""Which characters are invisible, blank or unspaced, and how ranges keep graphemes whole."""

from __future__ import annotations

import re
from typing import Final

from annotator.domain.spans import is_boundary

_INVISIBLE: Final = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_SOMETHING: Final = re.compile(rf"[^\s{_INVISIBLE}]")


def is_blank(text: str, start: int, end: int) -> bool:
    """Whether a range shows nothing: only white space and marks without a glyph (U+200B, BOM)."""
    return _SOMETHING.search(text, start, end) is None


def whole_start(text: str, start: int, floor: int) -> int:
    """Move a start back, at most to `floor`, so that it does not cut a grapheme.

    A combining mark after a space belongs to the space, so a range that begins with the mark must
    take the space in.
    """
    while start > floor and text[start] >= "\u0300" and not is_boundary(text, start):
        start -= 1
    return start


def trimmed_range(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the range without white space at its ends, and without cutting a grapheme."""
    floor = start
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return whole_start(text, start, floor), end


def one_line(value: str, limit: int = 500) -> str:
    """Return one printable line: controls and other unseen characters dropped, spaces joined."""
    kept = (c if c.isprintable() else " " if c.isspace() else "" for c in value[: limit * 4])
    return " ".join("".join(kept).split())[:limit]
