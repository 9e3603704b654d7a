"""Agreement on spans: F1 by seven criteria, `agr` in both directions, and where boundaries lie.

All numbers are micro averages over pairs of annotators: hits of both sides over spans of both
sides. For two annotators and one-to-one criteria that is the usual F1. Spans that only touch do
not overlap (offsets are half-open). A discontinuous span is the set of its fragments.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

import numpy as np

from annotator.agreement.bootstrap import DEFAULT, Resampling, with_interval
from annotator.agreement.result import Result, Statistic, ratio
from annotator.agreement.span_table import SpanTable
from annotator.agreement.sweep import Sweep
from annotator.alignment.arrays import Bools, Floats, Ints
from annotator.alignment.assignment import best_matching

Criterion = Literal["strict", "exact", "partial", "type", "overlap", "token", "character"]
CRITERIA: Final[tuple[Criterion, ...]] = get_args(Criterion)
NO_SPANS: Final = "nobody marked anything in a shared document"
NO_DOCUMENTS: Final = "no document was read by two annotators"


def f1(
    layer: SpanTable, criterion: Criterion, *, resampling: Resampling | None = DEFAULT
) -> Result:
    """F1 of the layer's annotators, over all pairs.

    Args:
        layer: Spans to compare.
        criterion: What a hit is.
            "strict": the same fragments and the same label.
            "exact": the same fragments.
            "partial": one to one; 1 for the same fragments, 0.5 for an overlap (SemEval-2013).
            "type": one to one; any overlap with the same label (SemEval-2013 "type").
            "overlap": a span overlaps some span with the same label, however many.
            "token", "character": tokens or characters marked with the same label by both.
        resampling: Of documents, for the interval; None leaves it out.
    """
    layer = _shared(layer)
    unit = "spans"
    rows: Floats
    if criterion in ("strict", "exact"):
        rows = _equal(layer if criterion == "strict" else layer.without_labels())
    elif criterion == "overlap":
        hits, spans = _by_label(layer).overlap_counts
        rows = np.column_stack([hits.sum(axis=(1, 2)), spans.sum(axis=(1, 2))])
    elif criterion in ("partial", "type"):
        rows = _one_to_one(layer, criterion)
    else:
        unit = f"{criterion}s of both sides"
        positions = layer.in_tokens() if criterion == "token" else layer
        if positions is None:
            return _result(f"f1_{criterion}", layer, None, 0, unit, "the documents have no tokens")
        rows = _marked(positions)
    n = len(layer.document) if unit == "spans" else int(rows[:, 1].sum())
    statistic = Statistic(rows, _share, layer.documents)
    return with_interval(_result(f"f1_{criterion}", layer, statistic, n, unit, ""), resampling)


def pooled(
    layer: SpanTable,
    measure: str,
    parts: Sequence[Result],
    *,
    resampling: Resampling | None = DEFAULT,
) -> Result:
    """F1 of a layer from that of its labels: where labels must be the same, hits and spans add up.

    Args:
        layer: Whose labels `parts` are about, each once.
        measure: The name of the result: "f1_strict" from "f1_exact" of each label.
        parts: With their statistics.
    """
    rows = np.zeros((len(layer.documents), 2))
    for part in parts:
        if part.statistic is not None:
            rows += part.statistic.rows
    statistic = Statistic(rows, _share, layer.documents)
    n = sum(part.n for part in parts)
    return with_interval(_result(measure, layer, statistic, n, "spans", ""), resampling)


def agr(
    layer: SpanTable,
    first: str,
    second: str,
    *,
    same_label: bool = False,
    resampling: Resampling | None = DEFAULT,
) -> Result:
    """agr(first||second): the share of first's spans that overlap some span of second.

    Wiebe, Wilson & Cardie 2005, Language Resources and Evaluation 39:165-210. It is directional:
    report both ways; `agr_mean` pools them.
    """
    layer = _shared(layer.only([first, second]))
    hits, spans = (_by_label(layer) if same_label else layer).overlap_counts
    rows = np.column_stack([hits[:, 0, 1], spans[:, 0, 1]])
    statistic = Statistic(rows, _share, layer.documents)
    result = _result("agr", layer, statistic, int(rows[:, 1].sum()), "spans", "")
    return with_interval(replace(result, subject=f"{first} || {second}"), resampling)


def agr_mean(
    layer: SpanTable, *, same_label: bool = False, resampling: Resampling | None = DEFAULT
) -> Result:
    """`agr` pooled over all ordered pairs of annotators."""
    layer = _shared(layer)
    hits, spans = (_by_label(layer) if same_label else layer).overlap_counts
    rows = np.column_stack([hits.sum(axis=(1, 2)), spans.sum(axis=(1, 2))])
    statistic = Statistic(rows, _share, layer.documents)
    result = _result("agr_mean", layer, statistic, int(rows[:, 1].sum()), "pairs of spans", "")
    return with_interval(result, resampling)


def agr_matrix(layer: SpanTable, *, same_label: bool = False) -> Floats:
    """agr(row||column) of all ordered pairs (annotators, annotators), NaN where undefined."""
    hits, spans = (_by_label(layer) if same_label else layer).overlap_counts
    shares: Floats = ratio(hits.sum(axis=0), spans.sum(axis=0))
    return shares


@dataclass(frozen=True, slots=True)
class BoundaryAgreement:
    """Where the boundaries of spans lie that overlap one to one, whatever their label.

    Attributes:
        same_start, same_end: The share of matched pairs whose boundary is at the same position.
        start_distance, end_distance: The mean distance in positions (of matched pairs).
        unmatched: The share of spans without a partner.
    """

    same_start: Result
    same_end: Result
    start_distance: Result
    end_distance: Result
    unmatched: Result


def boundaries(layer: SpanTable, *, resampling: Resampling | None = DEFAULT) -> BoundaryAgreement:
    """Boundary-sensitive numbers, to be shown beside the unitizing alphas, which miss splits."""
    layer = _shared(layer)
    low, high = _hulls(layer)
    keys = _keys(layer.without_labels())
    found = _apart(layer)
    for mine, theirs, _ in _searched(layer, keys, 2.0):
        document = layer.document[mine]
        starts, ends = np.abs(low[mine] - low[theirs]), np.abs(high[mine] - high[theirs])
        for i, values in enumerate((None, starts == 0, ends == 0, starts, ends)):
            found[i] += layer.per_document(document, values)
    columns = np.column_stack([*found, _sides(layer)])
    pairs = int(columns[:, 0].sum())

    def over(name: str, above: int) -> Result:
        rows = columns[:, [above, 0]]
        statistic = Statistic(rows, _share, layer.documents)
        result = _result(name, layer, statistic, pairs, "matched pairs", "no two spans overlap")
        return with_interval(result, resampling)

    alone = np.column_stack([columns[:, 5] - 2 * columns[:, 0], columns[:, 5]])
    unmatched = _result(
        "unmatched_spans",
        layer,
        Statistic(alone, _share, layer.documents),
        int(columns[:, 5].sum()),
        "pairs of spans",
        "",
    )
    return BoundaryAgreement(
        over("same_start", 1),
        over("same_end", 2),
        over("start_distance", 3),
        over("end_distance", 4),
        with_interval(unmatched, resampling),
    )


def _apart(layer: SpanTable) -> Floats:
    """Pairs, same starts and ends, distances of starts and ends (5, documents): simple places."""
    places = layer.components
    start, end = places.edges(layer.fragments)
    found = np.zeros((5, len(places.document)))
    for i, j, both in places.pairs(layer.fragments):
        starts, ends = np.abs(start[i] - start[j]) * both, np.abs(end[i] - end[j]) * both
        found[0] += both
        found[1] += both & (starts == 0)
        found[2] += both & (ends == 0)
        found[3] += starts
        found[4] += ends
    return np.array([layer.per_document(places.document, values) for values in found])


def _share(sums: Floats) -> Floats:
    return ratio(sums[:, 0], sums[:, 1])


def _shared(layer: SpanTable) -> SpanTable:
    if layer.shared.all():
        return layer
    return layer.keeping(layer.shared[layer.document])


def _result(
    name: str, layer: SpanTable, statistic: Statistic | None, n: int, unit: str, otherwise: str
) -> Result:
    return Result.from_statistic(
        name,
        statistic,
        n,
        unit,
        undefined=NO_DOCUMENTS if not layer.shared.any() else otherwise or NO_SPANS,
        documents=int(layer.shared.sum()),
        annotators=layer.annotators,
        left_out=layer.unused,
    )


def _sides(layer: SpanTable) -> Floats:
    """Per document, the spans of both sides over all pairs of its readers."""
    readers = layer.read.sum(axis=1)
    sides: Floats = layer.per_document(layer.document) * np.maximum(readers - 1, 0)
    return sides


def _by_label(layer: SpanTable) -> SpanTable:
    """The layer on one line per label, so that only spans with one label can meet."""
    if len(layer.labels) < 2:
        return layer
    length = int(layer.base[-1])
    shift = layer.label[layer.span] * length
    labels = max(len(layer.labels), 1)
    ends = layer.base[1:] + np.arange(labels)[:, np.newaxis] * length
    return replace(
        layer.without_labels(),
        base=np.concatenate([[0], ends.ravel()]),
        start=layer.start + shift,
        end=layer.end + shift,
        tokens=None,
    )


def _keys(layer: SpanTable) -> Ints:
    """A number for each span: equal for spans with the same fragments and label."""
    pieces = np.bincount(layer.span, minlength=len(layer.document))
    first = np.flatnonzero(np.diff(layer.span, prepend=-1))
    length = int(layer.base[-1]) + 1
    keys = layer.start[first] * length + layer.end[first]
    # Those of several fragments are few: their tuples get numbers below zero.
    known: dict[tuple[int, ...], int] = {}
    for span in np.flatnonzero(pieces > 1):
        at = slice(int(first[span]), int(first[span] + pieces[span]))
        shape = (*layer.start[at].tolist(), *layer.end[at].tolist())
        keys[span] = -1 - known.setdefault(shape, len(known))
    labels = max(len(layer.labels), 1)
    if length * length * labels * len(layer.annotators) ** 2 >= 1 << 62:
        _, keys = np.unique(keys, return_inverse=True)
    labelled: Ints = keys * labels + layer.label
    return labelled


def _equal(layer: SpanTable) -> Floats:
    """Per document (hits, spans) of equal spans; a span marked twice needs two partners."""
    keys = _keys(layer)
    owner = keys * max(len(layer.annotators), 1) + layer.annotator
    order = np.argsort(owner, kind="stable")
    owner, keys = owner[order], keys[order]
    opening = np.ones(len(order), dtype=np.bool_)
    opening[1:] = owner[1:] != owner[:-1]
    copy = np.arange(len(order)) - np.flatnonzero(opening)[np.cumsum(opening) - 1]
    # The k-th copies of a span by different annotators meet each other.
    together = keys * (int(copy.max(initial=0)) + 1) + copy
    if copy.any():
        again = np.argsort(together, kind="stable")
        order, together = order[again], together[again]
    at = np.flatnonzero(np.diff(together, prepend=together[:1] - 1))
    having = np.diff(at, append=len(together))
    hits = layer.per_document(layer.document[order[at]], having * (having - 1))
    return np.column_stack([hits, _sides(layer)])


def _marked(layer: SpanTable) -> Floats:
    """Per document (hits, positions): positions that annotators of a pair gave the same label."""
    line = _by_label(layer.united())
    sweep = Sweep.over(line)
    readers = layer.read.sum(axis=1)
    # The line holds all documents once per label.
    document = sweep.document % max(len(readers), 1)
    marking = sweep.counts.sum(axis=0)
    hits = layer.per_document(document, sweep.length * marking * (marking - 1))
    sides = layer.per_document(document, sweep.length * marking * (readers[document] - 1))
    return np.column_stack([hits, sides])


def _hulls(layer: SpanTable) -> tuple[Ints, Ints]:
    """First start and last end of each span (fragments come sorted within a span)."""
    first = np.flatnonzero(np.diff(layer.span, prepend=-1))
    last = np.append(first[1:], len(layer.span)) - 1 if len(first) else first
    return layer.start[first], layer.end[last]


def _matched(
    layer: SpanTable, keys: Ints, equal_worth: float
) -> Iterator[tuple[Ints, Ints, Bools]]:
    """Pair overlapping spans of all pairs of annotators one to one, for the greatest worth.

    Args:
        layer: Spans; the labels are not looked at.
        keys: Equal for equal spans (spans,).
        equal_worth: What two equal spans are worth; others are worth 1.

    Yields:
        Spans, their partners, and whether the two are equal: some pairs at a time.
    """
    places = layer.components
    for i, j, both in places.pairs(layer.fragments):
        left, right = places.item[i, both], places.item[j, both]
        yield left, right, keys[left] == keys[right]
    yield from _searched(layer, keys, equal_worth)


def _searched(
    layer: SpanTable, keys: Ints, equal_worth: float
) -> Iterator[tuple[Ints, Ints, Bools]]:
    """The same where somebody has several spans, or one of several pieces."""
    coders, size = len(layer.annotators), layer.size
    fragments = layer.fragments.only(layer.components.rest)
    for first, last in fragments.blocks():
        pairs = fragments.overlapping_pairs(first, last)
        left, right = pairs.first, pairs.second
        equal = keys[left] == keys[right]
        # How much they overlap only decides between choices of the same worth.
        dice = 2 * pairs.common / (size[left] + size[right])
        weight = np.where(equal, equal_worth, 1.0) + 1e-6 * dice
        # One matching for all pairs of annotators: a span is a node of its own for each of them.
        ours = (left - first) * coders + layer.annotator[right]
        theirs = (right - first) * coders + layer.annotator[left]
        chosen = best_matching(ours, theirs, weight)
        yield left[chosen], right[chosen], equal[chosen]


def _one_to_one(layer: SpanTable, criterion: Criterion) -> Floats:
    # On a line per label only spans with one label can meet.
    line = _by_label(layer) if criterion == "type" else layer.without_labels()
    # Both sides are counted: a partial hit is worth 0.5 to each, others 1.
    partial = criterion == "partial"
    hits = np.zeros(len(layer.documents))
    for mine, _, equal in _matched(line, _keys(line), 2.0 if partial else 1.0):
        worth = np.where(equal, 2.0, 1.0) if partial else np.full(len(mine), 2.0)
        hits += layer.per_document(layer.document[mine], worth)
    return np.column_stack([hits, _sides(layer)])
