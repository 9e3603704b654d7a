"""`annotator annotate`: the screens, on a project's database."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from annotator.cli.output import ask, say
from annotator.cli.project import Project
from annotator.domain.errors import AnnotatorError

app = typer.Typer(rich_markup_mode=None)


def need_terminal() -> None:
    """Raise AnnotatorError when there is no terminal to draw on."""
    # Textual draws on stderr.
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise AnnotatorError(
            "annotating needs a terminal",
            "run it without pipes; `annotator list`, `show` and `export` work in scripts",
        )


def launch(
    project: Project,
    db: Path,
    name: str,
    article: str | None = None,
    *,
    tour: Path | None = None,
    others: bool = False,
) -> None:
    """Draw the screens until the user quits; the configuration says how they look."""
    from annotator.tui import run

    settings = project.settings
    run(
        db,
        name,
        article,
        theme=settings.theme,
        emoji=settings.emoji,
        keymap=settings.keys,
        tour=tour,
        others=others,
    )


def open_screens(project: Project, article: str | None = None, *, others: bool = False) -> None:
    """Open the screens on the project; the article is resolved first, so that errors show here."""
    need_terminal()
    with project.open() as store:
        uid = store.resolve(article) if article is not None else None
        if not store.uids():
            raise AnnotatorError(f"{project.path}: no articles yet", "annotator add FILE...")
        name = project.annotator()
        store.add_annotator(name)
    launch(project, project.path, name, uid, others=others)


def annotate_here(project: Project) -> None:
    """A bare `annotator`: annotate, or offer the demonstration where there is no database."""
    if project.path.exists():
        open_screens(project)
        return
    need_terminal()
    say(f"there is no {project.path} here; `annotator add FILE...` would make one")
    if ask("Open the demonstration with sample articles? [Y/n]").lower() in ("", "y", "yes"):
        from annotator.cli.commands.demo import open_demo

        open_demo(project)


@app.command()
def annotate(
    ctx: typer.Context,
    article: Annotated[
        str | None,
        typer.Argument(metavar="ARTICLE", help="Number, name or uid; default: where you stopped."),
    ] = None,
    others: Annotated[
        bool,
        typer.Option(
            "--others",
            help="Not blind: repeated phrases and their checks show other annotators' labels.",
        ),
    ] = False,
) -> None:
    """Annotate in the terminal, from where you stopped. Every action is saved when it is made."""
    open_screens(Project.of(ctx), article, others=others)
