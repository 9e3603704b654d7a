"""The report's parts, in their order, each made from the tables of one corpus."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np

from annotator.agreement.bootstrap import DEFAULT, Resampling, difference
from annotator.agreement.bootstrap import Difference as RoundDifference
from annotator.agreement.result import LeftOut
from annotator.domain.model import LAYERS as LAYERS_OF_ALL
from annotator.report.consistency import ConsistencyRow, consistency_rows
from annotator.report.corpus import Corpus
from annotator.report.disagreement_list import Differences, differences
from annotator.report.label_merging import Feedback, MergeRow, feedback_of, merge_rows
from annotator.report.questions import LAYERS, LayerName, Questions
from annotator.report.sections import (
    Confusions,
    DocumentRow,
    LabelRow,
    PairTable,
    confusions_of,
    document_rows,
    label_rows,
    pair_tables,
)
from annotator.report.summary import SummaryRow, span_rows, summary_rows

PARTS: Final = (
    "header",
    "layers",
    "labels",
    "pairs",
    "confusions",
    "documents",
    "disagreements",
    "rounds",
    "merges",
    "guidelines",
    "consistency",
)
"""The names of the parts in their order, as in the JSON."""


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """What to report, and how.

    Attributes:
        layers: Of claims, spans, sentences, marks.
        resampling: Of documents, for the intervals.
        gamma: Compute gamma whatever it costs; without, where it is quick.
        rounds: Article uids of each round, to compare the first with each later one.
    """

    layers: tuple[LayerName, ...] = LAYERS
    resampling: Resampling = DEFAULT
    gamma: bool = False
    rounds: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """What the report is about.

    Attributes:
        scheme: Name and version of the scheme in force.
        annotations: How many of each layer each annotator made in shared articles.
        articles: How many are shared, with how many read each (readers -> articles).
        unfinished: (article number, annotator) where sentences are left to review.
        alike: Articles that read alike and are not compared: groups of (article number, readers).
        scheme_use: (annotator, scheme name and version, annotations) where there are several.
        decided: Disagreements that were adjudicated; `disagreements` of them all.
        fingerprint: Of everything compared: the same data give the same.
    """

    scheme: tuple[str, str]
    layers: tuple[LayerName, ...]
    annotators: tuple[str, ...]
    annotations: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
    articles: int
    read_by: tuple[tuple[int, int], ...]
    left_out: tuple[LeftOut, ...]
    unfinished: tuple[tuple[int, str], ...]
    fingerprint: str
    resampling: Resampling
    alike: tuple[tuple[tuple[int, tuple[str, ...]], ...], ...] = ()
    scheme_use: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class RoundRow:
    """One measure in the first and in a later round."""

    title: str
    round: int
    change: RoundDifference


@dataclass(frozen=True, slots=True)
class Report:
    """All parts."""

    header: Header
    layers: tuple[SummaryRow, ...]
    labels: tuple[LabelRow, ...]
    pairs: tuple[PairTable, ...]
    confusions: Confusions
    documents: tuple[DocumentRow, ...]
    disagreements: Differences
    rounds: tuple[RoundRow, ...]
    merges: tuple[MergeRow, ...]
    guidelines: tuple[Feedback, ...]
    consistency: tuple[ConsistencyRow, ...]


Part = (
    Header
    | tuple[SummaryRow, ...]
    | tuple[LabelRow, ...]
    | tuple[PairTable, ...]
    | Confusions
    | tuple[DocumentRow, ...]
    | Differences
    | tuple[RoundRow, ...]
    | tuple[MergeRow, ...]
    | tuple[Feedback, ...]
    | tuple[ConsistencyRow, ...]
)


def header_of(corpus: Corpus, options: ReportOptions) -> Header:
    """The first part: what is compared, what is left out and why."""
    rows, size = corpus.rows, len(LAYERS_OF_ALL)
    table = np.bincount(
        rows.annotator * size + rows.layer, minlength=len(corpus.annotators) * size
    ).reshape(-1, size)
    counts = [
        (name, tuple(sorted((LAYERS_OF_ALL[i], int(mine[i])) for i in np.flatnonzero(mine))))
        for name, mine in zip(corpus.annotators, table, strict=True)
    ]
    sizes = [len(corpus.readers[a.uid]) for a in corpus.articles]
    return Header(
        (corpus.scheme.name, corpus.scheme.version),
        options.layers,
        corpus.annotators,
        tuple(counts),
        len(corpus.articles),
        tuple((size, sizes.count(size)) for size in sorted(set(sizes))),
        corpus.left_out,
        tuple((corpus.by_uid[uid].number, name) for uid, name in corpus.unfinished),
        corpus.fingerprint,
        options.resampling,
        corpus.alike,
        corpus.scheme_use,
    )


def parts(
    corpus: Corpus, options: ReportOptions | None = None, questions: Questions | None = None
) -> Iterator[tuple[str, Part]]:
    """Make the parts one after the other, so that a screen can show each as it comes.

    They come with the quick ones first: what there is to adjudicate is there at once. The lines of
    the claims' roles, which need no matching, are made meanwhile on a second core: numpy leaves the
    interpreter to other threads while it works on long arrays.

    Args:
        corpus: What is compared.
        options: What to report.
        questions: The tables of the corpus, for whoever wants to keep them.
    """
    options = options or ReportOptions()
    how = options.resampling
    questions = questions or Questions(corpus, options.layers)
    # Made before the threads part, as both need it.
    _ = questions.table
    with ThreadPoolExecutor(1) as beside:
        whole = beside.submit(lambda: questions.whole)
        spans = beside.submit(span_rows, questions, how, gamma=options.gamma)
        yield "header", header_of(corpus, options)
        found = differences(questions, how)
        yield "disagreements", found
        yield "confusions", confusions_of(questions, found)
        whole.result()
        yield "documents", document_rows(questions, found)
        yield "labels", label_rows(questions, how)
        yield "merges", merge_rows(questions)
        yield "guidelines", feedback_of(questions)
        yield "pairs", pair_tables(questions, how)
        yield "layers", summary_rows(questions, how, gamma=options.gamma, spans=spans.result())
    yield "rounds", round_rows(corpus, options)
    yield "consistency", consistency_rows(corpus, how)


def build(
    corpus: Corpus, options: ReportOptions | None = None, made: Callable[[int], None] | None = None
) -> Report:
    """Make the whole report.

    Args:
        corpus: What is compared.
        options: What to report.
        made: Told of each part (1) when it is made: many annotators take a while.
    """
    found: dict[str, Part] = {}
    for name, part in parts(corpus, options):
        found[name] = part
        if made:
            made(1)
    return Report(**found)  # type: ignore[arg-type]


def round_rows(corpus: Corpus, options: ReportOptions) -> tuple[RoundRow, ...]:
    """The first round against each later one, measure by measure, by paired resampling."""
    out: list[RoundRow] = []
    tables: list[Sequence[SummaryRow]] = []
    for uids in options.rounds:
        part = corpus.part(set(uids))
        tables.append(
            summary_rows(Questions(part, options.layers), options.resampling, gamma=False)
        )
    for number, lines in enumerate(tables[1:], start=2):
        later = {(line.title, r.measure): r for line in lines for r in line.results}
        for line in tables[0]:
            for result in line.results:
                other = later.get((line.title, result.measure))
                if other is not None and result.statistic is not None and other.statistic:
                    change = difference(result, other, options.resampling)
                    out.append(RoundRow(f"{line.title}: {result.measure}", number, change))
    return tuple(out)
