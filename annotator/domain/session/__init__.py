"""The annotation state machine: cursor, selection, active claim, and what each key does to them."""

from annotator.domain.session.selection import Selection
from annotator.domain.session.session import Session

__all__ = ["Selection", "Session"]
