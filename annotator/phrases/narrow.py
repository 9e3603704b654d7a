"""Which articles words as typed can stand in at all: asked of the phrase index, before any text.

The index knows whole words of whole sentences. What is typed may begin and end within a word, and
may run over the ends of sentences; so the sentence that holds one of its words must hold all of
them, or begin or end with as many as fit. That is what is looked for, by the rarest word. The texts
decide afterwards: an article named here may not hold the words, but none that does is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from annotator.text.normal import words

FEW: Final = 200
"""Phrases with the rarest inner word up to which nothing rarer is looked for at the edges."""
SPELLINGS: Final = 2_000
"""Words of the corpus that a typed part of a word may be part of; with more, every text is read."""


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
