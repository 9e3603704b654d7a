"""`annotator export`: the annotations in another format."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, cast

import typer

from annotator.cli.output import counted, say, say_losses
from annotator.cli.progress import progress
from annotator.cli.project import Project
from annotator.cli.splitting import refuse_leaks
from annotator.cli.writing import Force
from annotator.domain.errors import InputError, NotFoundError
from annotator.domain.model import LAYERS, PROVENANCES, Layer, Provenance

if TYPE_CHECKING:
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

    for name in by:
        if name not in store.annotators():
            raise NotFoundError(
                f"no annotator {name!r}", f"there are {', '.join(store.annotators()) or 'none yet'}"
            )
    return Selection(
        annotators=frozenset(by) or None,
        layers=cast("frozenset[Layer] | None", _checked(layers, LAYERS, "--layer")),
        labels=tuple(pairs(labels, "--label")),
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


@app.command()
def export(
    ctx: typer.Context,
    format_name: Annotated[
        str, typer.Argument(metavar="FORMAT", help="One of those in `annotator formats`.")
    ],
    out: Annotated[str, typer.Argument(metavar="OUT", help="A file or folder; - is stdout.")],
    option: OptionList = None,
    by: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this annotator's; repeatable.")
    ] = None,
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
    """
    from annotator import formats
    from annotator.store import transfer

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
            refuse_leaks(store)
        total = len(transfer.uids(store, selection))
        with transfer.snapshot(store), progress("exporting", total) as advance:
            report = formats.export(
                form,
                out,
                options,
                documents=lambda: transfer.documents(store, selection, lambda: advance(1)),
                rows=lambda: transfer.rows(store, selection, lambda: advance(1)),
                project=transfer.project(store, selection),
                strict=strict,
                manifest=manifest,
                force=force,
                card=card,
                by_split=by_split,
                command=shlex.join(["annotator", *sys.argv[1:]]),
            )
    _tell(report, out)
