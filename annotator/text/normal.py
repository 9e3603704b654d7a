"""Two forms of a text in which typography does not count, and the way back to the stored text.

`fold` is for searching words as typed: case, ligatures, composed and decomposed accents, the style
of quotation marks and dashes, soft hyphens and zero-width characters make no difference; marks and
spaces stay. `words`, the normal form, is the words of the folded text alone: what the phrase index
holds and compares. Two sentences with one normal form are the same words.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from annotator.domain.graphemes import is_boundary

NORMAL_VERSION: Final = 2
"""Stored with every index; another version means that the index must be built anew."""

_INVISIBLE: Final = (
    "\u00ad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff0-\ufff8\U000e0000-\U000e0fff"
)
"""Soft hyphen, zero widths, joiners, directions, variation selectors (Default_Ignorable_Code_Point
without the Hangul fillers): in the text, but nothing that a reader sees or types."""
_ALIKE: Final = {
    "'": "'‘’‚‛ʻʼˈ′`´＇",
    '"': '"“”„‟«»″〝〞＂',
    "-": "-‐‑‒–—―−﹘﹣－︱︲",
    "'n": "ŉ",
}
"""Marks that typists do not tell apart."""
_TYPED: Final = {ch: typed for typed, group in _ALIKE.items() for ch in group}
_SPECIAL: Final = re.compile(f"[{_INVISIBLE}{re.escape(''.join(_TYPED))}]")
_IGNORED: Final = re.compile(f"[{_INVISIBLE}]")
_STRETCH: Final = re.compile(r"[\x00-\x7f]?[^\x00-\x7f]+")
"""What is not plain ASCII, with the letter before it, which an accent may follow."""
SINGLE: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
"""Scripts written without spaces: every character is a word of its own."""
_WORD: Final = re.compile(rf"(?:(?<=\d)[.,](?=\d)|[^\W_{SINGLE}])+|[{SINGLE}]")
_ASCII_WORD: Final = re.compile(r"(?:(?<=\d)[.,](?=\d)|[A-Za-z0-9])+")
_SEPARATORS: Final = str.maketrans("", "", ".,")


def fold(text: str) -> str:
    """The text as it is searched: NFKC, case folded, one style of marks, nothing invisible.

    White space is kept as it is, but for spaces of other widths. Use `Folded` for the way back.
    """
    if text.isascii():
        return text.lower().replace("`", "'")
    typed = _SPECIAL.sub(lambda m: _TYPED.get(m[0], ""), text)
    # Case may undo a composition (İ), so the form is made canonical after it.
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", typed).casefold())


class Folded:
    """A folded text that knows where each of its characters stands in the text it was made from."""

    __slots__ = ("_ends", "_folded", "_starts", "original", "text")

    def __init__(self, original: str) -> None:
        self.original = original
        self.text: str
        """`fold(original)`."""
        # Runs: where each begins in the folded text and in the original, and where it ends there
        # if it is one character that cannot be parted (0: one to one, character by character).
        self._folded = array("I", [0])
        self._starts = array("I", [0])
        self._ends = array("I", [0])
        if original.isascii():
            self.text = fold(original)
            return
        parts: list[str] = []
        done = length = 0
        for stretch in _STRETCH.finditer(original):
            plain = fold(original[done : stretch.start()])
            parts.append(plain)
            length += len(plain)
            at = stretch.start()
            done = stretch.end()
            while at < done:
                end = _folded_end(original, at)
                piece = _folded_part(original[at:end])
                if not len(piece) == end - at == 1:
                    self._run(length, at, end)
                    self._run(length + len(piece), end, 0)
                parts.append(piece)
                length += len(piece)
                at = end
        parts.append(fold(original[done:]))
        self.text = "".join(parts)

    def _run(self, folded: int, start: int, end: int) -> None:
        if self._folded[-1] == folded and not self._ends[-1]:
            # Nothing stood in the run before.
            self._starts[-1], self._ends[-1] = start, end
            return
        self._folded.append(folded)
        self._starts.append(start)
        self._ends.append(end)

    def range(self, start: int, end: int) -> tuple[int, int]:
        """Where `[start, end)` of the folded text, not empty, stands in the original.

        Whole graphemes: half a ligature or the letter under an accent stands where all of it does.
        What cannot be seen at the end is left out.
        """
        first = bisect_right(self._folded, start) - 1
        begin = self._starts[first]
        if not self._ends[first]:
            begin += start - self._folded[first]
        last = bisect_right(self._folded, end - 1) - 1
        stop = self._ends[last] or self._starts[last] + end - self._folded[last]
        text = self.original
        while stop - 1 > begin and _IGNORED.match(text, stop - 1) and is_boundary(text, stop - 1):
            stop -= 1
        while not is_boundary(text, begin):
            begin -= 1
        while not is_boundary(text, stop):
            stop += 1
        return begin, stop

    def places(self, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
        """Where a pattern (of folded text) matches, as ranges of the original, not overlapping."""
        out: list[tuple[int, int]] = []
        for match in pattern.finditer(self.text):
            if match.end() > match.start():
                found = self.range(*match.span())
                if not out or found[0] >= out[-1][1]:
                    out.append(found)
        return out


def literal(query: str) -> re.Pattern[str]:
    """The pattern that finds words as typed in a folded text; any white space is as good.

    It matches nothing for a query in which nothing can be seen.
    """
    typed = fold(query).split()
    return re.compile(r"\s+".join(map(re.escape, typed)) if typed else r"(?!)")


def places(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    """Every place of a `literal` pattern in a text, as ranges of its code points, in order.

    The ranges are of the text as it is stored, whole graphemes, and do not overlap.
    """
    if pattern.search(fold(text)) is None:
        # Most texts: the way back is made only where there is something to come back from.
        return []
    return Folded(text).places(pattern)


def words(text: str) -> list[str]:
    """The words of the normal form: folded, no marks; "1,200" is one word "1200", "l'eau" two."""
    folded = fold(text)
    found: list[str] = (_ASCII_WORD if folded.isascii() else _WORD).findall(folded)
    return [w.translate(_SEPARATORS) if "." in w or "," in w else w for w in found]


def spans_of_words(folded: str) -> list[tuple[int, int]]:
    """Where each of the words of a folded text is in it, in order."""
    return [m.span() for m in _WORD.finditer(folded)]


def normal(text: str) -> str:
    """The normal form: `words` with one space between."""
    return " ".join(words(text))


@dataclass(frozen=True, slots=True)
class Normalised:
    """A normal form that knows where its words stand in the text it was made from."""

    words: tuple[str, ...]
    starts: array[int]
    """Code point in the text where each word starts."""
    ends: array[int]

    @property
    def normal(self) -> str:
        """The normal form."""
        return " ".join(self.words)

    def word_range(self, start: int, end: int) -> tuple[int, int]:
        """Which words `[start, end)`, characters of the normal form, touches: `[first, last)`."""
        first = last = -1
        at = 0
        for i, word in enumerate(self.words):
            if at < end and start < at + len(word):
                first = i if first < 0 else first
                last = i
            at += len(word) + 1
        return (first, last + 1) if first >= 0 else (0, 0)


def normalise(text: str) -> Normalised:
    """Return the normal form of a text with the place of every word.

    The words are those of `words(text)`. Slower: made for the few sentences that are shown.
    """
    folded = Folded(text)
    found: list[str] = []
    starts, ends = array("I"), array("I")
    for match in _WORD.finditer(folded.text):
        start, end = folded.range(*match.span())
        found.append(match[0].translate(_SEPARATORS))
        starts.append(start)
        ends.append(end)
    return Normalised(tuple(found), starts, ends)


@lru_cache(maxsize=4096)
def _joins(ch: str) -> bool:
    """Whether a character is folded together with the one before it: accents, Hangul, nothings."""
    if _IGNORED.match(ch):
        return True
    first = unicodedata.normalize("NFKD", ch)[0]
    return unicodedata.category(first)[0] == "M" or "\u1160" <= first <= "\u11ff"


def _folded_end(text: str, start: int) -> int:
    """The end of what is folded with the character at `start`: the forms of such parts, one after
    the other, are the form of the whole.

    No rule of graphemes: half-width jamo, letters with nothings between them and an accent compose
    though a text may be cut there. `Folded.range` makes whole graphemes of what was found.
    """
    end = start + 1
    while end < len(text) and _joins(text[end]):
        end += 1
    return end


@lru_cache(maxsize=4096)
def _folded_part(part: str) -> str:
    return fold(part)
