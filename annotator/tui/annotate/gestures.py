"""The keys that do several things to a claim at once: break, interchange, merge, split, copy."""

from __future__ import annotations

from collections.abc import Callable

from annotator.session import Session
from annotator.session.breaking import break_quotation
from annotator.session.interchanging import interchange
from annotator.session.merging import merge, split
from annotator.session.sources import copy_source
from annotator.tui.annotate.window import AnnotateWindow


def gesture_handlers(window: AnnotateWindow) -> dict[str, Callable[[], object]]:
    """What each of them does, by the action's id."""

    def doing(gesture: Callable[[Session], str]) -> Callable[[], object]:
        def do() -> None:
            why_not = gesture(window.session)
            if why_not:
                window.flash_later(why_not)

        return do

    return {
        "claim.broken": doing(break_quotation),
        "claim.interchange": doing(interchange),
        "claim.merge": doing(merge),
        "claim.split": doing(split),
        "claim.source": doing(copy_source),
    }
