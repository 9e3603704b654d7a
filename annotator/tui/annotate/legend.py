"""The keys of labels and roles: sections of the panel, or rows of the strip; a click is the key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from rich.cells import cell_len, set_cell_size

from annotator.domain.scheme import Attribute, Role, Scheme, Value
from annotator.domain.wording import shown_name
from annotator.session.commands import GiveLabel, GiveRole, Relate
from annotator.tui.annotate.label_signs import label_style
from annotator.tui.widgets.fitting import cut, wrapped
from annotator.tui.widgets.lines import Line, StyledText
from annotator.tui.widgets.role_colours import colour_number

SET: Final = "*"
"""Stands between the key and the name of a label that is set."""
EXPLAINED: Final = 64
"""Cells from which the panel has room for the guideline of each label beside it."""
_ALL: Final = 10_000
_GAP: Final = "  "
_BETWEEN: Final = "│ "


def role_style(scheme: Scheme, role: str) -> str:
    """The style of a role's name: the colour that its words have in the text."""
    names = [r.name for r in scheme.roles]
    return f"role-{colour_number(names.index(role))}" if role in names else "plain"


def section(title: str, width: int) -> list[Line]:
    """The heading of a part of the panel, with a rule up to its edge."""
    *first, last = wrapped(title, width, _ALL)
    rule = "─" * max(0, width - cell_len(last) - 1)
    return [
        *([StyledText(row, "title")] for row in first),
        [StyledText(f"{last} " if rule else last, "title"), StyledText(rule, "dim")],
    ]


@lru_cache(maxsize=16)
def keyed(scheme: Scheme) -> list[tuple[Attribute, list[Value]]]:
    """The attributes that have values with keys, and these: of claims, then of other layers."""
    order = {layer: place for place, layer in enumerate(scheme.layers)}
    found = [
        (a, [v for v in a.values if v.key and not v.archived])
        for a in sorted(scheme.attributes, key=lambda a: order[a.layer])
        if not a.archived
    ]
    return [(a, values) for a, values in found if values]


class Given(NamedTuple):
    """The labels that are set on what is at hand."""

    layer: str = ""
    """Its layer; empty where nothing is at hand."""
    labels: Mapping[str, str] = {}


NOTHING_GIVEN: Final = Given()


def legend_lines(scheme: Scheme, width: int, rows: int, given: Given = NOTHING_GIVEN) -> list[Line]:
    """Every key of the scheme with its label, in a width and so many rows.

    Where there is room each label has a row with its guideline, else they stand in columns; where
    even those are too many, one after the other.

    Args:
        scheme: The labels in force.
        width: Cells of a row.
        rows: How many rows there are for it.
        given: Labels that are set.
    """
    attributes = keyed(scheme)
    roles = list(scheme.role_keys().values())
    # After all else: what relates annotations that there are.
    relating = _relations(scheme, width)
    explained = width >= EXPLAINED
    ways = [_explained, _columns] if explained else [_columns]
    for way in ways:
        lines: list[Line] = []
        for attribute, values in attributes:
            lines += section(_heading(attribute, scheme), width)
            lines += way(attribute, values, width, _Looks(scheme, given))
        if roles:
            lines += section("ROLES", width)
            explain = way is _explained
            lines += (_explained_roles if explain else _flow)(roles, scheme, width)
        lines += relating
        if len(lines) <= rows:
            return lines
    kept = rows - (4 if roles else 1) - len(relating)
    short = list(label_rows(scheme, width, max(1, kept), given))
    lines = [*section("LABELS", width), *short] if attributes else []
    if roles:
        lines += [*section("ROLES", width), *_flow(roles, scheme, width)]
    return lines + relating


def _relations(scheme: Scheme, width: int) -> list[Line]:
    """Keys and names of the types of relations that have a key; nothing without any."""
    items = [
        (key, shown_name(relation.title), Relate(relation.name))
        for key, relation in scheme.relation_keys().items()
    ]
    lines = section("RELATIONS", width) if items else []
    row: list[StyledText] = []
    used = 0
    for key, name, click in items:
        said = cut(name, max(1, width - 2))
        size = cell_len(said) + 2
        if row and used + size > width:
            lines.append(row)
            row, used = [], 0
        row += [StyledText(key, "key", click), StyledText(f" {said}", "plain", click)]
        row.append(StyledText(_GAP))
        used += size + len(_GAP)
    return [*lines, row] if row else lines


def _heading(attribute: Attribute, scheme: Scheme) -> str:
    """The name of an attribute, after that of its layer where it is no claim's."""
    names = [attribute.title]
    if attribute.layer != "claim":
        names.insert(0, scheme.layer_title(attribute.layer))
    return ": ".join(shown_name(name) for name in dict.fromkeys(names)).upper()


class _Looks(NamedTuple):
    """What decides how the name of a label looks."""

    scheme: Scheme
    given: Given

    def is_set(self, layer: str, name: str, value: str) -> bool:
        """Whether that value of an attribute is among those that are set."""
        given = self.given.labels.get(name) if layer == self.given.layer else None
        attribute = self.scheme.attribute(layer, name) if given is not None else None
        return given is not None and attribute is not None and value in attribute.split(given)

    def name(self, layer: str, name: str, value: str) -> tuple[str, str]:
        """The style of the name, and the sign before it."""
        if self.is_set(layer, name, value):
            return "strong", SET
        return label_style(self.scheme, layer, name, value), " "


def _explained(
    attribute: Attribute, values: Sequence[Value], width: int, looks: _Looks
) -> list[Line]:
    names = max(cell_len(shown_name(v.name)) for v in values)
    lines: list[Line] = []
    for value in values:
        first, *others = _value(attribute, value, min(names, width - 2), looks)
        room = width - names - 4
        guideline = cut(" ".join(value.guideline.split()), room) if room > 8 else ""
        lines += [[*first, StyledText(f"{_GAP}{guideline}", "dim")], *others]
    return lines


def _columns(
    attribute: Attribute, values: Sequence[Value], width: int, looks: _Looks
) -> list[Line]:
    longest = max(cell_len(shown_name(v.name)) for v in values) + 3
    if longest > width + 1:
        return [row for v in values for row in _value(attribute, v, width - 2, looks)]
    count = max(1, (width + 1) // longest)
    rows = -(-len(values) // count)
    lines: list[Line] = []
    for r in range(rows):
        line: list[StyledText] = []
        for value in values[r::rows]:
            line += _value(attribute, value, longest - 3, looks)[0]
            line.append(StyledText(" "))
        lines.append(line[:-1])
    return lines


def _value(attribute: Attribute, value: Value, cells: int, looks: _Looks) -> list[list[StyledText]]:
    """A key and its label in as many rows as the name takes."""
    click = GiveLabel(attribute.name, value.name, attribute.layer)
    style, mark = looks.name(attribute.layer, attribute.name, value.name)
    name, *others = wrapped(shown_name(value.name), cells, _ALL)
    return [
        [
            StyledText(value.key, "key", click),
            StyledText(f"{mark}{set_cell_size(name, cells)}", style, click),
        ],
        *([StyledText(f"  {row}", style, click)] for row in others),
    ]


def _flow(roles: Sequence[Role], scheme: Scheme, width: int) -> list[Line]:
    """Keys and names of the roles, one after the other."""
    lines: list[Line] = []
    row: list[StyledText] = []
    used = 0
    for role in roles:
        name = shown_name(role.name)
        size = cell_len(name) + 2
        if row and used + size > width:
            lines.append(row)
            row, used = [], 0
        click = GiveRole(role.name)
        row += [
            StyledText(role.key, "key", click),
            StyledText(f" {name}", role_style(scheme, role.name), click),
            StyledText(_GAP),
        ]
        used += size + len(_GAP)
    return [*lines, row] if row else lines


def _explained_roles(roles: Sequence[Role], scheme: Scheme, width: int) -> list[Line]:
    names = max((cell_len(shown_name(role.name)) for role in roles), default=0)
    lines: list[Line] = []
    for role in roles:
        click = GiveRole(role.name)
        guideline = " ".join(role.guideline.split())
        lines.append(
            [
                StyledText(role.key, "key", click),
                StyledText(
                    f" {set_cell_size(shown_name(role.name), names)}",
                    role_style(scheme, role.name),
                    click,
                ),
                StyledText(f"{_GAP}{cut(guideline, max(8, width - names - 4))}", "dim"),
            ]
        )
    return lines


# ---------------------------------------------------------------------------------- the strip


class _Item(NamedTuple):
    attribute: tuple[str, str]
    """Layer and name."""
    value: str
    key: str
    name: str


def label_rows(scheme: Scheme, width: int, rows: int, given: Given) -> list[Line]:
    """All label keys in a few rows, the names as long as there is room; `*` before what is set."""
    items = tuple(
        _Item((a.layer, a.name), v.name, v.key, shown_name(v.name))
        for a, values in keyed(scheme)
        for v in values
    )
    looks = _Looks(scheme, given)
    lines: list[Line] = []
    for row in _shortened(items, width, rows):
        line: list[StyledText] = []
        before = row[0].attribute if row else None
        for item in row:
            if line and item.attribute != before:
                line.append(StyledText(_BETWEEN, "dim"))
            before = item.attribute
            layer, name = item.attribute
            click = GiveLabel(name, item.value, layer)
            style, sign = looks.name(layer, name, item.value)
            line += [
                StyledText(item.key, "key", click),
                StyledText(f"{sign}{item.name}", style, click),
                StyledText(" "),
            ]
        lines.append(line)
    return lines


@lru_cache(maxsize=64)
def _shortened(items: tuple[_Item, ...], width: int, rows: int) -> list[list[_Item]]:
    """The labels in rows, the longest names shortened until they fit; what never fits is cut."""
    longest = max((cell_len(item.name) for item in items), default=0)
    found: list[list[_Item]] = []
    for room in range(longest, 0, -1):
        found = _filled([i._replace(name=abbreviated(i.name, room)) for i in items], width)
        if len(found) <= rows:
            break
    return found[:rows]


def _filled(items: Sequence[_Item], width: int) -> list[list[_Item]]:
    lines: list[list[_Item]] = []
    left = 0
    for item in items:
        size = cell_len(item.key) + 1 + cell_len(item.name)
        if lines and item.attribute != lines[-1][-1].attribute:
            left -= len(_BETWEEN)
        if not lines or size > left:
            lines.append([])
            left = width
        lines[-1].append(item)
        left -= size + 1
    return lines


def abbreviated(name: str, room: int) -> str:
    """A name in so many cells, the last word longest: "unnamed person" -> "u. person"."""
    if cell_len(name) <= room:
        return name
    *first, last = name.split(" ")
    if first and room > 3 * len(first):
        start = "".join(f"{word[:1]}. " for word in first)
        return start + abbreviated(last, room - cell_len(start))
    return set_cell_size(name, room - 1) + "." if room > 2 else set_cell_size(name, room)
