"""What is on the screen, and which changes may be made: those that the annotator can see.

A key acts on the claim at work wherever the view has gone since. What would change unseen is
refused before it is written, so that this holds for every key there is, and for those to come.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from annotator.domain.errors import AnnotatorError
from annotator.domain.model import Annotation, Change, Fragment

Shown = tuple[int, int] | None
"""The code points `[start, end)` in view; None where nothing is drawn: then nothing is hidden."""
OffScreenPart = Literal["at work", "piece", "selection", "cursor", "elsewhere"]
"""What is out of view: the claim at work, the piece of it that would change, the selection, what
stands at the cursor (which the next paint shows), or another claim, to which nothing leads."""


class OffScreenError(AnnotatorError):
    """A change was refused because what it is about is not on the screen; nothing happened.

    Args:
        place: What is out of view.
        layer: The layer of what would have changed.
        sentence: Index of the sentence where that is.
    """

    def __init__(self, place: OffScreenPart, layer: str, sentence: int) -> None:
        super().__init__(
            f"{place}: sentence {sentence + 1} is not on the screen", "nothing was changed"
        )
        self.place: OffScreenPart = place
        self.layer = layer
        self.sentence = sentence


def in_view(fragments: Iterable[Fragment], shown: Shown) -> bool:
    """Whether any of the fragments shares a code point with what is shown."""
    return shown is None or any(f.start < shown[1] and shown[0] < f.end for f in fragments)


def unseen(change: Change, shown: Shown) -> Fragment | None:
    """The first fragment of what a change would alter out of sight; None when it can be seen.

    Something of the annotation must be in view, and each piece that goes or moves too, before or
    after it does. A piece that is added may lie elsewhere: it was selected there, and kept while
    the annotator came back to the claim. The annotation of the whole article is everywhere.
    """
    subject = change.before or change.after
    if shown is None or subject is None or not subject.fragments:
        return None
    if not in_view(subject.fragments, shown):
        return min(subject.fragments, key=lambda f: f.start)
    if change.before is None or change.after is None:
        return None
    was, becomes = _places(change.before), _places(change.after)
    for piece in sorted(was - becomes, key=lambda f: f.start):
        # A piece that was moved or united is seen when either form of it is.
        now = [f for f in becomes - was if f.role == piece.role and _touch(f, piece)]
        if not in_view([piece, *now], shown):
            return piece
    return None


def _places(annotation: Annotation) -> set[Fragment]:
    """The pieces, whatever spans they are numbered to."""
    return {f._replace(span=0) for f in annotation.fragments}


def _touch(a: Fragment, b: Fragment) -> bool:
    return a.start <= b.end and b.start <= a.end
