"""A progress bar on stderr, where people see it and scripts do not."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn, TaskID


class ProgressBar:
    """A bar on the screen, or nothing at all when stderr is no terminal."""

    def __init__(self, drawn: tuple[Progress, TaskID] | None) -> None:
        self._drawn = drawn

    def begin(self, total: int) -> None:
        """Say how much there is to do; 0 when nobody knows."""
        if self._drawn:
            bar, task = self._drawn
            bar.update(task, total=total or None)

    def show(self, what: str, done: int, total: int) -> None:
        """Say what is being done, how far it is, and how far it goes."""
        if self._drawn:
            bar, task = self._drawn
            bar.update(task, description=what, completed=done, total=total)

    def advance(self, steps: int) -> None:
        """Say that this much more is done."""
        if self._drawn:
            bar, task = self._drawn
            bar.advance(task, steps)


@contextlib.contextmanager
def _bar(
    label: str, total: int | None, count: Callable[[], ProgressColumn]
) -> Iterator[ProgressBar]:
    if not sys.stderr.isatty():
        yield ProgressBar(None)
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
        yield ProgressBar((progress, progress.add_task(label, total=total)))


@contextlib.contextmanager
def progress(label: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Count steps; yields the function that is told of them (how many). `total` None: no end."""

    def count() -> ProgressColumn:
        from rich.progress import MofNCompleteColumn

        return MofNCompleteColumn()

    with _bar(label, total, count) as bar:
        yield bar.advance


@contextlib.contextmanager
def steps(label: str) -> Iterator[Callable[[int, int], None]]:
    """Count steps of work that says itself how many there are; yields what is told (done, of)."""
    with phases(label) as told:
        yield lambda done, total: told(label, done, total)


@contextlib.contextmanager
def phases(label: str) -> Iterator[Callable[[str, int, int], None]]:
    """The same for work that also says what it does; yields what is told (what, done, of)."""

    def count() -> ProgressColumn:
        from rich.progress import MofNCompleteColumn

        return MofNCompleteColumn()

    with _bar(label, None, count) as bar:
        yield bar.show


@contextlib.contextmanager
def byte_progress(label: str) -> Iterator[ProgressBar]:
    """Count bytes; how many there are is said later."""

    def count() -> ProgressColumn:
        from rich.progress import DownloadColumn

        return DownloadColumn()

    with _bar(label, None, count) as bar:
        yield bar


@contextlib.contextmanager
def stages(label: str) -> Iterator[Callable[[str, int, int], None]]:
    """Work in several stages; yields the function that is told of them (what, done, of how many).

    A bar with its total on a terminal; elsewhere a line when a stage begins, at every tenth of
    it, and when it ends, so that a log of many minutes says how far it is.
    """
    if not sys.stderr.isatty():
        yield _lines(label)
        return
    from rich.progress import MofNCompleteColumn

    with _bar(label, None, MofNCompleteColumn) as bar:

        def told(what: str, done: int, total: int) -> None:
            bar.show(f"{label}: {what}", done, total)

        yield told


def _lines(label: str) -> Callable[[str, int, int], None]:
    said: dict[str, int] = {}

    def told(what: str, done: int, total: int) -> None:
        tenth = 10 * done // max(total, 1)
        if said.get(what) != tenth:
            said[what] = tenth
            print(f"{label}: {what} {done}/{total}", file=sys.stderr, flush=True)

    return told
