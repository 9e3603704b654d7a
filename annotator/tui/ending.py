"""How the screens end: as the user says, by a signal, or by a fault; the terminal is given back."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from annotator.domain.errors import AnnotatorError, GoneError
from annotator.text.safe import safe_line
from annotator.tui.terminal.compat import HUNG_UP

if TYPE_CHECKING:
    from annotator.tui.base import ProjectApp

_ENDING: Final = ("SIGTERM", "SIGQUIT", "SIGHUP", "SIGINT")
"""The signals that ask a program to end. (Ctrl-C is a key here, and sends none.)"""


def run_to_the_end(app: ProjectApp) -> None:
    """Run the screens.

    Raises:
        SystemExit: 128 and the number of the signal that ended them.
        AnnotatorError: when a fault of the program ended them; the traceback is on stderr by then.
    """
    opened = app.project.path
    try:
        asyncio.run(_run(app))
        _say_where(app, opened)
    finally:
        app.project.close()
    if app.return_code and app.return_code > 128:
        raise SystemExit(app.return_code)
    if app.return_code:
        raise AnnotatorError(
            "the screens ended by a fault of the program, which stands above",
            f"what they showed as saved is in {app.project.path}; please report the fault",
        )


def _say_where(app: ProjectApp, opened: Path | str) -> None:
    """Tell where the work is when the file was gone; the screen that said so is gone too."""
    if app.kept is not None:
        print(safe_line(f"{opened} was gone: your work is in {app.kept}"), file=sys.stderr)
    if app.rescue.needed:
        raise GoneError(
            f"{app.project.path}: was deleted, moved or replaced while it was open",
            "what was annotated is in the file that was there, if it was only moved",
        )


async def _run(app: ProjectApp) -> None:
    loop = asyncio.get_running_loop()
    if sys.platform != "win32":
        for name in _ENDING:
            loop.add_signal_handler(getattr(signal, name), partial(_end, app, name))
    await app.run_async()


def _end(app: ProjectApp, name: str) -> None:
    number = int(getattr(signal, name))
    if name == "SIGHUP" and not os.isatty(sys.__stderr__.fileno() if sys.__stderr__ else 2):
        # No terminal to give back, and writing to it could block.
        os._exit(HUNG_UP)
    app.exit(return_code=128 + number)
