"""The colours of the roles, made for the theme's page, told apart from each other and from text.

A theme brings five or six colours for text, chosen for warnings and buttons: as roles two of them
are often one blue (source and content stood at 1.2 : 1 in the light theme of Textual 8.2.8). So the
hues are ours, as far from each other as eight can be, and the theme gives the ground: each hue is
taken as light, or as dark, as it takes to be read on it.

How different two colours look is CIEDE2000 (Sharma, Wu and Dalal 2005, 10.1002/col.20070), of which
about 1 is the least that can be seen side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations
from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt
from typing import Final, TypeAlias

from rich.color_triplet import ColorTriplet

from annotator.tui.widgets.legible import contrast, linear

APART: Final = 12.0
"""CIEDE2000 between any two roles, and between each and plain text, on the page of any theme."""
HUES: Final = (150, 265, 65, 340, 205, 305, 105, 30)
"""CIELAB hue of each role in the order of the scheme, in degrees: green, blue, orange, pink, cyan,
violet, olive; the last, red, is no role's."""
ROLES: Final = len(HUES) - 1
"""How many roles have a colour of their own; those after take these again, the first left out."""
MARK: Final = ROLES
"""Which of the colours is that of marks without a label."""
COLOURS: Final = len(HUES)
"""How many colours there are: labels of marks have those that no role has first."""

_CONTRASTS: Final = (7.0, 6.0, 5.25, 4.6)
"""Contrasts that are tried from the first on: the higher, the easier to read and the more alike."""
_CHROMAS: Final = (45, *[60] * ROLES)
"""How strong each colour is: contents are long and read all day, so theirs is the calmest."""

ANSI_DARK: Final = (
    "bright_green",
    "bright_blue",
    "bright_yellow",
    "bright_magenta",
    "bright_cyan",
    "magenta",
    "yellow",
    "bright_red",
)
ANSI_LIGHT: Final = (
    "green",
    "blue",
    "magenta",
    "cyan",
    "bright_magenta",
    "bright_blue",
    "yellow",
    "red",
)
"""The same where the terminal's own sixteen colours are wanted; what those look like is theirs."""

Lab: TypeAlias = tuple[float, float, float]


def colour_number(role: int) -> int:
    """Which of the `ROLES` colours the role at a place of the scheme (0: the content) has."""
    return role if role < ROLES else 1 + (role - ROLES) % (ROLES - 1)


def lab(colour: ColorTriplet) -> Lab:
    """A colour of the screen (sRGB) in CIELAB under its own white, D65."""
    red, green, blue = map(linear, colour)

    def root(value: float) -> float:
        return value ** (1 / 3) if value > 216 / 24389 else (24389 / 27 * value + 16) / 116

    x = root((0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047)
    y = root(0.2126729 * red + 0.7151522 * green + 0.0721750 * blue)
    z = root((0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _linear_rgb(lightness: float, a: float, b: float) -> tuple[float, float, float]:
    def cube(value: float) -> float:
        return value**3 if value**3 > 216 / 24389 else (116 * value - 16) * 27 / 24389

    y = (lightness + 16) / 116
    x, y, z = cube(y + a / 500) * 0.95047, cube(y), cube(y - b / 200) * 1.08883
    return (
        3.2404542 * x - 1.5371385 * y - 0.4985314 * z,
        -0.9692660 * x + 1.8760108 * y + 0.0415560 * z,
        0.0556434 * x - 0.2040259 * y + 1.0572252 * z,
    )


def _encoded(value: float) -> int:
    value = min(1.0, max(0.0, value))
    return round(
        255 * (12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055)
    )


def _shown(lightness: float, chroma: int, hue: int) -> ColorTriplet:
    """A colour of a screen, as strong as that lightness allows and at most of that chroma."""
    across, up = cos(radians(hue)), sin(radians(hue))
    weak, strong = 0, chroma + 1
    while strong - weak > 1:
        middle = (weak + strong) // 2
        inside = all(
            -1e-4 <= v <= 1.0001 for v in _linear_rgb(lightness, middle * across, middle * up)
        )
        weak, strong = (middle, strong) if inside else (weak, middle)
    return ColorTriplet(*map(_encoded, _linear_rgb(lightness, weak * across, weak * up)))


def _readable(hue: int, chroma: int, grounds: Sequence[ColorTriplet], least: float) -> ColorTriplet:
    """The colour of a hue nearest to the grounds that has the contrast `least` on all of them."""
    white, black = ColorTriplet(255, 255, 255), ColorTriplet(0, 0, 0)
    end = 100 if contrast(white, grounds[0]) > contrast(black, grounds[0]) else 0
    enough, little = end, 100 - end
    while abs(enough - little) > 1:
        middle = (enough + little) // 2
        colour = _shown(middle, chroma, hue)
        reads = all(contrast(colour, ground) >= least for ground in grounds)
        reads = reads and (middle > lab(grounds[0])[0]) == (end == 100)
        enough, little = (middle, little) if reads else (enough, middle)
    return _shown(enough, chroma, hue)


@lru_cache(maxsize=32)
def role_colours(text: ColorTriplet, grounds: tuple[ColorTriplet, ...]) -> tuple[ColorTriplet, ...]:
    """The colours of `ROLES` roles and of marks, for text of a colour on grounds, the page first.

    Of the contrasts tried it is the highest at which all are `APART`, and else the lowest.
    """
    found: tuple[ColorTriplet, ...] = ()
    for least in _CONTRASTS:
        pairs = zip(HUES, _CHROMAS, strict=True)
        found = tuple(_readable(hue, chroma, grounds, least) for hue, chroma in pairs)
        seen = [lab(colour) for colour in (text, *found)]
        if all(difference(one, other) >= APART for one, other in combinations(seen, 2)):
            break
    return found


def difference(one: Lab, other: Lab) -> float:
    """CIEDE2000: how different two colours look, about 1 being the least that can be seen."""
    mean_c = (hypot(*one[1:]) + hypot(*other[1:])) / 2
    stretch = 1.5 - 0.5 * sqrt(mean_c**7 / (mean_c**7 + 25**7))
    (l1, a1, b1), (l2, a2, b2) = one, other
    a1, a2 = a1 * stretch, a2 * stretch
    c1, c2 = hypot(a1, b1), hypot(a2, b2)
    h1, h2 = degrees(atan2(b1, a1)) % 360, degrees(atan2(b2, a2)) % 360
    turn, mean_h = h2 - h1, (h1 + h2) / 2
    if c1 * c2 == 0:
        turn, mean_h = 0.0, h1 + h2
    elif abs(turn) > 180:
        turn -= 360 if turn > 0 else -360
        mean_h += 180 if mean_h < 180 else -180
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    hue_weight = (
        1
        - 0.17 * cos(radians(mean_h - 30))
        + 0.24 * cos(radians(2 * mean_h))
        + 0.32 * cos(radians(3 * mean_h + 6))
        - 0.20 * cos(radians(4 * mean_h - 63))
    )
    by_l = (l2 - l1) / (1 + 0.015 * (mean_l - 50) ** 2 / sqrt(20 + (mean_l - 50) ** 2))
    by_c = (c2 - c1) / (1 + 0.045 * mean_c)
    by_h = 2 * sqrt(c1 * c2) * sin(radians(turn / 2)) / (1 + 0.015 * mean_c * hue_weight)
    blues = sin(radians(60 * exp(-(((mean_h - 275) / 25) ** 2))))
    rotation = -2 * sqrt(mean_c**7 / (mean_c**7 + 25**7)) * blues
    return sqrt(max(0.0, by_l**2 + by_c**2 + by_h**2 + rotation * by_c * by_h))
