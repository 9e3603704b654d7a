"""How fast claims are made, by the hour of work, from when each action was done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

PAUSE: Final = timedelta(minutes=5)
"""What lies between two actions is work up to this long; a longer gap does not count at all."""
LEAST: Final = timedelta(minutes=1)
"""Of work, before anything is said of the pace."""


class TimedAction(NamedTuple):
    """What one key did."""

    at: datetime
    claims: int
    """How many claims more there were after it; fewer: a negative number."""


class Pace(NamedTuple):
    """Claims, and the work that they took."""

    claims: int
    """Those made, less those taken away again."""
    work: timedelta
    """From action to action, without the gaps that are longer than `PAUSE`."""

    @property
    def per_hour(self) -> float | None:
        """Claims by the hour of work; None before there was enough of it."""
        hour = timedelta(hours=1)
        return max(0, self.claims) / (self.work / hour) if self.work >= LEAST else None


def pace_of(actions: Iterable[TimedAction]) -> Pace:
    """The pace of one annotator's actions, in the order in which they were done."""
    claims, work = 0, timedelta()
    before: datetime | None = None
    for at, made in actions:
        claims += made
        # A clock that was set back counts as no time.
        if before is not None and timedelta() < at - before <= PAUSE:
            work += at - before
        before = at
    return Pace(claims, work)


def of_day(actions: Iterable[TimedAction], day: date) -> list[TimedAction]:
    """The actions of a day, by the clock of this machine."""
    return [a for a in actions if a.at.astimezone().date() == day]
