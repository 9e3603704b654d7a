"""Segments of a line, as few as look the same: what a line costs on the wire."""

from __future__ import annotations

from typing import Final

from rich.segment import Segment
from rich.style import Style

BLANK: Final = " "


class Joiner:
    """Collects segments; blanks and equal styles continue the segment before where they can.

    Each change of style costs about forty bytes on the wire, so a blank takes the style before it
    unless the two differ in what shows on a blank: background, underline, reverse, strike.
    """

    def __init__(self) -> None:
        self._segments: list[Segment] = []
        self._text = ""
        self._style: Style | None = None

    @staticmethod
    def _same_on_blank(a: Style, b: Style) -> bool:
        return (
            a.bgcolor == b.bgcolor
            and not (a.underline or b.underline)
            and not (a.reverse or b.reverse)
            and not (a.strike or b.strike)
        )

    def add(self, text: str, style: Style) -> None:
        """Append text in a style."""
        old = self._style
        if old is None or old is style or old == style:
            self._style = style if old is None else old
            self._text += text
        elif not text.strip(BLANK) and self._same_on_blank(old, style):
            self._text += text
        elif not self._text.strip(BLANK) and self._same_on_blank(old, style):
            self._text += text
            self._style = style
        else:
            self._segments.append(Segment(self._text, old))
            self._text, self._style = text, style

    def segments(self) -> list[Segment]:
        """What was added, in as few segments as look the same."""
        if self._text:
            self._segments.append(Segment(self._text, self._style))
        return self._segments
