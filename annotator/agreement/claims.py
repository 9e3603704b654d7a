"""Agreement on claims as wholes: contents and sources and cues at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from annotator.agreement.bootstrap import DEFAULT, Resampling, with_interval
from annotator.agreement.result import Result, Statistic, left_out, ratio
from annotator.agreement.span_table import SpanTable
from annotator.alignment.arrays import Bools, Floats, lookup_sorted, sorted_unique
from annotator.alignment.claim_table import ClaimTable
from annotator.alignment.components import SimpleComponents
from annotator.alignment.inputs import ComparedText
from annotator.alignment.overlaps import Fragments

WHOLE: Final = ("content", "source", "cue")


def f1_whole(
    documents: Iterable[ComparedText] | ClaimTable,
    *,
    roles: Sequence[str] = WHOLE,
    annotators: Sequence[str] | None = None,
    resampling: Resampling | None = DEFAULT,
) -> Result:
    """Agreement on claims as wholes, both directions and all pairs pooled.

    Of a claim every one of `roles` must overlap in one claim of the other. A role that both claims
    lack counts as agreeing (neither has a source), one that only one of them has does not.
    """
    table = ClaimTable.from_documents(documents, annotators)
    hits, claims = _wholes(table, roles)
    rows = np.column_stack([hits.sum(axis=1), claims.sum(axis=1)])
    return with_interval(_result("f1_whole", table, rows, "claims of both sides"), resampling)


def agr_over_claims(
    layer: SpanTable, table: ClaimTable, *, resampling: Resampling | None = DEFAULT
) -> Result:
    """`agr_mean` of one role over all claims: a claim without the role counts as not found.

    `agr_mean` leaves such claims out, so that annotators who often give no source agree better.

    Args:
        layer: The spans of the role, of all documents of the table.
        table: The claims.
    """
    hits, _ = layer.overlap_counts
    claims, others = _claims_and_others(table)
    rows = np.column_stack([hits.sum(axis=(1, 2)), (claims * others).sum(axis=1)])
    return with_interval(_result("agr_over_claims", table, rows, "pairs of claims"), resampling)


def agr_attribution(
    documents: Iterable[ComparedText] | ClaimTable,
    *,
    annotators: Sequence[str] | None = None,
    resampling: Resampling | None = DEFAULT,
) -> Result:
    """`agr` attribution by attribution, over all ordered pairs of annotators.

    The share of claims of which some role overlaps the same role of some claim of the other: was
    the attribution found at all, however its parts were cut?
    """
    table = ClaimTable.from_documents(documents, annotators)
    hits, claims = SpanTable.from_claims(table).overlap_counts
    rows = np.column_stack([hits.sum(axis=(1, 2)), claims.sum(axis=(1, 2))])
    return with_interval(_result("agr_attribution", table, rows, "pairs of claims"), resampling)


def _claims_and_others(table: ClaimTable) -> tuple[Floats, Floats]:
    """Claims (documents, annotators), and how many others read each document (documents, 1)."""
    coders = len(table.annotators)
    cell = table.document * coders + table.annotator
    claims = np.bincount(cell, minlength=len(table.names) * coders).astype(np.float64)
    others = np.maximum(table.read.sum(axis=1) - 1, 0)[:, np.newaxis]
    return claims.reshape(len(table.names), coders), others


def _wholes(table: ClaimTable, roles: Sequence[str]) -> tuple[Floats, Floats]:
    """How many claims have a counterpart, summed over the other readers, and how many could.

    Returns:
        Two arrays (documents, annotators).
    """
    coders = len(table.annotators)
    ranges = [table.role(role) for role in roles]
    # The role that most claims have comes first: pairs are sought where that one overlaps.
    ranges.sort(key=lambda fragments: int((fragments.size == 0).sum()))
    shape = (len(table.names), coders)
    places = SimpleComponents.from_fragments(ranges[0], coders, ranges[1:])
    hits = _simple(places, ranges, shape) + _others(table, ranges, places.rest)
    claims, others = _claims_and_others(table)
    return hits, claims * others


def _simple(
    places: SimpleComponents, ranges: Sequence[Fragments], shape: tuple[int, int]
) -> Floats:
    """Hits (documents, annotators) in places where each annotator has at most one claim."""
    edges = [places.edges(fragments) for fragments in ranges]
    lacking = [end == 0 for _, end in edges]
    agreeing = np.zeros(places.item.shape)
    for i, j, both in places.pairs(ranges[0]):
        for (start, end), lack in zip(edges[1:], lacking[1:], strict=True):
            overlapping = np.maximum(start[i], start[j]) < np.minimum(end[i], end[j])
            both &= overlapping | (lack[i] & lack[j])
        agreeing[i] += both
        agreeing[j] += both
    sums = [np.bincount(places.document, mine, minlength=shape[0]) for mine in agreeing]
    return np.array(sums).reshape(shape[::-1]).T


def _others(table: ClaimTable, ranges: Sequence[Fragments], wanted: Bools) -> Floats:
    """Hits (documents, annotators) of the other claims: pairs of overlapping ones are listed."""
    total, coders = len(table), len(table.annotators)
    lacking = [fragments.size == 0 for fragments in ranges]
    ranges = [fragments.only(wanted) for fragments in ranges]
    cell = table.document * coders + table.annotator
    hits = np.zeros(len(table.names) * coders)
    for first, last in ranges[0].blocks():
        overlaps = [fragments.overlapping_pairs(first, last) for fragments in ranges]
        left, right = overlaps[0].first, overlaps[0].second
        keys = overlaps[0].keys(total)
        agreeing = np.ones(len(keys), dtype=np.bool_)
        for lack, pairs in zip(lacking[1:], overlaps[1:], strict=True):
            overlapping = lookup_sorted(pairs.keys(total), keys)[1]
            agreeing &= overlapping | (lack[left] & lack[right])
        left, right = left[agreeing], right[agreeing]
        owner = table.annotator
        # A claim counts once for each annotator who has a counterpart, however many there are.
        met = np.concatenate([left * coders + owner[right], right * coders + owner[left]])
        hits += np.bincount(cell[sorted_unique(met) // max(coders, 1)], minlength=len(hits))
    return hits.reshape(len(table.names), coders)


def _result(name: str, table: ClaimTable, rows: Floats, unit: str) -> Result:
    statistic = Statistic(rows, lambda sums: ratio(sums[:, 0], sums[:, 1]), table.names)
    readers = table.read.sum(axis=1)
    shared = int((readers > 1).sum())
    reason = "nobody marked a claim in a shared document"
    return Result.from_statistic(
        name,
        statistic,
        int(rows[:, 1].sum()),
        unit,
        undefined=reason if shared else "no document was read by two annotators",
        documents=shared,
        annotators=table.annotators,
        left_out=left_out(documents_read_by_one_annotator_only=int((readers == 1).sum())),
    )
