"""What the article view paints, as plain values: the session makes them, the view compares them.

All ranges are half-open code points over the article's text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

PaintLayer = Literal["claim", "mark", "suggestion"]


@dataclass(frozen=True, slots=True)
class PaintedSpan:
    """One fragment to paint.

    `role` is the fragment's role ("content", "cue", "source", any other of the scheme, or "span"
    of a mark), `owner` the annotation's id. `key` is what the gutter shows where the annotation
    starts: one or two cells such as "2f", or "?" while it is incomplete.
    """

    start: int
    end: int
    role: str
    owner: str
    active: bool = False
    layer: PaintLayer = "claim"
    key: str = ""


@dataclass(frozen=True, slots=True)
class SentenceMark:
    """What the gutter says of a sentence. A skipped one needs no review (a byline, a credit)."""

    reviewed: bool = False
    flagged: bool = False
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class ViewState:
    """Everything that is painted over an article.

    Pass the same `spans`, `marks` and `hits` objects again while they are unchanged: the view
    compares by identity first and rebuilds its index only for a new sequence.

    Attributes:
        cursor: The token under the cursor.
        sentence: The cursor's sentence.
        selection: What is selected, if anything.
        spans: Fragments of claims and marks, in any order.
        marks: Sentence index -> mark; a sentence without one shows nothing.
        hits: Where the search matched, sorted.
        current_hit: The match the search stands on.
        brackets: Also put brackets around the active spans (for terminals without colour).
    """

    cursor: tuple[int, int] = (0, 0)
    sentence: tuple[int, int] = (0, 0)
    selection: tuple[int, int] | None = None
    spans: Sequence[PaintedSpan] = ()
    marks: Mapping[int, SentenceMark] = field(default_factory=dict)
    hits: Sequence[tuple[int, int]] = ()
    current_hit: tuple[int, int] | None = None
    brackets: bool = False
