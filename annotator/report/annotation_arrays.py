"""Annotations as arrays: which of them are compared, in the order of the corpus."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from annotator.alignment.arrays import Bools, Ints
from annotator.alignment.claim_table import NOWHERE, ClaimTable, Pieces, canonical_pieces
from annotator.domain.columns import AnnotationColumns
from annotator.domain.model import LAYERS, SPAN_ROLE, span_role
from annotator.domain.scheme import kind_of


@dataclass(frozen=True, eq=False)
class AnnotationArrays:
    """Some annotations of some documents.

    Attributes:
        columns: All annotations.
        row: Which of them these are, by document, place in the text and id (rows,).
        document: Of each (rows,).
        annotator: Of each (rows,), a place among those who are compared.
    """

    columns: AnnotationColumns
    row: Ints
    document: Ints
    annotator: Ints

    @staticmethod
    def from_columns(
        columns: AnnotationColumns, kept: Bools, document: Ints, annotator: Ints
    ) -> AnnotationArrays:
        """Put the annotations that `kept` says into the order of the corpus.

        Ties of matching and resampling depend on order; that must not depend on how they were read.

        Args:
            kept, document, annotator: For each of the columns' annotations (annotations,).
        """
        row = np.flatnonzero(kept)
        first, last = hulls(columns)
        # Ids ascend, so a row's number says how it sorts by id.
        row = row[np.lexsort((last[row], first[row], document[row]))]
        return AnnotationArrays(columns, row, document[row], annotator[row])

    @cached_property
    def layer(self) -> Ints:
        """A place in LAYERS of each (rows,)."""
        return ints(self.columns.layer)[self.row]

    def of_layer(self, layer: str) -> Ints:
        """Which rows are of a layer of the scheme: marks by their span layer."""
        kind = self.layer == LAYERS.index(kind_of(layer))
        if kind_of(layer) == "mark":
            kind &= span_layers(self.columns)[self.row] == _role(self.columns, layer)
        return np.flatnonzero(kind)

    @property
    def span_layer_names(self) -> tuple[str, ...]:
        """The span layers of which there is a mark, in the order of their names."""
        used = span_layers(self.columns)[self.row]
        roles = [self.columns.roles[i] for i in np.unique(used[used >= 0]).tolist()]
        return tuple(sorted("mark" if role == SPAN_ROLE else role for role in roles))

    def attribute(self, name: str, rows: Ints) -> tuple[tuple[str, ...], Ints]:
        """The values of an attribute, sorted, and which one each row has; -1 without."""
        given = [labels.get(name, "") for labels in self.columns.label_sets]
        values = tuple(sorted({value for value in given if value}))
        number = {value: i for i, value in enumerate(values)}
        codes = np.array([number.get(value, -1) for value in given], dtype=np.int64)
        chosen = codes[ints(self.columns.labels)[self.row[rows]]]
        used = np.unique(chosen[chosen >= 0])
        return tuple(values[i] for i in used), np.where(
            chosen >= 0, np.searchsorted(used, chosen), -1
        )

    def table(
        self,
        layer: str,
        names: Sequence[str],
        annotators: Sequence[str],
        read: Bools,
        base: Ints,
        tokens: tuple[Ints, Ints] | None,
    ) -> ClaimTable:
        """The annotations of one layer that mark anything, as claims."""
        columns = self.columns
        marking = np.zeros(len(columns), dtype=np.bool_)
        marking[ints(columns.owner)] = True
        mine = self.of_layer(layer)
        mine = mine[marking[self.row[mine]]]
        coders = max(len(annotators), 1)
        cell = self.document[mine] * coders + self.annotator[mine]
        mine = mine[np.argsort(cell, kind="stable")]
        document, annotator, row = self.document[mine], self.annotator[mine], self.row[mine]
        cell = document * coders + annotator
        opening = np.flatnonzero(np.diff(cell, prepend=-1))
        number = np.full(len(columns) + 1, -1, dtype=np.int64)
        number[row] = np.arange(len(row))
        return ClaimTable(
            tuple(names),
            tuple(annotators),
            [columns.ids[i] for i in row.tolist()],
            document,
            annotator,
            np.arange(len(row)) - np.repeat(opening, np.diff(opening, append=len(row))),
            # The last entry is where the parent -1 leads.
            number[ints(columns.parent)[row]],
            read,
            base,
            self._pieces(number, base[document]),
            columns.label_sets,
            ints(columns.labels)[row],
            tokens,
        )

    def _pieces(self, number: Ints, shift: Ints) -> dict[str, Pieces]:
        """The fragments of the claims by role."""
        claim = number[ints(self.columns.owner)]
        role = np.where(claim >= 0, ints(self.columns.role), -1)
        start, end = ints(self.columns.start), ints(self.columns.end)
        out = {}
        for i, name in sorted(enumerate(self.columns.roles), key=lambda item: item[1]):
            mine = np.flatnonzero(role == i)
            if len(mine):
                of = claim[mine]
                out[name] = canonical_pieces(of, start[mine] + shift[of], end[mine] + shift[of])
        return out


def span_layers(columns: AnnotationColumns) -> Ints:
    """The place among `columns.roles` that says of which span layer each mark is; -1 of others."""
    found = np.full(len(columns), -1, dtype=np.int64)
    # Backwards, so that the first fragment is what stays.
    found[ints(columns.owner)[::-1]] = ints(columns.role)[::-1]
    return np.where(ints(columns.layer) == LAYERS.index("mark"), found, -1)


def _role(columns: AnnotationColumns, layer: str) -> int:
    """The place of a span layer's role; -2 where nothing has it."""
    role = span_role(layer)
    return columns.roles.index(role) if role in columns.roles else -2


def hulls(columns: AnnotationColumns) -> tuple[Ints, Ints]:
    """The first and the last code point that each annotation touches; 0 without fragments."""
    owner = ints(columns.owner)
    first, last = np.full(len(columns), NOWHERE), np.zeros(len(columns), dtype=np.int64)
    np.minimum.at(first, owner, ints(columns.start))
    np.maximum.at(last, owner, ints(columns.end))
    return np.where(first == NOWHERE, 0, first), last


def ints(column: array[int]) -> Ints:
    """A column as an array."""
    return np.frombuffer(column, dtype=np.int32).astype(np.int64) if len(column) else (
        np.empty(0, dtype=np.int64)
    )  # fmt: skip
