"""`annotator demo`: sample articles in a scratch database, with a guided first session."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Final

import typer

from annotator.cli.context import Call
from annotator.cli.output import say
from annotator.cli.screens import launch, need_terminal
from annotator.project.samples import add_samples, samples

app = typer.Typer(rich_markup_mode=None)

SCRATCH_NAME: Final = "you"
DB_NAME: Final = "demo.db"


def _fill(call: Call, db: Path, *, readings: bool = False) -> None:
    """Put the sample articles into a new database, and the example readings of some."""
    from annotator.project import Project

    with Project.create(db) as project:
        add_samples(project, call.settings.pipeline, readings=readings)


def open_demo(
    call: Call, keep: Path | None = None, *, tour: bool = False, readings: bool = False
) -> None:
    """Copy the samples to a scratch database and open it; the scratch is removed afterwards.

    Args:
        call: For the configuration; its database is not touched.
        keep: A folder for the database, to go on with another day; None for a temporary one.
        tour: Start the guided session.
        readings: With the readings of three invented annotators: opens the agreement report.
    """
    need_terminal()
    guide = samples() / "tour.toml" if tour else None
    name = call.name or SCRATCH_NAME
    if keep is not None:
        db = keep / DB_NAME
        if not db.exists():
            _fill(call, db, readings=readings)
        _show(call, db, name, guide, readings=readings)
        say(f"kept: annotator --db {db}")
        return
    with tempfile.TemporaryDirectory(prefix="annotator-demo-") as folder:
        db = Path(folder) / DB_NAME
        _fill(call, db, readings=readings)
        _show(call, db, name, guide, readings=readings)
    say(
        f"the demo's database was {db}: it is gone, with what you tried in it"
        " (`annotator demo --keep DIR` keeps one)"
    )


def _show(call: Call, db: Path, name: str, guide: Path | None, *, readings: bool) -> None:
    if readings:
        from annotator.cli.commands.agree import show_report

        show_report(Call(db, call.name))
    else:
        launch(call, db, name, tour=guide)


@app.command()
def demo(
    ctx: typer.Context,
    tour: Annotated[
        bool, typer.Option("--tour", help="A short guided first session, key by key.")
    ] = False,
    keep: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keep the database in this folder, and go on with it."),
    ] = None,
    readings: Annotated[
        bool,
        typer.Option(
            "--readings",
            help="With readings of three invented annotators: agreement, adjudication.",
        ),
    ] = False,
) -> None:
    """Open sample articles in a scratch database; nothing of yours is touched."""
    open_demo(Call.of(ctx), keep, tour=tour, readings=readings)
