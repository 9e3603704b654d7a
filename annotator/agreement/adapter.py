"""From annotations and their alignment to tables of labels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from annotator.agreement.result import left_out
from annotator.agreement.units import MISSING, Label, Units
from annotator.alignment.matching import Alignment
from annotator.domain.errors import InputError


def matched_units(
    alignment: Alignment, attribute: str, labels: Sequence[Label] | None = None
) -> Units:
    """One unit per group of two or more claims: what each annotator chose for an attribute.

    Unit i is the group `alignment.matched[i]`.

    Args:
        alignment: Of claims or marks.
        attribute: Its values are the labels.
        labels: The scheme's values in order; those seen without.

    Raises:
        InputError: when a value is not among `labels`.
    """
    table, group = alignment.table, alignment.group
    known, chosen = table.attribute(attribute, () if labels is None else map(str, labels))
    if labels is not None and len(known) > len(labels):
        raise InputError(f"{attribute}: {known[len(labels)]!r} is not in the label set")
    size = int(group.max(initial=-1)) + 1
    codes = np.full((size, len(table.annotators)), MISSING, dtype=np.int32)
    codes[group, table.annotator] = chosen
    document = np.zeros(size, dtype=np.int64)
    document[group] = table.document
    kept = np.zeros(size, dtype=np.bool_)
    kept[alignment.matched] = True
    dropped = left_out(
        claims_without_counterpart=int((~kept).sum()),
        matched_claims_without_a_value=int((chosen[kept[group]] == MISSING).sum()),
    )
    packed = np.asfortranarray(codes[kept])
    return Units(packed, known, table.annotators, document[kept], table.names, dropped=dropped)
