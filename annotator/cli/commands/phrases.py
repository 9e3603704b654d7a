"""`annotator phrases`: where words stand again, and how they were labelled there."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotator.cli.context import Project
from annotator.cli.output import counted, emit_json, emit_table, say
from annotator.cli.progress import progress
from annotator.cli.writing import Force
from annotator.domain.errors import NotFoundError
from annotator.domain.model import Annotation

if TYPE_CHECKING:
    from annotator.phrases.cluster import PairSource
    from annotator.phrases.lineage import Step
    from annotator.phrases.signatures import Tick
    from annotator.store import Store

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
IDENTIFIER = 26
"""Letters and digits of an annotation's id."""


class Engine(StrEnum):
    """Where the pairs of a clustering are found."""

    numpy = "numpy"
    sqlite = "sqlite"
    duckdb = "duckdb"
    spark = "spark"


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
        build_anew(Project.of(ctx))


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
    from annotator.phrases.matches import search
    from annotator.store.phrases import PhraseIndex

    if not text.strip():
        raise typer.BadParameter("there is nothing to search for")
    with Project.of(ctx).read() as store:
        result = search(PhraseIndex(store.conn), text, threshold, inside=contained)
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
    build_anew(Project.of(ctx))


def build_anew(project: Project) -> None:
    """Rebuild the index in one transaction, and say so."""
    from annotator.store import phrases as index

    with project.open() as store, store.transaction():
        count = index.reindex(store.conn)
    say(f"{project.path}: the phrases of {count:,} articles are indexed anew")


@app.command()
def lint(
    ctx: typer.Context, threshold: Threshold = 85.0, everyone: Everyone = False, json: Json = False
) -> None:
    """List near-identical claims, and source strings, that are labelled differently.

    What differs once among many comes first.
    """
    from annotator.domain.terms import source_words
    from annotator.phrases.lint import compared
    from annotator.phrases.lint import lint as find_differences
    from annotator.store.phrases import role_texts

    project = Project.of(ctx)
    whose = None if everyone else project.known_name
    with project.read() as store:
        scheme = store.scheme()
        role, label = source_words(scheme)
        rows = find_differences(
            role_texts(store.conn, "content", whose),
            role_texts(store.conn, role, whose),
            threshold,
            attributes=compared(scheme),
            source_label=label,
        )
    if json:
        emit_json([row.record() for row in rows])
    elif rows:
        emit_table(
            ("what", "label", "values", "look at", "text"),
            (
                (
                    row.kind,
                    row.attribute,
                    ", ".join(f"{value} {n}" for value, n in row.values.most_common()),
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
    master: Annotated[
        str, typer.Option(metavar="URL", help="Where Spark runs, with --engine spark.")
    ] = "local[*]",
    limit: Annotated[int, typer.Option(min=0, help="Clusters shown; 0 for all.")] = 20,
    json: Json = False,
) -> None:
    """Cluster the near-identical sentences of the whole corpus, and keep the clusters.

    Sentences that reach the threshold are neighbours; each member of a cluster is like its middle.
    """
    from annotator.phrases.cluster import STEPS
    from annotator.phrases.cluster import cluster as find_clusters
    from annotator.phrases.signatures import SIGNATURE_VERSION
    from annotator.store import clusters

    with Project.of(ctx).open() as store:
        ids, normals = clusters.phrases(store.conn)
        with progress("clustering", STEPS * len(normals)) as advance:
            found = find_clusters(normals, threshold, _engine(engine, advance, master))
        with store.transaction():
            clusters.put(
                store.conn,
                ((ids[m.sid], ids[m.medoid], m.score) for m in found),
                {"threshold": threshold, "signature": SIGNATURE_VERSION, "phrases": len(ids)},
            )
        rows = clusters.largest(store.conn, limit or -1)
    if json:
        emit_json([row.record() for row in rows])
    elif rows:
        emit_table(
            ("cluster", "places", "articles", "variants", "text"),
            ((r.medoid, r.places, r.articles, r.phrases, r.text[:100]) for r in rows),
            right=(0, 1, 2, 3),
        )
    count = len({m.medoid for m in found})
    say(f"{count:,} clusters of {len(found):,} among {len(ids):,} different sentences")


def _engine(engine: Engine, tick: Tick, master: str) -> PairSource:
    from annotator.phrases import engines
    from annotator.phrases.cluster import numpy_engine

    if engine == Engine.duckdb:
        return engines.duckdb_engine(tick)
    if engine == Engine.spark:
        return engines.spark_engine(tick, master)
    if engine == Engine.sqlite:
        from annotator.store.clusters import run_pairs

        return engines.sqlite_engine(run_pairs, tick)
    return numpy_engine(tick)


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
    from annotator.phrases.matches import search
    from annotator.phrases.propagate import content_text
    from annotator.store.phrases import PhraseIndex

    if html is not None:
        from annotator.formats.support.output import refuse_target, write_page

        refuse_target(html, force=force)
    project = Project.of(ctx)
    whose = None if everyone else project.known_name
    with project.read() as store:
        claim = _claim(store, what)
        text = content_text(claim, store.text_of(claim.article)) if claim else what
        result = search(PhraseIndex(store.conn), text, threshold)

        @cache
        def claims_of(uid: str) -> Sequence[Annotation]:
            return store.annotations(uid, whose)

        steps = lines.lineage(result.found, claims_of, store.text_of)
    records = [lines.record(step) for step in steps]
    if html is not None:
        write_page(html, lines.page(steps, text), force=force)
        say(f"{html}: {len(steps)} occurrences")
    if json:
        emit_json(records)
    elif as_csv:
        _write_csv(records)
    elif html is None:
        _show(steps)
    outlets = len({s.match.outlet for s in steps if s.match.outlet})
    say(f"{result.shown} occurrences in {outlets} outlets")


def _claim(store: Store, name: str) -> Annotation | None:
    """The claim of that id; None for other words."""
    if len(name) != IDENTIFIER or not name.isalnum():
        return None
    found = next((a for a in store.annotations() if a.id == name), None)
    if found is None:
        raise NotFoundError(f"no claim {name}", "`annotator show ARTICLE --json` has the ids")
    if not found.role("content"):
        raise NotFoundError(f"claim {name} has no content to follow")
    return found


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
    """Write the phrases and their keys as Parquet, for DuckDB or Spark elsewhere.

    The SQL that makes pairs of them is written beside.
    """
    from annotator.formats.support.output import Output, manifest_of
    from annotator.formats.support.overwriting import MANIFEST
    from annotator.phrases.candidate_pairs import pairs_sql
    from annotator.phrases.signature_files import SIGNATURES, TEXTS, write_tables
    from annotator.store import clusters

    with Project.of(ctx).read() as store:
        ids, normals = clusters.phrases(store.conn)
    with Output(folder, folder=True, force=force) as out:
        with (
            progress("signatures", 2 * len(normals)) as advance,
            out.open(SIGNATURES) as signatures,
            out.open(TEXTS) as texts,
        ):
            write_tables(signatures, texts, normals, ids, advance)
        with out.open("pairs.sql") as sql:
            sql.write((pairs_sql(85.0) + "\n").encode("utf-8"))
        with out.open(MANIFEST) as about:
            about.write(manifest_of(out.files, {"phrases": len(normals)}))
    for name, size, _ in out.files:
        say(f"{folder / name}: {size:,} bytes")
