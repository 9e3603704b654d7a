"""Tables for people: each claim and each plain span is one row, under the names of any scheme."""

from __future__ import annotations

import csv
import json
import re
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pyarrow import parquet as pq

from annotator import formats
from annotator.domain.column_names import COMPUTED, END, START, column_names, field_columns
from annotator.domain.errors import InputError
from annotator.domain.exchange import Dataset, Document, SchemeRecord
from annotator.domain.model import Annotation, Fragment
from annotator.formats.support.whole_rows import PIECE, SPAN
from annotator.formats.tables import plain
from annotator.project import Project
from annotator.text.quotations import quotations
from annotator.text.reported import form_of, quoted_ranges, quoted_words
from tests.formats.support import (
    Given,
    article_of,
    claim,
    export_given,
    find,
    stored_documents,
    texts,
)

NAMES = (
    *("content", "said", "Said", "start", "end", "words", "pieces", "outside", "form"),
    *("content_start", "article_title", "article_section", "label_start", "role_start", "zitat"),
    *("form_computed", "meta_section"),
)
KINDS = ("csv", "tsv", "xlsx", "parquet")
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def scheme_of(roles: list[str], labels: list[str], form: str = "") -> str:
    """A scheme of these roles, with these labels of claims and of marks, all of them free text."""
    out = ['name = "own"']
    out += [f'[[role]]\nname = "{name}"' for name in roles]
    for layer in ("claim", "mark"):
        for name in labels:
            out.append(f'[[attribute]]\nname = "{name}"\nlayer = "{layer}"')
            if name == form and layer == "claim":
                out.append('from = "form"')
            out.append("text = true")
    return "\n".join(out)


def dataset_of(toml: str, *fields: str) -> Dataset:
    return Dataset((SchemeRecord("v", "own", toml, "2026", True),), fields=fields)


@st.composite
def projects(draw: st.DrawFn) -> tuple[list[Document], list[str], list[str], str]:
    """Documents whose claims and marks use the names of a scheme, and some that it lacks."""
    roles = ["content", *draw(st.lists(st.sampled_from(NAMES[1:]), max_size=3, unique=True))]
    labels = draw(st.lists(st.sampled_from(NAMES), max_size=4, unique=True))
    form = draw(st.sampled_from(["", *labels]))
    role_of = dict(zip(("content", "cue", "source", "via"), [*roles, "strange", "x"], strict=False))
    label_of = dict(
        zip(("stance", "source_type", "target", "form"), [*labels, "odd", "y", "z"], strict=False)
    )
    out = []
    for document in draw(stored_documents(layers=("claim", "mark", "sentence"))):
        found = tuple(
            replace(
                a,
                fragments=tuple(f._replace(role=role_of.get(f.role, f.role)) for f in a.fragments),
                attributes={
                    label_of.get(k, k): draw(st.sampled_from((v, v, "")))
                    for k, v in a.attributes.items()
                },
            )
            for a in document.annotations
        )
        meta = {"section": draw(st.sampled_from(("News", "=1+1", ""))), "n": 3, "tags": ["a", "b"]}
        out.append(Document(replace(document.stored, meta=meta), found))
    return out, roles, labels, form


def rows_in(path: Path) -> list[dict[str, Any]]:
    """The rows of a table of any kind: None for an empty cell, the guard against formulas off."""
    match path.suffix:
        case ".parquet":
            return [
                {**row, "flagged": row["flagged"] or None}
                for row in pq.read_table(path).to_pylist()
            ]
        case ".xlsx":
            book = load_workbook(path)
            found = [list(row) for sheet in book for row in sheet.iter_rows(values_only=True)]
            cells: list[list[Any]] = [
                [
                    plain(ESCAPED.sub(lambda m: chr(int(m[1], 16)), c)) if isinstance(c, str) else c
                    for c in row
                ]
                for row in found
            ]
        case suffix:
            with path.open(encoding="utf-8", newline="") as stream:
                lines = csv.reader(stream, "excel-tab" if suffix == ".tsv" else "excel")
                cells = [[plain(c) or None for c in row] for row in lines]
    header = [str(name) for name in cells[0]]
    rest: list[list[Any]] = cells[1:]
    numbers = {n for n in header if n.endswith((START, END)) or n in ("start", "end")}
    return [
        {
            name: int(c) if c is not None and name in numbers and str(c).isdecimal() else c
            for name, c in zip(header, row, strict=True)
        }
        for row in rest
    ]


def labels_of(row: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, str]:
    """The labels that a row tells."""
    told = {name: row[column] for name, column in columns.items() if row[column] is not None}
    told |= json.loads(row["outside"] or "{}").get("labels", {})
    return told


def exported(
    name: str, kind: str, found: list[Document], dataset: Dataset, **how: Any
) -> tuple[list[dict[str, Any]], formats.ExportReport]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"out.{kind}"
        report = export_given(
            formats.get(name), path, documents=lambda: found, dataset=dataset, **how
        )
        return rows_in(path), report


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(made=projects())
def test_what_went_in_came_out_or_was_counted(
    kind: str, made: tuple[list[Document], list[str], list[str], str]
) -> None:
    found, roles, labels, form = made
    dataset = dataset_of(scheme_of(roles, labels, form), "section", "n", "tags")
    every = {(a.id): (d, a) for d in found for a in d.annotations}
    for name, layer in (("claims", "claim"), ("spans", "mark")):
        rows, report = exported(name, kind, found, dataset)
        own = [i for i, (_, a) in every.items() if a.layer == layer]
        assert [r["id"] for r in rows] == own
        others = Counter(a.layer for _, a in every.values() if a.layer != layer)
        told = [r for r in report.remarks if "not about" in r]
        assert told == (
            [
                "annotations that this table is not about: "
                + ", ".join(f"{n} of the layer {what}" for what, n in sorted(others.items()))
            ]
            if others
            else []
        )
        assert report.annotations == len(own)
        assert report.losses == ()
        for row in rows:
            document, a = every[row["id"]]
            _same(row, document, a, roles if layer == "claim" else [], labels)


def _same(
    row: dict[str, Any], document: Document, a: Annotation, roles: list[str], labels: list[str]
) -> None:
    article = document.stored
    assert len(set(map(str.casefold, row))) == len(row)
    assert [tuple(p) for p in json.loads(row["pieces"])] == [tuple(f) for f in a.fragments]
    names = column_names(roles, labels, _taken(row, roles, labels))
    for role, column in names.roles.items():
        pieces = a.role(role)
        assert row[f"{column}{START}"] == min((f.start for f in pieces), default=None)
        assert row[f"{column}{END}"] == max((f.end for f in pieces), default=None)
        spans: dict[int, list[Fragment]] = {}
        for f in pieces:
            spans.setdefault(f.span, []).append(f)
        words = SPAN.join(
            PIECE.join(article.text[f.start : f.end] for f in sorted(spans[s], key=lambda f: f[1:]))
            for s in sorted(spans)
        )
        assert _lines(row[column]) == _lines(words or None)
    assert labels_of(row, names.labels) == dict(a.attributes)
    assert row["annotator"] == a.annotator
    assert row["parent"] == a.parent
    assert row["provenance"] == a.provenance
    assert _lines(row["note"] or None) == _lines(a.note or None)
    assert row["flagged"] in ((True, "yes") if a.flagged else (None, False))
    assert row["article_uid"] == article.uid
    assert int(row["article_number"]) == article.number
    assert (row["article_title"] or "") == article.title
    fields = {n: c for n, c in row.items() if re.search(r"_(section|n|tags)(_\d+)?$", n)}
    assert (article.meta["section"] or None) in fields.values()
    assert {"3", '["a", "b"]'} <= set(map(str, fields.values()))


def _lines(value: object) -> str | None:
    """Workbooks know one kind of line break; a cell of nothing else is empty there."""
    return None if value is None else re.sub(r"\r\n?", "\n", str(value))


def _taken(row: Mapping[str, Any], roles: list[str], labels: list[str]) -> set[str]:
    from annotator.formats.support.whole_rows import ARTICLE, HEAD, NOTES, OF_SPANS, TAIL

    return {*HEAD, *OF_SPANS, *NOTES, *ARTICLE, *TAIL}


@given(
    st.lists(st.sampled_from(NAMES), unique=True),
    st.lists(st.sampled_from(NAMES), unique=True),
    st.lists(st.sampled_from((*NAMES, "", "a b", "section", "Section")), unique=True),
)
def test_no_two_columns_have_one_name(
    roles: list[str], labels: list[str], fields: list[str]
) -> None:
    taken = {"id", "start", "end", "article_title"}
    names = column_names(roles, labels, taken)
    assert list(names.roles) == roles
    assert list(names.labels) == labels
    columns = [
        *taken,
        *(f"{c}{end}" for c in names.roles.values() for end in ("", START, END)),
        *(f"{c}{end}" for c in names.labels.values() for end in ("", COMPUTED)),
    ]
    more = field_columns(fields, columns)
    assert list(more) == fields
    lowered = [c.casefold() for c in (*columns, *more.values())]
    assert len(set(lowered)) == len(lowered)


@given(texts)
def test_words_in_quotation_marks_are_counted_as_one_would(text: str) -> None:
    quoted = quoted_ranges(text)
    assert quoted == sorted(quoted)
    for (_, end), (start, _) in pairwise(quoted):
        assert end <= start
    words = [m.start() for m in re.finditer(r"\w+(?:['’]\w+)*", text) if m.group()[0].isalnum()]
    inside = sum(any(a <= w < b for a, b in quoted) for w in words)
    assert quoted_words(text, [(0, len(text))], quoted) == (inside, len(words) - inside)


@pytest.mark.parametrize(
    ("content", "form"),
    [
        ("“It is late, and dark,”", "direct"),
        ("that it was “late, and dark, and cold”", "mixed"),
        ("that it was “late”", "fragment"),
        ("that it was late", "indirect"),
        (" ,", None),
    ],
)
def test_the_form_is_what_the_marks_say(content: str, form: str | None) -> None:
    text = f"She said {content} today. “No,” he said."
    assert quotations(text)
    start = text.index(content)
    assert form_of(text, [(start, start + len(content))], quoted_ranges(text)) == form


FORMS = """
name = "zitate"
[[role]]
name = "zitat"
[[role]]
name = "sprecher"
[[attribute]]
name = "rede"
from = "form"
values = [
  { name = "woertlich", from = "direct" }, { name = "indirekt", from = "indirect" }, "mixed",
]
"""


def test_the_form_is_told_in_the_words_of_the_scheme_and_only_where_nobody_gave_it() -> None:
    text = (
        "„Es ist spät“, sagte sie. Er sagte, es sei „sehr spät und auch sehr kalt“. Er kam „nie“."
    )
    article = article_of(text)
    made = [
        claim(article, find(text, "„Es ist spät“", "zitat")),
        claim(article, find(text, "es sei „sehr spät und auch sehr kalt“", "zitat")),
        claim(article, find(text, "sagte sie", "zitat")),
        claim(article, find(text, "sagte sie", "zitat"), attributes={"rede": "mixed"}),
        # The scheme has no word for a fragment, and one claim has no content.
        claim(article, find(text, "Er kam „nie“", "zitat")),
        claim(article, find(text, "sie", "sprecher")),
    ]
    rows, report = exported("claims", "csv", [Document(article, tuple(made))], dataset_of(FORMS))
    assert [(r["rede"], r["rede_computed"]) for r in rows] == [
        (None, "woertlich"),
        (None, "mixed"),
        (None, "indirekt"),
        ("mixed", None),
        (None, None),
        (None, None),
    ]
    assert report.remarks == (
        "rede_computed: 3 told by the quotation marks, where no annotator said it",
    )


def test_a_scheme_without_the_label_has_no_such_column() -> None:
    article = article_of("“Yes,” she said.")
    made = claim(article, find(article.text, "“Yes,”", "content"))
    rows, _ = exported(
        "claims", "csv", [Document(article, (made,))], dataset_of(scheme_of(["content"], ["form"]))
    )
    assert "form_computed" not in rows[0]


@pytest.mark.parametrize("kind", KINDS)
def test_pandas_reads_it_back(kind: str, tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas", reason="the extra `frames` is not installed")
    text = "“NA,” said None. Ida spoke."
    article = article_of(text, title="NULL")
    made = (
        claim(article, find(text, "“NA,”", "content"), find(text, "None", "source")),
        claim(article, find(text, "spoke", "content"), attributes={"form": "indirect"}),
    )
    path = tmp_path / f"out.{kind}"
    dataset = dataset_of(scheme_of(["content", "source"], ["form"], "form"))
    export_given(
        formats.get("claims"), path, documents=lambda: [Document(article, made)], dataset=dataset
    )
    how: dict[str, Any] = {"keep_default_na": False, "na_values": [""]}
    match kind:
        case "parquet":
            frame = pandas.read_parquet(path)
        case "xlsx":
            frame = pandas.read_excel(path, **how)
        case _:
            frame = pandas.read_csv(path, sep="\t" if kind == "tsv" else ",", **how)
    assert list(frame["content"]) == ["“NA,”", "spoke"]
    assert list(frame["article_title"]) == ["NULL", "NULL"]
    assert frame["source"].isna().tolist() == [False, True]
    assert frame["source"][0] == "None"
    assert frame["content_start"].tolist() == [f.start for a in made for f in a.role("content")]
    assert frame["form_computed"].fillna("").tolist() == ["direct", ""]


@pytest.mark.parametrize("kind", ["csv", "tsv", "xlsx"])
def test_no_cell_and_no_heading_is_a_formula(kind: str, tmp_path: Path) -> None:
    text = "=1+1 said @SUM(1) today."
    article = article_of(text, title="=cmd|' /C calc'!A0", meta={"=2*3": "+4"})
    made = claim(
        article,
        find(text, "=1+1", "content"),
        find(text, "@SUM(1)", "source"),
        note="-1",
        attributes={"stance": "=1"},
    )
    dataset = dataset_of(scheme_of(["content", "source"], ["stance"]), "=2*3")
    path = tmp_path / f"out.{kind}"
    export_given(
        formats.get("claims"), path, documents=lambda: [Document(article, (made,))], dataset=dataset
    )
    if kind == "xlsx":
        sheet = load_workbook(path).worksheets[0]
        cells = [c for row in sheet.iter_rows() for c in row]
        assert all(c.data_type != "f" for c in cells)
        found = [c.value for c in cells if isinstance(c.value, str)]
    else:
        with path.open(encoding="utf-8", newline="") as stream:
            found = [
                c
                for row in csv.reader(stream, "excel-tab" if kind == "tsv" else "excel")
                for c in row
            ]
    assert not [c for c in found if c[:1] in ("=", "+", "-", "@")]
    assert {"'=1+1", "'@SUM(1)", "'-1", "'=1", "'=cmd|' /C calc'!A0", "'+4"} <= set(found)


def test_the_name_says_the_kind_and_one_that_says_nothing_is_refused(tmp_path: Path) -> None:
    given = Given(list, Dataset())
    with pytest.raises(InputError, match="does not say what kind"):
        formats.export(formats.get("claims"), tmp_path / "out.txt", given)
    assert list(tmp_path.iterdir()) == []
    formats.export(formats.get("claims"), tmp_path / "out.txt", given, {"as": "csv"})
    assert (tmp_path / "out.txt").read_bytes().startswith(b"id,article_number,")


def test_each_part_of_a_split_is_a_file_of_the_kind_that_was_asked_for(tmp_path: Path) -> None:
    found = []
    for number, split in enumerate(("train", "test"), start=1):
        article = article_of(f"Ida {number} spoke.", number, meta={"split": split})
        found.append(Document(article, (claim(article, ("content", 0, 3)),)))
    export_given(
        formats.get("claims"),
        tmp_path / "parts",
        {"as": "parquet"},
        documents=lambda: found,
        dataset=Dataset(splits=("test", "train")),
        by_split=True,
    )
    names = sorted(p.name for p in (tmp_path / "parts").iterdir())
    assert names == ["manifest.json", "test.parquet", "train.parquet"]


def test_a_project_exports_its_claims_under_its_own_scheme(tmp_path: Path) -> None:
    from annotator.project.samples import add_samples

    with Project.create(tmp_path / "a.db") as project:
        add_samples(project, "blank:en", readings=True)
        claims = [a for uid in project.numbers().values() for a in project.annotations(uid)]
        claims = [a for a in claims if a.layer == "claim"]
        project.export("claims", tmp_path / "out.parquet")
    rows = rows_in(tmp_path / "out.parquet")
    assert sorted(r["id"] for r in rows) == sorted(a.id for a in claims)
    assert Counter(r["stance"] for r in rows) == Counter(a.attributes.get("stance") for a in claims)
    assert {"content", "source", "cue", "addressee", "via", "form_computed"} <= set(rows[0])
