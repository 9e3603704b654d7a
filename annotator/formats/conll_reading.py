"""Reading CoNLL columns: ours, CoNLL-2003, GermEval, WNUT, and what else has a token a line.

Lines that begin with `#` and are no token are comments. A line that cannot be read costs its
sentence, not the file.
"""

from __future__ import annotations

import re
from array import array
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Final, NamedTuple

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Document, Item
from annotator.domain.losses import Losses
from annotator.domain.model import (
    SPAN_ROLE,
    Annotation,
    Article,
    ArticleDraft,
    Fragment,
    Layout,
    Paragraph,
    Sentence,
)
from annotator.formats.support.base import Option, Options
from annotator.formats.support.jsonio import UID_DIGITS, text_hash
from annotator.formats.support.names import identifier
from annotator.formats.support.piece import CLAIM_ROLES, MARK
from annotator.formats.support.span_layers import ENTITY, in_layers
from annotator.formats.support.token_rows import entities

DOCSTART: Final = "-DOCSTART-"
SUFFIX: Final = ".conll"
LINE_LIMIT: Final = 1 << 20
OTHER_SUFFIXES: Final = (".conllu", ".conll03", ".iob", ".iob2", ".bio", ".bioes", ".tsv", ".txt")
"""Of files in a folder that has none of ours."""
_CONLLU: Final = 10
"""Columns of CoNLL-U."""
_NO_TOKEN: Final = re.compile(r"[0-9]+[-.][0-9]+")
_BEGINNING: Final = re.compile(r"#\s*(newdoc|begin document)\b")
"""What comments say where an article begins."""
_NOTHING: Final = frozenset({"_", "-X-", "O", "-", "*"})
"""What stands in a column that says nothing of a word."""
COLUMN: Final = Option(
    "column", "-1", "reading: the columns of the tags (-1 or 2,3), counted from 0 or from the end"
)
WORDS: Final = Option(
    "word-column", "", "reading: the column of the words; by default the first that is no number"
)


class TokenRow(NamedTuple):
    """The cells of one token's line."""

    line: int
    cells: tuple[str, ...]


@dataclass(slots=True)
class _Sentence:
    rows: list[TokenRow] = field(default_factory=list)
    bad: list[BadRecord] = field(default_factory=list)
    """Lines that cannot be read; the sentence is given up."""


@dataclass(slots=True)
class _Layer:
    """The sentences of one article in one file."""

    line: int
    sentences: list[_Sentence] = field(default_factory=list)


class _Columns:
    """Which columns hold words and tags."""

    def __init__(self, options: Options) -> None:
        self.layers = in_layers(options)
        self.numbered = False
        """Whether the first column counts the tokens, in every sentence of every file."""
        try:
            self.tags = tuple(int(n) for n in options.names(COLUMN.name))
        except ValueError as error:
            raise InputError(f"option {COLUMN.name}: not numbers divided by commas") from error
        given = options.text(WORDS.name)
        self.words = options.number(WORDS.name) if given else None

    def fit(self, cells: Sequence[str]) -> bool:
        """Whether a line has all of them."""
        least = 2 if self.words is None else 1
        wanted = self.tags if self.words is None else (*self.tags, self.words)
        return len(cells) >= least and all(-len(cells) <= c < len(cells) for c in wanted)

    def word(self, rows: Sequence[TokenRow]) -> int:
        """The column of the words: the first, unless it counts the tokens of each sentence."""
        if self.words is not None:
            return self.words
        return 1 if self.numbered and rows and min(len(r.cells) for r in rows) > 2 else 0


def _cells(line: str) -> list[str]:
    """The cells of a line; where there are tabs they alone divide it, and words may hold blanks.

    Of the ten columns of CoNLL-U the last has the tag as one of its `Name=Value`.
    """
    if "\t" not in line:
        return line.split()
    cells = [cell for cell in map(str.strip, line.split("\t")) if cell]
    if len(cells) == _CONLLU and not is_tag(cells[-1]):
        said = [value.partition("=")[2] for value in cells[-1].split("|")]
        if cells[-1] == "_" or all(said):
            cells[-1] = next((value for value in said if is_tag(value)), "O")
    return cells


def _passed_over(cells: Sequence[str]) -> bool:
    """Whether a line of CoNLL-U is a range of tokens, or one that is not in the text."""
    return len(cells) == _CONLLU and _NO_TOKEN.fullmatch(cells[0]) is not None


def is_tag(value: str) -> bool:
    """Whether a cell is a tag of IOB1, IOB2, BILOU or BIOES."""
    return value == "O" or (value[:2] in ("B-", "I-", "L-", "U-", "E-", "S-") and len(value) > 2)


def _lines(path: Path) -> Iterator[bytes]:
    """The lines of a file, without a byte order mark before the first; long ones in parts."""
    with path.open("rb") as stream:
        yield stream.readline(LINE_LIMIT).removeprefix(BOM_UTF8)
        while line := stream.readline(LINE_LIMIT):
            yield line


def _usual_width(path: Path) -> int:
    """Cells of the first line that is a token beyond doubt; 0 when there is none."""
    for line in _lines(path):
        cells = _cells(line.decode("utf-8", "replace"))
        if cells and cells[0] != DOCSTART and not cells[0].startswith("#"):
            return len(cells)
    return 0


def _numbered(path: Path) -> bool:
    """Whether the first column counts the tokens of each sentence; a word may be "1" as well.

    Sentences of one token say nothing where there are others; a third of these is enough, for
    lines may be missing or wrong.
    """
    sizes: list[tuple[int, bool]] = []
    size, counts = 0, True
    for line in (*_lines(path), b""):
        cells = _cells(line.decode("utf-8", "replace"))
        if cells and cells[0] != DOCSTART:
            if not (cells[0].startswith("#") or _passed_over(cells)):
                size += 1
                counts = counts and cells[0] == str(size)
        elif size:
            sizes.append((size, counts))
            size, counts = 0, True
    told = [c for n, c in sizes if n > 1]
    return 3 * sum(told) >= len(told) if told else all(c for _, c in sizes)


def _begins(cells: Sequence[str], *, fits: bool) -> bool:
    """Whether a line is a comment that says that an article begins."""
    return not fits and _BEGINNING.match(" ".join(cells)) is not None


def _first_words(path: Path, columns: _Columns) -> tuple[str, ...]:
    """The words of the first sentence of a file."""
    for layer in _articles(path, columns):
        rows = next((s.rows for s in layer.sentences if s.rows), [])
        column = columns.word(rows)
        return tuple(r.cells[column] for r in rows)
    return ()


def _articles(path: Path, columns: _Columns) -> Iterator[_Layer]:
    """The articles of a file, with their sentences."""
    width = _usual_width(path)
    layer = _Layer(1)
    sentence = _Sentence()

    def close() -> None:
        nonlocal sentence
        if sentence.rows or sentence.bad:
            layer.sentences.append(sentence)
        sentence = _Sentence()

    for number, line in enumerate(_lines(path), start=1):
        where = f"{path.name}:{number}"
        try:
            cells = _cells(line.decode("utf-8"))
        except UnicodeDecodeError:
            sentence.bad.append(BadRecord(where, "not UTF-8"))
            continue
        fits = columns.fit(cells)
        odd = [cells[c] for c in columns.tags if fits and not is_tag(cells[c])]
        if cells and (cells[0] == DOCSTART or _begins(cells, fits=fits and not odd)):
            close()
            if layer.sentences:
                yield layer
            layer = _Layer(number)
        elif not cells:
            close()
        elif _passed_over(cells):
            continue
        elif cells[0].startswith("#") and (not fits or odd or len(cells) != (width or 2)):
            continue  # a comment
        elif not fits:
            sentence.bad.append(BadRecord(where, "the line has too few columns"))
        elif odd:
            sentence.bad.append(BadRecord(where, f"{odd[0][:20]!r} is no tag"))
        else:
            sentence.rows.append(TokenRow(number, tuple(cells)))
    close()
    if layer.sentences:
        yield layer


def read(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read a file, or a folder: of files over the same words, one for each role, or of parts.

    The text is the words with spaces between them and a line for each sentence: the files do not
    know the original white space.
    """
    files = sorted(path.glob(f"*{SUFFIX}")) if path.is_dir() else [path]
    if not files:
        files = sorted(f for f in path.iterdir() if f.suffix in OTHER_SUFFIXES)
    if not files:
        raise InputError(f"{path}: no {SUFFIX} files")
    columns = _Columns(options)
    columns.numbered = all(map(_numbered, files))
    first = {_first_words(f, columns) for f in files}
    of_roles = any(f.stem in CLAIM_ROLES for f in files)
    if len(first) == len(files) > 1 and not of_roles:  # parts of a corpus, with articles of its own
        for file in files:
            yield from _read([file], file.stem, columns, losses)
    else:
        yield from _read(files, path.stem, columns, losses)


def _read(files: list[Path], stem: str, columns: _Columns, losses: Losses) -> Iterator[Item]:
    """Read files over the same words."""
    for number, found in enumerate(zip_longest(*(_articles(f, columns) for f in files)), start=1):
        name = f"{stem}-{number}"
        layers = [x for x in found if x is not None]
        if len({len(x.sentences) for x in found if x is not None}) > 1 or len(layers) < len(files):
            yield BadRecord(name, "the files do not have the same articles")
            continue
        kept: list[tuple[_Sentence, ...]] = []
        for sentences in zip(*(x.sentences for x in layers), strict=True):
            bad = [b for s in sentences for b in s.bad]
            words = [[r.cells[columns.word(s.rows)] for r in s.rows] for s in sentences]
            if not bad and any(other != words[0] for other in words[1:]):
                where = f"{files[0].name}:{sentences[0].rows[0].line}"
                bad = [BadRecord(where, "the files do not have the same words")]
            yield from bad
            kept += [] if bad else [sentences]
        if kept:
            where = f"{files[0].name}:{layers[0].line}"
            yield _document(name, where, files, kept, columns, losses)


def _document(
    name: str,
    where: str,
    files: list[Path],
    kept: list[tuple[_Sentence, ...]],
    columns: _Columns,
    losses: Losses,
) -> Document:
    text: list[str] = []
    annotations: list[Annotation] = []
    words_of: list[list[str]] = []
    at = 0
    for sentences in kept:
        rows = sentences[0].rows
        column = columns.word(rows)
        words = [r.cells[column] for r in rows]
        starts = array("I")
        for word in words:
            starts.append(at)
            at += len(word) + 1
        text.append(" ".join(words))
        words_of.append(words)
        for file, sentence in zip(files, sentences, strict=True):
            for tags in columns.tags:
                for e in entities(r.cells[tags] for r in sentence.rows):
                    span = starts[e.first], starts[e.last - 1] + len(words[e.last - 1])
                    if (
                        file.stem in CLAIM_ROLES
                        and e.label.lower() != file.stem
                        and not columns.layers
                    ):
                        losses.add(
                            f"label {e.label} of a role", f"{file.name}:{sentence.rows[0].line}"
                        )
                    number = f"{file.stem}:{len(annotations)}"
                    layer = _span_layer(columns, tags, file, len(files)) if columns.layers else ""
                    annotations.append(_annotation(number, file.stem, e.label, *span, layer))
            _count_rest(sentence.rows, columns, file.name, losses)
    draft = ArticleDraft(text="\n".join(text), name=name)
    if columns.layers:
        # The words of the file are what its tags are about, and what is written again.
        return Document(_laid_out(draft, words_of), tuple(annotations), where)
    return Document(draft, tuple(annotations), where)


def _count_rest(rows: list[TokenRow], columns: _Columns, file: str, losses: Losses) -> None:
    """Count what tags of other columns mark."""
    width = min(len(r.cells) for r in rows)
    if any(len(r.cells) != width for r in rows):
        return  # then columns are not known by their number
    read_ = {c % width for c in columns.tags} | {columns.word(rows) % width}
    for column in range(width):
        cells = [r.cells[column] for r in rows]
        if column not in read_ and all(map(is_tag, cells)):
            found = sum(1 for _ in entities(cells))
            if found:
                kind = f"label of column {column} (-o {COLUMN.name}={column})"
                losses.add(kind, f"{file}:{rows[0].line}", found)
        elif column not in read_ and columns.layers:
            said = sum(1 for cell in cells if cell not in _NOTHING)
            if said:
                losses.add(f"word's value in column {column}", f"{file}:{rows[0].line}", said)


def _span_layer(columns: _Columns, column: int, file: Path, files: int) -> str:
    """The span layer of the tags of a column: `entity`, unless there are several."""
    if files > 1:
        return SPAN_ROLE if file.stem == MARK else identifier(file.stem)
    return ENTITY if column == columns.tags[-1] else f"column_{column}".replace("-", "last_")


def _laid_out(draft: ArticleDraft, sentences: Sequence[Sequence[str]]) -> Article:
    """The article with the words and sentences of the file; each sentence is a paragraph."""
    starts, ends = array("I"), array("I")
    paragraphs: list[Paragraph] = []
    lines: list[Sentence] = []
    at = 0
    for words in sentences:
        first = at
        for word in words:
            starts.append(at)
            ends.append(at + len(word))
            at += len(word) + 1
        paragraphs.append(Paragraph(first, at - 1))
        lines.append(Sentence(first, at - 1, len(lines)))
    sha = text_hash(draft.text, draft.name)
    return Article(
        uid=sha[:UID_DIGITS],
        number=0,
        name=draft.name,
        title="",
        byline="",
        outlet="",
        published="",
        url="",
        language="",
        origin="",
        text=draft.text,
        sha256=sha,
        imported_at="",
        meta={},
        layout=Layout(paragraphs, lines, starts, ends, "words of a CoNLL file"),
    )


def _annotation(
    id_: str, file: str, label: str, start: int, end: int, span_layer: str
) -> Annotation:
    role = file if file in CLAIM_ROLES else label.lower()
    if span_layer or role not in CLAIM_ROLES:
        fragment = Fragment(span_layer or SPAN_ROLE, start, end)
        return Annotation(id_, "mark", "", "", (fragment,), {"type": label}, provenance="imported")
    return Annotation(id_, "claim", "", "", (Fragment(role, start, end),), provenance="imported")
