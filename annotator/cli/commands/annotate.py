"""`annotator annotate`: the screens, on a project's database."""

from __future__ import annotations

from typing import Annotated

import typer

from annotator.cli.context import Call
from annotator.cli.screens import open_screens

app = typer.Typer(rich_markup_mode=None)


@app.command()
def annotate(
    ctx: typer.Context,
    article: Annotated[
        str | None,
        typer.Argument(metavar="ARTICLE", help="Number, name or uid; default: where you stopped."),
    ] = None,
    unsure: Annotated[
        bool,
        typer.Option("--unsure", help="Begin with the articles that would teach a model the most."),
    ] = False,
    again: Annotated[
        bool,
        typer.Option(
            "--again", help="Read again, blind, what you have read: how consistent are you?"
        ),
    ] = False,
    others: Annotated[
        bool,
        typer.Option(
            "--others",
            help="Not blind: repeated phrases and their checks show other annotators' labels.",
        ),
    ] = False,
) -> None:
    """Annotate in the terminal, from where you stopped. Every action is saved when it is made."""
    open_screens(Call.of(ctx), article, unsure=unsure, second_pass=again, others=others)
