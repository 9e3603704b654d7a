"""`annotator export`: the annotations in another format."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, cast

import typer

from annotator.cli.context import Project
from annotator.cli.output import counted, say, say_losses
from annotator.cli.progress import progress
from annotator.cli.selecting import (
    By,
    known_annotators,
    left_out_record,
    refuse_unknown_labels,
    refuse_unknown_splits,
    something,
    tell_left_out,
)
from annotator.cli.writing import Force
from annotator.domain.errors import InputError
from annotator.domain.model import LAYERS, PROVENANCES, Layer, Provenance

if TYPE_CHECKING:
    from annotator.domain.exchange import Document, Rows
    from annotator.formats import ExportReport
    from annotator.store import Store
    from annotator.store.transfer import Selection

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


def _checked(given: list[str], known: tuple[str, ...], what: str) -> frozenset[str] | None:
    for item in given:
        if item not in known:
            raise typer.BadParameter(f"{what}: {item!r} is none of {', '.join(known)}")
    return frozenset(given) or None


def _selection(
    store: Store,
    by: list[str],
    layers: list[str],
    labels: list[str],
    provenance: list[str],
    articles: list[str],
    splits: list[str],
    annotated: bool,
) -> Selection:
    from annotator.store.transfer import Selection

    chosen = pairs(labels, "--label")
    refuse_unknown_labels(store, chosen)
    refuse_unknown_splits(store, splits)
    return Selection(
        annotators=known_annotators(store, by),
        layers=cast("frozenset[Layer] | None", _checked(layers, LAYERS, "--layer")),
        labels=tuple(chosen),
        provenance=cast(
            "frozenset[Provenance] | None", _checked(provenance, PROVENANCES, "--provenance")
        ),
        articles=frozenset(store.resolve(a) for a in articles) or None,
        splits=frozenset(splits) or None,
        annotated=annotated,
    )


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


def _readers(store: Store, selection: Selection) -> frozenset[str] | None:
    """Whose readings are exported: those named, or the judges where only gold is asked for."""
    gold: frozenset[Provenance] = frozenset({"adjudicated"})
    if selection.annotators is None and selection.provenance == gold:
        return frozenset(str(r["annotator"]) for r in store.rows("readers") if r["adjudicated"])
    return selection.annotators


def _asked(
    by: list[str] | None,
    layer: list[str] | None,
    label: list[str] | None,
    provenance: list[str] | None,
) -> str:
    """The options that choose annotations, as typed."""
    given = {"--by": by, "--layer": layer, "--label": label, "--provenance": provenance}
    return " ".join(f"{name} {value}" for name, values in given.items() for value in values or ())


@app.command()
def export(
    ctx: typer.Context,
    format_name: Annotated[
        str, typer.Argument(metavar="FORMAT", help="One of those in `annotator formats`.")
    ],
    out: Annotated[str, typer.Argument(metavar="OUT", help="A file or folder; - is stdout.")],
    option: OptionList = None,
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
    """
    from annotator import formats
    from annotator.store import transfer
    from annotator.store.readings import Finished

    form = formats.get(format_name)
    options = dict(pairs(option or (), "-o"))
    if "verdict" in (layer or ()) and not form.verdicts:
        able = ", ".join(f.name for f in formats.every() if f.verdicts and f.write)
        raise InputError(f"{form.name} holds no verdicts on suggestions", f"these do: {able}")
    with Project.of(ctx).read() as store:
        selection = _selection(
            store,
            by or [],
            layer or [],
            label or [],
            provenance or [],
            article or [],
            split or [],
            annotated,
        )
        if (by_split or split) and not allow_leaks:
            from annotator.project import Project as Application
            from annotator.project.splitting import refuse_leaks

            refuse_leaks(Application(store))
        done = None
        if form.training if finished is None else finished:
            done = Finished(store, _readers(store, selection))
            selection = replace(selection, finished=done)
        asked = _asked(by, layer, label, provenance)
        total = len(transfer.uids(store, selection))
        with transfer.snapshot(store), progress("exporting", total) as advance:

            def documents() -> Iterable[Document]:
                found = transfer.documents(store, selection, lambda: advance(1))
                return something(found, done, asked)

            def rows() -> Iterable[Rows]:
                found = transfer.rows(store, selection, lambda: advance(1))
                return something(found, done, asked)

            report = formats.export(
                form,
                out,
                options,
                documents=documents,
                rows=rows,
                project=transfer.project(store, selection),
                strict=strict,
                manifest=manifest,
                force=force,
                card=card,
                by_split=by_split,
                command=shlex.join(["annotator", *sys.argv[1:]]),
                left_out=(lambda: left_out_record(done.readings)) if done else None,
            )
    _tell(report, out)
    if done:
        tell_left_out(done.readings)
