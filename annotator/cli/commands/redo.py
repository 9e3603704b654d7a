"""`annotator redo`: do again what was undone last."""

from __future__ import annotations

from typing import Annotated

import typer

from annotator.cli.commands.undo import revert
from annotator.cli.context import Call

app = typer.Typer(rich_markup_mode=None)


@app.command()
def redo(
    ctx: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Do again what was undone last, unless you did something else since."""
    revert(Call.of(ctx), lambda project, name: project.redo(name), word="redo", json=json)
