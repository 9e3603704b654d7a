"""What formats and the store hand each other: documents, and what else a file can tell.

A format knows files but no database, the store knows a database but no files; these types are all
that passes between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from annotator.domain.left_out import Unfinished
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, Article, ArticleDraft, Layer, Provenance
from annotator.domain.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Document:
    """An article with (some of) its annotations.

    From the database, `article` is a stored Article. From a file it is an ArticleDraft when the
    file knows the text alone, or an Article when it brings a layout along.

    In a document from a file, annotations may leave `article` empty (the document's own),
    `annotator` empty (whoever imports) and `created_at`/`updated_at` empty (now). Their ids need
    to be unique in the document only, so that `parent` can name one; those that are ULIDs are kept,
    others are replaced.

    `where` is the place in the file, for messages: "corpus.jsonl:12".
    """

    article: Article | ArticleDraft
    annotations: tuple[Annotation, ...] = ()
    where: str = ""

    @property
    def stored(self) -> Article:
        """The article with its layout; ValueError for a draft (a writer is given none)."""
        if not isinstance(self.article, Article):
            raise ValueError("this document has no layout")
        return self.article


ARTICLE_COLUMNS: Final = (
    *("uid", "number", "name", "title", "byline", "outlet", "published", "url", "language"),
    *("origin", "imported_at", "revision_of"),
)
"""The values of `Rows.article`."""

FragmentRow: TypeAlias = tuple[int, str, int, int, int]
"""The key of its annotation, role, start, end, span."""

AnnotationRow: TypeAlias = tuple[
    int,  # key, which its fragments name
    str,  # id
    Layer,
    str,  # annotator
    str | None,  # parent
    Provenance,
    str,  # scheme
    int,  # reviewed: 0 or 1
    int,  # flagged: 0 or 1
    str,  # note
    str,  # created_at
    str,  # updated_at
    str,  # attributes: a JSON object, by name
    str | None,  # head, of a relation
    str | None,  # tail
]


class Rows(NamedTuple):
    """A stored article and (some of) its annotations as plain values, in reading order.

    The same as a Document, for writers to whom its objects would cost more than their own work.
    """

    article: tuple[Any, ...]
    """The values of ARTICLE_COLUMNS."""
    meta: Mapping[str, object]
    sha256: str
    text: str
    engine: str
    paragraphs: Sequence[tuple[int, int]]
    sentences: Sequence[tuple[int, int, int, str]]
    tokens: tuple[Sequence[int], Sequence[int]]
    """Code points where tokens start, and where they end."""
    annotations: Sequence[tuple[AnnotationRow, Sequence[FragmentRow]]]
    """Each with its fragments in their order."""


class SchemeRecord(NamedTuple):
    """A label scheme's TOML source as stored, and whether it is the one in force."""

    version: str
    name: str
    toml: str
    created_at: str
    in_force: bool


class AnnotatorRecord(NamedTuple):
    """An annotator, and when the database first heard of them."""

    name: str
    created_at: str


class BadRecord(NamedTuple):
    """A record of a file that cannot be used: where it is, and what is wrong with it."""

    where: str
    message: str


@dataclass(frozen=True, slots=True)
class Unbound:
    """Annotations of a text that the file does not bring: it must be in the database already."""

    source: str
    """What the file calls the text: an address, a file's name, `urn:sha256:` and its hash."""
    quotes: tuple[str, ...]
    """Words that stand in it."""
    bind: Callable[[str], tuple[Document, tuple[BadRecord, ...]]]
    """Places the annotations in a text; those that do not fit are bad records."""
    where: str


Item: TypeAlias = Document | SchemeRecord | AnnotatorRecord | BadRecord | Unbound | Vocabulary
"""What a reader yields."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """What is true of all that is exported; what a writer may want to know besides them."""

    schemes: tuple[SchemeRecord, ...] = ()
    annotators: tuple[AnnotatorRecord, ...] = ()
    splits: tuple[str, ...] = ()
    """The splits that articles of the database are in, whether exported or not."""
    fields: tuple[str, ...] = ()
    """The names that the `meta` of articles of the database holds, whether exported or not."""


class Content(Protocol):
    """What is exported: the same articles and annotations as objects and as plain values."""

    @property
    def dataset(self) -> Dataset:
        """What there is to know besides them."""

    @property
    def left_out(self) -> Unfinished | None:
        """What was left out so far as not finished; None where that was not asked."""

    @property
    def losses(self) -> Losses:
        """What was left out of the stream that was read last, as something it needs is."""

    def documents(self) -> Iterable[Document]:
        """The stream of documents, anew at each call."""

    def rows(self) -> Iterable[Rows] | None:
        """The same as a stream of rows; None where there are documents only."""
