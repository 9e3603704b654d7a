"""Which label, which annotator and which document the disagreement comes from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from annotator.agreement.alpha import alpha, coincidences, nominal_alpha
from annotator.agreement.bootstrap import DEFAULT, Resampling, with_interval
from annotator.agreement.result import NO_SHARED_UNITS, ONE_LABEL, Result, Statistic, ratio
from annotator.agreement.units import Label, Units
from annotator.alignment.arrays import Floats


@dataclass(frozen=True, slots=True)
class LabelAgreement:
    """One label against the rest.

    Attributes:
        label: Of the scheme; `count` says how often it was given in shared units.
        alpha: Krippendorff's alpha of "this label or another".
        specific: Of the pairs in which someone gave the label, the share in which both did
            (specific agreement; for two annotators the F1 of the label).
    """

    label: Label
    count: int
    alpha: Result
    specific: Result


@dataclass(frozen=True, slots=True)
class LabelMerge:
    """What alpha would be if two labels were one. Merging always tends to raise percent agreement,
    and a scheme with fewer labels says less: a gain alone is no reason to merge."""

    first: Label
    second: Label
    confused: int
    alpha: float | None
    gain: float | None


def per_label(
    units: Units, *, resampling: Resampling | None = DEFAULT
) -> tuple[LabelAgreement, ...]:
    """Agreement on each label, in the order of the scheme; a report sorts them worst first."""
    return tuple(
        LabelAgreement(
            units.labels[place],
            int((units.counts[place] * units.shared).sum()),
            _one_against_rest(units, place, resampling),
            _specific(units, place, resampling),
        )
        for place in range(len(units.labels))
    )


def _one_against_rest(units: Units, place: int, resampling: Resampling | None) -> Result:
    count, m = units.counts[place].astype(np.int64), units.given
    disagreement = 2 * count * (m - count) / np.maximum(m - 1, 1)
    rows = units.per_document(
        [disagreement, count * units.shared, (m - count) * units.shared],
    )
    statistic = units.statistic(rows, nominal_alpha)
    used = int((count * units.shared).sum())
    return _labelled("alpha_one_against_rest", units, place, statistic, used, resampling)


def _specific(units: Units, place: int, resampling: Resampling | None) -> Result:
    count, m = units.counts[place].astype(np.int64), units.given
    rows = units.per_document([count * (count - 1), count * (m - 1)])

    def measure(sums: Floats) -> Floats:
        return ratio(sums[:, 0], sums[:, 1])

    statistic = units.statistic(rows, measure)
    used = int((count * units.shared).sum())
    return _labelled("specific_agreement", units, place, statistic, used, resampling)


def _labelled(
    name: str,
    units: Units,
    place: int,
    statistic: Statistic,
    used: int,
    resampling: Resampling | None,
) -> Result:
    reason = ONE_LABEL if used else "nobody gave this label to a shared unit"
    result = Result.from_statistic(
        name,
        statistic,
        used,
        "labels",
        undefined=reason if units.shared.any() else NO_SHARED_UNITS,
        documents=int(statistic.rows.any(axis=1).sum()),
        annotators=units.annotators,
        left_out=units.unused,
        subject=str(units.labels[place]),
    )
    return with_interval(result, resampling)


def _defined(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def without_each_annotator(
    units: Units, *, resampling: Resampling | None = DEFAULT
) -> tuple[Result, ...]:
    """Nominal alpha with each annotator left out in turn; `subject` names who is left out."""
    out = []
    for name in units.annotators:
        rest = units.only(other for other in units.annotators if other != name)
        out.append(replace(alpha(rest, resampling=resampling), subject=f"without {name}"))
    return tuple(out)


def alpha_if_one(units: Units, labels: Collection[Label]) -> float | None:
    """Nominal alpha if these labels were one (none or one of them: as it is); None undefined."""
    table = coincidences(units)
    place = np.arange(len(units.labels))
    chosen = [i for i, label in enumerate(units.labels) if label in labels]
    if chosen:
        place[chosen] = chosen[0]
    folded = np.zeros_like(table)
    np.add.at(folded, (place[:, np.newaxis], place[np.newaxis, :]), table)
    counts = folded.sum(axis=0)
    n = float(counts.sum())
    expected = n * n - float((counts**2).sum())
    return 1 - (n - 1) * float(folded.sum() - np.trace(folded)) / expected if expected else None


def merges(units: Units) -> tuple[LabelMerge, ...]:
    """Nominal alpha after merging each two labels, greatest gain first.

    Merging i and j moves 2 o_ij of the coincidences from disagreement to agreement and 2 n_i n_j
    of the expected ones, so all pairs come from one coincidence matrix.
    """
    table = coincidences(units)
    per_label_counts = table.sum(axis=0)
    n = float(per_label_counts.sum())
    first, second = np.triu_indices(len(units.labels), 1)
    disagreeing = table.sum() - np.trace(table)
    expected = n * n - (per_label_counts**2).sum()
    now = 1 - ratio(np.array([(n - 1) * disagreeing]), np.array([expected]))[0]
    merged = 1 - ratio(
        (n - 1) * (disagreeing - 2 * table[first, second]),
        expected - 2 * per_label_counts[first] * per_label_counts[second],
    )
    counts = units.counts.astype(np.int64)
    found = [
        LabelMerge(
            units.labels[i],
            units.labels[j],
            int((counts[i] * counts[j]).sum()),
            _defined(merged[p]),
            _defined(merged[p] - now),
        )
        for p, (i, j) in enumerate(zip(first, second, strict=True))
        if per_label_counts[i] and per_label_counts[j]
    ]
    return tuple(sorted(found, key=lambda m: (m.gain is None, -(m.gain or 0), str(m.first))))
