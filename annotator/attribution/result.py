"""What the engine, a trained model and a gold corpus have in common: claims over one text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from annotator.domain.model import Fragment

ROLES: Final = ("source", "cue", "content")
"""The roles that are scored, in the order in which reports name them."""

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One claim: proposed by the engine or a model, or read as gold (then `confidence` is 1).

    `fragments` are in code points; `parent` is the index of the claim it is nested in, within the
    same sequence. `confidence` estimates the probability that content, cue and source all touch
    those of one gold claim. `evidence` names what proposed it ("ccomp", "quotation", ...).
    """

    fragments: tuple[Fragment, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)
    confidence: float = 1.0
    parent: int | None = None
    evidence: str = ""
    reported: bool = True
    """Whether it reports speech; otherwise a want, a plan, an attitude."""

    def role(self, name: str) -> tuple[Fragment, ...]:
        """Return the fragments of one role in the order they were given."""
        return tuple(f for f in self.fragments if f.role == name)

    def ranges(self, name: str) -> list[Range]:
        """Return the ranges of one role, sorted by start."""
        return sorted((f.start, f.end) for f in self.fragments if f.role == name)

    @property
    def start(self) -> int:
        """The first code point that the claim touches."""
        return min(f.start for f in self.fragments)


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The claims of one text, sorted by start, and what found them.

    `engine` is the engine's name and version with the pipeline's; a different string means that
    rejected suggestions may be proposed again. `notes` are sentences for the user, for instance
    that no pipeline was there and only quotations were read.
    """

    claims: tuple[Suggestion, ...]
    engine: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AttributedText:
    """A text with its claims: one reading of a gold corpus, or one article of a database."""

    name: str
    text: str
    claims: tuple[Suggestion, ...]
    publisher: str = ""
    sentence_kinds: Sequence[tuple[int, int, str]] = ()
    """Ranges in code points and their kinds, where somebody stored them."""


def overlaps(left: Sequence[Range], right: Sequence[Range]) -> bool:
    """Whether two short lists of ranges share a code point."""
    return any(a < d and c < b for a, b in left for c, d in right)
