"""What a project's own configuration says of its labels, beside what its annotations show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from annotator.domain.scheme import AttributeKind


@dataclass(frozen=True, slots=True)
class DeclaredLabel:
    """An attribute that another program's project has, used or not."""

    layer: str
    name: str
    kind: AttributeKind | None = None
    """None: as its values look."""
    values: tuple[str, ...] = ()
    title: str = ""
    archived: bool = False
    """What keeps a file's own way of saying something: declared where it is used, never offered."""


@dataclass(frozen=True, slots=True)
class DeclaredRelation:
    """A type of relation that another program's project has, used or not."""

    name: str
    heads: tuple[str, ...] | None = None
    """Layers, or `layer.label`; empty: anything; None: what was seen."""
    tails: tuple[str, ...] | None = None
    symmetric: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The labels that a project of another program declares: one of what a reader yields.

    Names are those of annotations as the reader gives them. An import takes nothing from it but a
    scheme (`annotator import --scheme-from-data`).
    """

    span_layers: tuple[tuple[str, str], ...] = ()
    """(name, title)."""
    roles: tuple[str, ...] = ()
    labels: tuple[DeclaredLabel, ...] = ()
    relations: tuple[DeclaredRelation, ...] = ()
    guidelines: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    """("span", name), ("role", name), ("relation", name), ("attribute", layer, name) or
    ("value", layer, attribute, name) -> when it is given."""
