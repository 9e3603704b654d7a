"""`annotator evaluate`: score suggestions, a model or an annotator against gold claims."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from annotator.cli.golds import gold_documents
from annotator.cli.output import emit, emit_json, emit_table
from annotator.cli.progress import progress
from annotator.cli.project import Project

if TYPE_CHECKING:
    from annotator.attribution.result import Document, Suggestion

app = typer.Typer(rich_markup_mode=None)

ROLES = ("source", "cue", "content")


@app.command()
def evaluate(
    ctx: typer.Context,
    gold: Annotated[str, typer.Option(metavar="brat:DIR|DB", help="The claims to score against.")],
    pred: Annotated[
        str,
        typer.Option(metavar="engine|model|DB", help="What is scored."),
    ] = "engine",
    annotator: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose claims of the gold database.")
    ] = None,
    pred_annotator: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose claims of the scored database.")
    ] = None,
    samples: Annotated[
        int, typer.Option(min=0, help="Resamplings of articles for the 95 % intervals.")
    ] = 1000,
    errors: Annotated[int, typer.Option(min=0, help="How many misses to list.")] = 0,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Precision, recall and F of sources, cues, contents and whole claims, with intervals.

    Example: annotator evaluate --gold brat:corpus/dev --pred engine --errors 20
    """
    from annotator.attribution.evaluate import evaluate as score

    documents = gold_documents(gold, annotator)
    predict = _predictor(pred, Project.of(ctx).path, pred_annotator)
    with progress("scoring", len(documents)) as advance:
        result = score(documents, predict, samples=samples, progress=lambda _: advance(1))
    misses = [
        {
            "article": m.document,
            "kind": m.kind,
            "role": m.role,
            "start": m.start,
            "end": m.end,
            "text": m.text,
        }
        for m in result.misses[:errors]
    ]
    if json:
        emit_json({**result.report, "pred": pred, "errors": misses})
        return
    _show(cast("dict[str, Any]", result.report))
    if misses:
        emit()
        emit_table(
            ("article", "offset", "kind", "role", "words"),
            [(m["article"], m["start"], m["kind"], m["role"], m["text"]) for m in misses],
        )


def _predictor(
    pred: str, database: Path, annotator: str | None
) -> Callable[[Document], Sequence[Suggestion]]:
    if pred not in ("engine", "model"):
        theirs = {d.text: d.claims for d in gold_documents(pred, annotator)}
        return lambda document: theirs.get(document.text, ())
    from annotator.attribution.parse import load_pipeline

    nlp = load_pipeline()
    if pred == "engine":
        from annotator.attribution.engine import attribute_with

        return lambda d: attribute_with(d.text, nlp, d.sentence_kinds or None).claims
    from annotator.attribution.learn.model import load
    from annotator.attribution.stored import model_folder

    model = load(model_folder(database))
    return lambda d: model.attribute(d.text, nlp, d.sentence_kinds or None).claims


def _show(report: dict[str, Any]) -> None:
    n = report["n"]
    emit(
        f"{n['documents']} articles, {n['gold_claims']} gold claims, {n['predicted_claims']} found"
    )
    rows: list[tuple[object, ...]] = []
    for role in ROLES:
        for kind in ("exact", "overlap", "token"):
            rows.append((role, kind, *_prf(report["roles"][role][kind])))
    rows.append(("claim", "all three", *_prf(report["attribution"])))
    for form, kinds in report["by_form"].items():
        rows.append((f"content, {form}", "overlap", *_prf(kinds["overlap"])))
    emit_table(("what", "match", "P", "R", "F", "95 %"), rows, right=(2, 3, 4))
    emit()
    rows = [
        (f"at {t}", f"{g['f']:.3f}", g.get("speaker"), g.get("verb"))
        for t, g in report["ggt"].items()
    ]
    emit_table(("GenderGapTracker", "F", "speaker", "verb"), rows)
    emit()
    emit("how sure, and how often right:")
    emit_table(
        ("confidence", "claims", "right"),
        [(b["confidence"], b["n"], b["right"]) for b in report["reliability"]["bins"]],
        right=(0, 1, 2),
    )


def _prf(found: dict[str, Any]) -> tuple[object, ...]:
    interval = found.get("f_interval")
    shown = f"{interval[0]:.3f}–{interval[1]:.3f}" if interval else ""
    return (*(f"{found[k]:.3f}" if found[k] is not None else "-" for k in ("p", "r", "f")), shown)
