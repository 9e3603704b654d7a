"""What a relation on the adjudication screen waits for."""

from __future__ import annotations

from annotator.domain.scheme import Scheme
from annotator.session.adjudication_cases import Case
from annotator.session.adjudication_ends import end_words, waiting_for
from annotator.tui.adjudicate.tables import shortened


def waiting_said(case: Case, scheme: Scheme, text: str) -> str:
    """What a relation waits for, or what happened to its ends, in a phrase; "" for neither."""
    missing = waiting_for(case) if case.state != "decided" else ()
    for why, decided in (("not decided yet", False), ("decided for nothing", True)):
        found = [e for e in missing if e.decided == decided]
        if found:
            words = " and ".join(
                f"“{shortened(end_words(case, e.annotation.id, scheme, text), 24)}”" for e in found
            )
            return f"waits: {words} {why}"
    return "an end was decided otherwise since" if case.lost_end else ""
