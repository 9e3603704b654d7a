"""Krippendorff's alpha for unitizing of 1995, which sees where units are cut.

Krippendorff 1995, "On the reliability of unitizing continuous data", Sociological Methodology
25:47-76; Content Analysis (2nd ed., 2004), pp. 251-256. Differences are squared distances of
boundaries; a unit that meets none of another annotator's units differs by its squared length.
It is shown beside the 2016 family because that one does not see splits.
"""

from __future__ import annotations

import numpy as np

from annotator.agreement.bootstrap import DEFAULT, Resampling, with_interval
from annotator.agreement.result import Result, Statistic, ratio
from annotator.agreement.span_table import SpanTable
from annotator.alignment.arrays import Floats, Ints, sorted_unique
from annotator.alignment.overlaps import starting_within


def alpha_u_1995(layer: SpanTable, *, resampling: Resampling | None = DEFAULT) -> Result:
    """αU over all labels, for documents that at least two of the layer's annotators read.

    Labels are compared one by one (a wrong label is a missing and a superfluous unit), and each
    document is a continuum of its own: chance moves units within their document.
    """
    shared = layer.shared[layer.document]
    layer = layer.keeping(shared)
    n = len(layer.span)
    reason = ""
    rows = np.zeros((len(layer.documents), 2))
    clash = next(
        (c for c in (layer.with_label(x).overlaps_itself() for x in layer.labels) if c), None
    )
    if clash is not None:
        reason = f"{clash[0]} marked overlapping spans of one label in {clash[1]}"
    elif not layer.shared.any():
        reason = "no document was read by two annotators"
    elif not n:
        reason = "nobody marked anything in a shared document"
    else:
        rows = np.column_stack([_observed(layer), _expected(layer)])
    statistic = Statistic(rows, lambda sums: 1 - ratio(sums[:, 0], sums[:, 1]), layer.documents)
    result = Result.from_statistic(
        "alpha_u_1995",
        statistic,
        n,
        "fragments",
        undefined=reason or "everything is marked by everyone",
        documents=int(layer.shared.sum()),
        annotators=layer.annotators,
        left_out=layer.unused,
    )
    return with_interval(result, resampling)


def _observed(layer: SpanTable) -> Floats:
    """Per document, the mean over ordered pairs of annotators of the squared differences."""
    document = layer.document[layer.span]
    annotator, label = layer.annotator[layer.span], layer.label[layer.span]
    size = layer.end - layer.start
    # All fragments are compared with all, on one line per label.
    shift = label * (layer.base[-1] + 1)
    start, end = layer.start + shift, layer.end + shift
    mine, theirs = starting_within(start, end, start)
    once = (annotator[mine] != annotator[theirs]) & (
        (start[mine] < start[theirs]) | (mine < theirs)
    )
    mine, theirs = mine[once], theirs[once]
    apart = (start[mine] - start[theirs]) ** 2 + (end[mine] - end[theirs]) ** 2
    # How many annotators have a unit that meets this one; the others have a gap around it.
    several = len(layer.annotators)
    met_by = np.concatenate(
        [mine * several + annotator[theirs], theirs * several + annotator[mine]]
    )
    readers = layer.read.sum(axis=1)
    alone = (
        readers[document] - 1 - np.bincount(sorted_unique(met_by) // several, minlength=len(size))
    )
    # Two units differ from both sides, as does a unit in a gap.
    total = layer.per_document(document[mine], 2 * apart)
    total += layer.per_document(document, 2 * alone * size * size)
    pairs: Ints = np.maximum(readers * (readers - 1), 1)
    return total / pairs


def _expected(layer: SpanTable) -> Floats:
    """Per document, the differences expected when units keep their length but not their place."""
    out = np.zeros(len(layer.documents))
    document, label = layer.document[layer.span], layer.label[layer.span]
    annotator = layer.annotator[layer.span]
    order = np.lexsort((layer.start, annotator, label, document))
    group = document[order] * len(layer.labels) + label[order]
    opening = np.flatnonzero(np.diff(group, prepend=-1))
    for at in np.split(order, opening[1:]):
        d = document[at[0]]
        low, high = int(layer.base[d]), int(layer.base[d + 1])
        length, readers = high - low, int(layer.read[d].sum())
        size = (layer.end - layer.start)[at].astype(np.float64)
        gaps = _gaps(layer.start[at], layer.end[at], annotator[at], low, high, readers)
        # Room for a unit of length l in all gaps: the sum of (gap - l + 1) over gaps >= l.
        first = np.searchsorted(gaps, size)
        sums = np.concatenate([np.cumsum((gaps + 1)[::-1])[::-1], [0.0]])
        room = sums[first] - size * (len(gaps) - first)
        units = (len(at) - 1) / 3 * (2 * size**3 - 3 * size**2 + size) + size**2 * room
        positions = readers * length
        below = positions * (positions - 1) - (size * (size - 1)).sum()
        out[d] += 2 * length * units.sum() / below if below > 0 else 0.0
    return out


def _gaps(start: Ints, end: Ints, annotator: Ints, low: int, high: int, readers: int) -> Floats:
    """The lengths of all gaps of all readers, sorted; units come sorted by annotator and start."""
    first = np.diff(annotator, prepend=-1) != 0
    before = np.where(first, low, np.concatenate([[low], end[:-1]]))
    last = np.append(first[1:], True)
    silent = readers - int(first.sum())
    gaps = np.concatenate([start - before, high - end[last], np.full(silent, high - low)])
    return np.sort(gaps[gaps > 0]).astype(np.float64)
