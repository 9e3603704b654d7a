"""The arrays that alignment and measures share, and what is asked of sorted whole numbers."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]


def sorted_unique(values: Ints) -> Ints:
    """The distinct numbers, sorted. For mostly different ones faster than hashing them."""
    ordered = np.sort(values)
    kept = np.ones(len(ordered), dtype=np.bool_)
    kept[1:] = ordered[1:] != ordered[:-1]
    return ordered[kept]


def lookup_sorted(keys: Ints, wanted: Ints) -> tuple[Ints, Bools]:
    """Where wanted keys are among sorted distinct keys (found,), and which are (wanted,)."""
    at = np.searchsorted(keys, wanted)
    known = at < len(keys)
    known[known] = keys[at[known]] == wanted[known]
    return at[known], known
