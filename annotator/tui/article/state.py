"""What the article view paints, as plain values: the session makes them, the view compares them.

All ranges are half-open code points over the article's text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Literal

PaintLayer = Literal["claim", "mark", "suggestion"]


@dataclass(frozen=True, slots=True)
class PaintedSpan:
    """One fragment to paint.

    `role` is the place of the fragment's role in the scheme (0 is the content), and of a mark the
    number of its colour. `owner` is the annotation's id, `key` what the gutter shows where the
    annotation starts: one or two cells such as "2f", or "?" while it is incomplete. A suggestion is
    `active` while it is the one offered.
    """

    start: int
    end: int
    role: int
    owner: str
    active: bool = False
    layer: PaintLayer = "claim"
    key: str = ""


class SpanSet:
    """The painted spans of each annotation, and whose changed, so that a reader looks only there.

    Args:
        spans: Spans to begin with, in any order.
    """

    def __init__(self, spans: Iterable[PaintedSpan] = ()) -> None:
        self.of_owner: dict[str, tuple[PaintedSpan, ...]] = {}
        self.log: list[str] = []
        """The owner of every change: who remembers how far they read it knows what is new."""
        for span in spans:
            self.put(span.owner, (*self.of_owner.get(span.owner, ()), span))

    def put(self, owner: str, spans: tuple[PaintedSpan, ...]) -> None:
        """Replace the spans of one annotation; none removes it."""
        if spans == self.of_owner.get(owner, ()):
            return
        if spans:
            self.of_owner[owner] = spans
        else:
            del self.of_owner[owner]
        self.log.append(owner)

    def __iter__(self) -> Iterator[PaintedSpan]:
        return chain.from_iterable(self.of_owner.values())


@dataclass(frozen=True, slots=True)
class SentenceMark:
    """What the gutter says of a sentence. A skipped one needs no review (a byline, a credit)."""

    reviewed: bool = False
    flagged: bool = False
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class ViewState:
    """Everything that is painted over an article.

    Pass the same `spans` again and put changes into it: the view reads its log, and starts anew
    only for another one.

    Attributes:
        cursor: The token under the cursor.
        sentence: The cursor's sentence.
        selection: What is selected, if anything.
        spans: Fragments of claims, marks and suggestions.
        marks: Sentence index -> mark; a sentence without one shows nothing.
        hits: Where the search matched, sorted.
        current_hit: The match the search stands on.
        labels: Offset and letters of each jump label, sorted; drawn over the text from there on.
        brackets: Also put brackets around the active spans (for terminals without colour).
    """

    cursor: tuple[int, int] = (0, 0)
    sentence: tuple[int, int] = (0, 0)
    selection: tuple[int, int] | None = None
    spans: SpanSet = field(default_factory=SpanSet)
    marks: Mapping[int, SentenceMark] = field(default_factory=dict)
    hits: Sequence[tuple[int, int]] = ()
    current_hit: tuple[int, int] | None = None
    labels: Sequence[tuple[int, str]] = ()
    brackets: bool = False
