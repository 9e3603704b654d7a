"""The text and the lines of brat's files: how offsets are counted, where a line ends."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from annotator.formats.support.offsets import Utf16

_LINE: Final = re.compile(r"(?:[TEARMN]\d+|#\d*|\*)\t")
BYTE_ORDER_MARK: Final = "\ufeff"
"""At the beginning of a text it is a character that brat's offsets count, and others' do not."""
GAP: Final = re.compile(r"\s*[\r\n\t]\s*")
"""What lies between two fragments that are one piece: a fragment holds no line break and no TAB."""

Ranges = tuple[tuple[int, int], ...]


class Newlines:
    """Between offsets of the stored text and of the text as brat sees it.

    brat opens texts with universal newlines: a carriage return with a line feed counts as one.
    """

    def __init__(self, text: str) -> None:
        self.view = text.replace("\r\n", "\n").replace("\r", "\n")
        # Where the second half of each CRLF lies in the stored text.
        self._dropped = [m.start() + 1 for m in re.finditer("\r\n", text)] if "\r" in text else []
        self._after = [at - i for i, at in enumerate(self._dropped)]

    def to_brat(self, offset: int) -> int:
        """An offset of the stored text as one of brat's."""
        return offset - bisect_left(self._dropped, offset) if self._dropped else offset

    def from_brat(self, offset: int) -> int:
        """The other way round; never between the halves of a CRLF."""
        return offset + bisect_right(self._after, offset) if self._dropped else offset


def as_counted(text: str, spans: Sequence[tuple[Ranges, str]]) -> list[tuple[Ranges, bool]]:
    """Where each span stands in the text, and whether its words do.

    As brat counts, unless the words of more spans stand where another way of counting has them:
    carriage returns as characters, a byte order mark as none, UTF-16 units (Java, JavaScript).
    """

    def placed(ours: Callable[[int], int], size: int) -> Iterator[tuple[Ranges, bool]]:
        for given, words in spans:
            inside = all(0 <= s < e <= size for s, e in given)
            ranges = tuple((ours(s), ours(e)) for s, e in given)
            found = " ".join(text[s:e] for s, e in ranges)
            yield ranges, inside and (not words.strip() or found.split() == words.split())

    ways = [list(placed(*way)) for way in _ways(text)]
    return max(ways, key=lambda way: sum(fits for _, fits in way))


def _ways(text: str) -> Iterator[tuple[Callable[[int], int], int]]:
    """Ways of counting: our offset for one of a file's, and the greatest that it can have."""
    newlines = Newlines(text)
    yield newlines.from_brat, len(newlines.view)
    if "\r" in text:
        yield int, len(text)
    if text.startswith(BYTE_ORDER_MARK):
        yield lambda at: newlines.from_brat(at + 1), len(newlines.view) - 1
    if not text.isascii():
        units = Utf16(newlines.view)
        size = units.units(len(newlines.view))
        yield lambda at: newlines.from_brat(units.code_points(at)), size


def logical_lines(content: str) -> Iterator[str]:
    """Lines by their ids: what does not begin with one goes on from the line before."""
    line = ""
    for piece in content.split("\n"):
        if _LINE.match(piece):
            if line:
                yield line.rstrip("\n")
            line = piece.removesuffix("\r")
        elif line:
            line += "\n" + piece
        elif piece.strip():
            yield f"?\t{piece}"
    if line:
        yield line.rstrip("\n")
