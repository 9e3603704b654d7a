"""Documents from files into the database: one transaction, one action in the journal."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

from annotator.domain.errors import AnnotatorError, InputError
from annotator.domain.exchange import AnnotatorRecord, BadRecord, Document, Item, SchemeRecord
from annotator.domain.ids import new_id
from annotator.domain.losses import Losses
from annotator.domain.model import (
    RELATION_TYPE,
    Annotation,
    Article,
    ArticleDraft,
    Batch,
    Change,
    Layout,
    RecordChange,
)
from annotator.domain.scheme import DEFAULT_SCHEME
from annotator.domain.scheme_file import parse_scheme
from annotator.domain.times import now
from annotator.store import articles, check, import_problems, journal, relations
from annotator.store.binding import bound
from annotator.store.import_ends import ImportedEnds, UnknownEnd
from annotator.store.imported import Alike, Imported, ImportRefusedError
from annotator.store.people import check_name
from annotator.store.record_states import IN_FORCE, project_record
from annotator.store.store import Store

_ULID: Final = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")

LayOut = Callable[[ArticleDraft], Layout]
"""Finds paragraphs, sentences and tokens of a new article (the store itself cannot)."""


def import_items(
    store: Store,
    items: Iterable[Item],
    *,
    actor: str,
    layout: LayOut | None = None,
    skip_bad: bool = False,
    new_ids: bool = False,
    apart: str = "",
    label: str = "import",
    losses: Losses | None = None,
    check: Callable[[], None] | None = None,
    progress: Callable[[], None] | None = None,
    scheme: str = "",
) -> Imported:
    """Write documents in one transaction, their annotations as one action that undo takes back.

    Articles whose text is there already are not added again. Annotations keep their annotator,
    provenance, times and ids where the file has them; otherwise they are `actor`'s, of now.

    Args:
        actor: Who imports: the annotator of the action, and of annotations that name none.
        layout: For articles that come without one; without it such articles are bad records.
        skip_bad: Pass over bad records; they are named in the result.
        new_ids: Give every annotation a new id, so that a changed copy can stand beside the old.
        apart: Keep the file's annotations apart from what is here: as new ones, by NAME-apart.
        label: What the log shows.
        losses: Counts the metadata of articles that are here already and have other metadata.
        check: Called when everything is read, before anything is written for good; may raise.
        progress: Called after each document.
        scheme: The source of a scheme that this action puts in force, unless it is already.

    Raises:
        ImportRefusedError: when there are bad records and not `skip_bad`; nothing is written.
        AnnotatorError: what the items or the database raise; nothing is written.
    """
    check_name(actor)
    run = _Import(store, actor, layout, new_ids or bool(apart), apart, losses, progress)
    with store.transaction():
        run.prepare()
        records = run.put_in_force(scheme) if scheme else ()
        batch = Batch(new_id(), actor, run.at, "import", label, (), records=records)
        if journal.apply_stream(store._conn, batch, run.changes(items), store.text_of) or records:
            run.result.batch = batch.id
        if run.result.bad_count and not skip_bad:
            raise ImportRefusedError(run.result.bad, run.result.bad_count, run.result.versions)
        run.conclude()
        if check is not None:
            check()
    return run.result


class _Import:
    """One import under way, inside its transaction."""

    def __init__(
        self,
        store: Store,
        actor: str,
        layout: LayOut | None,
        new_ids: bool,
        apart: str,
        losses: Losses | None,
        progress: Callable[[], None] | None,
    ) -> None:
        self.store, self.actor, self.layout = store, actor, layout
        self.new_ids, self.apart, self.progress = new_ids, apart, progress
        self.losses = Losses() if losses is None else losses
        self.at = now()
        self.result = Imported(losses=self.losses)
        self.empty = self.takes_scheme = False
        self.scheme = ""
        self._people: set[str] = set()
        self._here: dict[tuple[str, str], int] = {}
        """(article, annotator) -> how many annotations there were before the import."""
        self._repeated: Counter[tuple[str, str]] = Counter()
        """... and how many of them the file has too."""
        self._touched: set[tuple[str, str]] = set()
        self._given: set[str] = set()
        """Annotations here that are already one of the file: a text may stand there twice."""
        self._ends = ImportedEnds(store._conn, apart=bool(apart))
        self._waiting: list[tuple[str, Annotation]] = []
        """Relations that name an annotation which may yet come."""

    def prepare(self) -> None:
        """Look at what is there, once the transaction has begun."""
        conn = self.store._conn
        self.empty = not any(
            conn.execute(f"SELECT 1 FROM {table}").fetchone()  # noqa: S608 - fixed names
            for table in ("article", "event")
        )
        self.scheme = self.store.scheme().version
        # Who has put a scheme in force has chosen it.
        self.takes_scheme = self.empty and self.store.scheme().toml == DEFAULT_SCHEME.read_text(
            encoding="utf-8"
        )
        self._annotator(self.actor, self.at)

    def put_in_force(self, toml: str) -> tuple[RecordChange, ...]:
        """Store a scheme that is to be in force from here on: what of the action does that."""
        before = self.scheme
        self.scheme = self.store.put_scheme(toml, self.at).version
        if self.scheme == before:
            return ()
        self.result.scheme = self.scheme
        change = {"version": before}, {"version": self.scheme}
        return (RecordChange("scheme", IN_FORCE, *change),)

    def conclude(self) -> None:
        """Count what the file does not have of those whose annotations it repeats."""
        for (article, annotator), count in self._here.items():
            repeated = self._repeated[article, annotator]
            if repeated and count > repeated:
                self.result.absent[annotator] += count - repeated
        for key in self._touched:
            self.result.before[key[1]] += self._here[key]

    def changes(self, items: Iterable[Item]) -> Iterator[Change]:
        for item in bound(self.store, items):
            try:
                if isinstance(item, Document):
                    yield from self._document(item)
                    if self.progress:
                        self.progress()
                elif isinstance(item, SchemeRecord):
                    self._scheme(item)
                elif isinstance(item, AnnotatorRecord):
                    self._annotator(self._whose(item.name), item.created_at or self.at)
                elif isinstance(item, BadRecord):
                    self.result.note_bad(*item)
            except _BadItemError as error:
                self.result.note_bad(*error.bad)
        for where, relation in self._waiting:
            yield from self._relation(where, self._ends.related(relation, {}), relation.id)
        self._ends.forget()

    def _whose(self, name: str) -> str:
        """The annotator here who stands for one of the file."""
        name = name or self.actor
        return f"{name}-{self.apart}" if self.apart else name

    def _annotator(self, name: str, created_at: str) -> None:
        try:
            check_name(name)
        except AnnotatorError as error:
            raise _BadItemError(f"annotator {name[:40]!r}", error.message) from error
        if self.apart and name != self.actor and name not in self._people:
            has = "SELECT 1 FROM annotation WHERE annotator = ? LIMIT 1"
            if self.store._conn.execute(has, (name,)).fetchone():
                raise InputError(
                    f"{name} has annotations here already",
                    "keep these apart under another name: --apart 3",
                )
        self.store._conn.execute(
            "INSERT INTO annotator (name, created_at) VALUES (?, ?) ON CONFLICT (name)"
            " DO UPDATE SET created_at = iif(?, excluded.created_at,"
            " min(created_at, excluded.created_at))",
            (name, created_at, self.empty),
        )
        self._people.add(name)

    def _scheme(self, record: SchemeRecord) -> None:
        """Store a scheme; in an empty database it also takes the place of the default one."""
        where = f"scheme {record.version}"
        try:
            # Its keys may be the program's by now: a project comes back as it was (`taken_keys`).
            scheme = parse_scheme(record.toml, {})
        except AnnotatorError as error:
            raise _BadItemError(where, error.message) from error
        if scheme.version != record.version:
            raise _BadItemError(where, f"its source has the version {scheme.version}")
        self.store._conn.execute(
            "INSERT INTO scheme (version, name, toml, created_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (version) DO UPDATE SET created_at = iif(?, excluded.created_at,"
            " min(created_at, excluded.created_at))",
            (scheme.version, scheme.name, record.toml, record.created_at or self.at, self.empty),
        )
        if record.in_force and self.takes_scheme:
            state = {"version": scheme.version}
            project_record(self.store._conn, "scheme", IN_FORCE, state)
            if self.scheme != scheme.version:
                self.scheme = self.result.scheme = scheme.version

    def _article(self, document: Document) -> str:
        """Add the article unless it is there; its uid."""
        article = document.article
        try:
            uid = self.store.has_text(article.text)
            if uid is not None:
                self.result.known += 1
                self._metadata(uid, article, document.where)
                return uid
            if isinstance(article, Article):
                problem = next(check.layout_problems(article.layout, len(article.text)), None)
                if problem:
                    raise InputError(problem)
                article = replace(article, imported_at=article.imported_at or self.at)
                added = articles.restore(self.store._conn, article)
            elif self.layout is None:
                raise InputError("this text is not in the database, and the file brings no layout")
            else:
                added = articles.add(self.store.db, article, self.layout(article), self.at)
        except InputError as error:
            raise _BadItemError(document.where, error.message) from error
        self.result.articles += 1
        if added.alike is not None:
            self.result.alike.append(Alike(added.number, added.alike, document.where))
        return added.uid

    def _metadata(self, uid: str, article: Article | ArticleDraft, where: str) -> None:
        """Count what a file says of an article that is here, and is not so here."""
        columns = ("title", "byline", "outlet", "published", "url", "language")
        row = self.store._conn.execute(
            f"SELECT {', '.join(columns)}, meta FROM article WHERE uid = ?",  # noqa: S608
            (uid,),
        ).fetchone()
        here = dict(zip(columns, row, strict=False))
        meta = json.loads(row[-1])
        differing = [n for n in columns if getattr(article, n) not in ("", here[n])]
        # What a format keeps for its own export (`_uima`) is no word about the article.
        said = {n: v for n, v in article.meta.items() if not n.startswith("_")}
        differing += [n for n, v in said.items() if meta.get(n) != v]
        for name in differing:
            self.losses.add(f"{name} of an article that is here already", where)

    def _document(self, document: Document) -> Iterator[Change]:
        uid = self._article(document)
        text = document.article.text
        found = tuple(replace(a, annotator=self._whose(a.annotator)) for a in document.annotations)
        problems = import_problems.found_in(found, text, None if self.apart else self._in_database)
        for annotator in dict.fromkeys(a.annotator for a in found):
            if annotator not in self._people:
                self._annotator(annotator, self.at)
            self._count_here(uid, annotator)
        ids = self._ids(uid, [a for a in found if a.layer != "relation"])
        for annotation in found:
            where = f"{document.where}: {annotation.layer} {annotation.id}"
            if annotation.id in problems:
                self.result.note_bad(where, problems[annotation.id])
            elif annotation.layer != "relation":
                new = self._with_times(replace(annotation, id=ids[annotation.id], article=uid))
                parent = annotation.parent
                new = replace(new, parent=None if parent is None else ids.get(parent, parent))
                yield from self._settled(where, annotation.id, new)
        self._ends.remember({id_: ours for id_, ours in ids.items() if id_ not in problems})
        for relation in found:
            if relation.layer == "relation" and relation.id not in problems:
                where = f"{document.where}: relation {relation.id}"
                related = self._ends.related(relation, ids, problems)
                if isinstance(related, UnknownEnd) and related.may_come:
                    self._waiting.append((where, relation))
                else:
                    yield from self._relation(where, related, relation.id)

    def _with_times(self, annotation: Annotation) -> Annotation:
        return replace(
            annotation,
            scheme=annotation.scheme or self.scheme,
            created_at=annotation.created_at or self.at,
            updated_at=annotation.updated_at or self.at,
        )

    def _relation(self, where: str, found: Annotation | UnknownEnd, given: str) -> Iterator[Change]:
        """A relation whose ends are found, if they can be; `given` is its id in the file."""
        if isinstance(found, UnknownEnd):
            self.result.note_bad(where, found.why)
            return
        if found.head == found.tail and found.provenance == "imported":  # others allow it
            kind = found.attributes.get(RELATION_TYPE, "")
            self.losses.add(f"relation {kind} of an annotation to itself", where)
            return
        fault = relations.fault_of(self.store._conn, found)
        if fault:
            self.result.note_bad(where, fault)
            return
        if self.new_ids or not _ULID.fullmatch(given):
            same = None if self.new_ids else self._ends.same(found)
            found = replace(found, id=same or new_id())
        self._ends.take(found.id)
        self._count_here(found.article, found.annotator)
        yield from self._settled(where, given, self._with_times(found))

    def _settled(self, where: str, given: str, new: Annotation) -> Iterator[Change]:
        """Take over an annotation that has its id here, unless it is here already."""
        key = new.article, new.annotator
        if not journal.exists(self.store._conn, new.id):
            self.result.annotations += 1
            self.result.spans += len(new.fragments)
            self.result.by_annotator[new.annotator] += 1
            if self._here[key]:
                self.result.beside[new.annotator] += 1
                self._touched.add(key)
            yield Change(None, new)
            return
        self._repeated[key] += 1
        old = journal.read_annotation(self.store._conn, new.id)
        if old is not None and (old == self._as_known(new, old) or not _ULID.fullmatch(given)):
            self.result.unchanged += 1
        else:
            self.result.versions[new.annotator] += 1
            self.result.note_bad(where, "is in the database with other content")

    def _as_known(self, new: Annotation, old: Annotation) -> Annotation:
        """An annotation of a file that is here: what the file does not say of it (when it was
        made, under which scheme, in which way it came about) as it is known here."""
        return replace(
            new,
            scheme=old.scheme if new.scheme == self.scheme else new.scheme,
            created_at=old.created_at if new.created_at == self.at else new.created_at,
            updated_at=old.updated_at if new.updated_at == self.at else new.updated_at,
            provenance=old.provenance if new.provenance == "imported" else new.provenance,
        )

    def _count_here(self, uid: str, annotator: str) -> None:
        if (uid, annotator) not in self._here:
            count = "SELECT count(*) FROM annotation WHERE article = ? AND annotator = ?"
            row = self.store._conn.execute(count, (uid, annotator)).fetchone()
            self._here[uid, annotator] = row[0]

    def _ids(self, uid: str, found: Iterable[Annotation]) -> dict[str, str]:
        """Of all but relations: a file's ids -> ours: ULIDs stay, unless they are to be new.

        An annotation without such an id is the one here that says exactly the same, if there is
        one: so that the second import of a file adds nothing.
        """
        ids: dict[str, str] = {}
        same: dict[str, dict[object, list[str]]] = {}
        for a in found:
            if self.new_ids:
                ids[a.id] = new_id()
            elif _ULID.fullmatch(a.id):
                ids[a.id] = a.id
            else:
                if a.annotator not in same:
                    same[a.annotator] = self._contents(uid, a.annotator)
                here = same[a.annotator].get(_content(a), [])
                ids[a.id] = here.pop(0) if here else new_id()
        self._given.update(ids.values())
        return ids

    def _contents(self, uid: str, annotator: str) -> dict[object, list[str]]:
        """What an annotator's annotations of an article say -> their ids."""
        out: dict[object, list[str]] = {}
        if self._here[uid, annotator]:
            for a in self.store.annotations(uid, annotator):
                if a.id not in self._given:
                    out.setdefault(_content(a), []).append(a.id)
        return out

    def _in_database(self, id_: str | None) -> bool:
        return id_ is not None and journal.exists(self.store._conn, id_)


class _BadItemError(Exception):
    """A record that is given up as a whole."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(message)
        self.bad = BadRecord(where, message)


def _content(annotation: Annotation) -> object:
    """All that an annotation says, apart from ids, times and whose it is."""
    return (
        annotation.layer,
        annotation.fragments,
        tuple(sorted(annotation.attributes.items())),
        annotation.provenance,
        annotation.reviewed,
        annotation.flagged,
        annotation.note,
        annotation.parent is None,
    )


__all__ = ["ImportRefusedError", "Imported", "LayOut", "import_items"]
