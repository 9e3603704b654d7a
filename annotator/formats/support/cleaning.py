"""What no reader may bring in: notes and labels that would command a terminal."""

from __future__ import annotations

from dataclasses import replace

from annotator.domain.exchange import Document, Item
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation
from annotator.text.safe import visible_controls


def shown_as_symbols(item: Item, losses: Losses) -> Item:
    """Return the item with the control characters of its notes and labels as symbols; counted.

    Tabs and line breaks stay: a note may have several lines. Articles stay as they are, whatever is
    in them: spans count their characters.
    """
    if not isinstance(item, Document):
        return item
    return replace(
        item, annotations=tuple(_cleaned(a, item.where, losses) for a in item.annotations)
    )


def _cleaned(annotation: Annotation, where: str, losses: Losses) -> Annotation:
    note = visible_controls(annotation.note)
    labels = {
        visible_controls(name): visible_controls(value)
        for name, value in annotation.attributes.items()
    }
    if note == annotation.note and labels == annotation.attributes:
        return annotation
    for what, changed in (
        ("notes", note != annotation.note),
        ("labels", labels != annotation.attributes),
    ):
        if changed:
            losses.add(
                f"control characters in {what} (now symbols)",
                f"{where}: {annotation.layer} {annotation.id}",
            )
    return replace(annotation, note=note, attributes=labels)
