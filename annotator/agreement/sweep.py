"""One pass over the line of all documents: stretches in which nothing starts or ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotator.agreement.boundaries import number_boundaries
from annotator.agreement.span_table import SpanTable
from annotator.alignment.arrays import Floats, Ints


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
    def over(layer: SpanTable) -> Sweep:
        """Cut the line of a layer at every boundary."""
        places, first, last = number_boundaries(layer.start, layer.end, layer.base)
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

    def covered_by(self, layer: SpanTable, annotator: int) -> Floats:
        """How much of each fragment lies under any span of one annotator (fragments,)."""
        theirs = layer.annotator[layer.span] == annotator
        size = len(self.length) + 1
        opened = np.bincount(self.first[theirs], minlength=size)
        opened -= np.bincount(self.last[theirs], minlength=size)
        under = np.cumsum(opened)[:-1] > 0
        reach = np.concatenate([[0], np.cumsum(self.length * under)])
        covered: Floats = (reach[self.last] - reach[self.first]).astype(np.float64)
        return covered
