"""The report as JSON values (version 1) and as CSV rows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final, TypeAlias

from annotator.agreement.bootstrap import PowerHint
from annotator.agreement.result import Interval, LeftOut, Result
from annotator.report.build import Report
from annotator.report.corpus import Corpus
from annotator.report.differences import Disagreement
from annotator.report.render.formatting import excerpt, left_out, sides, why
from annotator.report.sections import PairTable, against_gold

VERSION: Final = 1
"""Version of the JSON shape (docs/agreement.md); fields may be added, never changed."""
LISTED: Final = 1_000
"""Disagreements in JSON and HTML if nothing else is said; `--csv disagreements` has all."""
Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None


def report_record(report: Report, corpus: Corpus, most: int | None = LISTED) -> dict[str, Json]:
    """The whole report as JSON values; every number carries n, what was left out, interval.

    Args:
        most: How many disagreements are listed (all for None); they are counted whatever it is.
    """
    header, how = report.header, report.header.resampling
    rows = report.disagreements.rows
    listed = rows[: len(rows) if most is None else most]
    return {
        "report": "annotator-agreement",
        "version": VERSION,
        "header": {
            "scheme": {"name": header.scheme[0], "version": header.scheme[1]},
            "layers": list(header.layers),
            "annotators": list(header.annotators),
            "annotations": {who: dict(found) for who, found in header.annotations},
            "articles": [
                {
                    "uid": a.uid,
                    "number": a.number,
                    "name": a.name,
                    "title": a.title,
                    "read_by": list(corpus.readers[a.uid]),
                }
                for a in corpus.articles
            ],
            "left_out": _left_out(header.left_out),
            "read_alike": [
                [{"article": n, "read_by": list(who)} for n, who in group] for group in header.alike
            ],
            "scheme_use": [
                {"annotator": who, "scheme": scheme, "annotations": n}
                for who, scheme, n in header.scheme_use
            ],
            "unfinished": [{"article": n, "annotator": who} for n, who in header.unfinished],
            "adjudicated": [
                {"annotator": who, "as_decided": right, "of": of}
                for who, right, of in (against_gold(corpus) if corpus.gold else ())
            ],
            "fingerprint": header.fingerprint,
            "resamples": how.resamples,
            "level": how.level,
            "seed": how.seed,
        },
        "layers": [
            {
                "layer": line.layer,
                "what": line.title,
                "results": [result_record(r) for r in line.results],
                "words": list(line.words),
                "power": _power(line.power),
            }
            for line in report.layers
        ],
        "labels": [
            {
                "layer": row.layer,
                "question": row.title,
                "label": row.found.label,
                "count": row.found.count,
                "alpha": result_record(row.found.alpha),
                "specific": result_record(row.found.specific),
            }
            for row in report.labels
        ],
        "pairs": [_pair_table(table) for table in report.pairs],
        "confusions": {
            "compared": report.confusions.groups,
            "identical": report.confusions.identical,
            "disagreements": {
                "all": len(rows),
                "open": report.disagreements.open,
                "listed": len(listed),
            },
            "kinds": [
                {"pairs": pairs, **result_record(share)}
                for pairs, share in zip(
                    report.confusions.counts.values(), report.confusions.shares, strict=True
                )
            ],
            "labels": [
                {
                    "layer": c.layer,
                    "question": c.title,
                    "labels": [c.first, c.second],
                    "pairs": c.count,
                    "of": c.of,
                }
                for c in report.confusions.labels
            ],
        },
        "documents": [
            {
                "article": row.article,
                "number": row.number,
                "title": row.title,
                "readers": row.readers,
                "disagreements": row.disagreements,
                "share": row.share,
                "kinds": dict(row.counts.items()),
                "f1_whole": row.value,
                "f1_whole_of_the_others": row.without,
            }
            for row in report.documents
        ],
        "disagreements": [_disagreement(row, corpus) for row in listed],
        "rounds": [
            {
                "measure": row.title,
                "rounds": [1, row.round],
                "first": result_record(row.change.first),
                "later": result_record(row.change.second),
                "change": row.change.value,
                "undefined": row.change.undefined,
                "interval": _interval(row.change.interval),
                "no_interval": row.change.no_interval,
                "paired": row.change.paired,
                "unpaired": row.change.unpaired,
            }
            for row in report.rounds
        ],
        "merges": [
            {
                "layer": row.layer,
                "question": row.title,
                "labels": [row.merge.first, row.merge.second],
                "confused": row.merge.confused,
                "alpha": row.now,
                "merged": row.merge.alpha,
                "gain": row.merge.gain,
            }
            for row in report.merges
        ],
        "guidelines": [
            {
                "question": item.confused.title,
                "labels": [item.confused.first, item.confused.second],
                "pairs": item.confused.count,
                "of": item.confused.of,
                "guideline": item.guideline,
                "guidelines": [item.first, item.second],
                "examples": [
                    {
                        "article": e.article,
                        "number": e.number,
                        "start": e.start,
                        "end": e.end,
                        "text": e.text,
                        "said": {label: list(names) for label, names in e.said},
                    }
                    for e in item.examples
                ],
            }
            for item in report.guidelines
        ],
        "consistency": [
            {
                "annotator": row.annotator,
                "what": row.what,
                "question": row.title,
                "results": [result_record(r) for r in row.results],
            }
            for row in report.consistency
        ],
    }


def result_record(result: Result) -> dict[str, Json]:
    """One number as JSON: `value` is null when it is undefined, and `undefined` says why."""
    return {
        "measure": result.measure,
        "subject": result.subject,
        "value": result.value,
        "undefined": result.undefined,
        "n": result.n,
        "unit": result.unit,
        "documents": result.documents,
        "annotators": list(result.annotators),
        "left_out": _left_out(result.left_out),
        "interval": _interval(result.interval),
        "no_interval": result.no_interval,
        "provisional": result.provisional,
        "warnings": list(result.warnings),
    }


def _left_out(found: tuple[LeftOut, ...]) -> list[Json]:
    return [{"reason": item.reason, "count": item.count} for item in found]


def _interval(at: Interval | None) -> Json:
    if at is None:
        return None
    return {
        "low": at.low,
        "high": at.high,
        "level": at.level,
        "over": at.over,
        "documents": at.documents,
        "resamples": at.resamples,
        "dropped": at.dropped,
        "seed": at.seed,
    }


def _power(hint: PowerHint | None) -> Json:
    if hint is None:
        return None
    return {"more": hint.more, "documents": hint.documents, "low": hint.low, "high": hint.high}


def _pair_table(table: PairTable) -> dict[str, Json]:
    return {
        "layer": table.layer,
        "what": table.title,
        "measure": table.measure,
        "annotators": list(table.annotators),
        "cells": [
            {"row": one, "column": other, **result_record(result)}
            for (one, other), result in table.cells.items()
        ],
        "against_the_rest": [result_record(r) for r in table.rest],
        "all_without": [result_record(r) for r in table.without],
    }


def _disagreement(row: Disagreement, corpus: Corpus) -> dict[str, Json]:
    article = corpus.by_uid[row.article]
    return {
        "article": row.article,
        "number": article.number,
        "start": row.start,
        "end": row.end,
        "text": article.text[row.start : row.end],
        "layer": row.layer,
        "kind": row.kind,
        "what": row.subject,
        "sides": [{"value": value, "annotators": list(names)} for value, names in row.sides],
        "pairs": row.pairs,
        "of": row.of,
        "annotations": list(row.ids),
        "state": "decided" if row.decided else "open",
    }


def disagreement_rows(report: Report, corpus: Corpus) -> Iterator[tuple[str, ...]]:
    """The list of disagreements as rows, the headings first."""
    yield ("article", "name", "start", "end", "layer", "kind", "what", "pairs", "of", "who",
           "words", "state")  # fmt: skip
    for row in report.disagreements.rows:
        article = corpus.by_uid[row.article]
        yield (
            str(article.number), article.name, str(row.start), str(row.end), row.layer, row.kind,
            row.subject, str(row.pairs), str(row.of), sides(row, article.text),
            excerpt(article.text, row.start, row.end, 200), "decided" if row.decided else "open",
        )  # fmt: skip


def number_rows(report: Report, *, part: str = "") -> Iterator[tuple[str, ...]]:
    """Every number of the report (or of one part) as rows, the headings first."""
    yield ("part", "what", "measure", "value", "low", "high", "n", "unit", "documents",
           "annotators", "left out", "remark")  # fmt: skip
    for where, what, r in results_of(report):
        if part and where != part:
            continue
        at = r.interval
        yield (
            where, what, r.measure, _plain(r.value), _plain(None if at is None else at.low),
            _plain(None if at is None else at.high),
            str(r.n), r.unit, str(r.documents), " ".join(r.annotators), left_out(r.left_out),
            why(r),
        )  # fmt: skip


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}"


def results_of(report: Report) -> list[tuple[str, str, Result]]:
    """Every number of the report that has an n: (part, what it is about, result)."""
    out = [("layers", line.title, r) for line in report.layers for r in line.results]
    out += [
        ("labels", f"{row.title}: {row.found.label}", r)
        for row in report.labels
        for r in (row.found.alpha, row.found.specific)
    ]
    for table in report.pairs:
        every = chain(table.cells.values(), table.rest, table.without)
        out += [("pairs", f"{table.title}: {r.subject}", r) for r in every]
    out += [("confusions", r.subject, r) for r in report.confusions.shares]
    out += [
        ("consistency", f"{row.annotator}, {row.what}: {row.title}", r)
        for row in report.consistency
        for r in row.results
    ]
    return out
