"""What can be an end of a relation: as the model has it, and as a scheme allows."""

from __future__ import annotations

from typing import Final

from annotator.domain.model import RELATION_TYPE, Annotation
from annotator.domain.scheme import RelationType, Scheme

NO_END: Final = ("verdict", "relation")
"""Layers of which nothing is an end of a relation."""
ENDS_HINT: Final = "an end is a claim, mark, sentence or article annotation of the same annotator"


def shape_fault(annotation: Annotation) -> str:
    """What is wrong with an annotation having ends, or not; "" if nothing."""
    ends = (annotation.head is not None) + (annotation.tail is not None)
    if annotation.layer != "relation":
        return "only a relation has ends" if ends else ""
    if ends < 2:
        return "a relation has a head and a tail"
    return "a relation has no words of its own" if annotation.fragments else ""


def end_label(scheme: Scheme, annotation: Annotation) -> tuple[str, str]:
    """The layer of an annotation, and its label of that layer ("" without one)."""
    layer = annotation.layer_name
    labelled = scheme.label_attribute(layer)
    return layer, annotation.attributes.get(labelled.name, "") if labelled else ""


def is_one_of(ends: tuple[str, ...], layer: str, label: str) -> bool:
    """Whether ends that a scheme allows ("entity", "entity.PER"; none: any) hold this one."""
    return not ends or layer in ends or bool(label and f"{layer}.{label}" in ends)


def fits(relation: RelationType, head: tuple[str, str], tail: tuple[str, str]) -> bool:
    """Whether a relation can go from one (layer, label) to another.

    One without a direction can if either way round can.
    """
    there = is_one_of(relation.heads, *head) and is_one_of(relation.tails, *tail)
    return there or (
        relation.symmetric and is_one_of(relation.heads, *tail) and is_one_of(relation.tails, *head)
    )


def ends_fault(scheme: Scheme, name: str, head: tuple[str, str], tail: tuple[str, str]) -> str:
    """What in the ends of a relation of that name the scheme does not allow; "" if nothing.

    Of a relation that it does not know it allows any: that it does not know it is another fault.
    """
    relation = scheme.relation(name)
    if relation is None or fits(relation, head, tail):
        return ""
    between = " to ".join(".".join(filter(None, end)) for end in (head, tail))
    return f"relation {name!r} from {between}"


def fault_of_ends(scheme: Scheme, relation: Annotation, head: Annotation, tail: Annotation) -> str:
    """The same of a relation and the annotations that are its ends."""
    ends = end_label(scheme, head), end_label(scheme, tail)
    return ends_fault(scheme, relation.attributes.get(RELATION_TYPE, ""), *ends)
