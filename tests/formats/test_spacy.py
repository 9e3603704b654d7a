"""The DocBin is what spaCy reads: same text, spans where they were, counts of what moved."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab

from annotator import formats
from annotator.domain.errors import InputError
from annotator.domain.exchange import Dataset, Document, SchemeRecord
from annotator.domain.scheme import DEFAULT_SCHEME
from annotator.domain.spans import trimmed
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

TEXT = "“It’s late,” she said 😀. “Go\u00a0home.”\n\n  He  agreed with “her”."


def docs_in(path: Path) -> list[Doc]:
    return list(DocBin(store_user_data=True).from_disk(path).get_docs(Vocab()))


def sample() -> Document:
    article = article_of(TEXT, language="en")
    return Document(
        article,
        (
            claim(
                article,
                find(TEXT, "“It’s late,”", "content"),
                find(TEXT, "“Go\u00a0home.”", "content"),
                find(TEXT, "she", "source"),
                find(TEXT, "said", "cue"),
                attributes={"stance": "favor"},
            ),
            claim(article, find(TEXT, "gree", "content")),
            claim(
                article, find(TEXT, "agreed", "span"), layer="mark", attributes={"type": "lexical"}
            ),
            claim(article, layer="article", attributes={"slant": "left"}),
            claim(
                article,
                find(TEXT, "He  agreed with “her”.", "span"),
                layer="sentence",
                attributes={"biased": "yes"},
            ),
        ),
    )


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(stored_documents())
def test_with_user_data_everything_comes_back(found: list[Document]) -> None:
    back = through("spacy", found, user_data="yes")
    assert [d.article for d in back] == [d.article for d in found]
    for ours, theirs in zip(found, back, strict=True):
        assert sorted(theirs.annotations, key=lambda a: a.id) == list(ours.annotations)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(stored_documents(layers=("claim", "mark")))
def test_texts_are_exact_and_spans_lie_where_they_were(
    tmp_path_factory: pytest.TempPathFactory, found: list[Document]
) -> None:
    path = tmp_path_factory.mktemp("spacy") / "x.spacy"
    report = written("spacy", found, path, align="drop")
    lost = sum(loss.count for loss in report.losses if "left out" in loss.kind)
    kept = 0
    for document, doc in zip(found, docs_in(path), strict=True):
        text = document.article.text
        assert doc.text == text
        wanted = {trimmed(text, f.start, f.end) for a in document.annotations for f in a.fragments}
        got = {(s.start_char, s.end_char) for s in doc.spans["sc"]}
        assert got <= wanted
        for a in document.annotations:
            kept += sum(trimmed(text, f.start, f.end) in got for f in a.fragments)
    assert kept + lost == report.spans


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(stored_documents(layers=("claim",)))
def test_expanded_spans_cover_and_contracted_ones_stay_inside(
    tmp_path_factory: pytest.TempPathFactory, found: list[Document]
) -> None:
    folder = tmp_path_factory.mktemp("spacy")
    for how in ("expand", "contract"):
        written("spacy", found, folder / f"{how}.spacy", align=how)
        for document, doc in zip(found, docs_in(folder / f"{how}.spacy"), strict=True):
            fragments = [f for a in document.annotations for f in a.fragments]
            spans = [(s.start_char, s.end_char) for s in doc.spans["sc"]]
            if how == "expand":
                for f in fragments:
                    start, end = trimmed(doc.text, f.start, f.end)
                    assert start == end or any(s <= start and end <= e for s, e in spans)
            else:
                for s, e in spans:
                    assert any(f.start <= s and e <= f.end for f in fragments)


def test_spans_labels_and_sentences(tmp_path: Path) -> None:
    report = written("spacy", [sample()], tmp_path / "x.spacy", label_by="stance")
    (doc,) = docs_in(tmp_path / "x.spacy")
    assert [(s.text, s.label_) for s in doc.spans["sc"]] == [
        ("“It’s late,”", "content:favor"),
        ("she", "source:favor"),
        ("said", "cue:favor"),
        ("“Go\u00a0home.”", "content:favor"),
        ("agreed", "content"),
        ("agreed", "lexical"),
    ]
    assert [s.text.strip() for s in doc.sents] == [
        "“It’s late,” she said 😀.",
        "“Go\u00a0home.”",
        "He  agreed with “her”.",
    ]
    assert {loss.kind: loss.count for loss in report.losses} == {
        "span that cuts a token, expanded": 1,
        "sentence annotation": 1,
        "attribute biased": 1,
        "grouping of pieces into claims": 1,
    }


def test_categories_name_every_value_of_the_scheme(tmp_path: Path) -> None:
    toml = DEFAULT_SCHEME.read_text(encoding="utf-8")
    scheme = SchemeRecord("v", "news", toml, "", in_force=True)
    for unit, wanted in (
        ("article", {"slant:left": 1.0, "slant:centre": 0.0}),
        ("sentence", {"biased:yes": 1.0, "biased:no": 0.0}),
    ):
        export_given(
            formats.get("spacy"),
            tmp_path / f"{unit}.spacy",
            {"unit": unit},
            documents=lambda: [sample()],
            dataset=Dataset((scheme,)),
        )
        doc = docs_in(tmp_path / f"{unit}.spacy")[-1]
        assert wanted.items() <= doc.cats.items()


def test_entities_are_flat_and_the_rest_is_counted(tmp_path: Path) -> None:
    report = written("spacy", [sample()], tmp_path / "x.spacy", ents="yes")
    (doc,) = docs_in(tmp_path / "x.spacy")
    assert [e.text for e in doc.ents] == [
        "“It’s late,”",
        "she",
        "said",
        "“Go\u00a0home.”",
        "agreed",
    ]
    assert "overlapping span left out of doc.ents" in {loss.kind for loss in report.losses}


def test_a_plain_docbin_is_read_by_its_spans(tmp_path: Path) -> None:
    written("spacy", [sample()], tmp_path / "x.spacy", label_by="stance", align="drop")
    (document,) = read_back("spacy", tmp_path / "x.spacy", label_by="stance")
    assert isinstance(document, Document)
    assert document.article.text == TEXT
    first = document.annotations[0]
    assert (first.layer, first.fragments[0].role) == ("claim", "content")
    assert first.attributes == {"stance": "favor"}
    marks = [a for a in document.annotations if a.layer == "mark"]
    assert [m.attributes["type"] for m in marks] == ["lexical"]


def test_the_same_documents_are_the_same_bytes(tmp_path: Path) -> None:
    found = [sample()]
    written("spacy", found, tmp_path / "a.spacy", user_data="yes", config="spancat")
    written("spacy", found, tmp_path / "b.spacy", user_data="yes", config="spancat")
    assert (tmp_path / "a.spacy").read_bytes() == (tmp_path / "b.spacy").read_bytes()
    config = (tmp_path / "a.spacy.config.cfg").read_text(encoding="utf-8")
    assert 'spans_key = "sc"' in config


@pytest.mark.parametrize(
    "content", [b"", b"not a docbin", zlib.compress(b"\x81\xa1a\x01"), zlib.compress(b"\xc1")]
)
def test_a_file_that_is_no_docbin_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.spacy").write_bytes(content)
    with pytest.raises(InputError, match="DocBin"):
        read_back("spacy", tmp_path / "x.spacy")


def test_a_compression_bomb_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.spacy").write_bytes(zlib.compress(bytes(40 << 20)))
    with pytest.raises(InputError, match="unpacks to more"):
        read_back("spacy", tmp_path / "x.spacy", max_file_mb="1")
