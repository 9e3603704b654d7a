"""Where spans start and end on the line of all documents, numbered from the left."""

from __future__ import annotations

from typing import Final

import numpy as np

from annotator.alignment.arrays import Ints, sorted_unique

_DENSE: Final = 20
"""Positions per fragment up to which a table of all positions is worth its memory."""


def number_boundaries(start: Ints, end: Ints, base: Ints) -> tuple[Ints, Ints, Ints]:
    """All boundaries, sorted, and which of them each fragment starts and ends at."""
    length = int(base[-1])
    if length > _DENSE * len(start):
        places = sorted_unique(np.concatenate([start, end, base]))
        return places, np.searchsorted(places, start), np.searchsorted(places, end)
    # Most of the line is under fragments: looking positions up in a table needs no sorting.
    known = np.zeros(length + 1, dtype=np.bool_)
    known[start] = known[end] = known[base] = True
    number = np.cumsum(known, dtype=np.int32) - 1
    return (
        np.flatnonzero(known).astype(np.int64),
        number[start].astype(np.int64),
        number[end].astype(np.int64),
    )
