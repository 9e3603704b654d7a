"""How much of a line of a concordance a terminal has room for."""

from __future__ import annotations

import shutil
from typing import Final

_MARGIN: Final = 24
"""Cells of a row that number, start and the gaps between the columns take."""


def fitting(found: int) -> int:
    """Code points on either side that leave room for what is found on one line."""
    columns = shutil.get_terminal_size().columns
    return min(max((columns - _MARGIN - found) // 2, 10), 1000)
