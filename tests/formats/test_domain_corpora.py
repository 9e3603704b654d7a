"""The field's own corpora: counts equal on the real ones, shapes on files of our own making."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Document
from annotator.domain.model import Article
from tests.formats.corpora import corpus
from tests.formats.support import (
    article_of,
    claim,
    find,
    read_back,
    stored_documents,
    written,
)


def documents_of(name: str, path: Path, *, bad: int = 0, **options: str) -> list[Document]:
    items = read_back(name, path, **options)
    assert len([i for i in items if isinstance(i, BadRecord)]) == bad
    return [i for i in items if isinstance(i, Document)]


def stored(found: list[Document]) -> list[Document]:
    """The documents as they are once the articles are in a database."""
    out = []
    for number, d in enumerate(found, start=1):
        article: Article = article_of(d.article.text, number, name=d.article.name)
        out.append(Document(article, d.annotations))
    return out


def test_german_quotations_come_back_with_every_piece(tmp_path: Path) -> None:
    source = corpus("german_wikinews", "dev")
    found = documents_of("german-quotations", source)
    assert len(found) == 150
    claims = [a for d in found for a in d.annotations]
    pieces = Counter(f.role for a in claims for f in a.fragments)
    assert (len(claims), sum(pieces.values())) == (653, 2426)
    # Of 73 nested ones, 60 lie wholly inside another; the others only keep that they are nested.
    assert sum(a.parent is not None for a in claims) == 60
    assert sum(a.note.endswith(" nested") for a in claims) == 13
    originals = {json.loads(p.read_text("utf-8"))["documentName"]: p for p in source.glob("*.json")}
    report = written("german-quotations", stored(found), tmp_path / "out")
    assert not report.losses
    for ours in (tmp_path / "out").glob("*.json"):
        if ours.name == "manifest.json":
            continue
        back = json.loads(ours.read_text(encoding="utf-8"))
        original = json.loads(originals[back["documentName"]].read_text(encoding="utf-8"))
        assert back["originalText"] == original["originalText"]
        assert [german(a) for a in back["annotations"]] == [
            german(a) for a in original["annotations"]
        ]


def german(record: dict[str, Any]) -> object:
    parts = ("quote", "cue", "speaker", "addressee", "frame")
    spans = {
        name: [(s["charBegin"], s["charEnd"]) for s in record[name]["spans"]] for name in parts
    }
    return spans, record["type"], record["medium"], record["isNested"]


def test_semeval_comes_back_line_by_line(tmp_path: Path) -> None:
    source = corpus("ptc")
    found = documents_of("semeval", source)
    assert len(found) == 371
    assert sum(len(d.annotations) for d in found) == 6129
    report = written("semeval", stored(found), tmp_path / "out")
    assert not report.losses
    for original in source.rglob("*.labels"):
        ours = tmp_path / "out" / "labels" / original.name
        # One line of the corpus ends in a carriage return or not; order is by place here.
        wanted = sorted(original.read_text(encoding="utf-8").splitlines())
        assert sorted(ours.read_text(encoding="utf-8").splitlines()) == wanted
    for text in source.rglob("article*.txt"):
        assert (tmp_path / "out" / "articles" / text.name).read_bytes() == text.read_bytes()


def test_babe_ratings_are_counted_as_they_are() -> None:
    source = corpus("babe", "ratings_sg2.csv")
    with source.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    found = documents_of("babe", source)
    tags = [a for d in found for a in d.annotations if a.layer == "sentence"]
    assert len(found) == len({r["sentence"] for r in rows}) == 3699
    assert len(tags) == len(rows) == 18361
    assert Counter(t.attributes.get("biased") for t in tags) == Counter(
        {"1": "yes", "0": "no"}.get(r["bias"].removesuffix(".0")) for r in rows
    )
    assert {t.annotator for t in tags} == {r["annotator"] for r in rows}
    for document in found:
        for a in document.annotations:
            assert len(document.article.text) >= a.end > a.start >= 0


def test_the_published_babe_table_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(
        "text;news_link;outlet;topic;type;label_bias;label_opinion;biased_words\n"
        '"They slammed it; hard.";http://x;Post;tax;left;Biased;Expresses writer’s opinion;'
        "\"['slammed', 'bizarre']\"\n",
        encoding="utf-8",
    )
    (document,) = documents_of("babe", tmp_path / "x.csv")
    mark, tag = document.annotations
    assert mark.fragments[0][1:3] == (5, 12)
    assert tag.attributes == {"biased": "yes", "factuality": "opinion"}
    assert "bizarre" in tag.note
    assert (document.article.outlet, document.article.meta["topic"]) == ("Post", "tax")
    (tmp_path / "y.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="no column"):
        read_back("babe", tmp_path / "y.csv")


TEXT = "“When I say so,” Ana Roe said, “it is so.” The board denied it."


def citron_record() -> dict[str, Any]:
    def span(words: str) -> dict[str, Any]:
        start = TEXT.index(words)
        return {"start": start, "end": start + len(words), "text": words}

    return {
        "text": TEXT,
        "quotes": [
            {
                "cue": span("said"),
                "sources": [span("Ana Roe")],
                "contents": [span("“When I say so,”"), span("“it is so.”")],
            },
            {"cue": span("denied"), "sources": [span("The board")], "contents": [span("it.")]},
        ],
        "coreference_groups": [],
    }


def test_citron_comes_back(tmp_path: Path) -> None:
    record = citron_record()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.json").write_text(json.dumps(record))
    found = documents_of("citron", tmp_path / "in")
    first = found[0].annotations[0]
    assert [f.role for f in first.fragments] == ["source", "cue", "content", "content"]
    report = written("citron", stored(found), tmp_path / "out")
    assert not report.losses
    back = json.loads((tmp_path / "out" / "a.json").read_text(encoding="utf-8"))
    for quote in back["quotes"]:
        del quote["id"]
    assert back["quotes"] == record["quotes"]


def test_citron_counts_what_it_cannot_hold(tmp_path: Path) -> None:
    article = article_of(TEXT)
    one = claim(article, find(TEXT, "it is so", "content"), attributes={"stance": "favor"})
    two = claim(article, find(TEXT, "said", "cue"), find(TEXT, "denied", "cue"), note="n")
    report = written("citron", [Document(article, (one, two))], tmp_path / "out")
    assert {loss.kind: loss.count for loss in report.losses} == {
        "attribute stance": 1,
        "claim without a cue": 1,
        "further piece of a cue": 1,
        "grouping of pieces into claims": 1,
        "note": 1,
    }


def test_gendergaptracker_indexes_are_read(tmp_path: Path) -> None:
    record = {
        "title": "T",
        "body": TEXT,
        "quotes": [
            {
                "speaker": "Ana Roe",
                "speaker_index": f"({TEXT.index('Ana')},{TEXT.index('Ana') + 7})",
                "quote": "“When I say so,”",
                "quote_index": "(0,16)",
                "verb": "said",
                "verb_index": f"({TEXT.index('said')}, {TEXT.index('said') + 4})",
                "quote_type": "Heuristic",
            },
            {"speaker": "", "speaker_index": "", "quote": "it", "quote_index": "(999,1000)"},
            {"quote": "it", "quote_index": "no"},
        ],
    }
    (tmp_path / "x.json").write_text(json.dumps(record))
    (document,) = documents_of("gendergaptracker", tmp_path / "x.json", bad=2)
    (one,) = document.annotations
    assert {f.role: TEXT[f.start : f.end] for f in one.fragments} == {
        "content": "“When I say so,”",
        "cue": "said",
        "source": "Ana Roe",
    }


def test_basil_offsets_count_within_the_sentence(tmp_path: Path) -> None:
    article = {
        "title": "T",
        "source": "nyt",
        "date": "2013-05-22",
        "body-paragraphs": [["First one.", "They slammed it 😀."], ["“A farce,” he said."]],
    }
    annotations = {
        "phrase-level-annotations": [
            {
                "id": "p1",
                "start": 5,
                "end": 12,
                "txt": "slammed",
                "bias": "lex",
                "aim": "dir",
                "polarity": "neg",
                "target": "The plan",
                "quote": "no",
            },
            {"id": "p2", "start": 0, "end": 7, "txt": "A farce", "bias": "inf", "quote": "yes"},
            {"id": "p9", "start": 0, "end": 1, "txt": "x", "bias": "lex"},
            {"id": "p0", "start": 0, "end": 1, "txt": "nowhere", "bias": "lex"},
        ]
    }
    (tmp_path / "articles").mkdir()
    (tmp_path / "annotations").mkdir()
    (tmp_path / "articles" / "e_1.json").write_text(json.dumps(article))
    (tmp_path / "annotations" / "e_1_ann.json").write_text(json.dumps(annotations))
    (document,) = documents_of("basil", tmp_path, bad=2)
    text = document.article.text
    assert text == "First one. They slammed it 😀.\n“A farce,” he said."
    slammed, farce = document.annotations
    assert text[slammed.start : slammed.end] == "slammed"
    assert slammed.attributes == {
        "type": "lexical",
        "polarity": "negative",
        "aim": "direct",
        "target": "The plan",
        "owner": "reporter",
    }
    assert text[farce.start : farce.end] == "A farce"
    assert farce.attributes == {"type": "informational", "owner": "source"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("citron", {"text": "abc", "quotes": [{"sources": [{"start": 0, "end": 9}]}]}),
        ("citron", {"text": "abc", "quotes": [{"cue": {"start": 0, "end": 1, "text": "b"}}]}),
        ("german-quotations", {"originalText": "abc", "annotations": [{"cue": {"spans": [{}]}}]}),
        ("basil", {"phrase-level-annotations": []}),
        ("gendergaptracker", {"quotes": []}),
    ],
)
def test_wrong_records_are_named(tmp_path: Path, name: str, content: dict[str, Any]) -> None:
    (tmp_path / "x.json").write_text(json.dumps(content))
    documents_of(name, tmp_path / "x.json", bad=1)


def test_wrong_lines_of_labels_are_named(tmp_path: Path) -> None:
    (tmp_path / "article1.txt").write_text("Some words.")
    (tmp_path / "article1.task2-TC.labels").write_text("1\tDoubt\t0\t4\n1\tDoubt\t0\t99\nx\n")
    (tmp_path / "article2.task2-TC.labels").write_text("2\tDoubt\t0\t4\n")
    (document,) = documents_of("semeval", tmp_path, bad=3)
    (mark,) = document.annotations
    assert mark.attributes == {"technique": "doubt"}


@pytest.mark.parametrize("name", ["german-quotations", "citron", "semeval"])
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(found=stored_documents(layers=("claim", "mark")))
def test_no_offset_is_shifted_and_what_is_missing_was_counted(
    tmp_path_factory: pytest.TempPathFactory, name: str, found: list[Document]
) -> None:
    target = tmp_path_factory.mktemp("corpus") / "out"
    report = written(name, found, target)
    known = {d.article.text: places(d) for d in found}
    back: dict[str, set[tuple[int, int]]] = {}
    if any(p.name != "manifest.json" for p in target.rglob("*") if p.is_file()):
        for item in read_back(name, target):
            assert isinstance(item, Document), item
            back[item.article.text] = places(item)
    for text, spans in back.items():
        assert spans <= known[text]
    if not report.losses:
        assert {t: s for t, s in back.items() if s} == {t: s for t, s in known.items() if s}


def places(document: Document) -> set[tuple[int, int]]:
    return {(f.start, f.end) for a in document.annotations for f in a.fragments}
