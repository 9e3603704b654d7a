"""Rows of a table that lead to places in articles: what `evaluate` and the corpus screens list."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ResultRow:
    """Cells to show, and where Enter goes: an article's uid and an offset (code points)."""

    cells: tuple[str, ...]
    article: str
    offset: int
