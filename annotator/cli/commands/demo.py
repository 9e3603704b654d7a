"""`annotator demo`: sample articles in a scratch database, with a guided first session."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Final

import typer

from annotator.cli.adding import add_sources
from annotator.cli.context import Project
from annotator.cli.layouts import Layouts
from annotator.cli.output import say
from annotator.cli.readings import load_readings
from annotator.cli.screens import launch, need_terminal
from annotator.domain.errors import AnnotatorError

app = typer.Typer(rich_markup_mode=None)

SCRATCH_NAME: Final = "you"
DB_NAME: Final = "demo.db"
_PACKAGE: Final = Path(__file__).resolve().parents[2]


def samples() -> Path:
    """The folder with `articles/` and `tour.toml`: in the package, or in a checkout's fixtures.

    Raises:
        AnnotatorError: when neither is there.
    """
    for folder in (_PACKAGE / "_demo", _PACKAGE.parent / "fixtures"):
        if (folder / "articles").is_dir():
            return folder
    raise AnnotatorError("the sample articles are missing", "install annotator again")


def _fill(project: Project, db: Path, *, readings: bool = False) -> None:
    """Put the sample articles into a new database, and the example readings of some."""
    from annotator.store import Store

    with Store.create(db) as store:
        outcome = add_sources(
            store,
            sorted(str(p) for p in (samples() / "articles").iterdir()),
            Layouts(project.settings.pipeline),
        )
        if readings:
            load_readings(store, samples() / "readings")
    if outcome.failed:
        raise AnnotatorError("the sample articles cannot be read", "install annotator again")


def open_demo(
    project: Project, keep: Path | None = None, *, tour: bool = False, readings: bool = False
) -> None:
    """Copy the samples to a scratch database and open it; the scratch is removed afterwards.

    Args:
        project: For the configuration; its database is not touched.
        keep: A folder for the database, to go on with another day; None for a temporary one.
        tour: Start the guided session.
        readings: With the readings of three invented annotators: opens the agreement report.
    """
    need_terminal()
    guide = samples() / "tour.toml" if tour else None
    name = project.name or SCRATCH_NAME
    if keep is not None:
        db = keep / DB_NAME
        if not db.exists():
            _fill(project, db, readings=readings)
        _show(project, db, name, guide, readings=readings)
        say(f"kept: annotator --db {db}")
        return
    with tempfile.TemporaryDirectory(prefix="annotator-demo-") as folder:
        db = Path(folder) / DB_NAME
        _fill(project, db, readings=readings)
        _show(project, db, name, guide, readings=readings)


def _show(project: Project, db: Path, name: str, guide: Path | None, *, readings: bool) -> None:
    if readings:
        from annotator.cli.commands.agree import show_report

        show_report(Project(db, project.name))
    else:
        launch(project, db, name, tour=guide)


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
    open_demo(Project.of(ctx), keep, tour=tour, readings=readings)
