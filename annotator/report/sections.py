"""Parts 3 to 6: labels, pairs, confusions, documents; and annotators against the gold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal

import numpy as np

from annotator.agreement.bootstrap import Resampling
from annotator.agreement.labels import (
    LabelAgreement,
    per_label,
    without_each_annotator,
)
from annotator.agreement.pairwise import against_the_rest, all_pairs, confusions, pair_matrix
from annotator.agreement.result import NO_SHARED_UNITS, ONE_LABEL, Result
from annotator.agreement.spans import agr, agr_matrix
from annotator.agreement.units import Units
from annotator.alignment.arrays import Floats
from annotator.domain.model import RELATION_TYPE, Annotation
from annotator.domain.same import canonical_roles
from annotator.report.corpus import Corpus
from annotator.report.disagreement_list import Differences
from annotator.report.kinds import Kind
from annotator.report.questions import LayerName, Question, Questions
from annotator.session.adjudication_cases import decisions, digest

FULL_PAIRS: Final = 15
"""Pairs of annotators up to which each gets an interval (six annotators)."""


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One label of one question."""

    layer: LayerName
    title: str
    found: LabelAgreement


@dataclass(frozen=True, slots=True)
class PairTable:
    """A measure of all pairs of annotators.

    Attributes:
        measure: alpha (symmetric) or agr (of the row's spans, the share that overlaps the
            column's).
        cells: (row, column) -> the result; without an interval where there are many pairs.
        rest: Each annotator against all others.
        without: The measure of all with each annotator left out in turn.
    """

    layer: LayerName
    title: str
    measure: Literal["alpha", "agr"]
    annotators: tuple[str, ...]
    cells: Mapping[tuple[str, str], Result]
    rest: tuple[Result, ...] = ()
    without: tuple[Result, ...] = ()


@dataclass(frozen=True, slots=True)
class Confused:
    """Two labels that different annotators gave the same unit, in so many pairs of annotators."""

    layer: LayerName
    title: str
    first: str
    second: str
    count: int
    of: int


@dataclass(frozen=True, slots=True)
class Confusions:
    """Disagreements by kind (counts and shares add up), and confused labels by question."""

    counts: Mapping[Kind, int]
    shares: tuple[Result, ...]
    groups: int
    identical: int
    labels: tuple[Confused, ...]


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """What one article adds to the disagreement of all.

    Attributes:
        counts: Disagreeing pairs by kind; `share` of all of the corpus.
        value: Agreement on claims as wholes in this article alone; None when undefined.
        without: The same of all other articles: greater than all if this one pulls it down.
    """

    article: str
    number: int
    title: str
    readers: int
    counts: Mapping[Kind, int]
    disagreements: int
    share: float
    value: float | None
    without: float | None


def label_rows(questions: Questions, how: Resampling | None) -> tuple[LabelRow, ...]:
    """All labels that were used, the worst first; undefined ones last."""
    rows = [
        LabelRow(question.layer, question.title, found)
        for question in questions.all
        for found in per_label(question.units, resampling=how)
        if found.count
    ]
    order = {question.title: i for i, question in enumerate(questions.all)}

    def worst(row: LabelRow) -> tuple[bool, float, int]:
        value = row.found.alpha.value
        return value is None, value or 0.0, order[row.title]

    return tuple(sorted(rows, key=worst))


def pair_tables(questions: Questions, how: Resampling | None) -> tuple[PairTable, ...]:
    """`agr` of contents in both directions, then alpha of every question that must be answered."""
    names = questions.corpus.annotators
    full = len(names) * (len(names) - 1) // 2 <= FULL_PAIRS
    out: list[PairTable] = []
    if "spans" in questions.layers and questions.content in questions.roles:
        layer = questions.contents
        cells: dict[tuple[str, str], Result] = {}
        values, sizes = agr_matrix(layer), layer.overlap_counts[1].sum(axis=0)
        for i, j in ((i, j) for i in range(len(names)) for j in range(len(names)) if i != j):
            if full:
                cells[names[i], names[j]] = agr(layer, names[i], names[j], resampling=how)
            else:
                both = layer.read[:, i] & layer.read[:, j]
                cells[names[i], names[j]] = _plain(
                    "agr", values[i, j], int(sizes[i, j]), "spans", int(both.sum()),
                    (names[i], names[j]),
                )  # fmt: skip
        out.append(PairTable("spans", questions.content, "agr", names, cells))
    for question in questions.all:
        if question.required and question.units.shared.any():
            out.append(_alpha_table(question, how, full=full))
    return tuple(out)


def _alpha_table(question: Question, how: Resampling | None, *, full: bool) -> PairTable:
    units, names = question.units, question.units.annotators
    cells: dict[tuple[str, str], Result] = {}
    if full:
        for (a, b), found in zip(
            combinations(names, 2), all_pairs(units, "alpha", resampling=how), strict=True
        ):
            cells[a, b] = cells[b, a] = found
    else:
        values = pair_matrix(units, "alpha")
        places, tables = confusions(units)
        for (i, j), table in zip(places, tables, strict=True):
            n = int(table.sum())
            found = _plain("alpha", values[i, j], n, units.unit, 0, (names[i], names[j]))
            cells[names[i], names[j]] = cells[names[j], names[i]] = found
    rest = against_the_rest(units, resampling=how)
    without = without_each_annotator(units, resampling=how) if len(names) > 2 else ()
    return PairTable(question.layer, question.title, "alpha", names, cells, rest, without)


def _plain(
    measure: str, value: float, n: int, unit: str, documents: int, names: tuple[str, str]
) -> Result:
    """A result without an interval, where there are too many pairs for one each."""
    undefined = np.isnan(value)
    reason = "" if not undefined else ONE_LABEL if n else NO_SHARED_UNITS
    return Result(
        measure,
        None if undefined else float(value),
        reason,
        n,
        unit,
        documents,
        names,
        no_interval=f"more than {FULL_PAIRS} pairs: name two annotators for intervals",
        subject=" / ".join(names),
    )


def confusions_of(questions: Questions, found: Differences) -> Confusions:
    """Which labels are confused most, and what kinds of disagreement there are."""
    labels: list[Confused] = []
    for question in questions.all:
        table = pair_counts(question.units)
        total = int(table.sum()) // 2
        first, second = np.triu_indices(len(table), 1)
        names = question.units.labels
        for i, j in zip(first.tolist(), second.tolist(), strict=True):
            if table[i, j]:
                labels.append(
                    Confused(question.layer, question.title, str(names[i]), str(names[j]),
                             int(table[i, j]), total)
                )  # fmt: skip
    labels.sort(key=lambda c: (-c.count, c.title, c.first, c.second))
    return Confusions(found.counts, found.shares, found.groups, found.identical, tuple(labels))


def pair_counts(units: Units) -> Floats:
    """How many pairs of annotators gave a unit these two labels (labels, labels), symmetric."""
    _, tables = confusions(units)
    total: Floats = tables.sum(axis=0).astype(np.float64)
    return total + total.T


def document_rows(questions: Questions, found: Differences) -> tuple[DocumentRow, ...]:
    """The articles by their share of all disagreement, greatest first."""
    corpus = questions.corpus
    alone: Floats = np.full(len(corpus.articles), np.nan)
    without = alone.copy()
    if {"claims", "spans"} & set(questions.layers):
        statistic = questions.whole.statistic
        if statistic is not None:
            alone, without = statistic.by_document(), statistic.without_each()
    total = sum(found.counts.values())
    rows = []
    for i, article in enumerate(corpus.articles):
        counts = found.by_article[article.uid]
        mine = sum(counts.values())
        rows.append(
            DocumentRow(
                article.uid,
                article.number,
                article.title or article.name,
                len(corpus.readers[article.uid]),
                counts,
                mine,
                mine / total if total else 0.0,
                None if np.isnan(alone[i]) else float(alone[i]),
                None if np.isnan(without[i]) else float(without[i]),
            )
        )
    return tuple(sorted(rows, key=lambda row: (-row.disagreements, row.number)))


def _same_ends(
    corpus: Corpus, reading: Annotation, gold: Annotation, gold_of: Mapping[str, str]
) -> bool:
    """Whether a relation goes between what became gold as the gold one does; also of others."""
    ends = [gold_of.get(end or "") for end in (reading.head, reading.tail)]
    kind = corpus.scheme.relation(gold.attributes.get(RELATION_TYPE, ""))
    turned = [gold.tail, gold.head] if kind is not None and kind.symmetric else None
    return gold.layer != "relation" or ends in ([gold.head, gold.tail], turned)


def against_gold(corpus: Corpus) -> tuple[tuple[str, int, int], ...]:
    """Each annotator, how many decided cases they read as the decision says, and of how many.

    Cases whose readings changed after the decision do not count.
    """
    taken = decisions(corpus.gold)
    by_id = corpus.readings({id_ for decision in taken for id_ in decision.based_on})
    gold_of = {id_: d.claim.id for d in taken if d.claim for id_ in d.based_on}
    right = dict.fromkeys(corpus.annotators, 0)
    cases = dict.fromkeys(corpus.annotators, 0)
    for decision in taken:
        readings = [by_id.get(id_) for id_ in decision.based_on]
        found = [r for r in readings if r is not None]
        if len(found) < len(readings) or any(digest(r) != decision.based_on[r.id] for r in found):
            continue
        gold = decision.claim
        mine = {r.annotator: r for r in found}
        for name in corpus.readers.get(decision.verdict.article, ()):
            reading = mine.get(name)
            cases[name] += 1
            if reading is None or gold is None:
                right[name] += reading is gold
            else:
                right[name] += reading.attributes == gold.attributes and (
                    canonical_roles(reading.fragments) == canonical_roles(gold.fragments)
                    and _same_ends(corpus, reading, gold, gold_of)
                )
    return tuple((name, right[name], cases[name]) for name in corpus.annotators)
