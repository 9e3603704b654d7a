"""Documents out of the database, and into it: what `export` and `import` do on this side.

Both stream by article, so memory does not grow with the corpus. `import_items` is in `importing`.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from annotator.domain.exchange import AnnotatorRecord, Document, Project, SchemeRecord
from annotator.domain.model import Annotation, Article, Fragment, Layer, Provenance
from annotator.store import articles, database
from annotator.store.importing import Imported, ImportRefusedError, LayOut, import_items
from annotator.store.sql import query
from annotator.store.store import Store


@dataclass(frozen=True, slots=True)
class Selection:
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

    def keeps(self, annotation: Annotation) -> bool:
        """Whether an annotation is selected."""
        return (
            (self.annotators is None or annotation.annotator in self.annotators)
            and (self.layers is None or annotation.layer in self.layers)
            and (self.provenance is None or annotation.provenance in self.provenance)
            and (
                not self.labels
                or any(annotation.attributes.get(name) == value for name, value in self.labels)
            )
        )

    def keeps_article(self, article: Article) -> bool:
        """Whether an article is selected, apart from its annotations."""
        return (self.articles is None or article.uid in self.articles) and (
            self.splits is None or str(article.meta.get("split", "")) in self.splits
        )


@contextlib.contextmanager
def snapshot(store: Store) -> Iterator[None]:
    """Read the database as it is now, whatever other programs write to it meanwhile."""
    with database.explained(store.path):
        store.conn.execute("BEGIN")
        try:
            yield
        finally:
            store.conn.execute("ROLLBACK")


def uids(store: Store, selection: Selection) -> list[str]:
    """The selected articles in the order added, as far as the uids alone tell (for progress)."""
    chosen = selection.articles
    return [uid for uid in store.uids() if chosen is None or uid in chosen]


def annotations_of(conn: sqlite3.Connection, uid: str) -> list[Annotation]:
    """The annotations of one article in reading order: by first code point, then by id."""
    parameters = {"article": uid}
    fragments: dict[str, list[Fragment]] = {}
    for id_, role, start, end, span in conn.execute(query("article_fragments"), parameters):
        fragments.setdefault(id_, []).append(Fragment(role, start, end, span))
    attributes: dict[str, dict[str, str]] = {}
    for id_, name, value in conn.execute(query("article_attributes"), parameters):
        attributes.setdefault(id_, {})[name] = value
    found: list[Annotation] = []
    for row in conn.execute(query("article_annotations"), parameters):
        id_, layer, article, annotator, parent, provenance, scheme = row[:7]
        reviewed, flagged, note, created_at, updated_at = row[7:]
        found.append(
            Annotation(
                id_,
                layer,
                article,
                annotator,
                tuple(fragments.get(id_, ())),
                attributes.get(id_, {}),
                parent,
                provenance,
                scheme,
                bool(reviewed),
                bool(flagged),
                note,
                created_at,
                updated_at,
            )
        )
    found.sort(key=lambda a: (min((f.start for f in a.fragments), default=-1), a.id))
    return found


def documents(
    store: Store, selection: Selection | None = None, progress: Callable[[], None] | None = None
) -> Iterator[Document]:
    """Stream the selected articles with their selected annotations, in reading order.

    Args:
        progress: Called once for each uid of `uids(store, selection)`.
    """
    selection = selection or Selection()
    with database.explained(store.path):
        for uid in uids(store, selection):
            article = articles.get(store.conn, uid)
            if selection.keeps_article(article):
                found = tuple(filter(selection.keeps, annotations_of(store.conn, uid)))
                if found or not selection.annotated:
                    yield Document(article, found, f"article {article.number}")
            if progress:
                progress()


def project(store: Store, selection: Selection | None = None) -> Project:
    """The schemes in force or used, and the annotators with annotations, of an export."""
    chosen = (selection or Selection()).annotators
    with database.explained(store.path):
        schemes = store.conn.execute(
            "SELECT version, name, toml, created_at, version = (SELECT value FROM setting"
            " WHERE name = 'scheme') AS in_force FROM scheme"
            " WHERE in_force OR version IN (SELECT scheme FROM annotation) ORDER BY 4, 1"
        ).fetchall()
        people = store.conn.execute(
            "SELECT name, created_at FROM annotator"
            " WHERE name IN (SELECT annotator FROM annotation) ORDER BY name"
        ).fetchall()
    return Project(
        tuple(SchemeRecord(v, n, t, at, bool(used)) for v, n, t, at, used in schemes),
        tuple(AnnotatorRecord(*r) for r in people if chosen is None or r[0] in chosen),
    )


__all__ = [
    "ImportRefusedError",
    "Imported",
    "LayOut",
    "Selection",
    "documents",
    "import_items",
    "project",
    "snapshot",
    "uids",
]
