"""What annotators decided about, as tables of units and layers of spans."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal

import numpy as np

from annotator.agreement.adapter import attribute_units
from annotator.agreement.layers import BY_ROLE, Layer
from annotator.agreement.matching import ANCHORS, SUPPORT, Alignment, align
from annotator.agreement.report.corpus import Corpus
from annotator.agreement.units import MISSING, Label, Units
from annotator.domain import model
from annotator.domain.scheme import Attribute

LayerName = Literal["claims", "spans", "sentences", "marks"]
LAYERS: Final[tuple[LayerName, ...]] = ("claims", "spans", "sentences", "marks")
_SPAN_ANCHORS: Final = ("span",)
HOLDS_CLAIM: Final = "holds a claim"


@dataclass(frozen=True, eq=False)
class Topic:
    """A question with a choice of labels, and who chose what.

    Attributes:
        layer: Of the report.
        of: The layer of the annotations.
        name: The attribute, or "holds a claim".
        title: For people.
        units: One per sentence, article, or group of matched claims or marks.
        guideline: What the scheme says about the question.
        guidelines: Label -> what the scheme says about it.
        required: Whether the scheme wants a label from everybody.
    """

    layer: LayerName
    of: model.Layer
    name: str
    title: str
    units: Units
    guideline: str
    guidelines: Mapping[str, str]
    required: bool


class Topics:
    """The tables of a corpus, each made when it is first asked for."""

    def __init__(self, corpus: Corpus, layers: Sequence[LayerName] = LAYERS) -> None:
        self.corpus = corpus
        self.layers = tuple(layers)

    @cached_property
    def claims(self) -> Alignment:
        """The claims of all annotators in groups about the same thing."""
        return align(
            self.corpus.documents("claim"), self.corpus.annotators, anchors=ANCHORS, support=SUPPORT
        )

    @cached_property
    def marks(self) -> Alignment:
        """The bias marks in groups about the same words."""
        return align(
            self.corpus.documents("mark"),
            self.corpus.annotators,
            anchors=_SPAN_ANCHORS,
            support=(),
        )

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """The roles that claims have, in the order of the scheme."""
        seen = Counter(role for claim in self.claims.table.claims for role in claim.roles)
        known = [role.name for role in self.corpus.scheme.roles if role.name in seen]
        return (*known, *sorted(seen.keys() - set(known)))

    @cached_property
    def spans(self) -> Layer:
        """The roles of claims as spans, labelled by role."""
        return Layer.of(self.corpus.documents("claim"), self.roles, BY_ROLE, self.corpus.annotators)

    def role(self, name: str) -> Layer:
        """The spans of one role, without labels to disagree on."""
        layer = self.spans.with_label(name)
        return replace(layer, lacking=len(self.claims.table.claims) - len(layer.document))

    @cached_property
    def mark_spans(self) -> Layer:
        """The marks as spans, labelled by the scheme's first attribute of marks."""
        label = next((a.name for a in self.corpus.choices("mark")), None)
        documents = self.corpus.documents("mark")
        return Layer.of(documents, _SPAN_ANCHORS, label, self.corpus.annotators)

    @cached_property
    def all(self) -> tuple[Topic, ...]:
        """Every topic of the wanted layers on which there is a label."""
        out: list[Topic] = []
        corpus = self.corpus
        if "claims" in self.layers and self.claims.table.claims:
            out.append(self._holds_claim())
            out += [
                self._matched(self.claims, "claims", "claim", a) for a in corpus.choices("claim")
            ]
        if "marks" in self.layers and corpus.documents("mark"):
            out += [self._matched(self.marks, "marks", "mark", a) for a in corpus.choices("mark")]
        if "sentences" in self.layers:
            layers: tuple[model.Layer, ...] = ("sentence", "article")
            out += [self._chosen(layer, a) for layer in layers for a in corpus.choices(layer)]
        return tuple(t for t in out if t.units.given.any() or t.required)

    def _topic(
        self, layer: LayerName, of: model.Layer, attribute: Attribute, units: Units
    ) -> Topic:
        return Topic(
            layer,
            of,
            attribute.name,
            f"{of} {attribute.title}" if of in ("article", "mark") else attribute.title,
            units,
            " ".join(attribute.guideline.split()),
            {v.name: " ".join(v.guideline.split()) for v in attribute.values},
            attribute.required,
        )

    def _matched(
        self, alignment: Alignment, layer: LayerName, of: model.Layer, attribute: Attribute
    ) -> Topic:
        values = (claim.attributes.get(attribute.name) for claim in alignment.table.claims)
        labels = _labels(attribute, {v for v in values if v})
        return self._topic(layer, of, attribute, alignment.units(attribute.name, labels))

    def _chosen(self, of: model.Layer, attribute: Attribute) -> Topic:
        mine = [a for a in self.corpus.annotations if a.layer == of]
        labels = _labels(attribute, {a.attributes.get(attribute.name, "") for a in mine} - {""})
        # Two tags of one annotator on one sentence are the later one's decision.
        last = {
            (a.article, a.start, a.annotator): a for a in mine if attribute.name in a.attributes
        }
        units = attribute_units(last.values(), of, attribute.name, labels, self.corpus.annotators)
        return self._topic("sentences", of, attribute, units)

    def _holds_claim(self) -> Topic:
        """Whether each sentence that is to be reviewed holds the start of a claim's content."""
        corpus, table = self.corpus, self.claims.table
        kinds = corpus.scheme.review_kinds
        places: list[dict[int, int]] = []
        documents: list[str] = []
        first: list[int] = [0]
        for article in corpus.articles:
            wanted = [i for i, s in enumerate(article.layout.sentences) if s.kind in kinds]
            places.append({s: first[-1] + i for i, s in enumerate(wanted)})
            first.append(first[-1] + len(wanted))
            documents += [article.uid] * len(wanted)
        starts = [[s.start for s in a.layout.sentences] for a in corpus.articles]
        codes = np.full((first[-1], len(corpus.annotators)), MISSING, dtype=np.int32)
        for d in range(len(corpus.articles)):
            codes[first[d] : first[d + 1], table.read[d]] = 0
        for claim, d, a in zip(
            table.claims, table.document.tolist(), table.annotator.tolist(), strict=True
        ):
            content = claim.role("content")
            at = content[0][0] if content else claim.start
            place = places[d].get(bisect_right(starts[d], at) - 1)
            if place is not None:
                codes[place, a] = 1
        units = Units.from_codes(codes, ("no", "yes"), corpus.annotators, documents)
        guidelines = {
            "yes": "The content of a claim starts in the sentence.",
            "no": "No claim's content starts in the sentence.",
        }
        return Topic("claims", "sentence", HOLDS_CLAIM, f"sentence {HOLDS_CLAIM}", units,
                     "", guidelines, required=True)  # fmt: skip


def _labels(attribute: Attribute, seen: set[str]) -> tuple[Label, ...]:
    """The scheme's label set, then what was given under other schemes."""
    known = tuple(value.name for value in attribute.values)
    return (*known, *sorted(seen - set(known)))
