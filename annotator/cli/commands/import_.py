"""`annotator import`: annotations of another format into the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated, Final

import typer

from annotator.cli.commands.export import OptionList, pairs
from annotator.cli.context import NAME_VARIABLE, Project
from annotator.cli.layouts import Layouts, PipelineOption
from annotator.cli.output import counted, emit_json, losses_record, say, say_error, say_losses
from annotator.cli.progress import progress
from annotator.domain.alike import ALIKE
from annotator.domain.errors import InputError
from annotator.domain.exchange import Document, Item
from annotator.domain.losses import Losses

if TYPE_CHECKING:
    from annotator.store.imported import Imported

app = typer.Typer(rich_markup_mode=None)

FROM: Final = "annotator-from"
SOURCES: Final = ("field", "suffix", "importer")
UNNAMED: Final = "import"
"""Stands in the journal for whoever imports and does not say who they are."""
NAMED = 20
"""How many bad records are named on the screen; `--json` names more."""


def attributed(items: Iterable[Item], source: str | None) -> Iterator[Item]:
    """The items with the annotator that their file's name ends with, or with none."""
    for item in items:
        if isinstance(item, Document) and source in ("suffix", "importer"):
            stem = PurePath(item.where.partition(":")[0]).stem
            name = stem.rpartition("_")[2] if source == "suffix" and "_" in stem else ""
            made = tuple(replace(a, annotator=name) for a in item.annotations)
            item = replace(item, annotations=made)
        yield item


def owned(items: Iterable[Item]) -> Iterator[Item]:
    """The items as they are.

    Raises:
        InputError: for an annotation that names no annotator.
    """
    for item in items:
        if isinstance(item, Document) and not all(a.annotator for a in item.annotations):
            raise InputError(
                f"{item.where}: annotations that name no annotator, and nobody is named here",
                f"say whose they are: --as NAME, or {NAME_VARIABLE}, or name in the configuration",
            )
        yield item


def _say_what_was_here(result: Imported) -> None:
    """Say what of the import meets earlier work: articles that read alike, the same annotators."""
    for article, other, where in result.alike[:NAMED]:
        say(f"article {article} ({where}) reads like article {other} {ALIKE}")
    if result.alike:
        say(
            f"{counted(len(result.alike), 'article')} that read like another: what is annotated in"
            " one is not compared with what is annotated in the other"
        )
    for name, count in sorted(result.beside.items()):
        say(
            f"{name}: {counted(count, 'annotation')} added beside {result.before[name]} that were"
            " here on the same articles; two versions of one work are not merged yet (--apart NAME"
            " keeps them apart, `annotator undo` takes this import back)"
        )
    for name, count in sorted(result.absent.items()):
        say(f"{name}: {counted(count, 'annotation')} here, but not in the file; kept as before")


@app.command(name="import")
def import_annotations(
    ctx: typer.Context,
    format_name: Annotated[
        str, typer.Argument(metavar="FORMAT", help="One of those in `annotator formats`.")
    ],
    source: Annotated[str, typer.Argument(metavar="IN", help="A file or folder; - is stdin.")],
    option: OptionList = None,
    annotator_from: Annotated[
        str | None,
        typer.Option(
            metavar="WHERE",
            help="Whose the annotations are: field (what the file says), suffix (NAME_anna.ann is"
            " anna's) or importer (yours, --as). By default suffix for brat, field for others.",
        ),
    ] = None,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Pass over records that cannot be used; name them.")
    ] = False,
    new_ids: Annotated[
        bool,
        typer.Option("--new-ids", help="New ids for every annotation: a copy beside the old ones."),
    ] = False,
    apart: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Keep them apart from what is here: as new annotations, anna's as anna-NAME's.",
        ),
    ] = "",
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse when something would not be taken over.")
    ] = False,
    pipeline: PipelineOption = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Read annotations of another format: all of it, or (on any bad record) nothing.

    Articles that are not there yet are added. The whole import is one action, which one
    `annotator undo` takes back (the articles stay). Annotations that name no annotator are yours
    (--as). Where all of them name theirs, you need not say who you are; the journal says "import".
    """
    from annotator import formats
    from annotator.store import transfer

    form = formats.get(format_name)
    options = dict(pairs(option or (), "-o"))
    if annotator_from not in (None, *SOURCES):
        raise typer.BadParameter(
            f"--annotator-from: {annotator_from!r} is none of {', '.join(SOURCES)}"
        )
    if annotator_from and any(o.name == FROM for o in form.options):
        # The format itself finds the text that belongs to NAME_anna.
        options[FROM] = "suffix" if annotator_from == "suffix" else "importer"
        annotator_from = None
    project = Project.of(ctx)
    importer = annotator_from == "importer" or options.get(FROM) == "importer"
    name = project.annotator(None if importer else UNNAMED)
    anonymous = name == UNNAMED and project.known_name is None
    layouts = Layouts(pipeline or project.settings.pipeline)
    losses = Losses()

    def nothing_lost() -> None:
        if strict and losses.total:
            told = "; ".join(f"{loss.kind}: {loss.count}" for loss in losses)
            raise InputError(
                f"not everything would be taken over from {format_name}, so nothing was: {told}",
                "leave out --strict to import the rest",
            )

    with project.open_or_create() as store, progress("importing") as advance:
        found = transfer.bound(store, formats.read(form, source, options, losses))
        items = attributed(found, annotator_from)
        result = transfer.import_items(
            store,
            owned(items) if anonymous else items,
            actor=name,
            layout=layouts.of_draft,
            skip_bad=skip_bad,
            new_ids=new_ids,
            apart=apart,
            losses=losses,
            check=nothing_lost,
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
                "added_beside": dict(sorted(result.beside.items())),
                "not_in_file": dict(sorted(result.absent.items())),
                "reads_like": [
                    {"article": a.article, "reads_like": a.other, "where": a.where}
                    for a in result.alike
                ],
                "batch": result.batch,
                "bad": [{"where": b.where, "message": b.message} for b in result.bad],
                "bad_count": result.bad_count,
                "losses": losses_record(losses),
            }
        )
    say(
        f"{source}: {counted(result.articles, 'article')} added, {result.known} known;"
        f" {counted(result.annotations, 'annotation')} added, {result.unchanged} known"
    )
    _say_what_was_here(result)
    say_losses(f"not taken over from {format_name}", losses)
    if result.bad_count:
        say_error(f"{counted(result.bad_count, 'record')} passed over")
        raise typer.Exit(1)
