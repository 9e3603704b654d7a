"""What a reader or writer could not keep: one type for both, printed alike wherever it is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

EXAMPLES: Final = 20
"""How many losses of a kind are named one by one; all of them are counted."""

WITHOUT_END: Final = "relation whose ends are not both in the file"
"""Of a part of a project: the other end is in an article, or of a kind, that is not exported."""


@dataclass(slots=True)
class Loss:
    """One kind of thing that was not kept."""

    kind: str
    """What it is and, where that is not plain, why: "attribute stance", "relation of 3 pieces"."""
    count: int = 0
    examples: list[str] = field(default_factory=list)
    """Where the first of them are: an annotation's id, an article's name, a line of a file."""


class Losses:
    """Counts what is left out or changed on the way, by kind, and names the first of each kind."""

    def __init__(self) -> None:
        self._kinds: dict[str, Loss] = {}

    def add(self, kind: str, subject: str = "", count: int = 1) -> None:
        """Note that `subject` (an annotation's id, an article's name, a line) lost something."""
        loss = self._kinds.setdefault(kind, Loss(kind))
        loss.count += count
        if subject and len(loss.examples) < EXAMPLES:
            loss.examples.append(subject)

    def take(self, others: Iterable[Loss]) -> None:
        """Count what others have counted as well."""
        for other in others:
            loss = self._kinds.setdefault(other.kind, Loss(other.kind))
            loss.count += other.count
            loss.examples += other.examples[: EXAMPLES - len(loss.examples)]

    def __iter__(self) -> Iterator[Loss]:
        return iter(sorted(self._kinds.values(), key=lambda loss: loss.kind))

    def __len__(self) -> int:
        return len(self._kinds)

    @property
    def total(self) -> int:
        """All losses of all kinds."""
        return sum(loss.count for loss in self._kinds.values())
