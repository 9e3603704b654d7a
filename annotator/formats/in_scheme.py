"""What files that say less than a scheme become under it: the spans of a program in its layers.

A program with one kind of span says the label alone, and no name of a layer: what is exported from
a scheme with layers of its own would come back in another layer than it was in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from annotator.domain.exchange import Document, Item
from annotator.domain.model import SPAN_ROLE, Annotation
from annotator.domain.scheme import MARK, Scheme
from annotator.formats.brat_events import LINE, EventLine
from annotator.formats.brat_layers import CLAIM_EVENT, COMMENTED, EVENT, told
from annotator.formats.support.span_layers import ENTITY, LABEL, home_of


def in_scheme(items: Iterable[Item], scheme: Scheme) -> Iterator[Item]:
    """The items as the scheme has them, where it leaves no doubt.

    A span of `entity` goes to the one layer whose labels have its label. An event of the type that
    claims are written as is one of no type, where the scheme knows none; a comment of the kind of
    a label (text in brat's files) is that label, where the scheme knows no such comment.
    """
    for item in items:
        if isinstance(item, Document):
            made = tuple(_at_home(a, scheme) for a in item.annotations)
            item = replace(item, annotations=made)
        yield item


def _at_home(annotation: Annotation, scheme: Scheme) -> Annotation:
    layer, labels = annotation.layer_name, dict(annotation.attributes)
    if layer == "claim" and labels.get(EVENT) == CLAIM_EVENT and not scheme.attribute(layer, EVENT):
        del labels[EVENT]
        line = EventLine.read(labels.get(LINE, ""))
        if line and not any(a.event for a in line.arguments) and not scheme.attribute(layer, LINE):
            del labels[LINE]  # its arguments are spans that are marks as well, and roles here
    home = home_of(scheme, labels.get(LABEL, "")) if layer == ENTITY else None
    fragments = annotation.fragments
    if home is not None and home.layer != ENTITY:
        layer = home.layer
        labels = {home.name: labels.pop(LABEL)} | labels
        role = SPAN_ROLE if layer == MARK else layer
        fragments = tuple(f._replace(role=role) for f in fragments)
    named = {_named(name, layer, scheme, labels): value for name, value in labels.items()}
    return replace(annotation, attributes=named, fragments=fragments)


def _named(name: str, layer: str, scheme: Scheme, taken: dict[str, str]) -> str:
    """The label that a comment of its kind is."""
    kind, shown = told(name)
    known = scheme.attribute(layer, name) is None and scheme.attribute(layer, shown) is not None
    return shown if kind == COMMENTED and known and shown not in taken else name
