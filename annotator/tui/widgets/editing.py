"""How a line that is being typed is drawn: the part around the cursor, safe for the terminal."""

from __future__ import annotations

from rich.cells import cell_len

from annotator.domain.graphemes import cluster_end, previous_boundary
from annotator.session.line_editor import LineEditor
from annotator.text.safe import safe_text
from annotator.tui.widgets.lines import StyledText


def editing_line(line: LineEditor, width: int, style: str = "strong") -> list[StyledText]:
    """As much of a line as fits into `width` cells, its cursor in view (reversed, not blinking)."""
    # One code point for one code point: offsets into the line are offsets into what is drawn.
    shown = safe_text(line.text)
    end = cluster_end(shown, line.at, len(shown)) if line.at < len(shown) else line.at
    under = shown[line.at : end] or " "
    left = max(1, width) - cell_len(under)
    # From the cursor to the left, as far as there is room: the line may be a whole pasted text.
    first = line.at
    while first:
        before = previous_boundary(shown, first)
        left -= cell_len(shown[before:first])
        if left < 0:
            break
        first = before
    return [
        StyledText(shown[first : line.at], style),
        StyledText(under, "cursor"),
        StyledText(shown[end:], style),
    ]
