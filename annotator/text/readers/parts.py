"""Parts of a web page that are no running text: tables of data, captions, the times of a live page.

They are cut out of the page before anything reads it, so that pages of every size are treated
alike, and counted where they stand in the article, so that whoever adds it is told.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

_TAG: Final = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|template|svg)\b.*?(?:</\1\s*>|\Z)"
    r"|<(/?)(table|figcaption|article|main|nav|footer|aside)\b[^<>]*>",
    re.DOTALL | re.IGNORECASE,
)
_ANY: Final = re.compile(r"<[^<>]*>")
_CELL: Final = re.compile(r"<t[dh]\b[^<>]*>", re.IGNORECASE)
_TABLE: Final = re.compile(r"<table\b", re.IGNORECASE)
_ROW: Final = re.compile(r"<tr\b", re.IGNORECASE)
_BLOCK: Final = r"(?:div|p|h[1-6]|section|article|header|li|ul|ol|figure|br|main|body|td)"
_TIME: Final = re.compile(
    rf"(?P<before><(?:/?{_BLOCK})\b[^<>]*>\s*)<time\b[^<>]*>(?P<shown>[^<>]{{1,80}})</time\s*>"
    rf"(?=\s*</?{_BLOCK}\b)",
    re.IGNORECASE,
)
_LONGEST_CELL: Final = 300
"""A table with a longer cell lays out the page (characters)."""
_ARTICLE: Final = frozenset({"article", "main"})
_BESIDE: Final = frozenset({"nav", "footer", "aside"})
_NAMES: Final = ("table", "caption", "time")


class TextParts(NamedTuple):
    """A page without its tables, captions and times, and what was cut, as people are told."""

    source: str
    lines: frozenset[str]
    """The cells and captions that were cut, each as a line of words."""
    counts: Counter[str]
    others: tuple[str, ...]
    """Of each table that is not one of data the longest cell, which may be in the text or not."""

    def note(self, text: str) -> str:
        """What of the page is not in its text: "left out: 1 table, 2 captions"; "" for nothing."""
        words = " ".join(text.split())
        counts = self.counts + Counter(table=sum(cell not in words for cell in self.others))
        told = ((name, counts[name]) for name in _NAMES if counts[name])
        found = ", ".join(f"{n} {name}" if n == 1 else f"{n} {name}s" for name, n in told)
        return f"left out: {found}" if found else ""


class _Element(NamedTuple):
    name: str
    start: int
    end: int
    """Of the whole element, with its tags."""
    inside: bool
    """Whether it stands in <article> or <main>."""
    beside: bool


def without_parts(source: str) -> TextParts:
    """Cut tables of data, captions and the times over entries out of a page."""
    cut: list[tuple[int, int]] = []
    counts: Counter[str] = Counter()
    lines: set[str] = set()
    others: list[str] = []
    elements = list(_elements(source))
    told = any(e.name in _ARTICLE for e in elements)
    for e in elements:
        if e.beside or (told and not e.inside):
            continue  # of the site, not of the article
        inner = source[e.start : e.end]
        if e.name == "figcaption" or (e.name == "table" and _holds_data(inner)):
            cut.append((e.start, e.end))
            lines.update(map(_words, _CELL.split(inner)))
            counts["caption" if e.name == "figcaption" else "table"] += bool(_words(inner))
        elif e.name == "table" and not _TABLE.search(inner, 1):
            others.append(max(map(_words, _CELL.split(inner)), key=len))
    spans = [(e.start, e.end) for e in elements if e.name in _ARTICLE]
    times = [m for m in _TIME.finditer(source) if any(a <= m.start() < b for a, b in spans)]
    if len(times) > 1:  # the one of an ordinary page is when it was published
        counts["time"] = len(times)
        cut += [(m.end("before"), m.end()) for m in times]
        lines.update(_words(m["shown"]) for m in times)
    return TextParts(_without(source, cut), frozenset(lines), counts, tuple(others))


def _elements(source: str) -> Iterator[_Element]:
    """Tables, captions and regions of a page in their order; what never ends is none."""
    open_: list[tuple[str, int]] = []
    found: list[_Element] = []
    for tag in _TAG.finditer(source):
        name = (tag[3] or "").lower()
        if not name:
            continue
        if not tag[2]:
            open_.append((name, tag.start()))
        elif any(name == opened for opened, _ in open_[-50:]):
            while open_:
                opened, start = open_.pop()
                if opened == name:
                    above = {outer for outer, _ in open_}
                    found.append(
                        _Element(
                            *(name, start, tag.end()), bool(above & _ARTICLE), bool(above & _BESIDE)
                        )
                    )
                    break
    yield from sorted(found, key=lambda e: e.start)


def _holds_data(table: str) -> bool:
    """Whether a table is one for a reader: rows of short cells, and no table within."""
    if _TABLE.search(table, 1):
        return False
    cells = [len(_words(cell)) for cell in _CELL.split(table)[1:]]
    rows = len(_ROW.findall(table))
    return rows >= 2 and len(cells) > rows and max(cells) <= _LONGEST_CELL


def _words(source: str) -> str:
    return " ".join(html.unescape(_ANY.sub(" ", source)).split())


def _without(source: str, cut: list[tuple[int, int]]) -> str:
    kept: list[str] = []
    at = 0
    for start, end in sorted(cut):
        if start >= at:
            kept.append(source[at:start])
            at = end
        else:  # a caption within a table that is cut
            at = max(at, end)
    return "".join((*kept, source[at:]))
