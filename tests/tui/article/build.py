"""Small articles for tests: paragraphs by line, sentences and tokens by regular expression."""

from __future__ import annotations

import hashlib
import re
from array import array
from collections.abc import Mapping, Sequence
from itertools import pairwise

from annotator.domain.model import Article, Layout, Paragraph, Sentence, SentenceKind
from annotator.tui.article.state import PaintedSpan, PaintLayer

_SENTENCE = re.compile(r"\S.*?(?:[.!?。！？]['\"”’」]*(?=\s|$)|$|(?<=[。！？])(?=\S))", re.S)
_TOKEN = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")


def make_layout(text: str, kinds: Mapping[int, SentenceKind] | None = None) -> Layout:
    """Lay a text out; `kinds` gives the kind of all sentences of a paragraph by its index."""
    kinds = kinds or {}
    paragraphs: list[Paragraph] = []
    sentences: list[Sentence] = []
    starts, ends = array("i"), array("i")
    for line in re.finditer(r"[^\n]+", text):
        if not line[0].strip():
            continue
        number = len(paragraphs)
        paragraphs.append(Paragraph(line.start(), line.end()))
        kind = kinds.get(number, "body")
        for match in _SENTENCE.finditer(text, line.start(), line.end()):
            sentences.append(Sentence(match.start(), match.end(), number, kind))
            for token in _TOKEN.finditer(text, match.start(), match.end()):
                starts.append(token.start())
                ends.append(token.end())
    return Layout(paragraphs, sentences, starts, ends, "tests 1")


def make_article(text: str, kinds: Mapping[int, SentenceKind] | None = None) -> Article:
    """Return an article with that text, laid out."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Article(
        uid=digest[:16],
        number=1,
        name="test",
        title="",
        byline="",
        outlet="",
        published="",
        url="",
        language="en",
        origin="",
        text=text,
        sha256=digest,
        imported_at="",
        meta={},
        layout=make_layout(text, kinds),
    )


ROLES = ("content", "source", "cue", "addressee", "via")
"""The roles in the order of the default scheme: painted spans name them by place."""


def span(
    text: str,
    words: str,
    role: str = "content",
    owner: str = "a",
    *,
    active: bool = False,
    key: str = "",
    after: int = 0,
) -> PaintedSpan:
    """Return a span over the first place of `words` at or after code point `after`."""
    start = text.index(words, after)
    layer: PaintLayer = "mark" if role == "span" else "claim"
    place = ROLES.index(role) if role in ROLES else len(ROLES)
    return PaintedSpan(start, start + len(words), place, owner, active, layer, key)


def many_sentences(count: int) -> str:
    """Return news-like text of so many sentences, four to a paragraph, with no two alike."""
    subjects = ("The ministry", "A spokesperson", "Two officials", "The committee", "Her lawyer")
    verbs = ("said", "denied", "repeated", "claimed", "noted")
    matters = ("the bridge would open", "prices had fallen", "nobody was hurt", "talks went on")
    places = ("in the northern district", "before the hearing", "after weeks of silence")
    sentences = [
        f"{subjects[n % 5]} {verbs[n // 5 % 5]} on day {n} that {matters[n % 4]} "
        f"{places[n % 3]}, “as we promised.”"
        for n in range(count)
    ]
    breaks = [*range(0, count, 4), count]
    return "\n".join(" ".join(sentences[lo:hi]) for lo, hi in pairwise(breaks))


def token_at(article: Article, offset: int) -> tuple[int, int]:
    """Return the token that holds `offset`, or the nearest one before it."""
    layout = article.layout
    found = (0, 0)
    for start, end in zip(layout.token_starts, layout.token_ends, strict=True):
        if start > offset:
            break
        found = start, end
    return found


def sentence_at(article: Article, offset: int) -> tuple[int, int]:
    """Return the range of the sentence that holds `offset`, or of the nearest one before it."""
    sentences: Sequence[Sentence] = article.layout.sentences
    found = sentences[0]
    for sentence in sentences:
        if sentence.start > offset:
            break
        found = sentence
    return found.start, found.end
