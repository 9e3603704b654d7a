"""What stands around every call: streams that cannot fail, errors as messages, exit codes."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable

from annotator.cli.output import report, say_error
from annotator.domain.errors import AnnotatorError


def steady_streams() -> None:
    """Let no odd locale turn data or a message into a traceback."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        if sys.stdout.isatty():
            sys.stdout.reconfigure(errors="backslashreplace")
        else:
            sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(errors="backslashreplace")


def _close_stdout() -> None:
    """After the reader went away: nothing more can be written, and that is no error to show."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def guarded(act: Callable[[], int]) -> int:
    """Do it; what goes wrong for a reason that a person can mend becomes a message and code 1."""
    try:
        code = act()
        sys.stdout.flush()
    except AnnotatorError as error:
        report(error)
    except KeyboardInterrupt:
        say_error("interrupted")
        return 130
    except BrokenPipeError:
        _close_stdout()
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        say_error(f"{where}{error.strerror or error}")
    else:
        return code
    return 1
