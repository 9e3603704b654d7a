"""The text of a page that another program showed as HTML, and where its regions lie in that text.

Label Studio names a place in a page by the path of a text node with an offset in it, and (later
versions) by the characters of all text nodes before it. White space is drawn together as a browser
does, and blocks are lines of their own.
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Final

from annotator.formats.support.jsonio import Fields

_BLOCKS: Final = frozenset(
    {"address", "article", "aside", "blockquote", "body", "dd", "div", "dl", "dt", "figcaption"}
    | {"figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li"}
    | {"main", "nav", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul"}
)
_VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"}
    | {"source", "track", "wbr"}
)
_UNSEEN: Final = frozenset(("script", "style", "template", "title"))
_ALONE: Final = frozenset(("p", "li", "td", "th", "tr", "dd", "dt"))
"""Elements that end where the next of them begins."""


class Page(HTMLParser):
    """Reads a page; `text` is what stands in it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []
        self._size = 0
        self._places: list[int] = []
        """For each character of the text nodes, and each <br>, where it stands in the text."""
        self._breaks: list[int] = []
        """Which of them are <br>."""
        self._nodes: dict[str, int] = {}
        """Path of a text node -> the first of its characters."""
        self._open: list[tuple[str, dict[str, int]]] = [("", {})]
        self._within_text = False
        self.feed(html)
        self.close()
        self.text = "".join(self._out).rstrip()

    def _count(self, kind: str) -> int:
        counts = self._open[-1][1]
        counts[kind] = counts.get(kind, 0) + 1
        return counts[kind]

    def _put(self, char: str) -> None:
        """Write a character; white space after white space is none."""
        if not char.isspace() or (self._out and not self._out[-1].isspace()):
            self._out.append(char)
            self._size += 1

    def _line(self) -> None:
        while self._out and self._out[-1] == " ":
            self._out.pop()
            self._size -= 1
        self._put("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within_text = False
        if tag in _ALONE and self._open[-1][0].partition("[")[0] == tag:
            self._open.pop()
        if tag in _BLOCKS:
            self._line()
        step = f"{tag}[{self._count(tag)}]"
        if tag == "br":
            self._breaks.append(len(self._places))
            self._line()
            self._places.append(max(self._size - 1, 0))
        if tag not in _VOID:
            self._open.append((step, {}))

    def handle_endtag(self, tag: str) -> None:
        self._within_text = False
        steps = [step.partition("[")[0] for step, _ in self._open]
        if tag in steps:
            del self._open[len(steps) - 1 - steps[::-1].index(tag) :]
        if tag in _BLOCKS:
            self._line()

    def handle_comment(self, data: str) -> None:
        self._within_text = False

    def handle_data(self, data: str) -> None:
        steps = [step for step, _ in self._open]
        if any(step.partition("[")[0] in _UNSEEN for step in steps):
            return
        if not self._within_text:
            path = "/".join((*steps, f"text()[{self._count('text()')}]"))
            self._nodes[path] = len(self._places)
        self._within_text = True
        for char in data:
            self._put(" " if char in "\n\t\r\f" else char)
            self._places.append(max(self._size - 1, 0))

    def place(self, value: Fields) -> tuple[int, int] | None:
        """Where a region lies in `text`; None when nothing tells, or its words are not there."""
        words = "".join(value.loose("text").split())
        for first, last in self._candidates(value):
            if 0 <= first < last <= len(self._places):
                start, end = self._places[first], self._places[last - 1] + 1
                if end <= len(self.text) and words in ("", "".join(self.text[start:end].split())):
                    return start, end
        exact = value.loose("text").strip()
        if exact and self.text.count(exact) == 1:
            start = self.text.index(exact)
            return start, start + len(exact)
        return None

    def _candidates(self, value: Fields) -> list[tuple[int, int]]:
        """Ranges of characters of the text nodes that the region may mean."""
        out: list[tuple[int, int]] = []
        ends = value.table("globalOffsets", {})
        match ends.get("start"), ends.get("end"):
            case (int(first), int(last)):
                out.append((first, last))
                # Some versions do not count line breaks.
                out.append((self._with_breaks(first), self._with_breaks(last - 1) + 1))
        nodes = [self._nodes.get(value.loose(name)) for name in ("start", "end")]
        inside = [value.value.get(name) for name in ("startOffset", "endOffset")]
        match (*nodes, *inside):
            case (int(first), int(last), int(begin), int(end)):
                out.append((first + begin, last + end))
        return out

    def _with_breaks(self, offset: int) -> int:
        for at in self._breaks:
            offset += at <= offset
        return offset
