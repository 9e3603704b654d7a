"""Which articles words as typed can stand in at all: asked of the phrase index, before any text.

The index knows whole words of whole sentences. What is typed may begin and end within a word, and
may run over the ends of sentences; so the sentence that holds one of its words must hold all of
them, or begin or end with as many as fit. That is what is looked for, by the rarest word. The texts
decide afterwards: an article named here may not hold the words, but none that does is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from annotator.phrases.corpus_query import (
    ABOUT_ANNOTATION,
    All,
    Condition,
    Either,
    Near,
    Node,
    QueryWord,
    WordSequence,
)
from annotator.text.normal import words

FEW: Final = 200
"""Phrases with the rarest inner word up to which nothing rarer is looked for at the edges."""
SPELLINGS: Final = 2_000
"""Words of the corpus that a typed part of a word may be part of; with more, every text is read."""

COMMON: Final = 20_000
"""Phrases with a word from which on every text is read: to look them all up takes as long."""
READ: Final = 200
"""Articles that are read rather than narrowed down further."""


class WordIndex(Protocol):
    """What narrowing needs of a phrase index (`annotator.store.phrases.PhraseIndex`)."""

    def frequencies(self, found: Iterable[str]) -> dict[str, int]:
        """Word -> how many phrases hold it."""

    def completions(self, part: str, *, before: bool, after: bool) -> dict[str, int]:
        """The words that a part of a word may be of, letters missing before or after it."""

    def with_words(self, found: Iterable[str]) -> Iterator[tuple[int, str]]:
        """Phrase and normal form of all phrases that hold one of these words."""

    def articles(self, phrases: Iterable[int]) -> set[int]:
        """The numbers of the articles in which phrases stand."""

    def partial(self) -> set[int]:
        """The articles whose sentences do not make up all of their text."""


@dataclass(frozen=True, slots=True)
class TypedWords:
    """Words as typed, of which the one at `pivot` is looked up."""

    found: Sequence[str]
    pivot: int

    def fits(self, normals: Iterable[tuple[int, str]]) -> Iterator[int]:
        """The phrases that can hold the pivot: with all words, or as many as come to their ends."""
        n, at = len(self.found), self.pivot

        def joined(first: int, last: int) -> str:
            return " ".join(self.found[first:last])

        whole = joined(0, n)
        heads = tuple(joined(0, last) for last in range(at + 1, n))
        tails = tuple(joined(first, n) for first in range(1, at + 1))
        middles = {joined(a, b) for a in range(1, at + 1) for b in range(at + 1, n)}
        for id_, normal in normals:
            if (
                whole in normal
                or normal.endswith(heads)
                or normal.startswith(tails)
                or normal in middles
            ):
                yield id_


def _pivot(index: WordIndex, found: Sequence[str]) -> tuple[int, Mapping[str, int]] | None:
    """The place of the rarest word, and what words of the corpus it may be; None without one."""
    last = len(found) - 1
    known = index.frequencies(found[1:last])
    inner = {i: known.get(found[i], 0) for i in range(1, last)}
    best: tuple[int, Mapping[str, int]] | None = None
    if inner:
        at = min(inner, key=lambda i: inner[i])
        best = at, {found[at]: inner[at]} if inner[at] else {}
        if inner[at] <= FEW:
            return best
    for at in dict.fromkeys((0, last)):
        spelt = index.completions(found[at], before=at == 0, after=at == last)
        few = len(spelt) <= SPELLINGS
        if few and (best is None or sum(spelt.values()) < sum(best[1].values())):
            best = at, spelt
    return best


def candidates(index: WordIndex, query: str) -> set[int] | None:
    """The numbers of all articles in which a query may be found; None when it can be any.

    Args:
        query: As `annotator.text.normal.literal` takes it: white space and style do not count.
    """
    found = words(query)
    if not found:
        return None
    pivot = _pivot(index, found)
    if pivot is None:
        return None
    at, spelt = pivot
    fitting = TypedWords(found, at).fits(index.with_words(spelt))
    return index.articles(fitting) | index.partial()


def articles_for(
    index: WordIndex, query: Node, annotated: Callable[[], set[int]]
) -> set[int] | None:
    """The numbers of all articles in which a query can have a place; None when it can be any.

    Args:
        index: The phrase index.
        query: As `annotator.phrases.query_parsing.parse` reads it.
        annotated: Says in which articles there are annotations that conditions are about.
    """
    match query:
        case WordSequence(found):
            return _with_all(index, found)
        case Near(first, second):
            return _in_all(index, (first, second), annotated)
        case All(nodes):
            return _in_all(index, nodes, annotated)
        case Either(nodes):
            each = [articles_for(index, n, annotated) for n in nodes]
            return None if None in each else set().union(*(some or () for some in each))
        case Condition(field) if field in ABOUT_ANNOTATION:
            return annotated()
        case _:
            return None


def _in_all(
    index: WordIndex, nodes: Iterable[Node], annotated: Callable[[], set[int]]
) -> set[int] | None:
    """The articles of every side; once they are few, the commoner sides are not looked up."""
    out: set[int] | None = None
    for node in sorted(nodes, key=lambda n: _commonness(index, n)):
        if out is not None and len(out) <= READ:
            break
        some = articles_for(index, node, annotated)
        if some is not None:
            out = some if out is None else out & some
    return out


def _commonness(index: WordIndex, node: Node) -> int:
    """In about how many phrases the words are, for the order in which they are looked up."""
    if isinstance(node, WordSequence):
        known = index.frequencies(w.text for w in node.found if not w.begun)
        exact = [known.get(w.text, 0) for w in node.found if not w.begun]
        return min(exact) if exact else COMMON
    return COMMON + 1


def _with_all(index: WordIndex, found: Sequence[QueryWord]) -> set[int] | None:
    """The articles in which words that follow each other can be."""
    known = index.frequencies({w.text for w in found if not w.begun})
    best: tuple[int, Mapping[str, int]] | None = None
    for at, word in enumerate(found):
        if word.begun:
            spelt: Mapping[str, int] = index.completions(word.text, before=False, after=True)
        else:
            spelt = {word.text: known[word.text]} if word.text in known else {}
        if not spelt:
            return index.partial()
        if len(spelt) <= SPELLINGS and (
            best is None or sum(spelt.values()) < sum(best[1].values())
        ):
            best = at, spelt
    if best is None or sum(best[1].values()) > COMMON:
        return None
    rows = index.with_words(best[1])
    if any(w.begun for w in found[:-1]):
        # The rest of a word that is only begun may stand between it and the next.
        phrases: Iterable[int] = {id_ for id_, _ in rows}
    else:
        phrases = TypedWords([w.text for w in found], best[0]).fits(rows)
    return index.articles(phrases) | index.partial()
