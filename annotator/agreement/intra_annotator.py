"""Self-consistency: one annotator against the same annotator, on what was served again."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from annotator.agreement.result import left_out
from annotator.agreement.units import Label, Units
from annotator.alignment.inputs import Document
from annotator.domain.errors import InputError

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


def two_passes(
    first: Iterable[Document], second: Iterable[Document], annotator: str
) -> tuple[Document, ...]:
    """Documents read twice by one annotator, with the passes as annotators.

    Args:
        first: Documents of the first pass; the second has the same names and lengths.
        second: Those that were served again.
        annotator: Whose passes to compare; documents not read in both are left out.

    Raises:
        InputError: when a document has changed its length in between.
    """
    again = {d.name: d for d in second if annotator in d.claims}
    out = []
    for document in first:
        repeated = again.get(document.name)
        if repeated is None or annotator not in document.claims:
            continue
        if repeated.length != document.length:
            raise InputError(
                f"{document.name} has {document.length} and then {repeated.length} characters",
                "compare two readings of one text",
            )
        claims = {FIRST: document.claims[annotator], SECOND: repeated.claims[annotator]}
        out.append(replace(document, claims=claims))
    return tuple(out)
