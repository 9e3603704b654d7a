"""Which claims of different annotators are about the same thing.

Two annotators are matched one to one for the greatest total overlap (exact). Where claims are
stacked on the same words, that leaves a choice: the one with most equal labels is taken, and among
equals what the claims' own words and labels say decides, never the order in which they were stored.
More are aligned from those pairs: the strongest pairs join first, and a group never holds two
claims of one annotator. Attributes are compared only between matched claims, so the matching is
part of every such number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from zlib import crc32

import numpy as np

from annotator.alignment.arrays import Bools, Floats, Ints, lookup_sorted, sorted_unique
from annotator.alignment.assignment import best_matching
from annotator.alignment.claim_table import NOWHERE, ClaimTable
from annotator.alignment.components import connected_components, least_reachable
from annotator.alignment.inputs import Claim, ComparedText
from annotator.domain.model import span_role
from annotator.domain.scheme import Scheme
from annotator.domain.terms import role_said

ANCHORS: Final = ("content",)
"""Roles of which one must overlap for two claims to be about the same thing, where no scheme calls
them otherwise."""
SUPPORT: Final = ("source", "cue")
"""Roles that decide between several claims with the same overlap."""
_SUPPORT_WEIGHT: Final = 0.1
_LABEL_WEIGHT: Final = 1e-9
"""So little that equal labels decide between equal overlaps and nothing else: two Dice overlaps of
spans of less than 10,000 code points differ by more, and rounding by much less."""


@dataclass(frozen=True, slots=True)
class Group:
    """Claims of several annotators about the same thing: at most one of each.

    `readers` are all who read the document, so who is not in `claims` has missed it.
    """

    document: str
    claims: Mapping[str, Claim]
    readers: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Alignment:
    """All claims in groups about the same thing.

    Attributes:
        table: The claims.
        group: Of each claim (claims,), numbered by document and position.
        anchors: Roles of which one overlaps in what belongs together.
    """

    table: ClaimTable
    group: Ints
    anchors: Sequence[str] = ANCHORS

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The groups, also those of one claim that nobody else marked."""
        return tuple(self.at(i) for i in range(len(self.first) - 1))

    def at(self, number: int) -> Group:
        """One group as an object."""
        table, members = self.table, self.members(number)
        document = int(table.document[members[0]])
        claims = {table.annotators[table.annotator[i]]: table.claim(int(i)) for i in members}
        readers = tuple(table.annotators[i] for i in np.flatnonzero(table.read[document]))
        return Group(table.names[document], claims, readers)

    def members(self, number: int) -> Ints:
        """The claims of one group, by annotator."""
        return self.order[self.first[number] : self.first[number + 1]]

    @cached_property
    def hulls(self) -> tuple[Ints, Ints]:
        """Where each claim lies on the line, first start and last end (claims,): its content, or
        its span, or whatever it has."""
        table = self.table
        first, last = table.hulls(self.anchors)
        lacking = first == NOWHERE
        if lacking.any():
            more = table.hulls(table.roles)
            first = np.where(lacking, more[0], first)
            last = np.where(lacking, more[1], last)
        return first, last

    @cached_property
    def order(self) -> Ints:
        """The claims by group, then by annotator (claims,)."""
        return np.argsort(self.group, kind="stable")

    @cached_property
    def first(self) -> Ints:
        """Where each group begins in `order`, and where the last one ends (groups + 1,)."""
        counts = np.bincount(self.group)
        return np.concatenate([[0], np.cumsum(counts)])

    @cached_property
    def matched(self) -> Ints:
        """Which groups hold claims of two or more annotators (matched groups,)."""
        return np.flatnonzero(np.bincount(self.group) > 1)


def align(
    documents: Iterable[ComparedText] | ClaimTable,
    annotators: Sequence[str] | None = None,
    *,
    anchors: Sequence[str] = ANCHORS,
    support: Sequence[str] = SUPPORT,
) -> Alignment:
    """Group the claims of two to many annotators; every claim is in exactly one group.

    Args:
        documents: Documents that one annotator read add groups of one claim.
        annotators: Whom to compare; all without.
        anchors: Roles of which one must overlap; ("span",) for marks.
        support: Roles that decide between claims with the same anchors.
    """
    table = ClaimTable.from_documents(documents, annotators)
    total = len(table)
    # Where nobody has two claims that meet, everybody's belong together.
    part = connected_components(total, [table.role(name) for name in anchors])
    contested = _clashing(table, part)[part]
    left, right, score = _matched(table, anchors, support, contested)
    rank = _ranks(table, contested)
    split = least_reachable(total, left, right)
    part = np.where(contested, split, part)
    clashing = _clashing(table, part)
    open_pairs = np.flatnonzero(clashing[part[left]])
    left, right, score = left[open_pairs], right[open_pairs], score[open_pairs]
    equal = _equal_labels(table, left, right)
    order = np.lexsort((rank[right], rank[left], -equal, -score))
    group = _split(table, part, clashing, left[order].tolist(), right[order].tolist())
    leading = np.full(total, np.iinfo(np.int64).max)
    np.minimum.at(leading, group, _starts(table, anchors))
    known = sorted_unique(group)
    number = np.empty(total, dtype=np.int64)
    number[known[np.lexsort((known, leading[known]))]] = np.arange(len(known))
    return Alignment(table, number[group], tuple(anchors))


def align_layer(table: ClaimTable, layer: str, scheme: Scheme | None = None) -> Alignment:
    """The claims, or the marks of a span layer, of a table in groups about the same thing.

    This is asked by whoever says what annotators agree on or differ in: the report, and by
    `group_annotations` the cases of adjudication. Contents decide about claims, so a claim without
    one is alone; the span decides about marks.

    Args:
        table: Of that layer alone.
        layer: "claim", or the name of a span layer.
        scheme: Says what the content, the source and the cue of a claim are called.
    """
    if layer != "claim":
        return align(table, anchors=(span_role(layer),), support=())
    if scheme is None:
        return align(table)
    said = (role_said(scheme, name) for name in SUPPORT)
    return align(
        table, anchors=(scheme.content_name,), support=tuple(name for name in said if name)
    )


def _clashing(table: ClaimTable, part: Ints) -> Bools:
    """Which parts hold two claims of one annotator (claims,), by the number of the part."""
    coders = max(len(table.annotators), 1)
    held = np.sort(part * coders + table.annotator)
    clashing = np.zeros(len(part), dtype=np.bool_)
    clashing[held[1:][held[1:] == held[:-1]] // coders] = True
    return clashing


def _ranks(table: ClaimTable, wanted: Bools | None = None) -> Ints:
    """A number for each claim that does not depend on the order in which claims are stored.

    Nor on which other documents are in the table: claims of a document keep their order among
    themselves, so that one article is grouped as it is in a whole corpus.

    The claims of an annotator in a document keep their range of numbers, and take them in the order
    of their place, their pieces and their labels. Only claims that are the same in all of this are
    told apart by their order: which of them is which makes no difference.

    Args:
        wanted: Which claims need it (claims,); all without.
    """
    rank = np.arange(len(table))
    chosen = rank if wanted is None else np.flatnonzero(wanted)
    if not len(chosen):
        return rank
    pieces = np.zeros(len(table), dtype=np.uint64)
    salt = np.uint64(0x9E3779B97F4A7C15)  # an odd constant: products spread over all 64 bits
    for name in table.roles:
        claim, start, end = table.role(name).columns
        # Where in its document, so that the other documents of the table make no difference.
        shift = table.base[table.document[claim]]
        of_piece = (start - shift).astype(np.uint64) * salt + (end - shift).astype(np.uint64)
        role = np.uint64(crc32(name.encode("utf-8", "surrogatepass")))
        np.add.at(pieces, claim, (of_piece * salt ^ role) * salt)
    said = sorted(range(len(table.label_sets)), key=lambda i: sorted(table.label_sets[i].items()))
    place = np.empty(len(said), dtype=np.int64)
    place[said] = np.arange(len(said))
    first, last = table.hulls(table.roles)
    columns = (pieces, last, first, table.annotator, table.document)
    keys = tuple(column[chosen] for column in (place[table.labels], *columns))
    rank[chosen[np.lexsort(keys)]] = chosen
    return rank


def _equal_labels(table: ClaimTable, left: Ints, right: Ints) -> Floats:
    """Of each pair of claims, the share of their labels that are equal (pairs,); 1 without any."""
    sets = max(len(table.label_sets), 1)
    pairs, which = np.unique(table.labels[left] * sets + table.labels[right], return_inverse=True)
    share = np.ones(len(pairs))
    for k, pair in enumerate(pairs.tolist()):
        a, b = (table.label_sets[i].items() for i in divmod(pair, sets))
        names = {name for name, _ in (*a, *b)}
        share[k] = len(a & b) / len(names) if names else 1.0
    return share[which]


def _starts(table: ClaimTable, anchors: Sequence[str]) -> Ints:
    """Where each claim starts on the line: its anchors, or any role if it has none of them."""
    start, _ = table.hulls(anchors)
    lacking = start == NOWHERE
    if lacking.any():
        start[lacking] = table.hulls(table.roles)[0][lacking]
    return start


def _matched(
    table: ClaimTable, anchors: Sequence[str], support: Sequence[str], wanted: Bools | None = None
) -> tuple[Ints, Ints, Floats]:
    """Matched claims of all pairs of annotators and their overlap, sorted by the first claim.

    Args:
        wanted: Which claims take part (claims,); all without.
    """
    total, coders = len(table), len(table.annotators)
    main = [table.role(name) for name in anchors]
    further = [table.role(name) for name in support]
    sizes = [fragments.size for fragments in (*main, *further)]
    if wanted is not None:
        main, further = ([f.only(wanted) for f in roles] for roles in (main, further))
    rank = _ranks(table, wanted)
    found: list[tuple[Ints, Ints, Floats]] = []
    for first, last in main[0].blocks() if total else ():
        overlaps = [fragments.overlapping_pairs(first, last) for fragments in (*main, *further)]
        keys = np.concatenate([pairs.keys(total) for pairs in overlaps[: len(main)]])
        keys = sorted_unique(keys) if len(main) > 1 else keys
        left, right = np.divmod(keys, total)
        dice = np.zeros(len(keys))
        support_weight = np.zeros(len(keys))
        for i, (pairs, size) in enumerate(zip(overlaps, sizes, strict=True)):
            at, known = lookup_sorted(keys, pairs.keys(total))
            a, b = pairs.first[known], pairs.second[known]
            overlap = 2 * pairs.common[known] / (size[a] + size[b])
            if i < len(main):
                dice[at] += overlap / len(main)
            else:
                support_weight[at] += _SUPPORT_WEIGHT * overlap
        weight = dice + support_weight + _LABEL_WEIGHT * _equal_labels(table, left, right)
        # What is left to choose between equal sums goes by the claims, not by their order.
        order = np.lexsort((rank[right], rank[left]))
        left, right, dice, weight = left[order], right[order], dice[order], weight[order]
        # One matching for all pairs of annotators: a claim is a node of its own for each of them.
        ours = (rank[left] - first) * coders + table.annotator[right]
        theirs = (rank[right] - first) * coders + table.annotator[left]
        chosen = best_matching(ours, theirs, weight)
        chosen = chosen[np.argsort(left[chosen] * total + right[chosen], kind="stable")]
        found.append((left[chosen], right[chosen], dice[chosen]))
    nothing = np.empty(0, dtype=np.int64)
    return (
        np.concatenate([nothing, *(item[0] for item in found)]),
        np.concatenate([nothing, *(item[1] for item in found)]),
        np.concatenate([np.empty(0), *(item[2] for item in found)]),
    )


def _split(
    table: ClaimTable,
    part: Ints,
    clashing: Bools,
    left: list[int],
    right: list[int],
) -> Ints:
    """Rebuild contested parts from their strongest pairs, one claim per annotator in a group."""
    group = part.copy()
    leader = {int(i): int(i) for i in np.flatnonzero(clashing[part])}
    members = {i: [i] for i in leader}
    holds = {i: 1 << int(table.annotator[i]) for i in leader}
    for a, b in zip(left, right, strict=True):
        ours, theirs = leader[a], leader[b]
        if ours == theirs or holds[ours] & holds[theirs]:
            continue
        if len(members[ours]) < len(members[theirs]):
            ours, theirs = theirs, ours
        for i in members[theirs]:
            leader[i] = ours
        members[ours] += members.pop(theirs)
        holds[ours] |= holds[theirs]
    for i, first in leader.items():
        group[i] = first
    return group
