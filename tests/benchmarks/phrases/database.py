"""The corpus in a database, made as `annotator add` makes it; what its parts weigh."""

from __future__ import annotations

import time
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from annotator.domain.model import ArticleDraft, Layout, Paragraph, Sentence
from annotator.store import Store, phrases
from tests.store.support import connection

ARTICLE = 30
"""Sentences of an article."""


@dataclass
class Built:
    """How long building took; seconds."""

    total: float
    index: float
    """The share of the phrase index."""


def article(sentences: Sequence[str], name: str) -> tuple[ArticleDraft, Layout]:
    """An article of these sentences, one paragraph each; tokens are of no interest here."""
    paragraphs, spans = [], []
    at = 0
    for i, sentence in enumerate(sentences):
        paragraphs.append(Paragraph(at, at + len(sentence)))
        spans.append(Sentence(at, at + len(sentence), i))
        at += len(sentence) + 1
    starts, ends = array("I", (s.start for s in spans)), array("I", (s.end for s in spans))
    layout = Layout(paragraphs, spans, starts, ends, "lines 1")
    return ArticleDraft("\n".join(sentences), name=name), layout


def _articles(sentences: Sequence[str]) -> Iterator[tuple[ArticleDraft, Layout]]:
    for i in range(0, len(sentences), ARTICLE):
        yield article(sentences[i : i + ARTICLE], f"a{i // ARTICLE}")


def build(path: Path, sentences: Sequence[str]) -> Built:
    """Add the sentences as articles, 64 to a transaction."""
    spent = 0.0
    real = phrases.index_article

    def timed(*args: object) -> None:
        nonlocal spent
        before = time.perf_counter()
        real(*args)  # type: ignore[arg-type]
        spent += time.perf_counter() - before

    # The module as `articles` sees it, so that the real path is timed.
    vars(phrases)["index_article"] = timed
    begun = time.perf_counter()
    try:
        with Store.create(path) as store:
            waiting: list[tuple[ArticleDraft, Layout]] = []
            for item in _articles(sentences):
                waiting.append(item)
                if len(waiting) == 64:
                    store.add_articles(waiting)
                    waiting.clear()
            store.add_articles(waiting)
            with store.transaction():
                phrases.settle(connection(store), -(-len(sentences) // ARTICLE))
    finally:
        vars(phrases)["index_article"] = real
    return Built(time.perf_counter() - begun, spent)


def weights(store: Store) -> dict[str, float]:
    """Megabytes (10^6 bytes) of every table and index that is part of the phrase index."""
    rows = connection(store).execute(
        "SELECT name, sum(pgsize) / 1e6 FROM dbstat WHERE name GLOB 'phrase*' GROUP BY name"
    )
    return {name: round(size, 2) for name, size in rows}


def text_weight(store: Store) -> float:
    """Megabytes of the distinct normal forms themselves (the text that the index is beyond)."""
    (size,) = (
        connection(store)
        .execute("SELECT sum(length(CAST(normal AS BLOB))) / 1e6 FROM phrase")
        .fetchone()
    )
    return float(size)
