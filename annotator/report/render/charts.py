"""Charts of the HTML page as inline SVG: no script, no address, colours from the page's style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from annotator.text.safe import safe_line

ROW: Final = 22
"""Height of a row, in the units of the SVG."""
_NAME: Final = 190
_PLOT: Final = 420
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
class Bar:
    """A bar of parts that add up, each with the class that colours it."""

    name: str
    parts: tuple[tuple[str, float], ...]
    note: str = ""


def text_of(words: str) -> str:
    """Text from outside, safe in HTML and SVG: no markup, no control or hidden characters."""
    return escape(safe_line(words), quote=True)


def _svg(width: int, height: int, title: str, inner: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{text_of(title)}"'
        f' style="max-width:{width}px">{"".join(inner)}</svg>'
    )


def forest(points: Sequence[Point], title: str) -> str:
    """Values from -0.2 to 1 with their intervals, and the customary limits .667 and .80."""
    if not points:
        return ""
    low, high = -0.2, 1.0

    def x(value: float) -> float:
        return _NAME + (min(max(value, low), high) - low) / (high - low) * _PLOT

    height = ROW * len(points) + 24
    width = _NAME + _PLOT + 150
    out = [
        f'<line class="limit" x1="{x(v):.1f}" x2="{x(v):.1f}" y1="0" y2="{height - 20}"/>'
        for v in _LIMITS
    ]
    for tick in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        out.append(f'<line class="grid" x1="{x(tick):.1f}" x2="{x(tick):.1f}" y1="0"'
                   f' y2="{height - 20}"/>')  # fmt: skip
        out.append(f'<text class="tick" x="{x(tick):.1f}" y="{height - 5}"'
                   f' text-anchor="middle">{tick:.1f}</text>')  # fmt: skip
    for i, point in enumerate(points):
        y = ROW * i + ROW / 2
        out.append(f'<text x="{_NAME - 8}" y="{y + 4}" text-anchor="end">'
                   f"{text_of(point.name[:30])}</text>")  # fmt: skip
        if point.value is None:
            out.append(f'<text class="none" x="{x(0):.1f}" y="{y + 4}">undefined</text>')
            continue
        if point.low is not None and point.high is not None:
            out.append(f'<line class="whisker" x1="{x(point.low):.1f}" x2="{x(point.high):.1f}"'
                       f' y1="{y}" y2="{y}"/>')  # fmt: skip
        out.append(f'<circle class="dot" cx="{x(point.value):.1f}" cy="{y}" r="4"/>')
        bounds = "" if point.low is None else f" [{point.low:.2f}, {point.high:.2f}]"
        out.append(f'<text class="value" x="{_NAME + _PLOT + 10}" y="{y + 4}">'
                   f"{point.value:.2f}{bounds}</text>")  # fmt: skip
    return _svg(width, height, title, out)


def bars(rows: Sequence[Bar], title: str) -> str:
    """Stacked bars on one scale."""
    most = max((sum(size for _, size in row.parts) for row in rows), default=0.0)
    if not most:
        return ""
    width, height = _NAME + _PLOT + 150, ROW * len(rows) + 4
    out: list[str] = []
    for i, row in enumerate(rows):
        y, at = ROW * i, float(_NAME)
        out.append(f'<text x="{_NAME - 8}" y="{y + 15}" text-anchor="end">'
                   f"{text_of(row.name[:30])}</text>")  # fmt: skip
        for kind, size in row.parts:
            wide = size / most * _PLOT
            if wide:
                out.append(
                    f'<rect class="kind-{text_of(kind)}" x="{at:.1f}" y="{y + 3}"'
                    f' width="{wide:.1f}" height="{ROW - 6}"><title>{text_of(kind)}:'
                    f" {size:g}</title></rect>"
                )
            at += wide
        out.append(f'<text class="value" x="{at + 6:.1f}" y="{y + 15}">'
                   f"{text_of(row.note)}</text>")  # fmt: skip
    return _svg(width, height, title, out)
