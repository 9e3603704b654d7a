"""What most formats have no place for, counted the same way in each, and by name.

A label that is lost is `attribute NAME`, whatever it is a label of; what ties pieces to one claim
`grouping of pieces into claims`. So the labels of a database are those in the file and those
counted here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from annotator.domain.losses import WITHOUT_END, Losses
from annotator.domain.model import Annotation

RECORDS: Final = "ids, times, scheme version"
"""What only formats made for it hold; said in `Format.loses`, not counted one by one."""
READING: Final = "which sentences were reviewed"
"""What formats for training hold in another way: the articles in them are finished."""
WITHOUT_SPAN: Final = "annotation without a span"


def count(
    annotation: Annotation, held: Collection[str], losses: Losses, labels: Collection[str] = ()
) -> None:
    """Count what an annotation has and the format does not hold.

    Args:
        held: Of "attributes", "grouping", "parent", "note", "flag", "reviewed", "provenance" those
            that it does.
        labels: The attributes that it holds where it does not hold all of them.
    """
    id_ = annotation.id
    if "attributes" not in held:
        attributes(annotation, annotation.attributes.keys() - set(labels), losses)
    if "grouping" not in held:
        grouping(annotation, losses)
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


def attributes(annotation: Annotation, names: Iterable[str], losses: Losses) -> None:
    """Count labels that the file does not hold, each by its name."""
    for name in sorted(names):
        losses.add(f"attribute {name}", annotation.id)


def grouping(annotation: Annotation, losses: Losses) -> None:
    """Count a claim or mark whose pieces stand in the file as spans of their own."""
    if len(annotation.fragments) > 1:
        losses.add(f"grouping of pieces into {annotation.layer}s", annotation.id)


def annotators(article: str, annotations: Iterable[Annotation], losses: Losses) -> None:
    """Count an article whose annotators the file does not tell apart."""
    if len({a.annotator for a in annotations}) > 1:
        losses.add("annotators told apart", article)


def left_out(
    annotation: Annotation, losses: Losses, kind: str = "", *, reading: bool = False
) -> None:
    """Count an annotation that is not in the file at all, with everything that it says.

    Args:
        kind: Why; without one it is the layer that the format does not hold.
        reading: That a sentence was reviewed is told in another way (see READING).
    """
    a = annotation
    if a.layer == "sentence" and not (a.attributes or a.note or a.flagged):
        if not reading:
            losses.add("reviewed mark", a.id)
        return
    losses.add(kind or f"{a.layer} annotation", a.id)
    count(a, ("provenance", "reviewed") if reading else ("provenance",), losses)


__all__ = [
    "READING",
    "RECORDS",
    "WITHOUT_END",
    "WITHOUT_SPAN",
    "annotators",
    "attributes",
    "count",
    "grouping",
    "left_out",
]
