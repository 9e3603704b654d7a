"""What the panel and the strip are about: a suggestion, a claim or a mark, near the cursor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from annotator.domain.model import Annotation
from annotator.session import Session
from annotator.session.review import Pending


class AtHand(NamedTuple):
    """What is shown of the cursor's sentence."""

    annotation: Annotation | None
    """The claim or mark at work, under the cursor, or else the nearest of the sentence."""
    pending: Pending | None
    """The suggestion that Enter accepts; with it no annotation is shown."""
    place: str
    """Which of several it is, and where: "1 of 2 here", "in this sentence", or ""."""
    others: tuple[Annotation, ...]
    """The other claims and marks of the sentence, in reading order."""
    labels: Mapping[str, str]
    """The labels of what a label's key would change now."""
    layer: str = ""
    """Of which layer that is; empty where it is nothing."""


def at_hand(session: Session, pending: Pending | None) -> AtHand:
    """Choose what is shown; `pending` is the suggestion offered, if any."""
    here, nearby = session.at_cursor(), session.nearby()
    shown, place = session.active, ""
    if shown is None and pending is None:
        shown = next(iter(here or nearby), None)
    if shown is not None:
        if shown in here:
            place = f"{here.index(shown) + 1} of {len(here)} here" if len(here) > 1 else ""
        elif shown in nearby and shown.id != session.active_id:
            many = f"1 of {len(nearby)} " if len(nearby) > 1 else ""
            place = f"{many}in this sentence"
    known = shown is not None and (shown in here or shown.id == session.active_id)
    labels: Mapping[str, str] = {}
    layer = ""
    if pending is not None and shown is None:
        labels, layer = pending.suggestion.attributes, "claim"
    elif shown is not None and known:
        labels, layer = shown.attributes, shown.layer_name
    return AtHand(
        shown,
        pending if shown is None else None,
        place,
        tuple(sorted((a for a in nearby if a != shown), key=lambda a: (a.start, a.id))),
        labels,
        layer,
    )
