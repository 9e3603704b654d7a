"""What stands around every call: streams that cannot fail, errors as messages, exit codes."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from collections.abc import Callable

from annotator.cli.output import report, say_error
from annotator.domain.errors import AnnotatorError


def steady_streams() -> None:
    """Let no odd locale turn data or a message into a traceback, nor a stream that is closed."""
    _open_closed()
    if isinstance(sys.stdout, io.TextIOWrapper):
        if sys.stdout.isatty():
            sys.stdout.reconfigure(errors="backslashreplace")
        else:
            sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(errors="backslashreplace")


def _open_closed() -> None:
    """Put something at each standard descriptor that is closed (`1>&-`).

    Otherwise the next file that is opened gets its number, and what is printed goes into that
    file. From stdin comes nothing; what is written on stdout is an error, for it is lost; talk on
    stderr is not heard.
    """
    for number, mode in ((0, os.O_RDONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, mode)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
    sys.stdin = sys.stdin or open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = sys.stdout or _writer(1)
    sys.stderr = sys.stderr or _writer(2)


def _writer(number: int) -> io.TextIOWrapper:
    raw = io.FileIO(number, "w", closefd=False)
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding="utf-8", errors="backslashreplace")


def _close_stdout() -> None:
    """After the reader went away: nothing more can be written, and that is no error to show."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _forget_stdout() -> None:
    """What waits to be written never can be; Python would say so when it ends."""
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    _close_stdout()


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
        # The reader has what it wanted (`| head -1`): for a script with pipefail a success.
        _close_stdout()
        return 0
    except OSError as error:
        if error.errno == errno.EBADF and error.filename is None:
            _forget_stdout()
            say_error("standard output is closed: nobody gets what was to be printed")
            return 1
        where = f"{error.filename}: " if error.filename else ""
        say_error(f"{where}{error.strerror or error}")
    else:
        return code
    return 1
