"""One pass over the line of all documents: stretches in which nothing starts or ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annotator.agreement.layers import Layer
from annotator.agreement.result import Floats, Ints, distinct


@dataclass(frozen=True, eq=False)
class Sweep:
    """The stretches between neighbouring boundaries of all annotators and documents.

    Attributes:
        length: Of each stretch (stretches,).
        document: In which each stretch lies (stretches,).
        first, last: Of each fragment, the stretches `[first, last)` it covers (fragments,).
        counts: (stretches, labels): how many fragments of each label cover a stretch; without
            overlaps within an annotator this is how many annotators gave it that label.
    """

    length: Ints
    document: Ints
    first: Ints
    last: Ints
    counts: Ints

    @staticmethod
    def over(layer: Layer) -> Sweep:
        """Cut the line of a layer at every boundary."""
        places = distinct(np.concatenate([layer.start, layer.end, layer.base]))
        first, last = np.searchsorted(places, layer.start), np.searchsorted(places, layer.end)
        stretches, labels = max(len(places) - 1, 0), len(layer.labels)
        # +1 where a fragment starts and -1 where it ends, summed from the left.
        column = layer.label[layer.span]
        size = (stretches + 1) * labels
        opened = np.bincount(first * labels + column, minlength=size)
        opened -= np.bincount(last * labels + column, minlength=size)
        counts = np.cumsum(opened.reshape(stretches + 1, labels), axis=0)[:-1]
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
    others = layer.keeping(places.rest)
    sweep = Sweep.over(others)
    cell = others.document * shape[1] + others.annotator
    for other in range(shape[1]):
        covered = sweep.covered_by(others, other) > 0
        met = np.bincount(others.span, covered, minlength=len(cell)) > 0
        met &= others.annotator != other
        found = np.bincount(cell, met, minlength=shape[0] * shape[1])
        hits[:, :, other] += found.reshape(shape)
    cell = layer.document * shape[1] + layer.annotator
    spans = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)
    readings = layer.read[:, np.newaxis, :].astype(np.float64)
    size: Floats = spans.astype(np.float64)[:, :, np.newaxis] * readings
    size[:, np.arange(shape[1]), np.arange(shape[1])] = 0
    return hits, size
