"""JSON from files nobody vouches for: by line or whole, with a bound on size, faults by place."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final, NoReturn, cast

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord
from annotator.formats.support.base import Option, Options

MEGABYTE: Final = 1 << 20
LINE_LIMIT: Final = Option(
    "max-line-mb", "64", "refuse a line (one record) that is longer than this many megabytes"
)
FILE_LIMIT: Final = Option(
    "max-file-mb", "512", "refuse a file that must be read whole and is larger than this"
)
UID_DIGITS: Final = 16


def dump(value: object) -> bytes:
    """One line of JSON in UTF-8, with its line break; keys in the order of the dictionary."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8") + b"\n"


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def parse(data: bytes | str) -> object:
    """Parse JSON; ValueError for anything that is none (also NaN, bad UTF-8, endless nesting)."""
    try:
        return cast("object", json.loads(data, parse_constant=_no_constant))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _rest_of_line(stream: BinaryIO) -> None:
    while (piece := stream.readline(MEGABYTE)) and not piece.endswith(b"\n"):
        pass


def lines(path: Path, options: Options) -> Iterator[tuple[str, object] | BadRecord]:
    """Yield `(place, value)` for each line of a JSONL file, and a BadRecord for each bad one.

    Memory is bounded by LINE_LIMIT, however long a line is; empty lines are passed over.
    """
    limit = options.number(LINE_LIMIT.name) * MEGABYTE
    with path.open("rb") as stream:
        number = 0
        while line := stream.readline(limit + 1):
            number += 1
            where = f"{path.name}:{number}"
            if len(line) > limit:
                if not line.endswith(b"\n"):
                    _rest_of_line(stream)
                yield BadRecord(
                    where, f"the line is longer than {limit // MEGABYTE} MB (-o max-line-mb=N)"
                )
                continue
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            if not line.strip():
                continue
            try:
                yield where, parse(line)
            except ValueError as error:
                yield BadRecord(where, f"not JSON: {error}")


def records(path: Path, options: Options) -> Iterator[tuple[str, object] | BadRecord]:
    """Yield the same, also of a file that is one list of records.

    Raises:
        InputError: for a list that is larger than LINE_LIMIT, or not JSON.
    """
    with path.open("rb") as stream:
        begins = stream.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if begins != b"[":
        yield from lines(path, options)
        return
    found = whole(path, options, LINE_LIMIT)
    for i, value in enumerate(found if isinstance(found, list) else []):
        yield f"{path.name}[{i}]", value


def whole(path: Path, options: Options, bound: Option = FILE_LIMIT) -> object:
    """Read a JSON file as one value; InputError when it is too large or not JSON."""
    limit = options.number(bound.name)
    if path.stat().st_size > limit * MEGABYTE:
        raise InputError(f"{path}: larger than {limit} MB (-o {bound.name}=N)")
    try:
        return parse(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except ValueError as error:
        raise InputError(f"{path}: not JSON: {error}") from error


class Fields:
    """Takes typed fields out of a JSON object, and names the place when one is wrong.

    A field that may be missing may be null as well: tools write it where they have nothing to say.

    Raises:
        InputError: from every method, for a missing field or one of another type.
    """

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise InputError(f"{where}: expected an object, found {kind_of(value)}")
        self.value = cast("dict[str, object]", value)
        self.where = where

    def _typed(self, name: str, kind: type, default: object) -> Any:
        value = self.value.get(name, default)
        if value is None and name not in self.value:
            raise InputError(f"{self.where}: {name!r} is missing")
        if value is None and default is not None:
            return default
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise InputError(f"{self.where}: {name!r} is {kind_of(value)}, not {kind.__name__}")
        return value

    def text(self, name: str, default: str | None = None) -> str:
        """A string."""
        return cast("str", self._typed(name, str, default))

    def loose(self, name: str, default: str = "") -> str:
        """A string, number or null, as text."""
        value = self.value.get(name)
        if value is None:
            return default
        if isinstance(value, (dict, list)):
            raise InputError(f"{self.where}: {name!r} is {kind_of(value)}, not text")
        return str(value)

    def number(self, name: str, default: int | None = None) -> int:
        """A whole number."""
        return cast("int", self._typed(name, int, default))

    def flag(self, name: str, default: bool | None = None) -> bool:
        """true or false."""
        return cast("bool", self._typed(name, bool, default))

    def items(self, name: str, default: list[object] | None = None) -> list[object]:
        """A list."""
        return cast("list[object]", self._typed(name, list, default))

    def table(self, name: str, default: dict[str, object] | None = None) -> dict[str, object]:
        """An object."""
        return cast("dict[str, object]", self._typed(name, dict, default))


def kind_of(value: object) -> str:
    """What a JSON value is, in JSON's words."""
    names = {dict: "an object", list: "a list", str: "a string", bool: "true or false"}
    names |= {int: "a number", float: "a number", type(None): "null"}
    return names.get(type(value), type(value).__name__)


def text_hash(text: str, where: str) -> str:
    """SHA-256 of a text's UTF-8 bytes; InputError for half a surrogate pair."""
    try:
        return hashlib.sha256(text.encode("utf-8")).hexdigest()
    except UnicodeEncodeError as error:
        raise InputError(f"{where}: the text holds half a surrogate pair") from error
