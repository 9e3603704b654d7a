"""The lines over the list of articles: how far, how fast, and how far people agree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from annotator.project.status import ENOUGH
from annotator.session.pace import PAUSE, Pace
from annotator.text.bars import bar
from annotator.text.safe import safe_line
from annotator.tui.widgets.lines import Line, StyledText

if TYPE_CHECKING:
    from annotator.project.status import AgreementSoFar, Status
    from annotator.tui.figures import Figures

_BAR: Final = 16


def totals_lines(figures: Figures, annotator: str, width: int) -> list[Line]:
    """Three lines; what has no room goes whole, the least important first."""
    found, agreed = figures.status, figures.agreement
    if figures.fault:
        return [[StyledText(f" {safe_line(figures.fault)}", "warn")]]
    if found is None or found.annotator != annotator:
        return [[StyledText(" counting …", "dim")]]
    counts = [
        StyledText(f" {bar(found.done, found.articles, _BAR)}"),
        StyledText(f" {found.done:,}/{found.articles:,} done", "strong"),
        StyledText(f"  {found.open:,} open"),
        StyledText(f"  {found.incomplete:,} incomplete", "warn" if found.incomplete else "plain"),
        StyledText(f"  {found.flagged:,} flagged"),
        StyledText(f"  {found.claims:,} claim{'' if found.claims == 1 else 's'}"),
    ]
    return [_fitted(line, width) for line in (counts, _pace(found), _agreement(agreed))]


def _pace(found: Status) -> list[StyledText]:
    line = [StyledText(" pace", "dim")]
    if found.pace.per_hour is None:
        return [*line, StyledText("  not enough work yet")]
    minutes = int(PAUSE.total_seconds() // 60)
    return [
        *line,
        StyledText(f"  today {_hourly(found.today)}", "strong"),
        StyledText(f"  in all {_hourly(found.pace)}"),
        StyledText(f"  pauses over {minutes} min do not count", "dim"),
        StyledText(f"  ({_taken(found.today)} today, {_taken(found.pace)} in all)", "dim"),
    ]


def _hourly(pace: Pace) -> str:
    return "–" if pace.per_hour is None else f"{pace.per_hour:.0f} claims/h"


def _taken(pace: Pace) -> str:
    hours, minutes = divmod(int(pace.work.total_seconds() // 60), 60)
    return f"{pace.claims:,} in {f'{hours} h ' if hours else ''}{minutes} min"


def _agreement(agreed: AgreementSoFar | None) -> list[StyledText]:
    line = [StyledText(" agreement", "dim")]
    if agreed is None:
        return [*line, StyledText("  comparing …", "dim")]
    if agreed.articles < ENOUGH:
        said = f"  not enough shared articles that all have finished: {agreed.articles} of {ENOUGH}"
        return [*line, StyledText(said)]
    line.append(StyledText(f" on {agreed.articles:,} articles"))
    if not agreed.questions:
        line.append(StyledText("  nothing to compare"))
    for question in agreed.questions:
        value = "–" if question.value is None else f"{question.value:.2f}"
        sign = {"alpha_nominal": "α", "f1_whole": "F1"}.get(question.measure, question.measure)
        line.append(StyledText(f"  {safe_line(question.title)} {sign} {value}", "strong"))
    return [*line, StyledText(f"  shared with {safe_line(', '.join(agreed.others))}", "dim")]


def _fitted(line: Sequence[StyledText], width: int) -> Line:
    out: list[StyledText] = []
    for piece in line:
        width -= cell_len(piece.text)
        if width < 0:
            break
        out.append(piece)
    return out
