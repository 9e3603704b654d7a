"""`annotator status`: how far one annotator is, how fast, and how far people agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from annotator.cli.context import Call
from annotator.cli.output import counted, emit, emit_json
from annotator.cli.selecting import tell_excluded
from annotator.session.pace import PAUSE, Pace
from annotator.text.bars import bar

if TYPE_CHECKING:
    from annotator.project.status import AgreementSoFar, Status

app = typer.Typer(rich_markup_mode=None)
_BAR = 20
_MINUTES = int(PAUSE.total_seconds() // 60)


@app.command()
def status(
    ctx: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Say how far you (--as) are with all articles, your pace, and the agreement so far.

    An article is done when every sentence that the scheme wants reviewed is, and no claim or mark
    in it is incomplete. The pace is claims, less those removed, by the hour of work: the time from
    one action to the next, where a pause of more than 5 minutes does not count. Agreement rests on
    the articles that you and somebody else have read, and everybody who began them has finished,
    two at least; `annotator agree` is the whole report, `annotator list` has every article.
    """
    call = Call.of(ctx)
    with call.read() as project:
        tell_excluded(project)
        from annotator.project.status import agreement_so_far, shared_with, status

        name = call.annotator()
        found = status(project, name)
        agreed = agreement_so_far(project, name, shared_with(project, name))
    if json:
        emit_json(_record(found, agreed))
        return
    emit(
        f"{bar(found.done, found.articles, _BAR)} {found.done:,} of"
        f" {counted(found.articles, 'article')} done by {found.annotator}: {found.open:,} open,"
        f" {found.incomplete:,} incomplete, {found.flagged:,} flagged,"
        f" {counted(found.claims, 'claim')}"
    )
    emit(f"pace: today {_pace(found.today)}; in all {_pace(found.pace)}")
    emit(f"      (pauses over {_MINUTES} minutes do not count)")
    emit(f"agreement: {_agreement(agreed)}")


def _pace(pace: Pace) -> str:
    if pace.per_hour is None:
        return "not enough work yet"
    minutes = int(pace.work.total_seconds() // 60)
    claims = counted(pace.claims, "claim")
    return f"{pace.per_hour:.0f} claims an hour ({claims} in {minutes // 60} h {minutes % 60} min)"


def _agreement(agreed: AgreementSoFar) -> str:
    from annotator.project.status import ENOUGH

    if agreed.articles < ENOUGH:
        few = f"{agreed.articles}, {ENOUGH} that all their readers have finished are needed"
        return f"not enough shared articles: {few}"
    on = f"on {agreed.articles:,} shared articles with {', '.join(agreed.others)}"
    if not agreed.questions:
        return f"no claims to compare {on} (`annotator agree` compares everything else)"
    said = (
        f"{q.title} {'undefined, ' + q.undefined if q.value is None else f'{q.value:.2f}'}"
        f" ({q.measure}, n={q.n:,} {q.unit})"
        for q in agreed.questions
    )
    return f"{'; '.join(said)}; {on}"


def _record(found: Status, agreed: AgreementSoFar) -> dict[str, object]:
    return {
        "annotator": found.annotator,
        "articles": found.articles,
        "done": found.done,
        "open": found.open,
        "incomplete": found.incomplete,
        "flagged": found.flagged,
        "claims": found.claims,
        "pace": {
            "pause_minutes": _MINUTES,
            "today": _pace_record(found.today),
            "all": _pace_record(found.pace),
        },
        "agreement": {
            "shared_articles": agreed.articles,
            "others": agreed.others,
            "questions": [q._asdict() for q in agreed.questions],
        },
    }


def _pace_record(pace: Pace) -> dict[str, object]:
    seconds = round(pace.work.total_seconds(), 3)
    return {"claims": pace.claims, "work_seconds": seconds, "claims_per_hour": pace.per_hour}
