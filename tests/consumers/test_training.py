"""spaCy's `ner` and `spancat` train on the exported default of the fixtures' gold: minutes.

python -m pytest tests/consumers/test_training.py, or `make trainings`. Each beats on the exported
test part a list of the spans of the train part, which finds their words again; finding nothing has
an F1 of 0. Both are seeded, and stop after a number of steps, not of seconds.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.training.support import Span, exported, f1, gold_project, looked_up, spacy_trained


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gold") / "gold.db"
    gold_project(path)
    return path


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
    learned, listed = spans_found(folder, spacy_trained(folder, 450), "")
    print(f"ner: F1 {learned:.3f}; a list {listed:.3f}; nothing 0")
    assert learned > listed > 0


def test_spacy_learns_span_categories(db: Path, tmp_path: Path) -> None:
    folder = exported(db, tmp_path / "out", "spacy-spancat")
    learned, listed = spans_found(folder, spacy_trained(folder, 240), "sc")
    print(f"spancat: F1 {learned:.3f}; a list {listed:.3f}; nothing 0")
    assert learned > listed > 0
