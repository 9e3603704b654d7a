"""What readers are told, and what they give back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, NamedTuple

from annotator.domain.errors import InputError
from annotator.domain.model import ArticleDraft

Format = Literal["text", "markdown", "html", "jsonl", "json", "csv", "tsv"]

FORMATS: Final[Mapping[str, Format]] = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
}
"""Format by file name suffix, in small letters."""

FIELDS: Final = ("text", "title", "byline", "outlet", "published", "url", "language", "name")
"""The fields of an article that a column can be named for."""

ARTICLE_LIMIT: Final = 32 * 1024 * 1024
"""Bytes of one article, also of one line or cell of a table: an article is read as a whole."""

JSON_LIMIT: Final = 256 * 1024 * 1024
"""Bytes of one .json file, which is parsed in memory; .jsonl and .csv have no such limit."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read.

    Attributes:
        format: The format of every source; None goes by the suffix (standard input: text).
        columns: Field -> column of tables and JSON records, over the usual names.
        encoding: Decode with this instead of UTF-8 or what is detected.
        delimiter: The character between the cells of a .csv; None looks at its header.
        metadata: Fill empty title, byline, outlet and date from the text.
        article_limit: Bytes of one article.
        json_limit: Bytes of one .json file.
        force: Take also what is no article's text: subtitles, mail, mark-up.
    """

    format: Format | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    delimiter: str | None = None
    metadata: bool = True
    article_limit: int = ARTICLE_LIMIT
    json_limit: int = JSON_LIMIT
    force: bool = False


class InputFile(NamedTuple):
    """One file to read; `path` is None for standard input. `size` is in bytes."""

    path: Path | None
    origin: str
    format: Format
    size: int


@dataclass(frozen=True, slots=True)
class ReadResult:
    """One article, or what was wrong with one.

    Attributes:
        origin: File, and line or record where there are several: "news.csv:12".
        draft: The article; None when `error` says why not.
        error: The fault, which names the origin.
        notes: What a person should know though the article was read (a guessed encoding).
        position: Bytes of all sources that are done with after this result.
    """

    origin: str
    draft: ArticleDraft | None = None
    error: InputError | None = None
    notes: tuple[str, ...] = ()
    position: int = 0


@dataclass(frozen=True, slots=True)
class Sources:
    """What there is to read.

    Attributes:
        files: The files, in the order of the arguments; within a folder sorted by path.
        faults: What cannot be read at all: missing paths, loops, folders that may not be opened.
        skipped: Files in folders that are of another kind, by name.
        size: Bytes of all files together.
    """

    files: tuple[InputFile, ...]
    faults: tuple[ReadResult, ...]
    skipped: tuple[str, ...]
    size: int
