"""Annotations read as columns, for what counts over all of them (`annotator agree`).

SQLite gathers and numbers as much as it can and hands over a few long texts: half a million claims
take two seconds instead of the ten that an object for each would. Most of that time is SQLite's
own, in which other threads of Python run: the articles are read meanwhile.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from annotator.domain.columns import NONE, AnnotationColumns, Numbers
from annotator.domain.errors import DatabaseError
from annotator.domain.model import Article
from annotator.store import database
from annotator.store.rows import from_json, to_json
from annotator.store.sql import query
from annotator.store.store import Store

_SEPARATOR = "\x1f"
Wanted = dict[str, str | None]


def annotation_columns(store: Store, uids: Iterable[str] | None = None) -> AnnotationColumns:
    """Read the annotations of some articles (all without), by anybody, as columns.

    Raises:
        DatabaseError: when the database cannot be read, or a fragment is missing.
    """
    wanted = {"articles": None if uids is None else to_json(list(uids))}
    with database.explained(store.path):
        return _read(store.conn, wanted)


def read_articles(
    store: Store, uids: Sequence[str] | None = None, advance: Callable[[int], None] | None = None
) -> tuple[list[Article], AnnotationColumns]:
    """Read articles in which there is any annotation, and the annotations as columns, at once.

    Args:
        store: With the articles.
        uids: Which articles; all without.
        advance: Called with 1 after each of the articles that are wanted.

    Raises:
        DatabaseError: as for `annotation_columns`.
    """
    if str(store.path) == ":memory:":
        return _articles(store, uids, advance), annotation_columns(store, uids)
    with ThreadPoolExecutor(1) as pool:
        columns = pool.submit(_elsewhere, Path(store.path), uids)
        return _articles(store, uids, advance), columns.result()


def _elsewhere(path: Path, uids: Sequence[str] | None) -> AnnotationColumns:
    """Read on a connection of its own, as one thread's statements wait for the other's."""
    with Store.open(path, readonly=True) as store:
        return annotation_columns(store, uids)


def _articles(
    store: Store, uids: Sequence[str] | None, advance: Callable[[int], None] | None
) -> list[Article]:
    with database.explained(store.path):
        found = store.conn.execute("SELECT DISTINCT article FROM annotation")
        annotated = {uid for (uid,) in found}
    out = []
    for uid in store.uids() if uids is None else uids:
        if uid in annotated:
            out.append(store.article(uid))
        if advance is not None:
            advance(1)
    return out


def _read(conn: sqlite3.Connection, wanted: Wanted) -> AnnotationColumns:
    listed, uids, people, above, facts = conn.execute(
        query("column_annotations"), wanted
    ).fetchone()
    ids = _strings(listed)
    articles, article = _numbered(_strings(uids))
    annotators, annotator = _numbered(_strings(people))
    said = _numbers(facts)
    label_sets, labels = _labels(conn, wanted, ids, listed)
    roles, owner, role, start, end = _fragments(conn, wanted, ids)
    return AnnotationColumns(
        ids,
        _array(said // 10),
        articles,
        article,
        annotators,
        annotator,
        _parents(ids, _strings(above)),
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


def _parents(ids: Sequence[str], above: Sequence[str | None]) -> array[int]:
    wanted = set(above)
    place = {id_: i for i, id_ in enumerate(ids) if id_ in wanted}
    return array("i", [NONE if parent is None else place.get(parent, NONE) for parent in above])


def _labels(
    conn: sqlite3.Connection, wanted: Wanted, ids: Sequence[str], listed: str
) -> tuple[tuple[dict[str, str], ...], array[int]]:
    """The distinct sets of attributes, and which one each annotation has.

    Args:
        ids, listed: The ids of all annotations, also as the JSON that they were read from.
    """
    having, said = conn.execute(query("column_labels"), wanted).fetchone()
    sets = Numbers()
    nothing = sets["{}"]
    found = array("i", map(sets.__getitem__, said.split(_SEPARATOR) if said else ()))
    if having == listed:
        labels = found
    else:
        place = {id_: i for i, id_ in enumerate(ids)}
        labels = array("i", [nothing]) * len(ids)
        for id_, number in zip(_strings(having), found, strict=True):
            labels[place[id_]] = number
    return tuple(cast("dict[str, str]", from_json(text)) for text in sets), labels


def _fragments(
    conn: sqlite3.Connection, wanted: Wanted, ids: Sequence[str]
) -> tuple[tuple[str, ...], array[int], array[int], array[int], array[int]]:
    """Names of roles; and of each fragment its annotation, role, start and end."""
    roles = tuple(r[0] for r in conn.execute("SELECT DISTINCT role FROM fragment ORDER BY role"))
    listed = _SEPARATOR + _SEPARATOR.join(roles) + _SEPARATOR
    found = conn.execute(query("column_fragments"), {**wanted, "roles": listed}).fetchone()
    code, start, end = map(_numbers, found)
    place_in_owner = code % 65536
    first = place_in_owner == 0
    following = np.append(NONE, place_in_owner[:-1]) + 1 == place_in_owner
    owners = np.arange(len(ids), dtype=np.int32)
    if first.sum() != len(owners):
        # Some have no fragments (a label of a whole article): only their ids tell which.
        place = {id_: i for i, id_ in enumerate(ids)}
        firsts = conn.execute("SELECT annotation FROM fragment WHERE ord = 0 ORDER BY annotation")
        owners = np.fromiter((place.get(id_, NONE) for (id_,) in firsts), np.int32)
        owners = owners[owners != NONE]
    if not (first | following).all() or first.sum() != len(owners):
        raise DatabaseError("an annotation's fragments have gaps", "run `annotator doctor`")
    number = np.cumsum(first) - 1
    names = np.zeros(len(listed) + 1, dtype=np.int32)
    for i, name in enumerate(roles):
        names[listed.index(f"{_SEPARATOR}{name}{_SEPARATOR}") + 1] = i
    return roles, _array(owners[number]), _array(names[code // 65536]), _array(start), _array(end)


def _strings(text: str) -> list[str]:
    return cast("list[str]", from_json(text))


def _numbered(names: Iterable[str]) -> tuple[tuple[str, ...], array[int]]:
    """The distinct names, and which one each is."""
    numbers = Numbers()
    found = array("i", map(numbers.__getitem__, names))
    return numbers.names, found


def _numbers(text: str | None) -> NDArray[np.int32]:
    """The numbers of a text with blanks between them; None for none."""
    return np.fromstring(text, dtype=np.int32, sep=" ") if text else np.empty(0, np.int32)


def _array(values: NDArray[np.int32]) -> array[int]:
    out = array("i")
    out.frombytes(np.ascontiguousarray(values).tobytes())
    return out
