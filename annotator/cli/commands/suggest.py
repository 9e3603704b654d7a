"""`annotator suggest`: let the engine, or the learned model, read the corpus."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from annotator.cli.context import Project
from annotator.cli.output import emit, emit_json, emit_table, say
from annotator.cli.progress import progress
from annotator.domain.errors import SchemeError
from annotator.domain.terms import UNSAID, terms

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
    from annotator.attribution.bridge import suggest as propose
    from annotator.attribution.parse import load_pipeline
    from annotator.attribution.stored import enabled_model, engine_of, to_stored

    with Project.of(ctx).open() as store:
        if terms(store.scheme()) is None:
            raise SchemeError(*UNSAID)
        model = None if rules else enabled_model(store.path)
        if speech is not None:
            store.set_speech_only(wanted=speech)
        only = store.speech_only()
        engine = engine_of(model, load_pipeline(), speech=only)
        chosen = [store.resolve(a) for a in articles] if articles else store.uids()
        waiting = set(chosen if again else store.without_suggestions(engine))
        todo = [uid for uid in chosen if uid in waiting]
        count = 0
        notes: Counter[str] = Counter()
        with progress("suggesting", len(todo)) as advance:
            read = (store.article(uid) for uid in todo)
            for uid, found in propose(read, model=model, processes=processes, speech=only):
                notes.update(found.notes)
                count += store.put_suggestions(uid, engine, to_stored(uid, found))
                advance(1)
        say(f"{engine}: {count} suggestions in {len(todo)} articles")
        for note, n in notes.items():
            say(f"in {n} {'article' if n == 1 else 'articles'}: {note}")
        if only:
            say("reported speech only, on the screen too; --all adds wants, plans and attitudes")
        if queue:
            _queue(
                store.uids(),
                {u: [s.confidence for s in store.suggestions(u)] for u in chosen},
                {u: n for n, u in enumerate(store.uids(), start=1)},
                json=json,
            )
            return
        if json:
            emit_json(
                {
                    "engine": engine,
                    "articles": len(todo),
                    "suggestions": count,
                    "speech_only": only,
                    "notes": dict(notes),
                }
            )


def _queue(
    order: list[str], sure: dict[str, list[float]], numbers: dict[str, int], *, json: bool
) -> None:
    """Articles by how unsure the engine is of what it proposes there."""
    from annotator.attribution.calibration import uncertainty

    rows = [
        {
            "article": numbers[uid],
            "uid": uid,
            "suggestions": len(sure[uid]),
            "bits": round(uncertainty(sure[uid]), 2),
        }
        for uid in sorted((u for u in order if u in sure), key=lambda u: -uncertainty(sure[u]))
    ]
    if json:
        emit_json(rows)
        return
    emit_table(
        ("article", "suggestions", "bits"),
        [(r["article"], r["suggestions"], r["bits"]) for r in rows],
        right=(0, 1, 2),
    )
    emit("bits: how much your look at the article would teach (entropy of its suggestions)")
    say("hint: annotator annotate --unsure goes through the articles in this order")
