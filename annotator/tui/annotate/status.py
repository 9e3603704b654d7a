"""The line at the top: who, where, how much is open, when it was saved."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

from annotator.session import Session
from annotator.session.commands import Do
from annotator.tui.annotate.panel import flat
from annotator.tui.widgets.fitting import cut
from annotator.tui.widgets.lines import Line, StyledText


def status_line(
    session: Session, number: int, total: int, saved: str, width: int, project: str
) -> Line:
    """Who, where, how many open, when it was saved: one line."""
    article = session.article
    count = len(session.page.sentences)
    left = f" {number}/{total} "
    name = f"{project}  " if width >= 110 else ""
    at = f"  s {min(session.sentence + 1, count)}/{count}"
    who, still = f"  {session.annotator}", f"  open {len(session.index.open)}  "
    due = len(session.index.incomplete)
    incomplete = f"incomplete {due}  " if due else ""
    sticky = f"~ {cut(str(session.sticky), max(14, width // 5))}  " if session.sticky else ""
    when = f"saved {saved} " if saved else "nothing to save yet "
    room = width - cell_len(name + left + who + at + still + incomplete + sticky + when)
    if room < 8:
        # Which sentence it is can be seen; what is open, and that it is saved, stays whole.
        room, at = max(8, room + cell_len(at)), ""
    title = cut(flat(article.title or article.name or article.text[:80]), room)
    return [
        StyledText(f" {name.strip()} " if name else "", "dim"),
        StyledText(left, "strong"),
        StyledText(set_cell_size(title, room)),
        StyledText(who),
        StyledText(at),
        StyledText(still),
        StyledText(incomplete, "warn", Do("nav.incomplete_next")),
        StyledText(sticky, "key", Do("claim.sticky")),
        StyledText(when, "good" if saved else "dim"),
    ]
