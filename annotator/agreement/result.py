"""What every measure returns: a value or why there is none, what it used, and how sure it is."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.alignment.arrays import Floats

NO_ANNOTATIONS = "no annotations"
NO_SHARED_UNITS = "no shared units (n=0)"
ONE_LABEL = "one label only: no disagreement was possible, so chance cannot be told from agreement"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many units a measure could not use, and why."""

    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval from resampling whole documents with replacement.

    `over` is "documents", or "units" when the caller gave no documents and each unit stood for
    one. `dropped` counts resamples in which the measure was undefined.
    """

    low: float
    high: float
    level: float
    documents: int
    resamples: int
    dropped: int
    seed: int
    over: str = "documents"


@dataclass(frozen=True, eq=False)
class Statistic:
    """A measure as sums over documents, so that resampling documents is one matrix product.

    Attributes:
        parts: (documents, sums), or its columns one by one (documents,), which `rows` puts
            together when they are asked for; the corpus value is `measure` of the column sums.
        measure: Maps sums (resamples, sums) to values (resamples,), NaN where undefined.
        documents: The name of each row.
        over: "documents" or "units": what a row is.
    """

    parts: Floats | tuple[NDArray[Any], ...]
    measure: Callable[[Floats], Floats]
    documents: Sequence[Hashable]
    over: str = "documents"

    @cached_property
    def rows(self) -> Floats:
        """(documents, sums)."""
        if not isinstance(self.parts, tuple):
            return self.parts
        rows = np.empty((len(self.documents), len(self.parts)), order="F")
        for i, column in enumerate(self.parts):
            rows[:, i] = column
        return rows

    def value(self) -> float:
        """The value over all documents; NaN when undefined."""
        if isinstance(self.parts, tuple):
            sums = np.array([column.sum(dtype=np.float64) for column in self.parts])
        else:
            sums = self.parts.sum(axis=0)
        return float(self.measure(sums[np.newaxis])[0])

    def by_document(self) -> Floats:
        """The measure of each document alone (documents,), NaN where undefined."""
        return self.measure(self.rows)

    def without_each(self) -> Floats:
        """The measure with each document left out in turn (documents,): its pull on the whole."""
        return self.measure(self.rows.sum(axis=0)[np.newaxis] - self.rows)


@dataclass(frozen=True, slots=True)
class Result:
    """One number of agreement, or the reason why it is undefined.

    Attributes:
        measure: What it is: "alpha_nominal", "f1_strict", ...
        value: The number; None when undefined.
        undefined: Why there is no value; empty when there is one.
        n: How many units of kind `unit` the value rests on.
        left_out: Units that could not be used, with the reason.
        no_interval: Why there is no interval; empty when there is one or none was asked for.
        provisional: Why the value may still change; empty for settled measures.
        subject: The label or the pair of annotators it is about; empty for all together.
        statistic: What resampling and comparing need; not part of equality.
    """

    measure: str
    value: float | None
    undefined: str
    n: int
    unit: str
    documents: int
    annotators: tuple[str, ...]
    left_out: tuple[LeftOut, ...] = ()
    interval: Interval | None = None
    no_interval: str = ""
    provisional: str = ""
    warnings: tuple[str, ...] = ()
    subject: str = ""
    statistic: Statistic | None = field(default=None, repr=False, compare=False)

    @staticmethod
    def from_statistic(
        measure: str,
        statistic: Statistic | None,
        n: int,
        unit: str,
        *,
        undefined: str,
        documents: int,
        annotators: tuple[str, ...],
        left_out: tuple[LeftOut, ...] = (),
        subject: str = "",
    ) -> Result:
        """The value of a statistic over all documents, without an interval yet.

        Args:
            measure, n, unit, documents, annotators, left_out, subject: As the attributes.
            statistic: None where there is nothing to compute.
            undefined: Why there is no value, in case there is none.
        """
        value = float("nan") if statistic is None else statistic.value()
        missing = bool(np.isnan(value))
        return Result(
            measure,
            None if missing else value,
            undefined if missing else "",
            n,
            unit,
            documents,
            annotators,
            left_out,
            warnings=small_n(n, unit),
            subject=subject,
            statistic=statistic,
        )

    def __str__(self) -> str:
        if self.value is None:
            return f"undefined: {self.undefined}"
        text = f"{self.value:.3f}"
        if self.interval is not None:
            text += f" [{self.interval.low:.3f}, {self.interval.high:.3f}]"
        return f"{text} (n={self.n} {self.unit})"


def left_out(**counts: int) -> tuple[LeftOut, ...]:
    """Return the counts that are not zero; underscores in names become spaces."""
    return tuple(LeftOut(k.replace("_", " "), v) for k, v in counts.items() if v)


def small_n(n: int, unit: str) -> tuple[str, ...]:
    """A warning when a number rests on fewer than ten units."""
    return (f"n={n} {unit}: too few to rely on",) if 0 < n < 10 else ()


def ratio(above: Floats, below: Floats) -> Floats:
    """Divide, with NaN wherever the denominator is zero within rounding."""
    defined = np.abs(below) > 1e-12
    return np.where(defined, above / np.where(defined, below, 1.0), np.nan)
