"""Articles and annotations of the domain as the engine and those who learn take them."""

from __future__ import annotations

from collections.abc import Sequence

from annotator.attribution.engine import Kinds
from annotator.attribution.result import AttributedText, Suggestion
from annotator.domain.errors import SchemeError
from annotator.domain.model import Annotation, Article
from annotator.domain.scheme import Scheme
from annotator.domain.terms import UNSAID, terms


def kinds_of(article: Article) -> Kinds:
    """The sentence kinds stored with an article, as `attribute` takes them."""
    return [(s.start, s.end, s.kind) for s in article.layout.sentences]


def document_of(
    article: Article, annotations: Sequence[Annotation], scheme: Scheme
) -> AttributedText:
    """An article with its claims, for `learn` and `evaluate`; other layers are left out.

    Claims marked `not_attribution` in their form are negative examples and left out too.

    Args:
        scheme: Says which of its roles and labels are the engine's.

    Raises:
        SchemeError: when it says none.
    """
    mine = terms(scheme)
    if mine is None:
        raise SchemeError(*UNSAID)
    claims = [(a, *mine.in_engine(a)) for a in annotations if a.layer == "claim"]
    claims = [c for c in claims if c[1] and c[2].get("form") != "not_attribution"]
    place = {a.id: i for i, (a, *_) in enumerate(claims)}
    return AttributedText(
        article.uid,
        article.text,
        tuple(
            Suggestion(
                fragments,
                labels,
                parent=place.get(a.parent) if a.parent is not None else None,
                evidence=a.provenance,
            )
            for a, fragments, labels in claims
        ),
        article.outlet,
        kinds_of(article),
    )
