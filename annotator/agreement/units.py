"""Categories on units: who gave which label to which unit, in which document."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from annotator.agreement.result import LeftOut, Statistic, left_out
from annotator.alignment.arrays import Floats, Ints
from annotator.domain.errors import InputError

Label: TypeAlias = str | int | float | bool
Codes: TypeAlias = NDArray[np.signedinteger[Any]]
Key = TypeVar("Key", bound=Hashable)

MISSING = -1
_ROWS: Final = 8_192
"""Of a table that are looked at together when its numbers are told apart."""


@dataclass(frozen=True, eq=False)
class Units:
    """Labels of units by annotators, with missing ones allowed.

    Build it with `from_rows`, `from_values`, `from_codes` or `from_records`.

    Attributes:
        codes: (units, annotators) indices into `labels`; -1 where an annotator gave none.
        labels: The label set of the scheme in its order (the order matters to ordinal measures),
            also the labels that nobody used.
        annotators: One name per column.
        document: (units,) index into `documents` of each unit.
        documents: Names. Without documents each unit stands for one, and intervals say so.
        over: "documents", or "units" when no documents were given.
        dropped: What did not become a unit, with the reason; measures report it as left out.
        unit: What a unit is, for people: "units", "tokens", "matched claims".
    """

    codes: Codes
    labels: tuple[Label, ...]
    annotators: tuple[str, ...]
    document: Ints
    documents: Sequence[Hashable]
    over: str = "documents"
    dropped: tuple[LeftOut, ...] = ()
    unit: str = "units"

    @staticmethod
    def from_codes(
        codes: ArrayLike,
        labels: Sequence[Label],
        annotators: Sequence[str] | None = None,
        documents: Sequence[Hashable] | NDArray[Any] | None = None,
    ) -> Units:
        """Take label indices (units, annotators), -1 for missing.

        Args:
            codes: Integers from -1 to len(labels) - 1.
            labels: The label set, in scheme order.
            annotators: Names of the columns; "1", "2", ... without.
            documents: The document of each unit; each unit its own without.

        Raises:
            InputError: when shapes do not fit or a code is out of range.
        """
        array = np.asarray(codes)
        if array.size == 0:
            array = array.reshape(len(array), len(annotators or ()))
        if array.ndim != 2:
            raise InputError(f"labels must be a table units x annotators, not {array.ndim}-D")
        units, columns = array.shape
        names = (
            tuple(str(i + 1) for i in range(columns)) if annotators is None else tuple(annotators)
        )
        if len(names) != columns:
            raise InputError(f"{len(names)} annotators for {columns} columns of labels")
        if array.size and not -1 <= int(array.min()) <= int(array.max()) < len(labels):
            raise InputError(f"a label index is outside -1 .. {len(labels) - 1}")
        # One annotator's column is contiguous: counting labels then runs over bytes in a row.
        packed: Codes = np.asfortranarray(array.astype(np.int8 if len(labels) < 128 else np.int32))
        if documents is None:
            index = np.arange(units, dtype=np.int64)
            return Units(packed, tuple(labels), names, index, range(units), "units")
        if len(documents) != units:
            raise InputError(f"{len(documents)} document names for {units} units")
        found, which = _number(documents)
        return Units(packed, tuple(labels), names, which, found)

    @staticmethod
    def from_values(
        values: ArrayLike,
        labels: Sequence[float] | None = None,
        annotators: Sequence[str] | None = None,
        documents: Sequence[Hashable] | NDArray[Any] | None = None,
    ) -> Units:
        """Take numbers (units, annotators), NaN for missing; `labels` default to those seen.

        Raises:
            InputError: when a number is not among `labels`.
        """
        array = np.atleast_2d(np.asarray(values, dtype=np.float64))
        seen, codes = _distinct(array)
        if labels is None:
            return Units.from_codes(codes, seen.tolist(), annotators, documents)
        place = {float(label): i for i, label in enumerate(labels)}
        if not place.keys() >= set(seen.tolist()):
            raise InputError("a value is not in the label set")
        # The last entry is where the code -1 leads.
        known = np.array([*(place[value] for value in seen.tolist()), MISSING])
        return Units.from_codes(known[codes], labels, annotators, documents)

    @staticmethod
    def from_rows(
        rows: Sequence[Sequence[Label | None]],
        labels: Sequence[Label] | None = None,
        annotators: Sequence[str] | None = None,
        documents: Sequence[Hashable] | None = None,
    ) -> Units:
        """Take rows of labels, one per unit and one label per annotator, None for missing.

        `labels` default to those seen, sorted (by their text when they do not compare).

        Raises:
            InputError: when rows differ in length or hold a label that is not in `labels`.
        """
        known = _seen(rows) if labels is None else tuple(labels)
        place: dict[Label | None, int] = {label: i for i, label in enumerate(known)}
        place[None] = MISSING
        columns = len(rows[0]) if rows else len(annotators or ())
        codes = np.empty((len(rows), columns), dtype=np.int32)
        for i, row in enumerate(rows):
            if len(row) != columns:
                raise InputError(f"unit {i + 1} has {len(row)} labels, the first has {columns}")
            try:
                codes[i] = [place[label] for label in row]
            except KeyError as error:
                raise InputError(
                    f"unit {i + 1}: label {error.args[0]!r} is not in the label set",
                    "the annotation was made under another scheme: see `annotator scheme`",
                ) from None
        return Units.from_codes(codes, known, annotators, documents)

    @staticmethod
    def from_records(
        records: Iterable[tuple[Hashable, Hashable, str, Label]],
        labels: Sequence[Label] | None = None,
        annotators: Sequence[str] | None = None,
    ) -> Units:
        """Take (document, unit, annotator, label) in any order; units are keyed per document.

        Raises:
            InputError: when an annotator gave one unit two labels.
        """
        cells: dict[tuple[Hashable, Hashable], dict[str, Label]] = {}
        for document, unit, annotator, label in records:
            if cells.setdefault((document, unit), {}).setdefault(annotator, label) != label:
                raise InputError(f"{annotator} gave {unit!r} of {document!r} two labels")
        names = tuple(annotators or sorted({name for cell in cells.values() for name in cell}))
        rows = [[cell.get(name) for name in names] for cell in cells.values()]
        return Units.from_rows(rows, labels, names, [document for document, _ in cells])

    def only(self, annotators: Iterable[str]) -> Units:
        """The same units, seen by these annotators alone."""
        columns = [self.annotators.index(name) for name in annotators]
        names = tuple(self.annotators[c] for c in columns)
        return replace(self, codes=np.asfortranarray(self.codes[:, columns]), annotators=names)

    def on_scale(self, steps: Sequence[Label]) -> Units:
        """The units with these labels alone, in this order; others count as left out.

        Args:
            steps: From one end of a scale to the other.
        """
        place = {label: i for i, label in enumerate(steps)}
        codes = [place.get(label, MISSING) for label in self.labels]
        # The last entry is where MISSING leads.
        number = np.array([*codes, MISSING], dtype=self.codes.dtype)
        moved = np.asfortranarray(number[self.codes])
        lost = int(((self.codes != MISSING) & (moved == MISSING)).sum())
        dropped = (*self.dropped, *left_out(labels_beside_the_scale=lost))
        return replace(self, codes=moved, labels=tuple(steps), dropped=dropped)

    def renamed(self, rename: Callable[[Label], Label]) -> Units:
        """The same units with labels renamed; labels with one name become one label."""
        names = [rename(label) for label in self.labels]
        labels = tuple(dict.fromkeys(names))
        place = np.array([*(labels.index(name) for name in names), MISSING])
        codes = np.asfortranarray(place[self.codes], dtype=self.codes.dtype)
        return replace(self, codes=codes, labels=labels)

    @cached_property
    def counts(self) -> NDArray[np.unsignedinteger[Any]]:
        """How many annotators gave each unit each label: (labels, units), one byte if it fits.

        Cast before multiplying: the square of a count need not fit its type.
        """
        out = np.zeros((len(self.labels), len(self.codes)), dtype=self._count)
        for column in range(len(self.annotators)):
            codes = self.codes[:, column]
            for label in range(len(self.labels)):
                out[label] += codes == label
        return out

    @property
    def _count(self) -> type[np.unsignedinteger[Any]]:
        """What a number of annotators fits into."""
        return np.uint8 if len(self.annotators) < 256 else np.uint32

    @cached_property
    def squares(self) -> Ints:
        """The sum of each unit's squared counts: (units,)."""
        # No sum exceeds the square of the number of annotators: 255 * 255 fits two bytes.
        counts = self.counts
        wide: type[np.unsignedinteger[Any]] = np.uint16 if counts.itemsize == 1 else np.uint64
        total = np.zeros(len(self.codes), dtype=wide)
        for count in counts:
            total += np.multiply(count, count, dtype=wide)
        return total.astype(np.int64)

    @cached_property
    def given(self) -> Ints:
        """How many labels each unit has: (units,)."""
        total = np.zeros(len(self.codes), dtype=self._count)
        for column in range(len(self.annotators)):
            total += self.codes[:, column] >= 0
        return total.astype(np.int64)

    @cached_property
    def shared(self) -> NDArray[np.bool_]:
        """Which units have labels of at least two annotators: (units,)."""
        return self.given >= 2

    @property
    def documents_used(self) -> int:
        """How many documents have a unit with labels of two annotators."""
        if self.over == "units":
            return int(np.count_nonzero(self.shared))
        return int(np.count_nonzero(np.bincount(self.document[self.shared])))

    def per_document(self, columns: Iterable[NDArray[Any]], number: int | None = None) -> Floats:
        """Sum numbers of units (each (units,)) over each document: (documents, columns).

        Args:
            number: How many columns there are, when they are made one after the other.
        """
        if number is None:
            columns = tuple(columns)
            number = len(columns)
        out = np.empty((len(self.documents), number), order="F")
        for i, column in enumerate(columns):
            if self.over == "units":
                out[:, i] = column
            else:
                out[:, i] = np.bincount(self.document, column, minlength=len(self.documents))
        return out

    def statistic(
        self, rows: Floats | Sequence[NDArray[Any]], measure: Callable[[Floats], Floats]
    ) -> Statistic:
        """A statistic over this table's documents.

        Args:
            rows: From `per_document`, or the numbers of units that are to be summed.
            measure: From sums to values.
        """
        if not isinstance(rows, np.ndarray):
            # Where each unit stands for itself, a table of floats would be made in vain.
            rows = tuple(rows)
            parts = rows if self.over == "units" else self.per_document(rows)
            return Statistic(parts, measure, self.documents, self.over)
        return Statistic(rows, measure, self.documents, self.over)

    @property
    def unused(self) -> tuple[LeftOut, ...]:
        """Units that no measure of agreement can use, with the reason."""
        return self.dropped + left_out(
            labelled_by_one_annotator_only=int(np.count_nonzero(self.given == 1)),
            labelled_by_nobody=int(np.count_nonzero(self.given == 0)),
        )


def _number(keys: Sequence[Hashable] | NDArray[Any]) -> tuple[tuple[str, ...], Ints]:
    """Name and index of each key, in order of first appearance."""
    if isinstance(keys, np.ndarray):
        known, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
        order = np.argsort(first)
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        return tuple(str(k) for k in known[order]), rank[inverse]
    place: dict[Hashable, int] = {}
    index = np.fromiter((place.setdefault(k, len(place)) for k in keys), np.int64, len(keys))
    return tuple(str(k) for k in place), index


def _distinct(values: Floats) -> tuple[Floats, Codes]:
    """The distinct numbers of a table, sorted, and the index of each value, -1 where NaN.

    Whole numbers that lie close together, as ratings do, are found without sorting, some rows at a
    time so that the work stays in the processor's cache.
    """
    low = np.fmin.reduce(values, axis=None, initial=np.inf)
    high = np.fmax.reduce(values, axis=None, initial=-np.inf)
    codes: Codes
    if low <= high < low + 10_000:
        codes = np.empty(values.shape, np.int8 if high - low < 127 else np.int16, order="F")
        seen = np.zeros(int(high - low) + 2, dtype=np.bool_)
        for at in range(0, len(values), _ROWS):
            shifted = values[at : at + _ROWS] - low
            # fmax prefers a number to NaN.
            np.fmax(shifted, MISSING, out=shifted)
            whole = shifted.astype(codes.dtype)
            if not (whole == shifted).all():
                break
            if not seen[:-1].all():
                seen[whole] = True
            codes[at : at + _ROWS] = whole
        else:
            found = np.flatnonzero(seen[:-1])
            if len(found) == len(seen) - 1:
                return found + low, codes
            rank = np.full(len(seen), MISSING, dtype=codes.dtype)
            rank[found] = np.arange(len(found))
            return found + low, rank[codes]
    missing = np.isnan(values)
    known = np.unique(values[~missing])
    return known, np.where(missing, MISSING, np.searchsorted(known, values))


def _seen(rows: Sequence[Sequence[Label | None]]) -> tuple[Label, ...]:
    labels = {label for row in rows for label in row if label is not None}
    try:
        # One order for one set of labels: a set has none, and texts do not compare with numbers.
        return tuple(sorted(labels))
    except TypeError:
        return tuple(sorted(labels, key=str))
