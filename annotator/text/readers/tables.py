"""Records from .jsonl, .json, .csv and .tsv, streamed; a bad record is an error of its own."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final, NamedTuple, cast

from annotator.domain.errors import InputError
from annotator.text.readers.decoding import (
    ENCODING_HINT,
    Decoding,
    encoding_of,
    marked_encoding,
    not_decodable,
    refuse_binary,
    refuse_known,
)
from annotator.text.readers.fields import too_large
from annotator.text.readers.results import ReadOptions

_LISTS: Final = ("articles", "data", "documents", "docs", "items", "records", "results", "rows")
_SAMPLE: Final = 64 * 1024
_DELIMITERS: Final = ",;\t|"


class InputRow(NamedTuple):
    """One record, or what was wrong with it; `at` is its line (or its number in a .json list)."""

    at: int
    record: Mapping[str, object] | None
    error: InputError | None
    note: str = ""


def read_jsonl(file: BinaryIO, origin: str, options: ReadOptions) -> Iterator[InputRow]:
    """Yield one record a line; empty lines are passed over.

    A line beyond the limit of an article is reported and skipped without being held in memory.
    """
    sample = file.read(_SAMPLE)
    file.seek(0)
    encoding = options.encoding or marked_encoding(sample)
    refuse_known(sample, origin)
    if encoding is None:
        refuse_binary(sample, origin)
    limit = options.article_limit * 2
    lines = _lines(file, limit)
    if encoding == "utf-8-sig":
        encoding = None
    elif encoding and "\n".encode(encoding) != b"\n":  # UTF-16 and the like
        lines = _recoded(file, origin, encoding, limit)
        encoding = None
    for number, line in enumerate(lines, start=1):
        where = f"{origin}:{number}"
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if len(line) > limit:
            yield InputRow(number, None, too_large(where, options.article_limit))
            continue
        if not line.strip():
            continue
        try:
            yield InputRow(number, _record(line.decode(encoding or "utf-8"), where), None)
        except UnicodeDecodeError as error:
            yield InputRow(
                number,
                None,
                InputError(
                    f"{where}: is not {encoding or 'UTF-8'} ({error.reason})", ENCODING_HINT
                ),
            )
        except InputError as error:
            yield InputRow(number, None, error)


def read_json(data: str, origin: str) -> Iterator[InputRow]:
    """Yield the records of a parsed .json file: one object, a list, or a list in an object."""
    value = _parse(data, origin)
    if isinstance(value, dict):
        lists = [value[k] for k in _LISTS if isinstance(value.get(k), list)]
        inner = lists[0] if len(lists) == 1 else None
        if isinstance(inner, list) and inner and all(isinstance(v, dict) for v in inner):
            value = inner
        else:
            yield InputRow(0, cast("dict[str, object]", value), None)
            return
    if not isinstance(value, list):
        raise InputError(f"{origin}: holds no record", "it must be an object or a list of objects")
    if not value:
        raise InputError(f"{origin}: holds an empty list")
    for number, item in enumerate(value, start=1):
        if isinstance(item, dict):
            yield InputRow(number, cast("dict[str, object]", item), None)
        else:
            kind = type(item).__name__
            yield InputRow(number, None, InputError(f"{origin}:{number}: is no object ({kind})"))


def read_csv(
    file: BinaryIO, origin: str, options: ReadOptions, *, tabs: bool
) -> Iterator[InputRow]:
    """Yield the rows of a table with a header as records.

    Raises:
        InputError: the table has no header, or cannot be decoded or parsed at all.
    """
    decoding = encoding_of(file, origin, options.encoding)
    stream = io.TextIOWrapper(file, encoding=decoding.encoding, newline="")
    try:
        yield from _rows(stream, origin, options, decoding, tabs=tabs)
    finally:
        if not file.closed:  # a reader that is given up is closed after its file
            stream.detach()


def _rows(
    stream: io.TextIOWrapper, origin: str, options: ReadOptions, decoding: Decoding, *, tabs: bool
) -> Iterator[InputRow]:
    csv.field_size_limit(options.article_limit)
    line = 1
    try:
        first = stream.readline(100_000)
        stream.seek(0)
        delimiter = options.delimiter or ("\t" if tabs else _delimiter(first))
        reader = csv.reader(stream, delimiter=delimiter, strict=True)
        header = next(reader, [])
        if not any(name.strip() for name in header):
            raise InputError(f"{origin}: is empty", "a table needs a header line")
        header = [name.strip() or f"column {i}" for i, name in enumerate(header, start=1)]
        if len(set(header)) < len(header):
            twice = next(n for n in header if header.count(n) > 1)
            raise InputError(f"{origin}: the column {twice!r} stands twice")
        line = reader.line_num + 1
        note = decoding.note
        for cells in reader:
            if cells and any(cells):
                yield _row(header, cells, line, origin, note)
                note = ""
            line = reader.line_num + 1
    except csv.Error as error:
        yield InputRow(
            line,
            None,
            InputError(
                f"{origin}:{line}: is no valid table row ({error}); what follows was not read",
                "a quotation mark is often the cause: within a quoted cell it must be doubled",
            ),
        )
    except UnicodeDecodeError as error:
        yield InputRow(
            line,
            None,
            InputError(f"{origin}:{line}: does not fit {error.encoding}", ENCODING_HINT),
        )


def _row(header: list[str], cells: list[str], line: int, origin: str, note: str) -> InputRow:
    if len(cells) > len(header):
        return InputRow(
            line,
            None,
            InputError(
                f"{origin}:{line}: has {len(cells)} cells, the header {len(header)}",
                "quote the cells that hold the delimiter, or name it with --delimiter",
            ),
            note,
        )
    return InputRow(line, dict(zip(header, cells, strict=False)), None, note)


def _delimiter(first: str) -> str:
    """The character that parts the header's cells, outside quotation marks."""
    outside = "".join(first.split('"')[::2])
    return max(_DELIMITERS, key=outside.count)


def _lines(file: BinaryIO, limit: int) -> Iterator[bytes]:
    """Lines, each cut one byte after the limit; the rest of a longer one is passed over."""
    while line := file.readline(limit + 1):
        if len(line) > limit and not line.endswith(b"\n"):
            while (rest := file.readline(limit)) and not rest.endswith(b"\n"):
                pass
        yield line


def _recoded(file: BinaryIO, origin: str, encoding: str, limit: int) -> Iterator[bytes]:
    """Lines of a UTF-16 file as UTF-8; InputError when it ends in the middle of a character."""
    stream = io.TextIOWrapper(file, encoding=encoding, errors="surrogatepass", newline="\n")
    try:
        while line := stream.readline(limit + 1):
            if len(line) > limit and not line.endswith("\n"):
                while (rest := stream.readline(limit)) and not rest.endswith("\n"):
                    pass
            yield line.encode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise not_decodable(origin, encoding, error) from error
    finally:
        if not file.closed:  # a reader that is given up is closed after its file
            stream.detach()


def _record(line: str, where: str) -> Mapping[str, object]:
    value = _parse(line, where)
    if not isinstance(value, dict):
        raise InputError(f"{where}: is no object ({type(value).__name__})")
    return cast("dict[str, object]", value)


def _parse(source: str, where: str) -> object:
    try:
        value: object = json.loads(source)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, " if error.lineno > 1 else ""
        raise InputError(
            f"{where}: is no valid JSON ({error.msg}, {place}column {error.colno})"
        ) from error
    except RecursionError as error:
        raise InputError(f"{where}: is nested too deeply") from error
    except ValueError as error:  # a number of thousands of digits
        raise InputError(f"{where}: is no JSON that can be read ({error})") from error
    return value
