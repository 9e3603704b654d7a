"""What `export` and `split` share: whose readings are taken, and what was left out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from annotator.cli.output import counted, say
from annotator.domain.left_out import Unfinished

if TYPE_CHECKING:
    from annotator.project import Project

By = Annotated[
    list[str] | None, typer.Option(metavar="NAME", help="Only this annotator's; repeatable.")
]
SHOWN = 8
"""Articles that are named one by one where some are left out."""


def others_than(project: Project, name: str | None, article: str | None = None) -> list[str]:
    """Who else has annotated anything, or an article (its uid)."""
    rows = [r for r in project.readers() if article is None or r["article"] == article]
    return sorted({str(r["annotator"]) for r in rows} - {name})


def tell_excluded(project: Project) -> int:
    """Say how many articles are left out of what follows; returns how many."""
    count = len(project.excluded())
    if count:
        are = "is" if count == 1 else "are"
        say(f"{counted(count, 'article')} {are} left out (`annotator list --excluded`)")
    return count


def tell_left_out(found: Unfinished, what: str = "left out") -> None:
    """Say, and name, what was left out because nobody finished it, and what passes as finished."""
    if found.articles:
        say(
            f"{what}: {counted(len(found.articles), 'article')} not finished by {found.who}:"
            f" {_numbers(found.articles)} (--unfinished takes them)"
        )
    for person, numbers in sorted(found.partly.items()):
        say(
            f"{what}: what {person} annotated in {counted(len(numbers), 'article')} and did not"
            f" finish: {_numbers(numbers)} (--unfinished takes it)"
        )
    if found.imported:
        say(
            f"taken as finished: {counted(len(found.imported), 'article')} with imported"
            f" annotations, where nobody began to review: {_numbers(found.imported)}"
        )


def _numbers(found: Iterable[int]) -> str:
    listed = sorted(found)
    more = f" and {len(listed) - SHOWN} more" if listed[SHOWN:] else ""
    return ", ".join(map(str, listed[:SHOWN])) + more
