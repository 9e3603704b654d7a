"""Regions of Label Studio as spans of a layer of their own, and what is asked of them.

The control that a region was made with (`from_name`) is its layer, its labels the attribute
`type`; choices, ratings, numbers, dates and texts per region are attributes by the name of their
control, those of the whole task attributes of the article. Several values of one control are one,
joined by "|" (a bar within a value is written as a broken bar, and comes back as a bar).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from annotator.domain.losses import Losses
from annotator.domain.model import RELATION_TYPE, Annotation
from annotator.domain.scheme import MANY, MARK, Attribute, AttributeKind, Scheme
from annotator.domain.vocabulary import DeclaredLabel, Vocabulary
from annotator.formats.support import unsupported as unheld
from annotator.formats.support.jsonio import Fields
from annotator.formats.support.names import identifier, original
from annotator.formats.support.span_layers import has_layers
from annotator.formats.support.spans_read import span_of

OURS: Final = "annotator"
"""Key of a region's `meta`, or of a relation, for what Label Studio has no place for."""
LABEL: Final = "type"
"""The attribute that holds the labels of a region."""
DIRECTION: Final = "direction"
"""The attribute of a relation that says its direction, where it is not the usual one."""
RIGHT: Final = "right"
UNLABELLED: Final = "unlabelled"
"""The type of a relation without a label."""
SETTINGS: Final = "_label_studio"
"""Key of an article's `meta` for how its project is set up: the field with the text, the kinds of
controls."""
PATH: Final = " > "
"""Between the steps of one choice of a taxonomy."""
_BROKEN_BAR: Final = "\N{BROKEN BAR}"
_KINDS: Final[Mapping[str, AttributeKind]] = {
    "textarea": "text",
    "rating": "number",
    "number": "number",
    "taxonomy": "several",
}
"""Kinds of results -> kinds of attributes; others are as their values look."""
RESULTS: Final[Mapping[AttributeKind, str]] = {
    "text": "textarea",
    "number": "number",
    "date": "datetime",
}
"""Kinds of attributes -> kinds of results; others are choices."""


def joined(values: Iterable[object], *, several: bool = True) -> str:
    """Several values as one; the only one of a control that never has several is as it is."""
    found = [str(v) for v in values]
    if len(found) == 1 and not several:
        return found[0]
    return MANY.join(v.replace(MANY, _BROKEN_BAR) for v in found)


def parted(value: str, attribute: Attribute | None) -> list[str]:
    """The values that one was joined of."""
    if attribute is None or attribute.kind != "several":
        return [value]
    return [v.replace(_BROKEN_BAR, MANY) for v in attribute.split(value)]


def said(kind: str, value: Mapping[str, object], *, several: bool) -> str | None:
    """What a result that is no region says, as one value; None for a kind that says nothing.

    Args:
        several: Whether its control has several values anywhere.
    """
    match kind, value.get({"textarea": "text"}.get(kind, kind)):
        case "choices", [*values]:
            return joined(values, several=several)
        case "textarea", [*values]:
            return "\n".join(str(v) for v in values)
        case "taxonomy", [*values]:
            paths = (p if isinstance(p, list) else [p] for p in values)
            return joined(PATH.join(str(step) for step in path) for path in paths)
        case "choices", str() as v:
            return joined([v], several=several)
        case (("textarea" | "rating" | "number" | "datetime"), str() | int() | float() as v):
            return str(int(v)) if isinstance(v, float) and v.is_integer() else str(v)
    return None


@dataclass(slots=True)
class Region:
    """One region while its task is read: with several pieces, if we wrote it so."""

    layer: str
    places: list[tuple[int, int]]
    attributes: dict[str, str]
    notes: list[str]
    flagged: bool = False

    def annotation(self, id_: str, who: str) -> Annotation:
        """The region as a span."""
        made = span_of(id_, self.layer, self.places, self.attributes, who, "\n".join(self.notes))
        return replace(made, flagged=self.flagged)


@dataclass(slots=True)
class Controls:
    """The controls that were met while a file is read: what a scheme must know of them."""

    kinds: dict[tuple[str, str], AttributeKind | None] = field(default_factory=dict)
    """(layer, attribute) -> its kind; None: as its values look."""
    declared: Vocabulary = field(default_factory=Vocabulary)
    """What the labelling configuration declares."""
    several: set[str] = field(default_factory=set)
    """Controls that have several values at once."""

    def met(self, layer: str, name: str, kind: str, control: str) -> None:
        """Remember what a result says of its control."""
        found = _KINDS.get(kind)
        if found is None and control in self.several:
            found = "several"
        if self.kinds.get((layer, name)) is None:
            self.kinds[layer, name] = found

    def vocabulary(self) -> Vocabulary:
        """All that is known of the labels of the file."""
        labels = {(d.layer, d.name): d for d in self.declared.labels}
        for (layer, name), kind in self.kinds.items():
            known = labels.get((layer, name))
            if known is None:
                labels[layer, name] = DeclaredLabel(layer, name, kind)
            elif kind == "several":
                labels[layer, name] = DeclaredLabel(layer, name, kind, known.values, known.title)
        return Vocabulary(
            span_layers=self.declared.span_layers,
            labels=tuple(labels.values()),
            relations=self.declared.relations,
        )


def attribute_name(item: Fields, kind: str, *, region: bool) -> str:
    """The attribute that a control is; no control of a region takes the name of its labels."""
    return identifier(item.loose("from_name") or kind, (LABEL,) if region else ())


# ---------------------------------------------------------------------------------------- writing


@dataclass(slots=True)
class ProjectSettings:
    """How the project of an article is set up, as its `meta` says."""

    text: str = "text"
    """The field of `data` that holds the text."""
    shown: str = "text"
    """What the labelling configuration calls the text."""
    data: tuple[str, ...] = ()
    """The fields of `data`; empty where the article is not from Label Studio."""
    controls: Mapping[str, str] = field(default_factory=dict)
    """Name of a control -> the kind of its results."""

    @classmethod
    def of(cls, meta: Mapping[str, object]) -> ProjectSettings:
        """Those of an article; the usual ones where it has none."""
        found = meta.get(SETTINGS)
        if not isinstance(found, dict):
            return cls()
        text, shown = found.get("text"), found.get("shown")
        data, controls = found.get("data"), found.get("controls")
        return cls(
            text if isinstance(text, str) and text else "text",
            shown if isinstance(shown, str) and shown else "text",
            tuple(str(n) for n in data) if isinstance(data, list) else (),
            {str(k): str(v) for k, v in controls.items()} if isinstance(controls, dict) else {},
        )


class RegionWriter:
    """Writes spans of layers, and what is asked of anything, as results of Label Studio."""

    def __init__(self, scheme: Scheme | None, losses: Losses) -> None:
        self.scheme, self.losses = scheme, losses

    def _attribute(self, layer: str, name: str) -> Attribute | None:
        return self.scheme.attribute(layer, name) if self.scheme else None

    def label_of(self, layer: str) -> str:
        """The attribute whose values are the labels of a layer."""
        if self.scheme is None or self._attribute(layer, LABEL):
            return LABEL
        first = self.scheme.label_attribute(layer)
        return first.name if first else LABEL

    def answer(
        self,
        id_: str,
        layer: str,
        name: str,
        value: str,
        place: Mapping[str, object],
        settings: ProjectSettings,
    ) -> dict[str, Any]:
        """What is said of a region (with its place), or of the task, by one control."""
        control = name
        layered = self.scheme is not None and has_layers(self.scheme)
        if layer not in ("claim", MARK) and (place or settings.data or layered):
            control = original(name, (LABEL,) if place else ())
        attribute = self._attribute(layer, name)
        usual = RESULTS.get(attribute.kind, "choices") if attribute else "choices"
        kind = settings.controls.get(control, usual)
        said: object
        if kind == "textarea":
            said = [value]
        elif kind in ("rating", "number"):
            said = _number(value)
        elif kind == "datetime":
            said = value
        elif kind == "taxonomy":
            said = [path.split(PATH) for path in parted(value, attribute)]
        else:
            kind, said = "choices", parted(value, attribute)
        return {
            "id": id_,
            "from_name": control,
            "to_name": settings.shown,
            "type": kind,
            "value": {**place, {"textarea": "text"}.get(kind, kind): said},
        }

    def span(self, a: Annotation, text: str, settings: ProjectSettings) -> Iterator[dict[str, Any]]:
        """A span: a region for each piece, and what is asked of it with the first of them."""
        unheld.count(a, ("attributes", "grouping", "note", "flag", "provenance"), self.losses)
        layer = a.layer_name
        control = original(layer)
        name = self.label_of(layer)
        value = a.attributes.get(name, "")
        labels = parted(value, self._attribute(layer, name)) if value else [control]
        kind = settings.controls.get(control, "labels")
        kind = kind if kind == "hypertextlabels" else "labels"
        for i, f in enumerate(a.fragments):
            id_ = f"{a.id}-{i}" if i else a.id
            place: dict[str, Any] = {"start": f.start, "end": f.end, "text": text[f.start : f.end]}
            ours: dict[str, Any] = {}
            if name != LABEL or not value:
                ours["label"] = name if value else ""
            if len(a.fragments) > 1:
                ours |= {"span": a.id, "piece": i}
            if a.flagged and i == 0:
                ours["flagged"] = True
            meta: dict[str, Any] = {OURS: ours} if ours else {}
            if a.note and i == 0:
                meta["text"] = [a.note]
            result = {"id": id_, "from_name": control, "to_name": settings.shown, "type": "labels"}
            yield {
                **result,
                "value": place | {"labels": labels},
                **({"meta": meta} if meta else {}),
            }
            if i == 0:
                for other, given in sorted(a.attributes.items()):
                    if other != name:
                        yield self.answer(id_, layer, other, given, place, settings)

    def relation(self, a: Annotation, ends: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        """A relation between two regions; one that has not both of them here is counted.

        Args:
            ends: Annotation -> its (first) region, of the same task and annotator.
        """
        kind = a.attributes.get(RELATION_TYPE, UNLABELLED)
        one, other = ends.get(a.head or ""), ends.get(a.tail or "")
        if one is None or other is None:
            self.losses.add(f"relation {kind} to what is no region here", a.id)
            unheld.attributes(a, a.attributes.keys() - {RELATION_TYPE}, self.losses)
            return
        unheld.count(a, ("provenance",), self.losses, (RELATION_TYPE, DIRECTION))
        yield {
            "from_id": one,
            "to_id": other,
            "type": "relation",
            "direction": a.attributes.get(DIRECTION, RIGHT),
            "labels": [] if kind == UNLABELLED else [kind],
            OURS: {"relation": a.id},
        }


def _number(value: str) -> object:
    """A number as JSON has it; what is none stays what it is."""
    try:
        return int(value)
    except ValueError:
        pass
    try:
        return float(value)
    except ValueError:
        return value
