"""Krippendorff's alpha for unitizing a continuum: the 2016 family.

Krippendorff, Mathet, Bouvry & Widlöcher 2016, "On the reliability of unitizing textual continua:
Further developments", Quality & Quantity 50:2347-2364. Each annotator cuts each document into
labelled units and gaps; agreement is length in common. A discontinuous span is a set of units, one
per fragment. The family does not see splits: one span of 20 and two touching spans of 10 with one
label agree wholly, so a boundary-sensitive number belongs beside it (`boundaries`, `continuum`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from annotator.agreement.bootstrap import DEFAULT, Resampling, with_interval
from annotator.agreement.result import Result, Statistic, ratio, small_n
from annotator.agreement.span_table import SpanTable
from annotator.agreement.sweep import Sweep
from annotator.alignment.arrays import Floats

PROVISIONAL: Final = (
    "for three or more annotators published programs read the paper's correction of expected "
    "intersections in different ways (difference about .01)"
)
NOTHING_MARKED: Final = "nobody marked anything in a shared document"


@dataclass(frozen=True, slots=True)
class UnitizingAgreement:
    """The family: all of unitizing and labelling, boundaries alone, labels alone, each label.

    Attributes:
        u: uα: agreement on units and their labels at once.
        binary: |uα: on what is marked and what is not, whatever the label.
        cu: cuα: on labels where two annotators' units overlap.
        ku: (k)uα of each label (`subject`).
        coverage: For each label, the share of its length that overlaps any unit of others.
    """

    u: Result
    binary: Result
    cu: Result
    ku: tuple[Result, ...]
    coverage: tuple[Result, ...]


def unitizing(layer: SpanTable, *, resampling: Resampling | None = DEFAULT) -> UnitizingAgreement:
    """Compute the family for the documents that at least two of the layer's annotators read.

    Undefined when one annotator's own spans overlap, which a continuum cannot hold: compare label
    by label (`SpanTable.with_label`) or what is marked at all (`SpanTable.united`).
    """
    family = _Family(layer, resampling, overlaps=True)
    labels = range(len(layer.labels))
    apart = "no two annotators' spans overlap, or all that do have one label"
    several = bool((layer.read.sum(axis=1) > 2).any())

    def provisional(found: Result) -> Result:
        return replace(found, provisional=PROVISIONAL if several else "")

    columns = family.columns
    return UnitizingAgreement(
        family.u_alpha,
        family.binary,
        provisional(family.result("cu_alpha", columns.cu_alpha, apart)),
        tuple(
            provisional(family.result("ku_alpha", columns.ku_alpha(k), apart, k)) for k in labels
        ),
        tuple(
            family.result("ku_coverage", columns.coverage(k), "nobody used this label", k)
            for k in labels
        ),
    )


def u_alpha(layer: SpanTable, *, resampling: Resampling | None = DEFAULT) -> Result:
    """uα alone (see `unitizing`), without what only the others of the family need."""
    return _Family(layer, resampling, overlaps=False).u_alpha


def u_alpha_binary(layer: SpanTable, *, resampling: Resampling | None = DEFAULT) -> Result:
    """|uα alone (see `unitizing`)."""
    return _Family(layer, resampling, overlaps=False).binary


class _Family:
    """The sums over a layer, and results from them."""

    def __init__(self, layer: SpanTable, resampling: Resampling | None, *, overlaps: bool) -> None:
        self.layer, self._resampling = layer, resampling
        self.columns = columns = _Columns(len(layer.labels))
        self._clash = layer.overlaps_itself()
        self._rows = (
            np.zeros((len(layer.documents), columns.width))
            if self._clash
            else _rows(layer, columns, overlaps=overlaps)
        )
        n = int(layer.shared[layer.document[layer.span]].sum())
        self._blank = Result(
            "", None, "", n, "fragments", int(layer.shared.sum()), layer.annotators,
            layer.unused, warnings=small_n(n, "fragments"),
        )  # fmt: skip

    def result(
        self,
        name: str,
        measure: Callable[[Floats], Floats],
        otherwise: str,
        label: int | None = None,
    ) -> Result:
        """One coefficient with its interval, or the reason why it is undefined."""
        statistic = Statistic(self._rows, measure, self.layer.documents)
        value = statistic.value()
        reason = otherwise
        if self._clash is not None:
            who, where = self._clash
            reason = f"{who} marked overlapping spans in {where}: compare label by label"
        elif not self.layer.shared.any():
            reason = "no document was read by two annotators"
        elif not self._blank.n:
            reason = NOTHING_MARKED
        elif not np.isnan(value):
            reason = ""
        found = replace(
            self._blank,
            measure=name,
            value=None if reason else value,
            undefined=reason,
            subject="" if label is None else self.layer.labels[label],
            statistic=statistic,
        )
        return with_interval(found, self._resampling)

    @property
    def u_alpha(self) -> Result:
        """uα."""
        return self.result("u_alpha", self.columns.u_alpha, "everything is marked with one label")

    @property
    def binary(self) -> Result:
        """|uα."""
        reason = "everything is marked by everyone"
        return self.result("u_alpha_binary", self.columns.binary, reason)


class _Columns:
    """Which sums a row holds, and the coefficients from them (resamples, width) -> (resamples,).

    First the intersections l_ck of labels and, as the last label, the gap (upper triangle), then
    the corrections q of each label and of the gap, then the corrections q* of each label.
    """

    def __init__(self, labels: int) -> None:
        self.labels = labels
        self.first, self.second = np.triu_indices(labels + 1)
        self.cells = len(self.first)
        self.width = self.cells + 2 * labels + 1

    def _intersections(self, sums: Floats) -> Floats:
        size = self.labels + 1
        full = np.zeros((len(sums), size, size))
        full[:, self.first, self.second] = sums[:, : self.cells]
        full[:, self.second, self.first] = sums[:, : self.cells]
        return full

    def u_alpha(self, sums: Floats) -> Floats:
        """Equations 4 and 5a."""
        return _alpha(self._intersections(sums), sums[:, self.cells :][:, : self.labels + 1])

    def binary(self, sums: Floats) -> Floats:
        """Equation 6."""
        found = self._intersections(sums)
        q = sums[:, self.cells :][:, : self.labels + 1]
        total, gaps = found.sum(axis=(1, 2)), found[:, -1].sum(axis=1)
        # The expected intersections of a gap with units have no correction on the diagonal.
        expected = ratio(total * gaps * (total - gaps), total**2 - q.sum(axis=1))
        return 1 - _relative(gaps - found[:, -1, -1], expected, total)

    def cu_alpha(self, sums: Floats) -> Floats:
        """Equations 10 and 11."""
        return _alpha(self._intersections(sums)[:, :-1, :-1], sums[:, self.width - self.labels :])

    def ku_alpha(self, k: int) -> Callable[[Floats], Floats]:
        """Equation 13b for one label."""

        def measure(sums: Floats) -> Floats:
            found = self._intersections(sums)[:, :-1, :-1]
            expected = _expected(found, sums[:, self.width - self.labels :])
            length, chance = found[:, k].sum(axis=1), expected[:, k].sum(axis=1)
            apart = _relative(length - found[:, k, k], chance - expected[:, k, k], length)
            return 1 - ratio(chance, length) * apart

        return measure

    def coverage(self, k: int) -> Callable[[Floats], Floats]:
        """How much of a label's length two annotators' units share, whatever their labels."""

        def measure(sums: Floats) -> Floats:
            found = self._intersections(sums)[:, k]
            return ratio(found[:, :-1].sum(axis=1), found.sum(axis=1))

        return measure


def _expected(found: Floats, correction: Floats) -> Floats:
    """Expected intersections (resamples, labels, labels), equations 4 and 10."""
    total, by_label = found.sum(axis=(1, 2)), found.sum(axis=2)
    products = by_label[:, :, np.newaxis] * by_label[:, np.newaxis, :]
    diagonal = np.arange(found.shape[1])
    products[:, diagonal, diagonal] -= correction
    below = total**2 - correction.sum(axis=1)
    # Nothing is left to expect when the correction takes all (few short overlaps of many readers).
    scale = ratio(total, np.where(below > 1e-9 * total**2, below, 0.0))
    expected: Floats = products * scale[:, np.newaxis, np.newaxis]
    return expected


def _alpha(found: Floats, correction: Floats) -> Floats:
    expected = _expected(found, correction)
    total = found.sum(axis=(1, 2))
    observed = total - np.trace(found, axis1=1, axis2=2)
    return 1 - _relative(observed, total - np.trace(expected, axis1=1, axis2=2), total)


def _relative(above: Floats, below: Floats, scale: Floats) -> Floats:
    """above / below, undefined where `below` is zero but for rounding of sums as big as `scale`."""
    return ratio(above, np.where(np.abs(below) > 1e-9 * scale, below, 0.0))


def _rows(layer: SpanTable, columns: _Columns, *, overlaps: bool) -> Floats:
    sweep = Sweep.over(layer)
    readers = layer.read.sum(axis=1)
    share = np.where(layer.shared, 1 / np.maximum(readers - 1, 1), 0.0)
    gaps = readers[sweep.document] - sweep.counts.sum(axis=0)
    counts = [*sweep.counts, gaps]
    weight = sweep.length * share[sweep.document]
    rows = np.empty((len(layer.documents), columns.width))
    for i, (one, other) in enumerate(zip(columns.first, columns.second, strict=True)):
        together = counts[one] * (counts[other] - (one == other))
        rows[:, i] = layer.per_document(sweep.document, weight * together)
    size = layer.end - layer.start
    span = layer.span
    used = layer.shared[layer.document[span]].astype(np.float64)
    overlap = np.zeros(len(span))
    if overlaps:
        overlap = _overlap_correction(layer, sweep) * share[layer.document[span]]
    for k in range(columns.labels):
        mine = np.flatnonzero(layer.label[span] == k)
        where = layer.document[span[mine]]
        rows[:, columns.cells + k] = layer.per_document(where, (used * size * size)[mine])
        rows[:, columns.width - columns.labels + k] = layer.per_document(where, overlap[mine])
    # Gaps have no structure: each character is a unit of its own.
    inside = layer.shared[sweep.document]
    rows[:, columns.cells + columns.labels] = layer.per_document(
        sweep.document, sweep.length * gaps * inside
    )
    return rows


def _overlap_correction(layer: SpanTable, sweep: Sweep) -> Floats:
    """For each fragment, the sum over other annotators of its squared length under their spans."""
    total = np.zeros(len(layer.span))
    owner = layer.annotator[layer.span]
    for annotator in range(len(layer.annotators)):
        covered = sweep.covered_by(layer, annotator)
        total += np.where(owner == annotator, 0.0, covered * covered)
    return total
