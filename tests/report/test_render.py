"""Text, JSON, CSV and HTML: complete, safe, and without any outside address."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from annotator.domain.model import Annotation, Fragment
from annotator.report import PARTS, Corpus, Report, build
from annotator.report.render.formatting import excerpt, said
from annotator.report.render.html import page
from annotator.report.render.json import (
    VERSION,
    disagreement_rows,
    number_rows,
    report_record,
)
from annotator.report.render.tables import TITLES, tables
from tests.report.conftest import QUICK
from tests.report.test_report import SCHEME, small
from tests.session.build import article

HOSTILE = '<script>alert(1)</script>"\u202e]]>&\x1b[31m'


class _Checked(HTMLParser):
    """Keeps tags, attributes and text, and complains about tags that do not match."""

    VOID = ("meta", "br")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> _Checked:
    parser = _Checked()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    return parser


def test_the_page_is_whole_and_asks_nobody(report: Report, corpus: Corpus) -> None:
    html = page(report, corpus)
    found = read(html)
    assert {"script", "link", "img", "iframe", "object"}.isdisjoint(found.tags)
    assert {"src", "onload", "onclick", "data"}.isdisjoint(found.attributes)
    assert not re.search(r"https?:|//[a-z]|url\(|@import", html)
    assert "default-src 'none'" in html
    assert "prefers-color-scheme: dark" in html
    for name in PARTS:
        assert f'<section id="{name}">' in html
    assert found.tags >= {"svg", "circle", "rect", "table", "details"}
    assert html == page(report, corpus)


def test_what_comes_from_outside_is_escaped() -> None:
    pieces = (Fragment("content", 22, 40),)
    corpus = small(
        Annotation("1", "claim", "uid", HOSTILE, pieces, {"stance": HOSTILE}),
        Annotation("2", "claim", "uid", "b", pieces, {"stance": "favor"}),
    )
    hostile = replace(article(), title=HOSTILE)
    corpus = replace(corpus, articles=(hostile,))
    corpus.__dict__.pop("by_uid", None)
    report = build(corpus, QUICK)
    html = page(report, corpus, HOSTILE)
    found = read(html)
    assert "script" not in found.tags
    assert "<script>alert(1)</script>" in found.text
    assert "\x1b" not in html
    assert "\u202e" not in html
    assert SCHEME.name in found.text


def test_the_json_holds_every_part_and_every_reason(report: Report, corpus: Corpus) -> None:
    record = json.loads(json.dumps(report_record(report, corpus), allow_nan=False))
    assert (record["report"], record["version"]) == ("annotator-agreement", VERSION)
    assert list(record)[2:] == list(PARTS)
    results = [r for line in record["layers"] for r in line["results"]]
    assert results
    for r in results:
        assert (r["value"] is None) == bool(r["undefined"])
        if r["value"] is not None:
            assert (r["interval"] is None) == bool(r["no_interval"])
    assert len(record["disagreements"]) == len(report.disagreements.rows)
    few = report_record(report, corpus, 3)
    assert few["disagreements"] == record["disagreements"][:3]
    counted = record["confusions"]["disagreements"]
    assert few["confusions"]["disagreements"] == {**counted, "listed": 3}  # type: ignore[index, call-overload]
    first = record["disagreements"][0]
    assert corpus.by_uid[first["article"]].text[first["start"] : first["end"]] == first["text"]
    assert {item["number"] for item in record["documents"]} == {a.number for a in corpus.articles}


def test_the_rows_of_a_csv_are_those_of_the_report(report: Report, corpus: Corpus) -> None:
    rows = list(disagreement_rows(report, corpus))
    assert len(rows) == len(report.disagreements.rows) + 1
    assert len({len(row) for row in rows}) == 1
    numbers = list(number_rows(report))
    pairs = list(number_rows(report, part="pairs"))
    assert {row[0] for row in pairs[1:]} == {"pairs"}
    assert len(pairs) < len(numbers)
    assert len({len(row) for row in numbers}) == 1


def test_tables_are_rectangular(report: Report, corpus: Corpus) -> None:
    found = tables(report, corpus)
    assert list(found) == list(PARTS) == list(TITLES)
    for table in (t for part in found.values() for t in part):
        assert {len(row) for row in table.rows} <= {len(table.headings)}, table.title
        assert all(column < len(table.headings) for column in table.right)
        assert not table.heat or [len(h) for h in table.heat] == [len(r) for r in table.rows]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("0-8 9-15", "“Minister … denies”"),
        ("in 0-8", "in “Minister”"),
        ("named_person", "named_person"),
        ("2-3x", "2-3x"),
    ],
)
def test_ranges_are_shown_as_words(value: str, shown: str) -> None:
    assert said(value, article().text) == shown


def test_long_words_keep_both_ends() -> None:
    words = excerpt("a" + "b" * 200 + "c", 0, 202)
    assert len(words) <= 60
    assert (words[0], words[-1]) == ("a", "c")
    assert "…" in words
