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
from annotator.domain.exchange import Document, Project
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, Article, Fragment, Sentence
from annotator.domain.scheme import parse_scheme
from annotator.domain.spans import trimmed
from annotator.formats import losses as unheld
from annotator.formats.base import Format, Option, Options
from annotator.formats.jsonio import FILE_LIMIT
from annotator.formats.native_lines import article_line, rows_of
from annotator.formats.output import Output
from annotator.formats.spacy_reading import USER_DATA, read
from annotator.formats.tokens import ALIGNMENTS, Aligner, Alignment, sentence_starts, words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span


class _Builder:
    """Makes Docs of articles or sentences, counting what does not fit."""

    def __init__(self, project: Project, options: Options, losses: Losses) -> None:
        from spacy.vocab import Vocab

        self.vocab = Vocab()
        self.options = options
        self.losses = losses
        self.align = cast("Alignment", options.text("align"))
        self.languages: Counter[str] = Counter()
        self._known = _known_values(project)

    def docs(self, document: Document) -> Iterator[Doc]:
        article = document.stored
        self.languages[article.language] += 1
        if self.options.text("unit") == "article":
            doc = self._doc(article, 0, len(article.text), document.annotations)
            labels = [a for a in document.annotations if a.layer == "article"]
            self._cats(doc, labels)
            for a in document.annotations:
                if a.layer == "sentence" and a.attributes:
                    self._lost(a, "sentence labels (-o unit=sentence)")
            if self.options.flag("user-data"):
                doc.user_data[USER_DATA] = article_line(rows_of(document)).decode()
            yield doc
            return
        placed: set[tuple[str, Fragment]] = set()
        for sentence in article.layout.sentences:
            doc = self._sentence(article, sentence, document.annotations, placed)
            doc.user_data["uid"], doc.user_data["start"] = article.uid, sentence.start
            yield doc
        for a in document.annotations:
            if a.layer == "article" and a.attributes:
                self._lost(a, "article labels (-o unit=article)")
            for f in a.fragments if a.layer in ("claim", "mark") else ():
                if (a.id, f) not in placed:
                    self.losses.add("span that leaves its sentence", a.id)

    def _lost(self, annotation: Annotation, kind: str) -> None:
        if not self.options.flag("user-data") or self.options.text("unit") == "sentence":
            self.losses.add(kind, annotation.id)

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
        spans: list[Span] = []
        for annotation in annotations:
            if annotation.layer not in ("claim", "mark"):
                continue
            if not self.options.flag("user-data"):
                unheld.count(annotation, ("attributes",), self.losses)
            for fragment in annotation.fragments:
                span = self._span(doc, text, aligner, annotation, fragment)
                if span is not None:
                    spans.append(span)
        if (same := len(spans) - len(set(spans))) and not self.options.flag("user-data"):
            self.losses.add("span of several annotations, written once", article.uid, same)
        group = SpanGroup(doc, name=self.options.text("spans-key"), spans=sorted(set(spans)))
        doc.spans[self.options.text("spans-key")] = group
        if self.options.flag("ents"):
            flat = filter_spans(sorted(set(spans)))
            if len(flat) < len(set(spans)):
                lost = len(set(spans)) - len(flat)
                self.losses.add("overlapping span left out of doc.ents", article.uid, lost)
            doc.set_ents(flat)
        return doc

    def _span(
        self, doc: Doc, text: str, aligner: Aligner, annotation: Annotation, fragment: Fragment
    ) -> Span | None:
        from spacy.tokens import Span

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
        if place is None:
            return None
        return Span(doc, *place, label=self._label(annotation, fragment))

    def _label(self, annotation: Annotation, fragment: Fragment) -> str:
        if annotation.layer == "mark":
            return annotation.attributes.get("type", "mark")
        values = [
            annotation.attributes[name]
            for name in self.options.names("label-by")
            if name in annotation.attributes
        ]
        return ":".join([fragment.role, *values])

    def _cats(self, doc: Doc, tags: Iterable[Annotation]) -> None:
        """One category for each value: 1.0 for those given, 0.0 for the others of the attribute."""
        for tag in tags:
            for name, value in sorted(tag.attributes.items()):
                for other in self._known.get((tag.layer, name), ()):
                    doc.cats.setdefault(f"{name}:{other}", 0.0)
                doc.cats[f"{name}:{value}"] = 1.0
        doc.cats = dict(sorted(doc.cats.items()))


def _known_values(project: Project) -> dict[tuple[str, str], tuple[str, ...]]:
    """(layer, attribute) -> its values by the scheme in force, so that every Doc has every one."""
    known: dict[tuple[str, str], tuple[str, ...]] = {}
    for record in project.schemes:
        if record.in_force:
            try:
                scheme = parse_scheme(record.toml, {})
            except SchemeError:  # of another time; its values are then those that occur
                continue
            known |= {(a.layer, a.name): tuple(v.name for v in a.values) for a in scheme.attributes}
    return known


def write(
    documents: Iterable[Document], project: Project, out: Output, options: Options, losses: Losses
) -> None:
    """Write a DocBin, and on request a training configuration beside it."""
    from spacy.tokens import DocBin

    builder = _Builder(project, options, losses)
    attrs = ["ORTH", "SPACY", "SENT_START"]
    if options.flag("ents"):
        attrs += ["ENT_IOB", "ENT_TYPE"]
    store = options.flag("user-data") or options.text("unit") == "sentence"
    packed = DocBin(attrs=attrs, store_user_data=store)
    for document in documents:
        for doc in builder.docs(document):
            packed.add(doc)
    with out.open() as stream:
        stream.write(packed.to_bytes())
    if options.text("config") != "no":
        with out.beside("config.cfg") as stream:
            stream.write(_config(options, builder.languages).encode())


def _config(options: Options, languages: Counter[str]) -> str:
    """spaCy's own quick-start configuration for this export's labels."""
    from spacy.cli.init_config import init_config

    most = max(sorted(languages), key=lambda code: languages[code], default="") or "en"
    config = init_config(lang=most, pipeline=[options.text("config")], optimize="efficiency")
    if options.text("config") == "spancat":
        config["components"]["spancat"]["spans_key"] = options.text("spans-key")
        for weights in (config["training"]["score_weights"],):
            key = options.text("spans-key")
            for name in [n for n in weights if n.startswith("spans_sc_")]:
                weights[name.replace("spans_sc_", f"spans_{key}_")] = weights.pop(name)
    return str(config.to_str())


FORMAT: Final = Format(
    name="spacy",
    title="spaCy DocBin",
    suffix=".spacy",
    holds="one span per fragment under doc.spans, labels of articles or sentences in doc.cats;"
    " with -o user-data=yes everything",
    loses="spans that cut a token (expanded, contracted or left out), which fragments make a claim,"
    f" attributes but those in label-by, notes, {unheld.RECORDS}",
    unit="token",
    write=write,
    read=read,
    options=(
        Option("spans-key", "sc", "the key of doc.spans"),
        Option("label-by", "", "attributes whose values follow the role: label-by=stance"),
        Option("align", "expand", "what to do with a span that cuts a token", ALIGNMENTS),
        Option("unit", "article", "one Doc for each", ("article", "sentence")),
        Option("ents", "no", "also a flat doc.ents, longest spans first", ("yes", "no")),
        Option("user-data", "no", "store the whole record in doc.user_data", ("yes", "no")),
        Option(
            "config",
            "no",
            "write a training configuration beside it",
            ("no", "spancat", "ner", "textcat", "textcat_multilabel"),
        ),
        FILE_LIMIT,
    ),
    text_of_card="`DocBin().from_disk(FILE).get_docs(nlp.vocab)`; the spans are in"
    ' `doc.spans["sc"]`.',
)
