"""A database of many readings, as a project would have it: articles, claims, journal.

    python -m tests.benchmarks.agreement.corpus FILE [--articles 1000] [--claims 30]

Articles have two sentences for each claim; every tenth claim is nested in the one before, whose
content it shares in part, so that annotators have several claims in one place. Annotators miss a
tenth of the claims, move every third boundary by a few words, and give another label in one of
seven. Articles differ in how hard they are, so that resampling them shows it.
"""

from __future__ import annotations

import argparse
import time
from array import array
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from annotator.domain.exchange import Document
from annotator.domain.model import Annotation, ArticleDraft, Fragment, Layout, Paragraph, Sentence
from annotator.domain.scheme import Scheme
from annotator.store import Store
from annotator.store.importing import import_items

ARTICLE = Path(__file__).parents[3] / "fixtures" / "articles" / "01-harbour-bridge.txt"
"""Whose words the texts are made of."""
SENTENCE = 20
"""Words of a sentence."""


def layout_of(draft: ArticleDraft) -> Layout:
    """Sentences and tokens of such a text: lines of words, so that no language model is needed."""
    paragraphs, sentences = [], []
    starts, ends = array("I"), array("I")
    at = 0
    for number, line in enumerate(draft.text.split("\n")):
        paragraphs.append(Paragraph(at, at + len(line)))
        sentences.append(Sentence(at, at + len(line), number))
        for word in line.split(" "):
            starts.append(at)
            at += len(word)
            ends.append(at)
            at += 1
    return Layout(paragraphs, sentences, starts, ends, "benchmark 1")


def documents(annotators: int, articles: int, claims: int, scheme: Scheme) -> Iterator[Document]:
    """Articles with the claims of all annotators."""
    rng = np.random.default_rng(7)
    known = sorted({word for word in ARTICLE.read_text(encoding="utf-8").split() if word.isalpha()})
    labels = {
        a.name: [v.name for v in a.values]
        for a in scheme.of_layer("claim")
        if a.name in ("source_type", "stance", "form")
    }
    for number in range(articles):
        words = rng.choice(known, (2 * claims, SENTENCE))
        words[0, 0] = f"article{number}"
        draft = ArticleDraft("\n".join(" ".join(line) for line in words), f"article-{number}")
        layout = layout_of(draft)
        tokens = np.array([layout.token_starts, layout.token_ends], dtype=np.int64)
        hard = rng.uniform(0.3, 1.7)
        true = {name: rng.integers(0, len(v), claims) for name, v in labels.items()}
        found: list[Annotation] = []
        for who in range(annotators):
            kept = rng.random(claims) >= 0.1 * hard
            moved = np.where(
                rng.random((claims, 2)) < 0.33 * hard, rng.integers(-3, 4, (claims, 2)), 0
            )
            first = np.arange(claims) * 2 * SENTENCE + 6 + moved[:, 0]
            last = np.arange(claims) * 2 * SENTENCE + 17 + np.minimum(moved[:, 1], 2)
            said = {
                name: np.where(rng.random(claims) < 0.15 * hard, rng.integers(0, len(v), claims),
                               true[name])
                for name, v in labels.items()
            }  # fmt: skip
            for claim in np.flatnonzero(kept).tolist():
                inner = claim % 10 == 9
                begin = claim * 2 * SENTENCE
                if inner:
                    begin -= 2 * SENTENCE - 7
                    first[claim], last[claim] = begin + 3 + moved[claim, 0] % 3, last[claim - 1]
                pieces = (
                    ("content", first[claim], last[claim]),
                    ("source", begin, begin + 1 + int(rng.random() < 0.7)),
                    ("cue", begin + 2, begin + 3),
                )
                found.append(
                    Annotation(
                        f"{number}-{who}-{claim}",
                        "claim",
                        "",
                        f"annotator-{who + 1:02d}",
                        tuple(
                            Fragment(role, int(tokens[0, a]), int(tokens[1, b]))
                            for role, a, b in pieces
                        ),
                        {name: labels[name][int(chosen[claim])] for name, chosen in said.items()},
                        f"{number}-{who}-{claim - 1}" if inner and kept[claim - 1] else None,
                    )
                )
        yield Document(draft, tuple(found), f"article {number}")


def make(path: Path, annotators: int = 20, articles: int = 1000, claims: int = 30) -> None:
    """Write the database; a file that is there is kept."""
    if path.exists():
        return
    start = time.perf_counter()
    with Store.create(path) as store:
        made = documents(annotators, articles, claims, store.scheme())
        result = import_items(store, made, actor="benchmark", layout=layout_of)
    print(f"{path}: {result.annotations} claims in {time.perf_counter() - start:.0f} s, "
          f"{path.stat().st_size / 1e6:.0f} MB")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--annotators", type=int, default=20)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--claims", type=int, default=30)
    chosen = parser.parse_args()
    make(chosen.file, chosen.annotators, chosen.articles, chosen.claims)


if __name__ == "__main__":
    main()
