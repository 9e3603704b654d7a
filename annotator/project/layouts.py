"""The layout engine, loaded when the first article needs it (spaCy takes a second to import)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from annotator.domain.model import ArticleDraft, Layout

if TYPE_CHECKING:
    from annotator.text.engine import LayoutEngine


@cache
def _engine(pipeline: str | None) -> LayoutEngine:
    from annotator.text.engine import load_engine

    return load_engine(pipeline)


class Layouts:
    """Lays articles out with a pipeline: by its name, a folder, or blank:LANG; "" for ours."""

    def __init__(self, pipeline: str = "") -> None:
        self.pipeline = pipeline or None

    def of_draft(self, draft: ArticleDraft) -> Layout:
        """Paragraphs, sentences with kinds, and tokens of an article."""
        return _engine(self.pipeline).layout(draft.text)
