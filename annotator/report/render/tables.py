"""The parts as tables of plain words: what the terminal, the screen and the HTML page show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, cast

from annotator.agreement.result import Result
from annotator.domain.alike import ALIKE
from annotator.domain.wording import shown_name, shown_value
from annotator.report.build import Header, Part, Report, RoundRow
from annotator.report.consistency import ConsistencyRow
from annotator.report.corpus import Corpus
from annotator.report.differences import Disagreement
from annotator.report.disagreement_list import Differences
from annotator.report.label_merging import Feedback, MergeRow
from annotator.report.lazy_list import Mapped
from annotator.report.render.formatting import (
    NAMES,
    cell,
    excerpt,
    interval,
    left_out,
    number,
    sides,
    why,
)
from annotator.report.sections import (
    Confusions,
    DocumentRow,
    LabelRow,
    PairTable,
    against_gold,
)
from annotator.report.summary import SummaryRow

TITLES: Final = {
    "header": "What is compared",
    "layers": "Agreement by layer",
    "labels": "Labels, worst first",
    "pairs": "Pairs of annotators",
    "confusions": "What they disagree about",
    "documents": "Articles by share of the disagreement",
    "disagreements": "Disagreements, open ones and greatest first",
    "rounds": "Rounds",
    "merges": "What if labels were merged",
    "guidelines": "What to clarify in the guidelines",
    "consistency": "Annotators with themselves",
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table with notes under it.

    Attributes:
        right: Columns aligned on the right.
        heat: For each row and column a share from 0 to 1 to colour by, or None; empty: no colour.
        keys: What each row stands for (a place among the disagreements); empty when nothing.
    """

    title: str
    headings: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    right: frozenset[int] = frozenset()
    notes: tuple[str, ...] = ()
    heat: tuple[tuple[float | None, ...], ...] = ()


def tables_of(name: str, part: Part, corpus: Corpus) -> tuple[Table, ...]:
    """One part as tables; `name` is one of PARTS."""
    return _RENDER[name](part, corpus)


def tables(report: Report, corpus: Corpus) -> dict[str, tuple[Table, ...]]:
    """All parts as tables."""
    return {name: tables_of(name, getattr(report, name), corpus) for name in TITLES}


def _header(part: Part, corpus: Corpus) -> tuple[Table, ...]:
    header = cast("Header", part)
    how = header.resampling
    layers = sorted({name for _, found in header.annotations for name, _ in found})
    rows = [
        (who, *(str(dict(found).get(name, 0)) for name in layers))
        for who, found in header.annotations
    ]
    read = ", ".join(f"{articles} by {readers}" for readers, articles in header.read_by)
    notes = [
        f"{header.articles} shared articles{f' ({read} annotators)' if read else ''};"
        " an annotator has read an article who has any annotation in it.",
        f"Layers: {', '.join(header.layers)}. Scheme {header.scheme[0]} {header.scheme[1]}.",
        f"Intervals: {how.level:.0%}, from {how.resamples} resamples of articles, seed {how.seed}."
        f" Data {header.fingerprint}.",
    ]
    if header.left_out:
        notes.append(f"Left out: {left_out(header.left_out)}.")
    if header.scheme_use:
        used: dict[str, list[str]] = {}
        for who, scheme, n in header.scheme_use:
            used.setdefault(scheme, []).append(f"{who} {n}")
        notes.append(
            f"The scheme changed between readings: {len(used)} versions ("
            + "; ".join(f"{scheme}: {', '.join(whose)}" for scheme, whose in used.items())
            + "; annotations of all articles). Labels that mean the same under another name"
            " count as different."
        )
    if header.alike:
        notes.append(_read_apart(header.alike))
    if header.unfinished:
        begun = ", ".join(f"{who} in {n}" for n, who in header.unfinished[:10])
        more = len(header.unfinished) - 10
        notes.append(
            "Some sentences are not reviewed yet, so claims may be missing:"
            f" {begun}{f' and {more} more' if more > 0 else ''}. --finished leaves these out."
        )
    found = against_gold(corpus)
    if corpus.gold:
        notes.append("Adjudicated: " + "; ".join(
            f"{who} as decided in {right} of {of}" for who, right, of in found) + ".")  # fmt: skip
    right = frozenset(range(1, len(layers) + 1))
    return (Table("Annotations in shared articles", ("annotator", *layers), tuple(rows), right,
                  tuple(notes)),)  # fmt: skip


def _read_apart(groups: Sequence[Sequence[tuple[int, Sequence[str]]]]) -> str:
    """What is said of copies of an article that different people have read."""
    shown = [
        " and ".join(f"article {number} ({', '.join(who)})" for number, who in group)
        for group in groups[:10]
    ]
    more = f" and {len(groups) - 10} more" if len(groups) > 10 else ""
    return (
        f"Not compared, though they read alike {ALIKE}: {'; '.join(shown)}{more}. Offsets differ"
        " between such copies: give everybody the same file, or one export of it."
    )


def _result_row(result: Result) -> tuple[str, ...]:
    return (
        NAMES.get(result.measure, result.measure),
        number(result.value),
        interval(result.interval),
        f"{result.n} {result.unit}",
        why(result),
    )


def _layers(part: Part, corpus: Corpus) -> tuple[Table, ...]:
    lines = cast("tuple[SummaryRow, ...]", part)
    rows: list[tuple[str, ...]] = []
    notes: list[str] = []
    for line in lines:
        for i, result in enumerate(line.results):
            first = (line.layer, line.title) if i == 0 else ("", "")
            rows.append((*first, *_result_row(result)))
        notes.append(f"{line.title}: {' '.join(line.words)}")
        main = line.main
        if main is not None and main.left_out:
            notes[-1] += f" Left out: {left_out(main.left_out)}."
        if line.power is not None:
            notes[-1] += f" {str(line.power)[0].upper()}{str(line.power)[1:]}."
    headings = ("layer", "what", "measure", "value", "95 % interval", "n", "remark")
    if not lines:
        notes.append("Nothing to compare: no article was annotated by two annotators.")
    return (Table(TITLES["layers"], headings, tuple(rows), frozenset({3}), tuple(notes)),)


def _labels(part: Part, corpus: Corpus) -> tuple[Table, ...]:
    rows = [
        (
            row.title,
            str(row.found.label),
            cell(row.found.alpha),
            cell(row.found.specific),
            str(row.found.count),
            why(row.found.alpha),
        )
        for row in cast("tuple[LabelRow, ...]", part)
    ]
    headings = ("question", "label", "alpha against the rest", "specific agreement", "n", "remark")
    notes = (
        "Specific agreement: of the pairs in which one gave the label, the share in which both did."
        " n: how often it was given.",
    )
    return (Table(TITLES["labels"], headings, tuple(rows), frozenset({4}), notes),)


def _pairs(part: Part, corpus: Corpus) -> tuple[Table, ...]:
    out: list[Table] = []
    for table in cast("tuple[PairTable, ...]", part):
        rest = {result.subject: result for result in table.rest}
        without = {result.subject.removeprefix("without "): result for result in table.without}
        rows: list[tuple[str, ...]] = []
        heat: list[tuple[float | None, ...]] = []
        for one in table.annotators:
            found = [table.cells.get((one, other)) for other in table.annotators]
            cells = ["–" if r is None else f"{cell(r)} n={r.n}" for r in found]
            ends = [cell(group[one]) for group in (rest, without) if one in group]
            rows.append((one, *cells, *ends))
            values = (None if r is None else r.value for r in found)
            heat.append((None, *values, *(None for _ in ends)))
        headings = ["", *table.annotators]
        headings += ["against the rest"] if rest else []
        headings += ["all without"] if without else []
        notes = []
        if table.measure == "agr":
            notes.append("agr: of the row's spans, the share that overlaps one of the column's.")
        undefined = {r.undefined for r in table.cells.values() if r.undefined}
        notes += [f"Undefined: {reason}." for reason in sorted(undefined)]
        title = f"{table.title}: {table.measure}"
        out.append(Table(title, tuple(headings), tuple(rows), frozenset(), tuple(notes),
                         tuple(heat)))  # fmt: skip
    return tuple(out)


def _confusions(part: Part, corpus: Corpus) -> tuple[Table, ...]:
    found = cast("Confusions", part)
    kinds = tuple(
        (r.subject, str(found.counts.get(r.subject, 0)), cell(r), why(r))  # type: ignore[call-overload]
        for r in found.shares
    )
    total = sum(found.counts.values())
    notes = (
        f"{found.groups} claims and marks compared, {found.identical} of them without any"
        f" difference; {total} disagreements of pairs of annotators.",
        "missed: one has it, one has not. boundary: the pieces overlap and differ. link: a role is"
        " elsewhere, lacking, or the claim is nested elsewhere. type, stance: the labels.",
    )
    labels = tuple(
        (c.title, c.first, c.second, str(c.count), f"{c.count / c.of:.0%}" if c.of else "")
        for c in found.labels
    )
    return (
        Table("By kind", ("kind", "pairs", "share", "remark"), kinds, frozenset({1}), notes),
        Table(
            "Confused labels",
            ("question", "label", "with", "pairs", "of all pairs"),
            labels,
            frozenset({3, 4}),
        ),
    )


def _documents(part: Part, corpus: Corpus) -> tuple[Table, ...]:
    rows = tuple(
        (
            str(row.number),
            row.title,
            str(row.readers),
            str(row.disagreements),
            f"{row.share:.0%}",
            *(str(count) for count in row.counts.values()),
            number(row.value),
            number(row.without),
        )
        for row in cast("tuple[DocumentRow, ...]", part)
    )
    kinds = next((tuple(r.counts) for r in cast("tuple[DocumentRow, ...]", part)), ())
    headings = ("#", "article", "readers", "pairs", "share", *kinds, "whole F1", "others' F1")
    notes = (
        "pairs: disagreements of pairs of annotators. others' F1: whole F1 of all other articles;"
        " above the F1 of all, the article pulls agreement down.",
    )
    right = frozenset({0, *range(2, len(headings))})
    return (Table(TITLES["documents"], headings, rows, right, notes),)


def disagreement_row(row: Disagreement, corpus: Corpus) -> tuple[str, ...]:
    """One row of the list of disagreements as cells."""
    article = corpus.by_uid[row.article]
    label = next((a for a in corpus.scheme.attributes if a.name == row.subject), None)
    return (
        str(article.number),
        str(row.start),
        row.kind,
        shown_name(label.title if label else row.subject),
        f"{row.pairs}/{row.of}",
        sides(row, article.text, partial(shown_value, label)),
        excerpt(article.text, row.start, row.end),
        "decided" if row.decided else "open",
    )


DISAGREEMENT_HEADINGS: Final = ("#", "offset", "kind", "what", "pairs", "who", "words", "state")


def _disagreements(part: Part, corpus: Corpus) -> tuple[Table, ...]:
    found = cast("Differences", part)
    notes = (f"{len(found.rows)} disagreements, {found.open} open.",)
    rows = Mapped(found.rows, lambda row: disagreement_row(row, corpus))
    return (Table(TITLES["disagreements"], DISAGREEMENT_HEADINGS, rows, frozenset({0, 1}), notes),)


def _rounds(part: Part, corpus: Corpus) -> tuple[Table, ...]:
    rows = []
    for row in cast("tuple[RoundRow, ...]", part):
        change = row.change
        at = "" if change.interval is None else interval(change.interval)
        rows.append(
            (
                row.title,
                f"1 to {row.round}",
                cell(change.first),
                cell(change.second),
                "undefined" if change.value is None else f"{change.value:+.2f}",
                at,
                f"{change.paired} paired, {change.unpaired} not",
                change.undefined or change.no_interval,
            )
        )
    headings = ("measure", "rounds", "first", "later", "change", "95 % interval", "articles",
                "remark")  # fmt: skip
    notes = ("Rounds are named with --round ARTICLES, once for each.",) if not rows else ()
    return (Table(TITLES["rounds"], headings, tuple(rows), frozenset({4}), notes),)


def _merges(part: Part, corpus: Corpus) -> tuple[Table, ...]:
    rows = tuple(
        (
            row.title,
            str(row.merge.first),
            str(row.merge.second),
            str(row.merge.confused),
            number(row.now),
            number(row.merge.alpha),
            f"{row.merge.gain or 0:+.2f}",
        )
        for row in cast("tuple[MergeRow, ...]", part)
    )
    headings = ("question", "label", "with", "confused", "alpha now", "merged", "gain")
    notes = (
        "Merging labels nearly always raises percent agreement, and a scheme with fewer labels says"
        " less: a gain alone is no reason to merge.",
    )
    return (Table(TITLES["merges"], headings, rows, frozenset({3, 4, 5, 6}), notes),)


def _guidelines(part: Part, corpus: Corpus) -> tuple[Table, ...]:
    out: list[Table] = []
    for item in cast("tuple[Feedback, ...]", part):
        c = item.confused
        rows = tuple(
            (
                str(example.number),
                "; ".join(f"{', '.join(names)}: {label}" for label, names in example.said),
                example.text,
            )
            for example in item.examples
        )
        notes = tuple(
            f"{label}: {rule or 'the scheme says nothing about this label.'}"
            for label, rule in ((c.first, item.first), (c.second, item.second))
        )
        title = f"{c.title}: {c.first} or {c.second} ({c.count} of {c.of} pairs)"
        out.append(Table(title, ("#", "who", "sentence"), rows, frozenset({0}), notes))
    return tuple(out)


def _consistency(part: Part, corpus: Corpus) -> tuple[Table, ...]:
    rows: list[tuple[str, ...]] = []
    for row in cast("tuple[ConsistencyRow, ...]", part):
        for i, result in enumerate(row.results):
            first = (row.annotator, row.what, row.title) if i == 0 else ("", "", "")
            rows.append((*first, *_result_row(result)))
    notes = [
        "The same annotator's first and second answer, as if two had answered. What is below the"
        " agreement between annotators is no question of the guidelines alone.",
    ]
    if not rows:
        notes = ["Nobody has read anything twice: `annotator annotate --again` serves it, blind."]
    headings = ("annotator", "what", "question", "measure", "value", "95 % interval", "n", "remark")
    return (Table(TITLES["consistency"], headings, tuple(rows), frozenset({4}), tuple(notes)),)


_RENDER: Final[Mapping[str, Callable[[Part, Corpus], tuple[Table, ...]]]] = {
    "header": _header,
    "layers": _layers,
    "labels": _labels,
    "pairs": _pairs,
    "confusions": _confusions,
    "documents": _documents,
    "disagreements": _disagreements,
    "rounds": _rounds,
    "merges": _merges,
    "guidelines": _guidelines,
    "consistency": _consistency,
}
