"""The layout of real articles, checked against what people marked in them."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter

import pytest

from annotator.domain.model import Layout
from annotator.text.engine import load_engine
from annotator.text.metadata import find_metadata

from .corpora import corpus, spans, texts

SEEDS = corpus("seeds")
POLNEAR = corpus("polnear/train")

needs_seeds = pytest.mark.skipif(SEEDS is None, reason="no corpora/seeds below $ANNOTATOR_SHARED")
needs_polnear = pytest.mark.skipif(POLNEAR is None, reason="no PolNeAR below $ANNOTATOR_SHARED")


def of_kind(layout: Layout, kind: str) -> list[int]:
    """The paragraphs that hold a sentence of a kind."""
    return [s.paragraph for s in layout.sentences if s.kind == kind]


@needs_seeds
def test_the_two_seed_articles() -> None:
    assert SEEDS is not None
    engine = load_engine()
    first, second = (text for _, text in texts(SEEDS))

    layout = engine.layout(first)
    assert (len(layout.paragraphs), len(layout.sentences)) == (29, 41)
    assert of_kind(layout, "heading") == [0, 12, 20]
    assert of_kind(layout, "byline") == [1, 2]
    assert of_kind(layout, "footer") == [28]
    assert Counter(s.kind for s in layout.sentences)["body"] == 35
    # The quotation over two paragraphs: three sentences ("No. 1" holds together), then two.
    assert [s.paragraph for s in layout.sentences].count(17) == 3
    assert [s.paragraph for s in layout.sentences].count(18) == 2

    layout = engine.layout(second)
    assert (len(layout.paragraphs), len(layout.sentences)) == (40, 48)
    assert of_kind(layout, "heading") == [0, 13, 30]
    assert of_kind(layout, "byline") == [1]
    assert of_kind(layout, "caption") == of_kind(layout, "credit") == [3, 19, 23, 38]
    assert Counter(s.kind for s in layout.sentences)["body"] == 36
    assert layout.sentences[-1].kind == "body"  # it breaks off in the middle of a sentence

    found = find_metadata(first)
    assert (found.published, found.outlet) == ("2017-11-09", "The Epoch Times")
    assert find_metadata(second).outlet == "The Epoch Times"
    for text in (first, second):
        assert text.startswith(find_metadata(text).title)
        assert f"y {find_metadata(text).byline}" in text


@needs_polnear
def test_no_sentence_boundary_cuts_a_cue_or_a_source() -> None:
    """People marked cues and sources within sentences; a boundary inside one is a mistake."""
    assert POLNEAR is not None
    engine = load_engine("blank:en")
    marked, edges = 0, Counter[bool]()
    for i, (stem, text) in enumerate(texts(POLNEAR / "text")):
        if i % 10:
            continue
        layout = engine.layout(text)
        begins = [s.start for s in layout.sentences]
        starts, ends = set(layout.token_starts), set(layout.token_ends)
        for role, start, end in spans(POLNEAR / "attributions", stem):
            if role in ("Cue", "Source"):
                marked += 1
                after = bisect_right(begins, start)
                assert after == len(begins) or begins[after] >= end, (stem, text[start:end])
            edges[start in starts] += 1
            edges[end in ends] += 1
    assert marked > 3000
    assert edges[True] / edges.total() > 0.995


@needs_polnear
def test_hardly_any_sentence_with_a_cue_is_taken_for_furniture() -> None:
    assert POLNEAR is not None
    engine = load_engine("blank:en")
    wrong: Counter[str] = Counter()
    cues = 0
    for i, (stem, text) in enumerate(texts(POLNEAR / "text")):
        if i % 10:
            continue
        layout = engine.layout(text)
        begins = [s.start for s in layout.sentences]
        for role, start, _ in spans(POLNEAR / "attributions", stem):
            if role == "Cue":
                cues += 1
                kind = layout.sentences[bisect_right(begins, start) - 1].kind
                wrong[kind] += 1
    assert sum(wrong[k] for k in ("footer", "byline", "credit", "caption")) <= cues / 500
