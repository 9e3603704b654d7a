"""From what an engine found in a text to what the database keeps."""

from __future__ import annotations

from collections.abc import Sequence

from annotator.attribution.result import Suggestions
from annotator.domain.ids import new_id
from annotator.domain.model import Article
from annotator.domain.suggestion import StoredSuggestion


def kinds_of(article: Article) -> Sequence[tuple[int, int, str]]:
    """The kinds of an article's sentences, as the engine takes them (code points)."""
    return [(s.start, s.end, s.kind) for s in article.layout.sentences]


def to_stored(article: str, found: Suggestions) -> list[StoredSuggestion]:
    """Give every suggestion an id; parents become ids."""
    ids = [new_id() for _ in found.claims]
    return [
        StoredSuggestion(
            id=id_,
            article=article,
            engine=found.engine,
            confidence=min(1.0, max(0.0, s.confidence)),
            fragments=s.fragments,
            attributes=s.attributes,
            parent=None if s.parent is None else ids[s.parent],
            evidence=s.evidence,
        )
        for id_, s in zip(ids, found.claims, strict=True)
    ]
