"""The report in JSON and in tables, word for word: what was looked at, and found right.

`--snapshot-update` renews the stored texts; read the difference like code. Numbers are kept to six
digits, ids of annotations by their order.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import fields, replace
from itertools import count
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from annotator.domain.model import SPAN_ROLE, Annotation, Fragment
from annotator.report import Corpus, Report, build
from annotator.report.render.json import disagreement_rows, number_rows, report_record
from annotator.report.render.tables import tables
from tests.report.conftest import QUICK
from tests.report.test_report import claim, small

_ULID = re.compile(r"\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b")


def rounded(value: Any) -> Any:
    """Floats to six digits, at any depth."""
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    return [rounded(item) for item in value] if isinstance(value, list | tuple) else value


def lines(value: object) -> list[str]:
    """Values as JSON, one line for each record; ids by the order in which they come."""
    numbers: dict[str, str] = {}
    tick = count(1)

    def written(item: object) -> list[str]:
        if isinstance(item, dict):
            return [f"{key}: {line}" for key, inner in item.items() for line in written(inner)]
        if isinstance(item, list) and item and isinstance(item[0], dict | list):
            return [json.dumps(inner, ensure_ascii=False) for inner in item]
        return [json.dumps(item, ensure_ascii=False)]

    found = written(rounded(value))
    return [_ULID.sub(lambda m: numbers.setdefault(m[0], f"#{next(tick)}"), x) for x in found]


def first(value: Any, most: int = 3) -> Any:
    """The first few of every list, at any depth."""
    if isinstance(value, dict):
        return {key: first(item, most) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [first(item, most) for item in value[:most]]
    return value


def shown(report: Report, corpus: Corpus, most: int = 40) -> list[str]:
    """The tables: their fields, and the first rows of each."""
    out: list[Any] = []
    for part, found in tables(report, corpus).items():
        for table in found:
            for field in fields(table):
                value = getattr(table, field.name)
                rows = isinstance(value, Sequence) and not isinstance(value, str)
                out.append([part, field.name, list(value[:most]) if rows else str(value)])
    return lines(out)


def tag(who: str, start: int, end: int, layer: str, **labels: str) -> Annotation:
    piece = (Fragment(SPAN_ROLE, start, end),) if end else ()
    id_ = f"{layer}{who}{start}"
    return Annotation(id_, layer, "uid", who, piece, labels)  # type: ignore[arg-type]


def odd() -> Corpus:
    """One article, three annotators, every layer and every kind of disagreement."""
    outer = [
        replace(claim(who, 22, 95, stance="favor", form="direct"), id=f"o{who}") for who in "ab"
    ]
    source = Fragment("source", 96, 100)
    nested = replace(claim("a", 23, 40, stance="against"), parent="oa")
    pieces = (Fragment("content", 150, 170), Fragment("content", 180, 190), source)
    return small(
        *outer, claim("c", 200, 210), claim("c", 22, 90, stance="neutral", form="direct"), nested,
        claim("b", 23, 42, stance="favor"),
        replace(claim("a", 150, 170, source_type="data"), fragments=pieces),
        replace(claim("b", 150, 165, source_type="media"), fragments=pieces[:2]),
        tag("a", 0, 8, "mark", type="lexical"), tag("b", 0, 8, "mark", type="framing"),
        tag("c", 0, 5, "mark", type="lexical"), tag("a", 0, 20, "sentence", biased="yes"),
        tag("b", 0, 20, "sentence", biased="no"), tag("a", 0, 0, "article", slant="left"),
        tag("b", 0, 0, "article", slant="left"),
    )  # fmt: skip


def test_the_report_of_the_readings(
    report: Report, corpus: Corpus, snapshot: SnapshotAssertion
) -> None:
    assert lines(first(report_record(report, corpus, 3))) == snapshot(name="json")
    assert shown(report, corpus, 5) == snapshot(name="tables")
    assert lines([list(row) for row in number_rows(report)]) == snapshot(name="numbers")


@pytest.mark.parametrize("which", ["odd", "nobody", "one", "alike"])
def test_the_report_of_a_few_claims(which: str, snapshot: SnapshotAssertion) -> None:
    alike = [claim(who, 22, 40, stance="favor") for who in "ab"]
    few = {"nobody": small(), "one": small(alike[0]), "alike": small(*alike)}
    corpus = few[which] if which in few else odd()
    report = build(corpus, QUICK)
    assert lines(report_record(report, corpus)) == snapshot(name="json")
    assert shown(report, corpus) == snapshot(name="tables")
    assert lines(list(disagreement_rows(report, corpus))) == snapshot(name="disagreements")
