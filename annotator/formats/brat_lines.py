"""The text and the lines of brat's files: how offsets are counted, where a line ends."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Final

_LINE: Final = re.compile(r"(?:[TEARMN]\d+|#\d*|\*)\t")
GAP: Final = re.compile(r"\s*[\r\n\t]\s*")
"""What lies between two fragments that are one piece: a fragment holds no line break and no TAB."""


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
