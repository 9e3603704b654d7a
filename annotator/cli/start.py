"""The entry point: as little as possible stands before the net that catches Ctrl-C."""

import sys


def main() -> None:
    """Run the program; an interruption at any moment is an exit code, not a traceback."""
    try:
        from annotator.cli.main import main as program

        program()
    except KeyboardInterrupt:
        sys.exit(130)
