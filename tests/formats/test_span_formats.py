"""Formats of labelled spans and tables: what they hold comes back, what they lose is counted."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from annotator import formats
from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Dataset, Document, SchemeRecord
from annotator.domain.model import Annotation
from annotator.domain.scheme import DEFAULT_SCHEME
from tests.formats.support import (
    article_of,
    claim,
    export_given,
    find,
    read_back,
    stored_documents,
    through,
    written,
)

SPANS = ("prodigy", "doccano", "label-studio", "gate")
TABLES = ("csv", "tsv", "xlsx")


def shape(annotation: Annotation, others: dict[str, Annotation]) -> object:
    """All that these formats promise to hold; a parent by its own fragments."""
    parent = others.get(annotation.parent or "")
    return (
        annotation.layer,
        annotation.annotator,
        annotation.fragments,
        tuple(sorted(annotation.attributes.items())),
        annotation.note,
        annotation.flagged,
        parent.fragments if parent else None,
    )


def shapes(documents: list[Document], layers: tuple[str, ...]) -> dict[str, list[str]]:
    """Text -> what is held of its annotations, in a fixed order."""
    out: dict[str, list[str]] = {}
    for document in documents:
        by_id = {a.id: a for a in document.annotations}
        kept = {
            a.id: a
            for a in document.annotations
            if a.layer in layers and (a.fragments or a.layer == "article")
        }
        known = {i: p for i, p in by_id.items() if i in kept}
        found = []
        for a in kept.values():
            same = {i: p for i, p in known.items() if p.annotator == a.annotator}
            found.append(repr(shape(a, same)))
        out.setdefault(document.article.text, []).extend(found)
    return {text: sorted(found) for text, found in out.items()}


@pytest.mark.parametrize("name", SPANS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(found=stored_documents(layers=("claim", "mark")))
def test_spans_come_back_exactly(name: str, found: list[Document]) -> None:
    options = {"align": "expand"} if name == "prodigy" else {}
    back = through(name, found, **options)
    if name == "prodigy":  # a span of one plain space has no token
        blank = {
            a.id
            for d in found
            for a in d.annotations
            for f in a.fragments
            if d.article.text[f.start : f.end] == " "
        }
        if blank:
            return
    assert shapes(back, ("claim", "mark")) == shapes(found, ("claim", "mark"))


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(found=stored_documents(layers=("claim", "article")))
def test_label_studio_keeps_article_labels(found: list[Document]) -> None:
    labelled = [
        Document(
            d.article,
            tuple(
                a
                for a in d.annotations
                if a.layer == "claim" or (a.attributes and not a.note and not a.flagged)
            ),
        )
        for d in found
    ]
    back = through("label-studio", labelled)
    assert shapes(back, ("claim", "article")) == shapes(labelled, ("claim", "article"))


@pytest.mark.parametrize("name", TABLES)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(found=stored_documents())
def test_tables_bring_back_all_but_the_layout(name: str, found: list[Document]) -> None:
    back = through(name, found)
    assert [d.article.text for d in back] == [d.article.text for d in found]
    for ours, theirs in zip(found, back, strict=True):
        assert theirs.article.name == ours.article.name
        assert theirs.article.title == ours.article.title
        assert theirs.article.meta == ours.article.meta
        uid = ours.stored.uid
        assert [a.id for a in theirs.annotations] == [a.id for a in ours.annotations]
        for a, b in zip(ours.annotations, theirs.annotations, strict=True):
            assert b.article == ""
            assert a.article == uid
            assert (b.fragments, b.attributes, b.parent) == (a.fragments, a.attributes, a.parent)
            assert (b.annotator, b.provenance, b.note) == (a.annotator, a.provenance, a.note)
            assert (b.flagged, b.reviewed, b.scheme) == (a.flagged, a.reviewed, a.scheme)
            assert (b.created_at, b.updated_at) == (a.created_at, a.updated_at)


TEXT = "“It’s late,” she said 😀. =SUM(A1) went “home”."


def sample() -> Document:
    article = article_of(TEXT, title="=1+1", name="a")
    first = claim(
        article,
        find(TEXT, "“It’s late,”", "content"),
        find(TEXT, "she", "source"),
        find(TEXT, "said", "cue"),
        attributes={"stance": "favor", "target": "=cmd|' /C calc'!A0"},
        note="@SUM",
    )
    second = claim(article, find(TEXT, "=SUM(A1)", "content"), parent=first.id)
    mark = claim(article, find(TEXT, "home", "span"), layer="mark", attributes={"type": "lexical"})
    return Document(article, (first, second, mark))


def scheme() -> Dataset:
    toml = DEFAULT_SCHEME.read_text(encoding="utf-8")
    return Dataset((SchemeRecord("v", "news", toml, "", in_force=True),))


def export(name: str, target: Path, **options: str) -> formats.ExportReport:
    document = sample()
    return export_given(
        formats.get(name), target, options, documents=lambda: [document], dataset=scheme()
    )


# ------------------------------------------------------------------------------------------- shapes


def test_prodigy_tokens_rebuild_the_text_and_token_end_is_inclusive(tmp_path: Path) -> None:
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

    export("prodigy", tmp_path / "x.jsonl")
    (line,) = (tmp_path / "x.jsonl").read_text(encoding="utf-8").splitlines()
    task = json.loads(line)
    tokens = task["tokens"]
    doc = Doc(Vocab(), words=[t["text"] for t in tokens], spaces=[t["ws"] for t in tokens])
    assert doc.text == task["text"] == TEXT
    assert [t["start"] for t in tokens] == [t.idx for t in doc]
    for span in task["spans"]:
        words = doc[span["token_start"] : span["token_end"] + 1]
        assert (words.start_char, words.end_char) == (span["start"], span["end"])
        assert tokens[span["token_end"]]["end"] == span["end"]
    assert [s["label"] for s in task["spans"]] == ["content", "source", "cue", "content", "lexical"]
    assert [(r["head"], r["child"], r["label"]) for r in task["relations"]] == [
        (task["spans"][0]["token_end"], task["spans"][1]["token_end"], "SOURCE"),
        (task["spans"][0]["token_end"], task["spans"][2]["token_end"], "CUE"),
    ]
    assert "_task_hash" not in task
    assert task["_annotator_id"] == "anna"


def test_doccano_has_the_shape_of_its_relation_export(tmp_path: Path) -> None:
    export("doccano", tmp_path / "x.jsonl")
    record = json.loads((tmp_path / "x.jsonl").read_text(encoding="utf-8"))
    assert {"id": 0, "label": "content", "start_offset": 0, "end_offset": 12}.items() <= (
        record["entities"][0].items()
    )
    assert record["relations"][0] == {"id": 0, "from_id": 0, "to_id": 1, "type": "source"}
    assert record["Comments"] == []


def test_doccanos_plain_dialect_counts_what_it_drops(tmp_path: Path) -> None:
    report = export("doccano", tmp_path / "x.jsonl", dialect="labels")
    record = json.loads((tmp_path / "x.jsonl").read_text(encoding="utf-8"))
    assert record["label"][0] == [0, 12, "content"]
    assert {loss.kind: loss.count for loss in report.losses} == {
        "attribute stance": 1,
        "attribute target": 1,
        "grouping of pieces into claims": 1,
        "note": 1,
        "parent": 1,
    }


@pytest.mark.parametrize(
    "record",
    [
        {"text": "Ana said it", "label": [[0, 3, "Source"], [4, 8, "Cue"]]},
        {"data": "Ana said it", "labels": [[0, 3, "Source"], [4, 8, "Cue"]]},
        {
            "text": "Ana said it",
            "entities": [
                {"id": 7, "label": "Source", "start_offset": 0, "end_offset": 3},
                {"id": 9, "label": "Cue", "start_offset": 4, "end_offset": 8},
            ],
            "relations": [],
        },
    ],
)
def test_doccanos_three_dialects_are_read(tmp_path: Path, record: dict[str, Any]) -> None:
    (tmp_path / "x.jsonl").write_text(json.dumps(record))
    (document,) = read_back("doccano", tmp_path / "x.jsonl")
    assert isinstance(document, Document)
    assert [a.fragments for a in document.annotations] == [
        (("source", 0, 3, 0),),
        (("cue", 4, 8, 0),),
    ]


def test_relations_of_a_foreign_file_tie_roles_into_one_claim(tmp_path: Path) -> None:
    record = {
        "text": "Ana said it",
        "entities": [
            {"id": 7, "label": "source", "start_offset": 0, "end_offset": 3},
            {"id": 8, "label": "cue", "start_offset": 4, "end_offset": 8},
            {"id": 9, "label": "content", "start_offset": 9, "end_offset": 11},
        ],
        "relations": [
            {"id": 1, "from_id": 9, "to_id": 8, "type": "cue"},
            {"id": 2, "from_id": 8, "to_id": 7, "type": "source"},
        ],
    }
    (tmp_path / "x.jsonl").write_text(json.dumps(record))
    (document,) = read_back("doccano", tmp_path / "x.jsonl")
    assert isinstance(document, Document)
    (one,) = document.annotations
    assert {f.role for f in one.fragments} == {"source", "cue", "content"}


def test_label_studio_configuration_names_every_label(tmp_path: Path) -> None:
    from defusedxml.ElementTree import parse

    export("label-studio", tmp_path / "x.json", config="yes")
    view = parse(tmp_path / "x.json.config.xml").getroot()
    assert view is not None
    labels = [e.get("value") for e in view.findall("Labels/Label")]
    assert labels == ["content", "cue", "lexical", "source"]
    assert [e.get("name") for e in view.findall("Choices")] == ["stance", "type"]
    assert [e.get("name") for e in view.findall("TextArea")] == ["target"]
    task = json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))[0]
    regions = [r for r in task["annotations"][0]["result"] if r["type"] == "labels"]
    for region in regions:
        value = region["value"]
        assert task["data"]["text"][value["start"] : value["end"]] == value["text"]


def test_suggestions_and_gold_have_their_places_in_label_studio() -> None:
    article = article_of(TEXT)
    spans = (find(TEXT, "home", "content"),)
    gold = claim(article, *spans, provenance="adjudicated", annotator="cleo")
    guess = claim(article, *spans, provenance="suggested", annotator="rules")
    (document,) = through("label-studio", [Document(article, (gold, guess))])
    assert {(a.annotator, a.provenance) for a in document.annotations} == {
        ("cleo", "adjudicated"),
        ("rules", "suggested"),
    }


def test_formulas_are_harmless_in_every_table(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    for name, delimiter in (("csv", ","), ("tsv", "\t")):
        export(name, tmp_path / name)
        with (tmp_path / name).open(encoding="utf-8", newline="") as stream:
            cells = [c for row in csv.reader(stream, delimiter=delimiter) for c in row]
        assert "'=1+1" in cells
        assert "'=cmd|' /C calc'!A0" in cells
        assert not [c for c in cells if c.startswith(("=", "+", "-", "@", "\t", "\r"))]
    export("xlsx", tmp_path / "x.xlsx")
    sheet = load_workbook(tmp_path / "x.xlsx").active
    assert sheet is not None
    types = {c.data_type for row in sheet.iter_rows() for c in row}
    assert "f" not in types
    assert [c.value for c in sheet[1]][:4] == ["article", "name", "annotation", "layer"]


def test_an_attribute_of_the_scheme_is_a_column(tmp_path: Path) -> None:
    export("csv", tmp_path / "x.csv")
    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(r["layer"], r["role"], r["words"], r["stance"]) for r in rows[1:3]] == [
        ("claim", "content", "“It’s late,”", "favor"),
        ("claim", "source", "she", "favor"),
    ]


@pytest.mark.parametrize("name", formats.names())
def test_the_same_documents_are_the_same_bytes(tmp_path: Path, name: str) -> None:
    form = formats.get(name)
    if form.write is None:
        pytest.skip("read only")
    found = [sample()]
    digests = []
    for place in ("a", "b"):
        report = written(name, found, tmp_path / place / f"out{form.suffix}")
        digests.append(report.files)
    assert digests[0] == digests[1]
    assert digests[0]


# -------------------------------------------------------------------------------------- bad input


BAD_JSON = [
    ("prodigy", {"text": "abc", "spans": [{"start": 0, "end": 9, "label": "X"}]}, "does not fit"),
    ("prodigy", {"text": "abc", "spans": [{"start": -1, "end": 2, "label": "X"}]}, "does not fit"),
    ("prodigy", {"text": "abc", "spans": [{"start": 0, "label": "X"}]}, "'end' is missing"),
    ("prodigy", {"spans": []}, "'text' is missing"),
    ("prodigy", {"text": 3}, "'text' is a number"),
    ("prodigy", {"text": "abc", "spans": {}}, "'spans' is an object"),
    ("doccano", {"text": "abc", "label": [[0, 9, "X"]]}, "does not fit"),
    ("doccano", {"text": "abc", "label": [[0, 1]]}, "is not [start, end, label]"),
    ("doccano", {"text": "abc", "entities": [{"label": "X"}]}, "'start_offset' is missing"),
    ("label-studio", {"data": {"text": "abc"}, "annotations": [{}]}, "'result' is missing"),
    ("label-studio", {"data": {}}, "'text' is missing"),
    (
        "label-studio",
        {"data": {"text": "abc"}, "annotations": [{"result": [{"type": "brush", "value": 3}]}]},
        "'value' is a number",
    ),
    (
        "label-studio",
        {
            "data": {"text": "abc"},
            "annotations": [
                {
                    "result": [
                        {
                            "type": "labels",
                            "value": {"start": 0, "end": 1, "text": "b", "labels": ["X"]},
                        }
                    ]
                }
            ],
        },
        "is 'a' in the text",
    ),
]


@pytest.mark.parametrize(("name", "record", "told"), BAD_JSON)
def test_each_wrong_record_is_named(
    tmp_path: Path, name: str, record: dict[str, Any], told: str
) -> None:
    good: dict[str, Any] = {"text": "fine"}
    if name == "label-studio":
        good = {"data": {"text": "fine"}, "annotations": []}
        content = json.dumps([record, good])
    else:
        content = json.dumps(record) + "\n" + json.dumps(good) + "\n"
    (tmp_path / "x.json").write_text(content)
    bad, fine = read_back(name, tmp_path / "x.json")
    assert isinstance(bad, BadRecord)
    assert told in bad.message
    assert isinstance(fine, Document)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda r: r[2].update(start="999"), "does not fit a text of"),
        (lambda r: r[2].update(words="other"), "is '“It’s late,”' in the text, not 'other'"),
        (lambda r: r[2].update(layer="nonsense"), "is none of"),
        (lambda r: r[2].update(attributes="{"), "Expecting"),
        (lambda r: r[1].update(words="Changed."), "not the one that was exported"),
        (lambda r: r[2].update(article="other"), "must come before it"),
        (lambda r: r[2].update(annotation=""), "has no id"),
    ],
)
def test_wrong_rows_of_a_table_are_named(tmp_path: Path, change: Any, told: str) -> None:
    export("csv", tmp_path / "x.csv")
    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as stream:
        rows = [{}, *csv.DictReader(stream)]
    change(rows)
    with (tmp_path / "x.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[1]))
        writer.writeheader()
        writer.writerows(rows[1:])
    bad = [i for i in read_back("csv", tmp_path / "x.csv") if isinstance(i, BadRecord)]
    assert told in " ".join(b.message for b in bad)
    assert all(b.where.startswith("x.csv:") for b in bad)


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", 'article,annotation,layer,start,end\n"x'])
def test_a_table_without_our_columns_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "x.csv").write_text(content)
    with pytest.raises(InputError):
        read_back("csv", tmp_path / "x.csv")


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;">]>'
)


def test_a_workbook_with_entities_or_too_large_is_refused(tmp_path: Path) -> None:
    export("xlsx", tmp_path / "x.xlsx")
    with (
        zipfile.ZipFile(tmp_path / "x.xlsx") as old,
        zipfile.ZipFile(tmp_path / "bomb.xlsx", "w") as new,
    ):
        for name in old.namelist():
            data = old.read(name).decode()
            if name.endswith("sheet1.xml"):
                data = BOMB + data.replace("content", "&c;", 1)
            new.writestr(name, data)
    with pytest.raises(InputError, match="not a workbook that can be read"):
        read_back("xlsx", tmp_path / "bomb.xlsx")
    with zipfile.ZipFile(tmp_path / "big.xlsx", "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr("xl/workbook.xml", bytes(3 << 20))
    with pytest.raises(InputError, match="unpacks to more"):
        read_back("xlsx", tmp_path / "big.xlsx", max_file_mb="1")
    (tmp_path / "no.xlsx").write_bytes(b"PK\x03\x04 no")
    with pytest.raises(InputError, match="not a workbook"):
        read_back("xlsx", tmp_path / "no.xlsx")


def test_a_line_of_a_table_has_a_bound(tmp_path: Path) -> None:
    cell = "a" * (2 << 20)
    content = f'article,annotation,layer,start,end\n"{cell}"\n'
    (tmp_path / "x.csv").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="longer than 1 MB"):
        read_back("csv", tmp_path / "x.csv", max_line_mb="1")
