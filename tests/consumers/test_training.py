"""spaCy's `ner` and `spancat` train on the exported default of the fixtures' gold: minutes.

python -m pytest tests/consumers/test_training.py, or `make trainings`. Each beats on the exported
test part a list of the spans of the train part, which finds their words again; finding nothing has
an F1 of 0. Both are seeded, and stop after a number of steps, not of seconds.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.training.support import exported, gold_project, spacy_trained, spans_found


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gold") / "gold.db"
    gold_project(path)
    return path


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
