"""The annotation state machine: cursor, selection, active claim, and what each key does to them."""

from annotator.session.annotating import Session
from annotator.session.selection import Selection

__all__ = ["Selection", "Session"]
