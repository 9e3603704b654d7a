"""Parts 9 and 10: what merging labels would do, and what to write into the guidelines."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np

from annotator.agreement.labels import LabelMerge, alpha_if_one, merges
from annotator.report.corpus import Corpus
from annotator.report.questions import LayerName, Question, Questions
from annotator.report.sections import Confused, pair_counts

CONFUSED: Final = 5
"""How many confused pairs of labels get feedback per question."""
EXAMPLES: Final = 5


@dataclass(frozen=True, slots=True)
class MergeRow:
    """What alpha of a question would be if two of its labels were one."""

    layer: LayerName
    title: str
    now: float | None
    merge: LabelMerge


@dataclass(frozen=True, slots=True)
class MergeEffect:
    """Alpha of a question before and after some of its labels are made one."""

    title: str
    now: float | None
    then: float | None
    confused: int
    """Pairs of labels of one unit that are told apart by these labels alone."""
    units: int
    """That two or more annotators labelled."""


@dataclass(frozen=True, slots=True)
class ConfusedSentence:
    """A sentence on which two labels were confused."""

    article: str
    number: int
    start: int
    end: int
    text: str
    said: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Feedback:
    """A confused pair of labels with the scheme's words about each, and examples."""

    confused: Confused
    guideline: str
    first: str
    second: str
    examples: tuple[ConfusedSentence, ...]


def merge_rows(questions: Questions) -> tuple[MergeRow, ...]:
    """For each question the merges that would raise alpha, the greatest gain first."""
    out: list[MergeRow] = []
    for question in questions.all:
        if len(question.units.labels) < 3 or not question.units.shared.any():
            continue
        now = alpha_if_one(question.units, ())
        out += [
            MergeRow(question.layer, question.title, now, merge)
            for merge in merges(question.units)
            if merge.gain is not None and merge.gain > 0 and merge.confused
        ][:CONFUSED]
    return tuple(sorted(out, key=lambda row: -(row.merge.gain or 0.0)))


def merge_effect(
    questions: Questions, layer: str, name: str, labels: Collection[str]
) -> MergeEffect | None:
    """What alpha of one question would be if these labels were one.

    None where nobody is compared on it: no such question, or no unit that two labelled.

    Args:
        layer: Of the annotations: "claim", "sentence", or the name of a span layer.
        name: The attribute.
    """
    for question in questions.all:
        if (question.of, question.name) == (layer, name) and question.units.shared.any():
            units = question.units
            counts = units.counts.astype(np.int64)
            here = [i for i, label in enumerate(units.labels) if label in labels]
            confused = sum(
                int((counts[i] * counts[j]).sum()) for n, i in enumerate(here) for j in here[:n]
            )
            now, then = alpha_if_one(units, ()), alpha_if_one(units, labels)
            return MergeEffect(question.title, now, then, confused, int(units.shared.sum()))
    return None


def feedback_of(questions: Questions) -> tuple[Feedback, ...]:
    """The most confused labels of each question beside the scheme's rules, with sentences."""
    out: list[Feedback] = []
    corpus = questions.corpus
    for question in questions.all:
        counts = pair_counts(question.units)
        table, total = np.triu(counts, 1), int(counts.sum()) // 2
        order = np.argsort(-table, axis=None, kind="stable")[:CONFUSED]
        for i, j in (divmod(int(place), len(table)) for place in order):
            if not table[i, j]:
                continue
            names = question.units.labels
            pair = Confused(question.layer, question.title, str(names[i]), str(names[j]),
                            int(table[i, j]), total)  # fmt: skip
            out.append(
                Feedback(
                    pair,
                    question.guideline,
                    question.guidelines.get(pair.first, ""),
                    question.guidelines.get(pair.second, ""),
                    _examples(corpus, question, i, j),
                )
            )
    return tuple(sorted(out, key=lambda f: -f.confused.count))


def _examples(
    corpus: Corpus, question: Question, first: int, second: int
) -> tuple[ConfusedSentence, ...]:
    """Up to five units on which some said the one and some the other, spread over the articles."""
    counts = question.units.counts
    units = np.flatnonzero((counts[first] > 0) & (counts[second] > 0))
    if not len(units):
        return ()
    chosen: list[int] = []
    used: set[int] = set()
    weight = np.multiply(counts[first][units], counts[second][units], dtype=np.int64)
    for unit in units[np.argsort(-weight, kind="stable")].tolist():
        document = int(question.units.document[unit])
        if document not in used:
            used.add(document)
            chosen.append(unit)
    chosen = list(dict.fromkeys([*chosen, *units.tolist()]))[:EXAMPLES]
    out: list[ConfusedSentence] = []
    for unit in chosen:
        article, start = corpus.articles[question.article[unit]], int(question.start[unit])
        sentence = next((s for s in article.layout.sentences if s.start <= start < s.end), None)
        low, high = (sentence.start, sentence.end) if sentence else (start, start)
        said = []
        for label in (first, second):
            who = np.flatnonzero(question.units.codes[unit] == label)
            said.append(
                (
                    str(question.units.labels[label]),
                    tuple(question.units.annotators[i] for i in who),
                )
            )
        text = " ".join(article.text[low:high].split())
        out.append(ConfusedSentence(article.uid, article.number, start, high, text, tuple(said)))
    return tuple(out)
