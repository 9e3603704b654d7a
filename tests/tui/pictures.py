"""The screen as text: its rows, and for each theme which style each cell has.

Small enough to keep every screen at three sizes in dark, in light and without colour, and a change
can be read in a diff.
"""

from __future__ import annotations

from itertools import groupby
from string import ascii_letters
from typing import Final

from rich.style import Style
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from textual.app import App
from textual.pilot import Pilot

from annotator.tui.widgets.legible import READABLE, contrast

SIZES: Final = [(80, 24), (120, 40), (200, 50)]
THEMES: Final = ("textual-dark", "textual-light")


class TextPicture(SingleFileSnapshotExtension):
    """A picture is a text file of its own."""

    _write_mode = WriteMode.TEXT
    _file_extension = "txt"


def rows_of(app: App[None]) -> list[list[tuple[str, Style]]]:
    """The screen as the terminal gets it: text and style, row by row."""
    return [
        [(segment.text, segment.style or Style()) for segment in strip if segment.text]
        for strip in app.screen._compositor.render_strips()
    ]


def text_of(app: App[None]) -> str:
    return "\n".join("".join(text for text, _ in row).rstrip() for row in rows_of(app))


def styles_of(app: App[None]) -> str:
    """Which cells have which style: a letter for each, and how many cells it goes on."""
    names: dict[str, str] = {}
    lines = []
    for row in rows_of(app):
        drawn = [(str(style.without_color + _colours(style)), len(text)) for text, style in row]
        line = ""
        for name, parts in groupby(drawn, key=lambda part: part[0]):
            letter = names.setdefault(name, ascii_letters[len(names) % len(ascii_letters)])
            line += f"{letter}{sum(cells for _, cells in parts)} "
        lines.append(line.rstrip())
    legend = [f"{letter}  {name}" for name, letter in names.items()]
    return "\n".join(
        [*legend, "", *(f"{'  '.join([str(i), line])}" for i, line in enumerate(lines))]
    )


def _colours(style: Style) -> Style:
    return Style(color=style.color, bgcolor=style.bgcolor)


async def settled(pilot: Pilot[None]) -> None:
    """Wait until no worker works and the screen stays as it is."""
    before = ""
    for _ in range(40):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause(0.05)
        after = text_of(pilot.app)
        if after == before:
            return
        before = after


async def in_both_themes(pilot: Pilot[None]) -> str:
    """The screen, and its styles in dark and in light."""
    parts: list[str] = []
    for theme in THEMES:
        pilot.app.theme = theme
        await settled(pilot)
        parts += [] if parts else [text_of(pilot.app)]
        parts += [f"== {theme}", styles_of(pilot.app)]
    return "\n".join(parts)


def without_colour(app: App[None]) -> str:
    """The screen and its styles under NO_COLOR."""
    return "\n".join(("== NO_COLOR", text_of(app), styles_of(app)))


def is_written(text: str) -> bool:
    """Whether there is something to be read, and not only lines, rules, rails and frames."""
    return any(not ch.isspace() and not "\u2500" <= ch <= "\u259f" for ch in text)


def unreadable(app: App[None]) -> tuple[int, list[tuple[str, str]]]:
    """How many pieces of text are drawn, and those with less contrast than can be read well."""
    found, bad = 0, []
    for row in rows_of(app):
        for text, style in row:
            if not is_written(text):
                continue
            assert style.color is not None
            assert style.color.triplet is not None
            assert style.bgcolor is not None
            assert style.bgcolor.triplet is not None
            found += 1
            if contrast(style.color.triplet, style.bgcolor.triplet) < READABLE:
                bad.append((text, str(style)))
    return found, bad
