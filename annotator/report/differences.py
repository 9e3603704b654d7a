"""What differs between the readings of one thing: counted for all at once, told one by one.

A row weighs as many pairs of annotators as differ in it, so the rows of a document, of a kind and
of all documents add up. Two annotators: one row is one disagreement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Protocol

import numpy as np

from annotator.alignment.arrays import Bools, Ints, sorted_unique
from annotator.alignment.inputs import Claim, Range
from annotator.alignment.matching import Alignment
from annotator.report.corpus import Corpus
from annotator.report.kinds import KINDS, STANCE, Kind, format_ranges, overlapping
from annotator.report.questions import LayerName, Question
from annotator.report.standing import StandingDecisions

NONE: Final = "none"
MISSED, BOUNDARY, LINK = (KINDS.index(kind) for kind in ("missed", "boundary", "link"))


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One difference.

    Attributes:
        article: Its uid; `start` and `end` are code points, to jump to.
        layer: Of the report.
        kind: missed, boundary, type, stance or link (see `report.kinds`).
        subject: The role or attribute, "parent", or "claim" (or "mark") when it was missed.
        sides: What is said and by whom, the most frequent first.
        pairs: How many pairs of annotators differ; `of` pairs could.
        ids: Of the annotations that it is about.
        decided: Whether a decision stands on the case that these annotations are in.
    """

    article: str
    start: int
    end: int
    layer: LayerName
    kind: Kind
    subject: str
    sides: tuple[tuple[str, tuple[str, ...]], ...]
    pairs: int
    of: int
    ids: tuple[str, ...]
    decided: bool

    @property
    def who(self) -> str:
        """The sides in one line: "a b: 10-20 | c: 12-20"."""
        return " | ".join(f"{', '.join(names)}: {said}" for said, names in self.sides)


@dataclass(frozen=True, eq=False)
class Counted:
    """Rows of one source as columns (rows,).

    Attributes:
        unit: The group of claims or the unit that each is about.
        kind: A place in KINDS.
        subject: A place in `subjects`.
        pairs, of: How many pairs of annotators differ, and how many could.
        article, start, end: Where: a place among the corpus's articles, and code points.
        decided: Whether a decision stands.
    """

    unit: Ints
    kind: Ints
    subject: Ints
    pairs: Ints
    of: Ints
    article: Ints
    start: Ints
    end: Ints
    decided: Bools
    subjects: tuple[str, ...]


class DifferenceSource(Protocol):
    """Rows that are counted, and told when they are asked for."""

    found: Counted

    def row(self, number: int) -> Disagreement:
        """One row in words."""


def _counted(
    blocks: Sequence[tuple[int, str, Ints, Ints, Ints]],
    where: tuple[Ints, Ints, Ints],
    decided: Bools,
) -> Counted:
    """Put blocks of (kind, subject, units, pairs, of) together.

    Args:
        where, decided: Of each unit.
    """
    nothing = np.empty(0, dtype=np.int64)
    subjects = tuple(dict.fromkeys(subject for _, subject, *_ in blocks))
    unit = np.concatenate([nothing, *(units for _, _, units, _, _ in blocks)])
    kinds = [np.full(len(block[2]), block[0], dtype=np.int64) for block in blocks]
    names = [np.full(len(b[2]), subjects.index(b[1]), dtype=np.int64) for b in blocks]
    return Counted(
        unit,
        np.concatenate([nothing, *kinds]),
        np.concatenate([nothing, *names]),
        np.concatenate([nothing, *(block[3] for block in blocks)]),
        np.concatenate([nothing, *(block[4] for block in blocks)]),
        where[0][unit],
        where[1][unit],
        where[2][unit],
        decided[unit],
        subjects,
    )


class Compared:
    """The groups of an alignment.

    Attributes:
        groups: How many; `identical` of those that two have read are without a difference.
    """

    def __init__(
        self,
        alignment: Alignment,
        layer: LayerName,
        what: str,
        attributes: Sequence[str],
        standing: StandingDecisions,
        uids: Sequence[str],
    ) -> None:
        self._alignment, self._layer, self._what, self._uids = alignment, layer, what, uids
        table = alignment.table
        self._having = np.diff(alignment.first)
        document = table.document[alignment.order[alignment.first[:-1]]]
        reading = table.read.sum(axis=1)[document]
        self.groups = len(self._having)
        # Claims with something to be compared with, by group.
        self._claims = alignment.order[self._having[alignment.group[alignment.order]] > 1]
        self._group = alignment.group[self._claims]
        blocks = [self._missed(reading)]
        for role in table.roles:
            blocks += self._role(role)
        for name in attributes:
            kind = KINDS.index(STANCE.get(name, "type"))
            blocks.append(self._values(kind, name, table.attribute(name)[1]))
        within = np.where(table.parent >= 0, alignment.group[table.parent], -1)
        blocks.append(self._values(LINK, "parent", within))
        decided = standing.groups(table.ids, alignment.group, self._having)
        self.found = _counted(blocks, self._where(document), decided)
        differing = len(sorted_unique(self.found.unit))
        self.identical = int((reading > 1).sum()) - differing

    def _missed(self, reading: Ints) -> tuple[int, str, Ints, Ints, Ints]:
        having = self._having
        units = np.flatnonzero((having < reading) & (reading > 1))
        mine, all_of_them = having[units], reading[units]
        pairs = mine * (all_of_them - mine)
        return MISSED, self._what, units, pairs, all_of_them * (all_of_them - 1) // 2

    def _possible(self, units: Ints) -> Ints:
        having: Ints = self._having[units]
        possible: Ints = having * (having - 1) // 2
        return possible

    def _values(self, kind: int, name: str, value: Ints) -> tuple[int, str, Ints, Ints, Ints]:
        """Groups in which a value (claims,) differs."""
        group, _, size = _variants(self._group, value[self._claims])
        alike = np.bincount(group, size * (size - 1) // 2, minlength=self.groups).astype(np.int64)
        units = np.flatnonzero(np.bincount(group, minlength=self.groups) > 1)
        possible = self._possible(units)
        return kind, name, units, possible - alike[units], possible

    def _role(self, role: str) -> list[tuple[int, str, Ints, Ints, Ints]]:
        """Pairs whose pieces overlap but differ are boundaries; others are links."""
        table = self._alignment.table
        fragments = table.role(role)
        pieces = np.bincount(fragments.item, minlength=len(table))
        start, end = table.hulls([role])
        several = np.flatnonzero(pieces > 1)
        shape = np.where(pieces > 0, start * (int(table.base[-1]) + 1) + end, -1)
        known: dict[tuple[Range, ...], int] = {}
        for i in several.tolist():
            ranges = tuple((a + int(table.base[table.document[i]]), b) for a, b in
                           table.claim(i).role(role))  # fmt: skip
            shape[i] = -2 - known.setdefault(ranges, len(known))
        group, at, size = _variants(self._group, shape[self._claims])
        left, right = _pairs(group)
        one, other = self._claims[at[left]], self._claims[at[right]]
        touching = np.maximum(start[one], start[other]) < np.minimum(end[one], end[other])
        touching &= (pieces[one] > 0) & (pieces[other] > 0)
        for p in np.flatnonzero(touching & ((pieces[one] > 1) | (pieces[other] > 1))).tolist():
            touching[p] = overlapping(
                table.claim(int(one[p])).role(role), table.claim(int(other[p])).role(role)
            )
        weight = size[left] * size[right]
        out = []
        for kind, which in ((BOUNDARY, touching), (LINK, ~touching)):
            total = np.bincount(group[left], weight * which, minlength=self.groups)
            units = np.flatnonzero(total)
            out.append((kind, role, units, total[units].astype(np.int64), self._possible(units)))
        return out

    def _where(self, document: Ints) -> tuple[Ints, Ints, Ints]:
        """Where the contents (or spans) of each group lie."""
        alignment = self._alignment
        first, last = alignment.hulls
        start = np.full(self.groups, np.iinfo(np.int64).max)
        end = np.zeros(self.groups, dtype=np.int64)
        np.minimum.at(start, alignment.group, first)
        np.maximum.at(end, alignment.group, last)
        base = alignment.table.base[document]
        return document, start - base, end - base

    def row(self, number: int) -> Disagreement:
        """One row in words."""
        found = self.found
        group = self._alignment.at(int(found.unit[number]))
        kind, subject = KINDS[found.kind[number]], found.subjects[found.subject[number]]
        listed = list(group.claims.items())
        if kind == "missed":
            missing = tuple(name for name in group.readers if name not in group.claims)
            sides = [(f"a {self._what}", tuple(group.claims)), (f"no {self._what}", missing)]
        elif subject == "parent":
            sides = self._nestings(int(found.unit[number]))
        elif subject in self._alignment.table.pieces and kind in ("boundary", "link"):
            sides = _shapes(subject, listed, touching=kind == "boundary")
        else:
            sides = _by_value((name, claim.attributes.get(subject, "")) for name, claim in listed)
        sides.sort(key=lambda side: (-len(side[1]), side[1]))
        return Disagreement(
            self._uids[found.article[number]],
            int(found.start[number]),
            int(found.end[number]),
            self._layer,
            kind,
            subject,
            tuple(sides),
            int(found.pairs[number]),
            int(found.of[number]),
            tuple(claim.id for _, claim in listed),
            bool(found.decided[number]),
        )

    @cached_property
    def _nests(self) -> dict[int, int]:
        """Group -> the first of its claims that another is nested in."""
        table, group = self._alignment.table, self._alignment.group
        holding = sorted_unique(table.parent[table.parent >= 0])
        return {int(group[i]): int(i) for i in holding[::-1]}

    def _nestings(self, number: int) -> list[tuple[str, tuple[str, ...]]]:
        """In what the claims of a group are nested. Two holders may lie in one place."""
        table, group = self._alignment.table, self._alignment.group
        said: dict[int, list[str]] = defaultdict(list)
        for i in self._alignment.members(number):
            parent = int(table.parent[i])
            holder = -1 if parent < 0 else int(group[parent])
            said[holder].append(table.annotators[table.annotator[i]])
        out = []
        for holder, names in said.items():
            claim = None if holder < 0 else table.claim(self._nests[holder])
            where = NONE if claim is None else f"in {claim.start}-{claim.end}"
            out.append((where, tuple(names)))
        return out


class LabelDifferences:
    """Sentences or articles that got different labels."""

    def __init__(self, question: Question, corpus: Corpus, standing: StandingDecisions) -> None:
        self._question, self._corpus = question, corpus
        units = question.units
        given = units.given
        same = units.squares - given
        differing = np.flatnonzero(given * (given - 1) > same)
        possible = given * (given - 1) // 2
        decided = standing.units(question)
        kind = KINDS.index("type")
        pairs = (possible - same // 2)[differing]
        self.found = _counted(
            [(kind, question.name, differing, pairs, possible[differing])],
            (question.article, question.start, question.end),
            decided,
        )

    def _ids(self, unit: int) -> tuple[str, ...]:
        rows = self._corpus.rows
        if self._question.row is None:
            return ()
        mine = self._question.row[unit]
        return tuple(rows.columns.ids[rows.row[i]] for i in mine[mine >= 0])

    def row(self, number: int) -> Disagreement:
        """One row in words."""
        found, units = self.found, self._question.units
        unit = int(found.unit[number])
        codes = units.codes[unit]
        sides = _by_value(
            (units.annotators[i], str(units.labels[codes[i]])) for i in np.flatnonzero(codes >= 0)
        )
        sides.sort(key=lambda side: (-len(side[1]), side[1]))
        return Disagreement(
            self._corpus.articles[found.article[number]].uid,
            int(found.start[number]),
            int(found.end[number]),
            "sentences",
            "type",
            self._question.name,
            tuple(sides),
            int(found.pairs[number]),
            int(found.of[number]),
            self._ids(unit),
            bool(found.decided[number]),
        )


def _variants(group: Ints, value: Ints) -> tuple[Ints, Ints, Ints]:
    """The distinct values of each group.

    Args:
        group, value: Of some items; groups ascend.

    Returns:
        Of each variant its group (ascending), an item that has it, and how many have it.
    """
    order = np.lexsort((value, group))
    opening = np.ones(len(order), dtype=np.bool_)
    ordered, values = group[order], value[order]
    opening[1:] = (ordered[1:] != ordered[:-1]) | (values[1:] != values[:-1])
    first = np.flatnonzero(opening)
    return ordered[first], order[first], np.diff(first, append=len(order))


def _pairs(group: Ints) -> tuple[Ints, Ints]:
    """All pairs of variants of the same group; groups ascend."""
    number = np.arange(len(group))
    later = np.searchsorted(group, group, side="right") - number - 1
    left = np.repeat(number, later)
    skipped = np.repeat(np.cumsum(later) - later, later)
    return left, left + 1 + np.arange(len(left)) - skipped


def _by_value(chosen: Iterable[tuple[str, str]]) -> list[tuple[str, tuple[str, ...]]]:
    said: dict[str, list[str]] = defaultdict(list)
    for name, value in chosen:
        said[value or NONE].append(name)
    return [(value, tuple(names)) for value, names in said.items()]


def _shapes(
    role: str, listed: Sequence[tuple[str, Claim]], *, touching: bool
) -> list[tuple[str, tuple[str, ...]]]:
    """The shapes of a role that overlap another one (or that lie apart from another one)."""
    said: dict[tuple[Range, ...], list[str]] = defaultdict(list)
    for name, claim in listed:
        said[claim.role(role)].append(name)
    return [
        (format_ranges(one) or NONE, tuple(names))
        for one, names in said.items()
        if any(other != one and overlapping(one, other) == touching for other in said)
    ]
