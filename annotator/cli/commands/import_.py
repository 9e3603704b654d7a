"""`annotator import`: annotations of another format into the database."""

from __future__ import annotations

from typing import Annotated

import typer

from annotator.cli.commands.export import OptionList, pairs
from annotator.cli.layouts import Layouts, PipelineOption
from annotator.cli.output import counted, emit_json, say, say_error
from annotator.cli.progress import progress
from annotator.cli.project import Project

app = typer.Typer(rich_markup_mode=None)

NAMED = 20
"""How many bad records are named on the screen; `--json` names more."""


@app.command(name="import")
def import_annotations(
    ctx: typer.Context,
    format_name: Annotated[
        str, typer.Argument(metavar="FORMAT", help="One of those in `annotator formats`.")
    ],
    source: Annotated[str, typer.Argument(metavar="IN", help="A file or folder; - is stdin.")],
    option: OptionList = None,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Pass over records that cannot be used; name them.")
    ] = False,
    new_ids: Annotated[
        bool,
        typer.Option("--new-ids", help="New ids for every annotation: a copy beside the old ones."),
    ] = False,
    pipeline: PipelineOption = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Read annotations of another format: all of it, or (on any bad record) nothing.

    Articles that are not there yet are added. The whole import is one action, which one
    `annotator undo` takes back (the articles stay). Annotations that name no annotator are yours
    (--as).
    """
    from annotator import formats
    from annotator.store import transfer

    form = formats.get(format_name)
    options = dict(pairs(option or (), "-o"))
    project = Project.of(ctx)
    name = project.annotator()
    layouts = Layouts(pipeline or project.settings.pipeline)
    with project.open_or_create() as store, progress("importing") as advance:
        result = transfer.import_items(
            store,
            formats.read(form, source, options),
            actor=name,
            layout=layouts.of_draft,
            skip_bad=skip_bad,
            new_ids=new_ids,
            label=f"import {format_name} {source}",
            progress=lambda: advance(1),
        )
    for bad in result.bad[:NAMED]:
        say_error(f"{bad.where}: {bad.message}")
    if json:
        emit_json(
            {
                "articles": result.articles,
                "known_articles": result.known,
                "annotations": result.annotations,
                "unchanged": result.unchanged,
                "spans": result.spans,
                "by_annotator": dict(sorted(result.by_annotator.items())),
                "batch": result.batch,
                "bad": [{"where": b.where, "message": b.message} for b in result.bad],
                "bad_count": result.bad_count,
            }
        )
    say(
        f"{source}: {counted(result.articles, 'article')} added, {result.known} known;"
        f" {counted(result.annotations, 'annotation')} added, {result.unchanged} known"
    )
    if result.bad_count:
        say_error(f"{counted(result.bad_count, 'record')} passed over")
        raise typer.Exit(1)
