"""What a sentence is in the page: body, heading, byline, caption, credit or footer.

Precision comes first: a body sentence taken for page furniture may never be read again, so every
rule needs positive evidence, and what is in doubt stays body. Editors' notes and corrections stay
body too: they hold claims.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from annotator.domain.model import Paragraph, Sentence, SentenceKind
from annotator.text import lexicon, patterns

_ENDED: Final = re.compile(r"[.!?…。！？؟۔।][\"'”’»›)\]」』]*$")
_WORDS: Final = re.compile(r"[^\W_][\w.’'/&-]*")
_QUOTED: Final = re.compile(r"^[\"“'‘«]|[\"”'’»]$")
_QUOTE: Final = re.compile('["“”]')
_NOTE: Final = re.compile(r"(?:Editor|Note|Correction|Clarification|Update)\b", re.IGNORECASE)
_HEADING_LENGTH: Final = 90
_TITLE_LENGTH: Final = 200
_LINE_LENGTH: Final = 400
"""How much of a paragraph or sentence the rules look at (characters)."""


def sentence_kinds(
    text: str, paragraphs: Sequence[Paragraph], sentences: Sequence[Sentence]
) -> list[SentenceKind]:
    """Return the kind of each sentence.

    Args:
        text: The whole text.
        paragraphs: Its paragraphs.
        sentences: Its sentences, in order; their own kinds are not read.
    """
    page = _Page(text, paragraphs, sentences)
    for index in range(len(paragraphs)):
        page.read_line(index)
    for index in range(len(paragraphs)):
        page.read_heading(index)
    return page.kinds


def looks_like_names(line: str) -> bool:
    """Whether a line holds names, offices and outlets but no clause."""
    line = re.sub(r"\([^)]*\)", "", line).strip(" ,.:;|")
    words = _WORDS.findall(line)
    small = [w for w in words if w[0].islower() and w.casefold() not in lexicon.SMALL]
    clause = re.search(r"[.!?]\s+\w+\s+\w+\s", line)
    return 1 < len(words) <= 16 and len(small) <= len(words) // 4 and not clause


class _Page:
    """The paragraphs of one article with their sentences, and the kinds found so far."""

    def __init__(
        self, text: str, paragraphs: Sequence[Paragraph], sentences: Sequence[Sentence]
    ) -> None:
        self.lines = [text[p.start : min(p.end, p.start + _LINE_LENGTH)] for p in paragraphs]
        self.lengths = [p.end - p.start for p in paragraphs]
        self.sentences = [text[s.start : min(s.end, s.start + _LINE_LENGTH)] for s in sentences]
        self.of: list[list[int]] = [[] for _ in paragraphs]
        for i, s in enumerate(sentences):
            self.of[s.paragraph].append(i)
        self.ended = [bool(_ENDED.search(text, max(p.start, p.end - 8), p.end)) for p in paragraphs]
        self.kinds: list[SentenceKind] = ["body"] * len(sentences)
        self._first_body = len(paragraphs)

    def mark(self, index: int, kind: SentenceKind) -> None:
        """Give every sentence of a paragraph a kind."""
        for i in self.of[index]:
            self.kinds[i] = kind

    def is_body(self, index: int) -> bool:
        """Whether a paragraph's first sentence is still body."""
        return bool(self.of[index]) and self.kinds[self.of[index][0]] == "body"

    def read_line(self, index: int) -> None:
        """Find furniture that a paragraph shows by itself: footers, bylines, captions, credits."""
        line, length = self.lines[index], self.lengths[index]
        if not _WORDS.search(line):
            self.mark(index, "footer")  # "* * *", "___"
        elif length <= 200 and self._is_byline(index, line):
            self.mark(index, "byline")
        elif length <= 300 and _is_footer(line):
            self.mark(index, "footer")
        else:
            if index:
                self._read_caption(index, line)
                self._first_body = min(self._first_body, index)
            if index >= len(self.lines) - 3:
                for i in self.of[index][1:]:
                    if self.kinds[i] == "body" and _is_footer(self.sentences[i]):
                        self.kinds[i] = "footer"

    def _is_byline(self, index: int, line: str) -> bool:
        near_start = index < 8 or index <= self._first_body
        if near_start and patterns.DATE_LINE.fullmatch(line):
            return True
        found = patterns.BYLINE.match(line)
        if not found or len(self.of[index]) > 2:
            return False
        return (near_start or index >= len(self.lines) - 3) and looks_like_names(found["who"])

    def _read_caption(self, index: int, line: str) -> None:
        own = self.of[index]
        if not own or len(own) > 5 or self.lengths[index] > 700:
            return
        last = self.sentences[own[-1]]
        bracketed = last[0] in "(["
        signed = _is_credit(last) and (bracketed or not self.ended[index])
        if len(own) == 1:
            if signed:
                self.kinds[own[0]] = "credit"
                if self._may_be_caption(index - 1):
                    self.mark(index - 1, "caption")
            elif patterns.CAPTION_START.match(line):
                self.mark(index, "caption")
            return
        named = (
            not self.ended[index]
            and index + 1 < len(self.lines)
            and len(own) == 2
            and not _QUOTED.search(self.sentences[own[0]])
            and _is_signature(last)
        )
        if bracketed and not re.search(r"/|\b(?:photo|image)", last, re.IGNORECASE):
            signed = False  # "[Reuters]" says who reported it
        if signed or named:
            self.mark(index, "caption")
            self.kinds[own[-1]] = "credit"
        elif patterns.CAPTION_START.match(line):
            self.mark(index, "caption")

    def _may_be_caption(self, index: int) -> bool:
        """Whether the paragraph before a credit is what the picture shows."""
        line = self.lines[index]
        if index < 1 or not self.is_body(index) or len(self.of[index]) > 2:
            return False
        if line[0] in "-–—―\"“'‘" or len(_WORDS.findall(line)) < 5:
            return False
        return not self.ended[index] or bool(
            patterns.POSED.search(line) and self.lengths[index] < 300
        )

    def read_heading(self, index: int) -> None:
        """Find titles and section headings; they need what follows them to be known."""
        line = self.lines[index]
        if not self.is_body(index) or index + 1 >= len(self.lines):
            return
        if index == 0:
            if self._is_title(line):
                self.mark(0, "heading")
        elif self.lengths[index] <= _HEADING_LENGTH and len(self.of[index]) == 1:
            words = _WORDS.findall(line)
            capitals = (
                line.isupper()
                and len(words) <= 8
                and any(len(w) > 3 for w in words)
                and not line.rstrip("\"”'’").endswith(("!", "?", ":", ",", ";"))
            )
            plain = not self.ended[index] and _is_heading(line, words) and self._leads(index)
            if capitals or plain or patterns.CLOCK.fullmatch(line):
                self.mark(index, "heading")

    def _leads(self, index: int) -> bool:
        """Whether running text follows, over bylines and captions."""
        for i in range(index + 1, min(index + 5, len(self.lines))):
            if self.is_body(i):
                return self.ended[i] and self.lengths[i] >= 60
        return False

    def _is_title(self, line: str) -> bool:
        words = _WORDS.findall(line)
        if self.lengths[0] > _TITLE_LENGTH or len(self.of[0]) > 2 or len(words) < 2:
            return False
        if line[-1] in ":," or patterns.DATELINE.match(line):
            return False
        if not self.ended[0] or line.isupper():
            return True
        if self.lengths[0] > 140 or len(words) < 4:
            return False
        if _share_of_capitals(words) >= 0.8:
            return True
        plain = {w.casefold().replace("’", "'") for w in words}
        return (
            len(words) <= 16
            and len(self.of[0]) == 1
            and not plain & lexicon.LEAD_WORDS
            and line[0] not in '"“'
            and len(self.lines) > 2
        )


def _is_heading(line: str, words: Sequence[str]) -> bool:
    if not 1 <= len(words) <= 12 or words[0][0].islower() or _NOTE.match(line):
        return False
    if line[-1] in ":;,{}-–—" or line[0] in "-–—*•~@#<{[(.…/" or "http" in line or "@" in line:
        return False
    return len(words) <= 8 or _share_of_capitals(words) >= 0.6


def _share_of_capitals(words: Sequence[str]) -> float:
    """The share of words, small function words aside, that begin with a capital or a digit."""
    counted = [w for w in words if w.casefold() not in lexicon.SMALL]
    return sum(not w[0].islower() for w in counted) / len(counted) if counted else 0.0


def _is_credit(line: str) -> bool:
    return len(line) <= 120 and bool(patterns.CREDIT.fullmatch(line.strip()))


def _is_footer(line: str) -> bool:
    if line[0] in '"“' and line[-1] in '"”' and not _QUOTE.search(line, 1, len(line) - 1):
        line = line[1:-1]
    return bool(patterns.FOOTER.match(line))


def _is_signature(line: str) -> bool:
    """Whether a short sentence without an end is made of names: "U.S. Attorney’s Office"."""
    words = _WORDS.findall(line)
    if not 2 <= len(words) <= 8 or line[0] in "-–—―@#([\"“'‘":
        return False
    return all(not w[0].islower() or w in {"of", "the", "via", "for", "and"} for w in words)
