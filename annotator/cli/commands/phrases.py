"""`annotator phrases`: where words stand again, and how they were labelled there."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotator.cli.context import Call
from annotator.cli.output import counted, emit_json, emit_table, say
from annotator.cli.progress import steps
from annotator.cli.selecting import tell_excluded
from annotator.cli.writing import Force

if TYPE_CHECKING:
    from annotator.phrases.lineage import Step

app = typer.Typer(
    rich_markup_mode=None,
    help="Find repeated phrases; check, cluster and follow them.",
)

Threshold = Annotated[
    float,
    typer.Option(
        min=50, max=100, metavar="PERCENT", help="Least likeness, 50 to 100 (100: the same words)."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON array on stdout.")]
Everyone = Annotated[
    bool, typer.Option("--all", help="Every annotator's labels, not only your own.")
]


class Engine(StrEnum):
    """Where the pairs of a clustering are found."""

    numpy = "numpy"
    sqlite = "sqlite"
    duckdb = "duckdb"


@app.callback(invoke_without_command=True)
def phrases(
    ctx: typer.Context,
    reindex: Annotated[
        bool, typer.Option("--reindex", help="Build the phrase index anew (`phrases reindex`).")
    ] = False,
) -> None:
    """Find repeated phrases; check, cluster and follow them."""
    if ctx.invoked_subcommand is None:
        if not reindex:
            raise typer.BadParameter("name what to do: find, lint, cluster, lineage, reindex ...")
        build_anew(Call.of(ctx))


@app.command()
def find(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A sentence, or part of one.")],
    threshold: Threshold = 85.0,
    contained: Annotated[
        bool, typer.Option("--contained", help="Look inside longer sentences too.")
    ] = False,
    json: Json = False,
) -> None:
    """Find every place where a phrase stands, word for word or nearly.

    Case, marks and typography do not count. Offsets are Unicode code points, half-open; at most
    2,000 places are shown.
    """
    if not text.strip():
        raise typer.BadParameter("there is nothing to search for")
    with Call.of(ctx).read() as project:
        tell_excluded(project)
        result = project.phrases.find(text, threshold, inside=contained)
    if json:
        emit_json([m._asdict() | {"score": round(m.score, 2)} for m in result.found])
    elif result.found:
        emit_table(
            ("no", "start", "end", "score", "kind", "outlet", "published", "text"),
            (
                (m.number, m.start, m.end, f"{m.score:.0f}", m.kind, m.outlet, m.published, m.text)
                for m in result.found
            ),
            right=(0, 1, 2, 3),
        )
    articles = len({m.article for m in result.found})
    places = "place" if result.shown == "1" else "places"
    say(f"{result.shown} {places} in {counted(articles, 'article')}")


@app.command()
def reindex(ctx: typer.Context) -> None:
    """Build the phrase index anew from the articles; clusters are forgotten."""
    build_anew(Call.of(ctx))


def build_anew(call: Call) -> None:
    """Rebuild the index in one transaction, and say so."""
    with call.open() as project:
        count = project.phrases.reindex()
    say(f"{call.path}: the phrases of {count:,} articles are indexed anew")


@app.command()
def lint(
    ctx: typer.Context, threshold: Threshold = 85.0, everyone: Everyone = False, json: Json = False
) -> None:
    """List near-identical claims, and source strings, that are labelled differently.

    What differs once among many comes first.
    """
    call = Call.of(ctx)
    whose = None if everyone else call.known_name
    with call.read() as project:
        tell_excluded(project)
        rows = project.phrases.lint(whose, threshold)
    if json:
        emit_json([row.record() for row in rows])
    elif rows:
        emit_table(
            ("what", "label", "values", "look at", "text"),
            (
                (
                    row.kind,
                    row.attribute,
                    row.counts,
                    f"article {row.claims[0].number} at {row.claims[0].start}",
                    row.text[:80],
                )
                for row in rows
            ),
        )
    are = "is" if len(rows) == 1 else "are"
    say(f"{counted(len(rows), 'phrase')} {are} labelled in more than one way")


@app.command()
def cluster(
    ctx: typer.Context,
    threshold: Threshold = 85.0,
    engine: Annotated[
        Engine, typer.Option(help="Where pairs are found; all find the same.")
    ] = Engine.numpy,
    limit: Annotated[int, typer.Option(min=0, help="Clusters shown; 0 for all.")] = 20,
    json: Json = False,
) -> None:
    """Cluster the near-identical sentences of the whole corpus, and keep the clusters.

    Sentences that reach the threshold are neighbours; each member of a cluster is like its middle.
    """
    with Call.of(ctx).open() as project:
        tell_excluded(project)
        with steps("clustering") as progress:
            found = project.phrases.cluster(threshold, engine=engine.value, progress=progress)
        rows = project.phrases.clusters(limit)
    if json:
        emit_json([row.record() for row in rows])
    elif rows:
        emit_table(
            ("cluster", "places", "articles", "variants", "text"),
            ((r.medoid, r.places, r.articles, r.phrases, r.text[:100]) for r in rows),
            right=(0, 1, 2, 3),
        )
    say(
        f"{found.clusters:,} clusters of {found.members:,} among {found.phrases:,} different"
        " sentences"
    )


@app.command()
def lineage(
    ctx: typer.Context,
    what: Annotated[
        str, typer.Argument(metavar="CLAIM|TEXT", help="A claim's id, or the words of a claim.")
    ],
    threshold: Threshold = 85.0,
    everyone: Everyone = False,
    json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV on stdout.")] = False,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page that needs nothing else.")
    ] = None,
    force: Force = False,
) -> None:
    """Follow a claim through the outlets in time order: who was named as its source, and when not.

    The attribution is kept, upgraded, weakened or dropped since the occurrence before.
    """
    from annotator.phrases import lineage as lines

    if html is not None:
        from annotator.formats.support.output import refuse_target, write_page

        refuse_target(html, force=force)
    call = Call.of(ctx)
    whose = None if everyone else call.known_name
    with call.read() as project:
        tell_excluded(project)
        words = project.phrases.words_of(what)
        found = project.phrases.lineage(words, whose, threshold)
    records = [lines.record(step) for step in found.steps]
    if html is not None:
        write_page(html, lines.page(found.steps, words), force=force)
        say(f"{html}: {len(found.steps)} occurrences")
    if json:
        emit_json(records)
    elif as_csv:
        _write_csv(records)
    elif html is None:
        _show(found.steps)
    say(f"{found.matches.shown} occurrences in {found.outlets} outlets")


def _show(steps: Sequence[Step]) -> None:
    emit_table(
        ("published", "outlet", "no", "start", "attribution", "source", "type", "cue", "text"),
        (
            (
                s.match.published or "-",
                s.match.outlet or "-",
                s.match.number,
                s.match.start,
                s.attribution_change,
                s.source or "-",
                s.source_type or "-",
                s.cue or "-",
                s.changed,
            )
            for s in steps
        ),
        right=(2, 3),
    )


def _write_csv(records: Sequence[dict[str, object]]) -> None:
    from annotator.formats.tables import harmless

    if not records:
        return
    writer = csv.DictWriter(sys.stdout, list(records[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(
        {k: harmless(v) if isinstance(v, str) else v for k, v in r.items()} for r in records
    )


@app.command("export-signatures")
def export_signatures(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the tables are written.")],
    force: Force = False,
) -> None:
    """Write the phrases and their keys as Parquet, for DuckDB or another engine elsewhere.

    The SQL that makes pairs of them is written beside.
    """
    with Call.of(ctx).read() as project, steps("signatures") as progress:
        tell_excluded(project)
        files = project.phrases.export_signatures(folder, force=force, progress=progress)
    for name, size in files:
        say(f"{folder / name}: {size:,} bytes")
