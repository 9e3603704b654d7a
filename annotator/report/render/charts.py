"""Charts of the HTML page as shapes; `pages/chart.svg.j2` draws them as inline SVG.

Colours come from the page's style, by class.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

ROW: Final = 22
"""Height of a row, in the units of the SVG."""
_NAME: Final = 220
_NAME_LENGTH: Final = 30
_PLOT: Final = 420
_WIDTH: Final = _NAME + _PLOT + 170
_LIMITS: Final = (2 / 3, 0.8)


@dataclass(frozen=True, slots=True)
class Point:
    """A value with its interval; both may be None."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ChartBar:
    """A bar of parts that add up, each with the kind that colours it."""

    name: str
    parts: tuple[tuple[str, float], ...]
    note: str = ""


class Shape(NamedTuple):
    """An element of SVG with the words in it; `title` shows when it is pointed at."""

    tag: str
    attributes: dict[str, object]
    words: str = ""
    title: str = ""


class Drawing(NamedTuple):
    """Shapes in a box of `width` x `height`; `title` is what a screen reader says of them."""

    title: str
    width: int
    height: int
    shapes: list[Shape]


def _line(look: str, x: tuple[float, float], y: tuple[float, float]) -> Shape:
    ends = {"x1": f"{x[0]:.1f}", "x2": f"{x[1]:.1f}", "y1": f"{y[0]:g}", "y2": f"{y[1]:g}"}
    return Shape("line", {"class": look, **ends})


def _text(look: str, x: float, y: float, words: str, anchor: str = "start") -> Shape:
    at = {"x": f"{x:.1f}", "y": f"{y:g}", "text-anchor": anchor}
    return Shape("text", {"class": look, **at}, words)


def _name(words: str, y: float) -> Shape:
    return _text("name", _NAME - 8, y, words[:_NAME_LENGTH], "end")


def forest(points: Sequence[Point], title: str) -> Drawing | None:
    """Values from -0.2 to 1 with their intervals, and the customary limits .667 and .80."""
    if not points:
        return None
    low, high = -0.2, 1.0

    def x(value: float) -> float:
        return _NAME + (min(max(value, low), high) - low) / (high - low) * _PLOT

    height = ROW * len(points) + 24
    whole = (0, height - 20)
    out: list[Shape] = []
    for tick in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        out.append(_line("grid", (x(tick), x(tick)), whole))
        out.append(_text("tick", x(tick), height - 5, f"{tick:.1f}", "middle"))
    out += (_line("limit", (x(v), x(v)), whole) for v in _LIMITS)
    for i, point in enumerate(points):
        y = ROW * i + ROW / 2
        out.append(_name(point.name, y + 4))
        if point.value is None:
            out.append(_text("none", x(0), y + 4, "undefined"))
            continue
        if point.low is not None and point.high is not None:
            out.append(_line("whisker", (x(point.low), x(point.high)), (y, y)))
        out.append(
            Shape("circle", {"class": "dot", "cx": f"{x(point.value):.1f}", "cy": y, "r": 4})
        )
        bounds = "" if point.low is None else f" [{point.low:.2f}, {point.high:.2f}]"
        out.append(_text("value", _NAME + _PLOT + 10, y + 4, f"{point.value:.2f}{bounds}"))
    return Drawing(title, _WIDTH, height, out)


def bars(rows: Sequence[ChartBar], title: str) -> Drawing | None:
    """Stacked bars on one scale."""
    most = max((sum(size for _, size in row.parts) for row in rows), default=0.0)
    if not most:
        return None
    out: list[Shape] = []
    for i, row in enumerate(rows):
        y, at = ROW * i, float(_NAME)
        out.append(_name(row.name, y + 15))
        for kind, size in row.parts:
            wide = size / most * _PLOT
            if wide:
                place = {"x": f"{at:.1f}", "y": y + 3, "width": f"{wide:.1f}", "height": ROW - 6}
                out.append(
                    Shape("rect", {"class": f"kind-{kind}", **place}, "", f"{kind}: {size:g}")
                )
            at += wide
        out.append(_text("value", at + 6, y + 15, row.note))
    return Drawing(title, _WIDTH, ROW * len(rows) + 4, out)
