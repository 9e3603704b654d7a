"""A bare `annotator`: there is nothing to parse, so this and what it imports need no parser."""

from __future__ import annotations

from annotator.cli.context import Call
from annotator.cli.output import ask, say
from annotator.cli.screens import need_terminal, open_screens


def annotate_here(call: Call) -> None:
    """Annotate, or offer the demonstration where there is no database."""
    if call.path.exists():
        open_screens(call)
        return
    need_terminal()
    say(f"there is no {call.path} here; `annotator add FILE...` would make one")
    if ask("Open the demonstration with sample articles? [Y/n]").lower() in ("", "y", "yes"):
        from annotator.cli.commands.demo import open_demo

        open_demo(call)
