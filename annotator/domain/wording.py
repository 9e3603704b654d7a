"""How names are said to people. Data, commands and exports keep the names themselves."""

from __future__ import annotations

from typing import Final

from annotator.domain.model import Annotation
from annotator.domain.scheme import Attribute, Scheme

TYPED: Final = {"text": "free text", "number": "a number", "date": "a date such as 2026-11-29"}
"""What is typed as a label, by its kind."""


def shown_name(name: str) -> str:
    """A role, label or value as people read it: "named_person" -> "named person"."""
    return name.replace("_", " ").strip() or name


def shown_value(attribute: Attribute | None, value: str) -> str:
    """A value as people read it: a name of the scheme as words, anything typed as it stands."""
    if attribute is None or not attribute.values:
        return value
    names = {v.name for v in attribute.values}
    return ", ".join(shown_name(v) if v in names else v for v in attribute.split(value))


def shown_label(attribute: Attribute, value: str) -> str:
    """A label with its value: "source type: named person"."""
    return f"{shown_name(attribute.title)}: {shown_value(attribute, value)}"


def shown_values(annotation: Annotation, scheme: Scheme) -> list[str]:
    """The values of an annotation's labels as people read them, in the order they stand in."""
    return [
        shown_value(scheme.attribute(annotation.layer_name, name), value)
        for name, value in annotation.attributes.items()
    ]
