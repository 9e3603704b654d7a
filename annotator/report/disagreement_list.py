"""The list of disagreements: one row for each difference between the readings of one thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np

from annotator.agreement.bootstrap import Resampling, with_interval
from annotator.agreement.result import Result, Statistic, ratio
from annotator.alignment.arrays import Floats, Ints
from annotator.report.corpus import Corpus
from annotator.report.differences import (
    Compared,
    Counted,
    DifferenceSource,
    Disagreement,
    LabelDifferences,
)
from annotator.report.kinds import KINDS, Kind
from annotator.report.questions import Questions
from annotator.report.standing import StandingDecisions


@dataclass(frozen=True, eq=False)
class Differences:
    """All disagreements of the corpus.

    Attributes:
        rows: Open ones first, of these the greatest weight first, then in reading order. They are
            counted at once and put into words when they are looked at.
        open: How many of them are not decided.
        counts: Pairs of annotators by kind; they add up to the pairs of all rows.
        shares: Each kind's share of all disagreements, with an interval.
        by_article: Article uid -> kind -> pairs.
        groups: How many things were compared; `identical` of them without any difference.
    """

    rows: Sequence[Disagreement]
    open: int
    counts: Mapping[Kind, int]
    shares: tuple[Result, ...]
    by_article: Mapping[str, Mapping[Kind, int]]
    groups: int
    identical: int


def differences(questions: Questions, resampling: Resampling | None) -> Differences:
    """List and count what the annotators disagree about in the wanted layers."""
    corpus = questions.corpus
    standing = StandingDecisions(corpus)
    uids = [article.uid for article in corpus.articles]
    sources: list[DifferenceSource] = []
    if {"claims", "spans"} & set(questions.layers):
        names = [a.name for a in corpus.choices("claim")] if "claims" in questions.layers else []
        sources.append(Compared(questions.claims, "claims", "claim", names, standing, uids))
    if "marks" in questions.layers:
        for name in corpus.span_layers:
            labels = [a.name for a in corpus.choices(name)]
            sources.append(Compared(questions.marks(name), "marks", name, labels, standing, uids))
    if "sentences" in questions.layers:
        sources += [
            LabelDifferences(question, corpus, standing)
            for question in questions.all
            if question.layer == "sentences"
        ]
    rows = DisagreementRows(sources)
    table = np.zeros((len(corpus.articles), len(KINDS)))
    np.add.at(table, (rows.article, rows.kind), rows.pairs)
    totals = table.sum(axis=0)
    compared = [source for source in sources if isinstance(source, Compared)]
    return Differences(
        rows,
        int((~rows.decided).sum()),
        {kind: int(totals[i]) for i, kind in enumerate(KINDS)},
        tuple(_share(corpus, table, i, resampling) for i in range(len(KINDS))),
        {uid: {k: int(table[i, j]) for j, k in enumerate(KINDS)} for i, uid in enumerate(uids)},
        sum(source.groups for source in compared),
        sum(source.identical for source in compared),
    )


class DisagreementRows(Sequence[Disagreement]):
    """The rows of several sources in the order of the list; each is made when it is asked for.

    Attributes:
        article, kind, pairs, decided: Of each row (rows,): places among the corpus's articles and
            in KINDS, the weight, and whether a decision stands.
    """

    def __init__(self, sources: Sequence[DifferenceSource]) -> None:
        self._sources = sources
        found = [source.found for source in sources]
        subjects = sorted({name for rows in found for name in rows.subjects})

        def column(of: Callable[[Counted], Ints]) -> Ints:
            return np.concatenate([np.empty(0, dtype=np.int64), *map(of, found)])

        def ranks(rows: Counted) -> Ints:
            known = np.array([subjects.index(name) for name in rows.subjects], dtype=np.int64)
            return known[rows.subject]

        kind, article = column(lambda rows: rows.kind), column(lambda rows: rows.article)
        pairs, decided = (
            column(lambda rows: rows.pairs),
            column(lambda rows: rows.decided.astype(np.int64)),
        )
        start = column(lambda rows: rows.start)
        order = np.lexsort((column(ranks), kind, start, article, -pairs, decided))
        sizes = np.array([len(rows.kind) for rows in found], dtype=np.int64)
        self._source = np.repeat(np.arange(len(found)), sizes)[order]
        self._number = column(lambda rows: np.arange(len(rows.kind)))[order]
        self.article, self.kind, self.pairs = article[order], kind[order], pairs[order]
        self.decided = decided[order].astype(np.bool_)

    def __len__(self) -> int:
        return len(self.pairs)

    @overload
    def __getitem__(self, at: int) -> Disagreement: ...

    @overload
    def __getitem__(self, at: slice) -> list[Disagreement]: ...

    def __getitem__(self, at: int | slice) -> Disagreement | list[Disagreement]:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(len(self)))]
        if not -len(self) <= at < len(self):
            raise IndexError(at)
        return self._sources[int(self._source[at])].row(int(self._number[at]))


def _share(corpus: Corpus, table: Floats, kind: int, resampling: Resampling | None) -> Result:
    names = tuple(article.uid for article in corpus.articles)
    statistic = Statistic(table, lambda sums: ratio(sums[:, kind], sums.sum(axis=1)), names)
    reason = "no disagreement" if names else "no article was read by two annotators"
    result = Result.from_statistic(
        "share_of_disagreement",
        statistic,
        int(table.sum()),
        "disagreements",
        undefined=reason,
        documents=len(names),
        annotators=corpus.annotators,
        subject=KINDS[kind],
    )
    return with_interval(result, resampling)
