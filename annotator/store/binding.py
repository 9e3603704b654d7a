"""Annotations of a text that their file does not bring, to the article here that they are about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from annotator.domain.exchange import BadRecord, Item, Unbound
from annotator.domain.model import ArticleDraft
from annotator.store import database

if TYPE_CHECKING:
    from annotator.store.store import Store


def bound(store: Store, items: Iterable[Item]) -> Iterator[Item]:
    """The items, those without a text as documents of the article that they fit.

    The article is the one that the file names (by address, file or hash), else the only one in
    which all the words stand. A BadRecord where there is none, or where there are several.
    """
    for item in items:
        if isinstance(item, Unbound):
            yield from _bound(store, item)
        else:
            yield item


def _bound(store: Store, item: Unbound) -> Iterator[Item]:
    found = list(_named(store, item.source))
    if not found:
        found = [(n, text) for n, text in _holding(store, item.quotes) if not item.bind(text)[1]]
    if len(found) == 1:
        document, bad = item.bind(found[0][1])
        yield from bad
        # What the file says of the text is its address alone; the article's own metadata stands.
        yield replace(document, article=ArticleDraft(document.article.text))
    elif found:
        numbers = ", ".join(str(number) for number, _ in found[:5])
        yield BadRecord(item.where, f"may be about any of the articles {numbers}")
    else:
        yield BadRecord(
            item.where,
            f"the text of {item.source[:80] or 'these annotations'} is neither in the file nor"
            " here: add it first (annotator add), or name it (-o text=FILE)",
        )


def _named(store: Store, source: str) -> Iterator[tuple[int, str]]:
    """The newest article of a name that the file gives its text."""
    if not source:
        return
    stem = PurePosixPath(source).stem
    with database.explained(store.path):
        for column, value in (
            ("sha256", source.removeprefix("urn:sha256:")),
            ("url", source),
            ("origin", source),
            ("name", source),
            ("name", stem),
        ):
            row = store._conn.execute(
                f"SELECT number, text FROM article WHERE {column} = ?"  # noqa: S608
                " ORDER BY number DESC LIMIT 1",
                (value,),
            ).fetchone()
            if row is not None:
                yield row
                return


def _holding(store: Store, quotes: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """The articles in which the longest of the quotations stands."""
    longest = max(quotes, key=len, default="")
    if longest:
        with database.explained(store.path):
            yield from store._conn.execute(
                "SELECT number, text FROM article WHERE instr(text, ?) ORDER BY number", (longest,)
            ).fetchall()
