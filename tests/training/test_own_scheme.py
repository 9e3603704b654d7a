"""A scheme without any default name: every target says what it says, relations too, and trains."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.ids import new_id
from annotator.domain.model import Annotation, ArticleDraft, Fragment
from annotator.project import Project
from tests.training.support import exported, spacy_trained

SCHEME = """
name = "firms"
[[span]]
name = "entity"
[[span]]
name = "happening"
[[attribute]]
name = "category"
layer = "entity"
values = [{ name = "PER", key = "p", guideline = "A person." }, { name = "ORG", key = "o" }]
[[attribute]]
name = "topics"
layer = "entity"
kind = "several"
values = ["sport", "money"]
[[attribute]]
name = "sure"
layer = "entity"
kind = "yes_no"
[[attribute]]
name = "age"
layer = "entity"
kind = "number"
[[attribute]]
name = "sort"
layer = "happening"
values = ["HIRE", "ORG"]
[[attribute]]
name = "tone"
layer = "article"
values = ["glad", "sad"]
[[relation]]
name = "works_for"
key = "w"
from = ["entity.PER"]
to = ["entity.ORG"]
"""
SYLLABLES = ("ka", "lo", "mi", "ne", "ru", "sta", "ve", "zo")


def made_up(rng: random.Random) -> str:
    """A name that no other text has."""
    return "".join(rng.choice(SYLLABLES) for _ in range(4)).capitalize()


def span(
    text: str, n: int, words: str, labels: dict[str, str], layer: str = "entity"
) -> Annotation:
    start = text.index(words)
    place = (Fragment(layer, start, start + len(words)),)
    return Annotation(new_id(), "mark", str(n + 1), "", place, labels)


def relation(n: int, head: str, tail: str) -> Annotation:
    kind = {"type": "works_for"}
    return Annotation(new_id(), "relation", str(n + 1), "", (), kind, head=head, tail=tail)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty short texts: two entities that a relation joins, a happening, a tone."""
    path = tmp_path_factory.mktemp("own") / "own.db"
    rng = random.Random(5)
    with Project.create(path, "anna") as project:
        project.set_scheme(SCHEME)
        found: list[Annotation] = []
        before = ""
        for n in range(60):
            first, last, firm = made_up(rng), made_up(rng), made_up(rng)
            glad = n % 2 == 0
            done, sort = ("hired", "HIRE") if glad else ("fired", "ORG")
            text = (
                f"Reporter {first} {last} was {done} by the company {firm} Ltd, which is"
                f" {'wonderful' if glad else 'terrible'} ({n})."
            )
            project.add(ArticleDraft(text, name=f"a{n}"), pipeline="blank:en")
            topics = "sport|money" if glad else "money"
            person = span(
                text, n, f"{first} {last}", {"category": "PER", "topics": topics, "age": "40"}
            )
            company = span(
                text, n, f"{firm} Ltd", {"category": "ORG", "sure": "yes" if glad else "no"}
            )
            tone = {"tone": "glad" if glad else "sad"}
            found += [person, company, span(text, n, done, {"sort": sort}, "happening")]
            found += [Annotation(new_id(), "article", str(n + 1), "", (), tone)]
            found += [relation(n, person.id, company.id)]
            if n == 12:  # across articles: these two stay together
                found += [relation(n, person.id, before)]
            before = company.id
        project.annotate(found)
    return path


def labels(folder: Path) -> dict[str, Any]:
    told = json.loads((folder / "labels.json").read_text("utf-8"))
    return {q["question"]: list(q["label2id"]) for q in told["questions"]}


def test_spans_have_the_labels_of_their_layers(db: Path, tmp_path: Path) -> None:
    from confection import Config
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    folder = exported(db, tmp_path / "out", "spacy-spancat", finished=False)
    # ORG is a label of both layers, so each says of which it is.
    assert labels(folder)["spans"] == ["PER", "entity.ORG", "HIRE", "happening.ORG"]
    assert labels(folder)["entity"] == ["PER", "ORG"]
    assert labels(folder)["entity.topics"] == ["sport", "money"]
    assert labels(folder)["entity.sure"] == ["yes", "no"]
    docs = [
        d
        for part in ("train", "validation", "test")
        for d in DocBin().from_disk(folder / f"{part}.spacy").get_docs(Vocab())
    ]
    assert len(docs) == 60
    for doc in docs:
        assert len(doc.spans["sc"]) == 3
        assert len(doc.spans["entity"]) == 2
        topics = {s.label_ for s in doc.spans["entity.topics"]}
        assert topics == ({"sport", "money"} if doc.cats["tone:glad"] else {"money"})
    config = Config().from_disk(folder / "questions" / "entity.topics" / "config.cfg")
    assert config["components"]["spancat"]["spans_key"] == "entity.topics"
    weights = {k: v for k, v in config["training"]["score_weights"].items() if v is not None}
    assert sum(weights.values()) == weights["spans_entity.topics_f"] == 1.0
    card = (folder / "README.md").read_text("utf-8")
    assert "- relation annotation: 61" in card
    assert "- attribute age: 60" in card


def test_relations_stand_where_there_is_a_place_for_them(db: Path, tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    folder = exported(db, tmp_path / "out", "hf-span", finished=False)
    rows = {
        part: pq.read_table(folder / "data" / f"{part}.parquet").to_pylist()
        for part in ("train", "validation", "test")
    }
    home = {
        s["annotation"]: part for part, found in rows.items() for row in found for s in row["spans"]
    }
    relations = [(p, r) for p, found in rows.items() for row in found for r in row["relations"]]
    assert len(relations) == 61
    assert {r["type"] for _, r in relations} == {"works_for"}
    for part, relation in relations:
        assert home[relation["head"]] == home[relation["tail"]] == part
    prodigy = exported(db, tmp_path / "prodigy", "prodigy", finished=False)
    tasks = [
        json.loads(line)
        for part in rows
        for line in (prodigy / f"{part}.jsonl").read_text("utf-8").splitlines()
    ]
    told = [r["label"] for task in tasks for r in task["relations"]]
    assert told == ["works_for"] * 60
    assert "- relation" in (prodigy / "README.md").read_text("utf-8")  # that across articles


@pytest.mark.parametrize("name", ["hf-span", "spacy-ner"])
def test_relations_with_an_end_that_is_left_out_are_counted(
    db: Path, tmp_path: Path, name: str
) -> None:
    """Article 13 has a relation to article 12."""
    with Project.open(db, readonly=True) as project:
        chosen = project.select(articles=[n for n in range(1, 61) if n != 12])
        report = project.export_train(tmp_path / "out", name, selection=chosen, finished=False)
    lost = {x.kind: x.count for x in report.losses}
    assert lost["relation whose ends are not both in the file"] == 1


def test_of_several_labels_of_a_span_one_is_a_tag_and_the_others_are_counted(
    db: Path, tmp_path: Path
) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    folder = exported(db, tmp_path / "out", "hf-token", finished=False)
    columns = [
        row["entity_topics_tags"]
        for part in ("train", "validation", "test")
        for row in pq.read_table(folder / "data" / f"{part}.parquet").to_pylist()
    ]
    begun = [x for x in labels(folder)["entity.topics"] if x.startswith("B-")]
    first = {labels(folder)["entity.topics"].index(x) for x in begun}
    tagged = sum(tag in first for column in columns for tag in column)
    assert tagged == 60  # 30 are of "sport|money", 30 of "money"
    told = json.loads((folder / "manifest.json").read_text("utf-8"))["losses"]
    lost = {x["kind"]: x["count"] for x in told}
    assert lost["label that overlaps with another of its question"] == 30


def test_several_labels_of_a_text(db: Path, tmp_path: Path) -> None:
    folder = exported(db, tmp_path / "out", "setfit", finished=False)
    file = folder / "questions" / "entity.topics" / "train.jsonl"
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert {(tuple(r["label"]), tuple(r["label_text"])) for r in rows} == {
        ((1, 1), ("sport", "money")),
        ((0, 1), ("money",)),
    }
    spacy = exported(db, tmp_path / "spacy", "spacy-textcat", finished=False)
    config = (spacy / "questions" / "entity.topics" / "config.cfg").read_text("utf-8")
    assert 'factory = "textcat_multilabel"' in config
    assert 'factory = "textcat"\n' in (spacy / "config.cfg").read_text("utf-8")


@pytest.mark.parametrize("name", ["spacy-textcat", "setfit"])
def test_a_question_of_one_label_is_said_and_breaks_no_trainer(tmp_path: Path, name: str) -> None:
    path = tmp_path / "single.db"
    with Project.create(path, "anna") as project:
        project.set_scheme(
            'name = "s"\n[[attribute]]\nname = "tone"\nlayer = "article"\nvalues = ["calm"]\n'
        )
        for n in range(6):
            project.add(ArticleDraft(f"Text{n} is here.", name=f"a{n}"), pipeline="blank:en")
        tone = {"tone": "calm"}
        project.annotate(
            [Annotation(new_id(), "article", str(n + 1), "", (), tone) for n in range(6)]
        )
    folder = exported(path, tmp_path / "out", name, finished=False)
    assert "article.tone: one label only" in (folder / "README.md").read_text("utf-8")
    if name == "spacy-textcat":
        # spaCy's textcat refuses a single label (E867).
        assert 'factory = "textcat_multilabel"' in (folder / "config.cfg").read_text("utf-8")


@pytest.mark.slow
def test_spacy_learns_the_entities(db: Path, tmp_path: Path) -> None:
    from tests.training.support import spans_found

    folder = exported(db, tmp_path / "out", "spacy-ner", finished=False)
    learned, listed = spans_found(folder, spacy_trained(folder, 60), "", at_least=10)
    print(f"own scheme, ner: F1 {learned:.3f}; a list {listed:.3f}")
    assert learned > listed + 0.2  # no name stands in two texts: a list finds the happenings alone
