"""Annotations read as columns, for what counts over all of them (`annotator agree`).

SQLite gathers and numbers as much as it can: half a million claims take two seconds instead of the
ten that an object for each would.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterable
from itertools import chain
from typing import cast

import numpy as np
from numpy.typing import NDArray

from annotator.domain.columns import NONE, AnnotationColumns, Numbers
from annotator.domain.errors import DatabaseError
from annotator.store import database
from annotator.store.rows import from_json, to_json
from annotator.store.sql import query
from annotator.store.store import Store

_CHUNK = 10_000
_SEPARATOR = "\x1f"


def annotation_columns(store: Store, uids: Iterable[str] | None = None) -> AnnotationColumns:
    """Read the annotations of some articles (all without), by anybody, as columns.

    Raises:
        DatabaseError: when the database cannot be read, or fragments do not begin at 0.
    """
    wanted = {"articles": None if uids is None else to_json(list(uids))}
    with database.explained(store.path):
        return _read(store.conn, wanted)


def _read(conn: sqlite3.Connection, wanted: dict[str, str | None]) -> AnnotationColumns:
    ids: list[str] = []
    articles, annotators = Numbers(), Numbers()
    article, annotator, facts = array("i"), array("i"), array("i")
    parents: list[tuple[int, str]] = []
    rows = conn.execute(query("column_annotations"), wanted)
    while chunk := rows.fetchmany(_CHUNK):
        first = len(ids)
        names, uids, people, above, said = zip(*chunk, strict=True)
        ids.extend(names)
        article.extend(map(articles.of, uids))
        annotator.extend(map(annotators.of, people))
        parents += [(first + i, parent) for i, parent in enumerate(above) if parent is not None]
        facts.extend(said)
    place = {id_: i for i, id_ in enumerate(ids)}
    parent = array("i", [NONE]) * len(ids)
    for i, id_ in parents:
        parent[i] = place.get(id_, NONE)
    label_sets, labels = _labels(conn, wanted, place)
    roles, owner, role, start, end = _fragments(conn, wanted, place)
    return AnnotationColumns(
        ids,
        array("i", [said // 10 for said in facts]),
        articles.names,
        article,
        annotators.names,
        annotator,
        parent,
        array("i", [said % 10 // 2 for said in facts]),
        array("i", [said % 2 for said in facts]),
        label_sets,
        labels,
        roles,
        owner,
        role,
        start,
        end,
    )


def _labels(
    conn: sqlite3.Connection, wanted: dict[str, str | None], place: dict[str, int]
) -> tuple[tuple[dict[str, str], ...], array[int]]:
    """The distinct sets of attributes, and which one each annotation has."""
    sets = Numbers()
    labels = array("i", [sets.of("{}")]) * len(place)
    for id_, said in conn.execute(query("column_labels"), wanted):
        labels[place[id_]] = sets.of(said)
    return tuple(cast("dict[str, str]", from_json(said)) for said in sets.names), labels


def _fragments(
    conn: sqlite3.Connection, wanted: dict[str, str | None], place: dict[str, int]
) -> tuple[tuple[str, ...], array[int], array[int], array[int], array[int]]:
    """Names of roles; and of each fragment its annotation, role, start and end."""
    roles = tuple(r[0] for r in conn.execute("SELECT DISTINCT role FROM fragment ORDER BY role"))
    listed = _SEPARATOR + _SEPARATOR.join(roles) + _SEPARATOR
    # Ids as text for first fragments alone: the others follow theirs.
    firsts = conn.execute("SELECT annotation FROM fragment WHERE ord = 0 ORDER BY annotation")
    owners = np.array([place[id_] for (id_,) in firsts if id_ in place], dtype=np.int32)
    rows = conn.execute(query("column_fragments"), {**wanted, "roles": listed})
    code, start, end = np.fromiter(chain.from_iterable(rows), np.int32).reshape(-1, 3).T
    number = np.cumsum(code & 1) - 1
    if len(number) and (number[0] < 0 or number[-1] + 1 != len(owners)):
        raise DatabaseError("an annotation's first fragment is missing", "run `annotator doctor`")
    names = np.zeros(len(listed) + 1, dtype=np.int32)
    for i, name in enumerate(roles):
        names[listed.index(f"{_SEPARATOR}{name}{_SEPARATOR}") + 1] = i
    return roles, _array(owners[number]), _array(names[code >> 1]), _array(start), _array(end)


def _array(values: NDArray[np.int32]) -> array[int]:
    out = array("i")
    out.frombytes(np.ascontiguousarray(values).tobytes())
    return out
