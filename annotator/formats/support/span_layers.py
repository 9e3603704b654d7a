"""How spans of other programs are read: as claims and marks, or as the layers of a scheme.

By default, labels that are roles of claims make claims, other labels marks of that type. A project
with its own labels is read in layers: each span is a mark of the span layer `entity` (or one that
the program itself names) with its label as `type`, and what the file relates are relations.
"""

from __future__ import annotations

from typing import Final

from annotator.domain.scheme import MARK, Attribute, Scheme
from annotator.formats.support.base import Option, Options

ENTITY: Final = "entity"
"""The span layer of a program that has one kind of span, with one label."""
LABEL: Final = "type"
"""The attribute that holds the label."""
SPANS: Final = Option(
    "spans",
    "claims",
    "reading spans of others: claims (labels content, cue, source... are roles, others marks) or"
    " layers (marks of the scheme's span layers; --scheme-from-data, and where it has such)",
    ("claims", "layers"),
)


def in_layers(options: Options) -> bool:
    """Whether spans are read as layers."""
    return options.text(SPANS.name) == "layers"


def layer_of(options: Options) -> str:
    """The span layer that plain spans go to; "" where they are read as claims and marks."""
    return ENTITY if in_layers(options) else ""


def has_layers(scheme: Scheme) -> bool:
    """Whether spans of others are its layers: it has such, or nothing else that could hold them."""
    own = any(layer.name != MARK for layer in scheme.span_layers)
    return own or not (scheme.roles or scheme.span_layers)


def home_of(scheme: Scheme, label: str) -> Attribute | None:
    """The labels that a label is one of, where those of one span layer alone have it."""
    known = (scheme.label_attribute(layer.name) for layer in scheme.span_layers)
    homes = [a for a in known if a is not None and a.value(label) is not None]
    return homes[0] if len(homes) == 1 else None
