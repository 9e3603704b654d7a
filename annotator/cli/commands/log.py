"""`annotator log`: the journal, newest action first."""

from __future__ import annotations

from typing import Annotated

import typer

from annotator.cli.context import Call
from annotator.cli.output import emit_json, emit_table, say

app = typer.Typer(rich_markup_mode=None)

SHOWN = 20
"""Actions shown to people unless they ask for more; `--json` gives them all."""


@app.command()
def log(
    ctx: typer.Context,
    article: Annotated[
        str | None, typer.Option(metavar="ARTICLE", help="Only what was done to this article.")
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=0, help=f"How many; 0 for all. [default: {SHOWN}; with --json: all]"),
    ] = None,
    everyone: Annotated[
        bool, typer.Option("--all", help="Every annotator's actions, not only your own.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON array on stdout.")] = False,
) -> None:
    """Show the journal, newest action first. Nothing is ever deleted from it.

    STATE says whether the action is in force (applied), taken back (undone), taken back and
    overtaken by another action (dropped), or is itself an undo or redo (control). N is how many
    annotations it changed, IN the articles.
    """
    call = Call.of(ctx)
    wanted = (0 if json else SHOWN) if limit is None else limit
    with call.read() as project:
        uid = project.resolve(article) if article is not None else None
        numbers = {a.uid: a.number for a in project.summaries()} if not json else {}
        whose = None if everyone else call.known_name
        rows = list(project.log(whose, uid, wanted or -1))
    if json:
        emit_json([row._asdict() for row in rows])
        return
    if not rows:
        say("nothing was done yet")
        return
    emit_table(
        ("when (UTC)", "annotator", "action", "what", "state", "n", "in"),
        (
            (
                row.at[:19].replace("T", " "),
                row.annotator,
                row.kind,
                row.label,
                row.state,
                row.changes,
                " ".join(str(numbers[uid]) for uid in row.articles),
            )
            for row in rows
        ),
        right=(5,),
    )
