"""Keep text readable on any background, in any theme (WCAG 2.2, success criterion 1.4.3).

Themes choose their colours for their own background; on a selection or a search match the same
colour may all but vanish. Measured over the 19 themes of Textual 8.2.8 with colours of their own,
a third of the combinations painted here fall below 4.5 : 1, the worst to 1.6.
"""

from __future__ import annotations

from typing import Final

from rich.color import Color
from rich.color_triplet import ColorTriplet
from rich.style import Style

READABLE: Final = 4.5
"""Contrast of everything that is written: text that is meant to recede, and signs, are read too."""

_STEPS: Final = 8
_BLACK: Final = ColorTriplet(0, 0, 0)
_WHITE: Final = ColorTriplet(255, 255, 255)


def linear(value: int) -> float:
    """The light of one channel of a colour, 0 to 255, as a share of the most there is."""
    share = value / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def _luminance(colour: ColorTriplet) -> float:
    return 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2])


def contrast(one: ColorTriplet, other: ColorTriplet) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def blend(one: ColorTriplet, other: ColorTriplet, share: float) -> ColorTriplet:
    """A colour on the way from one to another, at a share of the way."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return ColorTriplet(red, green, blue)


def legible(style: Style, plain: Style, least: float) -> Style:
    """Return the style with its text colour moved until it has a contrast of `least`.

    It moves towards the colour of plain text and, if that is not enough either, on towards black
    or white. Styles in the terminal's own colours are left alone: what those look like is not
    known here.
    """
    if style.color is None or style.bgcolor is None or plain.color is None:
        return style
    if style.color.triplet is None or style.bgcolor.triplet is None or plain.color.triplet is None:
        return style
    colour, ground = style.color.triplet, style.bgcolor.triplet
    extreme = max(_BLACK, _WHITE, key=lambda end: contrast(end, ground))
    for start, end in ((colour, plain.color.triplet), (plain.color.triplet, extreme)):
        for step in range(_STEPS + 1):
            moved = blend(start, end, step / _STEPS)
            if contrast(moved, ground) >= least:
                return style if moved == colour else style + Style(color=Color.from_triplet(moved))
    return style + Style(color=Color.from_triplet(extreme))
