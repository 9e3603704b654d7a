"""HTML: the main text by trafilatura when it is installed, by a simple reader otherwise."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from typing import Final

from annotator.domain.extras import install_hint
from annotator.text.readers.parts import TextParts, without_parts

_NEVER: Final = frozenset({"script", "style", "template", "svg", "iframe", "object", "canvas"})
"""Elements whose content is never text for a reader."""
_BESIDE: Final = frozenset({"noscript", "math", "button", "select", "nav", "aside", "footer"})
"""Elements beside the text; kept when a page shows nothing without them."""
_BLOCKS: Final = frozenset(
    {
        *("address", "article", "blockquote", "body", "caption", "center", "dd", "details", "div"),
        *("dl", "dt", "fieldset", "figcaption", "figure", "form", "h1", "h2", "h3", "h4", "h5"),
        *("h6", "header", "hr", "html", "li", "main", "nav", "ol", "option", "p", "pre"),
        *("section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr"),
        *("ul", "aside", "footer"),
    }
)
_META: Final = {
    "og:title": "title",
    "twitter:title": "title",
    "author": "byline",
    "article:author": "byline",
    "parsely-author": "byline",
    "byl": "byline",
    "og:site_name": "outlet",
    "application-name": "outlet",
    "article:published_time": "published",
    "date": "published",
    "pubdate": "published",
    "parsely-pub-date": "published",
    "datepublished": "published",
    "og:url": "url",
    "language": "language",
}
_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.I)
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_ELEMENT: Final = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_DECLARATION: Final = re.compile(r"<[!?][^<>]*>")
_NO_TAG: Final = re.compile(r"<(?!/?[a-zA-Z][^<>]*>)")
_TIME: Final = re.compile(
    r"((?:(?<=[^>\s])|(?<=[^>\s]\s))<time\b[^<>]*>)([^<>]{1,200})(</time\s*>)"
    r"|(<time\b[^<>]*>)([^<>]{1,200})(</time\s*>)(?=\s*[^<\s])",
    re.IGNORECASE,
)
_BROKEN: Final = (
    AssertionError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What trafilatura and lxml have been seen to raise, or may, on pages made to break them."""
_MAIN_SHARE: Final = 0.4
"""<article> or <main> is taken for the text when it holds this share of the page's characters."""


def declared_charset(data: bytes) -> str | None:
    """Return the encoding that an HTML page says it is in."""
    found = _CHARSET.search(data[:4096])
    return found[1].decode("ascii") if found else None


def read_html(source: str) -> tuple[str, dict[str, str], tuple[str, ...]]:
    """Return a page's main text, its metadata by field, and notes about how it was read.

    Paragraphs of the text stand apart by a blank line. Scripts, styles, navigation and forms are
    never part of it; tables of data and captions are not either, and are counted in a note.
    """
    fields = _page(source, _NEVER | _BESIDE).fields
    parts = without_parts(source)
    text, more, note = _main_text(source, parts)
    notes = (note, parts.note(text))
    if not text:  # a page that is a table, or nothing but what stands beside
        text = _page(source, _NEVER | _BESIDE).text() or _page(source, _NEVER).text()
        notes = (note, "")
    return text, {**fields, **more}, tuple(filter(None, notes))


def _main_text(source: str, parts: TextParts) -> tuple[str, dict[str, str], str]:
    """The text of a page, the metadata that was found on the way, and a note (or "")."""
    simple = _page(parts.source, _NEVER | _BESIDE).text()
    try:
        text, more = _extract(source)
    except ImportError:
        text, more = "", {}
        note = f"read by the simple reader; for cleaner text: {install_hint('html')}"
    except _BROKEN:
        text, more = "", {}
        note = "the page is broken; the whole of it was taken"
    else:
        note = "the main text could not be told apart; the whole page was taken"
    if text and ("\n" in text or "\n" not in simple):
        return _as_shown(text, simple, parts.lines), more, ""
    # trafilatura runs the paragraphs of a short page together
    return simple, more, "" if text else note


def _as_shown(text: str, simple: str, gone: frozenset[str]) -> str:
    """The text without cells and captions, and without the dash that is put before list items."""
    shown = set(simple.split("\n\n"))
    lines = [
        line[2:] if line.startswith("- ") and line not in shown and line[2:] in shown else line
        for line in text.split("\n\n")
    ]
    return "\n\n".join(line for line in lines if line in shown or line not in gone)


def _page(source: str, hidden: frozenset[str]) -> _Page:
    page = _Page(hidden)
    # The parser is quadratic on what never ends, and stumbles over declarations it does not know.
    source = _DECLARATION.sub(" ", _ELEMENT.sub(" ", _COMMENT.sub(" ", source)))
    page.feed(_NO_TAG.sub("&lt;", source))
    page.close()
    return page


def _extract(source: str) -> tuple[str, dict[str, str]]:
    from trafilatura import bare_extraction

    # It drops <time> with its words, also in the middle of a sentence: they are put beside it.
    document = bare_extraction(
        _TIME.sub(_beside, source), with_metadata=True, include_comments=False, include_tables=False
    )
    text = getattr(document, "text", None)
    if document is None or not isinstance(text, str):
        return "", {}
    values = {
        "title": getattr(document, "title", None),
        "byline": getattr(document, "author", None),
        "outlet": getattr(document, "sitename", None),
        "published": getattr(document, "date", None),
        "url": getattr(document, "url", None),
        "language": getattr(document, "language", None),
    }
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return "\n\n".join(lines), {k: v for k, v in values.items() if isinstance(v, str) and v}


def _beside(time: re.Match[str]) -> str:
    opening, words, closing = time.group(1, 2, 3) if time[1] else time.group(4, 5, 6)
    return f"{opening}{closing}{words}"


class _Page(HTMLParser):
    """Collects the paragraphs of a page, with whether they lie in <article> or <main>."""

    def __init__(self, hidden: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._hides = hidden
        self.fields: dict[str, str] = {}
        self._lines: list[tuple[bool, str]] = []
        self._words: list[str] = []
        self._hidden: list[str] = []
        self._open: Counter[str] = Counter()
        self._main = 0
        self._title: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "meta":
            self._read_meta(values)
        elif tag == "html":
            self._keep("language", values.get("lang", ""))
        elif tag == "link" and values.get("rel", "").lower() == "canonical":
            self._keep("url", values.get("href", ""))
        elif tag == "time" and not self._hidden:
            self._keep("published", values.get("datetime", ""))
        elif tag == "title" and not self._open["svg"]:
            self._title = []
        if tag in _BLOCKS or tag == "br":
            self._end_line()
        if tag in self._hides:
            self._hidden.append(tag)
            self._open[tag] += 1
        elif tag in ("article", "main"):
            self._main += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "title" and self._title is not None:
            self._keep("title", " ".join("".join(self._title).split()))
            self._title = None
        if tag in _BLOCKS:
            self._end_line()
        if self._open[tag]:
            closed = ""
            while closed != tag:
                closed = self._hidden.pop()
                self._open[closed] -= 1
        elif tag in ("article", "main") and self._main:
            self._main -= 1

    def handle_data(self, data: str) -> None:
        if self._title is not None:
            self._title.append(data)
        elif not self._hidden:
            self._words.append(data)

    def close(self) -> None:
        super().close()
        self._end_line()

    def text(self) -> str:
        """The paragraphs of <article> or <main> when they hold the page's text, else all."""
        every = [line for _, line in self._lines]
        main = [line for inside, line in self._lines if inside]
        enough = sum(map(len, main)) >= _MAIN_SHARE * sum(map(len, every))
        return "\n\n".join(main if main and enough else every)

    def _end_line(self) -> None:
        line = re.sub(r"[ \t\r\n\f]+", " ", "".join(self._words)).strip()
        self._words.clear()
        if line:
            self._lines.append((self._main > 0, line))

    def _read_meta(self, values: Mapping[str, str]) -> None:
        name = values.get("property") or values.get("name") or values.get("itemprop") or ""
        field = _META.get(name.lower())
        if field:
            self._keep(field, values.get("content", ""), over=name.lower().startswith("og:"))

    def _keep(self, field: str, value: str, *, over: bool = False) -> None:
        if value.strip() and (over or not self.fields.get(field)):
            self.fields[field] = value.strip()
