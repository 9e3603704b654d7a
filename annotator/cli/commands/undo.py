"""`annotator undo` (and the work it shares with `redo`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from annotator.cli.context import Call
from annotator.cli.output import counted, emit, emit_json
from annotator.domain.errors import NotFoundError
from annotator.domain.model import Batch

if TYPE_CHECKING:
    from annotator.project import Project

app = typer.Typer(rich_markup_mode=None)


def revert(
    call: Call, act: Callable[[Project, str], Batch | None], *, word: str, json: bool
) -> None:
    """Undo or redo the annotator's action through `act`, and say what was done.

    Raises:
        NotFoundError: when there is nothing to undo or redo.
    """
    with call.open() as project:
        name = call.annotator()
        batch = act(project, name)
        if batch is None:
            raise NotFoundError(
                f"{name} has nothing to {word}", "`annotator log` shows the journal"
            )
        uids = dict.fromkeys(change.subject.article for change in batch.changes)
        numbers = [project.number_of(uid) for uid in uids]
    past = "undone" if word == "undo" else "redone"
    if json:
        emit_json(
            {
                past: batch.label,
                "batch": batch.reverts,
                "annotator": name,
                "changes": len(batch.changes) + len(batch.records),
                "articles": list(uids),
            }
        )
        return
    where = f", article {', '.join(map(str, numbers))}" if numbers else ""
    n = len(batch.changes) + len(batch.records)
    emit(f"{past}: {batch.label} ({counted(n, 'change')}{where})")


@app.command()
def undo(
    ctx: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Take back your last action, whenever and in whichever article it was.

    An action is undone whole: an import, or an accepted propagation, is one step. The journal keeps
    both the action and its undoing.
    """
    revert(Call.of(ctx), lambda project, name: project.undo(name), word="undo", json=json)
