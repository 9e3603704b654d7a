"""Readings: what one person says of one article, each a document of its own to learn from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from annotator.domain.exchange import Document
from annotator.domain.model import Annotation, Article

PARTS: Final = ("train", "validation", "test")
"""What the parts are called; `dev` of a project's metadata is validation."""


class TrainingReading(NamedTuple):
    """An article as one annotator read it, and the part that it is in."""

    article: Article
    annotations: tuple[Annotation, ...]
    part: str
    number: int
    """Which of the article's readings, from 0."""

    @property
    def id(self) -> str:
        """The article's uid, with the number of the reading where it is not the first."""
        return self.article.uid if not self.number else f"{self.article.uid}-{self.number + 1}"


@dataclass(slots=True)
class TakenReadings:
    """Whose readings were taken."""

    gold: set[str] = field(default_factory=set)
    """Uids of the articles of which the adjudicated reading was taken."""
    several: set[str] = field(default_factory=set)
    """Uids of the articles of which several readings were taken, each as a document."""
    beside: dict[str, int] = field(default_factory=dict)
    """Annotator -> readings that were left out beside an adjudicated one."""
    people: set[str] = field(default_factory=set)
    readings: int = 0

    def told(self) -> Iterator[str]:
        """What whoever exports should know of it."""
        if self.beside:
            names = ", ".join(f"{person} {n}" for person, n in sorted(self.beside.items()))
            yield f"left out beside an adjudicated reading of the same article: {names}"
        if self.several:
            yield (
                f"articles with several readings, each a document of its own: {len(self.several)}"
            )


def readings(
    documents: Iterable[Document], part_of: Mapping[str, str], found: TakenReadings
) -> Iterator[TrainingReading]:
    """The readings of each article; of those that are adjudicated, the adjudicated ones alone.

    Two people's spans of one thing, side by side in one document, would teach that both stand
    there: so each reading is a document. All of an article are in one part.

    Args:
        documents: The articles with the annotations of whoever is exported.
        part_of: Uid -> part.
        found: Is filled.
    """
    for document in documents:
        article = document.stored
        by: dict[str, list[Annotation]] = {}
        for a in document.annotations:
            if a.layer != "verdict":
                by.setdefault(a.annotator, []).append(a)
        gold = {p for p, made in by.items() if any(a.provenance == "adjudicated" for a in made)}
        if gold:
            found.gold.add(article.uid)
            for person in sorted(by.keys() - gold):
                found.beside[person] = found.beside.get(person, 0) + 1
                del by[person]
        if len(by) > 1:
            found.several.add(article.uid)
        found.people |= by.keys()
        for number, person in enumerate(sorted(by) or [""]):
            found.readings += 1
            made = tuple(by.get(person, ()))
            yield TrainingReading(article, made, part_of.get(article.uid, ""), number)


def without_split(article: Article) -> Article:
    """The article without the split of the project's metadata, which this export may not use."""
    meta = {k: v for k, v in article.meta.items() if k != "split"}
    return replace(article, meta=meta)
