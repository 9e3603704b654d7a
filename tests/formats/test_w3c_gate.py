"""W3C Web Annotations re-anchor; GATE documents are read in either unit of offsets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.domain.exchange import BadRecord, Document
from annotator.formats.support.offsets import Utf16
from tests.formats.support import (
    article_of,
    claim,
    find,
    read_back,
    stored_documents,
    texts,
    through,
    written,
)


@given(texts | st.text())
def test_utf16_units_are_those_of_the_encoded_text(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    units = Utf16(text)
    for offset in range(len(text) + 1):
        encoded = len(text[:offset].encode("utf-16-le")) // 2
        assert units.units(offset) == encoded
        assert units.code_points(encoded) == offset


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(stored_documents())
def test_web_annotations_bring_back_every_field(found: list[Document]) -> None:
    back = through("w3c", found)
    for ours, theirs in zip(found, back, strict=True):
        assert theirs.article.text == ours.article.text
        assert theirs.article.title == ours.article.title
        for a, b in zip(ours.annotations, theirs.annotations, strict=True):
            for name in a.__slots__:
                if name != "article":
                    assert getattr(b, name) == getattr(a, name)


TEXT = "He said no 😀. She said yes. They said no."


def page(tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    article = article_of(TEXT)
    one = claim(article, find(TEXT, "yes", "content"), attributes={"stance": "favor"}, note="hm")
    written("w3c", [Document(article, (one,))], tmp_path / "x.jsonl")
    return tmp_path / "x.jsonl", json.loads((tmp_path / "x.jsonl").read_text(encoding="utf-8"))


def test_a_web_annotation_has_the_standards_terms(tmp_path: Path) -> None:
    _, record = page(tmp_path)
    assert record["@context"][0] == "http://www.w3.org/ns/anno.jsonld"
    (item,) = record["items"]
    assert item["type"] == "Annotation"
    assert item["body"] == [
        {"type": "TextualBody", "purpose": "tagging", "value": "stance:favor"},
        {"type": "TextualBody", "purpose": "commenting", "value": "hm"},
    ]
    position, quote = item["target"][0]["selector"]
    assert position == {"type": "TextPositionSelector", "start": 23, "end": 26}
    assert (quote["exact"], quote["prefix"][-5:], quote["suffix"][:6]) == ("yes", "said ", ". They")
    assert item["target"][0]["source"].startswith("urn:sha256:")


def moved(tmp_path: Path, text: str, exact: str = "yes") -> list[Any]:
    path, record = page(tmp_path)
    record["text"] = text
    record["items"][0]["target"][0]["selector"][1]["exact"] = exact
    changed = path.with_name("moved.jsonl")
    changed.write_text(json.dumps(record) + "\n")
    return read_back("w3c", changed)


def test_an_annotation_finds_its_words_in_a_changed_text(tmp_path: Path) -> None:
    text = "yes! Update: " + TEXT + " And yes."
    (document,) = moved(tmp_path, text)
    ((role, start, end, _),) = document.annotations[0].fragments
    assert (role, text[start - 5 : end]) == ("content", "said yes")


def test_words_that_are_gone_or_ambiguous_are_named(tmp_path: Path) -> None:
    bad, document = moved(tmp_path, "Nothing.")
    assert isinstance(bad, BadRecord)
    assert "nowhere" in bad.message
    assert document.annotations == ()
    bad, _ = moved(tmp_path, "yesyes")
    assert "at several places" in bad.message


def test_offsets_of_a_gate_document_may_count_utf16_units(tmp_path: Path) -> None:
    text = "a😀 said 😀b"
    units = Utf16(text)
    start = text.index("😀b")
    annotation = {
        "type": "Person",
        "start": units.units(start),
        "end": units.units(len(text)),
        "id": 0,
        "features": {"kind": "x"},
    }
    record = {
        "text": text,
        "features": {},
        "offset_type": "j",
        "annotation_sets": {"ana": {"name": "x", "annotations": [annotation], "next_annid": 1}},
        "name": "n",
    }
    (tmp_path / "x.bdocjs").write_text(json.dumps(record))
    (document,) = read_back("gate", tmp_path / "x.bdocjs")
    assert isinstance(document, Document)
    (mark,) = document.annotations
    assert mark.fragments[0][1:3] == (start, len(text))
    assert mark.attributes == {"type": "Person", "kind": "x"}
    assert mark.annotator == "ana"
    record["offset_type"] = "z"
    (tmp_path / "x.bdocjs").write_text(json.dumps(record))
    (bad,) = read_back("gate", tmp_path)
    assert isinstance(bad, BadRecord)


@pytest.mark.parametrize(
    "name", ["../../x", "/etc/passwd", "..", "a/b\\c", "con", "x\0y", "é" * 300]
)
def test_a_name_cannot_lead_out_of_the_folder(tmp_path: Path, name: str) -> None:
    target = tmp_path / "in" / "out"
    for form in ("gate", "brat"):
        found = [
            Document(article_of("One.", name=name)),
            Document(article_of("Two.", 2, name=name)),
        ]
        written(form, found, target / form)
    for path in tmp_path.rglob("*"):
        assert path in (tmp_path / "in", target) or path.is_relative_to(target)
    assert len(list((target / "gate").glob("*.bdocjs"))) == 2
