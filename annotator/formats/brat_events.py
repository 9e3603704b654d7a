"""brat's events as claims, so that the event line can be written again as it was.

An argument `Theme2:T7` is a span of the role `theme`. What the line says beyond roles and spans is
kept in the claim's attribute `brat`: its id, its arguments in their order with the type of each
text-bound annotation, and which events are arguments:

    E2 Regulation:Regulation Cause:Protein Theme:@E1 Site:&E4

`@E1` is an event whose parent is this claim, `&E4` one that is the child of another (or of none).
An event whose line follows from its roles alone, and that no other has as its argument, has no such
attribute.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple, Self

from annotator.domain.model import SPAN_ROLE, Fragment
from annotator.domain.records import FIELDS

LINE: Final = "brat"
"""The attribute."""
TRIGGER: Final = "trigger"
"""The role of a trigger that is not the cue (nor the content, where there is no cue)."""
TYPE: Final = re.compile(r"[\w.-]+")
"""What can be written as a type. brat itself knows letters, digits, `_` and `-`."""
OWNED: Final = "@"
SHARED: Final = "&"
_NUMBERED: Final = re.compile(r"(.*?)([2-9][0-9]*|1[0-9]+)?")

Place = tuple[str, int]
"""A role, and which of its spans."""


class Argument(NamedTuple):
    """One argument of an event line."""

    name: str
    """As it stands there, with its number: "Theme2"."""
    kind: str
    """The type of the text-bound annotation; for an event `@` or `&` and its id."""

    @property
    def event(self) -> str:
        """The id of the event that is the argument; "" for a text-bound annotation."""
        return self.kind[1:] if self.kind[:1] in (OWNED, SHARED) else ""

    @property
    def owned(self) -> bool:
        """Whether that event's parent is this one."""
        return self.kind[:1] == OWNED


class EventLine(NamedTuple):
    """What the attribute holds."""

    id: str
    trigger: Argument
    """The event's type, and the type of its trigger."""
    arguments: tuple[Argument, ...]

    def __str__(self) -> str:
        return " ".join([self.id, *(f"{a.name}:{a.kind}" for a in (self.trigger, *self.arguments))])

    @classmethod
    def read(cls, value: str) -> Self | None:
        """The line that an attribute holds; None when it is none."""
        id_, *rest = value.split() or [""]
        made = [Argument(a.rpartition(":")[0], a.rpartition(":")[2]) for a in rest]
        if not re.fullmatch("E[0-9]+", id_) or not made or not all(a.name and a.kind for a in made):
            return None
        return cls(id_, made[0], tuple(made[1:]))


def role_of(name: str) -> str:
    """The role that an argument's name stands for: lower case, as Python writes names."""
    role = name.lower() if name[:1].isupper() else name
    role = re.sub(r"\W", "_", role)
    if not role.isidentifier():
        role = f"_{role}"
    return f"{role}_" if role in FIELDS or role in (SPAN_ROLE, TRIGGER) else role


def places(names: Sequence[str]) -> list[Place]:
    """The role and the number of the span for each argument, in their order.

    `Theme2` is the second theme. A name that stands twice without a number is the next one too.
    """
    out: list[Place] = []
    for name in names:
        found = _NUMBERED.fullmatch(name)
        base, number = found.groups() if found else (name, None)
        role, span = role_of(base or name), int(number) - 1 if number and base else 0
        while (role, span) in out:
            span += 1
        out.append((role, span))
    return out


def plain_arguments(fragments: Iterable[Fragment]) -> list[Argument]:
    """The arguments of a claim of which no more is known than its roles."""
    found = dict.fromkeys((f.role, f.span) for f in fragments if f.role != TRIGGER)
    out: list[Argument] = []
    for role, span in found:
        label = role[:1].upper() + role[1:]
        out.append(Argument(f"{label}{span + 1 if span else ''}", label))
    return out


def spans_of(arguments: Sequence[Argument]) -> Iterator[tuple[Place, Argument]]:
    """The arguments that are spans, each with its place."""
    kept = [a for a in arguments if not a.event]
    yield from zip(places([a.name for a in kept]), kept, strict=True)
