"""Which characters are invisible or blank, and text on one line."""

from __future__ import annotations

import re
from typing import Final

_INVISIBLE: Final = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_SOMETHING: Final = re.compile(rf"[^\s{_INVISIBLE}]")


def is_blank(text: str, start: int, end: int) -> bool:
    """Whether a range shows nothing: only white space and marks without a glyph (U+200B, BOM)."""
    return _SOMETHING.search(text, start, end) is None


def one_line(value: str, limit: int = 500) -> str:
    """Return one printable line: controls and other unseen characters dropped, spaces joined."""
    kept = (c if c.isprintable() else " " if c.isspace() else "" for c in value[: limit * 4])
    return " ".join("".join(kept).split())[:limit]
