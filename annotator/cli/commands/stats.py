"""`annotator stats`: how much of what, by annotator and label."""

from __future__ import annotations

from typing import Annotated

import typer

from annotator.cli.context import Call
from annotator.cli.output import counted, emit, emit_json, emit_table
from annotator.cli.selecting import tell_excluded

app = typer.Typer(rich_markup_mode=None)


@app.command()
def stats(
    ctx: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Count articles, sentences, tokens, and every annotator's claims, marks and labels."""
    with Call.of(ctx).read() as project:
        tell_excluded(project)
        articles = project.summaries()
        people = project.stats()
        labels = project.label_counts()
        scheme = project.scheme()
    corpus = {
        "articles": len(articles),
        "sentences": sum(a.sentences for a in articles),
        "tokens": sum(a.tokens for a in articles),
        "characters": sum(a.characters for a in articles),
    }
    if json:
        emit_json(
            {
                **corpus,
                "scheme": {"name": scheme.name, "version": scheme.version},
                "annotators": people,
                "labels": labels,
            }
        )
        return
    emit(
        f"{counted(corpus['articles'], 'article')},"
        f" {counted(corpus['sentences'], 'sentence')} to review,"
        f" {counted(corpus['tokens'], 'token')}; scheme {scheme.name} {scheme.version}"
    )
    if people:
        emit()
        emit_table(
            ("annotator", "articles", "claims", "marks", "reviewed", "flagged", "actions", "last"),
            (
                (
                    p["annotator"],
                    p["articles"],
                    p["claims"],
                    p["marks"],
                    p["reviewed"],
                    p["flagged"],
                    p["actions"],
                    str(p["last_action"] or "-")[:16].replace("T", " "),
                )
                for p in people
            ),
            right=(1, 2, 3, 4, 5, 6),
        )
    if labels:
        emit()
        emit_table(
            ("annotator", "layer", "label", "value", "n"),
            ((r["annotator"], r["layer"], r["name"], r["value"], r["n"]) for r in labels),
            right=(4,),
        )
