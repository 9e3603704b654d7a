"""`annotator learn`: train a model on accepted claims, look at its scores, switch it on or off."""

from __future__ import annotations

from typing import Annotated, Any, cast

import typer

from annotator.cli.context import Call
from annotator.cli.output import emit, emit_json, emit_table, say
from annotator.cli.progress import stages
from annotator.cli.selecting import tell_excluded
from annotator.project.learning import comparison, switch_model
from annotator.project.learning import learn as train
from annotator.project.suggesting import model_folder

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
    anyway: Annotated[
        bool, typer.Option("--anyway", help="With --on: also a model that the rules beat.")
    ] = False,
    off: Annotated[bool, typer.Option("--off", help="Go back to the rules.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Train on accepted claims (minutes, on the processor), beside the database.

    The scores shown come from articles held out (of few articles, from parts held out in turn),
    near-duplicates kept together; the model is not used before you switch it on. Interrupted, the
    same command goes on where it stopped.

    Example: annotator learn, and when the scores convince you: annotator learn --on
    """
    from annotator.attribution.learn.verdict import verdict

    path = Call.of(ctx).path
    if on or off:
        about = switch_model(path, on=on, anyway=anyway)
        say(f"model {about.id} is {'in use' if on else 'switched off'}")
        return
    if path.is_file():
        with Call.of(ctx).read() as project:
            tell_excluded(project)
    with stages("learning") as report:
        model = train(
            path, source, annotator, epochs=epochs, scored=not everything, progress=report
        )
    folder = model_folder(path)
    about = model.about
    say(f"model {about.id}: {about.claims} claims in {about.articles} articles, in {folder}")
    if json:
        emit_json(
            {
                "id": about.id,
                "folder": str(folder),
                "held_out": about.held_out,
                "verdict": verdict(about.held_out),
            }
        )
    elif about.held_out:
        _show(about.held_out)
    found = verdict(about.held_out)
    if found is None:
        say("nothing was held out, so whether it is better than the rules is not known")
    else:
        say(comparison(about.held_out))
    if found == "worse":
        say("the rules stay in use: the model is not switched on")
    else:
        say("hint: annotator learn --on puts it into use")


def _show(held_out: dict[str, Any]) -> None:
    """The model beside the rules, on articles that neither has seen."""
    rows: list[tuple[object, ...]] = []
    for name, shown in (("model", "model"), ("engine", "rules")):
        report = cast("dict[str, Any]", held_out[name])
        for role, kinds in report["roles"].items():
            n = kinds["overlap"]["n_gold"]
            exact, overlap = kinds["exact"], kinds["overlap"]
            rows.append((shown, role, n, f"{exact['f']:.3f}", *_with_interval(overlap)))
        claim = report["attribution"]
        rows.append((shown, "claim", claim["n_gold"], "", *_with_interval(claim)))
    n = held_out["model"]["n"]
    folds = held_out.get("folds", 1)
    how = f"in {folds} parts, each held out in turn" if folds > 1 else "all at once"
    emit(f"held out: {n['documents']} articles with {n['gold_claims']} claims, {how}")
    emit_table(("by", "what", "n", "exact F", "overlap F", "95 %"), rows, right=(2, 3, 4))


def _with_interval(found: dict[str, Any]) -> tuple[str, str]:
    interval = found.get("f_interval")
    shown = f"{interval[0]:.3f}–{interval[1]:.3f}" if interval else "one article: none"
    return f"{found['f']:.3f}", shown
