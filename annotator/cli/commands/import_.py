"""`annotator import`: annotations of another format into the database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from annotator.cli.commands.export import OptionList, pairs
from annotator.cli.context import Call
from annotator.cli.output import (
    counted,
    emit_json,
    losses_record,
    say,
    say_error,
    say_left_behind,
    say_losses,
)
from annotator.cli.pipeline import PipelineOption
from annotator.cli.progress import progress
from annotator.cli.selecting import tell_excluded
from annotator.domain.alike import ALIKE
from annotator.project.importing import UNNAMED, Whose, takes_importer
from annotator.session.actions import reserved_keys

if TYPE_CHECKING:
    from annotator.domain.scheme import Scheme
    from annotator.project.types import Imported

app = typer.Typer(rich_markup_mode=None)

NAMED = 20
"""How many bad records are named on the screen; `--json` names more."""


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


def _say_scheme(scheme: Scheme, result: Imported, file: Path | None) -> None:
    """Say what scheme the data is under now, and where it is to be read."""
    if not result.scheme:
        say(f"the scheme in force ({scheme.name} {scheme.version}) has all of it already")
        return
    labels = sum(len(a.values) for a in scheme.attributes)
    given = len(scheme.role_keys()) + len(scheme.label_keys()) + len(scheme.relation_keys())
    parts = (
        counted(len(scheme.span_layers), "span layer"),
        counted(len(scheme.roles), "role"),
        counted(len(scheme.attributes), "attribute"),
        counted(labels, "label"),
        counted(len(scheme.relations), "relation"),
        counted(given, "key"),
    )
    say(f"scheme {scheme.name} {scheme.version}, from the data, is in force: {', '.join(parts)}")
    where = "`annotator scheme show --toml` prints it" if file is None else f"it is in {file} too"
    say(f"{where}; `annotator scheme set FILE` puts a changed one in force")


@app.command(name="import")
def import_annotations(
    ctx: typer.Context,
    format_name: Annotated[
        str, typer.Argument(metavar="FORMAT", help="One of those in `annotator formats`.")
    ],
    source: Annotated[str, typer.Argument(metavar="IN", help="A file or folder; - is stdin.")],
    scheme_file: Annotated[
        Path | None,
        typer.Argument(
            metavar="SCHEME",
            help="With --scheme-from-data: the file (TOML) that the scheme is written to as well.",
        ),
    ] = None,
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
    scheme_from_data: Annotated[
        bool,
        typer.Option(
            "--scheme-from-data",
            help="Make a scheme of the file's own labels, attributes and relations, and put it in"
            " force.",
        ),
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

    form = formats.get(format_name)
    options = dict(pairs(option or (), "-o"))
    if annotator_from not in (None, *get_args(Whose)):
        raise typer.BadParameter(
            f"--annotator-from: {annotator_from!r} is none of {', '.join(get_args(Whose))}"
        )
    if scheme_file is not None and not scheme_from_data:
        raise typer.BadParameter(f"{scheme_file} is written by --scheme-from-data alone")
    whose = cast("Whose | None", annotator_from)
    call = Call.of(ctx)
    name = call.annotator(None if takes_importer(form, options, whose) else UNNAMED)
    with call.open_or_create() as project, progress("importing") as advance:
        result = project.import_(
            format_name,
            source,
            options,
            annotator=None if name == UNNAMED and call.known_name is None else name,
            whose=whose,
            skip_bad=skip_bad,
            new_ids=new_ids,
            apart=apart,
            strict=strict,
            pipeline=pipeline or call.settings.pipeline,
            scheme_from_data=scheme_from_data,
            scheme_file=scheme_file,
            reserved=reserved_keys() | reserved_keys(call.settings.actions),
            progress=lambda: advance(1),
        )
        tell_excluded(project)
        left_behind = project.left_behind()
        scheme = project.scheme()
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
                "scheme": {
                    "name": scheme.name,
                    "version": scheme.version,
                    "new": result.scheme != "",
                },
                "bad": [{"where": b.where, "message": b.message} for b in result.bad],
                "bad_count": result.bad_count,
                "losses": losses_record(result.losses),
            }
        )
    say(
        f"{source}: {counted(result.articles, 'article')} added, {result.known} known;"
        f" {counted(result.annotations, 'annotation')} added, {result.unchanged} known"
    )
    if scheme_from_data:
        _say_scheme(scheme, result, scheme_file)
    elif result.scheme:
        say(f"scheme {scheme.name} {scheme.version}, of the file, is in force")
    _say_what_was_here(result)
    say_losses(f"not taken over from {format_name}", result.losses)
    say_left_behind(left_behind)
    if result.bad_count:
        say_error(f"{counted(result.bad_count, 'record')} passed over")
        raise typer.Exit(1)
