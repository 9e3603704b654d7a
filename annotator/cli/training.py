"""`annotator export train OUT --for NAME`: what is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import typer

from annotator.cli.output import counted, say, say_losses
from annotator.cli.selecting import tell_left_out

if TYPE_CHECKING:
    from annotator.formats.training.exporting import TrainingReport

TRAIN: Final = "train"
"""What is typed in the place of a format."""


def refuse_others(
    format_name: str,
    consumer: str | None,
    *,
    by_split: bool,
    card: bool,
    manifest: bool,
    finished: bool | None,
) -> None:
    """Refuse options that say nothing for this export; typer.BadParameter names them."""
    if format_name != TRAIN:
        if consumer is not None:
            raise typer.BadParameter(f"--for goes with {TRAIN}, not with {format_name}")
        return
    always = {"--by-split": by_split, "--card": card, "--finished": bool(finished)}
    if given := [name for name, on in always.items() if on]:
        raise typer.BadParameter(f"{', '.join(given)}: {TRAIN} always does that")
    if not manifest:
        raise typer.BadParameter(f"--no-manifest: {TRAIN} always writes one")


def tell_training(report: TrainingReport, out: str) -> None:
    """Say what is in the folder, what to mind, and what is not in it."""
    parts = ", ".join(f"{part} {n}" for part, n in report.articles.items())
    asked = counted(len(report.labels), "question")
    say(f"{out}: {counted(sum(report.articles.values()), 'article')} ({parts}), {asked}")
    for told in report.told:
        say(told)
    for warning in report.warnings:
        say(f"warning: {warning}")
    say_losses(f"not held for {report.target}", report.losses)
    if report.left_out:
        tell_left_out(report.left_out)
