"""The fixtures' gold in a project, and what a trainer has to beat."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from annotator.domain.exchange import Document
from annotator.project import Project
from annotator.project.samples import add_samples
from annotator.store import transfer
from tests.fixtures.support import fixtures

Span = tuple[int, int, str]
"""First token, last token (exclusive), label."""


def gold_project(path: Path) -> None:
    """A project of the sample articles with their gold."""
    with Project.create(path) as project:
        add_samples(project, "blank:en")
        uids = {name: uid for uid, _, name, _, _ in project.texts()}
        found = [
            Document(
                project.article(uids[f.name]),
                tuple(replace(a, article="", scheme="") for a in f.annotations),
                f.name,
            )
            for f in fixtures()
        ]
        transfer.import_items(project._store, found, actor="gold", label="gold")


def looked_up(
    train: Iterable[tuple[Sequence[str], Iterable[Span]]], texts: Iterable[Sequence[str]]
) -> list[set[Span]]:
    """What a list of the spans of train finds: their words again, with their most usual label, the
    longest first."""
    known: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for words, spans in train:
        for first, last, label in spans:
            known[tuple(words[first:last])][label] += 1
    longest = max(map(len, known), default=0)
    out = []
    for words in texts:
        found: set[Span] = set()
        at = 0
        while at < len(words):
            for size in range(min(longest, len(words) - at), 0, -1):
                labels = known.get(tuple(words[at : at + size]))
                if labels:
                    found.add((at, at + size, max(sorted(labels), key=lambda x: labels[x])))
                    at += size - 1
                    break
            at += 1
        out.append(found)
    return out


def f1(gold: Iterable[set[Span]], found: Iterable[set[Span]]) -> float:
    """Micro-averaged F1 of exact spans with their labels."""
    hits = given = made = 0
    for a, b in zip(gold, found, strict=True):
        hits, given, made = hits + len(a & b), given + len(a), made + len(b)
    return 2 * hits / (given + made) if given + made else 0.0


def macro_f1(gold: Sequence[str], found: Sequence[str]) -> float:
    """The mean F1 of the labels that stand in the gold."""
    scores = []
    for label in sorted(set(gold)):
        hits = sum(a == b == label for a, b in zip(gold, found, strict=True))
        scores.append(2 * hits / (gold.count(label) + found.count(label)))
    return sum(scores) / len(scores)


def exported(db: Path, out: Path, consumer: str, *, finished: bool = True, **options: str) -> Path:
    with Project.open(db, readonly=True) as project:
        project.export_train(out, consumer, {"agreement": "no", **options}, finished=finished)
    return out


def spacy_trained(folder: Path, steps: int, config: str = "config.cfg") -> Path:
    """Train with the configuration that was exported, from its folder; the last model."""
    model = folder.parent / "model"
    command = [sys.executable, "-m", "spacy", "train", config, "--output", str(model)]
    command += [f"--training.max_steps={steps}", f"--training.eval_frequency={steps}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return model / "model-last"


def spans_found(folder: Path, model: Path, key: str, at_least: int = 50) -> tuple[float, float]:
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
    assert sum(map(len, gold)) >= at_least
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
