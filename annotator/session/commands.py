"""What a key, a click or the palette asks for, as values: one is made here, another place does it.

A guided tour names them in its file as users read them: an action's id, `role:NAME`, `new:NAME`,
`label:ATTRIBUTE=VALUE` (of a claim; `label:LAYER.ATTRIBUTE=VALUE` of another layer),
`relation:NAME`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Do:
    """An action of the table of keys, by its id."""

    action: str


@dataclass(frozen=True, slots=True)
class GiveRole:
    """Give what is selected a role of the scheme, in the claim at work or in a `new` one."""

    role: str
    new: bool = False


@dataclass(frozen=True, slots=True)
class GiveLabel:
    """Give a value of an attribute of the scheme to what is at work, of the attribute's layer."""

    attribute: str
    value: str
    layer: str = "claim"


@dataclass(frozen=True, slots=True)
class Relate:
    """Begin a relation of the scheme at what is at work, or say that the one begun is this one."""

    relation: str


@dataclass(frozen=True, slots=True)
class MarkAs:
    """Mark what is selected, or the word under the cursor, with a span layer of the scheme."""

    layer: str


@dataclass(frozen=True, slots=True)
class WorkOn:
    """Make a claim or mark, by its id, the one that is worked on."""

    annotation: str


@dataclass(frozen=True, slots=True)
class Typed:
    """Give a key to what waits for one: a jump's letter, a count's digit, a letter to find.

    `key` is the character that it types, or else its name.
    """

    key: str


@dataclass(frozen=True, slots=True)
class RepeatMotion:
    """Do a motion of the table as often as the count before it says."""

    action: str


Command = Do | GiveRole | GiveLabel | MarkAs | Relate | WorkOn | Typed | RepeatMotion


def command_named(text: str) -> Command:
    """The command that a tour's file names."""
    kind, colon, name = text.partition(":")
    match kind:
        case "role" | "new" if colon:
            return GiveRole(name, new=kind == "new")
        case "label" if colon:
            attribute, _, value = name.partition("=")
            layer, dot, own = attribute.rpartition(".")
            return GiveLabel(own, value, layer if dot else "claim")
        case "relation" if colon:
            return Relate(name)
        case _:
            return Do(text)
