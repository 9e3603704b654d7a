"""One pass over the line of all documents: stretches in which nothing starts or ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from annotator.agreement.span_layer import Layer
from annotator.alignment.arrays import Floats, Ints, sorted_unique

_DENSE: Final = 20
"""Positions per fragment up to which a table of all positions is worth its memory."""


@dataclass(frozen=True, eq=False)
class Sweep:
    """The stretches between neighbouring boundaries of all annotators and documents.

    Attributes:
        length: Of each stretch (stretches,).
        document: In which each stretch lies (stretches,).
        first, last: Of each fragment, the stretches `[first, last)` it covers (fragments,).
        counts: (labels, stretches): how many fragments of each label cover a stretch; without
            overlaps within an annotator this is how many annotators gave it that label.
    """

    length: Ints
    document: Ints
    first: Ints
    last: Ints
    counts: NDArray[np.int32]

    @staticmethod
    def over(layer: Layer) -> Sweep:
        """Cut the line of a layer at every boundary."""
        places, first, last = _places(layer.start, layer.end, layer.base)
        stretches, labels = max(len(places) - 1, 0), len(layer.labels)
        # +1 where a fragment starts and -1 where it ends, summed from the left, label by label.
        counts = np.empty((labels, stretches), dtype=np.int32)
        column = layer.label[layer.span]
        for label in range(labels):
            mine = column == label
            opened = np.bincount(first[mine], minlength=stretches + 1)
            opened -= np.bincount(last[mine], minlength=stretches + 1)
            np.cumsum(opened[:-1], out=counts[label])
        document = np.searchsorted(layer.base, places[:-1], side="right") - 1
        return Sweep(np.diff(places), document, first, last, counts)

    def covered_by(self, layer: Layer, annotator: int) -> Floats:
        """How much of each fragment lies under any span of one annotator (fragments,)."""
        theirs = layer.annotator[layer.span] == annotator
        size = len(self.length) + 1
        opened = np.bincount(self.first[theirs], minlength=size)
        opened -= np.bincount(self.last[theirs], minlength=size)
        under = np.cumsum(opened)[:-1] > 0
        reach = np.concatenate([[0], np.cumsum(self.length * under)])
        covered: Floats = (reach[self.last] - reach[self.first]).astype(np.float64)
        return covered


def _places(start: Ints, end: Ints, base: Ints) -> tuple[Ints, Ints, Ints]:
    """All boundaries, sorted, and which of them each fragment starts and ends at."""
    length = int(base[-1])
    if length > _DENSE * len(start):
        places = sorted_unique(np.concatenate([start, end, base]))
        return places, np.searchsorted(places, start), np.searchsorted(places, end)
    # Most of the line is under fragments: looking positions up in a table needs no sorting.
    known = np.zeros(length + 1, dtype=np.bool_)
    known[start] = known[end] = known[base] = True
    number = np.cumsum(known, dtype=np.int32) - 1
    return (
        np.flatnonzero(known).astype(np.int64),
        number[start].astype(np.int64),
        number[end].astype(np.int64),
    )


def count_met(layer: Layer) -> tuple[Floats, Floats]:
    """See `Layer.met`."""
    shape = (len(layer.documents), len(layer.annotators))
    # The line may hold all documents once per label: a place lies in the document of its spans.
    places = layer.places
    hits: Floats = np.zeros((*shape, shape[1]))
    for i, j, both in places.pairs(layer.fragments):
        found = np.bincount(places.document[both], minlength=shape[0])
        hits[:, i, j] += found
        hits[:, j, i] += found
    # Elsewhere each annotator's fragments are compared with those of all.
    others = np.flatnonzero(places.rest[layer.span])
    span = layer.span[others]
    several = len(sorted_unique(span)) < len(span)
    owner = layer.annotator[span]
    cell = layer.document[span] * shape[1] + owner
    boundaries, start, end = _places(layer.start[others], layer.end[others], layer.base)
    end -= 1
    for other in range(shape[1]):
        theirs = owner == other
        # Those of theirs that start before one of ours ends, but for those that end before it.
        begun = np.cumsum(np.bincount(start[theirs], minlength=len(boundaries)))
        ended = np.cumsum(np.bincount(end[theirs] + 1, minlength=len(boundaries)))
        met = np.flatnonzero((begun[end] > ended[start]) & ~theirs)
        if several:
            # A span counts once, however many of its pieces meet theirs.
            met = met[np.unique(span[met], return_index=True)[1]]
        found = np.bincount(cell[met], minlength=shape[0] * shape[1])
        hits[:, :, other] += found.reshape(shape)
    cell = layer.document * shape[1] + layer.annotator
    spans = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)
    readings = layer.read[:, np.newaxis, :].astype(np.float64)
    size: Floats = spans.astype(np.float64)[:, :, np.newaxis] * readings
    size[:, np.arange(shape[1]), np.arange(shape[1])] = 0
    return hits, size
