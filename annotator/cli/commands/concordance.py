"""`annotator concordance`: every place of a query, by words and by what is annotated there."""

from __future__ import annotations

import csv
import io
from enum import StrEnum
from typing import Annotated

import typer

from annotator.cli.context import Call
from annotator.cli.output import counted, emit, emit_long_json, emit_table, is_terminal, say
from annotator.cli.selecting import tell_excluded
from annotator.cli.widths import fitting
from annotator.project.concordance import CONTEXT, LIMIT, Concordance, ConcordanceLine

app = typer.Typer(rich_markup_mode=None)

_TABLE = ("no", "start", "before", "found", "after")


class Sort(StrEnum):
    """The orders of `annotator.project.concordance.ORDERS`."""

    article = "article"
    date = "date"
    left = "left"
    right = "right"
    found = "found"


@app.command()
def concordance(
    ctx: typer.Context,
    query: Annotated[list[str], typer.Argument(metavar="QUERY", help="What to look for.")],
    sort: Annotated[
        Sort, typer.Option(help="By place, date, the words before, after, or those found.")
    ] = Sort.article,
    context: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=1000,
            help=f"Characters shown on either side. [default: {CONTEXT}; in a terminal what fits]",
        ),
    ] = None,
    limit: Annotated[
        int, typer.Option(min=0, help="How many places are shown; all are counted. 0 for all.")
    ] = LIMIT,
    mine: Annotated[
        bool, typer.Option("--mine", help="Conditions are about your own annotations only.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    csv_: Annotated[bool, typer.Option("--csv", help="A table as CSV on stdout.")] = False,
) -> None:
    """Every place of a query in all articles, aligned on what was found (KWIC).

    Words in any case; words beside each other stand beside each other in the text. The operators
    AND, OR, NOT and NEAR/5 (within 5 words) are capitals; minist* is any word that begins so.
    Conditions: label:stance=favor, claim:favor, mark:lexical, sentence:*, source:named_person,
    in:content (a role), by:anna, is:hand, is:suggested, outlet:post, date:2024-03..2024-06.

    \b
    annotator concordance 'minister NEAR/5 tax*'
    annotator concordance 'minist* label:stance=against in:source by:anna'
    annotator concordance '(regime OR junta) NOT mark:*' --sort right
    annotator concordance 'mark:* date:2024.. outlet:post' --csv > marks.csv

    docs/concordance.md has the whole language.
    """
    if json and csv_:
        raise typer.BadParameter("--json and --csv exclude each other")
    typed = " ".join(query)
    if context is None:
        context = fitting(len(typed)) if is_terminal() and not (json or csv_) else CONTEXT
    call = Call.of(ctx)
    whose = call.annotator() if mine else None
    with call.read() as project:
        tell_excluded(project)
        found = project.concordance(
            typed, order=sort.value, context=context, limit=limit, whose=whose
        )
    if json:
        _emit_json(typed, sort, found)
    elif csv_:
        _emit_csv(found.lines)
    elif found.lines:
        emit_table(
            _TABLE,
            ((f.number, f.start, f.before, f.text, f.after) for f in found.lines),
            right=(0, 1, 2),
        )
    say(found.told)
    if len(found.lines) < found.places:
        say(f"the first {len(found.lines):,} are shown: --limit 0 shows all")
    if found.undated:
        say(f"left out: {counted(found.undated, 'article')} without a date")


def _emit_json(typed: str, sort: Sort, found: Concordance) -> None:
    emit_long_json(
        {
            "query": typed,
            "sort": sort.value,
            "places": found.places,
            "shown": len(found.lines),
            "articles": found.hits,
            "of_articles": found.articles,
            "undated": found.undated,
            "lines": [line._asdict() for line in found.lines],
        }
    )


def _emit_csv(lines: list[ConcordanceLine]) -> None:
    _emit_row((*ConcordanceLine._fields[:-1], "annotations"))
    for line in lines:
        _emit_row((*line[:-1], " ".join(line.annotations)))


def _emit_row(cells: tuple[object, ...]) -> None:
    """One record is one line: what breaks a line in a text is shown, as all output has it."""
    from annotator.formats.tables import harmless

    record = io.StringIO()
    csv.writer(record, lineterminator="").writerow(
        [harmless(c) if isinstance(c, str) else c for c in cells]
    )
    emit(record.getvalue())
