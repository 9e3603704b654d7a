"""Spans of many documents and annotators as arrays, on one line of all documents in a row.

Every measure of spans works on such a layer: document d occupies `[base[d], base[d + 1])` of the
line, so that one sweep over arrays covers the corpus and sums fall apart by document.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from annotator.agreement.boundaries import number_boundaries
from annotator.agreement.result import LeftOut, left_out
from annotator.alignment.arrays import Bools, Floats, Ints, sorted_unique
from annotator.alignment.claim_table import ClaimTable
from annotator.alignment.components import SimpleComponents
from annotator.alignment.inputs import LABEL, SPAN, ComparedText
from annotator.alignment.overlaps import Fragments

BY_ROLE: Final = "role"
"""As `label`: a span's label is its role."""
UNLABELLED: Final = ""


@dataclass(frozen=True, eq=False)
class SpanTable:
    """The spans that are compared. A span is a set of fragments with one label.

    Attributes:
        documents: Names, (documents,).
        base: Where each document starts on the line (documents + 1,), in code points or tokens.
        unit: "characters" or "tokens": what positions count.
        annotators: Names, (annotators,).
        read: (documents, annotators): who read what.
        labels: Names of labels.
        document, annotator, label: Of each span (spans,).
        span: Of each fragment, its span's index (fragments,), non-decreasing.
        start, end: Of each fragment, on the line (fragments,).
        claim: Of each span, its place among that annotator's claims of the document (spans,).
        tokens: Token starts and ends on the line, None when the documents came without.
        lacking: Claims without the compared role, hence without a span.
    """

    documents: tuple[str, ...]
    base: Ints
    unit: str
    annotators: tuple[str, ...]
    read: Bools
    labels: tuple[str, ...]
    document: Ints
    annotator: Ints
    label: Ints
    span: Ints
    start: Ints
    end: Ints
    claim: Ints
    tokens: tuple[Ints, Ints] | None
    lacking: int = 0

    @staticmethod
    def from_documents(
        documents: Iterable[ComparedText] | ClaimTable,
        roles: Sequence[str] = (SPAN,),
        label: str | None = LABEL,
        annotators: Sequence[str] | None = None,
    ) -> SpanTable:
        """Lay out the spans of some roles.

        Args:
            documents: With unique names.
            roles: Whose fragments are compared; each role of a claim is a span of its own.
            label: The attribute that labels a span, "role" for its role, None for no label.
            annotators: Whom to compare; all without.

        Raises:
            InputError: when two documents have one name.
        """
        table = ClaimTable.from_documents(documents, annotators)
        found = [table.role(role) for role in roles]
        nothing = np.empty(0, dtype=np.int64)
        # A span is a claim's role; fragments come by claim, then role, then position.
        key = np.concatenate([nothing, *(f.item * len(roles) + i for i, f in enumerate(found))])
        order = np.argsort(key, kind="stable")
        opening = np.diff(key[order], prepend=-1) != 0
        claim, role = np.divmod(key[order][opening], max(len(roles), 1))
        labels: tuple[str, ...] = (UNLABELLED,)
        numbers = np.zeros(len(claim), dtype=np.int64)
        if label == BY_ROLE:
            labels = tuple(sorted(roles[i] for i in sorted_unique(role)))
            place = {name: i for i, name in enumerate(labels)}
            numbers = np.array([place.get(name, -1) for name in roles], dtype=np.int64)[role]
        elif label is not None:
            values, codes = table.attribute(label)
            used = sorted_unique(codes[claim])
            # Without a value is a label too; it is "" and comes first, as it would sorted.
            labels = tuple(values[i] if i >= 0 else UNLABELLED for i in used)
            numbers = np.searchsorted(used, codes[claim])
        return SpanTable(
            table.names,
            table.base,
            "characters",
            table.annotators,
            table.read,
            labels if len(claim) else (),
            table.document[claim],
            table.annotator[claim],
            numbers,
            np.cumsum(opening) - 1,
            np.concatenate([nothing, *(f.start for f in found)])[order],
            np.concatenate([nothing, *(f.end for f in found)])[order],
            table.place[claim],
            table.tokens,
            len(table) - int(np.count_nonzero(np.diff(claim, prepend=-1))),
        )

    @staticmethod
    def from_claims(table: ClaimTable) -> SpanTable:
        """The claims themselves as spans: two meet where they overlap in the same role.

        Each role lies on a line of its own, one after the other, so that roles never meet.
        """
        length = int(table.base[-1])
        nothing = np.empty(0, dtype=np.int64)
        found = [table.role(role).columns for role in table.roles]
        claim = np.concatenate([nothing, *(of for of, _, _ in found)])
        start = np.concatenate([nothing, *(at + i * length for i, (_, at, _) in enumerate(found))])
        end = np.concatenate([nothing, *(to + i * length for i, (_, _, to) in enumerate(found))])
        order = np.argsort(claim, kind="stable")
        lines = max(len(found), 1)
        ends = table.base[1:] + np.arange(lines)[:, np.newaxis] * length
        claim = claim[order]
        # Only claims with a piece are spans, numbered through.
        spans, span = np.unique(claim, return_inverse=True)
        return SpanTable(
            table.names,
            np.concatenate([[0], ends.ravel()]),
            "characters",
            table.annotators,
            table.read,
            (UNLABELLED,) if len(spans) else (),
            table.document[spans],
            table.annotator[spans],
            np.zeros(len(spans), dtype=np.int64),
            span,
            start[order],
            end[order],
            table.place[spans],
            None,
            len(table) - len(spans),
        )

    def only(self, annotators: Iterable[str]) -> SpanTable:
        """The same layer, by these annotators alone."""
        names = tuple(annotators)
        place = np.full(len(self.annotators), -1)
        columns = [self.annotators.index(name) for name in names]
        place[columns] = np.arange(len(columns))
        kept = place[self.annotator] >= 0
        return replace(
            self.keeping(kept),
            annotators=names,
            read=self.read[:, columns],
            annotator=place[self.annotator[kept]],
        )

    def with_label(self, label: str) -> SpanTable:
        """The spans of one label alone."""
        kept = self.label == (self.labels.index(label) if label in self.labels else -1)
        selected = self.keeping(kept)
        return replace(selected, labels=(label,), label=np.zeros(int(kept.sum()), np.int64))

    def without_labels(self) -> SpanTable:
        """The same spans, all with one empty label."""
        return replace(self, labels=(UNLABELLED,), label=np.zeros_like(self.label))

    def keeping(self, kept: Bools) -> SpanTable:
        """The layer with the spans that `kept` (spans,) says, and their fragments."""
        number = np.cumsum(kept) - 1
        fragments = kept[self.span]
        return replace(
            self,
            document=self.document[kept],
            annotator=self.annotator[kept],
            label=self.label[kept],
            claim=self.claim[kept],
            span=number[self.span[fragments]],
            start=self.start[fragments],
            end=self.end[fragments],
        )

    def in_tokens(self) -> SpanTable | None:
        """The layer with positions in tokens: a span holds each token it touches.

        None when the documents came without tokens. Fragments that touch no token are dropped.
        """
        if self.tokens is None:
            return None
        starts, ends = self.tokens
        first = np.searchsorted(ends, self.start, side="right")
        last = np.searchsorted(starts, self.end, side="left")
        kept = first < last
        return replace(
            self,
            base=np.searchsorted(starts, self.base),
            unit="tokens",
            span=self.span[kept],
            start=first[kept],
            end=last[kept],
            tokens=None,
        )

    def united(self) -> SpanTable:
        """Each annotator's overlapping fragments of one label as one span.

        Claims may overlap and nest, which measures of a continuum cannot hold; united, the layer
        says which characters are marked. Spans that only touch stay apart. They come by document,
        annotator, label and place.
        """
        reading = self.document * len(self.annotators) + self.annotator
        # One line per document, annotator and label, end to end: one running maximum serves all.
        shift = ((reading * len(self.labels) + self.label) * (self.base[-1] + 1))[self.span]
        start = self.start + shift
        order = np.argsort(start, kind="stable")
        start, end = start[order], (self.end + shift)[order]
        first = np.ones(len(order), dtype=np.bool_)
        first[1:] = start[1:] >= np.maximum.accumulate(end)[:-1]
        opening = np.flatnonzero(first)
        order = order[opening]
        spans, shift = self.span[order], shift[order]
        united_end = np.maximum.reduceat(end, opening) if len(opening) else end
        return replace(
            self,
            document=self.document[spans],
            annotator=self.annotator[spans],
            label=self.label[spans],
            claim=self.claim[spans],
            span=np.arange(len(opening)),
            start=start[opening] - shift,
            end=united_end - shift,
        )

    def overlaps_itself(self) -> tuple[str, str] | None:
        """The first (annotator, document) with overlapping fragments of one annotator, or None."""
        reading = self.document * len(self.annotators) + self.annotator
        shift = reading[self.span] * (self.base[-1] + 1)
        order = np.argsort(self.start + shift, kind="stable")
        clash = np.flatnonzero((self.start + shift)[order[1:]] < (self.end + shift)[order[:-1]])
        if not len(clash):
            return None
        found = self.span[order[clash]]
        span = found[np.argmin(self.annotator[found])]
        return self.annotators[self.annotator[span]], self.documents[self.document[span]]

    @cached_property
    def shared(self) -> Bools:
        """Which documents at least two of the annotators read (documents,)."""
        together: Bools = self.read.sum(axis=1) >= 2
        return together

    @cached_property
    def size(self) -> Ints:
        """The length of each span over its fragments (spans,)."""
        sizes = np.bincount(self.span, self.end - self.start, minlength=len(self.document))
        return sizes.astype(np.int64)

    @cached_property
    def components(self) -> SimpleComponents:
        """Where spans of several annotators meet and nobody has two."""
        return SimpleComponents.from_fragments(self.fragments, len(self.annotators))

    @cached_property
    def overlap_counts(self) -> tuple[Floats, Floats]:
        """How many spans of i overlap some span of j, and how many i has where j read.

        Two arrays (documents, annotators i, annotators j) with zero diagonals.
        """
        shape = (len(self.documents), len(self.annotators))
        # The line may hold all documents once per label: a place lies in the document of its spans.
        places = self.components
        hits: Floats = np.zeros((*shape, shape[1]))
        for i, j, both in places.pairs(self.fragments):
            found = np.bincount(places.document[both], minlength=shape[0])
            hits[:, i, j] += found
            hits[:, j, i] += found
        # Elsewhere each annotator's fragments are compared with those of all.
        others = np.flatnonzero(places.rest[self.span])
        span = self.span[others]
        several = len(sorted_unique(span)) < len(span)
        owner = self.annotator[span]
        cell = self.document[span] * shape[1] + owner
        boundaries, start, end = number_boundaries(self.start[others], self.end[others], self.base)
        end -= 1
        for other in range(shape[1]):
            theirs = owner == other
            # Those of theirs that start before one of ours ends, but for those that end before it.
            begun = np.cumsum(np.bincount(start[theirs], minlength=len(boundaries)))
            ended = np.cumsum(np.bincount(end[theirs] + 1, minlength=len(boundaries)))
            met = np.flatnonzero((begun[end] > ended[start]) & ~theirs)
            if several:
                # A span counts once, however many of its pieces meet theirs.
                met = met[np.unique(span[met], return_index=True)[1]]
            found = np.bincount(cell[met], minlength=shape[0] * shape[1])
            hits[:, :, other] += found.reshape(shape)
        cell = self.document * shape[1] + self.annotator
        spans = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)
        readings = self.read[:, np.newaxis, :].astype(np.float64)
        size: Floats = spans.astype(np.float64)[:, :, np.newaxis] * readings
        size[:, np.arange(shape[1]), np.arange(shape[1])] = 0
        return hits, size

    @property
    def fragments(self) -> Fragments:
        """The fragments, to ask which spans meet."""
        return Fragments(self.span, self.start, self.end, self.annotator, self.document)

    def per_document(self, document: Ints, values: NDArray[Any] | None = None) -> Floats:
        """Sum values by the document they belong to (documents,)."""
        return np.bincount(document, values, minlength=len(self.documents)).astype(np.float64)

    @property
    def unused(self) -> tuple[LeftOut, ...]:
        """Documents and claims that measures of spans cannot use, with the reason."""
        alone = int((self.read.sum(axis=1) == 1).sum())
        return left_out(
            documents_read_by_one_annotator_only=alone,
            documents_read_by_nobody=int((self.read.sum(axis=1) == 0).sum()),
            claims_without_this_role=self.lacking,
        )
