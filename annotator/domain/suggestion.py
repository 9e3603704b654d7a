"""A claim that the engine proposes, as the database keeps it and the screen offers it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from annotator.domain.model import Fragment


@dataclass(frozen=True, slots=True)
class StoredSuggestion:
    """A proposed claim. `confidence` (0 to 1) estimates that content, cue and source are right.

    `engine` is the name and version of what proposed it; `parent` the id of the suggestion that it
    is nested in.
    """

    id: str
    article: str
    engine: str
    confidence: float
    fragments: tuple[Fragment, ...]
    attributes: Mapping[str, str]
    parent: str | None = None
    evidence: str = ""

    @property
    def key(self) -> str:
        """A hash of what it says, roles and ranges: the same over engine versions."""
        said = sorted((f.role, f.start, f.end) for f in self.fragments)
        return hashlib.blake2b(repr(said).encode(), digest_size=8).hexdigest()

    @property
    def start(self) -> int:
        """The first code point that it touches."""
        return min(f.start for f in self.fragments)

    @property
    def end(self) -> int:
        """The code point after the last one that it touches."""
        return max(f.end for f in self.fragments)

    def ranges(self, role: str) -> list[tuple[int, int]]:
        """The ranges of one role, sorted."""
        return sorted((f.start, f.end) for f in self.fragments if f.role == role)
