"""Sentences and speed on PolNeAR: our rules, the pipeline's parser, its sentence recogniser.

    python -m tests.text.benchmarks.bench_layout [ARTICLES]

Needs `$ANNOTATOR_SHARED` and the extra nlp-model. Each line gives CPU seconds, the ratio to the
bare tokenizer in the same run, and how many cues and sources (which people marked within
sentences) a boundary cuts.
"""

from __future__ import annotations

import re
import sys
import time
from bisect import bisect_right
from collections.abc import Callable, Iterable

import spacy
from spacy.language import Language

from annotator.text.engine import DEFAULT_PIPELINE, load_engine

from ..corpora import Span, corpus, spans, texts

Splitter = Callable[[str], list[int]]
Articles = list[tuple[str, list[Span]]]


def by_paragraph(nlp: Language) -> Splitter:
    """Split each line by itself, as the layout does."""

    def split(text: str) -> list[int]:
        lines = [m for m in re.finditer(r"[^\n]+", text) if not m[0].isspace()]
        docs = nlp.pipe(m[0] for m in lines)
        return [m.start() + s.start_char for m, d in zip(lines, docs, strict=True) for s in d.sents]

    return split


def run(articles: Articles, split: Splitter) -> tuple[float, int, int, int]:
    """CPU seconds, sentences, cues and sources, and how many of those are cut."""
    seconds, sentences, marked, cut = 0.0, 0, 0, 0
    for text, roles in articles:
        begin = time.process_time()
        starts = split(text)
        seconds += time.process_time() - begin
        sentences += len(starts)
        for role, start, end in roles:
            if role in ("Cue", "Source"):
                after = bisect_right(starts, start)
                marked += 1
                cut += after < len(starts) and starts[after] < end
    return seconds, sentences, marked, cut


def bare(text: str, nlp: Language) -> list[int]:
    """The tokenizer alone: the floor."""
    nlp.make_doc(text)
    return [0]


def main(arguments: Iterable[str]) -> None:
    """Print one line for each way."""
    count = int(next(iter(arguments), "250"))
    folder = corpus("polnear/train")
    if folder is None:
        raise SystemExit("no PolNeAR below $ANNOTATOR_SHARED")
    every = list(texts(folder / "text"))
    chosen = every[:: max(1, len(every) // count)][:count]
    articles = [(text, spans(folder / "attributions", stem)) for stem, text in chosen]
    size = sum(len(text) for text, _ in articles)
    print(f"{len(articles)} articles, {size:,} characters")

    whole = spacy.load(DEFAULT_PIPELINE)
    parser = spacy.load(
        DEFAULT_PIPELINE, exclude=["tagger", "attribute_ruler", "lemmatizer", "ner", "senter"]
    )
    senter = spacy.load(DEFAULT_PIPELINE, exclude=[*whole.pipe_names])
    senter.enable_pipe("senter")
    floor_nlp = spacy.load(DEFAULT_PIPELINE, exclude=[*whole.pipe_names, "senter"])
    engine = load_engine(DEFAULT_PIPELINE)
    ways: list[tuple[str, Splitter]] = [
        ("tokenizer alone (floor)", lambda text: bare(text, floor_nlp)),
        ("our layout", lambda text: [s.start for s in engine.layout(text).sentences]),
        ("senter, by paragraph", by_paragraph(senter)),
        ("parser, by paragraph", by_paragraph(parser)),
        ("whole pipeline", lambda text: [s.start_char for s in whole(text).sents]),
    ]  # fmt: skip
    floor = 0.0
    for name, split in ways:
        seconds, sentences, marked, cut = run(articles, split)
        floor = floor or seconds
        print(
            f"{name:24} {seconds:7.2f} s  {seconds / floor:6.2f} x floor"
            f"  {size / seconds / 1e6:5.2f} MB/s  {sentences:6,} sentences"
            f"  {cut:3} of {marked:,} cues and sources cut"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
