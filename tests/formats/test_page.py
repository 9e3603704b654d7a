"""The page shows the whole text and nothing in it can become markup."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from annotator.domain.exchange import Document
from annotator.text.safe import safe_lines
from tests.formats.support import article_of, claim, find, stored_documents, written


class Reader(HTMLParser):
    """Collects the words of the text, leaving out the numbers of claims, and the tags."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: set[str] = set()
        self._text = self._number = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "div":
            self.texts.append("")
            self._text = 1
        self._number += tag == "sup"

    def handle_endtag(self, tag: str) -> None:
        self._text = 0 if tag == "div" else self._text
        self._number -= tag == "sup"

    def handle_data(self, data: str) -> None:
        if self._text and not self._number:
            self.texts[-1] += data


ALLOWED = {
    *("html", "head", "meta", "title", "style", "body", "article", "header"),
    *("h1", "p", "div", "span", "sup", "dl", "dt", "dd"),
}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(stored_documents())
def test_every_word_is_there_and_no_markup_but_ours(
    tmp_path_factory: pytest.TempPathFactory, found: list[Document]
) -> None:
    target = tmp_path_factory.mktemp("page") / "x.html"
    written("html", found, target)
    reader = Reader()
    with target.open(encoding="utf-8", newline="") as stream:
        content = stream.read()
    reader.feed(content)
    assert reader.tags <= ALLOWED
    assert "\x1b" not in content
    for document, shown in zip(found, reader.texts, strict=True):
        # White space between paragraphs is not shown, nor the controls that are white space.
        blank = re.compile("[\\s\u240b-\u240d\u241c-\u241f␤]")
        visible = safe_lines(document.article.text)
        assert blank.sub("", shown) == blank.sub("", visible)


def test_overlaps_are_cut_into_stretches(tmp_path: Path) -> None:
    text = "Ana said it is <late>."
    article = article_of(text, title="<script>")
    outer = claim(article, find(text, "it is <late>", "content"), find(text, "Ana", "source"))
    inner = claim(article, find(text, "is", "cue"))
    written("html", [Document(article, (outer, inner))], tmp_path / "x.html")
    page = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert "<script>" not in page
    assert html.escape("<late>") in page
    assert (
        '<span class="content" title="1 content"><sup>1</sup>it </span>'
        '<span class="content cue" title="1 content, 2 cue"><sup>2</sup>is</span>'
    ) in page
