"""The list of disagreements: one row for each difference between the readings of one thing.

A row weighs as many pairs of annotators as differ in it, so the rows of a document, of a kind and
of all documents add up. Two annotators: one row is one disagreement.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from annotator.agreement.bootstrap import Resampling, with_interval
from annotator.agreement.decomposition import KINDS, STANCE, Kind
from annotator.agreement.inputs import Claim, Range
from annotator.agreement.matching import Alignment
from annotator.agreement.report.corpus import Corpus
from annotator.agreement.report.topics import LayerName, Topic, Topics
from annotator.agreement.result import Floats, Result, Statistic, ratio, small_n
from annotator.domain.session.cases import decisions, digest

MISSED: Final = "no claim"
NONE: Final = "none"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One difference.

    Attributes:
        article: Its uid; `start` and `end` are code points, to jump to.
        layer: Of the report.
        kind: missed, boundary, type, stance or link (`decomposition.Disagreement`).
        subject: The role or attribute, "parent", or "claim" (or "mark") when it was missed.
        sides: What is said and by whom, the most frequent first.
        pairs: How many pairs of annotators differ; `of` pairs could.
        ids: Of the annotations that it is about.
        decided: Whether the adjudicator has decided about all of them as they are now.
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
class Differences:
    """All disagreements of the corpus.

    Attributes:
        rows: Open ones first, of these the greatest weight first, then in reading order.
        counts: Pairs of annotators by kind; they add up to the pairs of all rows.
        shares: Each kind's share of all disagreements, with an interval.
        by_article: Article uid -> kind -> pairs.
        groups: How many things were compared; `identical` of them without any difference.
    """

    rows: tuple[Disagreement, ...]
    counts: Mapping[Kind, int]
    shares: tuple[Result, ...]
    by_article: Mapping[str, Mapping[Kind, int]]
    groups: int
    identical: int

    @property
    def open(self) -> int:
        """How many rows are not decided."""
        return sum(not row.decided for row in self.rows)


def differences(topics: Topics, resampling: Resampling | None) -> Differences:
    """List and count what the annotators disagree about in the wanted layers."""
    corpus = topics.corpus
    settled = _Settled(corpus)
    rows: list[Disagreement] = []
    groups = identical = 0
    if {"claims", "spans"} & set(topics.layers):
        names = [a.name for a in corpus.choices("claim")] if "claims" in topics.layers else []
        found = _Compared(topics.claims, "claims", "claim", names, settled)
        rows += found.rows
        groups, identical = groups + found.groups, identical + found.identical
    if "marks" in topics.layers:
        names = [a.name for a in corpus.choices("mark")]
        found = _Compared(topics.marks, "marks", "mark", names, settled)
        rows += found.rows
        groups, identical = groups + found.groups, identical + found.identical
    if "sentences" in topics.layers:
        for topic in topics.all:
            if topic.layer == "sentences":
                rows += _labelled(topic, corpus, settled)
    place = {article.uid: i for i, article in enumerate(corpus.articles)}
    rows.sort(
        key=lambda r: (
            r.decided, -r.pairs, place[r.article], r.start, KINDS.index(r.kind), r.subject
        )
    )  # fmt: skip
    table = np.zeros((len(place), len(KINDS)))
    for row in rows:
        table[place[row.article], KINDS.index(row.kind)] += row.pairs
    totals = table.sum(axis=0)
    return Differences(
        tuple(rows),
        {kind: int(totals[i]) for i, kind in enumerate(KINDS)},
        tuple(_share(corpus, table, i, resampling) for i in range(len(KINDS))),
        {uid: {k: int(table[i, j]) for j, k in enumerate(KINDS)} for uid, i in place.items()},
        groups,
        identical,
    )


class _Settled:
    """Which annotations were decided as they are now."""

    def __init__(self, corpus: Corpus) -> None:
        by_id = corpus.by_id
        self._decided: set[str] = set()
        for decision in decisions(corpus.gold):
            # One that changed or went away opens the decision again for the others too.
            if all(i in by_id and digest(by_id[i]) == was for i, was in decision.based_on.items()):
                self._decided.update(decision.based_on)

    def all(self, ids: Iterable[str]) -> bool:
        """Whether a decision stands on each of these annotations, unchanged since."""
        return bool(self._decided) and self._decided.issuperset(ids)


class _Compared:
    """Rows of the groups of an alignment."""

    def __init__(
        self,
        alignment: Alignment,
        layer: LayerName,
        what: str,
        attributes: Sequence[str],
        settled: _Settled,
    ) -> None:
        self.rows: list[Disagreement] = []
        self.identical = 0
        self._layer: LayerName = layer
        self._what = what
        self._attributes = attributes
        self._settled = settled
        table = alignment.table
        self._group_of: dict[str, int] = {}
        self._where: dict[int, str] = {}
        parents = {claim.parent for claim in table.claims if claim.parent}
        for claim, group in zip(table.claims, alignment.group.tolist(), strict=True):
            if claim.id in parents:
                self._group_of[claim.id] = group
                self._where.setdefault(group, f"in {claim.start}-{claim.end}")
        groups = alignment.groups
        self.groups = len(groups)
        for group in groups:
            if len(group.readers) > 1:
                before = len(self.rows)
                self._compare(group.document, group.claims, group.readers)
                self.identical += len(self.rows) == before

    def _compare(
        self, document: str, claims: Mapping[str, Claim], readers: tuple[str, ...]
    ) -> None:
        listed = list(claims.items())
        having, reading = len(listed), len(readers)
        add = _Adder(self, document, claims)
        if having < reading:
            missing = tuple(name for name in readers if name not in claims)
            said = f"no {self._what}"
            sides = [(f"a {self._what}", tuple(claims)), (said, missing)]
            pairs = having * (reading - having)
            add("missed", self._what, sides, pairs, reading * (reading - 1) // 2)
        if having < 2:
            return
        first = listed[0][1]
        if not all(c.roles == first.roles for _, c in listed[1:]):
            for role in sorted({role for _, c in listed for role in c.roles}):
                self._role(role, listed, add)
        if not all(c.attributes == first.attributes for _, c in listed[1:]):
            attributes = [c.attributes for _, c in listed]
            for name in self._attributes:
                values = [given.get(name, "") for given in attributes]
                if values.count(values[0]) < len(values):
                    chosen = list(zip(claims, values, strict=True))
                    _by_value(STANCE.get(name, "type"), name, chosen, add)
        parents = [self._group_of.get(c.parent or "", -1) for _, c in listed]
        if len(set(parents)) > 1:
            chosen = [
                (a, self._where.get(p, "")) for (a, _), p in zip(listed, parents, strict=True)
            ]
            _by_value("link", "parent", chosen, add)

    @staticmethod
    def _role(role: str, listed: Sequence[tuple[str, Claim]], add: _Adder) -> None:
        """Pairs whose pieces overlap but differ are boundaries; others are links."""
        said: dict[tuple[Range, ...], list[str]] = defaultdict(list)
        for name, claim in listed:
            said[claim.role(role)].append(name)
        if len(said) < 2:
            return
        shapes = list(said)
        boundary = link = 0
        touching: set[int] = set()
        apart: set[int] = set()
        for i, one in enumerate(shapes):
            for j in range(i + 1, len(shapes)):
                pairs = len(said[one]) * len(said[shapes[j]])
                if _overlap(one, shapes[j]):
                    boundary += pairs
                    touching |= {i, j}
                else:
                    link += pairs
                    apart |= {i, j}
        possible = len(listed) * (len(listed) - 1) // 2
        for kind, pairs, members in (("boundary", boundary, touching), ("link", link, apart)):
            if pairs:
                sides = [(_written(shapes[i]), tuple(said[shapes[i]])) for i in sorted(members)]
                add("boundary" if kind == "boundary" else "link", role, sides, pairs, possible)


class _Adder:
    """Appends rows about one group of claims."""

    def __init__(self, to: _Compared, document: str, claims: Mapping[str, Claim]) -> None:
        self._to = to
        self._document = document
        self._claims = claims

    @cached_property
    def _place(self) -> tuple[int, int, tuple[str, ...], bool]:
        """Where the contents (or spans) lie, the ids, and whether a decision stands on them."""
        claims = self._claims.values()
        ids = tuple(c.id for c in claims)
        anchors = [c.role("content") or c.role("span") for c in claims]
        found = [(a[0][0], a[-1][1]) for a in anchors if a] or [(c.start, c.end) for c in claims]
        start, end = min(s for s, _ in found), max(e for _, e in found)
        return start, end, ids, self._to._settled.all(ids)

    def __call__(
        self,
        kind: Kind,
        subject: str,
        sides: list[tuple[str, tuple[str, ...]]],
        pairs: int,
        of: int,
    ) -> None:
        start, end, ids, decided = self._place
        sides.sort(key=lambda side: (-len(side[1]), side[1]))
        self._to.rows.append(
            Disagreement(
                self._document, start, end, self._to._layer, kind, subject,
                tuple(sides), pairs, of, ids, decided,
            )
        )  # fmt: skip


def _by_value(kind: Kind, subject: str, chosen: Sequence[tuple[str, str]], add: _Adder) -> None:
    said: dict[str, list[str]] = defaultdict(list)
    for name, value in chosen:
        said[value or NONE].append(name)
    if len(said) > 1:
        total = len(chosen)
        same = sum(len(names) * (len(names) - 1) for names in said.values())
        sides = [(value, tuple(names)) for value, names in said.items()]
        add(kind, subject, sides, (total * (total - 1) - same) // 2, total * (total - 1) // 2)


def _overlap(ours: Sequence[Range], theirs: Sequence[Range]) -> bool:
    return any(a < d and c < b for a, b in ours for c, d in theirs)


def _written(ranges: Sequence[Range]) -> str:
    return " ".join(f"{start}-{end}" for start, end in ranges) or NONE


def _labelled(topic: Topic, corpus: Corpus, settled: _Settled) -> list[Disagreement]:
    """Rows of sentences or articles that got different labels."""
    tags: dict[tuple[str, int], dict[str, tuple[str, str]]] = defaultdict(dict)
    ends: Counter[tuple[str, int]] = Counter()
    for a in corpus.annotations:
        if a.layer == topic.of and topic.name in a.attributes:
            tags[a.article, a.start][a.annotator] = (a.attributes[topic.name], a.id)
            ends[a.article, a.start] = a.end
    out: list[Disagreement] = []
    for (uid, start), given in tags.items():
        said: dict[str, list[str]] = defaultdict(list)
        for name, (value, _) in sorted(given.items()):
            said[value].append(name)
        if len(said) < 2:
            continue
        total = len(given)
        same = sum(len(names) * (len(names) - 1) for names in said.values())
        sides = sorted(said.items(), key=lambda side: (-len(side[1]), side[1]))
        ids = tuple(id_ for _, id_ in given.values())
        out.append(
            Disagreement(
                uid, start, ends[uid, start], "sentences", "type", topic.name,
                tuple((value, tuple(names)) for value, names in sides),
                (total * (total - 1) - same) // 2, total * (total - 1) // 2, ids,
                settled.all(ids),
            )
        )  # fmt: skip
    return out


def _share(corpus: Corpus, table: Floats, kind: int, resampling: Resampling | None) -> Result:
    names = tuple(article.uid for article in corpus.articles)
    statistic = Statistic(table, lambda sums: ratio(sums[:, kind], sums.sum(axis=1)), names)
    value = statistic.value()
    n = int(table.sum())
    reason = ""
    if np.isnan(value):
        reason = "no disagreement" if names else "no article was read by two annotators"
    result = Result(
        "share_of_disagreement",
        None if reason else value,
        reason,
        n,
        "disagreements",
        len(names),
        corpus.annotators,
        warnings=small_n(n, "disagreements"),
        subject=KINDS[kind],
        statistic=statistic,
    )
    return with_interval(result, resampling)
