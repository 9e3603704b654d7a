"""Readers: files, folders, tables and standard input to article drafts, one bad one at a time.

`find_sources` says up front what there is (count and size); `read_sources` then yields one result
per article or per fault, so a bad file or record never stops the good ones.
"""

from annotator.text.readers.find import find_sources
from annotator.text.readers.read import read_sources
from annotator.text.readers.results import (
    ARTICLE_LIMIT,
    FIELDS,
    FORMATS,
    JSON_LIMIT,
    InputFile,
    ReadOptions,
    ReadResult,
    Sources,
)

__all__ = [
    "ARTICLE_LIMIT",
    "FIELDS",
    "FORMATS",
    "JSON_LIMIT",
    "InputFile",
    "ReadOptions",
    "ReadResult",
    "Sources",
    "find_sources",
    "read_sources",
]
