"""One flat table, a row for each piece of each annotation: CSV, TSV and Excel.

The first row of an article (layer "text") holds its text and metadata; the rows of its annotations
follow. A cell that a spreadsheet would take for a formula begins with an apostrophe.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TextIO, cast

from annotator.domain.errors import InputError, SchemeError
from annotator.domain.exchange import BadRecord, Dataset, Document, Item
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, ArticleDraft, Fragment
from annotator.domain.records import ENDS, annotation_from_record
from annotator.domain.scheme_file import parse_scheme
from annotator.formats.support.article_fields import METADATA, draft_of
from annotator.formats.support.base import Format, Option, Options
from annotator.formats.support.jsonio import LINE_LIMIT, MEGABYTE, UID_DIGITS, parse, text_hash
from annotator.formats.support.output import Output

_OFFSET: Final = re.compile("[0-9]{1,12}")
TEXT: Final = "text"
"""The layer of the rows that hold the articles."""
DATA: Final = (*METADATA[1:], "meta")
"""Columns of the articles; `name` stands at the beginning of each row."""
COLUMNS: Final = (
    "article",
    "name",
    "annotation",
    "layer",
    "role",
    "span",
    "piece",
    "start",
    "end",
    "words",
    "annotator",
    "parent",
    "provenance",
    "flagged",
    "reviewed",
    "note",
    "scheme",
    "created_at",
    "updated_at",
    "attributes",
)
"""Then one column for each attribute of the scheme ("stance"), then DATA.

`attributes` holds those that have no column, or an empty value, as JSON. `start` and `end` are
code points.
"""
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_ESCAPED: Final = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


def harmless(value: str) -> str:
    """The value so that no spreadsheet calculates it: an apostrophe before what begins a formula.

    See OWASP, "CSV injection". `plain` takes it away again, exactly.
    """
    return f"'{value}" if _FORMULA.match(value) else value


def plain(value: str) -> str:
    """What `harmless` was given."""
    return value[1:] if _ESCAPED.match(value) else value


def _attributes_of(dataset: Dataset) -> list[str]:
    """The attributes that get columns: those of the schemes, in their order."""
    names: dict[str, None] = {}
    for record in dataset.schemes:
        try:
            names |= dict.fromkeys(a.name for a in parse_scheme(record.toml, {}).attributes)
        except SchemeError:  # of another time; its attributes go into the column for the others
            continue
    return [n for n in names if n not in COLUMNS and n not in DATA]


def rows(
    documents: Iterable[Document], dataset: Dataset, options: Options, piece: int = sys.maxsize
) -> Iterator[list[str | int]]:
    """The header, then the rows. Texts longer than `piece` characters run over several rows."""
    names = _attributes_of(dataset)
    yield [*COLUMNS, *names, *DATA]
    after = [""] * (len(names) + len(DATA))
    for document in documents:
        article = document.stored
        head: list[str | int] = [article.uid, article.name]
        if options.flag("texts"):
            data: list[str] = [getattr(article, name) for name in DATA[:-1]]
            data.append(json.dumps(dict(article.meta), ensure_ascii=False) if article.meta else "")
            for number, start in enumerate(range(0, max(len(article.text), 1), piece)):
                words = article.text[start : start + piece]
                place: list[str | int] = [number, start, start + len(words), words]
                rest = [""] * (len(COLUMNS) - 10 + len(names))
                yield [*head, "", TEXT, "", "", *place, *rest, *(data if not number else [""] * 8)]
        for a in document.annotations:
            # An empty cell is no label: an empty value is told in the JSON.
            others = {k: v for k, v in sorted(a.attributes.items()) if k not in names or not v}
            tail: list[str | int] = [
                *(a.annotator, a.parent or "", a.provenance),
                *("yes" if a.flagged else "", "yes" if a.reviewed else ""),
                *(a.note, a.scheme, a.created_at, a.updated_at),
                json.dumps(others, ensure_ascii=False) if others else "",
                *(a.attributes.get(name, "") for name in names),
                *after[: len(DATA)],
            ]
            for i, f in enumerate(a.fragments):
                words = article.text[f.start : f.end]
                yield [*head, a.id, a.layer, f.role, f.span, i, f.start, f.end, words, *tail]
            if a.layer == "relation":
                # A row for each end: its id stands where the words of others stand.
                for name, end in zip(ENDS, (a.head, a.tail), strict=True):
                    yield [*head, a.id, a.layer, name, "", "", "", "", end or "", *tail]
            elif not a.fragments:
                yield [*head, a.id, a.layer, "", "", "", "", "", "", *tail]


def _write_text(
    documents: Iterable[Document], dataset: Dataset, out: Output, options: Options, dialect: str
) -> None:
    write_lines(rows(documents, dataset, options), out, dialect, bom=options.flag(BOM.name))


def write_lines(
    table: Iterable[Sequence[str | int]], out: Output, dialect: str, *, bom: bool
) -> None:
    """Write a table, its header first, as lines of cells that no spreadsheet calculates.

    Args:
        dialect: Of the csv module: "excel" (commas) or "excel-tab".
        bom: Begin with a byte order mark, by which Excel knows UTF-8.
    """
    with out.open() as stream:
        if bom:
            stream.write(b"\xef\xbb\xbf")
        text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
        # With this line terminator the csv module quotes both CR and LF.
        writer = csv.writer(text, dialect=dialect, lineterminator="\r\n")
        for row in table:
            writer.writerow([harmless(v) if isinstance(v, str) else v for v in row])
        text.flush()
        text.detach()


def write_csv(
    documents: Iterable[Document],
    dataset: Dataset,
    out: Output,
    options: Options,
    losses: Losses,
) -> None:
    """Write comma-separated values (RFC 4180, UTF-8)."""
    del losses  # of annotations nothing is lost
    _write_text(documents, dataset, out, options, "excel")


def write_tsv(
    documents: Iterable[Document],
    dataset: Dataset,
    out: Output,
    options: Options,
    losses: Losses,
) -> None:
    """Write tab-separated values, quoted where needed."""
    del losses  # of annotations nothing is lost
    _write_text(documents, dataset, out, options, "excel-tab")


# ---------------------------------------------------------------------------------------- reading


class TableReader:
    """Groups rows into documents."""

    def __init__(self, header: Sequence[str], name: str) -> None:
        self.header = list(header)
        self.name = name
        missing = [c for c in ("article", "annotation", "layer", "start", "end") if c not in header]
        if missing:
            raise InputError(
                f"{name}: no column {missing[0]!r}",
                f"the first row must name the columns: {', '.join(COLUMNS[:10])}, ...",
            )
        self._known = {*COLUMNS, *DATA}
        self._draft: ArticleDraft | None = None
        self._uid = ""
        self._where = ""
        self._found: dict[str, Annotation] = {}
        self._bad: dict[str, BadRecord] = {}

    def items(self, table: Iterable[tuple[int, Sequence[str]]]) -> Iterator[Item]:
        """Yield a document when the rows of another article begin.

        Args:
            table: Row numbers (from 1) and cells, without the header.
        """
        for number, cells in table:
            if not any(cells):
                continue
            where = f"{self.name}:{number}"
            if len(cells) > len(self.header):
                yield BadRecord(where, f"{len(cells)} cells, but {len(self.header)} columns")
                continue
            padded = [*cells, *[""] * (len(self.header) - len(cells))]
            row = dict(zip(self.header, map(plain, padded), strict=True))
            if row.get("layer") == TEXT and self._number(row, "start") in (0, None):
                yield from self._flush()
                try:
                    self._begin(row, where)
                except (InputError, ValueError) as error:
                    yield BadRecord(where, str(error))
            elif row["article"] != self._uid or self._draft is None:
                yield BadRecord(
                    where, "the row with the article's text must come before it, and be right"
                )
            elif row.get("layer") == TEXT:
                self._draft = replace(self._draft, text=self._draft.text + row.get("words", ""))
            else:
                try:
                    self._row(row)
                except (InputError, ValueError) as error:
                    self._bad.setdefault(row["annotation"], BadRecord(where, str(error)))
        yield from self._flush()

    @staticmethod
    def _number(row: dict[str, str], column: str) -> int | None:
        value = row.get(column, "")
        return int(value) if _OFFSET.fullmatch(value) else None

    def _begin(self, row: dict[str, str], where: str) -> None:
        self._uid, self._where, self._draft = row["article"], where, None
        meta = parse(row["meta"]) if row.get("meta") else {}
        if not isinstance(meta, dict):
            raise InputError("meta is not a JSON object")
        self._draft = draft_of(row.get("words", ""), row, meta)

    def _row(self, row: dict[str, str]) -> None:
        id_ = row["annotation"]
        if not id_:
            raise InputError("the annotation has no id")
        known = self._found.get(id_)
        if row["layer"] == "relation":
            self._found[id_] = self._relation(row, known)
            return
        annotation = known or self._annotation(row)
        if row.get("start") and not row.get("role"):
            raise InputError("the row has a place, but no role")
        if row.get("role"):
            text = cast("ArticleDraft", self._draft).text
            start, end = self._number(row, "start"), self._number(row, "end")
            if start is None or end is None or not start < end <= len(text):
                raise InputError(
                    f"[{row['start']}, {row['end']}) does not fit a text of {len(text)} characters"
                )
            words = row.get("words", "")
            if words and not text[start:end].startswith(words.removesuffix(CUT)):
                raise InputError(
                    f"[{start}, {end}) is {text[start:end][:60]!r} in the text, not {words[:60]!r}"
                )
            fragment = Fragment(row["role"], start, end, self._number(row, "span") or 0)
            annotation = replace(annotation, fragments=(*annotation.fragments, fragment))
        self._found[id_] = annotation

    def _relation(self, row: dict[str, str], known: Annotation | None) -> Annotation:
        """A relation with the end that the row names; one that no row names stays empty."""
        relation = known or self._annotation(row)
        name, end = row.get("role", ""), row.get("words", "")
        if name not in ENDS or not end:
            raise InputError("a row of a relation names its head or its tail, by its id")
        return replace(relation, head=end) if name == "head" else replace(relation, tail=end)

    def _annotation(self, row: dict[str, str]) -> Annotation:
        others = parse(row["attributes"]) if row.get("attributes") else {}
        if not isinstance(others, dict):
            raise InputError("attributes is not a JSON object")
        columns = {k: v for k, v in row.items() if k not in self._known and v}
        record: dict[str, Any] = {
            "id": row["annotation"],
            "layer": row["layer"],
            "article": "",
            "annotator": row.get("annotator", ""),
            "attributes": columns | others,
            "parent": row.get("parent") or None,
            "provenance": row.get("provenance") or "imported",
            "flagged": row.get("flagged") == "yes",
            "reviewed": row.get("reviewed") == "yes",
        }
        for name in ("note", "scheme", "created_at", "updated_at"):
            record[name] = row.get(name, "")
        if row["layer"] == "relation":
            record |= dict.fromkeys(ENDS, "")
        return annotation_from_record(record, "the row")

    def _changed(self, text: str) -> bool:
        """Whether a spreadsheet changed the text when it saved the table: offsets are off."""
        ours = len(self._uid) == UID_DIGITS and not self._uid.strip("0123456789abcdef")
        return ours and text_hash(text, self._where)[:UID_DIGITS] != self._uid

    def _flush(self) -> Iterator[Item]:
        yield from self._bad.values()
        if self._draft is not None and self._changed(self._draft.text):
            yield BadRecord(self._where, "the text is not the one that was exported (line breaks?)")
        elif self._draft is not None:
            good = tuple(a for id_, a in self._found.items() if id_ not in self._bad)
            yield Document(self._draft, good, self._where)
        self._draft, self._found, self._bad = None, {}, {}


CUT: Final = "…"
"""Ends words that were too long for a cell."""


def _bounded(stream: TextIO, limit: int, path: Path) -> Iterator[str]:
    """The lines of a table, never one that is longer than `limit` characters."""
    while line := stream.readline(limit + 1):
        if len(line) > limit:
            raise InputError(
                f"{path}: a line is longer than {limit // MEGABYTE} MB", "-o max-line-mb=N"
            )
        yield line


def _read_text(path: Path, options: Options, dialect: str) -> Iterator[Item]:
    limit = min(options.number(LINE_LIMIT.name) * MEGABYTE, sys.maxsize >> 33)
    # The csv module has one limit for the whole process; its default is less than an article.
    csv.field_size_limit(max(csv.field_size_limit(), limit))
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(_bounded(stream, limit, path), dialect=dialect, strict=True)
        try:
            header = next(reader, None)
            if header is None:
                raise InputError(f"{path}: is empty")
            table = TableReader(header, path.name)
            yield from table.items((reader.line_num, row) for row in reader)
        except csv.Error as error:
            raise InputError(f"{path}:{reader.line_num}: {error}") from error
        except UnicodeDecodeError as error:
            raise InputError(f"{path}: not UTF-8 after line {reader.line_num}") from error


def read_csv(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read what `write_csv` wrote, also after a spreadsheet has saved it."""
    return _read_text(path, options, "excel")


def read_tsv(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read what `write_tsv` wrote."""
    return _read_text(path, options, "excel-tab")


HOLDS: Final = "texts, metadata, every piece with its words, attributes, notes, ids and times"
LOSES: Final = "the layout, which is found anew; schemes"
TEXTS: Final = Option("texts", "yes", "a row with the text of each article", ("yes", "no"))
BOM: Final = Option("bom", "no", "begin with a byte order mark, for Excel", ("yes", "no"))
_CARD: Final = (
    "A row with layer `text` holds an article; the others hold one piece of an annotation."
)

CSV: Final = Format(
    name="csv",
    title="flat table, comma-separated",
    suffix=".csv",
    holds=HOLDS,
    loses=LOSES,
    unit="codepoint",
    write=write_csv,
    verdicts=True,
    read=read_csv,
    options=(TEXTS, BOM, LINE_LIMIT),
    text_of_card=f"`pandas.read_csv(FILE, keep_default_na=False)`. {_CARD}",
)
TSV: Final = Format(
    name="tsv",
    title="flat table, tab-separated",
    suffix=".tsv",
    holds=HOLDS,
    loses=LOSES,
    unit="codepoint",
    write=write_tsv,
    verdicts=True,
    read=read_tsv,
    options=(TEXTS, BOM, LINE_LIMIT),
    text_of_card=f'`pandas.read_csv(FILE, sep="\\t", keep_default_na=False)`. {_CARD}',
)
