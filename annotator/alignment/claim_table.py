"""Claims of many documents as arrays: the common ground of layers and matchings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, chain
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from annotator.alignment.arrays import Ints
from annotator.alignment.inputs import Claim, ComparedText, annotators_of
from annotator.alignment.overlaps import Fragments
from annotator.domain.errors import InputError

Pieces: TypeAlias = tuple[Ints, Ints, Ints]
"""Of the fragments of one role: the claim each is of (non-decreasing), start, end."""
NOWHERE = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class ClaimTable:
    """All claims of all annotators, numbered through by document, annotator and place.

    Attributes:
        names: Of the documents, in the order given, unique.
        annotators: Names, (annotators,).
        ids: Of the claims; "" where there is none.
        document, annotator, place: Of each claim; places count from 0 per document and annotator
            (claims,).
        parent: The claim that each is nested in, -1 without (claims,).
        read: (documents, annotators).
        base: Where each document starts on the line of all (documents + 1,), in code points.
        pieces: Role -> its fragments on the line, in canonical form.
        label_sets, labels: The distinct sets of attributes, and which one each claim has (claims,).
        tokens: Token starts and ends on the line, None when the documents came without.
    """

    names: tuple[str, ...]
    annotators: tuple[str, ...]
    ids: Sequence[str]
    document: Ints
    annotator: Ints
    place: Ints
    parent: Ints
    read: NDArray[np.bool_]
    base: Ints
    pieces: Mapping[str, Pieces]
    label_sets: tuple[Mapping[str, str], ...]
    labels: Ints
    tokens: tuple[Ints, Ints] | None
    _made: dict[int, Claim] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.document)

    @staticmethod
    def from_documents(
        documents: Iterable[ComparedText] | ClaimTable, annotators: Sequence[str] | None = None
    ) -> ClaimTable:
        """Number the claims of these annotators (all without); a table of theirs stays as it is.

        Raises:
            InputError: when two documents have one name, or a table has other annotators.
        """
        if isinstance(documents, ClaimTable):
            if annotators is not None and tuple(annotators) != documents.annotators:
                raise InputError("the table is of other annotators")
            return documents
        listed = tuple(documents)
        if len({d.name for d in listed}) < len(listed):
            raise InputError("two documents have one name", "names must be unique")
        names = annotators_of(listed) if annotators is None else tuple(annotators)
        found = [d.claims.get(name, ()) for d in listed for name in names]
        claims = list(chain.from_iterable(found))
        counts = np.array([len(mine) for mine in found], dtype=np.int64)
        owner = np.repeat(np.arange(len(found)), counts)
        first = np.cumsum(counts) - counts
        read = np.array([[n in d.claims for n in names] for d in listed], dtype=np.bool_)
        coders = max(len(names), 1)
        known = {
            (at, c.id): i for i, (at, c) in enumerate(zip(owner.tolist(), claims, strict=True))
        }
        parent = [
            known.get((at, c.parent), -1) if c.parent else -1
            for at, c in zip(owner.tolist(), claims, strict=True)
        ]
        sets: dict[tuple[tuple[str, str], ...], int] = {}
        labels = [sets.setdefault(tuple(sorted(c.attributes.items())), len(sets)) for c in claims]
        base = np.array([0, *accumulate(d.length for d in listed)], dtype=np.int64)
        document = owner // coders
        return ClaimTable(
            tuple(d.name for d in listed),
            names,
            [c.id for c in claims],
            document,
            owner % coders,
            np.arange(len(owner)) - first[owner],
            np.array(parent, dtype=np.int64),
            read.reshape(len(listed), len(names)),
            base,
            _pieces(claims, base[document]),
            tuple(map(dict, sets)),
            np.array(labels, dtype=np.int64),
            _tokens(listed, base),
            dict(enumerate(claims)),
        )

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that any claim has, sorted."""
        return tuple(sorted(self.pieces))

    def role(self, name: str) -> Fragments:
        """The fragments of one role of all claims, on the line of all documents."""
        nothing = np.empty(0, dtype=np.int64)
        claim, start, end = self.pieces.get(name, (nothing, nothing, nothing))
        return Fragments(claim, start, end, self.annotator, self.document)

    def attribute(self, name: str, first: Iterable[str] = ()) -> tuple[tuple[str, ...], Ints]:
        """The values of an attribute, and which one each claim has (claims,), -1 without.

        Args:
            name: Of the attribute.
            first: Values that come first, whether or not a claim has them; others come sorted.
        """
        used = np.bincount(self.labels, minlength=len(self.label_sets)) > 0
        given = [labels.get(name, "") for labels in self.label_sets]
        seen = {value for value, in_use in zip(given, used, strict=True) if value and in_use}
        leading = tuple(first)
        values = (*leading, *sorted(seen - set(leading)))
        number = {value: i for i, value in enumerate(values)}
        codes = np.array([number.get(value, -1) for value in given], dtype=np.int64)
        return values, codes[self.labels] if len(codes) else np.full(len(self), -1)

    def hulls(self, roles: Iterable[str]) -> tuple[Ints, Ints]:
        """First start and last end of each claim's fragments in these roles, on the line.

        Claims without any of them start at NOWHERE and end at -1.
        """
        first, last = np.full(len(self), NOWHERE), np.full(len(self), -1)
        for name in roles:
            claim, start, end = self.role(name).columns
            np.minimum.at(first, claim, start)
            np.maximum.at(last, claim, end)
        return first, last

    def claim(self, i: int) -> Claim:
        """One claim as an object."""
        if i not in self._made:
            shift = int(self.base[self.document[i]])
            roles = {}
            for name, (_, start, end) in self.pieces.items():
                low, high = self._first[name][i : i + 2].tolist()
                roles[name] = tuple(
                    zip(
                        (start[low:high] - shift).tolist(),
                        (end[low:high] - shift).tolist(),
                        strict=True,
                    )
                )
            parent = int(self.parent[i])
            self._made[i] = Claim(
                roles,
                self.label_sets[self.labels[i]],
                self.ids[i],
                self.ids[parent] if parent >= 0 else None,
            )
        return self._made[i]

    @cached_property
    def _first(self) -> dict[str, Ints]:
        """Role -> where the fragments of each claim begin (claims + 1,)."""
        ends = np.arange(len(self) + 1)
        return {name: np.searchsorted(found[0], ends) for name, found in self.pieces.items()}

    def claims(self, wanted: Iterable[int] | None = None) -> list[Claim]:
        """Some of the claims (all without) as objects."""
        return [self.claim(int(i)) for i in (range(len(self)) if wanted is None else wanted)]


def _pieces(claims: Sequence[Claim], shift: Ints) -> dict[str, Pieces]:
    out = {}
    for name in sorted({role for claim in claims for role in claim.roles}):
        found = [claim.role(name) for claim in claims]
        number = np.array([len(ranges) for ranges in found], dtype=np.int64)
        claim = np.repeat(np.arange(len(found)), number)
        edges = list(chain.from_iterable(chain.from_iterable(found)))
        start, end = np.array(edges, dtype=np.int64).reshape(-1, 2).T
        out[name] = (claim, start + shift[claim], end + shift[claim])
    return out


def _tokens(documents: Sequence[ComparedText], base: Ints) -> tuple[Ints, Ints] | None:
    if not documents or not all(len(d.token_starts) or d.length == 0 for d in documents):
        return None
    parts = [
        np.array([d.token_starts, d.token_ends], dtype=np.int64).reshape(2, -1) + base[i]
        for i, d in enumerate(documents)
    ]
    starts, ends = np.concatenate(parts, axis=1)
    return starts, ends


def canonical_pieces(claim: Ints, start: Ints, end: Ints) -> Pieces:
    """Unite the fragments of each claim that overlap or touch (see `domain.spans.canonical`).

    Args:
        claim, start, end: Of the fragments of one role, in any order, on the line.
    """
    order = np.lexsort((start, claim))
    claim, start, end = claim[order], start[order], end[order]
    if not len(claim):
        return claim, start, end
    # Each claim on a line of its own, so that one running maximum serves all.
    shift = claim * (int(end.max()) + 1)
    reach = np.maximum.accumulate(end + shift)
    opening = np.ones(len(claim), dtype=np.bool_)
    opening[1:] = (claim[1:] != claim[:-1]) | (start[1:] + shift[1:] > reach[:-1])
    first = np.flatnonzero(opening)
    return claim[first], start[first], np.maximum.reduceat(end, first)
