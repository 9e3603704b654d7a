"""Text from outside as one-line labels, cut to cells, that no API of the screen can misread.

`annotator.text.safe` says which code points are shown as symbols. What is *not* escaped there
is console markup, because only the receiver knows whether it parses any: give results to
`Content(...)`, `Segment` or `markup=False`, and use `safe_markup` where an API insists on parsing.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from rich.cells import cell_len

from annotator.domain.graphemes import cluster_end
from annotator.text.safe import safe_line

CARRIER: Final = "◌"
"""Carries a combining mark that has nothing to combine with."""

# Blocks made of combining marks only; five on one letter is beyond any orthography we know of.
_MARKS: Final = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_STACK: Final = re.compile(f"([{_MARKS}]{{4}})[{_MARKS}]+")


def safe_label(text: str, cells: int | None = None) -> str:
    """Return one line to draw as a title or label: safe, blanks folded, at most `cells` wide.

    What does not fit is cut between graphemes and ends in `…`. Console markup is not escaped.
    """
    line = _STACK.sub(r"\1", safe_line(text))
    if line and unicodedata.category(line[0])[0] == "M":
        line = CARRIER + line
    if cells is None or cell_len(line) <= cells:
        return line
    if cells < 1:
        return ""
    used = end = 0
    while end < len(line):
        stop = cluster_end(line, end, len(line))
        used += cell_len(line[end:stop])
        if used > cells - 1:
            break
        end = stop
    return line[:end].rstrip() + "…"


def safe_markup(text: str, cells: int | None = None) -> str:
    """Return `safe_label(text, cells)` escaped for a Textual API that parses markup.

    `textual.markup.escape` (8.2.8) is not enough: it doubles a final backslash and lets `\\([/-/`
    through to a MarkupError. A backslash before every bracket reads back exactly (tested).
    """
    return safe_label(text, cells).replace("[", "\\[")
