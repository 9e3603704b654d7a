"""What a word of speech governs: where in a sentence what was said begins and ends, by rules.

No parse: punctuation, quotation marks, the words of speech and the phrase that is the source say
it. All positions are tokens of the sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from annotator.text.noun_phrases import NounPhrases
from annotator.text.speech_words import SpeechWords
from annotator.text.word_classes import Class

_PARTS: Final = frozenset({"which", "but", "although", "though", "despite"})
"""Words that behind a comma begin what the reporter adds, more often than not."""
_TOLD: Final = frozenset(
    """tell tells told telling ask asks asked asking warn warns warned assure assured remind
    reminded inform informed urge urged""".split()  # noqa: SIM905
)
"""Words of speech behind which comes who was told."""
_COMPLETING: Final = frozenset({"to", "about", "of", "on", "at", "for", "with", "against", "as"})
"""Prepositions that belong to the word of speech: "hinted at", "referring to"."""
_SOURCE: Final = ("noun", "determiner", "pronoun")
_REACH: Final = 12
"""Tokens behind a word of speech among which "that" or a quotation is looked for."""
_LONGEST: Final = 40
"""Tokens of the longest source that is looked for before a word of speech."""


class Clauses:
    """One sentence.

    Args:
        words: The tokens as they stand in the text.
        tags: The class of each.
        known: The words of speech.
    """

    def __init__(self, words: Sequence[str], tags: Sequence[Class], known: SpeechWords) -> None:
        self._low = [w.lower() for w in words]
        self._tags = tags
        self._cues = known.cues
        self._other_cues = known.noun_cues | known.either
        self.phrases = NounPhrases(words, tags, known.noun_cues)
        self._count = last = len(words)
        while last and tags[last - 1] == "stop":
            last -= 1
        self._last = last
        """Behind the last word: the full stop belongs to the reporter."""

    def _tag(self, at: int) -> Class:
        return self._tags[at] if 0 <= at < self._count else "stop"

    def _word(self, at: int) -> str:
        return self._low[at] if 0 <= at < self._count else ""

    def is_cue(self, at: int) -> bool:
        """Whether a token is a word of speech."""
        return self._word(at) in self._cues

    def cues(self) -> list[int]:
        """The words of speech among its tokens."""
        return [at for at in range(self._count) if self.is_cue(at)]

    def may_be_cue(self, at: int) -> bool:
        """Whether a token may be one: any verb, any noun for what is said."""
        word = self._word(at)
        return self.is_cue(at) or self._tag(at) == "verb" or word in self._other_cues

    @property
    def start(self) -> int:
        """The first token of what stands before a word of speech: not the reporter's "but"."""
        return 1 if self._word(0) in ("but", "and", "yet", "so") else 0

    # ------------------------------------------------------------------------------ from a word

    def ends(self, at: int) -> list[int]:
        """Behind which tokens a clause that begins at a token may end: the likeliest first."""
        whole = max(self._last, at + 1)
        first = next((i for i in range(at + 1, self._last) if self._is_end(i)), whole)
        return [first, whole] if first < whole else [whole]

    def _is_end(self, at: int) -> bool:
        if self._tags[at] in ("comma", "dash"):
            return self._word(at + 1) in _PARTS or self._attribution(at + 1)
        return self._word(at) == ";" or self._low[at : at + 2] == ["according", "to"]

    def _attribution(self, at: int) -> bool:
        """Whether "he said", "said Ana Ruiz" or "according to" stands here, up to a pause."""
        if self._low[at : at + 2] == ["according", "to"]:
            return True
        if self._tag(at) not in _SOURCE:
            behind = self._tag(at + 1) in _SOURCE and self.phrases.whole(at + 1)[1]
            return self.is_cue(at) and bool(behind) and self._pauses(behind)
        end = self.phrases.whole(at)[1]
        while self._tag(end) in ("adverb", "auxiliary"):
            end += 1
        if not self.is_cue(end):
            return False
        for i in range(end + 1, end + 7):
            if self._pauses(i):
                return True
            if self._word(i) == "that" or self._tag(i) in ("verb", "auxiliary", "quote"):
                return False
        return False

    def _pauses(self, at: int) -> bool:
        return at >= self._last or self._tag(at) in ("comma", "stop")

    # ------------------------------------------------------------------------------ from a cue

    def behind(self, at: int) -> int | None:
        """The first token of what is said behind a word of speech; None where it stands before."""
        if self._word(at) == "according":
            return self._after_according(at)
        if at + 1 >= self._last or self._inverted(at):
            return None
        if self._quoted_before(at) is not None and self._word(at + 1) != "that":
            return None
        return self._begin(at)

    def _after_according(self, at: int) -> int | None:
        """Behind "According to the poll," at the sentence's start."""
        if at > 2 or at + 2 >= self._count:
            return None
        source = self.phrases.whole(at + 2)[1]
        commas = (i for i in range(source - 1, self._last) if self._tag(i) == "comma")
        comma = next(commas, None)
        return None if comma is None else comma + 1

    def _begin(self, at: int) -> int | None:
        first = at + 1
        for i in range(first, min(first + _REACH, self._last)):
            if self._word(i) == "that":
                return i
            if self._tag(i) == "quote" and (i == first or self._tag(i - 1) in ("comma", "stop")):
                return i
            breaks = self._tag(i) in ("verb", "auxiliary", "subordinator", "pronoun")
            if breaks or (self._tag(i) == "comma" and self._tag(i + 1) != "quote"):
                break
        if self._tag(first) == "comma":
            return None
        if self._word(first) in _COMPLETING and self._tag(first + 1) in (*_SOURCE, "quote"):
            return first + 1
        if self._word(at) in _TOLD and self.phrases.nominal(first):
            told = self.phrases.bare(first)[1]
            told += self._tag(told) == "comma"
            if told < self._last and self._tag(told) not in ("verb", "auxiliary", "stop"):
                return told
        return first

    def _inverted(self, at: int) -> bool:
        """Whether the source stands behind a word of speech: "It is late, said Ana Ruiz."."""
        if self._tag(at - 1) not in ("comma", "quote") or self._word(at).endswith("ing"):
            return False
        if self._tag(at + 1) not in _SOURCE:
            return False
        if self._tag(at - 1) == "quote":
            return True
        if self._source_start(at) == 0:
            return False
        return self._pauses(self.phrases.whole(at + 1)[1])

    def _source_start(self, at: int) -> int:
        """Where the source before a word of speech begins."""
        last = at - 1
        while last > 0 and self._tag(last) in ("adverb", "auxiliary"):
            last -= 1
        if last < 0:
            return 0
        edges = ("quote", "comma", "stop", "dash", "subordinator", "and")
        for i in range(max(0, last - _LONGEST), last + 1):
            begins = self._tag(i) in _SOURCE and self._tag(i - 1) in edges
            if begins and self.phrases.whole(i)[1] == last + 1:
                return i  # with what stands between commas
        return self.phrases.whole(last - (self._tag(last) == "comma"))[0]

    def _quoted_before(self, at: int) -> int | None:
        """Behind the closing mark of the quotation that the source, or the cue itself, follows."""
        if self._tag(at - 1) == "quote":
            return at
        start = self._source_start(at)
        return start if start > 1 and self._tag(start - 1) == "quote" else None

    def before(self, at: int) -> int:
        """Behind the last token of what stands before a word of speech and its source."""
        if self._inverted(at) or self._word(at) == "according":
            end = at
        else:
            quoted = self._quoted_before(at)
            end = self._source_start(at) if quoted is None else quoted
        return end - 1 if self._tag(end - 1) == "comma" else end
