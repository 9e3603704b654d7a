"""Annotations made under an earlier version of a scheme, brought to the one in force.

A scheme carries the steps that led to it in its own file (`[[history]]`), so they go wherever it
goes. What an annotation's own version does not have of them yet is what it is brought through.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from annotator.domain.model import Annotation
from annotator.domain.scheme import Scheme
from annotator.domain.scheme_steps import SchemeStep


def brought(annotation: Annotation, steps: Iterable[SchemeStep], scheme: Scheme) -> Annotation:
    """An annotation brought through steps, with the version of the scheme that they led to.

    The same object where they make nothing of it: it keeps the version that it was made under.
    """
    after = annotation
    for step in steps:
        after = step.applied(after)
    if after is annotation:
        return annotation
    return replace(in_order(after, scheme), scheme=scheme.version)


def in_order(annotation: Annotation, scheme: Scheme) -> Annotation:
    """An annotation whose several values stand as they are stored: in the scheme's order, once."""
    labels = dict(annotation.attributes)
    for name, value in labels.items():
        attribute = scheme.attribute(annotation.layer_name, name)
        if attribute is not None and attribute.kind == "several":
            labels[name] = attribute.join(attribute.split(value))
    return replace(annotation, attributes=labels)


def steps_between(made: Scheme, now: Scheme) -> tuple[SchemeStep, ...] | None:
    """The steps that lead from an earlier version of a scheme to one; None where none do.

    None for another scheme, and for one that was changed by other steps of its own.
    """
    if made.version == now.version:
        return ()
    known = len(made.history)
    if made.name != now.name or now.history[:known] != made.history:
        return None
    return now.history[known:]


def undecided(history: Sequence[SchemeStep]) -> list[SchemeStep]:
    """The splits among steps, under the names that their labels have now; the newest first."""
    found: list[SchemeStep] = []
    for place, step in enumerate(history):
        if step.change == "split":
            for later in history[place + 1 :]:
                step = _renamed(step, later)
            found.append(step)
    return found[::-1]


def _renamed(step: SchemeStep, later: SchemeStep) -> SchemeStep:
    """A split after a later step: its names as that step left them."""
    if later.change == "split":
        return step
    match later.part:
        case "span" if step.layer in later.old:
            return replace(step, layer=later.new[0])
        case "attribute" if step.layer == later.layer and step.attribute in later.old:
            return replace(step, attribute=later.new[0])
        case "value" if (step.layer, step.attribute) == (later.layer, later.attribute):
            return replace(step, old=_names(step.old, later), new=_names(step.new, later))
        case _:
            return step


def _names(names: Iterable[str], later: SchemeStep) -> tuple[str, ...]:
    return tuple(dict.fromkeys(later.new[0] if n in later.old else n for n in names))
