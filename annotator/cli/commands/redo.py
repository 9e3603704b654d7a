"""`annotator redo`: do again what was undone last."""

from __future__ import annotations

from typing import Annotated

import typer

from annotator.cli.commands.undo import revert
from annotator.cli.context import Project

app = typer.Typer(rich_markup_mode=None)


@app.command()
def redo(
    ctx: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Do again what was undone last, unless you did something else since."""
    revert(Project.of(ctx), lambda store, name: store.redo(name), word="redo", json=json)
