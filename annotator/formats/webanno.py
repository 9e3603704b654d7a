"""WebAnno TSV 3.3, a file for each article: what WebAnno and INCEpTION read and write.

A line for each token, with a column for each feature; a span that cuts a token has a line for the
part of it. Offsets are UTF-16 units. The types are those of `cas_types`; `webanno_reading` reads.
The format is in the user guide of INCEpTION, "WebAnno TSV 3.3 File format".
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from annotator.domain.exchange import Dataset, Document
from annotator.domain.losses import Losses
from annotator.domain.model import Article
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
    role_links,
    type_system,
)
from annotator.formats.support import unsupported as unheld
from annotator.formats.support.base import Format, Options
from annotator.formats.support.grouping import kept_pieces, pieces
from annotator.formats.support.jsonio import FILE_LIMIT
from annotator.formats.support.offsets import Utf16
from annotator.formats.support.output import Names, Output
from annotator.formats.support.piece import Piece
from annotator.formats.support.token_rows import sentence_words
from annotator.formats.webanno_reading import read

HEADER: Final = "#FORMAT=WebAnno TSV 3.3"
SUFFIX: Final = ".tsv"
_IN_TEXT: Final = {"\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", "\b": "\\b", "\\": "\\\\"}
_IN_VALUE: Final = {"\t": "\\t", "\n": "\\n"}


def escape_text(text: str) -> str:
    """A line of text as it stands after `#Text=`."""
    return re.sub(
        "[\x00-\x1f\\\\]",
        lambda m: m[0] if m[0] == "\v" else _IN_TEXT.get(m[0], f"\\{m[0]}"),
        text,
    )


def escape_value(value: str) -> str:
    """A feature's value as it stands in its column."""
    return re.sub(r"->|[\\\[\]|_;\t\n*]", lambda m: _IN_VALUE.get(m[0], f"\\{m[0]}"), value)


@dataclass(slots=True, eq=False)
class _Unit:
    """A line: a token, or a part of one that a span ends or begins in."""

    start: int
    end: int
    id: str = ""
    spans: list[_Span] = field(default_factory=list)
    relations: list[tuple[str, _Span, _Span]] = field(default_factory=list)
    """Role, from which span, to which; those that end here."""


@dataclass(slots=True, eq=False)
class _Span:
    features: dict[str, str]
    units: list[_Unit]
    related: bool = False
    """Whether a relation begins or ends here."""
    number: int = 0
    """Tells it from others where it has several lines, or shares one; 0 where there is no need."""


class _Lines:
    """The lines of one article."""

    def __init__(self, article: Article, losses: Losses) -> None:
        self.article, self.losses = article, losses
        self.sentences = [
            [_Unit(w.start, w.end) for w in words] for words in sentence_words(article)
        ]
        self.tokens = [token for tokens in self.sentences for token in tokens]
        self._starts = [t.start for t in self.tokens]
        self._ends = [t.end for t in self.tokens]
        self.parts: dict[_Unit, list[_Unit]] = {}
        """The parts of a token that have lines of their own."""
        self.spans: list[_Span] = []

    def _words(self, piece: Piece) -> list[_Unit]:
        first = bisect_right(self._ends, piece.start)
        return self.tokens[first : bisect_left(self._starts, piece.end)]

    def covers(self, piece: Piece) -> bool:
        """Whether a span covers any word; one that does not is counted."""
        if self._words(piece):
            return True
        self.losses.add("span without a word, left out", piece.annotation)
        return False

    def add(self, piece: Piece, features: dict[str, str]) -> _Span:
        """A span over the words that it covers."""
        covered = self._words(piece)
        if piece.start < covered[0].start or piece.end > covered[-1].end:
            self.losses.add("span that ends between words, trimmed", piece.annotation)
        span = _Span(features, [self._unit(t, piece.start, piece.end) for t in covered])
        for unit in span.units:
            unit.spans.append(span)
        self.spans.append(span)
        return span

    def _unit(self, token: _Unit, start: int, end: int) -> _Unit:
        start, end = max(start, token.start), min(end, token.end)
        if (start, end) == (token.start, token.end):
            return token
        parts = self.parts.setdefault(token, [])
        for part in parts:
            if (part.start, part.end) == (start, end):
                return part
        parts.append(_Unit(start, end))
        return parts[-1]

    def number(self) -> None:
        """Give every line its id, and every span that needs one its number."""
        count = 0
        for i, tokens in enumerate(self.sentences, start=1):
            for j, token in enumerate(tokens, start=1):
                parts = sorted(self.parts.get(token, ()), key=lambda p: (p.start, p.end))
                self.parts[token] = parts
                for k, unit in enumerate([token, *parts]):
                    unit.id = f"{i}-{j}.{k}" if k else f"{i}-{j}"
                    for span in unit.spans:
                        shared = len(span.units) > 1 or len(unit.spans) > 1
                        # Readers find the part of a token that a relation names by this alone.
                        if not span.number and (shared or (k and span.related)):
                            count += 1
                            span.number = count


def _columns(spans: Iterable[_Span], attributes: list[str]) -> list[str]:
    """The features that have a value, in the order of the type system."""
    used = {name for span in spans for name in span.features}
    return [n for n in (*TEXTS, *attributes, *NUMBERS, FLAGGED) if n in used]


class _Writer:
    def __init__(self, dataset: Dataset, losses: Losses) -> None:
        self.attributes = attributes_of(dataset)
        self.losses = losses

    def lines(self, document: Document) -> Iterator[str]:
        """The file of an article, line by line; nothing for one without words."""
        article = document.stored
        made = _Lines(article, self.losses)
        if not made.tokens:
            self.losses.add("article without words, left out", article.uid)
            for a in document.annotations:
                unheld.left_out(a, self.losses)
            return
        before = article.text[: made.tokens[0].start]
        if before.strip(" "):
            self.losses.add("text before the first word, now spaces", article.uid)
        for annotator in sorted({a.annotator for a in document.annotations}):
            self._add(made, list(pieces(document.annotations, annotator, self.losses)), annotator)
        made.number()
        columns = _columns(made.spans, self.attributes)
        yield HEADER
        if columns:
            yield f"#T_SP={SPAN}|{'|'.join(columns)}"
        related = any(u.relations for t in made.tokens for u in (t, *made.parts[t]))
        if related:
            yield f"#T_RL={RELATION}|role|BT_{SPAN}"
        yield ""
        units = Utf16(article.text)
        for i, tokens in enumerate(made.sentences):
            yield ""
            # The white space up to the next sentence goes with it: nothing else would hold it.
            rest = made.sentences[i + 1 :]
            end = rest[0][0].start if rest else len(article.text)
            for line in article.text[tokens[0].start : end].split("\n"):
                yield f"#Text={escape_text(line)}"
            for token in tokens:
                for unit in (token, *made.parts[token]):
                    words = article.text[unit.start : unit.end]
                    place = f"{units.units(unit.start)}-{units.units(unit.end)}"
                    cells = [unit.id, place, re.sub("[\t\n\r]", lambda m: _IN_TEXT[m[0]], words)]
                    cells += _values(unit, columns)
                    cells += _references(unit) if related else []
                    yield "\t".join((*cells, ""))

    def _add(self, made: _Lines, found: list[Piece], annotator: str) -> None:
        found = kept_pieces(found, [made.covers(piece) for piece in found], self.losses)
        spans: list[_Span] = []
        for piece in found:
            features = features_of(piece, annotator, self.attributes)
            said = {name: self._said(v, piece.annotation) for name, v in features.items()}
            spans.append(made.add(piece, {name: v for name, v in said.items() if v}))
        for first, other in role_links(found):
            source, target = spans[first], spans[other]
            source.related = target.related = True
            target.units[0].relations.append((found[other].role, source, target))

    def _said(self, value: object, annotation: str) -> str:
        if isinstance(value, bool):
            return "true" if value else ""
        if not isinstance(value, str):
            return str(value)
        if "\r" in value:
            self.losses.add("carriage return in a note or value", annotation)
            value = value.replace("\r\n", "\n").replace("\r", "\n")
        return value


def _values(unit: _Unit, columns: list[str]) -> list[str]:
    if not unit.spans:
        return ["_"] * len(columns)
    numbers = [f"[{s.number}]" if s.number else "" for s in unit.spans]
    return [
        "|".join(
            (escape_value(s.features[name]) if name in s.features else "*") + number
            for s, number in zip(unit.spans, numbers, strict=True)
        )
        for name in columns
    ]


def _references(unit: _Unit) -> list[str]:
    """The roles that relations give the spans of a line, and the lines that these come from."""
    if not unit.relations:
        return ["_", "_"]
    places = [
        f"{source.units[0].id}[{source.number}_{target.number}]"
        if source.number or target.number
        else source.units[0].id
        for _, source, target in unit.relations
    ]
    return ["|".join(escape_value(role) for role, _, _ in unit.relations), "|".join(places)]


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
    names = Names()
    for document in documents:
        article = document.stored
        lines = list(writer.lines(document))
        if not lines:
            continue
        with out.open(f"{names.of(article.name, article.uid)}{SUFFIX}") as stream:
            stream.write("\n".join((*lines, "")).encode("utf-8"))
    with out.open(TYPES) as stream:
        stream.write(type_system(writer.attributes))


FORMAT: Final = Format(
    name="webanno",
    title="WebAnno TSV 3.3 for WebAnno and INCEpTION",
    suffix="",
    holds="texts; claims and marks: pieces, roles, attributes, notes, flags, parents, annotators;"
    " tokens and sentences",
    loses="sentence and article annotations; white space at the ends of spans; metadata of"
    f" articles but their names; {unheld.RECORDS}",
    unit="utf-16",
    write=write,
    read=read,
    options=(FURTHER_TYPES, FILE_LIMIT),
    text_of_card="In INCEpTION import TypeSystem.xml as a layer first, then the files as"
    " WebAnno TSV 3.3.",
)
