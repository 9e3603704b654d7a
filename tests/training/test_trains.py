"""The programs that the exports are made for train on them, from the fixtures' gold.

Each beats on the exported test part what needs no learning: the most frequent label, and a list of
the spans of the train part. All are seeded, and stop after a number of steps, not of seconds.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from annotator.project import Project
from tests.training.support import Span, f1, gold_project, looked_up, macro_f1

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gold") / "gold.db"
    gold_project(path)
    return path


def exported(db: Path, out: Path, consumer: str, **options: str) -> Path:
    with Project.open(db, readonly=True) as project:
        project.export_train(out, consumer, {"agreement": "no", **options})
    return out


def spacy_trained(folder: Path, steps: int, config: str = "config.cfg") -> Path:
    """Train with the configuration that was exported, from its folder; the last model."""
    model = folder.parent / "model"
    command = [sys.executable, "-m", "spacy", "train", config, "--output", str(model)]
    command += [f"--training.max_steps={steps}", f"--training.eval_frequency={steps}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return model / "model-last"


def spans_found(folder: Path, model: Path, key: str) -> tuple[float, float]:
    """F1 on the test part: of the model, and of a list of the spans of the train part."""
    import spacy
    from spacy.tokens import Doc, DocBin

    nlp = spacy.load(model)

    def docs(part: str) -> list[Doc]:
        return list(DocBin().from_disk(folder / f"{part}.spacy").get_docs(nlp.vocab))

    def spans(doc: Doc) -> set[Span]:
        found = doc.spans.get(key, ()) if key else doc.ents
        return {(s.start, s.end, s.label_) for s in found}

    train, test = docs("train"), docs("test")
    gold = [spans(d) for d in test]
    assert sum(map(len, gold)) > 50
    # As when it was trained, the model reads the text; its spans are looked at in the file's words.
    learned = []
    for doc in test:
        read = nlp(doc.text)
        found = set()
        for s in read.spans.get(key, ()) if key else read.ents:
            same = doc.char_span(s.start_char, s.end_char)
            found.add((same.start, same.end, s.label_) if same else (-1, s.start_char, s.label_))
        learned.append(found)
    listed = looked_up(
        (([t.text for t in d], spans(d)) for d in train), ([t.text for t in d] for d in test)
    )
    return f1(gold, learned), f1(gold, listed)


def test_spacy_learns_entities(db: Path, tmp_path: Path) -> None:
    folder = exported(db, tmp_path / "out", "spacy-ner")
    learned, listed = spans_found(folder, spacy_trained(folder, 300), "")
    print(f"ner: F1 {learned:.3f}; a list {listed:.3f}; nothing 0")
    assert learned > listed > 0


def test_spacy_learns_span_categories(db: Path, tmp_path: Path) -> None:
    folder = exported(db, tmp_path / "out", "spacy-spancat")
    learned, listed = spans_found(folder, spacy_trained(folder, 80), "sc")
    print(f"spancat: F1 {learned:.3f}; a list {listed:.3f}; nothing 0")
    assert learned > listed > 0


def test_spacy_learns_labels_of_texts(db: Path, tmp_path: Path) -> None:
    import spacy
    from spacy.tokens import DocBin

    folder = exported(db, tmp_path / "out", "spacy-textcat")
    nlp = spacy.load(spacy_trained(folder, 400))

    def labelled(part: str) -> list[tuple[str, str]]:
        docs = DocBin().from_disk(folder / f"{part}.spacy").get_docs(nlp.vocab)
        return [(d.text, max(d.cats, key=lambda x: d.cats[x])) for d in docs]

    ((usual, _),) = Counter(label for _, label in labelled("train")).most_common(1)
    gold = [label for _, label in labelled("test")]
    cats = [nlp(text).cats for text, _ in labelled("test")]
    found = [max(c, key=lambda x: c[x]) for c in cats]
    learned, trivial = macro_f1(gold, found), macro_f1(gold, [usual] * len(gold))
    right = sum(a == b for a, b in zip(gold, found, strict=True)) / len(gold)
    print(
        f"textcat: macro F1 {learned:.3f}, accuracy {right:.3f}; {usual} {trivial:.3f},"
        f" {gold.count(usual) / len(gold):.3f}; n {len(gold)}"
    )
    assert learned > trivial
    assert right > gold.count(usual) / len(gold)
