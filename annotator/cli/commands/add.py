"""`annotator add`: articles from files, folders, tables and standard input."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Final

import typer

from annotator.cli.context import Call
from annotator.cli.output import ask, counted, emit_json, say, say_error
from annotator.cli.pipeline import PipelineOption
from annotator.cli.progress import byte_progress
from annotator.domain.alike import ALIKE
from annotator.project.adding import Outcome, add_sources
from annotator.project.adding import update as take_over
from annotator.project.layouts import Layouts
from annotator.text.readers import FORMATS, ReadOptions

if TYPE_CHECKING:
    from annotator.project.article_records import PutRight

app = typer.Typer(rich_markup_mode=None)

NAMED: Final = 20
"""How many files of one fate are named on the screen; `--json` names all."""
_FORMATS: Final = tuple(dict.fromkeys(FORMATS.values()))

Column = Annotated[str | None, typer.Option(metavar="COLUMN", help="Column of tables and JSON.")]


def _tell(outcome: Outcome) -> None:
    """Say on stderr what became of everything."""
    for note in outcome.notes[:NAMED]:
        say(f"note: {note}")
    _more(len(outcome.notes))
    for found in outcome.duplicates[:NAMED]:
        out = f", which is left out: {found.excluded}" if found.excluded else ""
        say(f"skipped: {found.origin} is article {found.number} already{out}")
    _more(len(outcome.duplicates))
    for found in outcome.added:
        if found.revision_of:
            say(f"article {found.number} ({found.origin}) is a revision of {found.revision_of}")
    alike = [found for found in outcome.added if found.alike is not None]
    for found in alike[:NAMED]:
        say(f"article {found.number} ({found.origin}) reads like article {found.alike} {ALIKE}")
    _more(len(alike))
    for name in outcome.skipped[:NAMED]:
        say(f"skipped: {name} is of no kind that can be read")
    _more(len(outcome.skipped))
    for failure in outcome.failed[:NAMED]:
        say_error(failure.message, failure.hint)
    _more(len(outcome.failed))
    numbers = [a.number for a in outcome.added]
    which = ""
    if numbers:
        first, last = numbers[0], numbers[-1]
        which = f": number {first}" if first == last else f": numbers {first} to {last}"
    say(
        f"{len(numbers)} added{which}; {len(outcome.duplicates)} there already,"
        f" {len(outcome.failed)} failed"
    )
    if alike:
        say(
            f"{counted(len(alike), 'article')} of these"
            f" {'reads' if len(alike) == 1 else 'read'} like another: what is annotated in one is"
            " not compared with what is annotated in the other"
        )


def _more(count: int) -> None:
    if count > NAMED:
        say(f"... and {count - NAMED} more (--json names all)")


def _record(outcome: Outcome) -> dict[str, object]:
    return {
        "added": [
            {
                "number": a.number,
                "uid": a.uid,
                "title": a.title,
                "origin": a.origin,
                "revision_of": a.revision_of,
                "reads_like": a.alike,
            }
            for a in outcome.added
        ],
        "duplicates": [
            {"number": d.number, "uid": d.uid, "origin": d.origin} for d in outcome.duplicates
        ],
        "differing": [
            {"number": d.number, "uid": d.uid, "origin": d.origin, "fields": dict(d.fields)}
            for d in outcome.differing.values()
        ],
        "failed": [
            {"origin": f.origin, "message": f.message, "hint": f.hint} for f in outcome.failed
        ],
        "skipped": list(outcome.skipped),
        "notes": outcome.notes,
    }


def _asked(outcome: Outcome) -> bool:
    """Ask on the terminal whether other metadata is taken over."""
    _say_differing(outcome)
    return ask("Take this over? [y/N]").casefold() in ("y", "yes")


def _say_differing(outcome: Outcome) -> None:
    found = list(outcome.differing.values())
    for one in found[:NAMED]:
        said = ", ".join(f"{name} {value!r}" for name, value in one.fields.items())
        say(f"article {one.number}: {one.origin} says otherwise: {said}")
    _more(len(found))


def _tell_differing(outcome: Outcome, done: PutRight | None, *, asked: bool) -> None:
    """Say what became of other metadata of texts that are there already."""
    if done is not None:
        articles, fields = counted(len(done.changed), "article"), ", ".join(done.fields)
        say(f"updated: {articles} ({fields}); `annotator undo` takes it back")
    elif outcome.differing:
        if not asked:
            _say_differing(outcome)
        say(f"not taken over: {counted(len(outcome.differing), 'article')} (--update does)")


@app.command()
def add(
    ctx: typer.Context,
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Files, folders, patterns, or - for stdin."),
    ],
    format_name: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help=f"Of every file, whatever its name: {', '.join(_FORMATS)}.",
        ),
    ] = None,
    text_column: Column = None,
    title_column: Column = None,
    byline_column: Column = None,
    outlet_column: Column = None,
    published_column: Column = None,
    url_column: Column = None,
    language_column: Column = None,
    name_column: Column = None,
    delimiter: Annotated[
        str | None, typer.Option(metavar="CHARACTER", help="Between the cells of a .csv.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(metavar="NAME", help="Instead of UTF-8, or a guess.")
    ] = None,
    metadata: Annotated[
        bool, typer.Option(help="Look for title, byline, outlet and date in the text.")
    ] = True,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Add also what is no article: subtitles, mail, feeds, mark-up."
        ),
    ] = False,
    update: Annotated[
        bool,
        typer.Option("--update", help="Take over other metadata of texts that are there already."),
    ] = False,
    pipeline: PipelineOption = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Add articles: .txt, .md, .html, .jsonl, .json, .csv, .tsv, folders of these, or stdin.

    A text that is there already is skipped; what the file says otherwise of it is said, and taken
    over with --update (on a terminal it is asked) as one action, which one undo takes back. A file
    that cannot be read is named, and the others are added all the same (the exit code is 1 then).
    The database is made when there is none. Texts are
    stored exactly as they are and never change.
    """
    if format_name is not None and format_name not in _FORMATS:
        raise typer.BadParameter(f"--format: {format_name!r} is none of {', '.join(_FORMATS)}")
    columns = {
        "text": text_column,
        "title": title_column,
        "byline": byline_column,
        "outlet": outlet_column,
        "published": published_column,
        "url": url_column,
        "language": language_column,
        "name": name_column,
    }
    options = ReadOptions(
        format=format_name,
        columns={name: column for name, column in columns.items() if column is not None},
        encoding=encoding,
        delimiter="\t" if delimiter == "\\t" else delimiter,
        metadata=metadata,
        force=force,
    )
    call = Call.of(ctx)
    layouts = Layouts(pipeline or call.settings.pipeline)
    outcome = Outcome()
    try:
        with call.open_or_create() as project, byte_progress("adding") as bar:
            add_sources(
                project,
                paths,
                layouts,
                options,
                stdin=sys.stdin.buffer,
                begin=lambda sources: bar.begin(sources.size),
                advance=bar.advance,
                outcome=outcome,
            )
    except KeyboardInterrupt:
        _tell(outcome)
        raise
    done = None
    can_ask = not update and sys.stdin.isatty() and sys.stderr.isatty()
    if outcome.differing and (update or (can_ask and _asked(outcome))):
        with call.open() as project:
            project.annotator = call.annotator()
            done = take_over(project, outcome)
    if json:
        emit_json(_record(outcome))
    _tell(outcome)
    _tell_differing(outcome, done, asked=can_ask)
    if outcome.failed or not (outcome.added or outcome.duplicates):
        raise typer.Exit(1)
