"""A progress bar on stderr, where people see it and scripts do not."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn, TaskID


class Bar:
    """A bar on the screen, or nothing at all when stderr is no terminal."""

    def __init__(self, drawn: tuple[Progress, TaskID] | None) -> None:
        self._drawn = drawn

    def begin(self, total: int) -> None:
        """Say how much there is to do; 0 when nobody knows."""
        if self._drawn:
            bar, task = self._drawn
            bar.update(task, total=total or None)

    def advance(self, steps: int) -> None:
        """Say that this much more is done."""
        if self._drawn:
            bar, task = self._drawn
            bar.advance(task, steps)


@contextlib.contextmanager
def _bar(label: str, total: int | None, count: Callable[[], ProgressColumn]) -> Iterator[Bar]:
    if not sys.stderr.isatty():
        yield Bar(None)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        count(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with progress:
        yield Bar((progress, progress.add_task(label, total=total)))


@contextlib.contextmanager
def progress(label: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Count steps; yields the function that is told of them (how many). `total` None: no end."""

    def count() -> ProgressColumn:
        from rich.progress import MofNCompleteColumn

        return MofNCompleteColumn()

    with _bar(label, total, count) as bar:
        yield bar.advance


@contextlib.contextmanager
def byte_progress(label: str) -> Iterator[Bar]:
    """Count bytes; how many there are is said later."""

    def count() -> ProgressColumn:
        from rich.progress import DownloadColumn

        return DownloadColumn()

    with _bar(label, None, count) as bar:
        yield bar
