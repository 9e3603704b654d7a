"""Whose annotations of an article are a reading of it, to be held against the readings of others.

Whoever has adjudicated anything is no reader among the others, whatever else they did; and a second
pass is held against its own first pass only.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from annotator.domain.second_pass import first_pass

GOLD: Final = "gold"
"""Who adjudicates when nobody is named; their annotations are decisions."""


def is_reader(name: str, judges: Collection[str]) -> bool:
    """Whether somebody's annotations are compared with those of others.

    Args:
        name: Whose annotations.
        judges: Everybody who has adjudicated anything, or is about to.
    """
    return name not in judges and first_pass(name) is None
