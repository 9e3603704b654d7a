"""Noun phrases of a sentence by rules over its tokens: no parse, no model.

Function words, known verbs and punctuation end a phrase; what is none of them belongs to it.
Tuned on the sources of PolNeAR's training part, of which it meets 84 % from their first word
(tests/session/test_text_objects.py counts).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from annotator.text.word_classes import Class

Tokens = tuple[int, int]
"""Tokens `[first, after)` of a sentence."""

_RUN: Final = frozenset({"noun", "genitive", "joint"})
_ENDS: Final = frozenset({"stop", "quote", "dash"})
_LINKS: Final = frozenset({"of", "for", "at", "in", "from", "on", "with"})
"""Prepositions that hang a phrase on the one before."""
_OPEN_PRONOUNS: Final = frozenset({"others", "anyone", "everyone", "someone", "somebody"})
"""Pronouns that something may hang on: "others on the board"."""
_ABOUT: Final = frozenset(
    {"about", "only", "even", "nearly", "almost", "roughly", "just", "over", "least", "than"}
)
_HIS: Final = frozenset({"his", "her", "their", "its", "our", "my", "your"})
_RELATIVE: Final = frozenset({"who", "whose", "which"})
_TIMES: Final = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may
    june july august september october november december week month year morning afternoon evening
    night today yesterday time day weekend statement interview email tweet speech twitter
    facebook""".split()  # noqa: SIM905
)
"""When and where something was said: no part of who said it."""


class NounPhrases:
    """The noun phrases of one sentence.

    Args:
        words: The tokens as they stand in the text.
        tags: The class of each.
        noun_cues: Nouns for what somebody says: "his view" is his, and he is the source.
    """

    def __init__(
        self, words: Sequence[str], tags: Sequence[Class], noun_cues: Collection[str] = ()
    ) -> None:
        self._low = [w.lower() for w in words]
        self._words = words
        self._tags = tags
        self._noun_cues = frozenset(noun_cues)
        self._count = len(words)

    def around(self, at: int) -> list[Tokens]:
        """The phrases around a token: the likeliest first, then larger ones, each over the last."""
        out = [self.best(at)]
        first, after = out[0]
        bare = self.bare(at)
        linked = self.linked(bare)
        larger = [bare, linked, self.whole(at, clauses=True), self._with_participle(linked)]
        for phrase in sorted(larger, key=lambda p: p[1] - p[0]):
            if phrase[0] <= first and after <= phrase[1] and phrase != (first, after):
                first, after = phrase
                out.append(phrase)
        return out

    def best(self, at: int) -> Tokens:
        """The phrase that most often is the source where a token of it is."""
        return self.possessor(at) or self.whole(at)

    def _tag(self, at: int) -> Class:
        return self._tags[at] if 0 <= at < self._count else "stop"

    def _word(self, at: int) -> str:
        return self._low[at] if 0 <= at < self._count else ""

    def nominal(self, at: int) -> bool:
        """Whether a phrase may begin with a token that is no pronoun."""
        return self._tag(at) in _RUN or self._tag(at) == "determiner"

    # ------------------------------------------------------------------------------ bare

    def bare(self, at: int) -> Tokens:
        """Article, adjectives, noun or name; the token alone where it is none of these."""
        first = at
        while (self._tag(at) == "adverb" or self._word(at) in _ABOUT) and self.nominal(at + 1):
            at += 1  # "only 49 percent", "about two thirds"
        if not self.nominal(at):
            return first, at + 1
        after = at + 1
        if first == at:
            first = self._start(at)
        while self._in_run(after) or (
            self._tag(after) == "determiner"
            and self._tags[first:after].count("determiner") == after - first
        ):
            after += 1
        return first, after

    def _start(self, at: int) -> int:
        first = at
        while self._in_run(first - 1) and self._tag(first) != "determiner":
            first -= 1
        while self._tag(first - 1) == "determiner":
            first -= 1
        counted = self._tag(first) == "determiner" or self._word(first)[:1].isdigit()
        while counted and self._word(first - 1) in _ABOUT:
            first -= 1
        return first

    def _in_run(self, at: int) -> bool:
        if self._tag(at) == "adverb":  # "the famously gruff senator"
            inside = self._tag(at - 1) == "determiner" and self._tag(at + 1) in _RUN
            return inside and self._word(at).endswith("ly") and self._words[at + 1][:1].islower()
        return self._tag(at) in _RUN

    def possessor(self, at: int) -> Tokens | None:
        """Whose view, plan or statement it is, where the phrase goes on with such a word."""
        first, after = self.bare(at)
        for i in range(at, after):
            if self._tag(i) == "genitive" or self._word(i) in _HIS:
                if self._noun_cues.isdisjoint(self._low[i + 1 : after]):
                    return None
                return (i if self._word(i) in _HIS else first), i + 1
        return None

    # ------------------------------------------------------------------------------ more

    def linked(self, phrase: Tokens) -> Tokens:
        """With `of ...` and other prepositions behind it, and with what it hangs on by `of`."""
        first, after = phrase
        while first >= 2 and self._word(first - 1) == "of" and self.nominal(first - 2):
            first = self.bare(first - 2)[0]
        return first, self._links(after)

    def _links(self, after: int) -> int:
        while self._word(after) in _LINKS and self.nominal(after + 1):
            first, end = self.bare(after + 1)
            if self._word(after) != "of" and not _TIMES.isdisjoint(self._low[first:end]):
                break
            after = end
        return after

    def whole(self, at: int, *, clauses: bool = False) -> Tokens:
        """With what is joined by "and", brackets, and what stands between commas behind it.

        With `clauses` also ", who ..." behind a name that was introduced before.
        """
        pronoun = self._tag(at) == "pronoun"
        if pronoun:
            first, after = at, at + 1
            if self._word(at) in _OPEN_PRONOUNS:
                after = self._links(after)
        else:
            first, after = self.linked(self.bare(at))
        after = self._joined(first, after)
        if self._tag(after) == "open":
            near = range(after, min(after + 8, self._count))
            after = next((i + 1 for i in near if self._tag(i) == "close"), after)
        if pronoun and self._word(at) not in _OPEN_PRONOUNS:
            return first, after
        after = self._restricted(first, after)
        if self._tag(after) == "comma":
            after = self._apposed(first, after, clauses=clauses)
        return first, after

    def _joined(self, first: int, after: int) -> int:
        while self._tag(after) == "and" and self.nominal(after + 1):
            _, end = self.linked(self.bare(after + 1))
            begins = self._begins_clause(first) and self._tag(end) in (
                "verb",
                "auxiliary",
                "adverb",
            )
            if not begins and self._tag(end) not in ("stop", "comma", "quote"):
                break
            after = end
        return after

    def _begins_clause(self, first: int) -> bool:
        before = ("stop", "comma", "quote", "subordinator", "dash", "adverb", "and")
        return self._tag(first - 1) in before

    def _restricted(self, first: int, after: int) -> int:
        """With the relative clause or participle without a comma, where nothing follows it."""
        relative = self._word(after) == "who"
        participle = self._tag(after) == "verb" and self._word(after).endswith(
            ("ed", "ing", "en", "wn")
        )
        to = self._word(first - 1) == "to"
        said = self._tag(first - 1) == "verb"
        if (to and (relative or participle)) or (said and relative):
            return self._pause(after)
        return after

    def _pause(self, at: int) -> int:
        pauses = ("stop", "comma", "quote", "dash", "open")
        return next(i for i in range(at, self._count + 1) if self._tag(i) in pauses)

    def _with_participle(self, phrase: Tokens) -> Tokens:
        """With a participle behind it up to the verb: "polls taken in December showed"."""
        first, after = phrase
        i = after + 1
        while self._tag(i) in (*_RUN, "determiner", "preposition"):
            i += 1
        reduced = self._tag(after) == "verb" and self._tag(i) in ("verb", "auxiliary")
        return (first, i) if reduced and i > after + 1 else phrase

    def _apposed(self, first: int, comma: int, *, clauses: bool) -> int:
        """Behind what stands between commas behind a phrase, the second comma with it."""
        start = comma + 1
        relative = self._word(start) in _RELATIVE
        if not relative and not self.nominal(start):
            return comma
        if relative and comma - first <= 2 and not clauses:
            return comma  # "Mr. Trump, who ...": he is the source, the rest is news
        according = self._low[max(first - 2, 0) : first] == ["according", "to"]
        if according and self._words[first][:1].islower():
            return comma  # "According to the poll, 46 percent"
        for i in range(start, self._count):
            tag, word = self._tag(i), self._word(i)
            if tag == "comma":
                goes_on = self.nominal(i + 1) or self._word(i + 1) in ("who", "whose", "of")
                if not goes_on:
                    return i + 1
            elif tag in _ENDS:
                return i
            elif word in _RELATIVE or word == "that":
                relative = True
            elif not relative and (
                tag in ("auxiliary", "pronoun", "subordinator")
                or (tag == "verb" and not word.endswith(("ing", "ed")))
            ):
                return comma
        return self._count
