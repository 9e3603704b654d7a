"""The option of every command that writes a file where one may stand already."""

from __future__ import annotations

from typing import Annotated

import typer

Force = Annotated[
    bool,
    typer.Option(
        "--force", help="Write over a file that annotator did not write; never over a database."
    ),
]
