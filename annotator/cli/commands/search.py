"""`annotator search`: a concordance, every place of some words with what stands around it."""

from __future__ import annotations

from typing import Annotated

import typer

from annotator.cli.context import Call
from annotator.cli.output import emit_json, emit_table, is_terminal, say
from annotator.cli.selecting import tell_excluded
from annotator.cli.widths import fitting
from annotator.project.concordance import CONTEXT, Concordance
from annotator.project.searching import is_empty, regular

app = typer.Typer(rich_markup_mode=None)


def cut(found: Concordance) -> str:
    """How many of the places are shown, where it is not all of them: "10 of "."""
    return "" if len(found.lines) == found.places else f"{len(found.lines):,} of "


@app.command()
def search(
    ctx: typer.Context,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="Words, in any case.")],
    regex: Annotated[
        bool, typer.Option("--regex", help="QUERY is a regular expression (Python's).")
    ] = False,
    context: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=1000,
            help=f"Characters shown on either side. [default: {CONTEXT}; in a terminal what fits]",
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="How many places are shown; 0 for all.")] = 0,
    json: Annotated[bool, typer.Option("--json", help="One JSON array on stdout.")] = False,
) -> None:
    """Find words in every article, each place with its context.

    Case, line breaks, the style of quotation marks and dashes, ligatures, how an accent is stored,
    soft hyphens and zero-width characters make no difference (with --regex the text is matched as
    it is stored). Offsets are Unicode code points of the stored text, half-open.
    """
    if is_empty(query, regex=regex):
        raise typer.BadParameter("there is nothing to search for")
    if regex:
        regular(query)
    if context is None:
        context = fitting(len(query)) if is_terminal() and not json else CONTEXT
    with Call.of(ctx).read() as project:
        tell_excluded(project)
        found = project.search(query, regex=regex, context=context, limit=limit)
    if json:
        emit_json([line._asdict() for line in found.lines])
        return
    if found.lines:
        emit_table(
            ("no", "start", "before", "found", "after"),
            ((f.number, f.start, f.before, f.text, f.after) for f in found.lines),
            right=(0, 1, 2),
        )
    say(cut(found) + found.told)
