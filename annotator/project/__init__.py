"""What one can do with a project: one database of articles and annotations.

The command line, the screens and notebooks stand on `Project`; it alone talks to the store.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from annotator.project.project import Project

__all__ = ["Project"]


def __getattr__(name: str) -> Any:
    """Import `Project` when it is asked for: some modules here need no database."""
    if name == "Project":
        from annotator.project.project import Project

        return Project
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
