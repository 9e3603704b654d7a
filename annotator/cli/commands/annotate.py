"""`annotator annotate`: the screens, on a project's database."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotator.cli.output import ask, counted, say
from annotator.cli.project import Project
from annotator.domain.again import again, to_read_again
from annotator.domain.errors import AnnotatorError

if TYPE_CHECKING:
    from annotator.store import Store

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
    project: Project, db: Path, name: str, article: str | None = None, *, tour: Path | None = None
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
    )


def open_screens(
    project: Project, article: str | None = None, *, second_pass: bool = False
) -> None:
    """Open the screens on the project; the article is resolved first, so that errors show here."""
    need_terminal()
    with project.open() as store:
        uid = store.resolve(article) if article is not None else None
        if not store.uids():
            raise AnnotatorError(f"{project.path}: no articles yet", "annotator add FILE...")
        name = project.annotator()
        if second_pass:
            uid, left = served_again(store, name, uid)
            name = again(name)
            say(f"a second reading, as {name}: {counted(left, 'article')} to read again")
        store.add_annotator(name)
    launch(project, project.path, name, uid)


def served_again(store: Store, name: str, article: str | None = None) -> tuple[str, int]:
    """The article to read again next (or `article`), and how many are left.

    Raises:
        AnnotatorError: when there is none.
    """
    from annotator.store import clusters

    second = again(name)
    read: dict[str, set[str]] = {name: set(), second: set()}
    for row in store.rows("readers"):
        if row["annotator"] in read:
            read[str(row["annotator"])].add(str(row["article"]))
    numbers = {number: uid for uid, number, *_ in store.texts()}
    copies = ((group, numbers[n]) for group, n, *_ in clusters.repeated(store.conn))
    left = to_read_again(read[name], read[second], copies, name)
    # What was begun is gone on with before the next one is served. Who never marks a sentence as
    # reviewed has read what they annotated in.
    begun = [
        a.uid
        for a in store.summaries(second)
        if 0 < a.done < a.sentences and any(x.reviewed for x in store.annotations(a.uid, second))
    ]
    if not (article or begun or left):
        raise AnnotatorError(
            f"there is nothing that {name} could read again",
            "`annotator annotate` for a first reading" if not read[name] else "all is read twice",
        )
    return article or (*begun, *left)[0], len(begun) + len(left)


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
    again: Annotated[
        bool,
        typer.Option(
            "--again", help="Read again, blind, what you have read: how consistent are you?"
        ),
    ] = False,
) -> None:
    """Annotate in the terminal, from where you stopped. Every action is saved when it is made."""
    open_screens(Project.of(ctx), article, second_pass=again)
