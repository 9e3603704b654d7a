"""How a worksheet names a place of the text: by sentence and words, `s3 "an engineer"`.

Words stand as they are shown (`text.safe`), which is one code point for one code point: a place in
what is shown is the same place in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from annotator.domain.errors import SpanError
from annotator.domain.graphemes import cuts_conjunct, is_boundary
from annotator.domain.model import Article
from annotator.domain.spans import check_span
from annotator.session.text_index import TextIndex
from annotator.text.normal import literal
from annotator.text.normal import places as places_of
from annotator.text.safe import safe_text

_SENTENCES: Final = re.compile(r"s(\d{1,9})(?:\s+to\s+s(\d{1,9}))?")
_WORDS: Final = re.compile(r's(\d{1,9})\s*"(.*)"(?:\s*(\d{1,9})(?:\s+of\s+(\d{1,9}))?)?')
_OFFSETS: Final = re.compile(r'at\s+(\d{1,12})\s+to\s+(\d{1,12})(?:\s*"(.*)")?')
_MARKED: Final = re.compile(r"s\d+\s*[\"'“”„«‘’‚]")
_LOOKS: Final = re.compile(r"(?:s\d|at\s+\d)")
_HOW: Final = 'name a place as s3 "the words", s3, s3 to s5, or at 120 to 160'


class PlaceError(Exception):
    """A place that cannot be found; `hint` says how to mend the line."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def looks_like_place(value: str) -> bool:
    """Whether what stands after a colon is meant as a place of the text, and not as a label."""
    return _LOOKS.match(value) is not None


class Places:
    """The places of one article, by sentence number (from 1) and words."""

    def __init__(self, article: Article) -> None:
        self.text = article.text
        self.shown = safe_text(article.text)
        self.sentences = article.layout.sentences
        self._index = TextIndex(article)

    def sentence(self, number: int) -> str:
        """The words of a sentence, as they are shown."""
        found = self.sentences[number - 1]
        return self.shown[found.start : found.end]

    def sentence_of(self, offset: int) -> int:
        """The number of the sentence that holds an offset; 0 when none does."""
        at = self._index.sentence_at(offset)
        inside = self.sentences and self.sentences[at].start <= offset < self.sentences[at].end
        return at + 1 if inside else 0

    # ------------------------------------------------------------------------------ writing

    def name(self, start: int, end: int) -> str:
        """The name of the range `[start, end)`, which `find` turns back into it."""
        number, words = self.sentence_of(start), self.shown[start:end]
        found = self._starts(number, words) if number else []
        if start not in found:
            return f'at {start} to {end} "{words}"'
        which = f" {found.index(start) + 1} of {len(found)}" if len(found) > 1 else ""
        return f's{number} "{words}"{which}'

    def _starts(self, number: int, words: str) -> list[int]:
        """Where the words begin in a sentence, without cutting a character (they may reach on).

        "he" is the word and not a part of "the": parts of words count where no whole word is there.
        """
        length = len(words)
        found = [at for at in self._occurrences(number, words) if self._is_sound(at, length)]
        whole = [at for at in found if not (self._in_word(at) or self._in_word(at + length))]
        return whole or found

    def _in_word(self, at: int) -> bool:
        return 0 < at < len(self.text) and (self.text[at - 1] + self.text[at]).isalnum()

    def _occurrences(self, number: int, words: str) -> Iterator[int]:
        sentence = self.sentences[number - 1]
        at = self.shown.find(words, sentence.start)
        while words and 0 <= at < sentence.end:
            yield at
            at = self.shown.find(words, at + 1)

    def _is_sound(self, start: int, length: int) -> bool:
        return all(
            is_boundary(self.text, at) or cuts_conjunct(self.text, at)
            for at in (start, start + length)
        )

    # ------------------------------------------------------------------------------ reading

    def find(self, name: str) -> tuple[int, int]:
        """The range that a name means.

        Raises:
            PlaceError: when there is no such place, or more than one.
        """
        if given := _OFFSETS.fullmatch(name):
            return self._at(int(given[1]), int(given[2]), given[3])
        if given := _SENTENCES.fullmatch(name):
            first = self._known(given[1])
            last = self._known(given[2]) if given[2] else first
            if last < first:
                raise PlaceError(f"s{last} stands before s{first}", "name the first one first")
            return self.sentences[first - 1].start, self.sentences[last - 1].end
        if given := _WORDS.fullmatch(name):
            which, of = (int(g) if g else None for g in given.group(3, 4))
            return self._words(self._known(given[1]), given[2], which, of)
        if _MARKED.match(name):
            raise PlaceError(
                "the words do not stand between two straight quotation marks",
                'write them as s3 "the words"',
            )
        raise PlaceError(f"{name!r} names no place of the text", _HOW)

    def _known(self, digits: str) -> int:
        if not 1 <= int(digits) <= len(self.sentences):
            raise PlaceError(
                f"there is no sentence s{digits}",
                f"the article has s1 to s{len(self.sentences)}"
                if self.sentences
                else "the article has no sentence",
            )
        return int(digits)

    def _at(self, start: int, end: int, words: str | None) -> tuple[int, int]:
        try:
            check_span(self.text, start, end, "the place")
        except SpanError as error:
            raise PlaceError(error.message, error.hint) from None
        if words is not None and words != self.shown[start:end]:
            raise PlaceError(
                f"other words stand at {start} to {end}",
                f'there stands "{self.shown[start:end]}"; or leave the words out',
            )
        return start, end

    def _words(self, number: int, words: str, which: int | None, of: int | None) -> tuple[int, int]:
        found = [(at, at + len(words)) for at in self._starts(number, words)]
        if not found:  # typed, not copied: other quotation marks, dashes, capitals, blanks
            found = self._alike(number, words)
        if not found:
            raise PlaceError(f'"{words}" does not stand in s{number}', self._elsewhere(words))
        if of is not None and of != len(found):
            raise PlaceError(
                f'"{words}" stands {_times(len(found))} in s{number}, not {of}',
                f"write which of {len(found)}, or copy more of the words",
            )
        if which is None:
            if len(found) > 1:
                raise PlaceError(
                    f'"{words}" stands {len(found)} times in s{number}',
                    f"write which one after the words: 1 of {len(found)}; or copy more of them",
                )
            which = 1
        if not 1 <= which <= len(found):
            raise PlaceError(
                f'"{words}" stands {_times(len(found))} in s{number}: there is no number {which}',
                f"write a number from 1 to {len(found)}",
            )
        return found[which - 1]

    def _alike(self, number: int, words: str) -> list[tuple[int, int]]:
        sentence = self.sentences[number - 1]
        inside = self.text[sentence.start : sentence.end]
        return [
            (sentence.start + start, sentence.start + end)
            for start, end in places_of(literal(words), inside)
        ]

    def _elsewhere(self, words: str) -> str:
        if not words.strip():
            return 'write words between the marks: s3 "the words"'
        at = self.shown.find(words)
        number = self.sentence_of(at) if at >= 0 else 0
        if number:
            return f"it stands in s{number}"
        return "copy the words as they stand in the sentence"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
