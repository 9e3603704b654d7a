"""What the home screen counted last: shown at once when it opens again, until it is renewed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annotator.project import Project
    from annotator.project.status import AgreementSoFar, Status


@dataclass(slots=True)
class Figures:
    """What was counted last, and is shown until it is counted anew; kept by the application."""

    status: Status | None = None
    agreement: AgreementSoFar | None = None
    fault: str = ""
    """Why it could not be counted."""
    _last: int = -1
    _shared: tuple[str, ...] = ()

    def stands_on(self, last: int, shared: Sequence[str]) -> None:
        """The agreement is that of these articles (uids), after this event of the journal."""
        self._last, self._shared = last, tuple(shared)

    def is_stale(self, project: Project, shared: Sequence[str]) -> bool:
        """Whether other articles are shared by now, or one of them has changed since."""
        if self._last < 0 or self._shared != tuple(shared):
            return True
        return any(uid in self._shared for uid, _ in project.changed_since(self._last))
