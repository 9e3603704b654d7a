"""Arithmetic on half-open code point ranges, and where a text may be cut."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from annotator.domain.errors import SpanError

_ZWJ = "\u200d"
_JOINERS = re.compile(
    # What joins the character before it and is no mark in the character database: ZWNJ and ZWJ, the
    # vowel AM of Thai and Lao, half-width voicing, skin tones, and the tags of which the flags of
    # England, Scotland and Wales are made.
    "[\u200c\u200d\u0e33\u0eb3\uff9e\uff9f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"
)
_PREPENDED = re.compile(
    # What joins the character after it (UAX 29: Prepend): signs before Arabic, Syriac and Indic.
    "[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\U000110bd\U000110cd\U000111c2\U000111c3"
    "\U000113d1\U0001193f\U00011941\U00011a84-\U00011a89\U00011d46\U00011f02]"
)


def _regional(ch: str) -> bool:
    return "\U0001f1e6" <= ch <= "\U0001f1ff"


def _extends(ch: str) -> bool:
    """Whether a character joins the one before it (Unicode UAX 29: Extend, ZWJ, SpacingMark)."""
    return unicodedata.category(ch)[0] == "M" or _JOINERS.match(ch) is not None


def _hangul_joins(before: str, after: str) -> bool:
    """Whether conjoining jamo or a precomposed syllable continue as one Hangul syllable block."""
    medial = "\u1160" <= after <= "\u11a7"
    final = "\u11a8" <= after <= "\u11ff"
    leading = "\u1100" <= before <= "\u115f"
    if leading:
        return medial or "\u1100" <= after <= "\u115f" or "\uac00" <= after <= "\ud7a3"
    if "\u1160" <= before <= "\u11a7":
        return medial or final
    if "\uac00" <= before <= "\ud7a3":
        open_syllable = (ord(before) - 0xAC00) % 28 == 0
        return final or (medial and open_syllable)
    return "\u11a8" <= before <= "\u11ff" and final


def is_boundary(text: str, offset: int) -> bool:
    """Whether `offset` (code points) does not cut a grapheme cluster (UAX 29, extended)."""
    if offset <= 0 or offset >= len(text):
        return 0 <= offset <= len(text)
    before, after = text[offset - 1], text[offset]
    if after < "\u0300" and before < "\u0600" and before != "\r":
        return True
    if before == "\r":
        return after != "\n"
    if unicodedata.category(before) in ("Cc", "Zl", "Zp"):
        return True
    if _extends(after) or _hangul_joins(before, after):
        return False
    if _PREPENDED.match(before):
        return unicodedata.category(after) in ("Cc", "Zl", "Zp", "Cf")
    if before == _ZWJ:
        # An emoji sequence only: a ZWJ after a letter (Indic scripts) ends its cluster.
        return unicodedata.category(after) != "So"
    if _regional(before) and _regional(after):
        run = 0
        while offset - 1 - run >= 0 and _regional(text[offset - 1 - run]):
            run += 1
        return run % 2 == 0
    return True


def next_boundary(text: str, offset: int) -> int:
    """The first place after `offset` where the text may be cut."""
    offset += 1
    while offset < len(text) and not is_boundary(text, offset):
        offset += 1
    return min(offset, len(text))


def previous_boundary(text: str, offset: int) -> int:
    """The last place before `offset` where the text may be cut."""
    offset -= 1
    while offset > 0 and not is_boundary(text, offset):
        offset -= 1
    return max(offset, 0)


def check_span(text: str, start: int, end: int, what: str = "span") -> None:
    """Raise SpanError unless `0 <= start < end <= len(text)` and no grapheme is cut."""
    if not 0 <= start < end <= len(text):
        raise SpanError(
            f"{what} [{start}, {end}) does not fit a text of {len(text)} characters",
            "offsets are Unicode code points, half-open, counted from 0",
        )
    for offset in (start, end):
        if not is_boundary(text, offset):
            raise SpanError(
                f"{what} [{start}, {end}) cuts the character at {offset} in two",
                "move the boundary to the whole character (emoji, accent or line break)",
            )


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the range without white space at either end; empty ranges collapse at `start`."""
    while start < end and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return start, end


def canonical(ranges: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Sort ranges and unite those that overlap or touch: one form for one set of characters."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return tuple(out)
