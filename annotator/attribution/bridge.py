"""Between the domain's articles and annotations and the claims of this package."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.attribution.engine import Kinds, attribute
from annotator.attribution.result import Document, Suggestion, Suggestions
from annotator.attribution.rules.speech import reported_only
from annotator.domain.errors import SchemeError
from annotator.domain.model import Annotation, Article
from annotator.domain.scheme import Scheme
from annotator.domain.terms import UNSAID, terms

if TYPE_CHECKING:
    from annotator.attribution.learn.model import Model


def kinds_of(article: Article) -> Kinds:
    """The sentence kinds stored with an article, as `attribute` takes them."""
    return [(s.start, s.end, s.kind) for s in article.layout.sentences]


def document_of(article: Article, annotations: Sequence[Annotation], scheme: Scheme) -> Document:
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
    return Document(
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


def suggest(
    articles: Iterable[Article],
    *,
    model: Path | None = None,
    processes: int = 1,
    speech: bool = False,
) -> Iterator[tuple[str, Suggestions]]:
    """Propose claims for many articles, in order, as (uid, suggestions).

    Args:
        articles: Read lazily with one process.
        model: Folder of a trained model; the rules alone when None.
        processes: More than one starts that many workers, each with its own pipeline.
        speech: Reported speech alone, without wants, plans and attitudes.

    Raises:
        InputError: the model cannot be used.
    """
    tasks = ((a.uid, a.text, kinds_of(a), a.language, model, speech) for a in articles)
    if processes <= 1:
        yield from map(_suggest, tasks)
        return
    with ProcessPoolExecutor(max_workers=processes) as pool:
        yield from pool.map(_suggest, tasks, chunksize=4)


def _suggest(
    task: tuple[str, str, Kinds, str, Path | None, bool],
) -> tuple[str, Suggestions]:
    uid, text, kinds, language, folder, speech = task
    if folder is None:
        found = attribute(text, kinds, language)
    else:
        from annotator.attribution.parse import load_pipeline

        found = _model(folder).attribute(text, load_pipeline(), kinds, language)
    return uid, replace(found, claims=tuple(reported_only(found.claims))) if speech else found


@lru_cache(maxsize=1)
def _model(folder: Path) -> Model:
    from annotator.attribution.learn.model import load

    return load(folder)
