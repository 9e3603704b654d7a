"""What annotators decided about, as tables of units and layers of spans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal

import numpy as np

from annotator.agreement.adapter import matched_units
from annotator.agreement.claims import WHOLE, f1_whole
from annotator.agreement.result import Result
from annotator.agreement.span_table import BY_ROLE, SpanTable
from annotator.agreement.units import MISSING, Units
from annotator.alignment.annotations import by_place
from annotator.alignment.arrays import Ints
from annotator.alignment.claim_table import NOWHERE, ClaimTable
from annotator.alignment.matching import Alignment, align_layer
from annotator.domain.model import Annotation, span_role
from annotator.domain.scheme import Attribute
from annotator.domain.terms import role_said
from annotator.report.annotation_arrays import hulls
from annotator.report.corpus import Corpus

LayerName = Literal["claims", "spans", "sentences", "marks"]
LAYERS: Final[tuple[LayerName, ...]] = ("claims", "spans", "sentences", "marks")
HOLDS_CLAIM: Final = "holds a claim"


@dataclass(frozen=True, eq=False)
class Question:
    """A question with a choice of labels, and who chose what.

    Attributes:
        layer: Of the report.
        of: The layer of the annotations, as the scheme names it.
        name: The attribute, or "holds a claim".
        title: For people.
        units: One per sentence, article, or group of matched claims or marks.
        guideline: What the scheme says about the question.
        guidelines: Label -> what the scheme says about it.
        required: Whether the scheme wants a label from everybody.
        article, start, end: Where each unit is: a place among the corpus's articles, and code
            points (units,).
        row: Which of the corpus's rows says what each annotator chose (units, annotators), -1
            without; None where several roles and labels of a claim are matched.
        scale: The labels in their order, where the scheme says that they are steps of a scale.
    """

    layer: LayerName
    of: str
    name: str
    title: str
    units: Units
    guideline: str
    guidelines: Mapping[str, str]
    required: bool
    article: Ints
    start: Ints
    end: Ints
    row: Ints | None = None
    scale: tuple[str, ...] = ()


class Questions:
    """The tables of a corpus, each made when it is first asked for."""

    def __init__(self, corpus: Corpus, layers: Sequence[LayerName] = LAYERS) -> None:
        self.corpus = corpus
        self.layers = tuple(layers)
        self._marks: dict[str, Alignment] = {}

    def with_gold(self, gold: Iterable[Annotation]) -> Questions:
        """The same after other decisions: nothing that is compared has changed, so all is kept."""
        found = copy(self)
        found.corpus = self.corpus.with_gold(gold)
        return found

    @cached_property
    def claims(self) -> Alignment:
        """The claims of all annotators in groups about the same thing."""
        return align_layer(self.table, "claim", self.corpus.scheme)

    @property
    def table(self) -> ClaimTable:
        """The claims of all annotators."""
        return self.corpus.table("claim")

    @cached_property
    def whole(self) -> Result:
        """Agreement on claims as wholes, without its interval."""
        return f1_whole(self.table, roles=self.whole_roles, resampling=None)

    @property
    def whole_roles(self) -> tuple[str, ...]:
        """The roles that make a claim whole, as the scheme calls content, source and cue."""
        scheme = self.corpus.scheme
        said = (role_said(scheme, name) for name in WHOLE)
        return tuple(name for name in said if name) or WHOLE

    def marks(self, layer: str) -> Alignment:
        """The marks of a span layer in groups about the same words."""
        if layer not in self._marks:
            self._marks[layer] = align_layer(self.corpus.table(layer), layer)
        return self._marks[layer]

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """The roles that claims have, in the order of the scheme."""
        seen = self.table.roles
        known = [role.name for role in self.corpus.scheme.roles if role.name in seen]
        return (*known, *(name for name in seen if name not in known))

    @cached_property
    def spans(self) -> SpanTable:
        """The roles of claims as spans, labelled by role."""
        return SpanTable.from_documents(self.table, self.roles, BY_ROLE, self.corpus.annotators)

    def role(self, name: str) -> SpanTable:
        """The spans of one role, without labels to disagree on."""
        return self.contents if name == self.content else self._role(name)

    @property
    def content(self) -> str:
        """What the scheme calls the content of a claim."""
        return self.corpus.scheme.content_name

    @cached_property
    def contents(self) -> SpanTable:
        """The spans of contents: kept, as several parts of the report ask for them."""
        return self._role(self.content)

    def _role(self, name: str) -> SpanTable:
        layer = self.spans.with_label(name)
        return replace(layer, lacking=len(self.table) - len(layer.document))

    def mark_spans(self, layer: str) -> SpanTable:
        """The marks of a span layer as spans, labelled by its first attribute with a choice."""
        label = next((a.name for a in self.corpus.choices(layer)), None)
        return SpanTable.from_documents(
            self.corpus.table(layer), (span_role(layer),), label, self.corpus.annotators
        )

    @cached_property
    def all(self) -> tuple[Question, ...]:
        """Every question of the wanted layers on which there is a label."""
        out: list[Question] = []
        corpus = self.corpus
        if "claims" in self.layers and len(self.table):
            out.append(self._holds_claim())
            out += [
                self._matched(self.claims, "claims", "claim", a) for a in corpus.choices("claim")
            ]
        if "marks" in self.layers and corpus.articles:
            out += [
                self._matched(self.marks(layer), "marks", layer, a)
                for layer in corpus.span_layers
                for a in corpus.choices(layer)
            ]
        if "sentences" in self.layers:
            layers = ("sentence", "article")
            out += [self._chosen(layer, a) for layer in layers for a in corpus.choices(layer)]
        return tuple(t for t in out if t.units.given.any() or t.required)

    def _question(
        self,
        layer: LayerName,
        of: str,
        attribute: Attribute,
        units: Units,
        where: tuple[Ints, Ints, Ints],
        row: Ints | None = None,
    ) -> Question:
        return Question(
            layer,
            of,
            attribute.name,
            attribute.title if of in ("claim", "sentence") else f"{of} {attribute.title}",
            units,
            " ".join(attribute.guideline.split()),
            {v.name: " ".join(v.guideline.split()) for v in attribute.values},
            attribute.required,
            *where,
            row,
            attribute.scale,
        )

    def _matched(
        self, alignment: Alignment, layer: LayerName, of: str, attribute: Attribute
    ) -> Question:
        known = tuple(value.name for value in attribute.values)
        # The scheme's label set, then what was given under other schemes.
        labels, _ = alignment.table.attribute(attribute.name, known)
        units = replace(matched_units(alignment, attribute.name, labels), unit=f"matched {of}s")
        table = alignment.table
        leading = alignment.order[alignment.first[:-1]][alignment.matched]
        document = table.document[leading]
        first, last = (side[leading] - table.base[document] for side in alignment.hulls)
        return self._question(layer, of, attribute, units, (document, first, last))

    def _chosen(self, of: str, attribute: Attribute) -> Question:
        """A label of sentences or articles: they are known by where they start."""
        corpus, rows = self.corpus, self.corpus.rows
        mine = rows.of_layer(of)
        known = tuple(value.name for value in attribute.values)
        values, codes = rows.attribute(attribute.name, mine)
        labels = (*known, *(value for value in values if value not in known))
        given = codes >= 0
        mine, codes = mine[given], codes[given]
        number = np.array([labels.index(value) for value in values], dtype=np.int64)
        start, end = (side[rows.row[mine]] for side in hulls(rows.columns))
        document, who = rows.document[mine], rows.annotator[mine]
        which, row = by_place(document, start, who, len(corpus.annotators))
        first = np.unique(which, return_index=True)[1]
        chosen = np.append(number[codes], MISSING)[row]
        units = Units(
            np.asfortranarray(chosen.astype(np.int8 if len(labels) < 128 else np.int32)),
            labels,
            corpus.annotators,
            document[first],
            tuple(article.uid for article in corpus.articles),
            unit=f"{of}s",
        )
        last = np.zeros(len(row), dtype=np.int64)
        last[which] = end
        places = document[first], start[first], last
        return self._question("sentences", of, attribute, units, places, np.append(mine, -1)[row])

    def _holds_claim(self) -> Question:
        """Whether each sentence that is to be reviewed holds the start of a claim's content."""
        corpus, table = self.corpus, self.table
        kinds = corpus.scheme.review_kinds
        found = [(i, s) for i, a in enumerate(corpus.articles) for s in a.layout.sentences]
        document = np.array([i for i, _ in found], dtype=np.int64)
        start = np.array([s.start for _, s in found], dtype=np.int64)
        end = np.array([s.end for _, s in found], dtype=np.int64)
        wanted = np.array([s.kind in kinds for _, s in found], dtype=np.bool_)
        codes = np.where(table.read[document], 0, MISSING).astype(np.int8)
        at, _ = table.hulls([self.content])
        at = np.where(at == NOWHERE, table.hulls(table.roles)[0], at)
        sentence = np.searchsorted(start + table.base[document], at, side="right") - 1
        # What starts before the first sentence of its article is in none.
        inside = (sentence >= 0) & (document[np.maximum(sentence, 0)] == table.document)
        codes[sentence[inside], table.annotator[inside]] = 1
        units = Units(
            np.asfortranarray(codes[wanted]),
            ("no", "yes"),
            corpus.annotators,
            document[wanted],
            tuple(article.uid for article in corpus.articles),
            unit="sentences",
        )
        guidelines = {
            "yes": f"The {self.content} of a claim starts in the sentence.",
            "no": f"No claim's {self.content} starts in the sentence.",
        }
        where = document[wanted], start[wanted], end[wanted]
        return Question("claims", "sentence", HOLDS_CLAIM, f"sentence {HOLDS_CLAIM}", units,
                     "", guidelines, True, *where)  # fmt: skip
