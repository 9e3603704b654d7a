"""Documents out of the database, and into it: what `export` and `import` do on this side.

Both stream by article, so memory does not grow with the corpus. `import_items` is in `importing`.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias, TypeVar, cast

from annotator.domain.errors import InputError
from annotator.domain.exchange import (
    AnnotationRow,
    AnnotatorRecord,
    Dataset,
    Document,
    FragmentRow,
    Rows,
    SchemeRecord,
)
from annotator.domain.left_out import Unfinished
from annotator.domain.losses import WITHOUT_END, Losses
from annotator.domain.model import Annotation, Layer, Provenance
from annotator.store import articles, clusters, database
from annotator.store.binding import bound
from annotator.store.importing import Imported, ImportRefusedError, LayOut, import_items
from annotator.store.readings import Finished
from annotator.store.rows import annotation_of, from_json
from annotator.store.sql import query
from annotator.store.store import Store

_Item = TypeVar("_Item", Document, Rows)
_Row: TypeAlias = tuple[AnnotationRow, Sequence[FragmentRow]]
_ARTICLES: Final = 64
"""Articles of which it is kept what of them is exported, for the relations to them."""


@dataclass(frozen=True, slots=True)
class ExportSelection:
    """Which articles and annotations to export; None and empty mean "all"."""

    annotators: frozenset[str] | None = None
    layers: frozenset[Layer] | None = None
    labels: tuple[tuple[str, str], ...] = ()
    """(attribute, value) pairs: an annotation must have one of them."""
    provenance: frozenset[Provenance] | None = None
    """`{"adjudicated"}` is the gold layer."""
    articles: frozenset[str] | None = None
    """Uids."""
    splits: frozenset[str] | None = None
    """Values of `split` in the articles' metadata."""
    annotated: bool = False
    """Leave out articles without a selected annotation."""
    finished: Finished | None = None
    """Leave out readings that it says are not finished, and articles without one that is."""
    asked: str = ""
    """The options that chose annotations, as they are typed, for messages; empty for none."""

    def keeps(self, row: AnnotationRow) -> bool:
        """Whether an annotation is selected."""
        return (
            (self.annotators is None or row[3] in self.annotators)
            and (self.layers is None or row[2] in self.layers)
            and (self.provenance is None or row[5] in self.provenance)
            and (not self.labels or not self._labels(row).isdisjoint(self.labels))
        )

    def _labels(self, row: AnnotationRow) -> AbstractSet[tuple[str, object]]:
        return cast("dict[str, object]", from_json(row[12])).items()

    def keeps_article(self, meta: Mapping[str, object]) -> bool:
        """Whether an article of this metadata is selected, apart from its uid."""
        return self.splits is None or str(meta.get("split", "")) in self.splits


@contextlib.contextmanager
def snapshot(store: Store) -> Iterator[None]:
    """Read the database as it is now, whatever other programs write to it meanwhile."""
    with database.explained(store.path):
        store._conn.execute("BEGIN")
        try:
            yield
        finally:
            store._conn.execute("ROLLBACK")


def uids(store: Store, selection: ExportSelection) -> list[str]:
    """The selected articles in the order added, as far as the uids alone tell (for progress)."""
    chosen = selection.articles
    return [uid for uid in store.uids() if chosen is None or uid in chosen]


def annotation_rows(
    conn: sqlite3.Connection, uid: str
) -> list[tuple[AnnotationRow, Sequence[FragmentRow]]]:
    """The annotations of one article in reading order: by first code point, then by id."""
    parameters = {"article": uid}
    fragments: defaultdict[int, list[FragmentRow]] = defaultdict(list)
    for fragment in conn.execute(query("article_fragments"), parameters).fetchall():
        fragments[fragment[0]].append(fragment)
    found = []
    for row in conn.execute(query("article_annotations"), parameters).fetchall():
        pieces = fragments.get(row[0], ())
        found.append((min([p[2] for p in pieces], default=-1), row[1], row, pieces))
    found.sort()
    return [(row, pieces) for _, _, row, pieces in found]


class _KeptEnds:
    """Which relations have both ends among what is exported; counts the others."""

    def __init__(self, store: Store, selection: ExportSelection, losses: Losses) -> None:
        self._store, self._selection, self._losses = store, selection, losses
        self._uids: frozenset[str] | None = None
        self._in_article = lru_cache(maxsize=_ARTICLES)(self._kept_in)

    def of(self, found: list[_Row]) -> list[_Row]:
        """The annotations of an article, without relations that lack an end."""
        if all(row[2] != "relation" for row, _ in found):
            return found
        here = {row[1] for row, _ in found}
        return [r for r in found if r[0][2] != "relation" or self._has_ends(r[0], here)]

    def _has_ends(self, row: AnnotationRow, here: AbstractSet[str]) -> bool:
        for end in row[13:]:
            if end not in here and end not in self._in_article(self._article_of(str(end))):
                self._losses.add(WITHOUT_END, row[1])
                return False
        return True

    def _article_of(self, id_: str) -> str:
        found = self._store._conn.execute(
            "SELECT article FROM annotation WHERE id = ?", (id_,)
        ).fetchone()
        return str(found[0]) if found else ""

    def _kept_in(self, uid: str) -> frozenset[str]:
        """The ids of what is exported of another article."""
        if self._uids is None:
            self._uids = frozenset(uids(self._store, self._selection))
        found = _selected(self._store, self._selection, uid)[1] if uid in self._uids else None
        return frozenset(row[1] for row, _ in found or ())


def _selected(
    store: Store, selection: ExportSelection, uid: str
) -> tuple[articles.ArticleRows, list[_Row] | None]:
    """An article with the rows of its selected annotations; None for them where it is not."""
    article = articles.read(store._conn, uid)
    if not selection.keeps_article(article.meta):
        return article, None
    everything = annotation_rows(store._conn, uid)
    done = _finished_by(selection.finished, article, everything)
    if done is not None and not done:
        return article, None
    return article, [
        r for r in everything if selection.keeps(r[0]) and (done is None or r[0][3] in done)
    ]


def _chosen(
    store: Store,
    selection: ExportSelection,
    progress: Callable[[], None] | None,
    losses: Losses | None = None,
) -> Iterator[tuple[articles.ArticleRows, list[tuple[AnnotationRow, Sequence[FragmentRow]]]]]:
    """The selected articles with the rows of their selected annotations."""
    ends = _KeptEnds(store, selection, Losses() if losses is None else losses)
    with database.explained(store.path):
        for uid in uids(store, selection):
            article, found = _selected(store, selection, uid)
            if found is not None:
                found = ends.of(found)
                if found or not selection.annotated:
                    yield article, found
            if progress:
                progress()


def _finished_by(
    finished: Finished | None,
    stored: articles.ArticleRows,
    found: Sequence[tuple[AnnotationRow, Sequence[FragmentRow]]],
) -> frozenset[str] | None:
    """Who has finished an article; None where that makes no difference."""
    if finished is None:
        return None
    article = articles.article_of(stored)
    name = article.name or article.title or article.uid
    return finished.of(
        article.number, name, article.layout.sentences, _annotations(article.uid, found)
    )


def _annotations(
    uid: str, found: Sequence[tuple[AnnotationRow, Sequence[FragmentRow]]]
) -> tuple[Annotation, ...]:
    return tuple(
        annotation_of((*row[1:3], uid, *row[3:12], *row[13:]), [f[1:] for f in fragments], row[12])
        for row, fragments in found
    )


def exported(store: Store, selection: ExportSelection) -> list[str]:
    """The uids of the articles that `documents` would give."""
    return [articles.article_of(stored).uid for stored, _ in _chosen(store, selection, None)]


def documents(
    store: Store,
    selection: ExportSelection | None = None,
    progress: Callable[[], None] | None = None,
    losses: Losses | None = None,
) -> Iterator[Document]:
    """Stream the selected articles with their selected annotations, in reading order.

    Args:
        progress: Called once for each uid of `uids(store, selection)`.
        losses: Counts the relations of which an end is not selected: they are left out.
    """
    for stored, found in _chosen(store, selection or ExportSelection(), progress, losses):
        article = articles.article_of(stored)
        yield Document(article, _annotations(article.uid, found), f"article {article.number}")


def rows(
    store: Store,
    selection: ExportSelection | None = None,
    progress: Callable[[], None] | None = None,
    losses: Losses | None = None,
) -> Iterator[Rows]:
    """Stream the same as `documents`, as plain values."""
    for stored, found in _chosen(store, selection or ExportSelection(), progress, losses):
        yield articles.rows_of(stored, found)


def dataset(store: Store, selection: ExportSelection | None = None) -> Dataset:
    """The schemes in force or used, and the annotators with annotations, of an export."""
    selection = selection or ExportSelection()
    chosen = selection.annotators
    with database.explained(store.path):
        schemes = store._conn.execute(
            "SELECT version, name, toml, created_at, version = (SELECT value FROM setting"
            " WHERE name = 'scheme') AS in_force FROM scheme"
            " WHERE in_force OR version IN (SELECT scheme FROM annotation) ORDER BY 4, 1"
        ).fetchall()
        people = store._conn.execute(
            "SELECT name, created_at FROM annotator"
            " WHERE name IN (SELECT annotator FROM annotation) ORDER BY name"
        ).fetchall()
        splits = set(clusters.splits(store._conn).values())
        fields = store._conn.execute(
            "SELECT DISTINCT key FROM article, json_each(meta) ORDER BY key"
        ).fetchall()
    return Dataset(
        tuple(SchemeRecord(v, n, t, at, bool(used)) for v, n, t, at, used in schemes),
        tuple(AnnotatorRecord(*r) for r in people if chosen is None or r[0] in chosen),
        tuple(sorted(s for s in splits if selection.splits is None or s in selection.splits)),
        tuple(name for (name,) in fields),
    )


class StoredContent:
    """What is selected of a database, for `formats.export` (see `domain.exchange.Content`).

    Args:
        progress: Told how many articles were looked at, of how many.
    """

    def __init__(
        self,
        store: Store,
        selection: ExportSelection,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self._store, self._selection, self._progress = store, selection, progress
        self._done, self._total = 0, len(uids(store, selection))
        self._losses = Losses()

    @property
    def losses(self) -> Losses:
        """Relations without an end, as far as the stream that was asked for last was read."""
        return self._losses

    @property
    def dataset(self) -> Dataset:
        """The schemes, annotators and splits."""
        return dataset(self._store, self._selection)

    @property
    def left_out(self) -> Unfinished | None:
        """What was left out so far as not finished."""
        return self._selection.finished.left_out if self._selection.finished else None

    def snapshot(self) -> AbstractContextManager[None]:
        """While it is open, the database is read as it is now."""
        return snapshot(self._store)

    def documents(self) -> Iterator[Document]:
        """The articles with their annotations; InputError at the end when that was nothing."""
        self._losses = Losses()
        return self._something(documents(self._store, self._selection, self._advance, self._losses))

    def rows(self) -> Iterator[Rows]:
        """The same as plain values."""
        self._losses = Losses()
        return self._something(rows(self._store, self._selection, self._advance, self._losses))

    def _advance(self) -> None:
        self._done += 1
        if self._progress is not None:
            self._progress(self._done, self._total)

    def _something(self, found: Iterator[_Item]) -> Iterator[_Item]:
        """Pass articles on; refuse at the end when that was nothing: no empty file is written."""
        articles = annotations = 0
        for item in found:
            articles += 1
            annotations += len(item.annotations)
            yield item
        left_out = self.left_out
        if left_out and not articles and left_out.articles:
            n = len(left_out.articles)
            raise InputError(
                f"no article is finished by {left_out.who}: {n} article{'' if n == 1 else 's'}"
                " left out",
                "finished is an article whose every sentence is reviewed or annotated;"
                " --unfinished takes all",
            )
        if self._selection.asked and not annotations:
            raise InputError(
                f"no annotation is chosen by {self._selection.asked}",
                "`annotator stats` shows what there is",
            )


__all__ = [
    "ExportSelection",
    "ImportRefusedError",
    "Imported",
    "LayOut",
    "StoredContent",
    "bound",
    "dataset",
    "documents",
    "import_items",
    "rows",
    "snapshot",
    "uids",
]
