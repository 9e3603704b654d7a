"""What most formats have no place for, counted the same way in each."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from annotator.domain.losses import Losses
from annotator.domain.model import Annotation

RECORDS: Final = "ids, times, scheme version"
"""What only formats made for it hold; said in `Format.loses`, not counted one by one."""


def count(annotation: Annotation, held: Collection[str], losses: Losses) -> None:
    """Count what an annotation has and the format does not hold.

    Args:
        held: Of "attributes", "parent", "note", "flag", "reviewed", "provenance" those it does.
    """
    id_ = annotation.id
    if annotation.attributes and "attributes" not in held:
        losses.add("attribute", id_, len(annotation.attributes))
    if annotation.parent is not None and "parent" not in held:
        losses.add("parent", id_)
    if annotation.note and "note" not in held:
        losses.add("note", id_)
    if annotation.flagged and "flag" not in held:
        losses.add("flag", id_)
    if annotation.reviewed and "reviewed" not in held:
        losses.add("reviewed mark", id_)
    if annotation.provenance not in ("human", "imported") and "provenance" not in held:
        losses.add(f"provenance {annotation.provenance}", id_)
