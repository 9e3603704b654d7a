"""Training configurations for a DocBin, made from what is in it, and what they can reach."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from annotator.formats.support.base import Options

if TYPE_CHECKING:
    from confection import Config

NGRAMS: Final = 12
"""Tokens of the longest span up to which every stretch of such a length is looked at. A text has as
many stretches of each length as tokens; beyond, a `span_finder` learns where spans begin and end.
"""

FINDING: Final = 0.25
"""How sure a span finder has to be of a token to begin or end what it proposes."""


@dataclass(slots=True)
class Shares:
    """What the Docs hold for each kind of component to learn from."""

    lengths: Counter[int] = field(default_factory=Counter)
    """Tokens of a span -> spans; 0 for those that cut a token of the pipeline that is trained."""
    entities: int = 0
    """Spans that are in doc.ents as well."""
    docs: int = 0
    exclusive: int = 0
    """Docs with exactly one category."""
    with_any: int = 0

    @property
    def cut(self) -> int:
        """Spans that cut a token of the pipeline: training passes over them."""
        return self.lengths[0]

    @property
    def sizes(self) -> tuple[int, int]:
        """Tokens of the shortest and the longest span."""
        found = [n for n in self.lengths if n]
        return min(found, default=1), max(found, default=1)

    def spans(self, lengths: Iterable[int]) -> None:
        """Count the spans of a Doc."""
        self.lengths.update(lengths)

    def categories(self, scores: Iterable[float]) -> None:
        """Count a Doc with its categories."""
        found = list(scores)
        self.docs += 1
        self.exclusive += sum(found) == 1.0
        self.with_any += bool(found)


class Training(NamedTuple):
    """What is to be trained."""

    component: str
    """ "spancat", "ner", "textcat", "textcat_multilabel"."""
    language: str
    key: str
    """The span group."""
    suggester: str
    """ "auto", "ngrams", "span_finder"."""
    paths: tuple[str, str] | None = None
    """Of the files to train and to validate with; None to be given on the command line."""


def configuration(options: Options, languages: Counter[str], shares: Shares) -> tuple[str, str]:
    """The configuration for an export, by its options, and what it reaches."""
    most = max(sorted(languages), key=lambda code: languages[code], default="") or "en"
    how = Training(
        options.text("config"), most, options.text("spans-key"), options.text("suggester")
    )
    return training_config(how, shares)


def training_config(how: Training, shares: Shares) -> tuple[str, str]:
    """spaCy's own quick-start configuration for these labels, and what it reaches."""
    component, key = how.component, how.key
    finder = component == "spancat" and _wants_finder(how, shares)
    pipeline = ["span_finder", component] if finder else [component]
    config = _quick_start(how.language, tuple(pipeline)).copy()
    if how.paths:
        config["paths"]["train"], config["paths"]["dev"] = how.paths
    if component == "spancat":
        for name in pipeline:
            config["components"][name]["spans_key"] = key
        weights = config["training"]["score_weights"]
        for name in [n for n in weights if n.startswith("spans_sc_") and key != "sc"]:
            weights[name.replace("spans_sc_", f"spans_{key}_")] = weights[name]
            weights[name] = None  # left out, it would come back and weigh half of the score
        shortest, longest = shares.sizes
        suggester: dict[str, str | int] = {"@misc": "spacy.ngram_range_suggester.v1"}
        suggester |= {"min_size": shortest, "max_size": longest}
        if finder:
            # What the finder puts under the key is what spancat looks at, in training too.
            suggester = {"@misc": "spacy.preset_spans_suggester.v1", "spans_key": key}
            _own_words(config, {"min_length": shortest, "max_length": longest})
            config["training"]["annotating_components"] = ["span_finder"]
        config["components"]["spancat"]["suggester"] = suggester
    return str(config.to_str()), _remark(component, shares, finder=finder)


@lru_cache(maxsize=32)  # it takes a fraction of a second, and a folder has twenty
def _quick_start(language: str, pipeline: tuple[str, ...]) -> Config:
    from spacy.cli.init_config import init_config

    return init_config(lang=language, pipeline=[*pipeline], optimize="efficiency")


def _own_words(config: Config, sizes: dict[str, int]) -> None:
    """Give the span finder word vectors of its own, and let it propose more than it is sure of.

    Vectors that it shares with spancat are spoilt by it: in the first steps every stretch is
    proposed and refused, after which the finder finds nothing any more, and spancat has nothing to
    learn from. What is proposed in excess spancat refuses.
    """
    finder = config["components"]["span_finder"]
    finder |= {**sizes, "threshold": FINDING}
    finder["model"]["tok2vec"] = deepcopy(dict(config["components"]["tok2vec"]["model"]))


def _wants_finder(how: Training, shares: Shares) -> bool:
    return how.suggester == "span_finder" or (how.suggester == "auto" and shares.sizes[1] > NGRAMS)


def _percent(part: int, whole: int) -> str:
    """The share, rounded down: what is not all is not 100 %."""
    return f"{part * 1000 // whole / 10:.1f} %"


def _remark(component: str, shares: Shares, *, finder: bool) -> str:
    spans = shares.lengths.total()
    if component in ("spancat", "ner") and not spans:
        return f"{component}: there are no spans to learn from"
    cut = f", {shares.cut} cut a token of the pipeline" if shares.cut else ""
    if component == "spancat":
        by = "span_finder" if finder else "ngrams"
        shortest, longest = shares.sizes
        reached = spans - shares.cut
        share = f"{_percent(reached, spans)} of the spans ({reached} of {spans}{cut})"
        return f"spancat: {by} of {shortest} to {longest} tokens can reach {share}"
    if component == "ner":
        left = f"{shares.entities} of {spans}{cut}; the others overlap with these"
        if shares.entities + shares.cut == spans:
            left = f"{shares.entities} of {spans}{cut}"
        return f"ner: doc.ents holds {_percent(shares.entities, spans)} of the spans ({left})"
    if not shares.with_any:
        return f"{component}: there are no labels of articles (or of sentences) to learn from"
    if component == "textcat" and shares.exclusive < shares.docs:
        told = f"{shares.docs - shares.exclusive} of {shares.docs} docs have another number"
        return f"textcat: takes one label a doc; {told} (config=textcat_multilabel)"
    return f"{component}: {shares.with_any} of {shares.docs} docs have labels"
