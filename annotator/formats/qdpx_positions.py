"""How a program counted the positions of a text: what REFI-QDA means is not what all of them do.

Positions are Unicode code points over the text as it stands in its file, from 0, the end
exclusive; so do we and QualCoder. ATLAS.ti counts a line break of two characters as one; others
are known to count UTF-16 units, or the byte order mark. A selection mostly says the first of its
words (its name), which tells which it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import product
from typing import Final, NamedTuple

from annotator.domain.graphemes import cuts_conjunct, is_boundary
from annotator.formats.support.base import Option

AUTO: Final = "auto"
POSITIONS: Final = Option(
    "positions",
    AUTO,
    "reading: how positions are counted; auto asks the words that selections are named by, where"
    " it makes a difference (line breaks of two characters, characters beyond U+FFFF)",
    (AUTO, "codepoint", "one-break", "utf-16", "utf-16-one-break"),
)
_ELLIPSIS: Final = re.compile(r"\s*(\.\.\.|…)$")
_SHORTEST: Final = 3
Map = Callable[[int], int]
"""A position of the file -> a code point of the text; -1 where there is none."""


class SelectionPlace(NamedTuple):
    """A selection as the file has it."""

    start: int
    end: int
    name: str


class Reckoning(NamedTuple):
    """A way of counting, and what it makes of a position."""

    name: str
    at: Map


def _mapped(text: str, *, one_break: bool, utf16: bool) -> Map:
    """What positions that are counted in another way are in code points."""
    points: list[int] = []
    for i, c in enumerate(text):
        if one_break and c == "\n" and i and text[i - 1] == "\r":
            continue
        points.append(i)
        if utf16 and c > "\uffff":
            points.append(-1)
    points.append(len(text))
    return lambda at: points[at] if 0 <= at < len(points) else -1


def _plainly(text: str) -> Map:
    return lambda at: at if 0 <= at <= len(text) else -1


def reckoning(
    text: str, places: Sequence[SelectionPlace], asked: str, *, marked: bool, origin: str
) -> Reckoning:
    """How the positions of a text are counted.

    Args:
        text: Without its byte order mark.
        places: Its selections.
        asked: The option's value.
        marked: Whether there was a byte order mark.
        origin: The program that wrote the file.
    """
    breaks = (False, True) if "\r\n" in text else (False,)
    wide = (False, True) if max(text, default="") > "\uffff" else (False,)
    if asked != AUTO:
        return Reckoning(asked, _of(text, one="one-break" in asked, utf16="utf-16" in asked))
    ours = origin.startswith("annotator ")
    marks = (0, 1) if marked else (0,)
    ways = [*product(marks, wide, breaks)]
    if len(ways) == 1 or ours or not places:
        return Reckoning("", _plainly(text))
    usual = "ATLAS" in origin and len(breaks) > 1
    if usual:  # among equals the first is taken
        ways.sort(key=lambda way: not way[2])
    best, most = ways[0], (-1, -1)
    for way in ways:
        found = _score(text, places, _shifted(_of(text, one=way[2], utf16=way[1]), way[0]))
        if found > most:
            best, most = way, found
    shift, utf16, one = best
    told = [
        *(["byte order mark counted"] if shift else []),
        *(["UTF-16 units"] if utf16 else []),
        *(["line breaks as one"] if one else []),
    ]
    return Reckoning(", ".join(told), _shifted(_of(text, one=one, utf16=utf16), shift))


def _of(text: str, *, one: bool, utf16: bool) -> Map:
    return _mapped(text, one_break=one, utf16=utf16) if one or utf16 else _plainly(text)


def _shifted(at: Map, by: int) -> Map:
    return (lambda n: at(n - by) if n >= by else -1) if by else at


def _score(text: str, places: Sequence[SelectionPlace], at: Map) -> tuple[int, int]:
    """How many selections lie where their names say, and how many lie in the text at all."""
    named = fit = 0
    for place in places:
        start, end = at(place.start), at(place.end)
        if start < 0 or end < start:
            continue
        fit += 1
        name = " ".join(_ELLIPSIS.sub("", place.name).split())
        if len(name) >= _SHORTEST:
            words = text[start:end]
            plain = " ".join(words.split())
            # Blanks at either end tell a shift by one as well.
            whole = words == words.strip() or words.startswith(name)
            named += whole and plain.startswith(name)
    return named, fit


def whole_characters(text: str, start: int, end: int) -> tuple[int, int]:
    """The range with the characters that it cuts: the rest of an accent, an emoji, a line break."""
    while start > 0 and _cuts(text, start):
        start -= 1
    while end < len(text) and _cuts(text, end):
        end += 1
    return start, end


def _cuts(text: str, at: int) -> bool:
    return not is_boundary(text, at) and not cuts_conjunct(text, at)
