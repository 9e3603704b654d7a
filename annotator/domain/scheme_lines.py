"""Where the tables of a scheme file stand: the lines that faults are told with."""

from __future__ import annotations

import re
from typing import Final

_HEADER: Final = re.compile(r"\[\[\s*([A-Za-z_]+)\s*\]\]|\[\s*([A-Za-z_]+)\s*\]")
_NAMED: Final = re.compile(r" \(.*?\)(?=\.|$)")
"""What follows a table's place in messages: its name."""
_VALUE: Final = re.compile(r"\{\s*(?:name|key|guideline|from)\s*=")
_QUOTES: Final = ('"""', "'''")


class SchemeLines:
    """The lines at which the tables of a TOML source begin, from 1.

    A light reading of the source: `tomllib` has read it, and tells no places.
    """

    def __init__(self, toml: str) -> None:
        self._lines = toml.splitlines()
        self._starts: dict[str, int] = {}
        self._ends: dict[str, int] = {}
        counts: dict[str, int] = {}
        open_quote = ""
        last = ""
        for number, line in enumerate(self._lines, start=1):
            if not open_quote and (found := _HEADER.match(line.strip())):
                if last:
                    self._ends[last] = number - 1
                name = found[1] or found[2]
                last = f"{name}[{counts.get(name, 0)}]" if found[1] else name
                counts[name] = counts.get(name, 0) + 1
                self._starts[last] = number
            open_quote = _after(line, open_quote)
        if last:
            self._ends[last] = len(self._lines)

    def of(self, place: str) -> int:
        """The line of "role[2]" or "attribute[0].values[1]"; 0 where it cannot be told."""
        table, _, inner = _NAMED.sub("", place).partition(".")
        start = self._starts.get(table, 0)
        if not start or not inner.startswith("values["):
            return start
        wanted = int(re.findall(r"\d+", inner)[0])
        seen = -1
        for number in range(start, self._ends[table] + 1):
            seen += len(_VALUE.findall(self._lines[number - 1]))
            if seen >= wanted:
                return number
        return start


def _after(line: str, open_quote: str) -> str:
    """The quotation marks of several lines that are open after a line."""
    at = 0
    while at < len(line):
        if open_quote:
            at = line.find(open_quote, at)
            if at < 0:
                return open_quote
            at, open_quote = at + 3, ""
        else:
            found = [(line.find(q, at), q) for q in _QUOTES if line.find(q, at) >= 0]
            if not found:
                return ""
            start, open_quote = min(found)
            at = start + 3
    return open_quote
