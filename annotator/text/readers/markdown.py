"""Markdown: the front matter gives the metadata, the text after it is kept as it is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Final

_FENCE: Final = re.compile(r"(?:\ufeff)?(---|\+\+\+)[ \t]*(\r\n|\n|\r)")
_PAIR: Final = re.compile(r"([A-Za-z][\w .-]{0,60}?)\s*:(?:\s+(.*))?")
_LONGEST: Final = 20_000


def split_front_matter(text: str) -> tuple[dict[str, object], str]:
    """Return the front matter's values and the rest of the text, unchanged.

    Front matter stands first, between lines of `---` (simple `key: value` lines; lists in brackets
    or with dashes) or `+++` (TOML). What does not read as such is text.
    """
    opening = _FENCE.match(text)
    if not opening:
        return {}, text
    closing = re.compile(rf"^{re.escape(opening[1])}[ \t]*(?:\r\n|\n|\r|\Z)", re.MULTILINE).search(
        text, opening.end(), opening.end() + _LONGEST
    )
    if not closing:
        return {}, text
    source = text[opening.end() : closing.start()].replace("\r\n", "\n").replace("\r", "\n")
    values = _read_toml(source) if opening[1] == "+++" else _read_pairs(source)
    return (values, text[closing.end() :]) if values else ({}, text)


def _read_toml(source: str) -> dict[str, object]:
    try:
        values: Mapping[str, object] = tomllib.loads(source)
    except (ValueError, RecursionError):
        return {}
    return {
        key: value if isinstance(value, str | int | float | bool | list | dict) else str(value)
        for key, value in values.items()
    }


def _read_pairs(source: str) -> dict[str, object]:
    values: dict[str, object] = {}
    key = ""
    for line in source.split("\n"):
        pair = _PAIR.fullmatch(line.rstrip())
        item = line.strip()
        if not item or item.startswith("#"):
            continue
        if pair and not line[0].isspace():
            key = pair[1]
            values[key] = _value(pair[2] or "")
        elif key and item.startswith("- "):
            kept = values[key]
            values[key] = [*(kept if isinstance(kept, list) else []), _value(item[2:])]
        elif not (key and line[0].isspace()):
            return {}  # a thematic break, and text after it
    return values


def _value(source: str) -> object:
    source = source.strip()
    if len(source) > 1 and source[0] == source[-1] and source[0] in "\"'":
        return source[1:-1]
    if source.startswith("[") and source.endswith("]"):
        return [part.strip(" \"'") for part in source[1:-1].split(",") if part.strip()]
    return source
