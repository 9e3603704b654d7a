"""`annotator scheme export|import`: the codebook for other people and programs, and theirs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annotator.cli.context import Call
from annotator.cli.output import emit, say, say_losses, say_outside
from annotator.cli.writing import Force
from annotator.domain.errors import InputError
from annotator.domain.scheme_file import parse_scheme
from annotator.session.actions import reserved_keys
from annotator.text.safe import toml_safe


def register(app: typer.Typer) -> None:
    """Add the commands to those of `annotator scheme`."""
    app.command(name="export")(export_codebook)
    app.command(name="import")(import_codebook)


def export_codebook(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Ends in .html, .csv, .qdc or .toml.")
    ],
    force: Force = False,
) -> None:
    """Write the scheme in force as a page to read, a table, a REFI-QDA codebook, or its source.

    .html is one page with every guideline; .csv has a row for each layer, role, label, value and
    relation; .qdc is what ATLAS.ti, MAXQDA, NVivo and QualCoder exchange. What a file cannot hold
    is counted.
    """
    from annotator.project.codebook_files import write_codebook

    with Call.of(ctx).read() as project:
        scheme = project.scheme()
    losses = write_codebook(scheme, file, force=force)
    say(f"{file}: {scheme.name} {scheme.version}")
    say_losses(f"not held by {file.suffix}", losses)


def import_codebook(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A codebook: .qdc, or a .csv as ours.")
    ],
    scheme: Annotated[
        Path | None,
        typer.Argument(metavar="[SCHEME]", help="The file (TOML) that the scheme is written to."),
    ] = None,
    put: Annotated[
        bool, typer.Option("--set", help="Put the scheme in force: one action, one undo.")
    ] = False,
    force: Force = False,
) -> None:
    """Make a scheme (TOML) of another program's codebook; without SCHEME and --set it is printed.

    Codes of another program become labels of the span layer `code`, named by the whole way to them,
    with their descriptions as guidelines; the keys that are free go to the first of them.
    """
    from annotator.formats.support.output import Output
    from annotator.project.codebook_files import read_codebook

    call = Call.of(ctx)
    if scheme is not None and scheme.suffix.lower() != ".toml":
        raise InputError(f"{scheme}: a scheme is written as .toml", "end its name in .toml")
    toml, losses = read_codebook(file, reserved_keys(call.settings.actions))
    made = parse_scheme(toml, {})
    if scheme is not None:
        with Output(scheme, force=force) as out, out.open() as stream:
            stream.write(toml.encode())
        say(f"{scheme}: {made.name} {made.version}")
    if put:
        with call.open() as project:
            before = project.scheme()
            who = call.annotator() if project.last_event() else call.known_name
            after = project.set_scheme(toml, who)
            strangers = project.outside()
        say(f"{call.path}: {before.name} {before.version} -> {after.name} {after.version}")
        say_outside(strangers)
    elif scheme is None:
        emit(toml_safe(toml).rstrip("\n"))
    say_losses(f"not taken over from {file.name}", losses)
