"""From the command line to the screens, without the parser: a bare `annotator` imports no more."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from annotator.cli.context import Call
from annotator.cli.output import counted, say
from annotator.domain.errors import AnnotatorError
from annotator.domain.result_row import ResultRow
from annotator.domain.second_pass import second_pass_name


def need_terminal() -> None:
    """Raise AnnotatorError when there is no terminal to draw on."""
    # Textual draws on stderr.
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise AnnotatorError(
            "annotating needs a terminal",
            "run it without pipes; `annotator list`, `show` and `export` work in scripts",
        )


def launch(
    call: Call,
    db: Path,
    name: str,
    article: str | None = None,
    *,
    tour: Path | None = None,
    others: bool = False,
    order: Sequence[str] = (),
    errors: Sequence[ResultRow] = (),
) -> None:
    """Draw the screens until the user quits; the configuration says how they look."""
    from annotator.tui import run

    settings = call.settings
    run(
        db,
        name,
        article,
        theme=settings.theme,
        emoji=settings.emoji,
        keymap=settings.keys,
        layout=settings.layout,
        tour=tour,
        others=others,
        order=order,
        errors=errors,
    )


def open_screens(
    call: Call,
    article: str | None = None,
    *,
    unsure: bool = False,
    second_pass: bool = False,
    others: bool = False,
    errors: Sequence[ResultRow] = (),
) -> None:
    """Open the screens on the project; the article is resolved first, so that errors show here."""
    need_terminal()
    with call.open() as project:
        uid = project.resolve(article, included=True) if article is not None else None
        if not project.has_articles():
            raise AnnotatorError(f"{call.path}: no articles yet", "annotator add FILE...")
        name = call.annotator()
        order: list[str] = []
        if unsure:
            from annotator.project.suggesting import unsure_first

            order = unsure_first(project)
        if second_pass:
            from annotator.project.second_pass import articles_to_read_again

            order = articles_to_read_again(project, name)
            name = second_pass_name(name)
            say(f"a second reading, as {name}: {counted(len(order), 'article')} to read again")
            uid = uid or order[0]
        project.add_annotator(name)
    launch(call, call.path, name, uid, others=others, order=order, errors=errors)
