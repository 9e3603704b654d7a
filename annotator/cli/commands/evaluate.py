"""`annotator evaluate`: score suggestions, a model or an annotator against gold claims."""

from __future__ import annotations

from typing import Annotated, Any, cast

import typer

from annotator.cli.context import Call
from annotator.cli.output import emit, emit_json, emit_table, say
from annotator.cli.progress import steps
from annotator.domain.errors import NotFoundError
from annotator.project.evaluating import Scored, misses_here
from annotator.project.evaluating import evaluate as score

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
    call = Call.of(ctx)
    if browse:
        from annotator.cli.screens import need_terminal

        need_terminal()
    with steps("scoring") as told:
        result = score(
            call.path,
            gold,
            pred,
            annotator=annotator,
            pred_annotator=pred_annotator,
            samples=samples,
            progress=told,
        )
    if browse:
        _browse(call, result)
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


def _browse(call: Call, scored: Scored) -> None:
    """Open the screens with the misses in those articles that the project holds."""
    from annotator.cli.screens import open_screens

    with call.open() as project:
        rows, absent = misses_here(project, scored)
    if absent:
        say(f"{absent} of the articles with misses are not in {call.path}")
    if not rows:
        raise NotFoundError(
            "no miss lies in an article of this project" if scored.misses else "nothing was missed",
            f"`annotator import` brings the articles into {call.path}" if scored.misses else "",
        )
    open_screens(call, rows[0].article, errors=rows)


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
