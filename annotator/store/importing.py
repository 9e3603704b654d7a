"""Documents from files into the database: one transaction, one action in the journal."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from annotator.domain.errors import AnnotatorError, InputError
from annotator.domain.exchange import AnnotatorRecord, BadRecord, Document, Item, SchemeRecord
from annotator.domain.ids import new_id
from annotator.domain.keys import reserved_keys
from annotator.domain.model import (
    SPAN_ROLE,
    Annotation,
    Article,
    ArticleDraft,
    Batch,
    Change,
    Layout,
)
from annotator.domain.records import FIELDS
from annotator.domain.scheme import parse_scheme
from annotator.domain.spans import check_span
from annotator.store import articles, check, journal
from annotator.store.people import check_name, now
from annotator.store.store import Store

NAMED: Final = 1000
"""How many bad records are kept by name; all are counted."""
_ULID: Final = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")

LayOut = Callable[[ArticleDraft], Layout]
"""Finds paragraphs, sentences and tokens of a new article (the store itself cannot)."""


class ImportRefusedError(InputError):
    """An import with bad records, none of which was to be passed over; nothing was written."""

    def __init__(self, bad: list[BadRecord], count: int) -> None:
        told = [f"{b.where}: {b.message}" for b in bad[:20]]
        more = [f"... and {count - len(told)} more"] if count > len(told) else []
        super().__init__(
            "\n".join([f"{count} records cannot be imported; nothing was:", *told, *more]),
            "mend the file, or import the others with --skip-bad",
        )
        self.bad = bad
        self.count = count


@dataclass(slots=True)
class Imported:
    """What an import brought."""

    articles: int = 0
    """Added."""
    known: int = 0
    """Texts that were there already; their annotations were added to them."""
    annotations: int = 0
    spans: int = 0
    unchanged: int = 0
    """Annotations that were there already, exactly as in the file."""
    by_annotator: Counter[str] = field(default_factory=Counter)
    batch: str | None = None
    """The action that undo takes back; None when no annotation was added."""
    bad: list[BadRecord] = field(default_factory=list)
    """The first of the records that were passed over."""
    bad_count: int = 0

    def note_bad(self, where: str, message: str) -> None:
        """Count a record that cannot be used."""
        self.bad_count += 1
        if len(self.bad) < NAMED:
            self.bad.append(BadRecord(where, message))


def import_items(
    store: Store,
    items: Iterable[Item],
    *,
    actor: str,
    layout: LayOut | None = None,
    skip_bad: bool = False,
    new_ids: bool = False,
    label: str = "import",
    progress: Callable[[], None] | None = None,
) -> Imported:
    """Write documents in one transaction, their annotations as one action that undo takes back.

    Articles whose text is there already are not added again. Annotations keep their annotator,
    provenance, times and ids where the file has them; otherwise they are `actor`'s, of now.

    Args:
        actor: Who imports: the annotator of the action, and of annotations that name none.
        layout: For articles that come without one; without it such articles are bad records.
        skip_bad: Pass over bad records; they are named in the result.
        new_ids: Give every annotation a new id, so that a changed copy can stand beside the old.
        label: What the log shows.
        progress: Called after each document.

    Raises:
        ImportRefusedError: when there are bad records and not `skip_bad`; nothing is written.
        AnnotatorError: what the items or the database raise; nothing is written.
    """
    check_name(actor)
    run = _Import(store, actor, layout, new_ids, progress)
    batch = Batch(new_id(), actor, run.at, "import", label, ())
    with store.transaction():
        run.prepare()
        if journal.apply_stream(store.conn, batch, run.changes(items), store.text_of):
            run.result.batch = batch.id
        if run.result.bad_count and not skip_bad:
            raise ImportRefusedError(run.result.bad, run.result.bad_count)
    return run.result


class _Import:
    """One import under way, inside its transaction."""

    def __init__(
        self,
        store: Store,
        actor: str,
        layout: LayOut | None,
        new_ids: bool,
        progress: Callable[[], None] | None,
    ) -> None:
        self.store, self.actor, self.layout = store, actor, layout
        self.new_ids, self.progress = new_ids, progress
        self.at = now()
        self.result = Imported()
        self.empty = False
        self.scheme = ""
        self._people: set[str] = set()

    def prepare(self) -> None:
        """Look at what is there, once the transaction has begun."""
        conn = self.store.conn
        self.empty = conn.execute("SELECT 1 FROM article").fetchone() is None
        self.scheme = self.store.scheme().version
        self._annotator(self.actor, self.at)

    def changes(self, items: Iterable[Item]) -> Iterator[Change]:
        for item in items:
            try:
                if isinstance(item, Document):
                    yield from self._document(item)
                    if self.progress:
                        self.progress()
                elif isinstance(item, SchemeRecord):
                    self._scheme(item)
                elif isinstance(item, AnnotatorRecord):
                    self._annotator(item.name, item.created_at or self.at)
                else:
                    self.result.note_bad(*item)
            except _BadItemError as error:
                self.result.note_bad(*error.bad)

    def _annotator(self, name: str, created_at: str) -> None:
        try:
            check_name(name)
        except AnnotatorError as error:
            raise _BadItemError(f"annotator {name[:40]!r}", error.message) from error
        self.store.conn.execute(
            "INSERT INTO annotator (name, created_at) VALUES (?, ?) ON CONFLICT (name)"
            " DO UPDATE SET created_at = iif(?, excluded.created_at,"
            " min(created_at, excluded.created_at))",
            (name, created_at, self.empty),
        )
        self._people.add(name)

    def _scheme(self, record: SchemeRecord) -> None:
        """Store a scheme; in an empty database it also takes the place of the one in force."""
        where = f"scheme {record.version}"
        try:
            known = reserved_keys() if record.in_force and self.empty else {}
            scheme = parse_scheme(record.toml, known)
        except AnnotatorError as error:
            raise _BadItemError(where, error.message) from error
        if scheme.version != record.version:
            raise _BadItemError(where, f"its source has the version {scheme.version}")
        self.store.conn.execute(
            "INSERT INTO scheme (version, name, toml, created_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (version) DO UPDATE SET created_at = iif(?, excluded.created_at,"
            " min(created_at, excluded.created_at))",
            (scheme.version, scheme.name, record.toml, record.created_at or self.at, self.empty),
        )
        if record.in_force and self.empty:
            self.store.conn.execute(
                "INSERT INTO setting (name, value) VALUES ('scheme', ?)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (scheme.version,),
            )
            self.scheme = scheme.version

    def _article(self, document: Document) -> str:
        """Add the article unless it is there; its uid."""
        article = document.article
        try:
            uid = self.store.has_text(article.text)
            if uid is not None:
                self.result.known += 1
                return uid
            if isinstance(article, Article):
                problem = next(check.layout_problems(article.layout, len(article.text)), None)
                if problem:
                    raise InputError(problem)
                article = replace(article, imported_at=article.imported_at or self.at)
                added = articles.restore(self.store.conn, article)
            elif self.layout is None:
                raise InputError("this text is not in the database, and the file brings no layout")
            else:
                added = articles.add(self.store.db, article, self.layout(article), self.at)
        except InputError as error:
            raise _BadItemError(document.where, error.message) from error
        self.result.articles += 1
        return added.uid

    def _document(self, document: Document) -> Iterator[Change]:
        uid = self._article(document)
        text = document.article.text
        ids = self._ids(document.annotations)
        problems = self._problems(document.annotations, text)
        for annotation in document.annotations:
            where = f"{document.where}: {annotation.layer} {annotation.id}"
            if annotation.id in problems:
                self.result.note_bad(where, problems[annotation.id])
                continue
            parent = annotation.parent
            new = replace(
                annotation,
                id=ids[annotation.id],
                article=uid,
                annotator=annotation.annotator or self.actor,
                parent=None if parent is None else ids.get(parent, parent),
                scheme=annotation.scheme or self.scheme,
                created_at=annotation.created_at or self.at,
                updated_at=annotation.updated_at or self.at,
            )
            if new.annotator not in self._people:
                self._annotator(new.annotator, self.at)
            if not journal.exists(self.store.conn, new.id):
                self.result.annotations += 1
                self.result.spans += len(new.fragments)
                self.result.by_annotator[new.annotator] += 1
                yield Change(None, new)
            elif journal.read_annotation(self.store.conn, new.id) == new:
                self.result.unchanged += 1
            else:
                self.result.note_bad(
                    where, "is in the database with other content (--new-ids adds it beside)"
                )

    def _ids(self, annotations: Iterable[Annotation]) -> dict[str, str]:
        """A file's ids -> ours: ULIDs stay, unless they are to be new."""
        return {
            a.id: a.id if _ULID.fullmatch(a.id) and not self.new_ids else new_id()
            for a in annotations
        }

    def _problems(self, annotations: tuple[Annotation, ...], text: str) -> dict[str, str]:
        """Id -> what is wrong with the annotation; also those whose parent cannot be used."""
        parents: dict[str, str | None] = {}
        problems: dict[str, str] = {}
        known: set[str | None] = {None, *(a.id for a in annotations)}
        for annotation in annotations:
            if annotation.id in parents:
                problems[annotation.id] = "its id stands twice in the file"
                continue
            parents[annotation.id] = annotation.parent
            if (problem := _fault(annotation, text)) is not None:
                problems[annotation.id] = problem
            elif annotation.parent not in known and not self._in_database(annotation.parent):
                problems[annotation.id] = f"its parent {annotation.parent!r} is not there"
        for id_ in parents:
            seen: list[str] = []
            at: str | None = id_
            while at in parents and at not in problems and at not in seen:
                seen.append(at)
                at = parents[at]
            if at in problems or at in seen:
                why = f"its parent {at!r} cannot be used" if at in problems else "is its own parent"
                problems |= dict.fromkeys(seen, why)
        return problems

    def _in_database(self, id_: str | None) -> bool:
        return id_ is not None and journal.exists(self.store.conn, id_)


class _BadItemError(Exception):
    """A record that is given up as a whole."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(message)
        self.bad = BadRecord(where, message)


def _fault(annotation: Annotation, text: str) -> str | None:
    """What keeps an annotation out of the database, whatever else is in it."""
    for fragment in annotation.fragments:
        role = fragment.role
        if not role.isidentifier() or role in FIELDS:
            return f"{role!r} cannot be a role"
        if role == SPAN_ROLE and annotation.layer == "claim":
            return f"a claim has no role {SPAN_ROLE!r}"
        if fragment.span < 0:
            return f"{role}: span {fragment.span} is negative"
        try:
            check_span(text, fragment.start, fragment.end, role)
        except AnnotatorError as error:
            return error.message
    if any(not name for name in annotation.attributes):
        return "an attribute has no name"
    return None
