"""The option of every command that lays out new articles."""

from __future__ import annotations

from typing import Annotated

import typer

PipelineOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="A spaCy pipeline, a folder that holds one, or blank:LANG, for the tokens of new"
        " articles.",
    ),
]
