"""A relation that is being made, and an end of one that lies in another article: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from annotator.domain.model import Annotation
from annotator.domain.scheme import RelationType


@dataclass(frozen=True, slots=True)
class Relating:
    """A relation that is being made."""

    start: Annotation
    """Where it was begun: its head, unless it is turned."""
    words: str
    options: tuple[RelationType, ...]
    """What it can be, by what it was begun at."""
    type: RelationType | None
    """What it is to be; None while that is to be chosen."""
    turned: bool = False


class OtherEnd(NamedTuple):
    """An annotation of another article, as an end of a relation is told."""

    annotation: Annotation
    number: int
    """Of its article."""
    words: str
