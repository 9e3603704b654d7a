"""Layers of INCEpTION and WebAnno under their own names, whatever the file: TSV, XMI or JSON.

A span layer is the last part of its type's name, its features are attributes. A relation layer is
a relation of that type. What links a span to others is a relation too: of a slot its type is the
role, of a chain the label of the link, and the attribute `slot` names the feature (of a chain:
`next`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from annotator.domain.model import RELATION_TYPE, Annotation
from annotator.domain.scheme import MANY, AttributeKind
from annotator.domain.vocabulary import DeclaredLabel, Vocabulary
from annotator.formats.cas_types import ARTICLE, LAYOUT, RELATION, SPAN, short
from annotator.formats.support.names import identifier, original
from annotator.formats.support.spans_read import relation_of, span_of

SLOT: Final = "slot"
"""The attribute of a relation that names the feature of its head that links to its tail."""
NEXT: Final = "next"
"""The feature that links an element of a chain to the one after it."""
REFERENCE_TYPE: Final = "referenceType"
REFERENCE_RELATION: Final = "referenceRelation"
UNNAMED: Final = "link"
"""The type of a link without a role or label."""
TAKEN_BY_RELATIONS: Final = (RELATION_TYPE, SLOT)
"""Attributes of a relation that are not features of its layer."""
META: Final = "_uima"
"""Key of an article's `meta` for the types of its layers, with the ranges of their features."""
CUSTOM: Final = "webanno.custom."
_DKPRO: Final = "de.tudarmstadt.ukp.dkpro.core.api."
KNOWN: Final = {
    "NamedEntity": f"{_DKPRO}ner.type.NamedEntity",
    "CoreferenceLink": f"{_DKPRO}coref.type.CoreferenceLink",
    "SemArg": f"{_DKPRO}semantics.type.SemArg",
    "SemPred": f"{_DKPRO}semantics.type.SemPred",
    "POS": f"{_DKPRO}lexmorph.type.pos.POS",
    "MorphologicalFeatures": f"{_DKPRO}lexmorph.type.morph.MorphologicalFeatures",
    "Lemma": f"{_DKPRO}segmentation.type.Lemma",
    "Stem": f"{_DKPRO}segmentation.type.Stem",
    "SurfaceForm": f"{_DKPRO}segmentation.type.SurfaceForm",
    "Chunk": f"{_DKPRO}syntax.type.chunk.Chunk",
    "Dependency": f"{_DKPRO}syntax.type.dependency.Dependency",
}
"""Layers that INCEpTION has built in. A custom layer of such a name is known by its whole name."""
_MEANING: Final = frozenset(
    KNOWN[name] for name in ("NamedEntity", "CoreferenceLink", "SemArg", "SemPred")
)
"""Those that people annotate; the others a parser fills, for every word."""
_OTHERS: Final = ("de.tudarmstadt.ukp.", "org.dkpro.", "uima.")
"""Name spaces of types that are no layers of a project's own."""
BOOLEAN: Final = "uima.cas.Boolean"
STRING: Final = "uima.cas.String"
STRINGS: Final = "uima.cas.StringArray"

ANNOTATION: Final = "uima.tcas.Annotation"
_DEEP: Final = 3
"""Parts of the name of a file in an exported project."""

Slot = tuple[str, str]
"""Of a slot feature the type of its links, and that of what they lead to."""


def name_of(name: str) -> str:
    """What a scheme calls a layer or feature; what is spelled so already is not spelled again."""
    return identifier(original(name))


def layer_of(kind: str) -> str:
    """What a scheme calls the layer of a UIMA type."""
    name = short(kind)
    return name_of(kind if name in KNOWN and kind != KNOWN[name] else name)


def relation_name(kind: str) -> str:
    """What the relations of a relation layer are called."""
    name = short(kind)
    return original(kind if name in KNOWN and kind != KNOWN[name] else name)


def attribute_of(feature: str) -> str:
    """What a scheme calls a feature of a relation layer."""
    return identifier(original(feature, TAKEN_BY_RELATIONS), TAKEN_BY_RELATIONS)


class Layers:
    """Which layers of a file are read under their own names."""

    def __init__(self, further: Collection[str]) -> None:
        self._further = frozenset(further)

    def __contains__(self, kind: str) -> bool:
        """Whether the layer of a UIMA type is; those of a parser only where they are named."""
        if kind in LAYOUT or kind in (ARTICLE, RELATION):
            return False
        parsed = kind.startswith(_OTHERS) and kind not in _MEANING
        return kind in self._further or not parsed


def is_ours(kind: str, features: Mapping[str, object]) -> bool:
    """Whether a span is a piece of a claim or mark of ours: others may call a layer Span too."""
    return kind == SPAN and bool(features.get("claim")) and bool(features.get("layer"))


@dataclass(slots=True)
class Types:
    """The types of layers, with what is known of their features."""

    spans: dict[str, dict[str, str | Slot]] = field(default_factory=dict)
    """Type -> feature -> its range, or where its slot leads; "" for a range that is not told."""
    relations: dict[str, dict[str, str]] = field(default_factory=dict)
    """Type -> feature -> range."""
    ends: dict[str, str] = field(default_factory=dict)
    """Type of a relation -> the type that it relates."""

    def add(self, other: Types) -> None:
        """Learn what another article's layers are like."""
        for kind, features in other.spans.items():
            known = self.spans.setdefault(kind, {})
            for name, range_ in features.items():
                here = known.get(name)
                known[name] = here if isinstance(here, tuple) else range_ or here or ""
        for kind, plain in other.relations.items():
            ranges = self.relations.setdefault(kind, {})
            for name, plain_range in plain.items():
                ranges[name] = ranges.get(name) or plain_range
        for kind, end in other.ends.items():
            self.ends[kind] = end if self.ends.get(kind, end) == end else ANNOTATION

    def as_meta(self) -> dict[str, object]:
        """What an article keeps of them; nothing for an article without such layers."""
        spans = {
            kind: {f: list(r) if isinstance(r, tuple) else r for f, r in sorted(features.items())}
            for kind, features in sorted(self.spans.items())
        }
        out: dict[str, object] = {"spans": spans} if spans else {}
        if self.relations:
            out["relations"] = {
                kind: dict(sorted(features.items()))
                for kind, features in sorted(self.relations.items())
            }
            out["ends"] = dict(sorted(self.ends.items()))
        return {META: out} if out else {}

    @classmethod
    def of(cls, meta: Mapping[str, object]) -> Types:
        """Those of an article; none where it has none."""
        found = meta.get(META)
        out = cls()
        if not isinstance(found, dict):
            return out
        for kind, features in _tables(found.get("spans")):
            known: dict[str, str | Slot] = out.spans.setdefault(kind, {})
            for name, range_ in features.items():
                match range_:
                    case [str(link), str(target)]:
                        known[name] = (link, target)
                    case str():
                        known[name] = range_
        for kind, features in _tables(found.get("relations")):
            out.relations[kind] = {n: r for n, r in features.items() if isinstance(r, str)}
        ends = found.get("ends")
        if isinstance(ends, dict):
            out.ends = {str(k): str(v) for k, v in ends.items()}
        return out


def _tables(value: object) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, inner in value.items() if isinstance(value, dict) else ():
        if isinstance(inner, dict):
            yield str(name), inner


@dataclass(slots=True)
class Found:
    """What a file holds of such layers; spans are known by keys that the reader makes up."""

    types: Types = field(default_factory=Types)
    used: set[str] = field(default_factory=set)
    """Types of the spans that there are."""
    spans: dict[str, tuple[str, tuple[int, int], dict[str, str]]] = field(default_factory=dict)
    """Key -> type, place (code points), attributes."""
    relations: list[tuple[str, str, str, dict[str, str]]] = field(default_factory=list)
    """Type, key of the head, key of the tail, attributes."""
    links: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Key of the head, its feature, role ("" for none), key of the tail."""

    def span(
        self, key: str, kind: str, place: tuple[int, int], features: Mapping[str, str]
    ) -> None:
        """A span with its features."""
        known = self.types.spans.setdefault(kind, {})
        for name in features:
            known.setdefault(name, "")
        named = {name_of(n): _plain(v, known.get(n)) for n, v in features.items() if v}
        self.spans[key] = kind, place, named
        self.used.add(kind)

    def relation(
        self, kind: str, head: str, tail: str, features: Mapping[str, str], base: str
    ) -> None:
        """A relation of a relation layer; `base` is the type that the layer relates."""
        ranges = self.types.relations.setdefault(kind, {})
        for name in features:
            ranges.setdefault(name, "")
        self.types.ends.setdefault(kind, base)
        named = {attribute_of(n): _plain(v, ranges.get(n)) for n, v in features.items() if v}
        self.relations.append((kind, head, tail, named))

    def chain(
        self, key: str, kind: str, elements: list[tuple[tuple[int, int], dict[str, str]]]
    ) -> list[str]:
        """A chain, and the keys of its elements: the label of a link stands with the element that
        it leads from."""
        self.types.spans.setdefault(kind, {})[NEXT] = ""
        last = len(elements) - 1
        for i, (place, features) in enumerate(elements):
            kept = dict(features)
            role = "" if i == last else kept.pop(REFERENCE_RELATION, "")
            self.span(f"{key}-{i}", kind, place, kept)
            if i < last:
                self.links.append((f"{key}-{i}", NEXT, role, f"{key}-{i + 1}"))
        return [f"{key}-{i}" for i in range(len(elements))]

    def annotations(self) -> Iterator[Annotation]:
        """The spans and relations."""
        for key, (kind, place, attributes) in self.spans.items():
            yield span_of(key, layer_of(kind), [place], attributes)
        for i, (kind, head, tail, attributes) in enumerate(self.relations):
            yield relation_of(f"layer relation {i}", head, tail, relation_name(kind), attributes)
        for i, (head, feature, role, tail) in enumerate(self.links):
            yield relation_of(f"layer link {i}", head, tail, role or UNNAMED, {SLOT: feature})


@dataclass(frozen=True, slots=True)
class Source:
    """Which article a file of a project is about, and whose it is."""

    name: str
    annotator: str = ""
    curated: bool = False

    def attributed(self, annotations: Iterable[Annotation]) -> Iterator[Annotation]:
        """The annotations, of whoever's file it is where they do not say."""
        for a in annotations:
            a = replace(a, annotator=a.annotator or self.annotator)
            yield replace(a, provenance="adjudicated") if self.curated else a


def source_of(root: Path, file: Path) -> Source:
    """What the place of a file in an exported project says: `annotation/DOCUMENT/PERSON.tsv`."""
    parts = file.relative_to(root).parts if file.is_relative_to(root) else ()
    if len(parts) >= _DEEP and parts[-3] in ("annotation", "curation"):
        who = "" if file.stem == "INITIAL_CAS" else file.stem
        return Source(parts[-2], who, curated=parts[-3] == "curation")
    return Source(file.stem)


def _plain(value: str, range_: object) -> str:
    """A value of a feature; what is true or false says yes or no, as anywhere here."""
    return {"true": "yes", "false": "no"}.get(value, value) if range_ == BOOLEAN else value


def value_text(value: object) -> str:
    """The value of a feature as that of an attribute; several values are joined."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (list, tuple)):
        return MANY.join(value_text(v).replace(MANY, "\N{BROKEN BAR}") for v in value)
    return str(value)


_KINDS: Final[Mapping[str, AttributeKind]] = {
    BOOLEAN: "yes_no",
    STRINGS: "several",
    **dict.fromkeys(
        (
            *("uima.cas.Integer", "uima.cas.Long", "uima.cas.Short", "uima.cas.Byte"),
            *("uima.cas.Float", "uima.cas.Double"),
        ),
        "number",
    ),
}


def vocabulary(types: Types, used: Collection[str]) -> Vocabulary:
    """What a project declares: its layers and their features, used or not; of those that every
    project has only the ones that are used."""
    labels: list[DeclaredLabel] = []
    layers: dict[str, str] = {}
    for kind, features in types.spans.items():
        if kind in _MEANING and kind not in used:
            continue
        layer = layer_of(kind)
        layers[layer] = short(kind)
        for name, range_ in features.items():
            if isinstance(range_, str) and range_:
                labels.append(
                    DeclaredLabel(layer, name_of(name), _KINDS.get(range_), (), original(name))
                )
    for features_of in types.relations.values():
        for name, range_ in features_of.items():
            if range_:
                known = _KINDS.get(range_)
                labels.append(DeclaredLabel("relation", attribute_of(name), known, (), name))
    return Vocabulary(span_layers=tuple(layers.items()), labels=tuple(labels))
