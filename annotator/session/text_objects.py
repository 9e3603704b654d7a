"""Noun phrases and clauses of an article: the text objects that need to know some words.

What a sentence's words may be is worked out when a key first asks, and kept: a key costs one
sentence's rules, a millisecond, and needs no parse.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Final

from annotator.session.text_index import TextIndex
from annotator.text.clauses import Clauses
from annotator.text.language import is_english, own_function_words
from annotator.text.speech_words import SpeechWords
from annotator.text.word_classes import classes, plain_classes

Range = tuple[int, int]
"""Code points `[start, end)`."""
_MARK: Final = "(?:''|``|[\"“”„‟«»‹›＂‘’‚‛'`「」『』])"
_OPENING: Final = re.compile(rf"{_MARK}\s*")
_CLOSING: Final = re.compile(rf"\s*{_MARK}$")
_KEPT: Final = 64
"""Sentences whose rules are kept."""


class TextObjects:
    """Finds noun phrases and clauses of one article.

    Args:
        page: The article.
        quotations: As for `Navigator`.
        words: The words of speech and the verbs that are known now.
    """

    def __init__(
        self,
        page: TextIndex,
        quotations: Callable[[], Iterable[Range]],
        words: Callable[[], SpeechWords],
    ) -> None:
        self._page = page
        self._quotations = quotations
        self._words = words
        self._known: SpeechWords | None = None
        self._sentences: dict[int, tuple[int, Clauses]] = {}

    @cached_property
    def _foreign(self) -> frozenset[str] | None:
        """The function words of a text that is not English; None for English."""
        article = self._page.article
        if is_english(article.text, article.language):
            return None
        return own_function_words(article.text)

    def _sentence(self, token: int) -> tuple[int, Clauses]:
        """The first token of a token's sentence, and the sentence."""
        known = self._words()
        if known is not self._known or len(self._sentences) > _KEPT:
            self._sentences.clear()
            self._known = known
        page = self._page
        number = page.sentence_of_token(token)
        if number not in self._sentences:
            sentence = page.sentences[number]
            first, last = page.token_at(sentence.start), page.token_before(sentence.end)
            tokens = range(first, max(last, token) + 1)
            words = [page.text[slice(*page.token(t))] for t in tokens]
            spaced = [t == first or page.ends[t - 1] < page.starts[t] for t in tokens]
            foreign = self._foreign
            tags = (
                classes(words, spaced, known)
                if foreign is None
                else plain_classes(words, spaced, foreign)
            )
            self._sentences[number] = first, Clauses(words, tags, known)
        return self._sentences[number]

    def noun_phrases(self, token: int) -> list[Range]:
        """The noun phrases around a token: the likeliest first, then larger ones."""
        if not self._page.sentences:
            return []
        first, sentence = self._sentence(token)
        found = sentence.phrases.around(token - first)
        page = self._page
        return [(page.starts[first + a], page.ends[first + b - 1]) for a, b in found]

    def clauses(self, token: int) -> list[Range]:
        """What is said, the likeliest first: with the cursor on a word of speech, or on its start.

        Then the other readings: what stands before the word of speech, what begins with it. In a
        language whose words are not known: from the token to the next punctuation.
        """
        if not self._page.sentences:
            return []
        if self._foreign is not None:
            around = self._page.phrase(*self._page.token(token))
            return [self._quotation_at(token) or around]
        first, sentence = self._sentence(token)
        here = self._from_word(token)
        if not sentence.may_be_cue(token - first):
            return here
        begin = sentence.behind(token - first)
        before = self._before(first, sentence, token)
        behind = [] if begin is None else self._from_word(first + begin)
        return list(dict.fromkeys([*behind, *before, *here]))

    def _quotation_at(self, token: int) -> Range | None:
        """The quotation that begins with a token."""
        start = self._page.starts[token]
        return max((q for q in self._quotations() if q[0] == start), default=None)

    def _from_word(self, token: int) -> list[Range]:
        quotation = self._quotation_at(token)
        if quotation:
            return [quotation]
        page = self._page
        first, sentence = self._sentence(token)
        start = page.starts[token]
        ends = (page.ends[first + after - 1] for after in sentence.ends(token - first))
        return list(dict.fromkeys((start, self._balanced(start, end)) for end in ends))

    def _balanced(self, start: int, end: int) -> int:
        """An end in the same quotations as the start, and before their closing marks."""
        text = self._page.text
        for low, high in self._quotations():
            if low < start < high and end >= (inner := without_marks(text, (low, high))[1]):
                # The comma before the mark is that of who is quoted.
                end = max(start + 1, inner - (text[inner - 1] == ","))
            elif start < low < end < high:
                end = high
        return end

    def _before(self, first: int, sentence: Clauses, token: int) -> list[Range]:
        """What stands before a word of speech and its source; none where nothing does."""
        page = self._page
        behind = sentence.before(token - first)
        if behind <= sentence.start:
            return []
        end = page.ends[first + behind - 1]
        around = [q for q in self._quotations() if q[0] < end <= q[1]]
        if around:
            return [(min(around)[0], end)]
        start = page.starts[first + sentence.start]
        return [(start, end)] if start < end else []

    def around(self, start: int, end: int) -> list[Range]:
        """The noun phrase around a range, and what a word of speech of its sentence governs."""
        if not self._page.sentences:
            return []
        token = self._page.token_at(start)
        found = self.noun_phrases(token)[:1]
        if self._foreign is None:
            first, sentence = self._sentence(token)
            found += [r for cue in sentence.cues() for r in self.clauses(first + cue)[:1]]
        return [r for r in found if r[0] <= start and end <= r[1]]


def without_marks(text: str, quotation: Range) -> Range:
    """A quotation without its marks and the blanks inside of them; as it is where it has none."""
    start, end = quotation
    opening = _OPENING.match(text, start, end)
    low = opening.end() if opening else start
    closing = _CLOSING.search(text, low, end)
    high = closing.start() if closing else end
    return (low, high) if low < high else quotation
