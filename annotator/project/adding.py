"""Articles into the database: read, laid out, and stored in batches of one transaction each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple, cast

from annotator.domain.errors import InputError
from annotator.domain.model import ArticleDraft, Layout
from annotator.project.article_records import FIELDS, FIXED, PutRight, set_fields
from annotator.project.layouts import Layouts

if TYPE_CHECKING:
    from annotator.project.data import ProjectData
    from annotator.store import Store
    from annotator.text.readers import ReadOptions, Sources

BATCH_ARTICLES: Final = 64
BATCH_SECONDS: Final = 1.0
"""A batch is stored when it has this many articles or took this long; Ctrl-C costs no more."""


class AddedArticle(NamedTuple):
    """An article that is in the database now: added, or there already (`duplicate`)."""

    origin: str
    number: int
    uid: str
    title: str
    duplicate: bool
    revision_of: str | None = None
    alike: int | None = None
    """Number of another article that it differs from in line ends and blanks alone."""
    excluded: str = ""
    """Why it is left out, where it is."""


class Differing(NamedTuple):
    """An article that is there already, of which a file says otherwise what is known of it."""

    number: int
    uid: str
    origin: str
    fields: Mapping[str, object]
    """Field -> what the file says."""


class Failure(NamedTuple):
    """Something that could not be added."""

    origin: str
    message: str
    hint: str


@dataclass(slots=True)
class Outcome:
    """What became of everything that was to be added."""

    added: list[AddedArticle] = field(default_factory=list)
    duplicates: list[AddedArticle] = field(default_factory=list)
    differing: dict[str, Differing] = field(default_factory=dict)
    """Uid -> what files say otherwise of articles that are there already; the last one counts."""
    failed: list[Failure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Things to know about articles that were added all the same, such as a guessed encoding."""
    skipped: tuple[str, ...] = ()
    """Files in folders that are of no kind we read."""


def add_sources(
    project: ProjectData,
    paths: Iterable[str],
    layouts: Layouts,
    options: ReadOptions | None = None,
    *,
    stdin: BinaryIO | None = None,
    begin: Callable[[Sources], None] | None = None,
    advance: Callable[[int], None] | None = None,
    outcome: Outcome | None = None,
) -> Outcome:
    """Add files, folders, patterns and standard input; one bad article does not stop the others.

    Args:
        project: Gets the articles.
        paths: As `annotator add` takes them.
        layouts: Finds paragraphs, sentences and tokens.
        options: How to read.
        stdin: What "-" reads; None for the process's own.
        begin: Told what was found, before it is read.
        advance: Told of every step, in bytes.
        outcome: Filled in as batches are stored, so that it is right after an interruption.

    Raises:
        InputError: the options cannot be used.
        DatabaseError: the database cannot be written; earlier batches stay.
    """
    from annotator.text.readers import find_sources, read_sources

    outcome = outcome if outcome is not None else Outcome()
    sources = find_sources(paths, options)
    outcome.skipped = sources.skipped
    if begin:
        begin(sources)
    batch = _Batch(project, outcome)
    position = 0
    for result in read_sources(sources, options, stdin):
        outcome.notes += result.notes
        error = result.error
        if result.draft is not None:
            try:
                batch.take(result.origin, result.draft, layouts)
            except InputError as found:
                error = found
        if error is not None:
            outcome.failed.append(Failure(result.origin, error.message, error.hint))
        if advance:
            advance(result.position - position)
            position = result.position
    batch.finish()
    return outcome


def add_drafts(project: ProjectData, drafts: Iterable[ArticleDraft], layouts: Layouts) -> Outcome:
    """Add articles that are at hand already; one that cannot be stored does not stop the others.

    Raises:
        DatabaseError: the database cannot be written; earlier batches stay.
    """
    outcome = Outcome()
    batch = _Batch(project, outcome)
    for draft in drafts:
        origin = draft.origin or draft.name or draft.title
        try:
            batch.take(origin, draft, layouts)
        except InputError as found:
            outcome.failed.append(Failure(origin, found.message, found.hint))
    batch.finish()
    return outcome


def update(project: ProjectData, outcome: Outcome) -> PutRight:
    """Take over what the files said otherwise of articles that are there, as one action.

    Raises:
        AnnotatorError: when nobody is named as the annotator.
        InputError: for a value that cannot be stored.
    """
    return set_fields(project, {uid: found.fields for uid, found in outcome.differing.items()})


class _Batch:
    """Articles that wait to be stored together."""

    def __init__(self, project: ProjectData, outcome: Outcome) -> None:
        self.store: Store = project._store
        self.outcome = outcome
        self._said: dict[str, dict[str, tuple[object, str]]] = {}
        """Uid -> field -> what was said of it last, and where."""
        self._waiting: list[tuple[str, ArticleDraft, Layout]] = []
        self._since = time.monotonic()

    def take(self, origin: str, draft: ArticleDraft, layouts: Layouts) -> None:
        """Lay an article out, unless it is there already; store the batch when it is full."""
        if (uid := self.store.has_text(draft.text)) is not None:
            number = self.store.number_of(uid)
            self._known(AddedArticle(origin, number, uid, draft.title, True), draft)
            return
        self._waiting.append((origin, draft, layouts.of_draft(draft)))
        full = len(self._waiting) >= BATCH_ARTICLES
        if full or time.monotonic() - self._since > BATCH_SECONDS:
            self.store_now()

    def _known(self, found: AddedArticle, draft: ArticleDraft) -> None:
        """Note an article that is there, and what a draft says otherwise of it."""
        state = self.store.article_state(found.uid)
        self.outcome.duplicates.append(found._replace(excluded=str(state["excluded"])))
        said: dict[str, object] = {name: getattr(draft, name) for name in FIELDS}
        said |= {n: v for n, v in draft.meta.items() if n not in FIXED}
        said = {n: v for n, v in said.items() if v not in ("", None)}  # silence says nothing
        earlier = self._said.setdefault(found.uid, {})
        if others := [n for n, v in said.items() if n in earlier and earlier[n][0] != v]:
            self.outcome.notes.append(
                f"{earlier[others[0]][1]} and {found.origin} say different things of article"
                f" {found.number}: {', '.join(others)}; the last one counts"
            )
        earlier |= {n: (v, found.origin) for n, v in said.items()}
        held = {**cast("Mapping[str, object]", state["meta"]), **state}
        fields = {n: v for n, (v, _) in earlier.items() if held.get(n) != v}
        self.outcome.differing.pop(found.uid, None)
        if fields:
            origin = [at for n, (_, at) in earlier.items() if n in fields][-1]
            told = Differing(found.number, found.uid, origin, fields)
            self.outcome.differing[found.uid] = told

    def store_now(self) -> None:
        """Store what waits, in one transaction."""
        results = self.store.add_articles((d, layout) for _, d, layout in self._waiting)
        for (origin, draft, _), r in zip(self._waiting, results, strict=True):
            stored = AddedArticle(
                *(origin, r.number, r.uid, draft.title), r.duplicate, r.revision_of, r.alike
            )
            if r.duplicate:  # it stands twice in what was read
                self._known(stored, draft)
            else:
                self.outcome.added.append(stored)
        self._waiting.clear()
        self._since = time.monotonic()

    def finish(self) -> None:
        """Store what waits, and settle the index of phrases."""
        self.store_now()
        if self.outcome.added:
            self.store.settle_phrases(len(self.outcome.added))
