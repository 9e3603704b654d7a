"""Annotators against themselves: what they read again, and near copies of what they had read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from annotator.agreement.alpha import alpha
from annotator.agreement.bootstrap import Resampling
from annotator.agreement.chance_corrected import percent
from annotator.agreement.claims import f1_whole
from annotator.agreement.intra_annotator import Repeat, repeat_units
from annotator.agreement.result import Result
from annotator.agreement.spans import f1
from annotator.agreement.units import Label
from annotator.domain.second_pass import second_pass_name
from annotator.report.corpus import Corpus, gather
from annotator.report.questions import HOLDS_CLAIM, Questions

What = Literal["articles read again", "near copies of sentences"]
AGAIN: Final[What] = "articles read again"
COPIES: Final[What] = "near copies of sentences"


@dataclass(frozen=True, slots=True)
class ConsistencyRow:
    """One question, answered twice by one annotator.

    Attributes:
        what: Whether whole articles were read again, or sentences had near copies elsewhere.
        title: The question.
        results: Alpha and percent of the two passes; of claims as wholes and of contents, F1.
    """

    annotator: str
    what: What
    title: str
    results: tuple[Result, ...]


def consistency_rows(corpus: Corpus, how: Resampling | None) -> tuple[ConsistencyRow, ...]:
    """Every annotator who has read something twice."""
    return tuple(
        row
        for name in corpus.people
        for row in (*_read_again(corpus, name, how), *_copies(corpus, name, how))
    )


def _read_again(corpus: Corpus, name: str, how: Resampling | None) -> Iterator[ConsistencyRow]:
    second = second_pass_name(name)
    columns = corpus.rows.columns
    if second == name or second not in columns.annotators:
        return
    own = gather(corpus.looked_at, columns, corpus.scheme, annotators=(name, second))
    if not own.articles:
        return
    questions = Questions(own, ("claims", "spans", "sentences"))
    if len(questions.claims.table):
        whole = f1_whole(own.table("claim"), roles=questions.whole_roles, resampling=how)
        exact = f1(questions.contents, "exact", resampling=how)
        yield ConsistencyRow(name, AGAIN, "claims as wholes", (whole,))
        yield ConsistencyRow(name, AGAIN, questions.content, (exact,))
    for question in questions.all:
        if question.units.shared.any():
            found = (alpha(question.units, resampling=how), percent(question.units, resampling=how))
            yield ConsistencyRow(name, AGAIN, question.title, found)


def _copies(corpus: Corpus, name: str, how: Resampling | None) -> Iterator[ConsistencyRow]:
    """Sentences that the annotator met again as near copies, in either pass.

    Each is compared with the first of its copies. The article of the first one is resampled.
    """
    if not corpus.copies:
        return
    columns = corpus.rows.columns
    readings = []
    for who in (name, second_pass_name(name)):
        if who in columns.annotators:
            readings.append(_answers(corpus, who))
    groups: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for group, article, sentence in sorted(corpus.copies):
        groups[group].append((article, sentence))
    questions = {HOLDS_CLAIM: ("no", "yes")} | {
        a.name: tuple(v.name for v in a.values) for a in corpus.choices("claim") if a.required
    }
    titles = {a.name: a.title for a in corpus.choices("claim")}
    for question, labels in questions.items():
        repeats: list[Repeat] = []
        for places in groups.values():
            met = [
                (place, answers[place].get(question))
                for answers in readings
                for place in places
                if place in answers
            ]
            repeats += [
                Repeat(name, corpus.looked_at[met[0][0][0]].uid, met[0][1], later)
                for place, later in met[1:]
                # The same sentence in a second pass is an article read again.
                if place != met[0][0]
            ]
        if any(r.first and r.second for r in repeats):
            known: tuple[Label, ...] = (
                *labels,
                *sorted({str(x) for r in repeats for x in (r.first, r.second) if x} - set(labels)),
            )
            units = repeat_units(repeats, name, known)
            found = (alpha(units, resampling=how), percent(units, resampling=how))
            title = titles.get(question, f"sentence {question}")
            yield ConsistencyRow(name, COPIES, title, found)


def _answers(corpus: Corpus, who: str) -> dict[tuple[int, int], dict[str, str]]:
    """What an annotator says of the sentences that have near copies, in the articles they read.

    A label is that of the sentence's only claim; of several claims none is the sentence's.
    """
    table, read = corpus.alone(who)
    claims: dict[tuple[int, int], list[int]] = defaultdict(list)
    first, _ = table.hulls([corpus.scheme.content_name])
    starts = {
        d: np.array([s.start for s in a.layout.sentences], dtype=np.int64)
        for d, a in enumerate(corpus.looked_at)
        if d in read
    }
    for i, (d, at) in enumerate(zip(table.document.tolist(), first.tolist(), strict=True)):
        inside = at - int(table.base[d])
        if d in starts and inside <= len(corpus.looked_at[d].text):
            claims[d, int(np.searchsorted(starts[d], inside, side="right")) - 1].append(i)
    out: dict[tuple[int, int], dict[str, str]] = {}
    for _, article, sentence in corpus.copies:
        if article in read:
            mine = claims.get((article, sentence), [])
            labels = table.label_sets[table.labels[mine[0]]] if len(mine) == 1 else {}
            out[article, sentence] = {HOLDS_CLAIM: "yes" if mine else "no", **labels}
    return out
