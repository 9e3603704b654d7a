"""What one can do with a project: one database of articles and annotations.

The command line, the screens and notebooks stand on `Project`; it alone talks to the store.
"""

from annotator.project.project import Project

__all__ = ["Project"]
