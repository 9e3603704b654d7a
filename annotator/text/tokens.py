"""Token ranges: a tokenizer's, made whole for graphemes and cut for scripts without spaces.

The tokenizer is asked block by block, so a text may be longer than spaCy's limit; long runs
without a space, which spaCy reads in quadratic time, are cut by a pattern instead.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator
from typing import Final, Protocol

from annotator.domain.graphemes import is_boundary

Range = tuple[int, int]


class Tokenizer(Protocol):
    """What the layout needs of a tokenizer."""

    def __call__(self, text: str, /) -> list[Range]:
        """Return the ranges (code points) of the tokens of a short text, white space excepted."""
        ...


_HAN: Final = (
    "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_KATAKANA: Final = "\u30a1-\u30ff\uff66-\uff9f"
_OTHER: Final = "\u3041-\u309f\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_UNSPACED: Final = re.compile(f"[{_HAN}{_KATAKANA}{_OTHER}]")
_UNSPACED_PIECES: Final = re.compile(
    f"[{_KATAKANA}]+|[{_HAN}{_OTHER}]|[^{_HAN}{_KATAKANA}{_OTHER}]+"
)
_PLAIN: Final = re.compile(r"\w+|[^\w\s]")
_PLAIN_UNSPACED: Final = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d]+|[^\w\s]")
_LONG_RUN: Final = re.compile(r"\S{400,}")
_FLAGS: Final = re.compile("[\U0001f1e6-\U0001f1ff]+")
_BLOCK: Final = 50_000
"""Code points given to the tokenizer at a time: far below its limit, far above a paragraph."""


def token_ranges(
    text: str, tokenizer: Tokenizer, *, dedicated: bool = False
) -> tuple[array[int], array[int]]:
    """Return the starts and ends of the tokens of a text, sorted and without overlap.

    Together they cover every character that is not white space; none begins or ends within a
    grapheme. A token holds white space only where a grapheme does (a space with an accent on it).

    Args:
        text: Any text.
        tokenizer: The tokenizer for blocks of it.
        dedicated: The tokenizer is made for a script without spaces. Otherwise Chinese, Japanese,
            Thai, Lao, Burmese and Khmer are cut into characters (katakana into words).
    """
    starts, ends = array("I"), array("I")
    if text.isascii():
        for start, end in _blockwise(text, tokenizer, dedicated=dedicated):
            starts.append(start)
            ends.append(end)
        return starts, ends
    ranges = _blockwise(text, tokenizer, dedicated=dedicated)
    if not dedicated and _UNSPACED.search(text):
        ranges = _characters(text, ranges)
    # The second letter of each flag; is_boundary would count back to the run's start.
    halves = {at for run in _FLAGS.finditer(text) for at in range(run.start() + 1, run.end(), 2)}
    for start, end in ranges:
        if _cuts(text, start, halves):
            if ends and ends[-1] == start:
                ends[-1] = end
                continue
            start -= 1  # an accent on the space before it
        if end < len(text) and text[end].isspace() and not is_boundary(text, end):
            end += 1  # a sign that takes in the space after it
        starts.append(start)
        ends.append(end)
    return starts, ends


def _cuts(text: str, at: int, flag_halves: set[int]) -> bool:
    if at in flag_halves:
        return True
    if at and _FLAGS.match(text, at, at + 1) and _FLAGS.match(text, at - 1, at):
        return False
    return not is_boundary(text, at)


def _blockwise(text: str, tokenizer: Tokenizer, *, dedicated: bool) -> Iterator[Range]:
    """Tokenize block by block, cutting at white space; long runs go to a pattern."""
    at = 0
    runs = () if dedicated else _LONG_RUN.finditer(text)
    for run in runs:
        yield from _spaced(text, at, run.start(), tokenizer)
        pattern = _PLAIN_UNSPACED if _UNSPACED.search(run[0]) else _PLAIN
        for match in pattern.finditer(text, run.start(), run.end()):
            yield match.span()
        at = run.end()
    yield from _spaced(text, at, len(text), tokenizer)


def _spaced(text: str, start: int, end: int, tokenizer: Tokenizer) -> Iterator[Range]:
    while start < end:
        stop = min(start + _BLOCK, end)
        if stop < end:
            space = max(text.rfind("\n", start, stop), text.rfind(" ", stop - _BLOCK // 10, stop))
            stop = space + 1 if space > start else stop
        for a, b in tokenizer(text[start:stop]):
            yield start + a, start + b
        start = stop


def _characters(text: str, ranges: Iterable[Range]) -> Iterator[Range]:
    """Cut scripts without spaces into characters; katakana, which spells words, into runs."""
    for start, end in ranges:
        if _UNSPACED.search(text, start, end):
            for match in _UNSPACED_PIECES.finditer(text, start, end):
                yield match.span()
        else:
            yield start, end
