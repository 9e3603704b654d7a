"""Markdown: the front matter gives the metadata, the text after it is kept as it is."""

from __future__ import annotations

import datetime
import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final, NamedTuple

from annotator.domain.errors import InputError
from annotator.text.characters import one_line

_FENCE: Final = re.compile(r"(?:\ufeff)?(---|\+\+\+)[ \t]*(\r\n|\n|\r)")
_CLOSING: Final = {"---": r"(?:---|\.\.\.)", "+++": r"\+\+\+"}
_KEY: Final = {"---": re.compile(r"[\w\"'][\w\"' .-]{0,60}:(?:\s|\Z)"), "+++": re.compile(r".+=")}
"""What a first line of front matter looks like; anything else is a text between two rules."""
_TIME: Final = re.compile(
    r"^([\w-]+:[ ]+)(\d{4}-\d\d?-\d\d?(?:[Tt]|[ ]+)\d[\d:.]*[ ]*(?:Z|[-+]\d\d?(?::?\d\d)?)?)[ ]*$",
    re.MULTILINE,
)
"""A moment with its zone: YAML would turn it to UTC, and so perhaps to another day."""
_ALIAS: Final = re.compile(r"(?<![\w*])\*[\w-]+")
_LONGEST: Final = 20_000
_MOST_MERGED: Final = 20
"""References in front matter that merges mappings: each level multiplies what is loaded."""
_MOST_VALUES: Final = 10_000
_DEEPEST: Final = 40


class FrontMatter(NamedTuple):
    """The values that stand before a text, the text, and what a person should know (or "")."""

    values: dict[str, object]
    text: str
    note: str = ""


def split_front_matter(text: str, origin: str) -> FrontMatter:
    """Return the front matter's values and the rest of the text, unchanged.

    Front matter stands first, between lines of `---` (YAML; `...` may end it) or `+++` (TOML). What
    is no table of values, such as a paragraph between two rules, is text.

    Raises:
        InputError: it looks like front matter but is no valid YAML or TOML, or cannot be kept.
    """
    opening = _FENCE.match(text)
    if not opening:
        return FrontMatter({}, text)
    mark, start = opening[1], opening.end()
    looks = _KEY[mark].match(next(_lines(text[start : start + _LONGEST]), ""))
    closing = re.compile(rf"^{_CLOSING[mark]}[ \t]*(?:\r\n|\n|\r|\Z)", re.MULTILINE).search(
        text.replace("\r", "\n"), start, start + _LONGEST
    )
    if not closing:
        note = f"{origin}: begins as front matter that does not end ({mark}); kept as text"
        return FrontMatter({}, text, note if looks else "")
    source = text[start : closing.start()].replace("\r\n", "\n").replace("\r", "\n")
    end = re.compile(r"\r\n|\n|\r|\Z").search(text, closing.start())
    rest = text[end.end() if end else len(text) :]
    try:
        values = _read_toml(source) if mark == "+++" else _read_yaml(source)
        kept = {str(key): _kept(value) for key, value in values.items()}
    except ValueError as error:
        if not looks:
            return FrontMatter({}, text)
        language = "TOML" if mark == "+++" else "YAML"
        raise InputError(
            f"{origin}: its front matter is no {language} that can be read: {_said(error)}",
            f"mend it (quote values that hold ': ' or '#'), or take its {mark} lines out",
        ) from error
    return FrontMatter(kept, rest) if kept else FrontMatter({}, text)


def _lines(source: str) -> Iterator[str]:
    """The lines that say something."""
    for line in re.split(r"\r\n|\n|\r", source):
        if line.strip() and not line.startswith("#"):
            yield line


def _said(error: ValueError) -> str:
    """What a parser says, with its line counted in the file (where the fence is the first)."""
    lines = [line.strip() for line in str(error).removeprefix("Invalid YAML: ").split("\n")]
    # The message stands before the place of it, and that before an excerpt of the source.
    said = [line for line, after in pairwise(lines) if after.startswith('in "<')]
    place = re.findall(r"line (\d+)", str(error))
    where = f"line {int(place[-1]) + 1}: " if place else ""
    return one_line(where + (said[-1] if said else lines[0]), 200)


def _read_toml(source: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(source)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _read_yaml(source: str) -> Mapping[object, object]:
    """Values of YAML; none where it is a list or words, so no front matter.

    srsly makes plain values only: a tag that stands for an object of a program is an error.
    """
    import srsly

    if "<<" in source and len(_ALIAS.findall(source)) > _MOST_MERGED:
        raise ValueError("it refers to its own parts too often")
    value: object = srsly.yaml_loads(_TIME.sub(r'\1"\2"', source))
    return value if isinstance(value, dict) else {}


def _kept(value: object) -> object:
    """A value as JSON can hold it.

    Raises:
        ValueError: there is no such form, or it is too large once its references are followed.
    """
    budget = iter(range(_MOST_VALUES))

    def keep(value: object, depth: int) -> object:
        if next(budget, None) is None or depth > _DEEPEST:
            raise ValueError("it is too large, or refers to its own parts too often")
        if value is None or isinstance(value, str | bool | int):
            return value
        if isinstance(value, float):
            return value if math.isfinite(value) else str(value)
        if isinstance(value, datetime.date | datetime.time):
            return value.isoformat()
        if isinstance(value, dict):
            return {str(k): keep(v, depth + 1) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [keep(v, depth + 1) for v in value]
        if isinstance(value, set | frozenset):
            return sorted(str(keep(v, depth + 1)) for v in value)
        raise ValueError(f"a value is {type(value).__name__}, not text, a number, a date or a list")

    return keep(value, 0)
