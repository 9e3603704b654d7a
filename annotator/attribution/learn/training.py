"""Fitting the network: examples, epochs, checkpoints, and what is tuned afterwards."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from thinc.api import fix_random_seed

from annotator.attribution.evaluation.counting import without
from annotator.attribution.evaluation.scoring import DocumentScore, score_document
from annotator.attribution.learn.adam import Adam
from annotator.attribution.learn.checkpoint import Checkpoint
from annotator.attribution.learn.decode import (
    DecodingSettings,
    claims_of,
    continued,
    cues_in,
    read_claims,
)
from annotator.attribution.learn.features import (
    CUE,
    Encoded,
    Floats,
    Ints,
    encode,
)
from annotator.attribution.learn.network import Network, make_optimizer, pieces_of, softmax
from annotator.attribution.learn.parallel import Crew
from annotator.attribution.learn.targets import Target, target_of
from annotator.attribution.learn.threads import one_blas_thread
from annotator.attribution.learn.windows import Windows, windows
from annotator.attribution.parse import Parse
from annotator.attribution.result import ROLES, AttributedText, Suggestion
from annotator.attribution.rules.lexicon import Lexicon
from annotator.attribution.rules.syntax import Tree
from annotator.text.quotations import quotations

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how far it is, and how far it goes."""

SAVED: Final = 50
"""Updates between two checkpoints: a minute or two."""
BIASES: Final = (-1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0, 1.25)


@dataclass(slots=True)
class TrainingExample:
    """An annotated article ready for training."""

    document: AttributedText
    article: Encoded
    target: Target
    rows: Windows
    row_tags: Ints


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast to train. `batch` is in articles."""

    epochs: int = 3
    batch: int = 2
    rate: float = 1.5e-3
    encoder_rate: float = 1.5e-4
    seed: int = 0


def prepare(document: AttributedText, parse: Parse, lexicon: Lexicon) -> TrainingExample:
    """Encode an annotated article; its own counts are taken out of the lexicon first."""
    tree = Tree(parse, quotations(parse.text))
    article = encode(parse, without(lexicon, document, tree))
    article.dense = article.dense.astype(np.float16)
    target = target_of(article, document.claims)
    rows = windows(article, [claim.cue for claim in target.claims])
    rows.dense = rows.dense.astype(np.float16)
    tags = np.zeros((len(rows.token), 2), dtype=np.int32)
    for (lo, hi), claim in zip(rows.ranges, target.claims, strict=True):
        first = int(rows.token[lo])
        for column, marked in enumerate((claim.source, claim.content)):
            for i, tag in marked.items():
                if first <= i < first + hi - lo:
                    tags[lo + i - first, column] = tag
    return TrainingExample(document, article, target, rows, tags)


def fit(
    network: Network,
    examples: Sequence[TrainingExample],
    plan: Plan,
    *,
    progress: Progress | None = None,
    checkpoint: Checkpoint | None = None,
) -> None:
    """Train, then leave the averaged weights in the network.

    With a checkpoint the state is written now and then, and training that was interrupted goes on
    from there to the same result: order and dropout depend on the step's number alone.
    """
    a_pass = -(-len(examples) // plan.batch)
    total = plan.epochs * a_pass
    optimizer = make_optimizer(plan.rate)
    encoder = network.encoder
    adam = Adam(encoder, plan.encoder_rate) if encoder is not None else None
    first = checkpoint.restore(network, optimizer, adam) if checkpoint is not None else 0
    order: list[int] = []
    with Crew(encoder) if encoder is not None else one_blas_thread() as crew:
        for step in range(first, total):
            epoch, place = divmod(step, a_pass)
            if place == 0 or not order:
                order = list(range(len(examples)))
                random.Random(plan.seed * 1000 + epoch).shuffle(order)  # noqa: S311 - no secret
            fix_random_seed((plan.seed * 1_000_003 + step) % 2**32)
            batch = [examples[k] for k in order[place * plan.batch : (place + 1) * plan.batch]]
            share = _share(step, total)
            optimizer.learn_rate = plan.rate * share
            gradients = _learn(network, batch, crew, (plan.seed, step))
            network.update(optimizer, max(_labels(batch) / 10, 1.0))
            if adam is not None:
                adam.step(gradients, share)
            if progress is not None:
                progress("training", step + 1, total)
            if checkpoint is not None and (step + 1) % SAVED == 0:
                checkpoint.save(network, optimizer, step + 1, adam)
    network.keep_averages(optimizer)


def _learn(
    network: Network, batch: Sequence[TrainingExample], crew: object, seed: tuple[int, int]
) -> dict[str, Floats]:
    """Accumulate the gradients of a batch; returns those of the encoder's weights."""
    if not isinstance(crew, Crew):
        for e in batch:
            network.learn(e.article, e.target, e.rows, e.row_tags, network.pretrained(e.article))
        return {}
    readings = crew.read([pieces_of(e.article) for e in batch], seed)
    for e, reading in zip(batch, readings, strict=True):
        # The others are read, and the ones before go back, while this one is learned from.
        reading.back(network.learn(e.article, e.target, e.rows, e.row_tags, reading.rows()))
    return crew.gradients(readings)


def _labels(batch: Sequence[TrainingExample]) -> int:
    return sum(e.target.tags.size + e.row_tags.size for e in batch)


def _share(step: int, total: int) -> float:
    """The share of the full rate: rises over the first tenth, then falls in a line to nothing."""
    warm = max(1, total // 10)
    return (step + 1) / warm if step < warm else (total - step) / max(1, total - warm)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a network makes of an article before any threshold: token vectors and scores of tags."""

    article: Encoded
    hidden: Floats
    scores: Floats


@dataclass(frozen=True, slots=True)
class Judged:
    """An annotated article and what a network makes of it."""

    document: AttributedText
    seen: Seen


def look(network: Network, article: Encoded) -> Seen:
    """Run the token part of the network, which is most of the work."""
    if not len(article):
        nothing = np.zeros((0, 0), np.float32)
        return Seen(article, nothing, nothing)
    with one_blas_thread():
        given = network.pretrained(article)
        hidden, _ = network.encode(article, given, train=False)
        scores, _ = network.tag(article, hidden, given, train=False)
    return Seen(article, hidden, scores)


def propose(
    network: Network, article: Encoded, lexicon: Lexicon, settings: DecodingSettings
) -> list[Suggestion]:
    """The network's claims for an article, with raw confidences."""
    return decode(network, look(network, article), lexicon, settings)


def decode(
    network: Network, seen: Seen, lexicon: Lexicon, settings: DecodingSettings
) -> list[Suggestion]:
    """The claims that these settings make of what was seen."""
    article = seen.article
    cues = cues_in(article, seen.scores, settings) if len(article) else []
    if not cues:
        return []
    rows = windows(article, cues)
    with one_blas_thread():
        pair_scores, _ = network.read(rows, seen.hidden, train=False)
    shares = softmax(pair_scores.reshape(len(pair_scores), 2, 3))
    cue_shares = softmax(seen.scores[:, 3 * CUE : 3 * CUE + 3])
    read = read_claims(article, cues, cue_shares, rows, shares, pair_scores)
    continued(article, read)
    return [claim for claim, _ in claims_of(article, lexicon, read, settings)]


def tune(
    network: Network, judged: Sequence[Judged], lexicon: Lexicon, settings: DecodingSettings
) -> DecodingSettings:
    """Settings with the cue bias that is best on these articles.

    Best is the mean of F at claim level and of exact and overlap F of each role, read off a
    parabola through all biases: a few dozen articles leave each one's own figure to chance.
    """
    means = []
    for bias in BIASES:
        scores = []
        for j in judged:
            found = decode(network, j.seen, lexicon, replace(settings, cue_bias=bias))
            scores.append(score_document(j.document, found))
        means.append(_mean_f(scores))
    return replace(settings, cue_bias=_top(means))


def _top(means: Sequence[float]) -> float:
    """The bias with the highest point of the fitted parabola; of equals that nearest to none."""
    fitted = np.polyval(np.polyfit(BIASES, means, 2), BIASES)
    return max(zip(fitted.round(6), BIASES, strict=True), key=lambda at: (at[0], -abs(at[1])))[1]


def _mean_f(scores: Sequence[DocumentScore]) -> float:
    counts: Counter[str] = Counter()
    for score in scores:
        counts.update(score.counts)
    metrics = [f"roles/{role}/{kind}" for role in ROLES for kind in ("exact", "overlap")]
    values = []
    for metric in (*metrics, "attribution", "attribution"):
        precision = counts[f"{metric}/tp_p"] / max(counts[f"{metric}/n_p"], 1)
        recall = counts[f"{metric}/tp_r"] / max(counts[f"{metric}/n_r"], 1)
        both = precision + recall
        values.append(2 * precision * recall / both if both else 0.0)
    return sum(values) / len(values)
