"""`annotator learn`: from annotated articles to a model with honest scores, resumable."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from spacy.language import Language

from annotator.attribution.calibration import isotonic
from annotator.attribution.engine import VERSION, attribute_parse
from annotator.attribution.evaluation.counting import without
from annotator.attribution.evaluation.scoring import match_claims
from annotator.attribution.learn import pretrained
from annotator.attribution.learn.checkpoint import FILE, Checkpoint
from annotator.attribution.learn.decode import DecodingSettings
from annotator.attribution.learn.grouping import group, split
from annotator.attribution.learn.model import Description, Model, save, with_quotations
from annotator.attribution.learn.network import Network, NetworkShape
from annotator.attribution.learn.training import (
    Judged,
    Plan,
    Progress,
    TrainingExample,
    decode,
    fit,
    look,
    prepare,
    tune,
)
from annotator.attribution.learn.verdict import Tried, scores_of
from annotator.attribution.parse import Parse, parse_texts, pipeline_id
from annotator.attribution.result import AttributedText
from annotator.attribution.rules.lexicon import Lexicon, load_lexicon
from annotator.domain.errors import InputError

Parser = Callable[[AttributedText], Parse]
LEAST: Final = 5
"""Fewest articles with claims that can be learned from."""
_FEW: Final = 10
"""Articles held out from which one part of them is enough."""
_MOST_HELD: Final = 60
"""Articles held out, and tuned on, at most: enough for intervals of a few points."""
_MANY: Final = 1_000_000
"""Characters from which parsing in several processes pays (each starts in a second or two)."""
_CORES: Final = 4
_UPDATES: Final = 100
"""Small corpora are gone through more often, until about this many updates are made."""


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """How to train. Shares are of the articles; both sides of a near-duplicate stay together."""

    epochs: int = 3
    held_out: float = 0.1
    tuning: float = 0.05
    seed: int = 0
    shape: NetworkShape | None = None
    """None: with the pretrained encoder where it is installed."""
    scored: bool = True
    """Hold articles out and score on them; without, every article is trained on."""
    folds: int = 4
    """Where fewer than ten articles would be held out, so many parts are held out in turn."""


def learn(
    documents: Sequence[AttributedText],
    folder: Path,
    nlp: Language,
    *,
    options: TrainingOptions | None = None,
    progress: Progress | None = None,
    parser: Parser | None = None,
) -> Model:
    """Train a model on annotated articles and write it to `folder`, switched off.

    The articles are divided into those trained on, those that the threshold and the confidences
    are tuned on, and those held out for the scores in `about.held_out` (see `scores_of`). Where
    that would be fewer than ten, parts are held out in turn, each from a training of its own, and
    the model that is kept is trained on all of them. The threshold is tuned on the first of the
    two for the scores, and on both for use. A training that was interrupted goes on when it is
    started again with the same articles and options.

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
    options = options or TrainingOptions()
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
    work = _Work(documents, parses, lexicon, options, folder, _tag(documents, options, nlp), report)
    held, tuned, trained = _parts(documents, options)
    nested = any(c.parent is not None for d in documents for c in d.claims)
    folds = _folds(documents, held, trained, options)
    tried: list[Tried] = []
    for number, part in enumerate(folds, 1):
        # What is scored here is part of what the last network is trained on.
        rest = sorted({*held, *trained}.difference(part))
        network = work.network(rest, f"fold {number} of {len(folds)}: ", number)
        settings = work.tuned(network, tuned, DecodingSettings(nested=nested))
        tried.extend(work.tried(network, part, settings))
    if folds:
        trained = sorted({*held, *trained})
        held = []
    network = work.network(trained, "", 0)
    tuning, held_out = (work.judged(network, part) for part in (tuned, held))
    settings = DecodingSettings(nested=nested)
    if tuning:
        settings = tune(network, tuning, lexicon, settings)
    if not folds:
        tried = work.tried(network, held, settings, held_out)
    # Once the scores stand, the articles that they come from may help with the threshold too.
    judged = [*tuning, *held_out] or work.judged(network, trained)
    if held_out:
        settings = tune(network, judged, lexicon, settings)
    about = Description(
        id=f"{work.tag:016x}"[:8],
        shape=network.shape,
        settings=settings,
        curve=tuple(isotonic(_points(network, judged, lexicon, settings))),
        pipeline=pipeline_id(nlp),
        articles=len(documents),
        claims=sum(len(d.claims) for d in documents),
        held_out=scores_of(tried, max(len(folds), 1), report),
    )
    save(folder, network, about)
    for path in work.checkpoints:
        path.unlink(missing_ok=True)
    return Model(network, about)


@dataclass(slots=True)
class _Work:
    """What every training of one run has in common."""

    documents: Sequence[AttributedText]
    parses: Sequence[Parse]
    lexicon: Lexicon
    options: TrainingOptions
    folder: Path
    tag: int
    report: Progress
    checkpoints: list[Path] = field(default_factory=list)
    examples: dict[int, TrainingExample] = field(default_factory=dict)

    def network(self, part: Sequence[int], what: str, number: int) -> Network:
        """Train on some of the articles; number 0 is the training whose weights are kept."""
        for done, i in enumerate(part, 1):
            if i not in self.examples:
                self.examples[i] = prepare(self.documents[i], self.parses[i], self.lexicon)
            self.report(f"{what}encoding", done, len(part))
        network = Network(self.options.shape or default_shape(), self.options.seed)
        plan = Plan(epochs=_epochs(len(part), self.options), seed=self.options.seed)
        path = self.folder / (FILE if not number else f"fold-{number}-{FILE}")
        self.checkpoints.append(path)

        def told(stage: str, done: int, total: int) -> None:
            self.report(what + stage, done, total)

        examples = [self.examples[i] for i in part]
        fit(network, examples, plan, progress=told, checkpoint=Checkpoint(path, self.tag))
        return network

    def judged(self, network: Network, part: Sequence[int]) -> list[Judged]:
        """What the network makes of some articles: looked at once, decided on several times."""
        return [
            Judged(
                self.documents[i],
                look(network, prepare(self.documents[i], self.parses[i], self.lexicon).article),
            )
            for i in part
        ]

    def tuned(
        self, network: Network, part: Sequence[int], settings: DecodingSettings
    ) -> DecodingSettings:
        """The settings that are best on some articles."""
        judged = self.judged(network, part)
        return tune(network, judged, self.lexicon, settings) if judged else settings

    def tried(
        self,
        network: Network,
        part: Sequence[int],
        settings: DecodingSettings,
        judged: Sequence[Judged] | None = None,
    ) -> list[Tried]:
        """The model's and the rules' claims for articles that neither has seen."""
        out: list[Tried] = []
        for j in self.judged(network, part) if judged is None else judged:
            tree = j.seen.article.tree
            lexicon = without(self.lexicon, j.document, tree)
            rules = attribute_parse(tree.parse, lexicon=lexicon).claims
            model = decode(network, j.seen, self.lexicon, settings)
            out.append(Tried(j.document, with_quotations(model, rules), rules))
        return out


def _processes(texts: Sequence[str]) -> int:
    """How many parse side by side: one where the others would take longer to start than to help."""
    return min(_CORES, os.cpu_count() or 1) if sum(map(len, texts)) > _MANY else 1


def default_shape() -> NetworkShape:
    """With the pretrained encoder where the extra is installed, its lowest layers as they are."""
    return (
        NetworkShape(encoder=pretrained.LAYERS, frozen=2)
        if pretrained.installed()
        else NetworkShape()
    )


def _parts(documents: Sequence[AttributedText], options: TrainingOptions) -> tuple[list[int], ...]:
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


def _folds(
    documents: Sequence[AttributedText],
    held: Sequence[int],
    trained: Sequence[int],
    options: TrainingOptions,
) -> list[list[int]]:
    """Parts to hold out in turn, where one part would hold too few articles to say anything."""
    if not held or len(held) >= _FEW or options.folds < 2:
        return []
    both = sorted([*held, *trained])
    groups = group([documents[i].text for i in both])
    parts = split(groups, [1 / options.folds] * (options.folds - 1), options.seed)
    return [[both[k] for k in part] for part in parts if part]


def _epochs(articles: int, options: TrainingOptions) -> int:
    a_pass = max(1, articles // 2)
    return max(options.epochs, min(20, _UPDATES // a_pass))


def _tag(documents: Sequence[AttributedText], options: TrainingOptions, nlp: Language) -> int:
    """A number for the articles, their claims and the settings, the same on every machine."""
    digest = hashlib.sha256()
    for document in documents:
        digest.update(document.text.encode("utf-8", "surrogatepass"))
        digest.update(repr([tuple(c.fragments) for c in document.claims]).encode())
    shape = options.shape or default_shape()
    settings = (sorted(asdict(options).items()), shape, pipeline_id(nlp), VERSION)
    digest.update(repr(settings).encode())
    return int.from_bytes(digest.digest()[:8], "big")


def _points(
    network: Network, judged: Sequence[Judged], lexicon: Lexicon, settings: DecodingSettings
) -> list[tuple[float, bool]]:
    out: list[tuple[float, bool]] = []
    for j in judged:
        found = decode(network, j.seen, lexicon, settings)
        right = {k for _, k in match_claims(j.document.claims, found)}
        out.extend((c.confidence, k in right) for k, c in enumerate(found))
    return out
