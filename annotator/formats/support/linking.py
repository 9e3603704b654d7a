"""Pieces that a file relates, as pieces of one claim; what relates two annotations, as a relation.

Files of other programs tie spans together by relations. A relation from a content to its cue or
source makes one claim of them. What relates anything else (two marks, two contents that are not
"the same") is a relation between two annotations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from annotator.domain.losses import Losses
from annotator.formats.support.piece import Piece

CONTENT: Final = "content"
SAME: Final = "same"
"""The type of a relation between two pieces of one span."""
_AFTER: Final = 1 << 30
"""The place of a piece that another program added to a claim of ours: after our pieces."""


_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Link(NamedTuple):
    """A relation of a file between two pieces, by their positions, and its type ("" for none)."""

    one: int
    other: int
    kind: str = ""
    whole: Mapping[str, Any] = _NOTHING
    """What is said of it besides: id, attributes, note, flagged."""


class Related(NamedTuple):
    """A link between two annotations, by their ids."""

    head: str
    tail: str
    link: Link


def relation_lost(kind: str, losses: Losses, where: str, why: str = "") -> None:
    """Count a relation that is not taken over, by its type."""
    losses.add(f"relation {kind or 'without a type'}{f' {why}' if why else ''}", where)


def linked(
    found: list[Piece], links: Iterable[Link], losses: Losses, where: str = ""
) -> tuple[list[Piece], list[Related]]:
    """Give the pieces that belong to one claim the same `annotation`; what relates annotations.

    A source (or cue) of two contents is a piece of both claims. Pieces whose file says which claim
    they belong to stay there.
    """
    edges: list[tuple[int, int]] = []
    same: list[tuple[int, int]] = []
    apart: list[Link] = []
    for link in links:
        a, b = found[link.one], found[link.other]
        kind = link.kind.strip()
        alike = kind.casefold() == SAME or (not kind and a.role == b.role)
        if a.own and b.own and a.annotation == b.annotation:
            continue  # they say so themselves
        if (
            a.layer != "claim"
            or b.layer != "claim"
            or (a.own and b.own)
            or (a.role == b.role and not alike)
        ):
            apart.append(link._replace(kind=kind))
        else:
            if kind and kind.casefold() not in {SAME, a.role, b.role}:
                losses.add(f"type {kind} of a relation, now one claim", where)
            for name in link.whole.get("attributes", {}):
                losses.add(f"attribute {name} of a relation, now one claim", where)
            edges.append((link.one, link.other))
            if a.role == b.role:
                same.append((link.one, link.other))
    names = [p.annotation for p in found]
    if edges:
        claims = _Claims(found, edges, same)
        found, names = list(claims.pieces()), claims.names()
    related: list[Related] = []
    for link in apart:
        if names[link.one] == names[link.other]:
            relation_lost(link.kind, losses, where, "within one annotation")
        else:
            related.append(Related(names[link.one], names[link.other], link))
    return found, related


class _Union:
    """Sets of positions that grow together; each is known by its lowest."""

    def __init__(self, size: int) -> None:
        self._up = list(range(size))

    def root(self, i: int) -> int:
        while self._up[i] != i:
            i = self._up[i]
        return i

    def join(self, a: int, b: int) -> None:
        low, high = sorted((self.root(a), self.root(b)))
        self._up[high] = low


class _Claims:
    """Which claims each piece belongs to.

    A claim grows around its core: a content, or pieces that say themselves what they belong to.
    """

    def __init__(
        self, found: list[Piece], edges: list[tuple[int, int]], same: list[tuple[int, int]]
    ) -> None:
        self.found = found
        size = len(found)
        self._alike = _Union(size)
        first: dict[str, int] = {}
        for i, piece in enumerate(found):
            if piece.own:
                self._alike.join(first.setdefault(piece.annotation, i), i)
        for a, b in same:
            self._alike.join(a, b)
        self._core = [p.own or p.role == CONTENT for p in found]
        self._after: list[list[int]] = [[] for _ in found]
        self._before: list[list[int]] = [[] for _ in found]
        whole = _Union(size)
        for a, b in edges:
            self._after[a].append(b)
            self._before[b].append(a)
            whole.join(a, b)
        self._owners: list[set[int]] = [set() for _ in found]
        for i in range(size):
            if self._core[i]:
                self._owners[i].add(self._alike.root(i))
        for i in range(size):
            if self._core[i]:
                # Along the arrows, or against them: people draw them either way.
                self._grow(i, self._after)
                self._grow(i, self._before)
        self._take_the_rest()
        for i in range(size):
            self._owners[i] = self._owners[i] or {whole.root(i)}

    def _grow(self, start: int, along: list[list[int]]) -> None:
        owner = self._alike.root(start)
        waiting, seen = [start], {start}
        while waiting:
            for other in along[waiting.pop()]:
                if other not in seen and not self._core[other]:
                    self._owners[other].add(owner)
                    seen.add(other)
                    waiting.append(other)

    def _take_the_rest(self) -> None:
        """What arrows of both directions lead to goes with its nearest neighbours."""
        waiting = [i for i, owners in enumerate(self._owners) if owners]
        while waiting:
            reached: dict[int, set[int]] = {}
            for i in waiting:
                for other in (*self._after[i], *self._before[i]):
                    if not self._owners[other]:
                        reached.setdefault(other, set()).update(self._owners[i])
            for i, owners in reached.items():
                self._owners[i] = owners
            waiting = list(reached)

    def names(self) -> list[str]:
        """The annotation that each piece, as it was found, belongs to (first)."""
        own = self._own()
        return [
            p.annotation if p.own else (own.get(owner) or self.found[owner]).annotation
            for p, owner in zip(self.found, map(min, self._owners), strict=True)
        ]

    def _own(self) -> dict[int, Piece]:
        """Root -> the first of the pieces there that say themselves what they belong to."""
        own: dict[int, Piece] = {}
        for i, piece in enumerate(self.found):
            if piece.own:
                own.setdefault(self._alike.root(i), piece)
        return own

    def pieces(self) -> Iterator[Piece]:
        """The pieces, each as often as there are claims that it belongs to."""
        own = self._own()
        used: dict[tuple[int, str], int] = {}
        for i, piece in enumerate(self.found):
            if piece.own:
                key = self._alike.root(i), piece.role
                used[key] = max(used.get(key, 0), piece.span + 1)
        spans: dict[tuple[int, str], dict[int, int]] = {}
        for i, piece in enumerate(self.found):
            if piece.own:
                yield piece
                continue
            for owner in sorted(self._owners[i]):
                ours = own.get(owner)
                group = self._alike.root(i)
                # Two sources are two spans, unless the file says that they are the same.
                known = spans.setdefault((owner, piece.role), {})
                start = 0 if group == owner else used.get((owner, piece.role), 0)
                span = known.setdefault(group, start + len(known))
                core = ours or self.found[owner]
                order = _AFTER if ours else piece.order
                yield replace(piece, annotation=core.annotation, order=order, span=span)
