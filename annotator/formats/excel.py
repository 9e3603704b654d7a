"""The flat table of `tables` as an Excel workbook, through openpyxl."""

from __future__ import annotations

import datetime
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from annotator.domain.errors import InputError
from annotator.domain.exchange import Dataset, Document, Item
from annotator.domain.losses import Losses
from annotator.formats.support.base import Format, Options, needs
from annotator.formats.support.jsonio import FILE_LIMIT, MEGABYTE
from annotator.formats.support.output import Output
from annotator.formats.tables import CUT, HOLDS, LOSES, TEXTS, TableReader, harmless, rows

if TYPE_CHECKING:
    from openpyxl import Workbook

CELL: Final = 32_767
"""UTF-16 units that Excel allows in a cell."""
TEXT_PIECE: Final = 4_000
"""Characters of a text in one row: fits a cell even where each is escaped, which takes seven."""
SHEET_ROWS: Final = 1_000_000
"""Rows of a sheet before the next one begins; Excel's own limit is 1,048,576."""
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_TIMES: Final = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")
# Characters that XML cannot hold or changes, and what looks like an escape of one.
_SPECIAL: Final = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


def _escaped(value: str) -> str:
    """Office Open XML's `_xHHHH_` for what a cell cannot hold as it is (ECMA-376, ST_Xstring)."""
    return _SPECIAL.sub(lambda m: f"_x{ord(m.group()):04X}_", value)


def _unescaped(value: str) -> str:
    return _ESCAPE.sub(lambda m: chr(int(m.group(1), 16)), value)


def _cell(value: str | int, losses: Losses, column: str) -> str | int:
    if isinstance(value, int):
        return value
    out = _escaped(harmless(value))
    if len(out.encode("utf-16-le")) // 2 > CELL:
        losses.add(f"{column} cut to fit a cell")
        while len(out.encode("utf-16-le")) // 2 > CELL - 1:
            value = value[: len(value) * 9 // 10]
            out = _escaped(harmless(value))
        out += CUT
    return out


def write(
    documents: Iterable[Document],
    dataset: Dataset,
    out: Output,
    options: Options,
    losses: Losses,
) -> None:
    """Write a workbook; long texts run over several rows, long tables over several sheets."""
    write_book(rows(documents, dataset, options, TEXT_PIECE), out, losses)


def write_book(table: Iterable[Sequence[str | int]], out: Output, losses: Losses) -> None:
    """Write a table, its header first, as a workbook; long tables run over several sheets."""
    try:
        from openpyxl import Workbook
    except ImportError as error:
        raise needs("openpyxl", "formats") from error
    book = Workbook(write_only=True)
    book.properties.creator = "annotator"
    found = iter(table)
    header = [_cell(name, losses, "column") for name in next(found)]
    sheet, count = None, 0
    for row in found:
        if sheet is None or count == SHEET_ROWS:
            sheet, count = book.create_sheet(f"spans {len(book.sheetnames) + 1}"), 0
            sheet.append(header)
        sheet.append([_cell(v, losses, str(name)) for v, name in zip(row, header, strict=True)])
        count += 1
    if sheet is None:
        book.create_sheet("spans 1").append(header)
    with out.open() as stream:
        _save(book, stream)


def _save(book: Workbook, stream: BinaryIO) -> None:
    """Save without the times that openpyxl and zip put in, so that equal tables are equal bytes."""
    with tempfile.TemporaryFile() as first:
        book.save(first)
        with zipfile.ZipFile(first) as old, zipfile.ZipFile(stream, "w") as new:
            for name in sorted(old.namelist()):
                info = zipfile.ZipInfo(name, _EPOCH)
                info.compress_type = zipfile.ZIP_DEFLATED
                with old.open(name) as source, new.open(info, "w", force_zip64=True) as target:
                    if name == "docProps/core.xml":
                        stamp = datetime.datetime(*_EPOCH[:3]).isoformat().encode()
                        target.write(_TIMES.sub(rb"\g<1>" + stamp + b"Z", source.read()))
                        continue
                    while chunk := source.read(MEGABYTE):
                        target.write(chunk)


def read(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read every sheet of a workbook that has our columns."""
    try:
        import defusedxml  # noqa: F401 - openpyxl uses it where it is installed
        from openpyxl import load_workbook
        from openpyxl.utils.exceptions import InvalidFileException
    except ImportError as error:
        raise needs("openpyxl and defusedxml", "formats") from error
    from defusedxml.common import DefusedXmlException

    limit = options.number(FILE_LIMIT.name) * MEGABYTE
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(i.file_size for i in packed.infolist()) > limit:
                raise InputError(
                    f"{path}: unpacks to more than {limit // MEGABYTE} MB", "-o max-file-mb=N"
                )
        book = load_workbook(path, read_only=True, data_only=True)
        yield from _items(book, path.name)
    except (
        *(zipfile.BadZipFile, zlib.error, EOFError, InvalidFileException, DefusedXmlException),
        # What openpyxl raises for XML that is well formed but no workbook.
        *(ArithmeticError, AttributeError, LookupError, RuntimeError, SyntaxError, TypeError),
        ValueError,
    ) as error:
        raise InputError(f"{path}: not a workbook that can be read ({error})") from error


def _items(book: Workbook, name: str) -> Iterator[Item]:
    found = (row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True))
    cells = (["" if v is None else _unescaped(str(v)) for v in row] for row in found)
    header = next(cells, [])
    reader = TableReader(header, name)
    yield from reader.items((i, row) for i, row in enumerate(cells, start=2) if row != header)


XLSX: Final = Format(
    name="xlsx",
    title="flat table, Excel",
    suffix=".xlsx",
    holds=HOLDS,
    loses=f"{LOSES}; the words (not the offsets) of spans over 32,000 characters",
    unit="codepoint",
    write=write,
    verdicts=True,
    read=read,
    options=(TEXTS, FILE_LIMIT),
    extra="formats",
    text_of_card="`pandas.read_excel(FILE, keep_default_na=False)`",
)
