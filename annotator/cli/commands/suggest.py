"""`annotator suggest`: let the engine, or the learned model, read the corpus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from annotator.cli.context import Call
from annotator.cli.output import emit, emit_json, emit_table, say
from annotator.cli.progress import steps
from annotator.cli.selecting import tell_excluded

if TYPE_CHECKING:
    from annotator.project.suggesting import Uncertainty

app = typer.Typer(rich_markup_mode=None)


@app.command()
def suggest(
    ctx: typer.Context,
    articles: Annotated[
        list[str] | None, typer.Argument(metavar="[ARTICLE]...", help="Default: all.")
    ] = None,
    processes: Annotated[
        int, typer.Option(min=1, max=64, help="How many processes read side by side.")
    ] = 1,
    rules: Annotated[
        bool, typer.Option("--rules", help="Use the rules even when a learned model is in use.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Also articles that this engine has read.")
    ] = False,
    speech: Annotated[
        bool | None,
        typer.Option(
            "--speech/--all",
            help="Reported speech alone, or wants, plans and attitudes too. Remembered.",
            show_default="as last time; at first --all",
        ),
    ] = None,
    queue: Annotated[
        bool, typer.Option("--queue", help="List the articles that would teach a model the most.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Propose claims for articles; annotators then accept or reject them on the screen.

    Interrupted, it goes on where it stopped. Nothing counts as an annotation until a person
    accepts it. --speech and --all hold for the screen too, until the other is given.

    Example: annotator suggest --processes 2
    """
    with Call.of(ctx).open() as project:
        tell_excluded(project)
        with steps("suggesting") as told:
            found = project.suggest(
                articles or None,
                rules=rules,
                again=again,
                speech=speech,
                processes=processes,
                progress=told,
            )
        say(f"{found.engine}: {found.suggestions} suggestions in {found.articles} articles")
        for note, n in found.notes.items():
            say(f"in {n} {'article' if n == 1 else 'articles'}: {note}")
        if found.speech_only:
            say("reported speech only, on the screen too; --all adds wants, plans and attitudes")
        if queue:
            _queue(project.uncertainties(articles or None), json=json)
            return
    if json:
        emit_json(
            {
                "engine": found.engine,
                "articles": found.articles,
                "suggestions": found.suggestions,
                "speech_only": found.speech_only,
                "notes": dict(found.notes),
            }
        )


def _queue(rows: Sequence[Uncertainty], *, json: bool) -> None:
    """Articles by how unsure the engine is of what it proposes there."""
    if json:
        emit_json([{**row._asdict(), "bits": round(row.bits, 2)} for row in rows])
        return
    emit_table(
        ("article", "suggestions", "bits"),
        [(row.article, row.suggestions, round(row.bits, 2)) for row in rows],
        right=(0, 1, 2),
    )
    emit("bits: how much your look at the article would teach (entropy of its suggestions)")
    say("hint: annotator annotate --unsure goes through the articles in this order")
