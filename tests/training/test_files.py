"""What went in stands in the files, or is counted; own schemes without any default name."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.domain.exchange import Dataset, Document
from annotator.domain.model import Annotation
from annotator.domain.scheme import Scheme
from annotator.formats.training.card import CardFacts
from annotator.formats.training.exporting import TrainingReport, export
from annotator.formats.training.questions import SchemeQuestions
from annotator.formats.training.readings import PARTS
from annotator.formats.training.survey import survey
from annotator.formats.training.targets import TARGETS, target
from tests.fixtures.support import scheme as default_scheme
from tests.formats.support import annotations_of, article_of, claim, find, texts

NAMES = tuple(t.name for t in TARGETS)


def written(
    documents: list[Document],
    folder: Path,
    name: str,
    scheme: Scheme | None = None,
    parts: dict[str, str] | None = None,
) -> TrainingReport:
    questions = SchemeQuestions(scheme or default_scheme())
    found = survey(documents, questions)
    of = {d.stored.uid: PARTS[i % 3] for i, d in enumerate(documents)}
    facts = CardFacts("p", "s", ("by hand",), ())
    return export(
        target(name), folder, lambda: documents, Dataset(), questions, found, parts or of, facts,
        force=True,
    )  # fmt: skip


@st.composite
def several(draw: st.DrawFn) -> list[Document]:
    found: dict[str, Document] = {}
    for number, text in enumerate(draw(st.lists(texts, min_size=1, max_size=4, unique=True)), 1):
        article = article_of(text, number)
        found[article.uid] = Document(article, tuple(draw(annotations_of(article))))
    return list(found.values())


def pieces_of(documents: list[Document]) -> Counter[str]:
    """Pieces of the annotations whose words are more than white space, by role."""
    return Counter(
        f.role if a.layer == "claim" else "mark"
        for d in documents
        for a in d.annotations
        if a.layer in ("claim", "mark") and a.annotator in readers(d)
        for f in a.fragments
        if d.stored.text[f.start : f.end].strip()
    )


def counted(report: TrainingReport, kind: str) -> int:
    return sum(loss.count for loss in report.losses if loss.kind.startswith(kind))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents=several())
def test_every_piece_is_a_span_of_its_group_or_counted(
    tmp_path_factory: pytest.TempPathFactory, documents: list[Document]
) -> None:
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    folder = tmp_path_factory.mktemp("t") / "out"
    report = written(documents, folder, "spacy-spancat")
    docs = [
        doc
        for part in PARTS
        for doc in DocBin().from_disk(folder / f"{part}.spacy").get_docs(Vocab())
    ]
    spans = sum(len(doc.spans["sc"]) for doc in docs)
    lost = counted(report, "span of several annotations") + counted(
        report, "span that cuts a token, left"
    )
    assert spans + lost == pieces_of(documents).total()
    assert spans == sum(sum(part.values()) for part in report.labels["spans"].values())
    texts_in = sorted(d.stored.text for d in documents for _ in readers(d))
    assert sorted(doc.text for doc in docs) == texts_in


def readers(document: Document) -> list[str]:
    people = {a.annotator for a in document.annotations}
    gold = {a.annotator for a in document.annotations if a.provenance == "adjudicated"}
    return sorted(gold or people) or [""]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents=several())
def test_every_span_and_label_stands_in_the_parquet(
    tmp_path_factory: pytest.TempPathFactory, documents: list[Document]
) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    folder = tmp_path_factory.mktemp("t") / "out"
    report = written(documents, folder, "hf-span")
    rows: list[dict[str, Any]] = [
        row
        for part in PARTS
        for row in pq.read_table(folder / "data" / f"{part}.parquet").to_pylist()
    ]
    spans = [(row["text"], s) for row in rows for s in row["spans"]]
    for text, s in spans:
        assert text[s["start"] : s["end"]] == s["text"]
    taken = [a for d in documents for a in d.annotations if a.annotator in readers(d)]
    assert Counter(s["annotation"] for _, s in spans) == Counter(
        a.id for a in taken if a.layer in ("claim", "mark") for _ in a.fragments
    )
    labels = Counter(
        (s["annotation"], p["name"], p["value"]) for _, s in spans for p in s["attributes"]
    )
    for a in taken:
        if a.layer in ("claim", "mark") and a.fragments:
            for name, value in a.attributes.items():
                assert labels[a.id, name, value] == len(a.fragments)
    notes = sum(bool(a.note) for a in taken)
    assert counted(report, "note") == notes


@pytest.mark.parametrize("name", NAMES)
def test_the_same_input_gives_the_same_bytes(tmp_path: Path, name: str) -> None:
    folder, documents = tmp_path, labelled(6)
    for out in ("a", "b"):
        written(documents, folder / out, name)
    files = sorted(p.relative_to(folder / "a") for p in (folder / "a").rglob("*") if p.is_file())
    assert {"README.md", "labels.json", "manifest.json"} <= {str(f) for f in files}
    for file in files:
        assert (folder / "a" / file).read_bytes() == (folder / "b" / file).read_bytes(), file


def labelled(count: int) -> list[Document]:
    """Articles with a claim, a mark and labels of sentence and article each."""
    out = []
    for n in range(count):
        text = f"“Item {n} is late,” said Ana Roe. It was a scandal number {n}."
        article = article_of(text, n + 1)
        sentence = article.layout.sentences[0]
        made: list[Annotation] = [
            claim(
                article,
                find(text, f"“Item {n} is late,”", "content"),
                find(text, "said", "cue"),
                find(text, "Ana Roe", "source"),
                attributes={"stance": ("favor", "against")[n % 2], "target": "it"},
            ),
            claim(
                article, find(text, "scandal", "span"), layer="mark",
                attributes={"type": "lexical"},
            ),
            claim(
                article, ("span", sentence.start, sentence.end), layer="sentence",
                attributes={"biased": ("yes", "no")[n % 2]},
            ),
            claim(article, layer="article", attributes={"slant": "left"}),
        ]  # fmt: skip
        out.append(Document(article, tuple(made)))
    return out


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("spacy-ner", {"spans", "content", "cue", "source", "mark", "claim.stance"}),
        ("spacy-spancat", {"spans", "content", "claim.stance", "sentence.biased"}),
        ("spacy-textcat", {"claim.stance", "mark", "sentence.biased", "article.slant"}),
        ("hf-token", {"spans", "content", "cue", "source", "mark", "claim.stance"}),
        ("hf-span", {"spans", "claim.stance", "sentence.biased", "article.slant"}),
        ("setfit", {"claim.stance", "mark", "sentence.biased", "article.slant"}),
        ("prodigy", {"spans", "sentence.biased", "article.slant"}),
    ],
)
def test_every_label_has_its_place(tmp_path: Path, name: str, asked: set[str]) -> None:
    report = written(labelled(6), tmp_path / "out", name)
    assert asked <= report.labels.keys()
    told = json.loads((tmp_path / "out" / "labels.json").read_text("utf-8"))
    assert {q["question"] for q in told["questions"]} == set(report.labels)
    for question in told["questions"]:
        assert {v: int(k) for k, v in question["id2label"].items()} == question["label2id"]
    card = (tmp_path / "out" / "README.md").read_text("utf-8")
    assert "To be filled in by whoever gives this data on" in card
    for question in report.labels:
        assert f"### {question}\n" in card


def test_what_a_trainer_stumbles_over_is_said(tmp_path: Path) -> None:
    documents = labelled(4)
    parts = {
        d.stored.uid: ("train", "train", "validation", "validation")[i]
        for i, d in enumerate(documents)
    }
    one_sided = [
        Document(
            d.article, tuple(a for a in d.annotations if a.attributes.get("stance") != "against")
        )
        if parts[d.stored.uid] == "train"
        else d
        for d in documents
    ]
    report = written(one_sided, tmp_path / "out", "setfit", parts=parts)
    assert "nothing in test: no article is in that part" in report.warnings
    assert "claim.stance: no example in train of against" in report.warnings
    assert "claim.stance: no example of neutral, unclear" in report.warnings
    card = (tmp_path / "out" / "README.md").read_text("utf-8")
    assert all(warning in card for warning in report.warnings)


def test_odd_labels_break_no_table_and_are_said_to_be_outside_the_scheme(tmp_path: Path) -> None:
    documents = labelled(3)
    odd = "x=y |`\x1b[31m\nz"
    documents = [
        Document(
            d.article,
            tuple(a.with_attribute("type", odd) if a.layer == "mark" else a for a in d.annotations),
        )
        for d in documents
    ]
    for name in NAMES:
        report = written(documents, tmp_path / name, name)
        outside = [w for w in report.warnings if "not in the scheme in force" in w]
        assert outside, name
        assert all(odd in w for w in outside)
        card = (tmp_path / name / "README.md").read_text("utf-8")
        assert "\x1b" not in card
        assert "| `x=y \\|`␛[31m␊z` | 1 | 1 | 1 |\n" in card


def test_a_role_of_any_characters_is_a_question_with_a_plain_name(tmp_path: Path) -> None:
    from confection import Config

    odd = "a=b: c\n]"
    documents = [
        Document(
            d.article,
            tuple(
                replace(
                    a,
                    fragments=tuple(f._replace(role=odd) for f in a.fragments if f.role == "cue")
                    + tuple(f for f in a.fragments if f.role != "cue"),
                )
                for a in d.annotations
            ),
        )
        for d in labelled(3)
    ]
    for name in NAMES:
        report = written(documents, tmp_path / name, name)
        assert "a_b_c" in report.labels or name in ("spacy-textcat", "setfit", "prodigy")
        for config in (tmp_path / name).rglob("*.cfg"):
            assert Config().from_disk(config)["nlp"]["lang"] == "en"
    told = json.loads((tmp_path / "spacy-spancat" / "labels.json").read_text("utf-8"))
    assert [list(q["label2id"]) for q in told["questions"] if q["question"] == "a_b_c"] == [[odd]]


def test_setfit_rows_are_texts_with_numbers_of_the_label_map(tmp_path: Path) -> None:
    written(labelled(6), tmp_path / "out", "setfit")
    told = json.loads((tmp_path / "out" / "labels.json").read_text("utf-8"))
    (first,) = [q for q in told["questions"] if q["question"] == "claim.stance"]
    file = tmp_path / "out" / "questions" / "claim.stance" / "train.jsonl"
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [r["text"] for r in rows] == [
        "“Item 0 is late,” said Ana Roe",
        "“Item 3 is late,” said Ana Roe",
    ]
    for row in rows:
        assert first["id2label"][str(row["label"])] == row["label_text"]
