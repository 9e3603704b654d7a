"""Training configurations for a DocBin, made from what is in it, and what they can reach."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from annotator.formats.support.base import Options

NGRAMS: Final = 12
"""Tokens of the longest span up to which every stretch of such a length is looked at. A text has as
many stretches of each length as tokens; beyond, a `span_finder` learns where spans begin and end.
"""


@dataclass(slots=True)
class Shares:
    """What the Docs hold for each kind of component to learn from."""

    lengths: Counter[int] = field(default_factory=Counter)
    """Tokens of a span -> spans."""
    entities: int = 0
    """Spans that are in doc.ents as well."""
    docs: int = 0
    exclusive: int = 0
    """Docs with exactly one category."""
    with_any: int = 0

    def spans(self, lengths: Iterable[int]) -> None:
        """Count the spans of a Doc."""
        self.lengths.update(lengths)

    def categories(self, scores: Iterable[float]) -> None:
        """Count a Doc with its categories."""
        found = list(scores)
        self.docs += 1
        self.exclusive += sum(found) == 1.0
        self.with_any += bool(found)


def configuration(options: Options, languages: Counter[str], shares: Shares) -> tuple[str, str]:
    """spaCy's own quick-start configuration for this export's labels, and what it reaches."""
    from spacy.cli.init_config import init_config

    component = options.text("config")
    most = max(sorted(languages), key=lambda code: languages[code], default="") or "en"
    finder = component == "spancat" and _wants_finder(options, shares)
    pipeline = ["span_finder", component] if finder else [component]
    config = init_config(lang=most, pipeline=pipeline, optimize="efficiency")
    if component == "spancat":
        key = options.text("spans-key")
        for name in pipeline:
            config["components"][name]["spans_key"] = key
        weights = config["training"]["score_weights"]
        for name in [n for n in weights if n.startswith("spans_sc_")]:
            weights[name.replace("spans_sc_", f"spans_{key}_")] = weights.pop(name)
        shortest, longest = min(shares.lengths, default=1), max(shares.lengths, default=1)
        suggester: dict[str, str | int] = {"@misc": "spacy.ngram_range_suggester.v1"}
        suggester |= {"min_size": shortest, "max_size": longest}
        if finder:
            # What the finder puts under the key is what spancat looks at, in training too.
            suggester = {"@misc": "spacy.preset_spans_suggester.v1", "spans_key": key}
            config["components"]["span_finder"] |= {"min_length": shortest, "max_length": longest}
            config["training"]["annotating_components"] = ["tok2vec", "span_finder"]
        config["components"]["spancat"]["suggester"] = suggester
    return str(config.to_str()), _remark(component, shares, finder=finder)


def _wants_finder(options: Options, shares: Shares) -> bool:
    way = options.text("suggester")
    long = max(shares.lengths, default=0) > NGRAMS
    return way == "span_finder" or (way == "auto" and long)


def _remark(component: str, shares: Shares, *, finder: bool) -> str:
    spans = shares.lengths.total()
    if component in ("spancat", "ner") and not spans:
        return f"{component}: there are no spans to learn from"
    if component == "spancat":
        by = "span_finder" if finder else "ngrams"
        sizes = f"{min(shares.lengths)} to {max(shares.lengths)} tokens"
        return f"spancat: {by} of {sizes} can reach 100.0 % of the spans ({spans} of {spans})"
    if component == "ner":
        share = f"{shares.entities / spans:.1%}".replace("%", " %")
        left = f"{shares.entities} of {spans}; the others overlap with these"
        return f"ner: doc.ents holds {share} of the spans ({left})"
    if not shares.with_any:
        return f"{component}: there are no labels of articles (or of sentences) to learn from"
    if component == "textcat" and shares.exclusive < shares.docs:
        told = f"{shares.docs - shares.exclusive} of {shares.docs} docs have another number"
        return f"textcat: takes one label a doc; {told} (config=textcat_multilabel)"
    return f"{component}: {shares.with_any} of {shares.docs} docs have labels"
