"""Learning, on a small corpus of our own in which the rules are wrong in one systematic way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import threadpoolctl
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from annotator.attribution.calibration import isotonic, read_off, uncertainty
from annotator.attribution.engine import attribute_with
from annotator.attribution.learn import pretrained, training
from annotator.attribution.learn.checkpoint import FILE
from annotator.attribution.learn.decode import best_tags, spans_in
from annotator.attribution.learn.features import encode
from annotator.attribution.learn.grouping import group, split
from annotator.attribution.learn.learn import TrainingOptions, learn
from annotator.attribution.learn.model import (
    DESCRIPTION,
    FORMAT,
    WEIGHTS,
    describe,
    load,
    switch,
    with_quotations,
)
from annotator.attribution.learn.network import NetworkShape
from annotator.attribution.learn.verdict import verdict
from annotator.attribution.parse import parse_text
from annotator.attribution.result import AttributedText, Suggestion
from annotator.attribution.rules.lexicon import load_lexicon
from annotator.domain.errors import InputError
from annotator.domain.model import Fragment

NAMES = ("Ana Ruiz", "Bo Lund", "Cy Park", "Dee Marsh", "Eli Stone", "Fay Wong")
THINGS = ("bridge", "school", "harbour", "library", "market", "tunnel")
SMALL = TrainingOptions(
    epochs=6,
    held_out=0.2,
    tuning=0.2,
    folds=1,
    shape=NetworkShape(hidden=32, layers=1, pair=24, pair_layers=1),
)


def article(k: int) -> AttributedText:
    """Sentences with "grumphed", a verb that no lexicon knows and that is always a cue here."""
    name, thing = NAMES[k % 6], THINGS[(k * 5 + k // 6) % 6]
    text = (
        f"{name} grumphed that the {thing} number {k} was too old for the town.\n\n"
        f"“We must close the {thing} in year {k},” {name} said.\n\n"
        f"The {thing} has {k + 3} doors and stands near the river.\n"
    )
    claims = []
    for cue, content in (
        ("grumphed", f"that the {thing} number {k} was too old for the town"),
        ("said", f"“We must close the {thing} in year {k},”"),
    ):
        at = text.index(f"{cue} that") if cue == "grumphed" else text.index(f"{cue}.")
        source = text.index(name) if cue == "grumphed" else text.rindex(name)
        start = text.index(content)
        claims.append(
            Suggestion(
                (
                    Fragment("content", start, start + len(content)),
                    Fragment("cue", at, at + len(cue)),
                    Fragment("source", source, source + len(name)),
                )
            )
        )
    return AttributedText(f"a{k}", text, tuple(claims))


CORPUS = [article(k) for k in range(20)]


@pytest.fixture(scope="module")
def trained(nlp: Language, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    learn(CORPUS, folder, nlp, options=SMALL)
    return folder


def test_scores_are_on_articles_not_seen(trained: Path) -> None:
    about = describe(trained)
    held = about.held_out
    assert 1 <= len(held["articles"]) <= 4
    assert held["model"]["n"]["documents"] == len(held["articles"])
    assert held["model"]["attribution"]["f"] >= held["engine"]["attribution"]["f"]
    assert held["model"]["roles"]["cue"]["exact"]["f"] > 0.9
    assert (about.articles, about.claims) == (20, 40)


def test_it_learned_what_the_rules_do_not_know(trained: Path, nlp: Language) -> None:
    text = "Gus Hale grumphed that the station was too loud for the town."
    found = load(trained).attribute(text, nlp)
    assert [text[a:b] for c in found.claims for a, b in c.ranges("cue")] == ["grumphed"]
    assert [text[a:b] for c in found.claims for a, b in c.ranges("source")] == ["Gus Hale"]
    assert found.engine.startswith("model-")
    assert found.engine != attribute_with(text, nlp).engine


def test_off_until_switched_on(trained: Path) -> None:
    assert not describe(trained).enabled
    assert switch(trained, on=True).enabled
    assert describe(trained).enabled
    assert not switch(trained, on=False).enabled


def test_claims_nest_only_where_those_learned_from_did(
    trained: Path, nlp: Language, tmp_path: Path
) -> None:
    assert not describe(trained).settings.nested
    outer, inner = CORPUS[0].claims
    nested = replace(CORPUS[0], claims=(outer, replace(inner, parent=0)))
    learn([nested, *CORPUS[1:8]], tmp_path, nlp, options=replace(SMALL, epochs=1))
    assert describe(tmp_path).settings.nested


def test_saved_model_is_the_trained_one(nlp: Language, tmp_path: Path) -> None:
    model = learn(CORPUS[:8], tmp_path, nlp, options=SMALL)
    again = load(tmp_path)
    article = encode(parse_text(CORPUS[9].text, nlp), load_lexicon())
    np.testing.assert_array_equal(
        training.look(model.network, article).scores,
        training.look(again.network, article).scores,
    )
    for document in CORPUS:
        assert model.attribute(document.text, nlp) == again.attribute(document.text, nlp)
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize("encoder", [0, 2])
def test_interrupted_training_goes_on(
    encoder: int, nlp: Language, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if encoder and not pretrained.installed():
        pytest.skip("the extra `encoder` is not installed")
    monkeypatch.setattr(training, "SAVED", 15)
    shape = replace(SMALL.shape or NetworkShape(), encoder=encoder, frozen=encoder // 2)
    options = replace(SMALL, shape=shape)
    whole = learn(CORPUS[:8], tmp_path / "whole", nlp, options=options)

    def stop(what: str, done: int, total: int) -> None:
        if what == "training" and done == 17:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        learn(CORPUS[:8], tmp_path / "part", nlp, options=options, progress=stop)
    assert (tmp_path / "part" / FILE).exists()
    rest: list[int] = []

    def watch(what: str, done: int, total: int) -> None:
        if what == "training":
            rest.append(done)

    resumed = learn(CORPUS[:8], tmp_path / "part", nlp, options=options, progress=watch)
    assert rest[0] == 16
    for name, value in whole.network.state().items():
        np.testing.assert_allclose(value, resumed.network.state()[name], atol=1e-5)


def test_too_little_to_learn_from(nlp: Language, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="too few"):
        learn(CORPUS[:3], tmp_path, nlp)


def test_damaged_models_are_refused(nlp: Language, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no model"):
        load(tmp_path)
    learn(CORPUS[:6], tmp_path, nlp, options=SMALL)
    weights = (tmp_path / WEIGHTS).read_bytes()
    (tmp_path / WEIGHTS).write_bytes(weights[: len(weights) // 2])
    with pytest.raises(InputError):
        load(tmp_path)
    (tmp_path / DESCRIPTION).write_text(f'{{"format": {FORMAT}}}')
    with pytest.raises(InputError, match="not as it was written"):
        load(tmp_path)
    (tmp_path / DESCRIPTION).write_text('{"format": 99}')
    with pytest.raises(InputError, match="another version"):
        load(tmp_path)


@pytest.mark.parametrize("text", ["", "\n\n", "“", "said", "“” said “”", "🙂 said 🙂"])
def test_any_text(text: str, trained: Path, nlp: Language) -> None:
    for claim in load(trained).attribute(text, nlp).claims:
        assert claim.ranges("content")


def test_rules_fill_in_quotations_that_the_model_left() -> None:
    def claim(start: int, evidence: str, form: str, parent: int | None = None) -> Suggestion:
        content, source = Fragment("content", start, start + 10), Fragment("source", 99, 100)
        fragments = (content,) if evidence == "no-cue" else (content, source)
        return Suggestion(fragments, {"form": form}, 0.9, parent, evidence)

    unheard = Suggestion((Fragment("content", 70, 75),), {"form": "direct"}, 0.1, None, "quote")
    model = [claim(50, "model", "mixed"), claim(52, "model", "direct", 0)]
    rules = [
        claim(0, "quote", "direct"),
        claim(20, "ccomp", "indirect"),
        claim(45, "quote", "direct"),
        unheard,
        claim(80, "no-cue", "direct"),
    ]
    found = with_quotations(model, rules)
    assert [(c.start, c.evidence) for c in found] == [
        (0, "quote"),
        (50, "model"),
        (52, "model"),
        (80, "no-cue"),
    ]
    assert [c.parent for c in found] == [None, None, 1, None]


def test_another_pipeline_is_noted(trained: Path, nlp: Language) -> None:
    model = load(trained)
    assert not model.attribute("“We won,” she said.", nlp).notes
    model.about = replace(model.about, pipeline="xx_other-1.0")
    assert "xx_other" in model.attribute("“We won,” she said.", nlp).notes[0]


def test_near_duplicates_stay_together() -> None:
    story = " ".join(f"word{k} goes here" for k in range(120))
    texts = [story, f"A new first sentence. {story} And an end.", "Something else entirely " * 30]
    groups = group([*texts, " ".join(f"other{k} is there" for k in range(120))])
    assert groups[0] == groups[1]
    assert len({groups[0], groups[2], groups[3]}) == 3


@given(st.lists(st.integers(0, 6), min_size=1, max_size=40), st.integers(0, 3))
def test_split_never_divides_a_group(groups: list[int], seed: int) -> None:
    parts = split(groups, (0.3, 0.2), seed)
    assert sorted(i for part in parts for i in part) == list(range(len(groups)))
    where: dict[int, set[int]] = {}
    for number, part in enumerate(parts):
        for i in part:
            where.setdefault(groups[i], set()).add(number)
    assert all(len(found) == 1 for found in where.values())


@given(st.lists(st.tuples(*[st.floats(-4, 4, width=32)] * 3), max_size=7))
def test_best_tags_is_the_best_legal_sequence(rows: list[tuple[float, float, float]]) -> None:
    scores = np.array(rows, dtype=np.float32).reshape(len(rows), 3)
    found = best_tags(scores)
    assert len(found) == len(rows)

    def legal(tags: list[int]) -> bool:
        return all(t != 2 or (k > 0 and tags[k - 1] != 0) for k, t in enumerate(tags))

    def total(tags: list[int]) -> float:
        return float(sum(scores[k, t] for k, t in enumerate(tags)))

    assert legal(found)
    sequences = [[]] if not rows else [[t] for t in range(3)]
    for _ in range(len(rows) - 1):
        sequences = [[*s, t] for s in sequences for t in range(3)]
    best = max((total(s) for s in sequences if legal(s)), default=0.0)
    assert total(found) == pytest.approx(best, abs=1e-4)


def test_spans_in() -> None:
    assert spans_in([0, 1, 2, 1, 0, 1], 10) == [(11, 13), (13, 14), (15, 16)]


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60))
def test_calibration_rises(data: list[tuple[float, bool]]) -> None:
    curve = isotonic(data)
    shares = [share for _, share in curve]
    assert shares == sorted(shares)
    values = [read_off(curve, k / 10) for k in range(11)]
    assert values == sorted(values)


def test_uncertainty_prefers_doubt() -> None:
    assert uncertainty([0.5]) > uncertainty([0.9]) > uncertainty([1.0])
    assert uncertainty([0.5, 0.5]) == pytest.approx(2)
    assert uncertainty([]) == 0.0


def test_few_articles_are_held_out_in_turn(nlp: Language, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    documents = CORPUS[:12]
    about = learn(
        documents,
        tmp_path,
        nlp,
        options=replace(SMALL, epochs=1, tuning=0.1, folds=3),
        progress=lambda *stage: told.append(stage),
    ).about
    scored = about.held_out["articles"]
    assert len(scored) == len(set(scored)) >= 10
    assert about.held_out["folds"] == 3
    assert about.held_out["model"]["n"]["documents"] == len(scored)
    by = about.held_out["model"]["attribution"]["f"] - about.held_out["engine"]["attribution"]["f"]
    assert about.held_out["advantage"]["f"] == pytest.approx(by, abs=2e-4)
    lo, hi = about.held_out["advantage"]["f_interval"]
    assert lo <= about.held_out["advantage"]["f"] <= hi
    # What is done is said with how far it goes, stage by stage, and nothing is left behind.
    assert all(0 < done <= total for _, done, total in told)
    assert {what for what, done, total in told if done == total} >= {
        "parsing",
        "fold 1 of 3: training",
        "fold 3 of 3: training",
        "training",
        "scoring",
    }
    assert not list(tmp_path.glob(f"*{FILE}"))


@pytest.mark.parametrize(
    ("model", "rules", "interval", "expected"),
    [
        (0.7, 0.6, [0.02, 0.2], "better"),
        (0.7, 0.6, [-0.02, 0.2], "unsure"),
        (0.7, 0.6, None, "unsure"),
        (0.6, 0.6, [-0.1, 0.1], "worse"),
        (0.377, 0.415, [-0.1, 0.02], "worse"),
    ],
)
def test_verdict(model: float, rules: float, interval: list[float] | None, expected: str) -> None:
    held_out = {
        "model": {"attribution": {"f": model}},
        "engine": {"attribution": {"f": rules}},
        "advantage": {"f": model - rules} | ({"f_interval": interval} if interval else {}),
    }
    assert verdict(held_out) == expected
    assert verdict({}) is None


def test_one_blas_thread_reads_an_article(
    trained: Path, nlp: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = load(trained)
    threads: set[int] = set()
    whole = model.network.encode

    def watched(*args: Any, **kwargs: Any) -> Any:
        threads.update(
            pool["num_threads"]
            for pool in threadpoolctl.threadpool_info()
            # scipy brings a library of its own, which has no part in this.
            if pool["user_api"] == "blas" and "numpy" in pool["filepath"]
        )
        return whole(*args, **kwargs)

    monkeypatch.setattr(model.network, "encode", watched)
    with threadpoolctl.threadpool_limits(limits=2, user_api="blas"):
        model.attribute(CORPUS[0].text, nlp)
    assert threads == {1}
