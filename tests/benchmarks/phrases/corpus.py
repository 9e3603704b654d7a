"""A corpus of any size with known near-copies: real sentences, planted edits, Markov filler."""

from __future__ import annotations

import csv
import json
import os
import random
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from annotator.text.paragraphs import paragraphs
from annotator.text.sentences import sentence_starts

ROOT = Path(__file__).resolve().parents[3]


def shared() -> Path:
    """The folder of other people's corpora; ends the program with the reason when it is absent."""
    found = Path(os.environ.get("ANNOTATOR_SHARED", ROOT.parent / "shared")) / "corpora"
    if not found.is_dir():
        sys.exit("skipped: no corpora; set ANNOTATOR_SHARED to the shared folder")
    return found


def split(text: str) -> Iterator[str]:
    """The sentences of a text."""
    for p in paragraphs(text):
        cuts = [p.start, *sentence_starts(text, p.start, p.end), p.end]
        for start, end in pairwise(cuts):
            sentence = text[start:end].strip()
            if 15 <= len(sentence) <= 600:
                yield sentence


def real_sentences() -> list[str]:
    """Distinct sentences of every corpus that is here, in a fixed order."""
    folder = shared()
    out: dict[str, None] = {}
    for pattern in ("polnear/*/text/*/*.txt", "polnear/*/text/*.txt", "ptc/train-articles/*.txt"):
        for file in sorted(folder.glob(pattern)):
            out.update(dict.fromkeys(split(file.read_text("utf-8"))))
    for file in sorted(folder.glob("german_wikinews/dev/*.json")):
        text = json.loads(file.read_text("utf-8")).get("Text", "")
        out.update(dict.fromkeys(split(text if isinstance(text, str) else "")))
    ratings = folder / "babe" / "ratings_sg2.csv"
    if ratings.exists():
        with ratings.open(encoding="utf-8", newline="") as stream:
            out.update(dict.fromkeys(row["sentence"] for row in csv.DictReader(stream)))
    return list(out)


class Filler:
    """Sentences that were never written: a Markov chain of orders 1 and 2, mixed."""

    def __init__(self, sentences: list[str]) -> None:
        self.one: dict[str, list[str]] = {}
        self.two: dict[tuple[str, str], list[str]] = {}
        for sentence in sentences:
            tokens = ["", "", *sentence.split(), "\n"]
            for a, b, c in zip(tokens, tokens[1:], tokens[2:], strict=False):
                self.one.setdefault(b, []).append(c)
                self.two.setdefault((a, b), []).append(c)

    def sentence(self, rng: random.Random) -> str:
        """One sentence of 4 to 60 words."""
        draw = rng.random
        while True:
            a, b = "", ""
            out: list[str] = []
            while len(out) < 60:
                options = self.two[a, b] if draw() < 0.5 else self.one[b]
                word = options[int(draw() * len(options))]
                if word == "\n":
                    break
                out.append(word)
                a, b = b, word
                if (a, b) not in self.two:
                    break
            if len(out) >= 4:
                return " ".join(out)


def _positions(rng: random.Random, n: int, most: int) -> list[int]:
    return sorted(rng.sample(range(n), min(n, rng.randint(1, most))), reverse=True)


def _typo(rng: random.Random, word: str) -> str:
    if len(word) < 3:
        return word
    i = rng.randrange(len(word) - 1)
    kind = rng.randrange(3)
    if kind == 0:
        return word[:i] + word[i + 1] + word[i] + word[i + 2 :]
    return word[:i] + word[i + 1 :] if kind == 1 else word[:i] + word[i] + word[i:]


class Editor:
    """Makes near-copies of sentences, of the kinds that newsrooms make."""

    def __init__(self, vocabulary: list[str], rng: random.Random) -> None:
        self.vocabulary, self.rng = vocabulary, rng
        self.kinds: dict[str, Callable[[list[str]], list[str]]] = {
            "substituted": lambda w: self._words(w, "s", 5),
            "inserted": lambda w: self._words(w, "i", 5),
            "deleted": lambda w: self._words(w, "d", 5),
            "mixed": lambda w: self._words(w, "sid", 4),
            "parenthesis": self._parenthesis,
            "punctuation": lambda w: [re.sub(r"[,;:]$", "", x) for x in w],
            "quotes": lambda w: [x.replace('"', "”").replace("'", "’") for x in ["“", *w]],
            "case": lambda w: [x.upper() if rng.random() < 0.3 else x for x in w],
            "typos": self._typos,
            "moved": self._moved,
            "attributed": lambda w: [*w, "he", "said", "on", "Monday."],
            "truncated": lambda w: w[: max(4, len(w) - rng.randint(1, 5))],
        }

    def edit(self, sentence: str) -> tuple[str, str]:
        """The kind of the edit, and the edited sentence."""
        kind = self.rng.choice(list(self.kinds))
        return kind, " ".join(self.kinds[kind](sentence.split()))

    def slight(self, words: list[str]) -> list[str]:
        """Zero to two words changed."""
        return self._words(words, "sid", 2) if self.rng.random() < 0.67 else words

    def _words(self, words: list[str], kinds: str, most: int) -> list[str]:
        out = list(words)
        for i in _positions(self.rng, len(out), most):
            kind = self.rng.choice(kinds)
            if kind == "d":
                del out[i]
            else:
                out[i : i + (kind == "s")] = [self.rng.choice(self.vocabulary)]
        return out

    def _parenthesis(self, words: list[str]) -> list[str]:
        i = self.rng.randint(1, len(words))
        letters = "".join(self.rng.choice("ABCDEFGHIKLMNOPRSTUW") for _ in range(3))
        return [*words[:i], f"({letters})", *words[i:]]

    def _typos(self, words: list[str]) -> list[str]:
        out = list(words)
        for i in _positions(self.rng, len(out), 5):
            out[i] = _typo(self.rng, out[i])
        return out

    def _moved(self, words: list[str]) -> list[str]:
        size = self.rng.randint(1, max(1, len(words) // 6))
        return [*words[size:], *words[:size]]


@dataclass
class Planted:
    """A corpus and what was planted in it."""

    sentences: list[str]
    near: list[tuple[str, str, str]] = field(default_factory=list)
    """Seed, its variant, kind of edit."""
    phrases: list[str] = field(default_factory=list)
    """Short spans that stand, as they are or slightly changed, in several carriers."""


def build(size: int, seed: int = 1, share_real: float = 0.5) -> Planted:
    """A corpus of `size` sentences in random order.

    17 in 1,000 sentences are seeds of one to five variants, a few of them of forty; 1.5 in 1,000
    (never fewer than 60) are phrases of 4 to 15 words, planted in six carriers each.
    """
    rng = random.Random(seed)
    real = real_sentences()
    filler = Filler(real)
    editor = Editor([w for s in real[:5000] for w in s.split() if w.isalpha()], rng)
    chosen = rng.sample(real, min(len(real), int(size * share_real)))
    long_enough = [s for s in chosen if len(s.split()) >= 8]
    out = Planted(list(chosen))
    seeds = rng.sample(long_enough, min(len(long_enough), size * 17 // 1000))
    while len(seeds) < size * 17 // 1000:
        made = filler.sentence(rng)
        if len(made.split()) >= 8:
            seeds.append(made)
            out.sentences.append(made)
    for i, sentence in enumerate(seeds):
        copies = 40 if i < max(1, size * 15 // 100_000) else rng.randint(1, 5)
        for _ in range(copies):
            kind, variant = editor.edit(sentence)
            out.sentences.append(variant)
            out.near.append((sentence, variant, kind))
    for _ in range(max(60, size * 15 // 10_000)):
        words = rng.choice(long_enough).split()
        length = min(rng.randint(4, 15), len(words))
        at = rng.randint(0, len(words) - length)
        span = words[at : at + length]
        out.phrases.append(" ".join(span))
        for _ in range(6):
            carrier = filler.sentence(rng).split()
            cut = rng.randint(0, len(carrier))
            out.sentences.append(" ".join([*carrier[:cut], *editor.slight(span), *carrier[cut:]]))
    while len(out.sentences) < size:
        out.sentences.append(filler.sentence(rng))
    rng.shuffle(out.sentences)
    return out
