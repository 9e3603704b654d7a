"""spaCy's DocBin, for training: span groups, entities, categories (https://spacy.io/api/docbin).

The whole export is held in memory in spaCy's packed form, for a DocBin cannot be written in pieces.
Reading is in `spacy_reading`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from annotator.domain.errors import SchemeError
from annotator.domain.exchange import Dataset, Document
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, Article, Fragment, Sentence
from annotator.domain.scheme import MARK
from annotator.domain.scheme_file import parse_scheme
from annotator.domain.spans import trimmed
from annotator.formats.cas_types import scheme_of
from annotator.formats.native_writer import article_line, rows_of
from annotator.formats.spacy_config import Shares, configuration
from annotator.formats.spacy_layers import DocWriter
from annotator.formats.spacy_reading import USER_DATA, read
from annotator.formats.support import unsupported as unheld
from annotator.formats.support.base import Format, Option, Options
from annotator.formats.support.jsonio import FILE_LIMIT
from annotator.formats.support.output import Output
from annotator.formats.support.span_layers import SPANS
from annotator.formats.support.tokens import ALIGNMENTS, Aligner, Alignment, sentence_starts, words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span


class _Builder:
    """Makes Docs of articles or sentences, counting what does not fit."""

    def __init__(self, dataset: Dataset, options: Options, losses: Losses) -> None:
        from spacy.vocab import Vocab

        self.vocab = Vocab()
        self.options = options
        self.losses = losses
        self.layers = DocWriter(scheme_of(dataset), losses)
        self.align = cast("Alignment", options.text("align"))
        # What `ner` learns from: a configuration for it without them would train on nothing.
        self.ents = options.flag("ents") or options.text("config") == "ner"
        self.languages: Counter[str] = Counter()
        self._known = _known_values(dataset)
        self.whole = options.flag("user-data") and options.text("unit") == "article"
        """Whether each Doc holds its article's record besides."""
        self._spans: set[str] = set()
        """Annotations of the article that have a span of their own in its Docs."""
        self._said: set[tuple[str, str]] = set()
        """Annotations of the article, and the attributes that are categories of its Docs."""
        self.shares = Shares()

    def docs(self, document: Document) -> Iterator[Doc]:
        article = document.stored
        self.languages[article.language] += 1
        self._spans.clear()
        self._said.clear()
        if self.options.text("unit") == "article":
            doc = self._doc(article, 0, len(article.text), document.annotations)
            self._cats(doc, [a for a in document.annotations if a.layer == "article"])
            if self.whole:
                doc.user_data[USER_DATA] = article_line(rows_of(document)).decode()
            yield doc
        else:
            placed: set[tuple[str, Fragment]] = set()
            for sentence in article.layout.sentences:
                doc = self._sentence(article, sentence, document.annotations, placed)
                doc.user_data["uid"], doc.user_data["start"] = article.uid, sentence.start
                yield doc
            for a in document.annotations:
                for f in a.fragments if a.layer in ("claim", "mark") else ():
                    if (a.id, f) not in placed:
                        self.losses.add("span that leaves its sentence", a.id)
        if not self.whole:
            unheld.annotators(article.uid, document.annotations, self.losses)
            for a in document.annotations:
                self._count(a)

    def _count(self, a: Annotation) -> None:
        """Count what the Docs of its article do not say of an annotation."""
        if a.layer in ("claim", "mark") and not a.fragments:
            unheld.left_out(a, self.losses, unheld.WITHOUT_SPAN)
        elif is_own(a):
            unheld.count(a, ("attributes",), self.losses)
        elif a.layer in ("claim", "mark"):
            # Pieces lie side by side, and alike ones of several annotations are one.
            names = ("type",) if a.layer == "mark" else self.options.names("label-by")
            held = [n for n in names if a.id in self._spans and a.attributes.get(n)]
            unheld.count(a, ("reviewed",), self.losses, held)
        elif any(name for id_, name in self._said if id_ == a.id):
            held = [name for id_, name in self._said if id_ == a.id]
            unheld.count(a, ("reviewed",), self.losses, held)
        else:
            unheld.left_out(a, self.losses, reading=True)

    def _sentence(
        self,
        article: Article,
        sentence: Sentence,
        annotations: tuple[Annotation, ...],
        placed: set[tuple[str, Fragment]],
    ) -> Doc:
        inside: list[Annotation] = []
        tags: list[Annotation] = []
        for a in annotations:
            if a.layer == "sentence" and a.touches(sentence.start, sentence.end):
                tags.append(a)
            elif a.layer in ("claim", "mark"):
                kept = [f for f in a.fragments if sentence.start <= f.start < f.end <= sentence.end]
                placed.update((a.id, f) for f in kept)
                if kept:
                    inside.append(replace(a, fragments=tuple(kept)))
        doc = self._doc(article, sentence.start, sentence.end, tuple(inside))
        self._cats(doc, tags)
        return doc

    def _doc(
        self, article: Article, start: int, end: int, annotations: tuple[Annotation, ...]
    ) -> Doc:
        from spacy.tokens import Doc, SpanGroup
        from spacy.util import filter_spans

        text = article.text
        found = words(article, start, end)
        doc = Doc(
            self.vocab,
            words=[text[w.start : w.end] for w in found],
            spaces=[w.space for w in found],
            sent_starts=list(sentence_starts(article, found)),
        )
        aligner = Aligner(found)
        spans: set[Span] = set()
        same = 0
        own: list[tuple[Annotation, int, int]] = []
        for annotation in annotations:
            if is_own(annotation):
                for i, fragment in enumerate(annotation.fragments):
                    place = self._place(text, aligner, annotation, fragment)
                    if place is not None:
                        said = annotation.attributes if i == 0 else {}
                        own.append((replace(annotation, attributes=said), *place))
                    elif i == 0:
                        unheld.attributes(annotation, annotation.attributes, self.losses)
                continue
            for fragment in annotation.fragments if annotation.layer in ("claim", "mark") else ():
                span = self._span(doc, text, aligner, annotation, fragment)
                if span is not None and span not in spans:
                    spans.add(span)
                    self._spans.add(annotation.id)
                elif span is not None:
                    same += 1
        if same and not self.whole:
            self.losses.add("span of several annotations, written once", article.uid, same)
        own_spans = self.layers.add(doc, own)
        if self.layers.own:
            self.layers.user_data(doc, article.meta)
        self.shares.spans(span.end - span.start for span in (*spans, *own_spans))
        group = SpanGroup(doc, name=self.options.text("spans-key"), spans=sorted(spans))
        key = self.options.text("spans-key")
        if self.options.text("config") != "no":  # what is trained on stands under one key
            spans |= set(own_spans)
            group = SpanGroup(doc, name=key, spans=sorted(spans))
        if spans or not self.layers.own:
            doc.spans[key] = group
        if self.ents:
            every = sorted({*spans, *own_spans})
            flat = filter_spans(every)
            self.shares.entities += len(flat)
            if len(flat) < len(every):
                lost = len(every) - len(flat)
                self.losses.add("overlapping span left out of doc.ents", article.uid, lost)
            doc.set_ents(flat)
        return doc

    def _span(
        self, doc: Doc, text: str, aligner: Aligner, annotation: Annotation, fragment: Fragment
    ) -> Span | None:
        from spacy.tokens import Span

        place = self._place(text, aligner, annotation, fragment)
        if place is None:
            return None
        return Span(doc, *place, label=self._label(annotation, fragment))

    def _place(
        self, text: str, aligner: Aligner, annotation: Annotation, fragment: Fragment
    ) -> tuple[int, int] | None:
        """The tokens of a fragment; what does not fit them is counted."""
        start, end = trimmed(text, fragment.start, fragment.end)
        if start == end:
            self.losses.add("span of white space alone, left out", annotation.id)
            return None
        if (start, end) != (fragment.start, fragment.end):
            self.losses.add("white space at the ends of a span, trimmed", annotation.id)
        place = aligner.exact(start, end)
        if place is None:
            place = aligner.near(start, end, self.align)
            done = {"expand": "expanded", "contract": "contracted"}.get(self.align, "left out")
            self.losses.add(
                f"span that cuts a token, {done if place else 'left out'}", annotation.id
            )
        return place

    def _label(self, annotation: Annotation, fragment: Fragment) -> str:
        if annotation.layer == "mark":
            return annotation.attributes.get("type") or "mark"
        # One that is missing keeps its place, so that each value is known by it.
        values = [annotation.attributes.get(name, "") for name in self.options.names("label-by")]
        return ":".join([fragment.role, *values]).rstrip(":")

    def _cats(self, doc: Doc, tags: Iterable[Annotation]) -> None:
        """One category for each value: 1.0 for those given, 0.0 for the others of the attribute."""
        for tag in tags:
            for name, value in sorted(tag.attributes.items()):
                if plain := self.layers.category(tag.layer, name, value):
                    doc.cats |= plain
                    self._said.add((tag.id, name))
                    continue
                for other in self._known.get((tag.layer, name), ()):
                    doc.cats.setdefault(f"{name}:{other}", 0.0)
                if doc.cats.get(f"{name}:{value}") != 1.0:
                    self._said.add((tag.id, name))
                doc.cats[f"{name}:{value}"] = 1.0
        doc.cats = dict(sorted(doc.cats.items()))
        self.shares.categories(doc.cats.values())


def is_own(annotation: Annotation) -> bool:
    """Whether it is a span of a layer that has a group of its own."""
    return annotation.layer == "mark" and annotation.layer_name != MARK


def _known_values(dataset: Dataset) -> dict[tuple[str, str], tuple[str, ...]]:
    """(layer, attribute) -> its values by the scheme in force, so that every Doc has every one."""
    known: dict[tuple[str, str], tuple[str, ...]] = {}
    for record in dataset.schemes:
        if record.in_force:
            try:
                scheme = parse_scheme(record.toml, {})
            except SchemeError:  # of another time; its values are then those that occur
                continue
            known |= {(a.layer, a.name): tuple(v.name for v in a.values) for a in scheme.attributes}
    return known


def write(
    documents: Iterable[Document],
    dataset: Dataset,
    out: Output,
    options: Options,
    losses: Losses,
) -> None:
    """Write a DocBin, and on request a training configuration beside it."""
    from spacy.tokens import DocBin

    builder = _Builder(dataset, options, losses)
    attrs = ["ORTH", "SPACY", "SENT_START"]
    if builder.ents or builder.layers.own:
        attrs += ["ENT_IOB", "ENT_TYPE"]
    if builder.layers.own:
        attrs += ["ENT_KB_ID", "ENT_ID"]
    store = options.flag("user-data") or options.text("unit") == "sentence" or builder.layers.own
    packed = DocBin(attrs=attrs, store_user_data=store)
    for document in documents:
        for doc in builder.docs(document):
            packed.add(doc)
    with out.open() as stream:
        stream.write(packed.to_bytes())
    if options.text("config") != "no":
        config, remark = configuration(options, builder.languages, builder.shares)
        out.remark(remark)
        with out.beside("config.cfg") as stream:
            stream.write(config.encode())


FORMAT: Final = Format(
    name="spacy",
    title="spaCy DocBin",
    suffix=".spacy",
    holds="one span per fragment under doc.spans, layers of your own in groups by their names or in"
    " doc.ents, labels of articles or sentences in doc.cats;"
    " with -o user-data=yes everything",
    loses="spans that cut a token (expanded, contracted or left out), which fragments make a claim,"
    f" attributes but those in label-by, notes, {unheld.READING}, {unheld.RECORDS}",
    unit="token",
    write=write,
    read=read,
    training=True,
    options=(
        Option("spans-key", "sc", "the key of doc.spans"),
        SPANS,
        Option("label-by", "", "attributes whose values follow the role: label-by=stance"),
        Option("align", "expand", "what to do with a span that cuts a token", ALIGNMENTS),
        Option("unit", "article", "one Doc for each", ("article", "sentence")),
        Option(
            "ents",
            "no",
            "also a flat doc.ents, longest first; always for config=ner",
            ("yes", "no"),
        ),
        Option("user-data", "no", "store the whole record in doc.user_data", ("yes", "no")),
        Option(
            "config",
            "no",
            "write a training configuration beside it",
            ("no", "spancat", "ner", "textcat", "textcat_multilabel"),
        ),
        Option(
            "suggester",
            "auto",
            "how spancat comes by spans: all of the lengths in the data, or by a span_finder, which"
            " auto takes where some are long",
            ("auto", "ngrams", "span_finder"),
        ),
        FILE_LIMIT,
    ),
    text_of_card="`DocBin().from_disk(FILE).get_docs(nlp.vocab)`; the spans are in"
    ' `doc.spans["sc"]`.',
)
