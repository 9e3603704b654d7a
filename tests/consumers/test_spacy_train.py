"""spaCy itself reads the exports: `debug data`, and `train` to a falling loss.

Run by hand: python -m pytest tests/consumers (needs only what annotator needs).
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from annotator.domain.exchange import Document
from tests.formats.support import article_of, claim, find, written

NAMES = ("Ana Ruiz", "the board", "one official", "Dr. Lund", "critics", "the mayor")
VERBS = ("said", "claimed", "denied", "insisted", "announced")
WORDS = ("the harbour will close", "prices have risen", "nobody was hurt", "it was a mistake")


def corpus(count: int, seed: int) -> list[Document]:
    """Short made-up news items with a content, a cue and a source each."""
    rng = random.Random(seed)
    out = []
    for number in range(1, count + 1):
        name, verb, words = rng.choice(NAMES), rng.choice(VERBS), rng.choice(WORDS)
        text = f"Item {seed}.{number}. On Monday {name} {verb} that {words} in the town."
        article = article_of(text, number, language="en")
        made = claim(
            article,
            find(text, f"that {words}", "content"),
            find(text, f" {verb} "[1:-1], "cue"),
            find(text, name, "source"),
            attributes={"stance": "neutral"},
        )
        label = claim(article, layer="article", attributes={"slant": rng.choice(("left", "right"))})
        out.append(Document(article, (made, label)))
    return out


def spacy(*arguments: str | Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "spacy", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("component", "options"),
    [("spancat", {}), ("spancat", {"suggester": "span_finder"}), ("ner", {}), ("textcat", {})],
)
def test_spacy_trains_on_an_export(tmp_path: Path, component: str, options: dict[str, str]) -> None:
    written("spacy", corpus(120, 1), tmp_path / "train.spacy", config=component, **options)
    ents = {"ents": "yes"} if component == "ner" else {}
    written("spacy", corpus(40, 2), tmp_path / "dev.spacy", **ents)
    config = tmp_path / "train.spacy.config.cfg"
    paths = (
        *("--paths.train", tmp_path / "train.spacy"),
        *("--paths.dev", tmp_path / "dev.spacy"),
    )
    told = spacy("debug", "data", config, *paths)
    print(told)
    assert "Corpus is loadable" in told
    told = spacy(
        *("train", config, *paths, "--output", tmp_path / "model"),
        *("--training.max_steps", "60", "--training.eval_frequency", "20"),
    )
    print(told)
    rows = [r.split() for r in told.splitlines() if re.match(r"\s*\d+\s+\d+\s+[\d.]+", r)]
    losses = [sum(float(x) for x in row[2:4]) for row in rows]
    # The first row is the loss of one batch, the others of twenty.
    assert len(losses) >= 3
    assert losses[-1] < losses[1]
    assert (tmp_path / "model" / "model-last" / "config.cfg").is_file()
