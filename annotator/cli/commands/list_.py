"""`annotator list`: the articles, with one annotator's progress."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from annotator.cli.context import Call
from annotator.cli.output import and_more, emit_json, emit_table, say
from annotator.cli.selecting import others_than, tell_excluded

if TYPE_CHECKING:
    from annotator.domain.left_out import Excluded

app = typer.Typer(rich_markup_mode=None)


@app.command()
def list_articles(
    ctx: typer.Context,
    excluded: Annotated[
        bool, typer.Option("--excluded", help="Those that are left out, with the reason.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON array on stdout.")] = False,
) -> None:
    """List the articles: number, progress of the annotator (--as), claims, title.

    DONE is how many of the sentences that the scheme wants reviewed have an annotation of yours
    or were marked as reviewed, and how many there are; INCOMPLETE, how many of your claims and
    marks lack something that the scheme requires.
    """
    call = Call.of(ctx)
    with call.read() as project:
        if excluded:
            _list_excluded(project.excluded(), json)
            return
        rows = project.summaries(call.known_name)
        others = others_than(project, call.known_name)
        left_out = tell_excluded(project)
    if json:
        emit_json([row._asdict() for row in rows])
        return
    if not rows and not left_out:
        say("no articles yet: annotator add FILE...")
        return
    emit_table(
        ("no", "name", "done", "claims", "incomplete", "flags", "published", "title"),
        (
            (
                row.number,
                row.name,
                f"{row.done}/{row.sentences}",
                row.claims,
                row.incomplete,
                row.flagged,
                row.published,
                row.title + (" (revision)" if row.revision_of else ""),
            )
            for row in rows
        ),
        right=(0, 2, 3, 4, 5),
    )
    if others and not any(row.done or row.claims for row in rows):
        say(f"nothing of {call.known_name or 'yours'} yet; annotated by {and_more(others)} (--as)")


def _list_excluded(found: Sequence[Excluded], json: bool) -> None:
    if json:
        emit_json([article._asdict() for article in found])
        return
    if not found:
        say("no article is left out")
        return
    emit_table(
        ("no", "name", "reason", "title"),
        ((a.number, a.name, a.reason, a.title) for a in found),
        right=(0,),
    )
