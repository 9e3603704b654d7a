"""Articles as files describe them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from annotator.domain.model import ArticleDraft

METADATA: Final = ("name", "title", "byline", "outlet", "published", "url", "language", "origin")
"""The text fields of an article besides its text."""


def draft_of(
    text: str, values: Mapping[str, str], meta: Mapping[str, object] | None = None
) -> ArticleDraft:
    """An article of these fields; those that are not there are empty, others are passed over."""
    return ArticleDraft(
        text=text,
        name=values.get("name", ""),
        title=values.get("title", ""),
        byline=values.get("byline", ""),
        outlet=values.get("outlet", ""),
        published=values.get("published", ""),
        url=values.get("url", ""),
        language=values.get("language", ""),
        origin=values.get("origin", ""),
        meta=meta or {},
    )
