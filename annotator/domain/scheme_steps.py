"""Steps in which a scheme changed its names, and what each makes of an annotation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

from annotator.domain.model import RELATION_TYPE, SCHEME_LAYERS, SPAN_ROLE, Annotation, Fragment

Operation = Literal["rename", "merge", "split"]
OPERATIONS: Final[tuple[Operation, ...]] = get_args(Operation)
Part = Literal["value", "attribute", "role", "span", "relation"]
"""What of a scheme is renamed: a value, an attribute, a role, a span layer, a relation."""
PARTS: Final[tuple[Part, ...]] = get_args(Part)
MANY: Final = "|"
MARK: Final = "mark"


@dataclass(frozen=True, slots=True)
class SchemeStep:
    """One change of names. After it the old names are not in use any more.

    A split says which labels stand for the old one now; only a person can say which of them an
    annotation is to have, so it changes no annotation.
    """

    change: Operation
    part: Part
    old: tuple[str, ...]
    new: tuple[str, ...]
    layer: str = ""
    """Of a value or an attribute: its layer, as it was called then."""
    attribute: str = ""
    """Of a value: its attribute, as it was called then."""
    several: bool = False
    """Of a value: its attribute takes several; of a role: it takes several spans."""
    since: str = ""
    """The version of the scheme before."""

    def __str__(self) -> str:
        """In a person's words: "stance: favor -> support"."""
        old, new = (", ".join(names) for names in (self.old, self.new))
        match self.part:
            case "value":
                what = self.attribute
            case "attribute":
                what = f"label of {self.layer}"
            case "span":
                what = "span layer"
            case _:
                what = self.part
        return f"{what}: {old} -> {new}"

    def applied(self, annotation: Annotation) -> Annotation:
        """What the step makes of an annotation; the same object where it makes nothing of it."""
        if self.change == "split" or annotation.layer not in SCHEME_LAYERS:
            return annotation
        match self.part:
            case "value" if annotation.layer_name == self.layer:
                return self._value(annotation, self.attribute)
            case "relation" if annotation.layer == "relation":
                return self._value(annotation, RELATION_TYPE)
            case "attribute" if annotation.layer_name == self.layer:
                return self._attribute(annotation)
            case "role" if annotation.layer == "claim":
                return self._role(annotation)
            case "span" if annotation.layer == "mark" and annotation.layer_name in self.old:
                role = SPAN_ROLE if self.new[0] == MARK else self.new[0]
                return replace(
                    annotation, fragments=tuple(f._replace(role=role) for f in annotation.fragments)
                )
            case _:
                return annotation

    def _value(self, annotation: Annotation, name: str) -> Annotation:
        value = annotation.attributes.get(name)
        if value is None:
            return annotation
        parts = value.split(MANY) if self.several else [value]
        if not set(parts) & (set(self.old) - set(self.new)):
            return annotation
        found = dict.fromkeys(self.new[0] if p in self.old else p for p in parts)
        return replace(annotation, attributes={**annotation.attributes, name: MANY.join(found)})

    def _attribute(self, annotation: Annotation) -> Annotation:
        old, new = self.old[0], self.new[0]
        labels = annotation.attributes
        if old not in labels or new in labels:  # one that has both keeps both: neither is lost
            return annotation
        return replace(
            annotation, attributes={new if k == old else k: v for k, v in labels.items()}
        )

    def _role(self, annotation: Annotation) -> Annotation:
        old, new = set(self.old) - set(self.new), self.new[0]
        if not any(f.role in old for f in annotation.fragments):
            return annotation
        if self.change == "rename":
            return replace(
                annotation,
                fragments=tuple(
                    f._replace(role=new) if f.role in old else f for f in annotation.fragments
                ),
            )
        # Spans of several roles become spans of one: numbered anew, those that had the name first.
        mine = [f for f in annotation.fragments if f.role == new or f.role in old]
        spans = dict.fromkeys((f.role, f.span) for f in sorted(mine, key=lambda f: f.role != new))
        number = {span: i if self.several else 0 for i, span in enumerate(spans)}
        fragments: dict[Fragment, None] = {}
        taken: set[tuple[int, int]] = set()
        for f in annotation.fragments:
            if (f.role, f.span) not in number:
                fragments[f] = None
            elif (f.start, f.end) not in taken:  # what both roles marked is one span
                taken.add((f.start, f.end))
                fragments[Fragment(new, f.start, f.end, number[f.role, f.span])] = None
        return replace(annotation, fragments=tuple(fragments))
