"""The label scheme: layers, roles, attributes, relations; its version is a hash of its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import isfinite
from pathlib import Path
from typing import Final, Literal, get_args

from annotator.domain.model import (
    RELATION_TYPE,
    SCHEME_LAYERS,
    Annotation,
    Fragment,
    Layer,
)
from annotator.domain.scheme_steps import SchemeStep

ENGINE_ROLES: Final = ("content", "source", "cue", "addressee", "via")
"""What engines call the roles of the claims that they propose: what `suggests` can name."""
DEFAULT_SCHEME: Final = Path(__file__).parent.parent / "schemes" / "news.toml"
MARK: Final = "mark"
"""The span layer that is there without being declared."""
MANY: Final = "|"
"""Between the values of an attribute of the kind "several", as it is stored."""

AttributeKind = Literal["one", "several", "text", "number", "date", "yes_no"]
"""What a label can be: one value of a list, several of them, free text, a decimal number, a date
(ISO 8601: 2026-11-29), or yes and no."""
ATTRIBUTE_KINDS: Final[tuple[AttributeKind, ...]] = get_args(AttributeKind)


@dataclass(frozen=True, slots=True)
class Value:
    """One label of an attribute, with the key that gives it directly (empty: only the form)."""

    name: str
    key: str
    guideline: str
    taken_from: str = ""
    """What an engine calls it; empty: the same name."""
    archived: bool = False
    """Kept on what has it, and not offered any more."""


@dataclass(frozen=True, slots=True)
class LabelCondition:
    """Holds where each of the named labels of the same annotation has one of the values."""

    wanted: tuple[tuple[str, tuple[str, ...]], ...]
    """Label -> values."""

    def holds(self, labels: dict[str, list[str]]) -> bool:
        """Whether it does for labels, each with the values that it has."""
        return all(set(values) & set(labels.get(name, ())) for name, values in self.wanted)

    def __str__(self) -> str:
        parts = (f"{name} is {' or '.join(values)}" for name, values in self.wanted)
        return " and ".join(parts)


@dataclass(frozen=True, slots=True)
class Attribute:
    """A labelled property of the annotations of a layer."""

    name: str
    layer: str
    """A name of `Scheme.layers`."""
    title: str
    guideline: str
    required: bool
    kind: AttributeKind
    values: tuple[Value, ...]
    scale: tuple[str, ...] = ()
    """Names of values in their order, where they are steps of one scale; those left out of it
    ("unstated") stand beside the scale. Empty: labels without an order."""
    taken_from: str = ""
    """Which label of an engine's suggestions fills it; empty: none."""
    only_if: LabelCondition | None = None
    """Asked for only where this holds."""
    required_unless: LabelCondition | None = None
    """Required except where this holds."""
    archived: bool = False
    """Kept on what has it, and not offered any more."""

    @property
    def text(self) -> bool:
        """Whether it is typed and not chosen: free text, a number or a date."""
        return self.kind in {"text", "number", "date"}

    @property
    def offered(self) -> tuple[Value, ...]:
        """The values that can be given from now on: those that are not archived."""
        return () if self.archived else tuple(v for v in self.values if not v.archived)

    def value(self, name: str) -> Value | None:
        """Return the value of that name, or None when the scheme does not know it."""
        return next((v for v in self.values if v.name == name), None)

    def split(self, value: str) -> list[str]:
        """The values that a stored one is made of: one, but for the kind "several"."""
        return value.split(MANY) if self.kind == "several" else [value]

    def join(self, values: list[str]) -> str:
        """Several values as they are stored, in the order of the scheme; unknown ones last."""
        order = {v.name: i for i, v in enumerate(self.values)}
        return MANY.join(sorted(set(values), key=lambda v: (order.get(v, len(order)), v)))

    def fault_of(self, value: str) -> str:
        """What keeps a value from being one of this attribute; "" if nothing does."""
        match self.kind:
            case "text":
                return ""
            case "number":
                return "" if is_number(value) else f"{self.name} {value!r} is no number"
            case "date":
                return "" if is_date(value) else f"{self.name} {value!r} is no date (2026-11-29)"
            case _:
                unknown = [v for v in self.split(value) if self.value(v) is None]
                return f"{self.name} {unknown[0]!r}" if unknown else ""


def is_number(value: str) -> bool:
    """Whether text is a finite decimal number, as it is stored: "3", "-0.5"."""
    try:
        return value == value.strip() and "_" not in value and isfinite(float(value))
    except ValueError:
        return False


def is_date(value: str) -> bool:
    """Whether text is a date as ISO 8601 writes it: "2026-11-29"."""
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Role:
    """What a span is in a claim. A second span is a new one ("many") or a further fragment."""

    name: str
    key: str
    guideline: str
    required: bool
    many: bool
    suggests: str = ""
    """Which role of an engine's suggestions it takes; empty: none."""
    new_key: str = ""
    """The key that begins a new claim with it: the capital of its key, unless the scheme says."""
    archived: bool = False


@dataclass(frozen=True, slots=True)
class SpanLayer:
    """A layer of plain spans, such as named entities; its first choice of values is its label."""

    name: str
    title: str
    guideline: str
    archived: bool = False


@dataclass(frozen=True, slots=True)
class RelationType:
    """A relation that can be made between two annotations, from a head to a tail."""

    name: str
    title: str
    key: str
    guideline: str
    heads: tuple[str, ...]
    """What can be its head: names of layers, or `layer.label`; empty: anything."""
    tails: tuple[str, ...]
    symmetric: bool
    """Without a direction: head and tail may be told either way round."""
    archived: bool = False


@dataclass(frozen=True)
class Scheme:
    """A label scheme. `version` is the first 12 hex digits of the SHA-256 of its TOML source."""

    name: str
    title: str
    version: str
    toml: str
    roles: tuple[Role, ...]
    attributes: tuple[Attribute, ...]
    review_kinds: frozenset[str]
    span_layers: tuple[SpanLayer, ...] = ()
    """The layers of plain spans; `mark` too, where it is declared or has attributes."""
    relations: tuple[RelationType, ...] = ()
    history: tuple[SchemeStep, ...] = ()
    """The steps in which its names changed, the first one first."""

    def __hash__(self) -> int:
        return hash(self.version)

    @cached_property
    def layers(self) -> tuple[str, ...]:
        """The names of all layers that attributes can be of."""
        spans = [layer.name for layer in self.span_layers]
        return tuple(dict.fromkeys(["claim", *spans, *SCHEME_LAYERS]))

    @cached_property
    def content(self) -> Role | None:
        """What is claimed, whatever it is called; None in a scheme without roles.

        The role that says so (`suggests = "content"`), else one of that name, else the first.
        """
        said = [r for r in self.roles if r.suggests == "content"]
        named = [r for r in self.roles if r.name == "content"]
        return next(iter((*said, *named, *self.roles)), None)

    @property
    def content_name(self) -> str:
        """The name of the content; empty in a scheme without roles."""
        return self.content.name if self.content else ""

    def anchor(self, annotation: Annotation) -> tuple[Fragment, ...]:
        """The pieces that say what an annotation is about: its content, else all that it has."""
        content = annotation.role(self.content_name) if annotation.layer == "claim" else ()
        return content or annotation.fragments

    def role(self, name: str) -> Role | None:
        """Return the role of that name, or None."""
        return next((r for r in self.roles if r.name == name), None)

    def span_layer(self, name: str) -> SpanLayer | None:
        """Return the span layer of that name, or None."""
        return next((s for s in self.span_layers if s.name == name), None)

    def layer_title(self, name: str) -> str:
        """What people call a layer: the title of a span layer, else its name."""
        layer = self.span_layer(name)
        return layer.title if layer else name

    @property
    def mark_layer(self) -> str:
        """The layer of what is marked without saying of which: the first span layer on offer."""
        return next((s.name for s in self.span_layers if not s.archived), MARK)

    def relation(self, name: str) -> RelationType | None:
        """Return the relation of that name, or None."""
        return next((r for r in self.relations if r.name == name), None)

    def attribute(self, layer: str, name: str) -> Attribute | None:
        """Return the attribute of that name on that layer, or None."""
        return next((a for a in self.attributes if (a.layer, a.name) == (layer, name)), None)

    def of_layer(self, layer: str) -> tuple[Attribute, ...]:
        """The attributes of one layer, in the order of the file."""
        return tuple(a for a in self.attributes if a.layer == layer)

    def label_attribute(self, layer: str) -> Attribute | None:
        """The first attribute of a layer with a choice of values: its values are *the* labels."""
        return next((a for a in self.of_layer(layer) if a.kind == "one" and a.values), None)

    def label_keys(self) -> dict[str, tuple[Attribute, Value]]:
        """Key -> the attribute, of any layer, and the value that it sets, but archived ones."""
        return {
            v.key: (a, v)
            for a in self.attributes
            if not a.archived
            for v in a.values
            if v.key and not v.archived
        }

    def role_keys(self) -> dict[str, Role]:
        """Key -> the role that it gives."""
        return {r.key: r for r in self.roles if r.key and not r.archived}

    def new_role_keys(self) -> dict[str, Role]:
        """Key -> the role that it begins a new claim with."""
        return {r.new_key: r for r in self.roles if r.new_key and not r.archived}

    def relation_keys(self) -> dict[str, RelationType]:
        """Key -> the relation that it makes."""
        return {r.key: r for r in self.relations if r.key and not r.archived}

    def required(self) -> tuple[tuple[object, ...], ...]:
        """What annotations must have: layer, "role" or "attribute", its name, and the two
        conditions of an attribute as lists of [label, whether it is of several values, values]."""
        roles: list[tuple[object, ...]] = [
            ("claim", "role", r.name, [], []) for r in self.roles if r.required
        ]
        kinds = {"sentence", "article"}
        return (
            *roles,
            *(
                (
                    a.layer,
                    "attribute",
                    a.name,
                    self._plain(a, a.only_if),
                    self._plain(a, a.required_unless),
                )
                for a in self.attributes
                if a.required and a.layer not in kinds
            ),
        )

    def _plain(self, of: Attribute, condition: LabelCondition | None) -> list[list[object]]:
        if condition is None:
            return []
        out: list[list[object]] = []
        for name, values in condition.wanted:
            named = self.attribute(of.layer, name)
            out.append([name, int(named is not None and named.kind == "several"), [*values]])
        return out

    def _labels(self, annotation: Annotation) -> dict[str, list[str]]:
        layer = annotation.layer_name
        labels: dict[str, list[str]] = {}
        for name, value in annotation.attributes.items():
            attribute = self.attribute(layer, name)
            labels[name] = attribute.split(value) if attribute else [value]
        return labels

    def asked(self, annotation: Annotation) -> tuple[Attribute, ...]:
        """The attributes that the annotation, as it is, can be given: those whose condition
        holds and that are not archived, and those that it has."""
        labels = self._labels(annotation)
        return tuple(
            a
            for a in self.of_layer(annotation.layer_name)
            if a.name in labels
            or (not a.archived and (a.only_if is None or a.only_if.holds(labels)))
        )

    def applies(self, attribute: Attribute, annotation: Annotation) -> bool:
        """Whether an attribute is asked of an annotation as it is: its `only_if` holds, if any."""
        condition = attribute.only_if
        return condition is None or condition.holds(self._labels(annotation))

    def missing(self, annotation: Annotation) -> tuple[str, ...]:
        """Names of required roles and attributes that the annotation does not have yet."""
        roles: tuple[str, ...] = ()
        if annotation.layer == "claim":
            present = {f.role for f in annotation.fragments}
            roles = tuple(r.name for r in self.roles if r.required and r.name not in present)
        labels = self._labels(annotation)
        return roles + tuple(
            a.name
            for a in self.of_layer(annotation.layer_name)
            if a.required
            and a.name not in labels
            and (a.only_if is None or a.only_if.holds(labels))
            and not (a.required_unless and a.required_unless.holds(labels))
        )

    def faults(self, annotation: Annotation) -> tuple[str, ...]:
        """What in the annotation the scheme does not know: layer, roles, labels, values.

        Layers that no scheme declares (what people decided about suggestions and readings) have
        none.
        """
        layer = annotation.layer_name
        if annotation.layer not in SCHEME_LAYERS:
            return ()
        found: list[str] = []
        if annotation.layer == "claim":
            found = [
                self.fault_of(layer, r) for r in dict.fromkeys(f.role for f in annotation.fragments)
            ]
        elif annotation.layer == "mark":
            found = [self.fault_of(layer, layer)]
        found += [self.fault_of(layer, n, v) for n, v in annotation.attributes.items()]
        return tuple(f for f in found if f)

    def fault_of(self, layer: str, name: str, value: str | None = None) -> str:
        """What is wrong with a role or span layer (without a value), or a label of that layer.

        "" if nothing is.
        """
        if value is None:
            if layer != "claim":
                return "" if layer == MARK or self.span_layer(layer) else f"span layer {layer!r}"
            return "" if self.role(name) else f"role {name!r}"
        if layer == "relation" and name == RELATION_TYPE:
            return "" if self.relation(value) else f"relation {value!r}"
        attribute = self.attribute(layer, name)
        if attribute is None:
            return f"attribute {name!r}"
        return attribute.fault_of(value)


def kind_of(layer: str) -> Layer:
    """Which kind of annotation a layer of the scheme holds: marks, for a span layer."""
    match layer:
        case "claim" | "sentence" | "article" | "relation":
            return layer
        case _:
            return "mark"
