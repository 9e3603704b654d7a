"""Claims of many documents as arrays: the common ground of layers and matchings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain

import numpy as np
from numpy.typing import NDArray

from annotator.agreement.inputs import Claim, Document, annotators_of
from annotator.agreement.overlaps import Fragments
from annotator.agreement.result import Ints
from annotator.domain.errors import InputError


@dataclass(frozen=True, eq=False)
class ClaimTable:
    """All claims of all annotators, numbered through by document, annotator and place.

    Attributes:
        documents: In the order given, with unique names.
        annotators: Names, (annotators,).
        claims: (claims,).
        document, annotator, place: Of each claim; places count from 0 per document and annotator
            (claims,).
        read: (documents, annotators).
        base: Where each document starts on the line of all (documents + 1,), in code points.
    """

    documents: tuple[Document, ...]
    annotators: tuple[str, ...]
    claims: tuple[Claim, ...]
    document: Ints
    annotator: Ints
    place: Ints
    read: NDArray[np.bool_]
    base: Ints

    @staticmethod
    def of(documents: Iterable[Document], annotators: Sequence[str] | None = None) -> ClaimTable:
        """Number the claims of these annotators (all without).

        Raises:
            InputError: when two documents have one name.
        """
        listed = tuple(documents)
        if len({d.name for d in listed}) < len(listed):
            raise InputError("two documents have one name", "names must be unique")
        names = annotators_of(listed) if annotators is None else tuple(annotators)
        found = [d.claims.get(name, ()) for d in listed for name in names]
        counts = np.array([len(claims) for claims in found], dtype=np.int64)
        owner = np.repeat(np.arange(len(found)), counts)
        first = np.cumsum(counts) - counts
        read = np.array([[n in d.claims for n in names] for d in listed], dtype=np.bool_)
        coders = max(len(names), 1)
        return ClaimTable(
            listed,
            names,
            tuple(chain.from_iterable(found)),
            owner // coders,
            owner % coders,
            np.arange(len(owner)) - first[owner],
            read.reshape(len(listed), len(names)),
            np.array([0, *accumulate(d.length for d in listed)], dtype=np.int64),
        )

    def role(self, name: str) -> Fragments:
        """The fragments of one role of all claims, on the line of all documents."""
        found = [claim.roles.get(name, ()) for claim in self.claims]
        pieces = np.array([len(ranges) for ranges in found], dtype=np.int64)
        edges = list(chain.from_iterable(chain.from_iterable(found)))
        claim = np.repeat(np.arange(len(found)), pieces)
        shift = self.base[self.document[claim]]
        start, end = np.array(edges, dtype=np.int64).reshape(-1, 2).T
        return Fragments(claim, start + shift, end + shift, self.annotator, self.document)
