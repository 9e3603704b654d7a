"""Tables of a TOML source that is edited; tomlkit's remember how they were written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, MutableMapping, Sequence
from typing import Any

import tomlkit
from tomlkit.items import Table as TomlTable

Table = MutableMapping[str, Any]
"""A table of the source."""


def put(table: Table, field: str, value: object) -> None:
    """Set a field; a new one stands after the last, before comments that are the next table's."""
    if field in table or not isinstance(table, TomlTable):
        table[field] = value
        return
    body = table.value.body
    between = []
    while body and body[-1][0] is None:
        between.append(body.pop())
    table[field] = value
    body.extend(reversed(between))


def is_called(value: object, name: str) -> bool:
    return str(value).strip() == name


def name_of(item: Any) -> str:
    return str(item["name"] if isinstance(item, MutableMapping) else item).strip()


def guideline_of(item: Any) -> str:
    return str(item.get("guideline", "") if isinstance(item, MutableMapping) else "").strip()


def key_of(item: Any) -> str:
    """The key that a value or a table has, where it is offered."""
    offered = isinstance(item, MutableMapping) and not item.get("archived", False)
    return str(item.get("key", "")) if offered else ""


def place_of(items: Iterable[Any], name: str) -> int:
    return next(i for i, item in enumerate(items) if name_of(item) == name)


def give(items: Any, place: int, field: str, value: object) -> None:
    """Set a field of a value; one that is a bare name becomes a table where it must."""
    item = items[place]
    if not isinstance(item, MutableMapping):
        if field == "name":
            items[place] = value
            return
        table = tomlkit.inline_table()
        table["name"] = str(item)
        items[place] = table
        item = items[place]
    put(item, field, value)


def offer(items: Any, place: int) -> None:
    """What labels are merged into is offered."""
    item = items[place]
    if isinstance(item, MutableMapping):
        item.pop("archived", None)


def change_names(table: Table, field: str, names: Callable[[str], list[str]]) -> None:
    """Change the names that a field of a table has, one or a list; each stands once."""
    found = table.get(field)
    if not isinstance(found, Sequence):
        return
    old = [str(found)] if isinstance(found, str) else [str(n) for n in found]
    new = list(dict.fromkeys(n for name in old for n in names(name)))
    if new != old:
        table[field] = new[0] if isinstance(found, str) and len(new) == 1 else new


def emptied(table: Table, mark: str) -> None:
    """Leave nothing in a table but a mark, by which its lines are found."""
    for field in [f for f in table if f != "name"]:
        del table[field]
    table["name"] = mark


def without(toml: str, mark: str) -> str:
    """A source without the table that was emptied; comments after it are the next one's, and stay.

    tomlkit counts them to the table before them, and would take them along.
    """
    rows = toml.splitlines(keepends=True)
    name = next(i for i, row in enumerate(rows) if mark in row)
    header = next(i for i in range(name, -1, -1) if rows[i].lstrip().startswith("[["))
    start = header
    while start and not rows[start - 1].strip():
        start -= 1
    return "".join([*rows[:start], *rows[header + 1 : name], *rows[name + 1 :]])
