"""The kinds of disagreement: every difference between two readings is of exactly one.

missed: only one has the claim. boundary: a role's pieces overlap but differ. link: a role lies
elsewhere or only one has it (another source, no cue), or the claims are nested in different claims.
type, stance: a label differs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, get_args

from annotator.alignment.inputs import Range

Kind = Literal["missed", "boundary", "type", "stance", "link"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
STANCE: Final[Mapping[str, Kind]] = {"stance": "stance"}
"""Attribute -> kind of a difference in it; "type" for all others."""


def overlapping(ours: Sequence[Range], theirs: Sequence[Range]) -> bool:
    """Whether any two ranges share a character: then a difference is one of boundaries."""
    return any(a < d and c < b for a, b in ours for c, d in theirs)


def format_ranges(ranges: Sequence[Range]) -> str:
    """Ranges as people read them: "10-20 30-35"."""
    return " ".join(f"{start}-{end}" for start, end in ranges)
