"""The entry point: as little as possible stands before the net that catches Ctrl-C."""

import sys


def main() -> None:
    """Run the program; an interruption at any moment is an exit code, not a traceback."""
    try:
        if len(sys.argv) > 1:
            from annotator.cli.main import main as program

            program()
        else:
            annotate()
    except KeyboardInterrupt:
        sys.exit(130)


def annotate() -> None:
    """A bare `annotator`: there is nothing to parse, so the screens need not wait for a parser."""
    from annotator.cli.bare import annotate_here
    from annotator.cli.context import Call
    from annotator.cli.guard import guarded, steady_streams

    def act() -> int:
        annotate_here(Call())
        return 0

    steady_streams()
    sys.exit(guarded(act))
