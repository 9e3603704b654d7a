"""Very many annotations as columns: what passes from the store to what counts over all of them.

An object for each of a million annotations takes a gigabyte and half a minute; columns of numbers
take a few bytes each and can be summed at once.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from annotator.domain.model import LAYERS, Annotation, Fragment

NONE = -1


@dataclass(frozen=True, slots=True)
class AnnotationColumns:
    """Annotations by ascending id, with what is compared of them (no notes, no times).

    A column of annotations has one entry each; places point into the tuples of names.

    Attributes:
        ids: ULIDs, ascending.
        layer: Places in `domain.model.LAYERS`.
        article: Places in `articles` (uids).
        annotator: Places in `annotators` (names).
        parent: Places of other annotations here, -1 without (or when that one is not here).
        adjudicated, reviewed: 0 or 1.
        labels: Places in `label_sets`: annotations with the same attributes share one.
        owner: Of each fragment, the place of its annotation; ascending.
        role: Of each fragment, a place in `roles`.
        start, end: Of each fragment, code points.
    """

    ids: Sequence[str]
    layer: array[int]
    articles: tuple[str, ...]
    article: array[int]
    annotators: tuple[str, ...]
    annotator: array[int]
    parent: array[int]
    adjudicated: array[int]
    reviewed: array[int]
    label_sets: tuple[dict[str, str], ...]
    labels: array[int]
    roles: tuple[str, ...]
    owner: array[int]
    role: array[int]
    start: array[int]
    end: array[int]

    def __len__(self) -> int:
        return len(self.ids)

    @staticmethod
    def from_annotations(annotations: Iterable[Annotation]) -> AnnotationColumns:
        """Gather annotations that are there as objects, in any order."""
        listed = sorted(annotations, key=lambda a: a.id)
        place = {a.id: i for i, a in enumerate(listed)}
        articles, annotators, roles, layers = (Numbers() for _ in range(4))
        labels: dict[tuple[tuple[str, str], ...], int] = {}
        for name in LAYERS:
            layers[name]
        pieces = [(i, f) for i, a in enumerate(listed) for f in a.fragments]
        return AnnotationColumns(
            [a.id for a in listed],
            array("i", [layers[a.layer] for a in listed]),
            article=array("i", [articles[a.article] for a in listed]),
            articles=articles.names,
            annotator=array("i", [annotators[a.annotator] for a in listed]),
            annotators=annotators.names,
            parent=array("i", [place.get(a.parent or "", NONE) for a in listed]),
            adjudicated=array("i", [a.provenance == "adjudicated" for a in listed]),
            reviewed=array("i", [a.reviewed for a in listed]),
            labels=array(
                "i",
                [
                    labels.setdefault(tuple(sorted(a.attributes.items())), len(labels))
                    for a in listed
                ],
            ),
            label_sets=tuple(map(dict, labels)),
            owner=array("i", [i for i, _ in pieces]),
            role=array("i", [roles[f.role] for _, f in pieces]),
            roles=roles.names,
            start=array("i", [f.start for _, f in pieces]),
            end=array("i", [f.end for _, f in pieces]),
        )

    def annotations(self, wanted: Iterable[int] | None = None) -> list[Annotation]:
        """Some of them (all without) as objects."""
        return [self.annotation(i) for i in (range(len(self)) if wanted is None else wanted)]

    def annotation(self, i: int) -> Annotation:
        """One of them as an object."""
        first, last = bisect_left(self.owner, i), bisect_right(self.owner, i)
        return Annotation(
            self.ids[i],
            LAYERS[self.layer[i]],
            self.articles[self.article[i]],
            self.annotators[self.annotator[i]],
            tuple(
                Fragment(self.roles[self.role[f]], self.start[f], self.end[f])
                for f in range(first, last)
            ),
            self.label_sets[self.labels[i]],
            None if self.parent[i] == NONE else self.ids[self.parent[i]],
            "adjudicated" if self.adjudicated[i] else "human",
            reviewed=bool(self.reviewed[i]),
        )


class Numbers(dict[str, int]):
    """Names numbered in the order in which they are first asked for (`numbers[name]`)."""

    def __missing__(self, name: str) -> int:
        number = self[name] = len(self)
        return number

    @property
    def names(self) -> tuple[str, ...]:
        """The names by their numbers."""
        return tuple(self)
