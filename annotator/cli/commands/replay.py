"""`annotator replay`: does the journal tell the truth?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annotator.cli.context import Call
from annotator.cli.output import counted, emit, emit_json, say_error

app = typer.Typer(rich_markup_mode=None)


@app.command()
def replay(
    ctx: typer.Context,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="A new file; never overwritten.")],
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Do the whole journal again in a new database, and compare the two states.

    OUT holds the same articles and whatever the journal leads to; the exit code is 1 when that
    differs from what this database has.
    """
    with Call.of(ctx).read() as project:
        different = project.replay(out)
        annotations = project.annotation_count()
    if json:
        emit_json({"out": str(out), "annotations": annotations, "different": different})
    elif not different:
        emit(f"{out}: the same {counted(annotations, 'annotation')}")
    if different:
        say_error(
            f"{counted(len(different), 'annotation')} of another state, first {different[0]}",
            "`annotator doctor` says more",
        )
        raise typer.Exit(1)
