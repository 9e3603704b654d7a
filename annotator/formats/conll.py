"""CoNLL columns: one token a line, a file for each role and span layer (CoNLL-2003, NER).

Four columns, `word -X- _ TAG`; an empty line ends a sentence, `-DOCSTART-` begins an article. One
column holds neither overlaps nor pieces, so each role has a file of its own, and what still
overlaps is left out and counted. Reading is in `conll_reading`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import BinaryIO, Final, cast

from annotator.domain.exchange import Dataset, Document
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, Article
from annotator.formats.conll_reading import COLUMN, DOCSTART, SUFFIX, WORDS, read
from annotator.formats.support import unsupported as unheld
from annotator.formats.support.base import Format, Option, Options
from annotator.formats.support.output import Output
from annotator.formats.support.schemes import Schemes
from annotator.formats.support.span_layers import SPANS
from annotator.formats.support.token_rows import (
    MARKS,
    LabelledSpan,
    flat_entities,
    roles_of,
    sentence_words,
    tags,
)
from annotator.formats.support.tokens import ALIGNMENTS, Alignment, Word


class _Writer:
    def __init__(self, options: Options, losses: Losses, schemes: Schemes) -> None:
        self.options, self.losses, self.schemes = options, losses, schemes
        self.align = cast("Alignment", options.text("align"))
        self.held: dict[str, set[str]] = defaultdict(set)
        """Role -> ids of the annotations that have a span in its file; of one article."""

    def document(self, document: Document, role: str) -> Iterator[str]:
        """The lines of an article in the file of one role."""
        article = document.stored
        yield f"{DOCSTART} -X- O O\n\n"
        spans = list(self._spans(document, role))
        for found in sentence_words(article):
            kept = flat_entities(article, found, spans, self.align, self.losses, self.held[role])
            tagged = tags(len(found), kept, self.options.text("scheme"))
            for word, tag in zip(found, tagged, strict=True):
                yield f"{self._word(article, word)} -X- _ {tag}\n"
            yield "\n"

    def _word(self, article: Article, word: Word) -> str:
        text = article.text[word.start : word.end]
        if text == DOCSTART:
            self.losses.add("token that would begin an article, changed", article.uid)
            return DOCSTART[:-1]
        if len(text.split()) == 1:
            return text
        self.losses.add("white space in a token, now _", article.uid)
        return "_".join(text.split())

    def _spans(self, document: Document, role: str) -> Iterator[LabelledSpan]:
        for a in document.annotations:
            of_mark = a.layer == "mark" and a.layer_name == role
            if not of_mark and a.layer != "claim":
                continue
            wanted = [f for f in a.fragments if of_mark or f.role == role]
            text = document.stored.text
            blank = [f for f in wanted if not text[f.start : f.end].strip()]
            if blank:
                self.losses.add("span of white space alone, left out", a.id, len(blank))
                wanted = [f for f in wanted if f not in blank]
            pieces = {f.span for f in wanted}
            if len(wanted) > len(pieces):
                count = len(wanted) - len(pieces)
                self.losses.add("piece, now a span of its own", a.id, count)
            for f in wanted:
                yield LabelledSpan(f.start, f.end, self._label(a, role), a.id)

    def _label(self, annotation: Annotation, role: str) -> str:
        if annotation.layer == "mark":
            value = annotation.attributes.get(self.schemes.label(annotation), "")
            return "_".join(value.split()) or role
        label = annotation.attributes.get(self.options.text("label-by"), role)
        label = "_".join(label.split()) or role
        return label if self.options.text("label-by") else label.upper()

    def count(self, annotation: Annotation, roles: tuple[str, ...]) -> None:
        """Count what the files do not say of an annotation; `document` was called before."""
        a = annotation
        if a.layer not in ("claim", "mark") or not a.fragments:
            spanless = a.layer in ("claim", "mark")
            unheld.left_out(a, self.losses, unheld.WITHOUT_SPAN if spanless else "", reading=True)
            return
        of_mark = a.layer == "mark"
        name = self.schemes.label(a) if of_mark else self.options.text("label-by")
        value = a.attributes.get(name, "")
        wanted = (a.layer_name,) if of_mark else roles
        inside = any(a.id in self.held[role] for role in wanted)
        unheld.count(a, ("reviewed",), self.losses, (name,) if value.split() and inside else ())
        if inside and value != "_".join(value.split()) and value.split():
            self.losses.add("white space in a label, now _", a.id)
        for f in a.fragments:
            if a.layer == "claim" and f.role not in roles:
                self.losses.add(f"role {f.role} (-o roles=...)", a.id)
        if of_mark and a.layer_name not in roles:
            self.losses.add(f"mark (-o roles={a.layer_name})", a.id, len(a.fragments))


def write(
    documents: Iterable[Document],
    dataset: Dataset,
    out: Output,
    options: Options,
    losses: Losses,
) -> None:
    """Write a file for each role and span layer."""
    schemes = Schemes(dataset)
    layers = schemes.span_layers or (MARKS,)
    roles = options.names("roles") or (*roles_of(dataset), *layers)
    writer = _Writer(options, losses, schemes)
    with ExitStack() as stack:
        files: dict[str, BinaryIO] = {
            role: stack.enter_context(out.open(f"{role}{SUFFIX}")) for role in roles
        }
        for document in documents:
            writer.held.clear()
            unheld.annotators(document.stored.uid, document.annotations, losses)
            for role, stream in files.items():
                for line in writer.document(document, role):
                    stream.write(line.encode("utf-8"))
            for a in document.annotations:
                writer.count(a, roles)


FORMAT: Final = Format(
    name="conll",
    title="CoNLL columns (IOB1, IOB2, BILOU, BIOES)",
    suffix="",
    holds="words, sentences and flat labelled spans, a file for each role",
    loses="white space between words, overlaps, which spans make a claim, spans over sentences,"
    f" all attributes but label-by, notes, {unheld.READING},"
    f" {unheld.RECORDS}",
    unit="token",
    write=write,
    read=read,
    training=True,
    options=(
        Option("scheme", "iob2", "how spans are tagged", ("iob1", "iob2", "bilou", "bioes")),
        Option("roles", "", "a file for each role and span layer; without it all of the schemes"),
        Option("label-by", "", "an attribute whose value is the label instead of the role"),
        Option("align", "expand", "what to do with a span that cuts a token", ALIGNMENTS),
        COLUMN,
        WORDS,
        SPANS,
    ),
    text_of_card="`python -m spacy convert FILE OUT -c conll` reads a file of it.",
)
