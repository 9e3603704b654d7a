"""The text-bound annotations (T lines) of one .ann file as they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from annotator.domain.losses import Losses
from annotator.domain.model import Fragment
from annotator.domain.spans import trimmed
from annotator.formats.brat_lines import GAP, Newlines

_LINE: Final = re.compile(r"[^\r\n\t]+")
"""What may stand in a fragment: neither a line break nor the TAB that divides brat's columns."""
_AT_BREAK: Final = re.compile(r"[^\S\r\n]")
"""White space beside a line break, which is not in the file."""

Span = tuple[tuple[int, int], ...]
"""The ranges of a text-bound annotation, in brat's offsets."""


def _trimmed(words: str, start: int, end: int) -> tuple[int, int]:
    """A line of a span without white space where it was cut.

    That at the ends of the span itself stays: files of others have such spans.
    """
    low, high = trimmed(words, start, end)
    if low == high:
        return low, high
    return low if start else 0, high if end < len(words) else end


class BoundLines:
    """The lines of a file, numbered as they come; text-bound annotations among them."""

    def __init__(self, text: str, losses: Losses) -> None:
        self.text = text
        self.newlines = Newlines(text)
        self.losses = losses
        self.lines: list[str] = []
        self._shared: dict[tuple[str, Span], str] = {}
        self._kinds: dict[str, str] = {}
        """Id in the file -> its type."""
        self._numbers = dict.fromkeys("TEAR#N", 0)

    def _id(self, kind: str) -> str:
        self._numbers[kind] += 1
        return f"{kind}{self._numbers[kind]}"

    def _ranges(self, fragments: Iterable[Fragment], subject: str, losses: Losses) -> Span:
        """Split at line breaks and tabs, as brat's files demand; count what does not come back."""
        ranges: list[tuple[int, int]] = []
        for f in fragments:
            words = self.text[f.start : f.end]
            lines = (m.span() for m in _LINE.finditer(words))
            pieces = [(s, e) for s, e in (_trimmed(words, *line) for line in lines) if s < e]
            if not pieces:
                losses.add("span of white space alone, left out", subject)
                continue
            if pieces[0][0] or pieces[-1][1] != len(words):
                losses.add("white space at the ends of a span, trimmed", subject)
            if any(_AT_BREAK.search(words[a[1] : b[0]]) for a, b in pairwise(pieces)):
                losses.add("white space inside a span, trimmed", subject)
            ranges += [(f.start + s, f.start + e) for s, e in pieces]
            if ranges[: -len(pieces)]:
                gap = self.text[ranges[-len(pieces) - 1][1] : ranges[-len(pieces)][0]]
                if GAP.fullmatch(gap):
                    losses.add("pieces with only line breaks between them, joined", subject)
        return tuple((self.newlines.to_brat(s), self.newlines.to_brat(e)) for s, e in ranges)

    def bound(
        self,
        label: str,
        fragments: Iterable[Fragment],
        subject: str,
        *,
        shared: bool,
        counted: bool = True,
    ) -> str | None:
        """Write a T line and return its id; None when nothing of the span is left.

        Args:
            shared: Whether claims may share it.
            counted: Whether to count what does not come back; not for a span that is an argument
                as well.
        """
        ranges = self._ranges(fragments, subject, self.losses if counted else Losses())
        if not ranges:
            return None
        if shared and (label, ranges) in self._shared:
            return self._shared[label, ranges]
        id_ = self._id("T")
        view = self.newlines.view
        words = " ".join(view[s:e] for s, e in ranges)
        places = ";".join(f"{s} {e}" for s, e in ranges)
        self.lines.append(f"{id_}\t{label} {places}\t{words}")
        self._kinds[id_] = label
        if shared:
            self._shared[label, ranges] = id_
        return id_
