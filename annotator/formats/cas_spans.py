"""Spans of layers, their relations, links and chains as UIMA knows them, out of annotations.

The other way round than `cas_layers`: what an attribute `slot` names is a link feature of the
head, or (`next`) makes a chain; every other relation is one of a relation layer. Types are those
that an article came with, those that INCEpTION has built in, and else `webanno.custom.NAME`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from annotator.domain.exchange import Dataset, Document
from annotator.domain.losses import Losses
from annotator.domain.model import RELATION_TYPE, Annotation
from annotator.domain.scheme import MARK, AttributeKind, Scheme
from annotator.formats.cas_layers import (
    ANNOTATION,
    BOOLEAN,
    CUSTOM,
    KNOWN,
    NEXT,
    REFERENCE_RELATION,
    REFERENCE_TYPE,
    SLOT,
    STRING,
    STRINGS,
    UNNAMED,
    Slot,
    Types,
    attribute_of,
    layer_of,
    name_of,
    relation_name,
)
from annotator.formats.support import unsupported as unheld
from annotator.formats.support.names import identifier
from annotator.formats.support.output import Names

_RANGES: Mapping[AttributeKind, str] = {
    "number": "uima.cas.Float",
    "yes_no": BOOLEAN,
    "several": STRINGS,
}
"""Kinds of attributes -> ranges of features; others are strings."""


@dataclass(slots=True)
class CasSpan:
    """A span: one annotation of UIMA."""

    id: str
    """The annotation that it is of."""
    kind: str
    start: int
    end: int
    features: dict[str, str]


@dataclass(slots=True)
class CasRelation:
    """A relation of a relation layer, from one span to another by position."""

    kind: str
    head: int
    tail: int
    features: dict[str, str]


@dataclass(slots=True)
class CasLink:
    """What a slot of a span holds: a role ("" for none), and what it leads to."""

    host: int
    feature: str
    role: str
    target: int


@dataclass(slots=True)
class CasPart:
    """What an annotator has in an article."""

    spans: list[CasSpan] = field(default_factory=list)
    relations: list[CasRelation] = field(default_factory=list)
    links: list[CasLink] = field(default_factory=list)
    chains: list[tuple[str, list[int]]] = field(default_factory=list)
    """Type of the elements, and these in their order."""


class TypeRegister:
    """The types of all that is written, learnt article by article; it starts with the scheme's."""

    def __init__(self, scheme: Scheme | None, *, arrays: bool = True) -> None:
        self.scheme = scheme
        self.arrays = arrays
        """Whether a feature can have several values: in TSV it is one string."""
        self.types = Types()
        self.own = False
        """Whether there are layers of the user's own."""
        if scheme is None:
            return
        for layer in scheme.span_layers:
            if layer.name != MARK:
                self.own = True
                features = self.types.spans.setdefault(self._usual(layer.name), {})
                features |= {
                    a.name: self._range(layer.name, a.name) for a in scheme.of_layer(layer.name)
                }

    def _usual(self, layer: str) -> str:
        return KNOWN.get(layer, CUSTOM + layer)

    def _range(self, layer: str, name: str) -> str:
        attribute = self.scheme.attribute(layer, name) if self.scheme else None
        range_ = _RANGES.get(attribute.kind, STRING) if attribute else STRING
        return range_ if self.arrays or range_ != STRINGS else STRING

    def learn(self, types: Types) -> None:
        """The types that an article came with stand in for those of the scheme, and so do the
        features for the attributes that are spelled after them."""
        for kind, features in types.spans.items():
            usual = self._usual(layer_of(kind))
            if usual != kind and usual in self.types.spans:
                self.types.spans[kind] = self.types.spans.pop(usual)
            known = self.types.spans.get(kind, {})
            for name in features:
                if name_of(name) != name:
                    known.pop(name_of(name), None)
        self.types.add(types if self.arrays else _without_arrays(types))

    def span_type(self, layer: str) -> str:
        """The type of a layer."""
        found = (kind for kind in self.types.spans if layer_of(kind) == layer)
        return next(found, self._usual(layer))

    def relation_type(self, name: str) -> str:
        """The type of a relation layer."""
        found = (kind for kind in self.types.relations if relation_name(kind) == name)
        kind = next(found, CUSTOM + identifier(name))
        if kind in self.types.spans:
            # A span layer is called so: one letter is spelled out, and reads the same.
            first, rest = name[0], identifier(f"zz{name[1:]}").removeprefix("zz")
            kind = f"{CUSTOM}_x{ord(first):x}_{rest}"
        return kind

    def feature(self, kind: str, layer: str, attribute: str) -> str:
        """The feature of a type that an attribute is; it is learnt where it is new."""
        features = self.types.spans.setdefault(kind, {})
        name = next((f for f in features if name_of(f) == attribute), attribute)
        features[name] = features.get(name) or self._range(layer, attribute)
        return name

    def relation_feature(self, kind: str, attribute: str) -> str:
        """The feature of a relation's type that an attribute is."""
        features = self.types.relations.setdefault(kind, {})
        name = next((f for f in features if attribute_of(f) == attribute), attribute)
        features[name] = features.get(name) or self._range("relation", attribute)
        return name

    def slot(self, kind: str, feature: str, target: str) -> None:
        """A slot of a type leads to a type of span."""
        features = self.types.spans.setdefault(kind, {})
        known = features.get(feature)
        if isinstance(known, tuple):
            link, to = known
            features[feature] = link, to if to == target else ANNOTATION
        else:
            features[feature] = f"{kind}{feature[:1].upper()}{feature[1:]}Link", target

    def relates(self, kind: str, base: str) -> None:
        """A relation of a type leads from a type of span."""
        known = self.types.ends.get(kind)
        self.types.ends[kind] = base if known in (None, base) else ANNOTATION


def _without_arrays(types: Types) -> Types:
    spans: dict[str, dict[str, str | Slot]] = {
        kind: {name: STRING if range_ == STRINGS else range_ for name, range_ in features.items()}
        for kind, features in types.spans.items()
    }
    return Types(spans, types.relations, types.ends)


class PartReader:
    """Takes out of annotations what has a layer of its own, counting what has no place."""

    def __init__(self, register: TypeRegister, losses: Losses) -> None:
        self.register, self.losses = register, losses

    def part(self, annotations: Iterable[Annotation]) -> CasPart:
        """The spans of layers among annotations, and what ties them together."""
        out = CasPart()
        places: dict[str, int] = {}
        relations: list[Annotation] = []
        for a in annotations:
            if a.layer == "relation":
                relations.append(a)
            elif a.layer == "mark" and a.layer_name != MARK:
                unheld.count(a, ("attributes", "provenance"), self.losses)
                places[a.id] = len(out.spans)
                out.spans += self._spans(a)
        chained: list[tuple[int, int, str, str]] = []
        for a in relations:
            head, tail = places.get(a.head or "", -1), places.get(a.tail or "", -1)
            if head < 0 or tail < 0:
                kind = a.attributes.get(RELATION_TYPE, "without a type")
                self.losses.add(f"relation {kind} to what is no span of a layer here", a.id)
                unheld.attributes(a, a.attributes.keys() - {RELATION_TYPE, SLOT}, self.losses)
                continue
            self._relation(a, head, tail, out, chained)
        self._chains(chained, out)
        return out

    def _spans(self, a: Annotation) -> Iterator[CasSpan]:
        layer = a.layer_name
        kind = self.register.span_type(layer)
        features = {self.register.feature(kind, layer, n): v for n, v in a.attributes.items() if v}
        for i, f in enumerate(a.fragments):
            yield CasSpan(a.id, kind, f.start, f.end, features if i == 0 else {})

    def _relation(
        self,
        a: Annotation,
        head: int,
        tail: int,
        out: CasPart,
        chained: list[tuple[int, int, str, str]],
    ) -> None:
        feature = a.attributes.get(SLOT, "")
        name = a.attributes.get(RELATION_TYPE, "")
        more = a.attributes.keys() - {RELATION_TYPE, SLOT}
        unheld.count(
            a,
            ("attributes", "provenance") if not feature else ("provenance",),
            self.losses,
            (RELATION_TYPE, SLOT),
        )
        host, target = out.spans[head].kind, out.spans[tail].kind
        if feature == NEXT and host == target:
            chained.append((head, tail, "" if name == UNNAMED else name, a.id))
        elif feature:
            self.register.slot(host, feature, target)
            out.links.append(CasLink(head, feature, "" if name == UNNAMED else name, tail))
        else:
            kind = self.register.relation_type(name or "relation")
            self.register.relates(kind, host)
            self.register.types.relations.setdefault(kind, {})
            features = {
                self.register.relation_feature(kind, n): a.attributes[n] for n in sorted(more)
            }
            out.relations.append(CasRelation(kind, head, tail, features))

    def _chains(self, chained: list[tuple[int, int, str, str]], out: CasPart) -> None:
        """Links to the next element as chains: each element has one before and one after it."""
        after: dict[int, int] = {}
        before: dict[int, int] = {}
        for head, tail, label, id_ in chained:
            root = head
            while root in before:
                root = before[root]
            if head in after or tail in before or root == tail:
                self.losses.add(f"link {label or UNNAMED} that is none of a chain", id_)
                continue
            after[head], before[tail] = tail, head
            if label:
                out.spans[head].features[REFERENCE_RELATION] = label
                self.register.feature(
                    out.spans[head].kind, layer_of(out.spans[head].kind), REFERENCE_RELATION
                )
        for i, span in enumerate(out.spans):
            chain = i in after or NEXT in self.register.types.spans.get(span.kind, {})
            if chain and i not in before:
                elements = [i]
                while elements[-1] in after:
                    elements.append(after[elements[-1]])
                out.chains.append((span.kind, elements))
                features = self.register.types.spans[span.kind]
                for name in (NEXT, REFERENCE_TYPE, REFERENCE_RELATION):
                    features[name] = "" if name == NEXT else features.get(name) or STRING


class Files:
    """The files of an export, without their suffix: one for each article, or for each annotator
    of it (`annotation/ARTICLE/PERSON`, as INCEpTION has them; `curation/` of what is adjudicated).

    Spans of layers do not say whose they are, so where several people annotate, files do.
    """

    def __init__(self, dataset: Dataset, losses: Losses) -> None:
        self._several = len(dataset.annotators) > 1
        self._losses = losses
        self._names = Names()

    def of(self, document: Document) -> Iterator[tuple[str, Document]]:
        """The files of an article, each with what is to be in it."""
        article = document.stored
        name = self._names.of(article.name, article.uid)
        own = {
            a.annotator for a in document.annotations if a.layer == "mark" and a.layer_name != MARK
        }
        if not own or not (self._several or len(own) > 1):
            yield name, document
            return
        inner = Names()
        for who in sorted({a.annotator for a in document.annotations}):
            place = inner.of(who, "annotator")
            if place != who:
                self._losses.add("annotator whose name cannot be that of a file", who)
            mine = tuple(a for a in document.annotations if a.annotator == who)
            curated = all(a.provenance == "adjudicated" for a in mine)
            part = "curation" if curated else "annotation"
            yield f"{part}/{name}/{place}", replace(document, annotations=mine)
