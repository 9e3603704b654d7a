"""Annotations read as columns, for what counts over all of them (`annotator agree`).

SQLite gathers and numbers as much as it can and hands over a few long texts: half a million claims
take two seconds instead of the ten that an object for each would. Most of that time is SQLite's
own, in which other threads of Python run: fragments, annotations and articles are read at once.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import NamedTuple, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from annotator.domain.columns import NONE, AnnotationColumns, Numbers
from annotator.domain.errors import DatabaseError
from annotator.domain.model import Article
from annotator.store import database, journal
from annotator.store.rows import from_json, to_json
from annotator.store.sql import query
from annotator.store.store import Store

_SEPARATOR = "\x1f"
Wanted = dict[str, str | None]
Numbered: TypeAlias = "tuple[tuple[str, ...], array[int]]"
"""Distinct names, and which one each annotation has."""


class _Annotations(NamedTuple):
    """All but the fragments, by id. A fact is what `column_annotations` says."""

    ids: list[str]
    articles: Numbered
    annotators: Numbered
    parent: array[int]
    facts: NDArray[np.int32]
    label_sets: tuple[dict[str, str], ...]
    labels: array[int]


class _Fragments(NamedTuple):
    """Of each fragment its place in its annotation, its place in `roles`, start and end."""

    roles: tuple[str, ...]
    place: NDArray[np.int32]
    role: NDArray[np.int32]
    start: NDArray[np.int32]
    end: NDArray[np.int32]


def annotation_columns(store: Store, uids: Iterable[str] | None = None) -> AnnotationColumns:
    """Read the annotations of some articles (all without), by anybody, as columns.

    Raises:
        DatabaseError: when the database cannot be read, or a fragment is missing.
    """
    wanted = _wanted(_included(store, uids))
    with database.explained(store.path):
        return _columns(
            _annotations(store._conn, wanted), _fragments(store._conn, wanted), store._conn
        )


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
    uids = _included(store, uids)
    if str(store.path) == ":memory:":
        return _articles(store, uids, advance), annotation_columns(store, uids)
    wanted = _wanted(uids)
    with database.explained(store.path), ExitStack() as stack:
        # Connections of their own, as the statements of one wait for each other.
        one, other = (
            stack.enter_context(Store.open(store.path, readonly=True))._conn for _ in range(2)
        )
        while _begun(one) != _begun(other):
            # Somebody wrote in between: both must see the same state.
            one.execute("ROLLBACK")
            other.execute("ROLLBACK")
        beside = stack.enter_context(ThreadPoolExecutor(2))
        fragments = beside.submit(_fragments, one, wanted)
        annotations = beside.submit(_annotations, other, wanted)
        articles = _articles(store, uids, advance)
        return articles, _columns(annotations.result(), fragments.result(), one)


def _begun(conn: sqlite3.Connection) -> int:
    """Begin to read one state of the database; returns the last event of its journal."""
    conn.execute("BEGIN")
    return journal.last_event(conn)


def _included(store: Store, uids: Iterable[str] | None) -> list[str] | None:
    """Those of some articles that are not left out; None for all, where none is."""
    out = {article.uid for article in store.excluded()}
    if uids is not None:
        return [uid for uid in uids if uid not in out]
    return store.uids() if out else None


def _wanted(uids: Iterable[str] | None) -> Wanted:
    return {"articles": None if uids is None else to_json(list(uids))}


def _articles(
    store: Store, uids: Sequence[str] | None, advance: Callable[[int], None] | None
) -> list[Article]:
    with database.explained(store.path):
        found = store._conn.execute("SELECT DISTINCT article FROM annotation")
        annotated = {uid for (uid,) in found}
    out = []
    for uid in store.uids() if uids is None else uids:
        if uid in annotated:
            out.append(store.article(uid))
        if advance is not None:
            advance(1)
    return out


def _annotations(conn: sqlite3.Connection, wanted: Wanted) -> _Annotations:
    listed, uids, people, above, facts = conn.execute(
        query("column_annotations"), wanted
    ).fetchone()
    ids = _strings(listed)
    articles, annotators = _numbered(_strings(uids)), _numbered(_strings(people))
    parent, said = _parents(ids, _strings(above)), _numbers(facts)
    return _Annotations(
        ids, articles, annotators, parent, said, *_labels(conn, wanted, ids, listed)
    )


def _columns(
    found: _Annotations, fragments: _Fragments, conn: sqlite3.Connection
) -> AnnotationColumns:
    owner = _owners(found.ids, fragments.place, conn)
    return AnnotationColumns(
        found.ids,
        _array(found.facts // 10),
        *found.articles,
        *found.annotators,
        found.parent,
        _array(found.facts % 10 // 2),
        _array(found.facts % 2),
        found.label_sets,
        found.labels,
        fragments.roles,
        _array(owner),
        _array(fragments.role),
        _array(fragments.start),
        _array(fragments.end),
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


def _fragments(conn: sqlite3.Connection, wanted: Wanted) -> _Fragments:
    roles = tuple(r[0] for r in conn.execute("SELECT DISTINCT role FROM fragment ORDER BY role"))
    listed = _SEPARATOR + _SEPARATOR.join(roles) + _SEPARATOR
    found = conn.execute(query("column_fragments"), {**wanted, "roles": listed}).fetchone()
    code, start, end = map(_numbers, found)
    names = np.zeros(len(listed) + 1, dtype=np.int32)
    for i, name in enumerate(roles):
        names[listed.index(f"{_SEPARATOR}{name}{_SEPARATOR}") + 1] = i
    return _Fragments(roles, code % 65536, names[code // 65536], start, end)


def _owners(
    ids: Sequence[str], place: NDArray[np.int32], conn: sqlite3.Connection
) -> NDArray[np.int32]:
    """The annotation of each fragment, from its place in it."""
    first = place == 0
    following = np.append(NONE, place[:-1]) + 1 == place
    owners = np.arange(len(ids), dtype=np.int32)
    if first.sum() != len(owners):
        # Some have no fragments (a label of a whole article): only their ids tell which.
        known = {id_: i for i, id_ in enumerate(ids)}
        firsts = conn.execute("SELECT annotation FROM fragment WHERE ord = 0 ORDER BY annotation")
        owners = np.fromiter((known.get(id_, NONE) for (id_,) in firsts), np.int32)
        owners = owners[owners != NONE]
    if not (first | following).all() or first.sum() != len(owners):
        raise DatabaseError("an annotation's fragments have gaps", "run `annotator doctor`")
    found: NDArray[np.int32] = owners[np.cumsum(first) - 1]
    return found


def _strings(text: str) -> list[str]:
    return cast("list[str]", from_json(text))


def _numbered(names: Iterable[str]) -> Numbered:
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
