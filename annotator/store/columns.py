"""Annotations read as columns, for what counts over all of them (`annotator agree`).

SQLite gathers and numbers as much as it can: half a million claims take two seconds instead of the
ten that an object for each would.
"""

from __future__ import annotations

import contextlib
import gc
import sqlite3
from array import array
from collections.abc import Iterable, Iterator
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
        DatabaseError: when the database cannot be read, or a fragment is missing.
    """
    wanted = {"articles": None if uids is None else to_json(list(uids))}
    with database.explained(store.path), _without_collector():
        return _read(store.conn, wanted)


@contextlib.contextmanager
def _without_collector() -> Iterator[None]:
    """Rows come as tuples by the million, none in a cycle: looking for cycles takes a third."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(conn: sqlite3.Connection, wanted: dict[str, str | None]) -> AnnotationColumns:
    ids: list[str] = []
    articles, annotators = Numbers(), Numbers()
    article, annotator, facts = array("i"), array("i"), array("i")
    parents: list[tuple[int, str]] = []
    rows = conn.execute(query("column_annotations"), wanted)
    while chunk := rows.fetchmany(_CHUNK):
        first = len(ids)
        names, uids, people, above, codes = zip(*chunk, strict=True)
        ids.extend(names)
        article.extend(map(articles.__getitem__, uids))
        annotator.extend(map(annotators.__getitem__, people))
        parents += [(first + i, parent) for i, parent in enumerate(above) if parent is not None]
        facts.extend(codes)
    place = {id_: i for i, id_ in enumerate(ids)}
    parent = array("i", [NONE]) * len(ids)
    for i, id_ in parents:
        parent[i] = place.get(id_, NONE)
    label_sets, labels = _labels(conn, wanted, place)
    roles, owner, role, start, end = _fragments(conn, wanted, place)
    said = np.array(facts, dtype=np.int32)
    return AnnotationColumns(
        ids,
        _array(said // 10),
        articles.names,
        article,
        annotators.names,
        annotator,
        parent,
        _array(said % 10 // 2),
        _array(said % 2),
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
    labels = array("i", [sets["{}"]]) * len(place)
    for id_, said in conn.execute(query("column_labels"), wanted):
        labels[place[id_]] = sets[said]
    return tuple(cast("dict[str, str]", from_json(said)) for said in sets), labels


def _fragments(
    conn: sqlite3.Connection, wanted: dict[str, str | None], place: dict[str, int]
) -> tuple[tuple[str, ...], array[int], array[int], array[int], array[int]]:
    """Names of roles; and of each fragment its annotation, role, start and end."""
    roles = tuple(r[0] for r in conn.execute("SELECT DISTINCT role FROM fragment ORDER BY role"))
    listed = _SEPARATOR + _SEPARATOR.join(roles) + _SEPARATOR
    # Ids as text for first fragments alone: the others follow theirs.
    firsts = conn.execute("SELECT annotation FROM fragment WHERE ord = 0 ORDER BY annotation")
    owners = _numbers(place.get(id_, NONE) for (id_,) in firsts)
    owners = owners[owners != NONE]
    rows = conn.execute(query("column_fragments"), {**wanted, "roles": listed})
    code, start, end = _numbers(chain.from_iterable(rows)).reshape(-1, 3).T
    place_in_owner = code % 65536
    first = place_in_owner == 0
    following = np.append(NONE, place_in_owner[:-1]) + 1 == place_in_owner
    if not (first | following).all() or first.sum() != len(owners):
        raise DatabaseError("an annotation's fragments have gaps", "run `annotator doctor`")
    number = np.cumsum(first) - 1
    names = np.zeros(len(listed) + 1, dtype=np.int32)
    for i, name in enumerate(roles):
        names[listed.index(f"{_SEPARATOR}{name}{_SEPARATOR}") + 1] = i
    return roles, _array(owners[number]), _array(names[code // 65536]), _array(start), _array(end)


def _numbers(values: Iterable[int]) -> NDArray[np.int32]:
    return np.fromiter(values, np.int32)


def _array(values: NDArray[np.int32]) -> array[int]:
    out = array("i")
    out.frombytes(np.ascontiguousarray(values).tobytes())
    return out
