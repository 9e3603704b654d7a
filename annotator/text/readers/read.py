"""Reads what was found, one result per article or fault."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Final

from annotator.domain.errors import InputError
from annotator.text.characters import one_line
from annotator.text.readers.decoding import decode, known_encoding
from annotator.text.readers.fields import (
    check_text,
    draft_from_record,
    make_draft,
    match_columns,
    too_large,
)
from annotator.text.readers.find import find_sources
from annotator.text.readers.html import declared_charset, read_html
from annotator.text.readers.markdown import split_front_matter
from annotator.text.readers.mixed import stray_note
from annotator.text.readers.prose import check_prose
from annotator.text.readers.results import InputFile, ReadOptions, ReadResult, Sources
from annotator.text.readers.tables import InputRow, read_csv, read_json, read_jsonl

_CHUNK: Final = 1024 * 1024
_PATIENCE: Final = 100
"""Faults without one good record after which a file is given up."""


def read_sources(
    paths: Sources | Iterable[str | Path],
    options: ReadOptions | None = None,
    stdin: BinaryIO | None = None,
) -> Iterator[ReadResult]:
    """Yield the articles of files, folders, patterns and standard input.

    Faults come as results with an `error`, so that the rest is read all the same.

    Args:
        paths: What `find_sources` returned, or the arguments for it.
        options: How to read.
        stdin: Read instead of the process's standard input for "-".

    Raises:
        InputError: the options themselves cannot be used (an unknown encoding).
    """
    options = options or ReadOptions()
    if options.encoding is not None:
        options = replace(options, encoding=known_encoding(options.encoding))
    if options.delimiter is not None and not re.fullmatch(r"[^\r\n\"]", options.delimiter):
        raise InputError(f"the delimiter {options.delimiter!r} is not one character between cells")
    sources = paths if isinstance(paths, Sources) else find_sources(paths, options)
    return _results(sources, options, stdin)


def _results(
    sources: Sources, options: ReadOptions, stdin: BinaryIO | None
) -> Iterator[ReadResult]:
    yield from sources.faults
    done = 0
    for source in sources.files:
        pending: ReadResult | None = None
        for result in _read(source, options, stdin):
            if pending:
                yield pending
            pending = replace(result, position=done + min(result.position, source.size))
        done += source.size
        if pending:
            yield replace(pending, position=done)


def _read(source: InputFile, options: ReadOptions, stdin: BinaryIO | None) -> Iterator[ReadResult]:
    """The results of one source; `position` counts its own bytes."""
    origin = source.origin
    try:
        with _opened(source, stdin) as file:
            if source.format in ("jsonl", "csv", "tsv", "json"):
                yield from _records(source, file, options)
            else:
                yield _document(source, file, options)
    except InputError as error:
        yield ReadResult(origin, error=error)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        yield ReadResult(origin, error=InputError(f"{origin}: cannot be read ({reason})"))


@contextmanager
def _opened(source: InputFile, stdin: BinaryIO | None) -> Iterator[BinaryIO]:
    if source.path is not None:
        with source.path.open("rb") as file:
            yield file
        return
    with tempfile.TemporaryFile() as copy:  # standard input cannot be read twice
        stream = stdin or sys.stdin.buffer
        while chunk := stream.read(_CHUNK):
            copy.write(chunk)
        copy.seek(0)
        yield copy


def _contents(file: BinaryIO, origin: str, limit: int) -> bytes:
    data = file.read(limit + 1)
    if len(data) > limit:
        raise too_large(origin, limit)
    return data


def _document(source: InputFile, file: BinaryIO, options: ReadOptions) -> ReadResult:
    origin = source.origin
    name = source.path.stem if source.path else "stdin"
    data = _contents(file, origin, options.article_limit)
    notes: list[str] = []
    encoding = options.encoding
    if source.format == "html" and encoding is None:
        encoding = _html_encoding(data, origin)
    text, note = decode(data, origin, encoding)
    notes.append(note)
    values: dict[str, str | None] = {}
    if source.format == "markdown":
        front, text, note = split_front_matter(text, origin)
        notes.append(note)
        if front:
            if "text" in front:  # the article's text is what follows; nothing is lost
                front["text of the front matter"] = front.pop("text")
            matched = match_columns(["text", *front], replace(options, columns={}), origin)
            draft = draft_from_record({**front, "text": text}, matched, options, origin, name)
            notes += check_prose(draft.text, origin, options, "markdown")
            return ReadResult(origin, draft, notes=tuple(n for n in notes if n))
    elif source.format == "html":
        check_text(text, origin, options)
        notes += check_prose(text, origin, options, "html")
        text, fields, told = read_html(text)
        values.update(fields)
        notes += [f"{origin}: {note}" for note in told]
    draft = make_draft(text, values, options, origin, name)
    notes += check_prose(
        draft.text, origin, options, "page" if source.format == "html" else source.format
    )
    return ReadResult(origin, draft, notes=tuple(n for n in notes if n))


def _html_encoding(data: bytes, origin: str) -> str | None:
    """The encoding that a page declares, when its bytes fit it; UTF-8 goes first."""
    declared = declared_charset(data)
    if declared is None or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        if stray_note([data], origin):
            return None
    else:
        return None
    try:
        name = known_encoding(declared)
        data.decode(name)
    except (InputError, UnicodeDecodeError):
        return None
    return name


def _records(source: InputFile, file: BinaryIO, options: ReadOptions) -> Iterator[ReadResult]:
    origin = source.origin
    stem = source.path.stem if source.path else "stdin"
    notes: tuple[str, ...] = ()
    rows: Iterator[InputRow]
    if source.format == "jsonl":
        rows = read_jsonl(file, origin, options)
    elif source.format == "json":
        text, note = decode(_contents(file, origin, options.json_limit), origin, options.encoding)
        notes = (note,) if note else ()
        rows = read_json(text.removeprefix("\ufeff"), origin)
    else:
        rows = read_csv(file, origin, options, tabs=source.format == "tsv")
    matched: dict[str, str] | None = None
    columns: list[str] = []
    empty = True
    good = False
    faults = 0
    for row in rows:
        empty = False
        where = f"{origin}:{row.at}" if row.at else origin
        notes = (row.note,) if row.note else notes
        result = ReadResult(where, error=row.error, notes=notes)
        if row.record is not None:
            try:
                if matched is None or list(row.record) != columns:
                    columns = list(row.record)
                    matched = match_columns(columns, options, where)
                name = one_line(f"{stem}-{row.at}" if row.at else stem)
                draft = draft_from_record(row.record, matched, options, where, name)
                notes += tuple(check_prose(draft.text, where, options, "record"))
                result = ReadResult(where, draft, notes=notes)
            except InputError as error:
                result = ReadResult(where, error=error, notes=notes)
                if source.format in ("csv", "tsv") and matched is None:
                    yield result
                    return  # the header is wrong for every row
        notes = ()
        yield replace(result, position=file.tell())
        faults += result.draft is None
        good = good or result.draft is not None
        if faults >= _PATIENCE and not good:
            raise InputError(
                f"{origin}: its first {faults} records are faulty; the rest was not read"
            )
    if empty:
        raise InputError(f"{origin}: holds no record")
