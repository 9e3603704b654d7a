"""WebAnno TSV 3.3, a file for each article: what WebAnno and INCEpTION read and write.

A line for each token, with a column for each feature (`webanno_lines`). Offsets are UTF-16 units.
Claims and marks have the types of `cas_types`, other layers their own (`cas_spans`).
`webanno_reading` reads. The format is in the user guide of INCEpTION, "WebAnno TSV 3.3 File
format".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from annotator.domain.exchange import Dataset, Document
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation
from annotator.formats.cas_layers import BOOLEAN, Types
from annotator.formats.cas_spans import Files, PartReader, TypeRegister
from annotator.formats.cas_types import (
    FLAGGED,
    FURTHER_TYPES,
    NUMBERS,
    RELATION,
    SPAN,
    TEXTS,
    TYPES,
    attributes_of,
    features_of,
    has_claims,
    role_links,
    scheme_of,
)
from annotator.formats.cas_typesystem import type_system
from annotator.formats.support import unsupported as unheld
from annotator.formats.support.base import Format, Options
from annotator.formats.support.grouping import kept_pieces, pieces
from annotator.formats.support.jsonio import FILE_LIMIT
from annotator.formats.support.output import Output
from annotator.formats.support.piece import Piece
from annotator.formats.support.span_layers import SPANS
from annotator.formats.webanno_lines import LineSpan, TsvColumns, TsvLines
from annotator.formats.webanno_reading import read

SUFFIX: Final = ".tsv"


class _Writer:
    def __init__(self, dataset: Dataset, losses: Losses) -> None:
        self.attributes = attributes_of(dataset)
        self.register = TypeRegister(scheme_of(dataset), arrays=False)
        self.reader = PartReader(self.register, losses)
        self.losses = losses
        self.claims = has_claims(self.register.scheme)
        """Whether there are claims, or marks of no layer of the user's own."""

    def lines(self, document: Document) -> Iterator[str]:
        """The file of an article, line by line; nothing for one without words."""
        article = document.stored
        made = TsvLines(article, self.losses)
        if not made.tokens:
            self.losses.add("article without words, left out", article.uid)
            for a in document.annotations:
                unheld.left_out(a, self.losses)
            return
        before = article.text[: made.tokens[0].start]
        if before.strip(" "):
            self.losses.add("text before the first word, now spaces", article.uid)
        self.register.learn(Types.of(article.meta))
        for annotator in sorted({a.annotator for a in document.annotations}):
            mine = [a for a in document.annotations if a.annotator == annotator]
            ours = [a for a in mine if a.layer_name in ("claim", "mark", "sentence", "article")]
            self._add(made, list(pieces(ours, annotator, self.losses)), annotator)
            kept = {a.id for a in ours}
            self._add_layers(made, document, [a for a in mine if a.id not in kept])
        made.number()
        order = (*TEXTS, *self.attributes, *NUMBERS, FLAGGED)
        yield from made.written(TsvColumns(made, self.register.types, order))

    def _add(self, made: TsvLines, found: list[Piece], annotator: str) -> None:
        kept = [made.covers(piece.start, piece.end, piece.annotation) for piece in found]
        found = kept_pieces(found, kept, self.losses)
        self.claims = self.claims or bool(found)
        spans: list[LineSpan] = []
        for piece in found:
            features = features_of(piece, annotator, self.attributes)
            said = {name: self._said(v, piece.annotation) for name, v in features.items()}
            kept_features = {name: v for name, v in said.items() if v}
            spans.append(made.add(SPAN, piece.start, piece.end, kept_features, piece.annotation))
        for first, other in role_links(found):
            made.relate(RELATION, {"role": found[other].role}, spans[first], spans[other])

    def _add_layers(
        self, made: TsvLines, document: Document, annotations: list[Annotation]
    ) -> None:
        """The spans of layers, and what ties them together."""
        part = self.reader.part(annotations)
        told = Types.of(document.stored.meta).spans
        chains = {
            i: f"{number}-{place}"
            for number, (_, elements) in enumerate(part.chains, self._chains_of(made) + 1)
            for place, i in enumerate(elements, start=1)
        }
        spans: dict[int, LineSpan] = {}
        for i, s in enumerate(part.spans):
            if not made.covers(s.start, s.end, s.id):
                for name in s.features:
                    self.losses.add(f"attribute {name}", s.id)
                continue
            ranges = self.register.types.spans.get(s.kind, {}) | told.get(s.kind, {})
            features = {n: self._plain(v, ranges.get(n), s.id) for n, v in s.features.items()}
            spans[i] = made.add(s.kind, s.start, s.end, features, s.id, element=i in chains)
            spans[i].place = chains.get(i, "")
        for r in part.relations:
            if r.head in spans and r.tail in spans:
                known = self.register.types.relations.get(r.kind, {})
                features = {n: self._plain(v, known.get(n), "") for n, v in r.features.items()}
                made.relate(r.kind, features, spans[r.head], spans[r.tail])
            else:
                self.losses.add(f"relation {r.kind} to a span without a word")
        for link in part.links:
            if link.host in spans and link.target in spans:
                made.link(spans[link.host], link.feature, link.role, spans[link.target])
            else:
                self.losses.add(f"link {link.role or link.feature} to a span without a word")

    def _chains_of(self, made: TsvLines) -> int:
        """How many chains there are already."""
        return len({e.place.partition("-")[0] for e in made.elements})

    def _plain(self, value: str, range_: object, annotation: str) -> str:
        if range_ == BOOLEAN and value in ("yes", "no"):
            return "true" if value == "yes" else "false"
        return self._said(value, annotation)

    def _said(self, value: object, annotation: str) -> str:
        if isinstance(value, bool):
            return "true" if value else ""
        if not isinstance(value, str):
            return str(value)
        if "\r" in value:
            self.losses.add("carriage return in a note or value", annotation)
            value = value.replace("\r\n", "\n").replace("\r", "\n")
        return value


def write(
    documents: Iterable[Document],
    dataset: Dataset,
    out: Output,
    options: Options,
    losses: Losses,
) -> None:
    """Write a file for each article, and the type system that INCEpTION needs for them."""
    del options
    writer = _Writer(dataset, losses)
    files = Files(dataset, losses)
    for document in documents:
        for name, part in files.of(document):
            lines = list(writer.lines(part))
            if lines:
                with out.open(f"{name}{SUFFIX}") as stream:
                    stream.write("\n".join((*lines, "")).encode("utf-8"))
    with out.open(TYPES) as stream:
        stream.write(type_system(writer.attributes, writer.register.types, claims=writer.claims))


FORMAT: Final = Format(
    name="webanno",
    title="WebAnno TSV 3.3 for WebAnno and INCEpTION",
    suffix="",
    holds="texts; claims and marks: pieces, roles, attributes, notes, flags, parents, annotators;"
    " spans of any layer with relations, slots and chains; tokens and sentences",
    loses="sentence and article annotations; white space at the ends of spans; metadata of"
    f" articles but their names; {unheld.RECORDS}",
    unit="utf-16",
    write=write,
    read=read,
    options=(FURTHER_TYPES, SPANS, FILE_LIMIT),
    text_of_card="In INCEpTION import TypeSystem.xml as a layer first, then the files as"
    " WebAnno TSV 3.3.",
)
