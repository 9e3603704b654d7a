"""`annotator evaluate`: score suggestions, a model or an annotator against gold claims."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from annotator.cli.context import Project
from annotator.cli.golds import gold_documents
from annotator.cli.output import emit, emit_json, emit_table, say
from annotator.cli.progress import progress
from annotator.domain.errors import NotFoundError

if TYPE_CHECKING:
    from annotator.attribution.evaluation.scoring import Miss
    from annotator.attribution.result import Document, Suggestion

app = typer.Typer(rich_markup_mode=None)

ROLES = ("source", "cue", "content")
_SURE = "how sure, and how often right:"


@app.command()
def evaluate(
    ctx: typer.Context,
    gold: Annotated[str, typer.Option(metavar="brat:DIR|DB", help="The claims to score against.")],
    pred: Annotated[
        str,
        typer.Option(metavar="engine|model|DB", help="What is scored."),
    ] = "engine",
    annotator: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Whose claims of the gold database; needed where an article was read by two.",
        ),
    ] = None,
    pred_annotator: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose claims of the scored database.")
    ] = None,
    samples: Annotated[
        int, typer.Option(min=0, help="Resamplings of articles for the 95 % intervals.")
    ] = 1000,
    errors: Annotated[int, typer.Option(min=0, help="How many misses to list.")] = 0,
    browse: Annotated[
        bool,
        typer.Option(
            "--browse",
            help="List the misses on the screen; Enter goes to the place in the article.",
        ),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Precision, recall and F of sources, cues, contents and whole claims, with intervals.

    Example: annotator evaluate --gold brat:corpus/dev --pred engine --errors 20
    """
    from annotator.attribution.evaluation.evaluate import evaluate as score

    project = Project.of(ctx)
    if browse:
        from annotator.cli.screens import need_terminal

        need_terminal()
    documents = gold_documents(gold, annotator)
    predict = _predictor(pred, project.path, pred_annotator)
    with progress("scoring", len(documents)) as advance:
        result = score(documents, predict, samples=samples, progress=lambda _: advance(1))
    if browse:
        _browse(project, documents, result.misses)
        return
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


def _browse(project: Project, documents: Sequence[Document], misses: Sequence[Miss]) -> None:
    """Open the screens with the misses in those articles that the project holds."""
    from annotator.cli.screens import open_screens
    from annotator.domain.result_row import ResultRow

    texts = {d.name: d.text for d in documents}
    places: list[ResultRow] = []
    with project.open() as store:
        uids = {name: store.has_text(texts[name]) for name in {m.document for m in misses}}
        for m in misses:
            uid = uids[m.document]
            if uid is not None:
                cells = (str(store.number_of(uid)), m.kind, m.role, " ".join(m.text.split()))
                places.append(ResultRow(cells, uid, m.start))
    absent = sum(uid is None for uid in uids.values())
    if absent:
        say(f"{absent} of the articles with misses are not in {project.path}")
    if not places:
        raise NotFoundError(
            "no miss lies in an article of this project" if misses else "nothing was missed",
            f"`annotator import` brings the articles into {project.path}" if misses else "",
        )
    open_screens(project, places[0].article, errors=places)


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
    left_out = n.get("nested_left_out", 0)
    if left_out:
        emit(
            f"{left_out} of {left_out + n['predicted_claims']} suggestions are nested in another "
            "and left out: the gold marks outermost claims only"
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
    _show_publishers(report["by_publisher"])
    _show_confusion(report["confusion"].get("source_type", {}))
    emit()
    emit("how sure, and how often right (outermost claims):" if left_out else _SURE)
    emit_table(
        ("confidence", "claims", "right"),
        [(b["confidence"], b["n"], b["right"]) for b in report["reliability"]["bins"]],
        right=(0, 1, 2),
    )


def _show_publishers(found: dict[str, Any]) -> None:
    if not found:
        return
    emit()
    rows = [
        (
            name,
            *(f"{part['roles'][role]['overlap']['f']:.3f}" for role in ROLES),
            f"{part['attribution']['f']:.3f}",
        )
        for name, part in found.items()
    ]
    emit_table(("publisher", *(f"{r} F" for r in ROLES), "claim F"), rows, right=(1, 2, 3, 4))


def _show_confusion(table: dict[str, dict[str, int]]) -> None:
    """Source types of the claims that were found: gold in rows, proposed in columns."""
    if not table:
        return
    columns = sorted({name for row in table.values() for name in row})
    emit()
    emit("source types of matched claims; rows: gold, columns: proposed:")
    emit_table(
        ("", *(name or "none" for name in columns)),
        [(gold or "none", *(row.get(c, 0) for c in columns)) for gold, row in table.items()],
        right=range(1, len(columns) + 1),
    )


def _prf(found: dict[str, Any]) -> tuple[object, ...]:
    interval = found.get("f_interval")
    shown = f"{interval[0]:.3f}–{interval[1]:.3f}" if interval else ""
    return (*(f"{found[k]:.3f}" if found[k] is not None else "-" for k in ("p", "r", "f")), shown)
