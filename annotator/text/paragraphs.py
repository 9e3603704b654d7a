"""Paragraphs of a plain text: by blank lines, by single line breaks, or hard-wrapped.

Three conventions reach us: a blank line between paragraphs, one line break between them, and lines
broken at a column. A text is taken as hard-wrapped only on evidence (lines as full as the column
allows, breaks in the middle of sentences); then only the breaks a wrap explains are joined.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from annotator.domain.model import Paragraph
from annotator.domain.spans import trimmed
from annotator.text.characters import is_blank

_LINE: Final = re.compile("([^\n\r\v\f\x85\u2028\u2029]*)(\r\n|[\n\r\v\f\x85\u2028\u2029]|\\Z)")
_HARD: Final = frozenset("\f\u2029")
"""Breaks that end a paragraph by themselves."""
_ENDED: Final = re.compile(r"[.!?:;…。！？؟۔।{}\"'”’»)\]」』]\s*\Z")
_BULLET: Final = re.compile(r"\s*(?:[-*•–—·~>#]\s|\d{1,3}[.)]\s|[-*•·~]\S|https?:)")
_FIRST_WORD: Final = re.compile(r"\s*(\S+)")
_WIDEST_COLUMN: Final = 132
_NARROWEST_COLUMN: Final = 30
_STRAY_LINE: Final = 30
"""A line this long that breaks off before a small letter goes on in the next line."""


class _Line(NamedTuple):
    start: int
    end: int
    hard: bool
    blank: bool


def paragraphs(text: str) -> list[Paragraph]:
    """Return the paragraphs of a text: trimmed ranges, in order, without their line breaks.

    Line breaks are LF, CRLF, CR, VT, FF, U+0085, U+2028 and U+2029. A range may hold line breaks
    when the text is hard-wrapped. Lines that show nothing separate, and belong to no paragraph.
    """
    blocks = list(_blocks(_lines(text)))
    column = _wrap_column(text, blocks)
    found: list[Paragraph] = []
    for block in blocks:
        first = 0
        for i in range(1, len(block) + 1):
            if i < len(block) and _continues(text, block[i - 1], block[i], column):
                continue
            found.append(Paragraph(*trimmed(text, block[first].start, block[i - 1].end)))
            first = i
    return found


def _lines(text: str) -> Iterator[_Line]:
    at = 0
    while at < len(text):
        match = _LINE.match(text, at)
        if match is None:  # the pattern matches anywhere; this tells the type checker so
            return
        yield _Line(at, match.end(1), match[2] in _HARD, is_blank(text, at, match.end(1)))
        at = match.end()


def _blocks(lines: Iterator[_Line]) -> Iterator[list[_Line]]:
    """Runs of lines with something on them, cut at blank lines and at hard breaks."""
    block: list[_Line] = []
    for line in lines:
        if not line.blank:
            block.append(line)
        if block and (line.blank or line.hard):
            yield block
            block = []
    if block:
        yield block


def _flows(text: str, line: _Line, after: _Line) -> bool:
    """Whether a break falls in the middle of a sentence."""
    if _ENDED.search(text, max(line.start, line.end - 8), line.end):
        return False
    word = _FIRST_WORD.match(text, after.start, after.end)
    first = word[1].lstrip("\"'“‘«(")[:1] if word else ""
    return first.isalpha() and not first.isupper()


def _wrap_column(text: str, blocks: Sequence[Sequence[_Line]]) -> int:
    """The column that lines are wrapped at, or 0 when they are not wrapped."""
    pairs = [(a, b) for block in blocks for a, b in pairwise(block)]
    if not pairs:
        return 0
    column = max(a.end - a.start for a, _ in pairs)
    first = text[pairs[0][1].start]
    narrowest = _NARROWEST_COLUMN if first < "\u2e80" else _NARROWEST_COLUMN // 2
    if len(pairs) < 2 or not narrowest <= column <= _WIDEST_COLUMN:
        return 0
    flowing = [(a, b) for a, b in pairs if _flows(text, a, b)]
    full = sum(_is_full(text, a, b, column) for a, b in flowing)
    wrapped = len(flowing) >= 0.4 * len(pairs) and full >= 0.9 * len(flowing)
    return column if wrapped else 0


def _is_full(text: str, line: _Line, after: _Line, column: int) -> bool:
    """Whether the next line's first word did not fit on the line."""
    word = _FIRST_WORD.match(text, after.start, after.end)
    width = line.end - line.start
    if not word:
        return False
    if word[1][0] >= "\u2e80":  # text without spaces is wrapped at any character
        return width + 3 > column
    return width + 1 + len(word[1]) > column


def _continues(text: str, line: _Line, after: _Line, column: int) -> bool:
    """Whether a paragraph goes on over the break between two lines."""
    if line.hard or _BULLET.match(text, after.start, after.end):
        return False
    if column:
        indent = text[after.start].isspace() and not text[line.start].isspace()
        return not indent and _is_full(text, line, after, column)
    return (
        line.end - line.start >= _STRAY_LINE
        and not text[after.start].isspace()
        and _flows(text, line, after)
        and text[after.start : after.start + 1].isascii()
    )
