"""A brat project with its own types, in the layers of a scheme: what its names become.

Every text-bound annotation is a mark of the span layer `entity` with its type as `type`, unless an
event says all of it: a trigger, or an argument of the name of its type. An event is a claim, its
type the claim's `event`. Attributes keep their names (spelled as `names.identifier` does where a
scheme could not have them); a normalisation is `_N_Reference`, a typed comment `_C_Kind`, a second
one of a span `_N2_Reference`. A label that brat could not have as a type is spelled alike.
"""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Final

from annotator.formats.brat_events import LINE, TYPE
from annotator.formats.support.names import identifier, original

EVENT: Final = "event"
"""The attribute of a claim that holds the type of an event."""
CLAIM_EVENT: Final = "Attribution"
"""The type of the event that a claim is written as where it has none."""
OWN: Final = ("type", EVENT, LINE)
"""Labels that are ours in claims, marks or relations."""
NORMALISED: Final = "N"
COMMENTED: Final = "C"
EQUIV: Final = "*"
"""What the attribute `brat` of a relation says of one that stands in a line of equals."""
_PREFIXED: Final = re.compile(r"_([NC])([2-9]|[1-9][0-9]+)?_(.+)", re.DOTALL)
_SPELLED: Final = re.compile(r"_x([0-9a-f]{1,6})_")


def attribute_name(name: str) -> str:
    """The label that an attribute of brat is."""
    spelled = identifier(name, OWN)
    if _PREFIXED.fullmatch(spelled):
        return f"_x5f_{spelled[1:]}"
    return spelled


def prefixed(kind: str, name: str, taken: Container[str]) -> str:
    """The label of a normalisation or comment, that is none of those taken."""
    number = 1
    while (made := f"_{kind}{number if number > 1 else ''}_{identifier(name)}") in taken:
        number += 1
    return made


def told(label: str) -> tuple[str, str]:
    """What a label is in a file: "N", "C" or "" (an attribute), and its name there."""
    found = _PREFIXED.fullmatch(label)
    if found:
        return found[1], original(found[3])
    return "", original(label, OWN)


def place(label: str) -> tuple[str, int]:
    """By what labels are sorted: a second normalisation comes after the first."""
    found = _PREFIXED.fullmatch(label)
    return (f"_{found[1]}_{found[3]}", int(found[2] or 1)) if found else (label, 1)


def label_of(type_: str) -> str:
    """The label that a type of brat's stands for: itself, unless it spells one brat cannot have."""
    label = _SPELLED.sub(lambda m: chr(min(int(m[1], 16), 0x10FFFF)), type_)
    needed = not TYPE.fullmatch(label) or _SPELLED.search(label)
    return label if needed and _spelled(label) == type_ else type_


def type_of(label: str) -> str:
    """The type that stands for a label; `label_of` takes it back."""
    return label if TYPE.fullmatch(label) and label_of(label) == label else _spelled(label)


def _spelled(label: str) -> str:
    plain = label.replace("_x", "_x5f_x")
    return "".join(c if TYPE.fullmatch(c) else f"_x{ord(c):x}_" for c in plain)
