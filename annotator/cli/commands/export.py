"""`annotator export`: the annotations in another format."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from annotator.cli.context import Call
from annotator.cli.output import counted, say, say_left_behind, say_losses
from annotator.cli.progress import steps
from annotator.cli.selecting import By, tell_left_out
from annotator.cli.training import TRAIN, refuse_others, tell_training
from annotator.cli.writing import Force
from annotator.domain.model import LAYERS, PROVENANCES

if TYPE_CHECKING:
    from annotator.formats import ExportReport

app = typer.Typer(rich_markup_mode=None)

OptionList = Annotated[
    list[str] | None,
    typer.Option(
        "-o",
        "--option",
        metavar="NAME=VALUE",
        help="An option of the format, as `annotator formats` lists them; may be repeated.",
    ),
]


def pairs(given: Iterable[str], what: str) -> list[tuple[str, str]]:
    """Read NAME=VALUE arguments; typer.BadParameter for one without "="."""
    out = []
    for item in given:
        name, equals, value = item.partition("=")
        if not equals or not name:
            raise typer.BadParameter(f"{what}: {item!r} is not NAME=VALUE")
        out.append((name.strip(), value))
    return out


def _check(given: Iterable[str], known: tuple[str, ...], what: str) -> None:
    for item in given:
        if item not in known:
            raise typer.BadParameter(f"{what}: {item!r} is none of {', '.join(known)}")


def _tell(report: ExportReport, out: str) -> None:
    say(
        f"{out}: {counted(report.articles, 'article')},"
        f" {counted(report.annotations, 'annotation')}, {counted(report.spans, 'span')}"
    )
    say_losses(f"not held by {report.format}", report.losses)
    for remark in report.remarks:
        say(remark)
    for name in report.empty:
        say(f"nothing in {name}: no exported article is in that split")


@app.command()
def export(
    ctx: typer.Context,
    format_name: Annotated[
        str,
        typer.Argument(
            metavar="FORMAT", help="One of those in `annotator formats`; or train, see --for."
        ),
    ],
    out: Annotated[str, typer.Argument(metavar="OUT", help="A file or folder; - is stdout.")],
    option: OptionList = None,
    consumer: Annotated[
        str | None,
        typer.Option(
            "--for",
            metavar="PROGRAM",
            help="With train, what to train with: spacy-ner, spacy-spancat, spacy-textcat,"
            " hf-token, hf-span, setfit or prodigy.",
        ),
    ] = None,
    by: By = None,
    layer: Annotated[
        list[str] | None, typer.Option(metavar="LAYER", help=f"Only {', '.join(LAYERS)}.")
    ] = None,
    label: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="Only annotations with this label; repeatable."),
    ] = None,
    provenance: Annotated[
        list[str] | None, typer.Option(metavar="WHICH", help=f"Only {', '.join(PROVENANCES)}.")
    ] = None,
    article: Annotated[
        list[str] | None, typer.Option(metavar="ARTICLE", help="Only this article; repeatable.")
    ] = None,
    split: Annotated[
        list[str] | None, typer.Option(metavar="SPLIT", help="Only articles of this split.")
    ] = None,
    annotated: Annotated[
        bool, typer.Option("--annotated", help="Leave out articles without annotations.")
    ] = False,
    finished: Annotated[
        bool | None,
        typer.Option(
            "--finished/--unfinished",
            show_default=False,
            help="Only readings that are finished, or all; formats for training take the finished,"
            " others all.",
        ),
    ] = None,
    by_split: Annotated[
        bool, typer.Option("--by-split", help="One file or folder for each split.")
    ] = False,
    allow_leaks: Annotated[
        bool,
        typer.Option("--allow-leaks", help="Write splits although they share text."),
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse when the format cannot hold everything.")
    ] = False,
    manifest: Annotated[
        bool, typer.Option(help="Write counts and hashes beside the export.")
    ] = True,
    card: Annotated[bool, typer.Option("--card", help="Write a README of the data set.")] = False,
    force: Force = False,
) -> None:
    """Write the annotations in another format: all of it, or (on any error) nothing.

    What the format cannot hold is counted and reported. The same database gives the same bytes.
    A reading is finished when every sentence is reviewed or annotated, a gold one when no case is
    open; what was imported counts as finished where nobody began to review.

    `annotator export train OUT --for PROGRAM` writes a folder to train on: train, validation and
    test without text in common, a configuration, a label map and a data card. Its -o: split=project
    or new, seed=N, agreement=no, align=..., suggester=...
    """
    options = dict(pairs(option or (), "-o"))
    labels = pairs(label or (), "--label")
    _check(layer or (), LAYERS, "--layer")
    _check(provenance or (), PROVENANCES, "--provenance")
    refuse_others(
        format_name, consumer, by_split=by_split, card=card, manifest=manifest, finished=finished
    )
    with Call.of(ctx).read() as project, steps("exporting") as told:
        chosen = project.select(
            annotators=by or (),
            layers=layer or (),
            labels=labels,
            provenance=provenance or (),
            articles=article or (),
            splits=split or (),
            annotated=annotated,
        )
        command = shlex.join(["annotator", *sys.argv[1:]])
        if format_name == TRAIN:
            trained = project.export_train(
                out,
                consumer or "",
                options,
                chosen,
                finished=finished is not False,
                allow_leaks=allow_leaks,
                strict=strict,
                force=force,
                command=command,
                progress=told,
            )
            tell_training(trained, out)
            return
        report = project.export(
            format_name,
            out,
            options,
            chosen,
            finished=finished,
            by_split=by_split,
            allow_leaks=allow_leaks,
            strict=strict,
            manifest=manifest,
            card=card,
            force=force,
            command=command,
            progress=told,
        )
        left_behind = project.left_behind()
    _tell(report, out)
    say_left_behind(left_behind)
    if report.left_out:
        tell_left_out(report.left_out)
