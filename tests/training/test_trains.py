"""What exports for training are made for trains on them, from the fixtures' gold.

Each beats on the exported test part what needs no learning. All are seeded, and stop after a number
of steps, not of seconds. `ner` and `spancat` take minutes: `make trainings` (tests/consumers).
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.training.support import exported, gold_project, macro_f1, spacy_trained

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gold") / "gold.db"
    gold_project(path)
    return path


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


def tokens(folder: Path, part: str) -> list[dict[str, Any]]:
    """The rows of a part, with the names of their tags."""
    import json

    import pyarrow.parquet as pq

    table = pq.read_table(folder / "data" / f"{part}.parquet")
    told = json.loads(table.schema.metadata[b"huggingface"])
    names = told["info"]["features"]["ner_tags"]["feature"]["names"]
    return [
        {"tokens": row["tokens"], "tags": [names[i] for i in row["ner_tags"]]}
        for row in table.to_pylist()
    ]


def features(words: list[str], i: int) -> list[str]:
    """What a token looks like, with its neighbours."""
    out = []
    for at in (-2, -1, 0, 1, 2):
        word = words[i + at] if 0 <= i + at < len(words) else "|"
        out += [f"{at}={word.lower()}", f"{at}~{word[-3:].lower()}"]
        out += [f"{at}{'U' if word[:1].isupper() else 'l'}{word[:1]}"]
    return [*out, *(f"{a}+{b}" for a, b in zip(out[3:9:3], out[6:12:3], strict=True))]


def perceptron(train: list[dict[str, Any]], rounds: int) -> dict[str, dict[str, float]]:
    """An averaged perceptron for one token at a time: feature -> tag -> weight."""
    import random

    tags = sorted({tag for row in train for tag in row["tags"]})
    weights: dict[str, dict[str, float]] = {}
    sums: dict[str, dict[str, float]] = {}
    examples = [
        (features(row["tokens"], i), tag) for row in train for i, tag in enumerate(row["tags"])
    ]
    at = 0
    for seed in range(rounds):
        random.Random(seed).shuffle(examples)
        for found, tag in examples:
            at += 1
            guess = best(weights, found, tags)
            if guess != tag:
                for name in found:
                    for label, step in ((tag, 1.0), (guess, -1.0)):
                        known = weights.setdefault(name, {})
                        known[label] = known.get(label, 0.0) + step
                        summed = sums.setdefault(name, {})
                        summed[label] = summed.get(label, 0.0) + step * at
    return {
        name: {tag: w - sums[name][tag] / (at + 1) for tag, w in known.items()}
        for name, known in weights.items()
    }


def best(weights: dict[str, dict[str, float]], found: list[str], tags: list[str]) -> str:
    scores = dict.fromkeys(tags, 0.0)
    for name in found:
        for tag, weight in weights.get(name, {}).items():
            scores[tag] += weight
    return max(tags, key=lambda tag: scores[tag])


def test_a_token_classifier_learns_from_the_hugging_face_file(db: Path, tmp_path: Path) -> None:
    folder = exported(db, tmp_path / "out", "hf-token")
    train, test = tokens(folder, "train"), tokens(folder, "test")
    weights = perceptron(train, 6)
    tags = sorted({tag for row in train for tag in row["tags"]})
    gold = [tag for row in test for tag in row["tags"]]
    found = [
        best(weights, features(row["tokens"], i), tags)
        for row in test
        for i in range(len(row["tokens"]))
    ]
    by_word: dict[str, Counter[str]] = {}
    for row in train:
        for word, tag in zip(row["tokens"], row["tags"], strict=True):
            by_word.setdefault(word, Counter())[tag] += 1
    ((usual, _),) = Counter(tag for row in train for tag in row["tags"]).most_common(1)
    listed = [
        by_word[word].most_common(1)[0][0] if word in by_word else usual
        for row in test
        for word in row["tokens"]
    ]
    scores = {
        "learned": macro_f1(gold, found),
        "each word's usual tag": macro_f1(gold, listed),
        "the usual tag": macro_f1(gold, [usual] * len(gold)),
    }
    right = {
        name: sum(a == b for a, b in zip(gold, made, strict=True)) / len(gold)
        for name, made in (("learned", found), ("listed", listed), ("usual", [usual] * len(gold)))
    }
    print(f"hf-token: macro F1 {scores}; accuracy {right}; n {len(gold)} tokens")
    assert scores["learned"] > scores["each word's usual tag"] > scores["the usual tag"]
    assert right["learned"] > max(right["listed"], right["usual"])
