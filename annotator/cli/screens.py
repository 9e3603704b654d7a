"""From the command line to the screens, without the parser: a bare `annotator` imports no more."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.cli.context import Project
from annotator.cli.output import counted, say
from annotator.domain.errors import AnnotatorError
from annotator.domain.result_row import ResultRow
from annotator.domain.second_pass import second_pass_name

if TYPE_CHECKING:
    from annotator.store import Store


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
    order: Sequence[str] = (),
    errors: Sequence[ResultRow] = (),
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
        order=order,
        errors=errors,
    )


def open_screens(
    project: Project,
    article: str | None = None,
    *,
    unsure: bool = False,
    second_pass: bool = False,
    others: bool = False,
    errors: Sequence[ResultRow] = (),
) -> None:
    """Open the screens on the project; the article is resolved first, so that errors show here."""
    need_terminal()
    with project.open() as store:
        uid = store.resolve(article) if article is not None else None
        if not store.has_articles():
            raise AnnotatorError(f"{project.path}: no articles yet", "annotator add FILE...")
        name = project.annotator()
        order = unsure_first(store) if unsure else []
        if second_pass:
            from annotator.cli.again import served_again

            order = served_again(store, name)
            name = second_pass_name(name)
            say(f"a second reading, as {name}: {counted(len(order), 'article')} to read again")
            uid = uid or order[0]
        store.add_annotator(name)
    launch(project, project.path, name, uid, others=others, order=order, errors=errors)


def unsure_first(store: Store) -> list[str]:
    """Every article, those first whose suggestions the engine is least sure of (in bits)."""
    from annotator.attribution.calibration import uncertainty

    bits = {u: uncertainty(s.confidence for s in store.suggestions(u)) for u in store.uids()}
    if not any(bits.values()):
        raise AnnotatorError("no suggestions yet to be unsure of", "annotator suggest")
    return sorted(bits, key=lambda uid: -bits[uid])
