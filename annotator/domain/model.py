"""The vocabulary as types: articles, their layout, and the annotations people make on them.

All offsets are Unicode code points, half-open `[start, end)`, over `Article.text`, which never
changes once it is stored.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal, NamedTuple, get_args

SentenceKind = Literal["body", "heading", "byline", "caption", "credit", "footer"]
SENTENCE_KINDS: Final[tuple[SentenceKind, ...]] = get_args(SentenceKind)

Layer = Literal["claim", "mark", "sentence", "article", "verdict", "relation"]
"""What kind of thing an annotation is: an attribution, a plain span (a mark), what is said of a
sentence or of the whole article, what a person decided about a suggestion (a verdict: kept in the
journal like everything else), or a relation between two annotations."""
LAYERS: Final[tuple[Layer, ...]] = get_args(Layer)
SCHEME_LAYERS: Final[tuple[Layer, ...]] = ("claim", "mark", "sentence", "article", "relation")
"""The layers whose attributes a scheme declares; marks are of one of its span layers."""


def span_role(layer: str) -> str:
    """The role of the fragments of marks of a span layer."""
    return SPAN_ROLE if layer == "mark" else layer


Provenance = Literal["human", "suggested", "propagated", "imported", "adjudicated"]
PROVENANCES: Final[tuple[Provenance, ...]] = get_args(Provenance)

SPAN_ROLE: Final = "span"
"""The role of the fragments of a sentence annotation, an article annotation, or a mark of the span
layer `mark`; those of a mark of another span layer have that layer's name as their role."""
RELATION_TYPE: Final = "type"
"""The attribute of a relation that says which of the scheme's relations it is."""


class Paragraph(NamedTuple):
    """A paragraph's range over the text, without its line break."""

    start: int
    end: int


class Sentence(NamedTuple):
    """A sentence's range over the text, the index of its paragraph, and what it is in the page."""

    start: int
    end: int
    paragraph: int
    kind: SentenceKind = "body"


@dataclass(frozen=True, slots=True)
class Layout:
    """What is computed once at import: where paragraphs, sentences and tokens lie.

    Every sequence is sorted by start and does not overlap; a sentence never crosses a paragraph
    and a token never crosses a sentence. `engine` names the splitter and its version.
    """

    paragraphs: Sequence[Paragraph]
    sentences: Sequence[Sentence]
    token_starts: array[int]
    """Code point where each token starts."""
    token_ends: array[int]
    """Code point after each token; as long as `token_starts`."""
    engine: str


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """An article as read from a file, before it has a layout or a place in the database.

    `name` is what its origin calls it (a file stem, a record's id), `origin` where it was read.
    """

    text: str
    name: str = ""
    title: str = ""
    byline: str = ""
    outlet: str = ""
    published: str = ""
    url: str = ""
    language: str = ""
    origin: str = ""
    meta: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Article:
    """A stored article with its layout. `uid` derives from the text, so it is the same anywhere."""

    uid: str
    number: int
    """Position in this database, from 1: what a person types."""
    name: str
    title: str
    byline: str
    outlet: str
    published: str
    url: str
    language: str
    origin: str
    text: str
    sha256: str
    imported_at: str
    meta: Mapping[str, object]
    layout: Layout
    revision_of: str | None = None


class Fragment(NamedTuple):
    """One unbroken piece of a span: `[start, end)` in code points.

    `span` numbers the spans of one role within an annotation: two sources "A" and "B" are spans 0
    and 1; the two halves of a split quotation are two fragments of span 0. The order of an
    annotation's fragments is kept as it was given.
    """

    role: str
    start: int
    end: int
    span: int = 0


@dataclass(frozen=True, slots=True)
class Annotation:
    """A claim, a mark, a sentence tag, an article tag, a verdict or a relation, by one annotator.

    `attributes` maps attribute names of the scheme to values. `reviewed` is used by the sentence
    layer: the annotator has read it and is done with it. `scheme` is the version it was made under.
    A relation has no fragments but a `head` and a `tail`: the ids of two annotations of the same
    annotator, also of different articles; its article is that of its head.
    """

    id: str
    layer: Layer
    article: str
    annotator: str
    fragments: tuple[Fragment, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    parent: str | None = None
    provenance: Provenance = "human"
    scheme: str = ""
    reviewed: bool = False
    flagged: bool = False
    note: str = ""
    created_at: str = ""
    updated_at: str = ""
    head: str | None = None
    tail: str | None = None

    @property
    def layer_name(self) -> str:
        """What the scheme calls its layer: of a mark the name of its span layer."""
        if self.layer == "mark" and self.fragments and self.fragments[0].role != SPAN_ROLE:
            return self.fragments[0].role
        return self.layer

    def role(self, name: str) -> tuple[Fragment, ...]:
        """Return the fragments of one role in the order they were given."""
        return tuple(f for f in self.fragments if f.role == name)

    @property
    def start(self) -> int:
        """The first code point that the annotation touches (0 without fragments)."""
        return min((f.start for f in self.fragments), default=0)

    @property
    def end(self) -> int:
        """The code point after the last one that the annotation touches."""
        return max((f.end for f in self.fragments), default=0)

    def touches(self, start: int, end: int) -> bool:
        """Whether any fragment shares a code point with `[start, end)`."""
        return any(f.start < end and start < f.end for f in self.fragments)

    def with_attribute(self, name: str, value: str | None) -> Annotation:
        """Return a copy with the attribute set, or removed when `value` is None."""
        kept = {k: v for k, v in self.attributes.items() if k != name}
        return replace(self, attributes=kept if value is None else {**kept, name: value})


class Change(NamedTuple):
    """One annotation before and after a user action; None stands for "does not exist"."""

    before: Annotation | None
    after: Annotation | None

    @property
    def subject(self) -> Annotation:
        """The annotation this is about, in whichever state exists."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a change needs a before or an after")
        return found


RecordSubject = Literal["article", "scheme"]
"""What a person decides about besides annotations: an article's metadata and whether it is left
out, and which scheme is in force."""


class RecordChange(NamedTuple):
    """A record that is no annotation, before and after a user action, as plain JSON objects."""

    subject: RecordSubject
    id: str
    """An article's uid; "in_force" for the scheme."""
    before: Mapping[str, object]
    after: Mapping[str, object]


BatchKind = Literal["edit", "undo", "redo", "import", "propagate", "migrate", "adjudicate"]


@dataclass(frozen=True, slots=True)
class Batch:
    """What one user action did: its changes are written, and undone, together."""

    id: str
    annotator: str
    at: str
    kind: BatchKind
    label: str
    """What a person reads in the log and beside "undone": 'source type: media'."""
    changes: tuple[Change, ...]
    reverts: str | None = None
    """The batch that an undo or redo is about."""
    records: tuple[RecordChange, ...] = ()
    """What the action changed besides annotations."""
