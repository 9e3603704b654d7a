"""`annotator learn`: train a model on accepted claims, look at its scores, switch it on or off."""

from __future__ import annotations

from typing import Annotated, Any, cast

import typer

from annotator.cli.golds import gold_documents
from annotator.cli.output import emit, emit_json, emit_table, say
from annotator.cli.progress import progress
from annotator.cli.project import Project

app = typer.Typer(rich_markup_mode=None)


@app.command()
def learn(
    ctx: typer.Context,
    source: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="brat:DIR|DB", help="Learn from a brat folder or another database."
        ),
    ] = None,
    annotator: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Only this annotator's claims; needed where an article was read by two.",
        ),
    ] = None,
    epochs: Annotated[
        int, typer.Option(min=1, max=50, help="Passes over many articles; few get more.")
    ] = 3,
    everything: Annotated[
        bool, typer.Option("--everything", help="Hold nothing out: no scores.")
    ] = False,
    on: Annotated[bool, typer.Option("--on", help="Put the trained model into use.")] = False,
    off: Annotated[bool, typer.Option("--off", help="Go back to the rules.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Train on accepted claims (minutes, on the processor), beside the database.

    The scores shown come from articles held out, near-duplicates kept together; the model is not
    used before you switch it on. Interrupted, the same command goes on where it stopped.

    Example: annotator learn, and when the scores convince you: annotator learn --on
    """
    from annotator.attribution.learn.learn import Options
    from annotator.attribution.learn.learn import learn as train
    from annotator.attribution.learn.model import switch
    from annotator.attribution.parse import load_pipeline
    from annotator.attribution.stored import model_folder

    project = Project.of(ctx)
    folder = model_folder(project.path)
    if on or off:
        about = switch(folder, on=on)
        say(f"model {about.id} is {'in use' if on else 'switched off'}")
        return
    documents = gold_documents(source or str(project.path), annotator)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with progress("learning") as advance:
        seen: dict[str, int] = {}

        def report(what: str, done: int, total: int) -> None:
            advance(max(0, done - seen.get(what, 0)))
            seen[what] = done

        options = Options(epochs=epochs, scored=not everything)
        model = train(documents, folder, load_pipeline(), options=options, progress=report)
    about = model.about
    say(f"model {about.id}: {about.claims} claims in {about.articles} articles, in {folder}")
    if json:
        emit_json({"id": about.id, "folder": str(folder), "held_out": about.held_out})
    elif about.held_out:
        _show(about.held_out)
    say("hint: annotator learn --on puts it into use")


def _show(held_out: dict[str, Any]) -> None:
    """The model beside the rules, on articles that neither has seen."""
    rows: list[tuple[object, ...]] = []
    for name in ("model", "engine"):
        report = cast("dict[str, Any]", held_out[name])
        for role, kinds in report["roles"].items():
            rows.append((name, role, f"{kinds['exact']['f']:.3f}", f"{kinds['overlap']['f']:.3f}"))
        rows.append((name, "claim", "", f"{report['attribution']['f']:.3f}"))
    emit(f"held out: {held_out['model']['n']['documents']} articles")
    emit_table(("by", "what", "exact F", "overlap F"), rows, right=(2, 3))
