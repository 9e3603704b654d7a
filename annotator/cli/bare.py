"""A bare `annotator`: there is nothing to parse, so this and what it imports need no parser."""

from __future__ import annotations

from annotator.cli.context import Project
from annotator.cli.output import ask, say
from annotator.cli.screens import need_terminal, open_screens


def annotate_here(project: Project) -> None:
    """Annotate, or offer the demonstration where there is no database."""
    if project.path.exists():
        open_screens(project)
        return
    need_terminal()
    say(f"there is no {project.path} here; `annotator add FILE...` would make one")
    if ask("Open the demonstration with sample articles? [Y/n]").lower() in ("", "y", "yes"):
        from annotator.cli.commands.demo import open_demo

        open_demo(project)
