"""What is left out: articles that somebody excluded, and what nobody has finished."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Excluded(NamedTuple):
    """An article that is left out of lists, exports, agreement and all else."""

    number: int
    uid: str
    name: str
    title: str
    reason: str


@dataclass(slots=True)
class Unfinished:
    """What an export for training leaves out, as nobody has finished it.

    Filled while articles are chosen; the same article chosen again changes nothing.
    """

    whose: frozenset[str] | None = None
    """The annotators whose readings are exported; None for everybody's."""
    articles: dict[int, str] = field(default_factory=dict)
    """Number -> name of the articles of which no reading is finished."""
    partly: dict[str, set[int]] = field(default_factory=dict)
    """Annotator -> articles that others have finished, but not they."""
    imported: set[int] = field(default_factory=set)
    """Articles taken because their annotations came from a file, and nobody began to review."""

    @property
    def who(self) -> str:
        """ "ann", "ann or ben", "anybody"."""
        return " or ".join(sorted(self.whose)) if self.whose else "anybody"

    def record(self) -> dict[str, object]:
        """For the manifest and `--json`: articles by their numbers."""
        return {
            "annotators": sorted(self.whose or ()),
            "articles_not_finished": sorted(self.articles),
            "readings_not_finished": {p: sorted(n) for p, n in sorted(self.partly.items())},
            "taken_as_finished": sorted(self.imported),
        }
