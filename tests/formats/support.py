"""Articles and annotations for the tests of formats: a small layout, hypothesis strategies."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from array import array
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from annotator import formats
from annotator.domain.exchange import Dataset, Document, Item, Rows
from annotator.domain.graphemes import is_boundary
from annotator.domain.ids import new_id
from annotator.domain.left_out import Unfinished
from annotator.domain.losses import Losses
from annotator.domain.model import (
    SENTENCE_KINDS,
    Annotation,
    Article,
    ArticleDraft,
    Batch,
    Change,
    Fragment,
    Layer,
    Layout,
    Paragraph,
    Sentence,
)
from annotator.store import Store
from annotator.store.transfer import dataset, documents, import_items
from tests.store.support import connection

PIECES = (
    "word", "Haag", "said", "“", "”", "\"", "'s", ".", ". ", "? ", ", ", " ", " ", " ", "\n",
    "\n\n", "\r\n", "\t", "e\u0301", "n\u0303o", "👩\u200d👩\u200d👧", "🇩🇪", "👍🏽", "😀",
    "שלום", "مرحبا", "漢字", "\u00a0", "\u2028", "\u0085", "\x1b[31m", "<b>", "&amp;", "|", "_",
    "->", ";", "\\", "=1+1", "-DOCSTART-", "#Text=", "*", "[1]", "\u200f", "\ufeff", "O", "B-X",
    "%", "]]>", "\x0b", "\x0c", "\r",
)  # fmt: skip
LABELS = ("favor", "against", "=2*3", "a b", "x|y", "été", "😀", "line\nbreak", "-", "_", "*")


ROUNDS = int(os.environ.get("ANNOTATOR_ROUNDS", "10"))
"""How many tenths of the generated files are tried; mutation testing takes fewer."""


def generated(examples: int) -> settings:
    """Settings of a test that writes and reads so many generated files."""
    most = max(1, examples * ROUNDS // 10)
    return settings(max_examples=most, deadline=None, suppress_health_check=list(HealthCheck))


def simple_layout(text: str) -> Layout:
    """Paragraphs are lines, sentences end at ". " or "? ", tokens are words or single marks."""
    paragraphs: list[Paragraph] = []
    sentences: list[Sentence] = []
    starts, ends = array("I"), array("I")
    for line in re.finditer(r"[^\r\n]+", text):
        if not line.group().strip():
            continue
        paragraphs.append(Paragraph(*line.span()))
        for piece in re.finditer(r".+?(?:[.?](?=\s)|$)", line.group(), re.DOTALL):
            if not piece.group().strip():
                continue
            start, end = line.start() + piece.start(), line.start() + piece.end()
            while text[start].isspace():
                start += 1
            kind = SENTENCE_KINDS[len(sentences) % len(SENTENCE_KINDS)]
            sentences.append(Sentence(start, end, len(paragraphs) - 1, kind))
            for word in re.finditer(r"\w+|[^\w\s]", text[start:end]):
                starts.append(start + word.start())
                ends.append(start + word.end())
    return Layout(paragraphs, sentences, starts, ends, "simple 1")


def article_of(text: str, number: int = 1, **fields: object) -> Article:
    """A stored article with a simple layout."""
    sha = hashlib.sha256(text.encode()).hexdigest()
    article = Article(
        uid=sha[:16],
        number=number,
        name=f"a{number}",
        title="",
        byline="",
        outlet="",
        published="",
        url="",
        language="en",
        origin="",
        text=text,
        sha256=sha,
        imported_at="2026-01-02T03:04:05.678Z",
        meta={},
        layout=simple_layout(text),
    )
    return replace(article, **fields)  # type: ignore[arg-type]


def claim(
    article: Article, *fragments: tuple[str, int, int] | Fragment, **more: object
) -> Annotation:
    """A claim with fragments (role, start, end[, span])."""
    layer = cast("Layer", more.pop("layer", "claim"))
    return replace(
        Annotation(
            id=new_id(),
            layer=layer,
            article=article.uid,
            annotator="anna",
            fragments=tuple(Fragment(*f) for f in fragments),
            scheme="v1",
            created_at="2026-01-02T03:04:05.678Z",
            updated_at="2026-01-02T03:04:06.000Z",
        ),
        **more,  # type: ignore[arg-type]
    )


def find(text: str, words: str, role: str, span: int = 0) -> Fragment:
    """The fragment over the first place of `words`."""
    start = text.index(words)
    return Fragment(role, start, start + len(words), span)


# -------------------------------------------------------------------------------------- strategies

texts = st.lists(st.sampled_from(PIECES), min_size=0, max_size=40).map("".join)


@st.composite
def spans_of(draw: st.DrawFn, text: str) -> tuple[int, int]:
    """A span that cuts no grapheme; the text must have one."""
    cuts = [i for i in range(len(text) + 1) if is_boundary(text, i)]
    first = draw(st.integers(0, len(cuts) - 2))
    second = draw(st.integers(first + 1, len(cuts) - 1))
    return cuts[first], cuts[second]


@st.composite
def annotations_of(
    draw: st.DrawFn,
    article: Article,
    *,
    annotators: tuple[str, ...] = ("anna", "ben"),
    layers: tuple[Layer, ...] = ("claim", "mark", "sentence", "article"),
    most: int = 6,
) -> list[Annotation]:
    """Annotations of every layer: claims overlap, nest, are discontinuous, have parents."""
    out: list[Annotation] = []
    for _ in range(draw(st.integers(0, most))):
        layer = draw(st.sampled_from(layers))
        fragments: list[Fragment] = []
        if article.text:
            wanted = draw(st.integers(0 if layer == "claim" else 1, 5 if layer == "claim" else 1))
            for _ in range(0 if layer == "article" else wanted):
                roles = ("content", "cue", "source", "via") if layer == "claim" else ("span",)
                start, end = draw(spans_of(article.text))
                many = layer == "claim"
                span = draw(st.integers(0, 2)) if many else 0
                fragments.append(Fragment(draw(st.sampled_from(roles)), start, end, span))
        claims = [a.id for a in out if a.layer == "claim"]
        parent = draw(st.sampled_from([None, *claims])) if layer == "claim" else None
        out.append(
            Annotation(
                id=new_id(),
                layer=layer,
                article=article.uid,
                annotator=draw(st.sampled_from(annotators)),
                fragments=tuple(fragments),
                attributes=draw(
                    st.dictionaries(
                        st.sampled_from(("stance", "source_type", "target", "form")),
                        st.sampled_from(LABELS),
                        max_size=3,
                    )
                ),
                parent=parent,
                provenance=draw(st.sampled_from(("human", "imported", "adjudicated"))),
                scheme=draw(st.sampled_from(("v1", "v2"))),
                reviewed=draw(st.booleans()),
                flagged=draw(st.booleans()),
                note=draw(st.sampled_from(("", "look\nagain", "=cmd|' /C calc'!A0", "😀"))),
                created_at="2026-01-02T03:04:05.678Z",
                updated_at=draw(st.sampled_from(("2026-01-02T03:04:05.678Z", "2026-02-03"))),
            )
        )
    return out


@st.composite
def stored_documents(
    draw: st.DrawFn, *, layers: tuple[Layer, ...] = ("claim", "mark", "sentence", "article")
) -> list[Document]:
    """Up to three articles of different texts with annotations."""
    found = draw(st.lists(texts, min_size=1, max_size=3, unique=True))
    out = []
    for i, text in enumerate(found, start=1):
        split = draw(st.sampled_from(("", "train", "dev")))
        article = article_of(
            text,
            i,
            name=draw(st.sampled_from((f"a{i}", f"../../etc/{i}", f"été {i}", ""))),
            title=draw(st.sampled_from(("", "A title", "=HYPERLINK(1)"))),
            meta={"split": split} if split else {},
        )
        out.append(Document(article, tuple(draw(annotations_of(article, layers=layers)))))
    return out


# ----------------------------------------------------------------------------------------- helpers


def filled(found: Iterable[Document]) -> Store:
    """A database in memory with these articles and annotations."""
    store = Store.create(":memory:")
    for document in found:
        article = document.stored
        with store.transaction():
            from annotator.store import articles

            articles.restore(connection(store), article)
        for annotation in document.annotations:
            store.add_annotator(annotation.annotator)
        changes = tuple(Change(None, a) for a in document.annotations)
        if changes:
            actor = document.annotations[0].annotator
            store.apply(Batch(new_id(), actor, "2026-01-03", "import", "test", changes))
    return store


class Given:
    """Content that comes from no database, or from one in a way of a test's own."""

    left_out: Unfinished | None = None

    def __init__(
        self,
        documents: Callable[[], Iterable[Document]],
        dataset: Dataset,
        rows: Callable[[], Iterable[Rows]] | None = None,
    ) -> None:
        self.documents, self.dataset, self._rows = documents, dataset, rows
        self.losses = Losses()

    def rows(self) -> Iterable[Rows] | None:
        """The rows, where there are any."""
        return None if self._rows is None else self._rows()


def export_given(
    form: formats.Format,
    target: str | Path,
    given: Mapping[str, str] | None = None,
    *,
    documents: Callable[[], Iterable[Document]],
    dataset: Dataset,
    rows: Callable[[], Iterable[Rows]] | None = None,
    **how: Any,
) -> formats.ExportReport:
    """Export what two functions give."""
    return formats.export(form, target, Given(documents, dataset, rows), given, **how)


def written(
    name: str, found: Iterable[Document], target: Path, **options: str
) -> formats.ExportReport:
    """Export documents that come from no database."""
    kept = list(found)
    given = {k.replace("_", "-"): v for k, v in options.items()}
    return export_given(
        formats.get(name), target, given, documents=lambda: kept, dataset=Dataset(), force=True
    )


def read_back(name: str, source: Path, **options: str) -> list[Item]:
    """Everything that a format reads."""
    given = {k.replace("_", "-"): v for k, v in options.items()}
    return list(formats.read(formats.get(name), source, given))


def through(name: str, found: Iterable[Document], **options: str) -> list[Document]:
    """Documents as they come back from a format; bad records fail the test."""
    form = formats.get(name)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"out{form.suffix}"
        written(name, found, target, **options)
        accepted = {o.name.replace("-", "_") for o in form.options}
        items = read_back(name, target, **{k: v for k, v in options.items() if k in accepted})
    out = []
    for item in items:
        assert isinstance(item, Document), item
        out.append(item)
    return out


def state(store: Store) -> tuple[list[Article], list[Annotation]]:
    """Everything that a native export must bring back."""
    return (
        [store.article(uid) for uid in store.uids()],
        sorted(store.annotations(), key=lambda a: a.id),
    )


def lay_out(draft: ArticleDraft) -> Layout:
    """The layout callback of an import."""
    return simple_layout(draft.text)


Shape = Callable[[Annotation], object]


def spans_shape(annotation: Annotation) -> tuple[object, ...]:
    """Layer, fragments in order of place, attributes: what most formats hold."""
    return (
        annotation.layer,
        tuple(sorted(annotation.fragments)),
        tuple(sorted(annotation.attributes.items())),
    )


__all__ = [
    "article_of",
    "claim",
    "dataset",
    "documents",
    "filled",
    "find",
    "import_items",
    "lay_out",
    "read_back",
    "simple_layout",
    "spans_shape",
    "state",
    "stored_documents",
    "texts",
    "through",
    "written",
]
