"""`annotator learn`: from annotated articles to a model with honest scores, resumable."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from spacy.language import Language

from annotator.attribution.calibration import isotonic
from annotator.attribution.counting import without
from annotator.attribution.engine import VERSION, attribute_parse
from annotator.attribution.evaluate import evaluate
from annotator.attribution.learn import pretrained
from annotator.attribution.learn.checkpoint import FILE, Checkpoint
from annotator.attribution.learn.decode import Settings
from annotator.attribution.learn.grouping import group, split
from annotator.attribution.learn.model import Description, Model, save, with_quotations
from annotator.attribution.learn.network import Network, Shape
from annotator.attribution.learn.training import (
    Example,
    Judged,
    Plan,
    Progress,
    decode,
    fit,
    look,
    prepare,
    tune,
)
from annotator.attribution.lexicon import Lexicon, load_lexicon
from annotator.attribution.parse import Parse, parse_texts, pipeline_id
from annotator.attribution.result import Document, Suggestion
from annotator.attribution.scoring import match_claims
from annotator.domain.errors import InputError

Parser = Callable[[Document], Parse]
LEAST: Final = 5
"""Fewest articles with claims that can be learned from."""
_MOST_HELD: Final = 60
"""Articles held out, and tuned on, at most: enough for intervals of a few points."""
_MANY: Final = 1_000_000
"""Characters from which parsing in several processes pays (each starts in a second or two)."""
_CORES: Final = 4
_UPDATES: Final = 100
"""Small corpora are gone through more often, until about this many updates are made."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to train. Shares are of the articles; both sides of a near-duplicate stay together."""

    epochs: int = 3
    held_out: float = 0.1
    tuning: float = 0.05
    seed: int = 0
    shape: Shape | None = None
    """None: with the pretrained encoder where it is installed."""
    scored: bool = True
    """Hold articles out and score on them; without, every article is trained on."""


def learn(
    documents: Sequence[Document],
    folder: Path,
    nlp: Language,
    *,
    options: Options | None = None,
    progress: Progress | None = None,
    parser: Parser | None = None,
) -> Model:
    """Train a model on annotated articles and write it to `folder`, switched off.

    The articles are divided into those trained on, those that the threshold and the confidences
    are tuned on, and those held out for the scores in `about.held_out` (`model` and `engine`, the
    report of `evaluate` each). The threshold is tuned on the first of the two for the scores, and
    on both for use. A training that was interrupted goes on when it is started again
    with the same articles and options.

    Args:
        documents: Articles with their accepted claims; those without claims teach silence.
        folder: Beside the database; made when missing.
        nlp: The pipeline whose parses are the model's input.
        options: See `Options`.
        progress: Called with what is done, how far, and how far it goes.
        parser: Gives an article's parse when it is known already.

    Raises:
        InputError: too few articles have claims.
    """
    options = options or Options()
    report: Progress = progress or (lambda what, done, total: None)
    usable = sum(bool(d.claims) for d in documents)
    if usable < LEAST:
        raise InputError(
            f"{usable} articles with claims are too few to learn from",
            f"annotate at least {LEAST}",
        )
    folder.mkdir(parents=True, exist_ok=True)
    lexicon = load_lexicon()
    parses: list[Parse] = []
    texts = [document.text for document in documents]
    found = map(parser, documents) if parser else parse_texts(texts, nlp, _processes(texts))
    for done, parse in enumerate(found, 1):
        parses.append(parse)
        report("parsing", done, len(documents))
    held, tuned, trained = _parts(documents, options)
    examples: list[Example] = []
    for done, i in enumerate(trained, 1):
        examples.append(prepare(documents[i], parses[i], lexicon))
        report("encoding", done, len(trained))
    shape = options.shape or default_shape()
    network = Network(shape, options.seed)
    tag = _tag(documents, options, shape, nlp)
    plan = Plan(epochs=_epochs(len(examples), options), seed=options.seed)
    checkpoint = Checkpoint(folder / FILE, tag)
    fit(network, examples, plan, progress=report, checkpoint=checkpoint)
    tuning, held_out = (
        _judged(network, documents, parses, part, lexicon) for part in (tuned, held)
    )
    settings = Settings(nested=any(c.parent is not None for d in documents for c in d.claims))
    if tuning:
        settings = tune(network, tuning, lexicon, settings)
    scores = _scores(network, settings, lexicon, held_out, report)
    # Once the scores stand, the articles that they come from may help with the threshold too.
    judged = [*tuning, *held_out] or _judged(network, documents, parses, trained, lexicon)
    if held_out:
        settings = tune(network, judged, lexicon, settings)
    about = Description(
        id=f"{tag:016x}"[:8],
        shape=shape,
        settings=settings,
        curve=tuple(isotonic(_points(network, judged, lexicon, settings))),
        pipeline=pipeline_id(nlp),
        articles=len(documents),
        claims=sum(len(d.claims) for d in documents),
        held_out=scores,
    )
    save(folder, network, about)
    checkpoint.remove()
    return Model(network, about)


def _processes(texts: Sequence[str]) -> int:
    """How many parse side by side: one where the others would take longer to start than to help."""
    return min(_CORES, os.cpu_count() or 1) if sum(map(len, texts)) > _MANY else 1


def default_shape() -> Shape:
    """With the pretrained encoder where the extra is installed, its lowest layers as they are."""
    return Shape(encoder=pretrained.LAYERS, frozen=2) if pretrained.installed() else Shape()


def _parts(documents: Sequence[Document], options: Options) -> tuple[list[int], ...]:
    if not options.scored:
        held: list[int] = []
        tuned, trained = split(group([d.text for d in documents]), (options.tuning,), options.seed)
        return held, tuned, trained
    n = len(documents)
    shares = (
        min(max(options.held_out, 1 / n), _MOST_HELD / n),
        min(max(options.tuning, 1 / n), _MOST_HELD / n),
    )
    held, tuned, trained = split(group([d.text for d in documents]), shares, options.seed)
    return held, tuned, trained


def _epochs(articles: int, options: Options) -> int:
    a_pass = max(1, articles // 2)
    return max(options.epochs, min(20, _UPDATES // a_pass))


def _tag(documents: Sequence[Document], options: Options, shape: Shape, nlp: Language) -> int:
    """A number for the articles, their claims and the settings, the same on every machine."""
    digest = hashlib.sha256()
    for document in documents:
        digest.update(document.text.encode("utf-8", "surrogatepass"))
        digest.update(repr([tuple(c.fragments) for c in document.claims]).encode())
    settings = (sorted(asdict(options).items()), shape, pipeline_id(nlp), VERSION)
    digest.update(repr(settings).encode())
    return int.from_bytes(digest.digest()[:8], "big")


def _judged(
    network: Network,
    documents: Sequence[Document],
    parses: Sequence[Parse],
    part: Sequence[int],
    lexicon: Lexicon,
) -> list[Judged]:
    """What the network makes of some of the articles: looked at once, decided on several times."""
    return [
        Judged(documents[i], look(network, prepare(documents[i], parses[i], lexicon).article))
        for i in part
    ]


def _points(
    network: Network, judged: Sequence[Judged], lexicon: Lexicon, settings: Settings
) -> list[tuple[float, bool]]:
    out: list[tuple[float, bool]] = []
    for j in judged:
        found = decode(network, j.seen, lexicon, settings)
        right = {k for _, k in match_claims(j.document.claims, found)}
        out.extend((c.confidence, k in right) for k, c in enumerate(found))
    return out


def _scores(
    network: Network,
    settings: Settings,
    lexicon: Lexicon,
    held: Sequence[Judged],
    report: Progress,
) -> dict[str, Any]:
    """Reports of the model and of the rules on the articles that were held out."""
    if not held:
        return {}
    gold = [j.document for j in held]
    place = {id(document): k for k, document in enumerate(gold)}

    def by_model(document: Document) -> Sequence[Suggestion]:
        at = place[id(document)]
        report("scoring", at + 1, len(held))
        found = decode(network, held[at].seen, lexicon, settings)
        return with_quotations(found, by_rules(document))

    def by_rules(document: Document) -> Sequence[Suggestion]:
        tree = held[place[id(document)]].seen.article.tree
        return attribute_parse(tree.parse, lexicon=without(lexicon, document, tree)).claims

    return {
        "articles": [d.name for d in gold],
        "model": evaluate(gold, by_model).report,
        "engine": evaluate(gold, by_rules).report,
    }
