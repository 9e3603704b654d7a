"""`annotator init`: a new, empty database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annotator.cli.context import Call
from annotator.cli.output import say
from annotator.domain.errors import AnnotatorError

app = typer.Typer(rich_markup_mode=None)


def read_text(path: Path) -> str:
    """Read a small UTF-8 file that the user named; AnnotatorError when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise AnnotatorError(f"{path}: not UTF-8 ({error.reason})") from error
    except OSError as error:
        raise AnnotatorError(f"{path}: cannot be read ({error.strerror})") from error


@app.command()
def init(
    ctx: typer.Context,
    scheme: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A label scheme in TOML, instead of the default one."),
    ] = None,
) -> None:
    """Make a new, empty database; an existing file is never touched."""
    from annotator.domain.scheme_file import parse_scheme
    from annotator.project import Project
    from annotator.session.actions import reserved_keys

    call = Call.of(ctx)
    source = None
    if scheme is not None:
        source = read_text(scheme)
        # Before the file is made, so that a faulty scheme leaves nothing behind.
        parse_scheme(source, reserved_keys(call.settings.actions))
    with Project.create(call.path) as project:
        found = project.set_scheme(source) if source is not None else project.scheme()
    say(f"made {call.path} with the scheme {found.name!r}")
    say("next: annotator add FILE...")
