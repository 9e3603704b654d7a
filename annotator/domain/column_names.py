"""What the roles and labels of a scheme are called as columns of a table, whatever their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, count, islice
from typing import Final, NamedTuple

START, END = "_start", "_end"
"""Follow the column of a role: the first code point of its pieces, and the one after the last."""
COMPUTED: Final = "_computed"
"""Follows the column of a label: what is reckoned where nobody gave it."""


class ColumnNames(NamedTuple):
    """The columns of roles and of labels, by the names that the scheme gives them."""

    roles: Mapping[str, str]
    labels: Mapping[str, str]


def column_names(
    roles: Iterable[str], labels: Iterable[str], taken: Iterable[str] = ()
) -> ColumnNames:
    """Name a column for each role and label, none twice, also where case makes no difference.

    Each is called as in the scheme where that is free, otherwise `role_NAME` or `label_NAME` (and
    with a number after it, should that be taken too). So it is with the columns that follow one
    (START, END, COMPUTED).

    Args:
        roles, labels: Names, in the order of the scheme; a name may stand in both.
        taken: The columns that the table has besides.
    """
    used = {name.casefold() for name in taken}

    def take(names: Iterable[str], kind: str, *following: str) -> Iterator[tuple[str, str]]:
        for name in dict.fromkeys(names):
            for column in _offers(name, kind):
                wanted = {(column + end).casefold() for end in ("", *following)}
                if used.isdisjoint(wanted):
                    break
            used.update(wanted)
            yield name, column

    return ColumnNames(dict(take(roles, "role", START, END)), dict(take(labels, "label", COMPUTED)))


def field_columns(fields: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """Name a column for each further field of articles: `article_NAME`, or else `meta_NAME`."""
    used = {name.casefold() for name in taken}
    out: dict[str, str] = {}
    for field in dict.fromkeys(fields):
        offers = chain((f"article_{field}",), islice(_offers(field, "meta"), 1, None))
        out[field] = next(c for c in offers if c.casefold() not in used)
        used.add(out[field].casefold())
    return out


def _offers(name: str, kind: str) -> Iterator[str]:
    yield name
    yield f"{kind}_{name}"
    for number in count(2):
        yield f"{kind}_{name}_{number}"
