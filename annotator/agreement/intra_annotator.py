"""Self-consistency: one annotator against the same annotator, on what was served again."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from annotator.agreement.result import left_out
from annotator.agreement.units import Label, Units

FIRST: Final = "first pass"
SECOND: Final = "second pass"


@dataclass(frozen=True, slots=True)
class Repeat:
    """One unit (a near-duplicate phrase, a sentence) that an annotator labelled twice, blind.

    `document` is where it was served first; None stands for no label.
    """

    annotator: str
    document: Hashable
    first: Label | None
    second: Label | None


def repeat_units(
    repeats: Iterable[Repeat], annotator: str, labels: Sequence[Label] | None = None
) -> Units:
    """The annotator's two passes as if two annotators had labelled: any measure for two applies."""
    listed = list(repeats)
    mine = [r for r in listed if r.annotator == annotator]
    rows = [(r.first, r.second) for r in mine]
    units = Units.from_rows(rows, labels, (FIRST, SECOND), [r.document for r in mine])
    others = len(listed) - len(mine)
    return replace(units, dropped=left_out(repeats_of_other_annotators=others))
