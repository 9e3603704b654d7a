"""The next word that begins with a letter, the next quotation mark, cue or name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Final, Literal

from annotator.session.navigation import Step
from annotator.session.text_index import TextIndex
from annotator.text.word_classes import FUNCTION_WORDS

FindKind = Literal["letter", "quotation", "cue", "name"]
MARKS: Final = frozenset('"“”„‟«»‹›＂「」『』')
"""Signs that are quotation marks wherever they stand; others are where a quotation is."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What to find: a kind, and the `letter` that a word must begin with."""

    kind: FindKind
    letter: str = ""

    @property
    def name(self) -> str:
        """In words, for messages."""
        words = {"quotation": "quotation mark", "cue": "cue", "name": "name"}
        return words.get(self.kind, f"word with {self.letter!r}")


class Finder:
    """Finds tokens of one article.

    Args:
        page: The article.
        quotations: As for `Navigator`: ranges of quotations, marks included.
        cues: Words that report speech, lower case, as far as they are known now.
    """

    def __init__(
        self,
        page: TextIndex,
        quotations: Callable[[], Iterable[tuple[int, int]]],
        cues: Callable[[], Collection[str]],
    ) -> None:
        self._page = page
        self._quotations = quotations
        self._cues = cues
        self._inside: dict[str, bool] = {}

    def find(self, wanted: Sought, token: int, step: Step) -> int | None:
        """The next token after (step 1) or before (-1) a token that is wanted, or None."""
        fits = self._test(wanted)
        end = self._page.token_count if step > 0 else -1
        return next((t for t in range(token + step, end, step) if fits(t)), None)

    def _test(self, wanted: Sought) -> Callable[[int], bool]:
        match wanted.kind:
            case "letter":
                letter = plain_letter(wanted.letter)
                return lambda t: plain_letter(self._word(t)) == letter
            case "quotation":
                marks = {p for q in self._quotations() for p in (q[0], q[1] - 1)}
                return lambda t: self._is_mark(t, marks)
            case "cue":
                cues = self._cues()
                return lambda t: self._word(t).lower() in cues
            case "name":
                return lambda t: self.is_name(t) and not (t and self.is_name(t - 1))

    def _word(self, token: int) -> str:
        return self._page.text[slice(*self._page.token(token))]

    def _is_mark(self, token: int, marks: Collection[int]) -> bool:
        start, end = self._page.token(token)
        return (
            not MARKS.isdisjoint(self._page.text[start:end]) or start in marks or end - 1 in marks
        ) and self._page.is_pause(token)

    def is_name(self, token: int) -> bool:
        """Whether a token is (part of) a name: a capital that no sentence's start explains."""
        word = self._word(token)
        if not _is_capital(word):
            return False
        if not self._starts_sentence(token):
            return True
        after = self._word(token + 1) if token + 1 < self._page.token_count else ""
        return self._is_inside(word) or (_is_capital(after) and len(word) > 1)

    def _starts_sentence(self, token: int) -> bool:
        """Whether a word begins a sentence, or what is quoted or comes after a colon."""
        page = self._page
        if token and page.is_pause(token - 1) and self._word(token - 1)[-1:] in MARKS | {":"}:
            return True
        first = page.first_token(page.sentence_of_token(token))
        return all(page.is_pause(t) for t in range(first, token))

    def _is_inside(self, word: str) -> bool:
        """Whether a word has its capital inside a sentence too, after a word or a comma."""
        if word not in self._inside:
            pattern = rf"(?<=[\w,;] ){re.escape(word)}(?!\w)"
            self._inside[word] = re.search(pattern, self._page.text) is not None
        return self._inside[word]


def _is_capital(word: str) -> bool:
    return word[:1].isupper() and word.lower() not in FUNCTION_WORDS


def plain_letter(word: str) -> str:
    """The first letter of a word without case and accents: "É" and "e" are the same."""
    first = unicodedata.normalize("NFKD", word[:1]).casefold()
    return first[:1]
