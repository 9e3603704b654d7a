"""What a concordance on the screen remembers while articles are opened from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from annotator.project.concordance import ORDERS, Concordance, ConcordanceLine, Order

PlaceKey: TypeAlias = tuple[str, int, int]
"""Article, start and end: what marks a row, however the rows are sorted."""


def key_of(line: ConcordanceLine) -> PlaceKey:
    """What a row is known by."""
    return line.article, line.start, line.end


@dataclass
class ConcordanceView:
    """The query, what it found, the cursor and the marked rows."""

    typed: str = ""
    asked: str = ""
    """The query that `found` answers."""
    order: Order = "article"
    found: Concordance | None = None
    cursor: int = 0
    marked: set[PlaceKey] = field(default_factory=set)
    origin: tuple[str, int] | None = None
    """Article and offset to which leaving the screen returns."""
    jumped: str = ""
    """The article that was opened from here last; Esc there comes back."""

    @property
    def lines(self) -> list[ConcordanceLine]:
        """The rows."""
        return self.found.lines if self.found else []

    @property
    def chosen(self) -> list[ConcordanceLine]:
        """The marked rows, in their order."""
        return [line for line in self.lines if key_of(line) in self.marked]

    def take(self, found: Concordance, asked: str) -> int:
        """Show what was found; how many marked rows are not among it, and are let go."""
        self.found, self.asked = found, asked
        self.cursor = max(0, min(self.cursor, len(found.lines) - 1))
        if not found.complete:
            return 0
        kept = self.marked & {key_of(line) for line in found.lines}
        lost = len(self.marked) - len(kept)
        self.marked = kept
        return lost

    def move(self, rows: int) -> None:
        """Move the cursor; it stays among the rows."""
        self.cursor = max(0, min(self.cursor + rows, len(self.lines) - 1))

    def toggle(self) -> None:
        """Mark the row under the cursor, or not, and go on to the next."""
        if self.lines:
            self.marked ^= {key_of(self.lines[self.cursor])}
            self.move(1)

    def mark_all(self) -> None:
        """Mark every row."""
        self.marked = {key_of(line) for line in self.lines}

    def turn(self) -> None:
        """The next order."""
        self.order = ORDERS[(ORDERS.index(self.order) + 1) % len(ORDERS)]
        self.cursor = 0

    def counted(self) -> str:
        """ "3 of 1,204 in 88 of 240 articles", and what of it is not shown."""
        found = self.found
        if found is None:
            return ""
        more = "" if found.complete else "+"
        here = f"{self.cursor + 1:,} of " if found.lines else ""
        said = (
            f"{here}{found.places:,}{more} in {found.hits:,}{more} of {found.articles:,} articles"
        )
        if found.complete and len(found.lines) < found.places:
            said += f"; the first {len(found.lines):,} are listed"
        if found.undated:
            said += f"; {found.undated:,} without a date left out"
        return said if found.complete else f"{said}, reading …"
