"""The normal form of a sentence: what stays when case, marks, spacing and typography do not count.

Two sentences with one normal form are the same words; the phrase index compares normal forms.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from dataclasses import dataclass
from typing import Final

NORMAL_VERSION: Final = 1
"""Stored with every index; another version means that the index must be built anew."""

_JOINERS: Final = str.maketrans(dict.fromkeys("'’‘ʼ`´\u00ad\u200b\u200c\u200d\ufeff"))
"""Dropped inside words: don't and don’t are one word; soft hyphens and zero widths are nothing."""
_SINGLE: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
"""Scripts written without spaces: every character is a word of its own."""
_WORD: Final = re.compile(rf"(?:(?<=\d)[.,](?=\d)|[^\W_{_SINGLE}])+|[{_SINGLE}]")
_ASCII_WORD: Final = re.compile(r"(?:(?<=\d)[.,](?=\d)|[A-Za-z0-9])+")
_SEPARATORS: Final = str.maketrans("", "", ".,")


def words(text: str) -> list[str]:
    """The words of the normal form: NFKC, lower case, no marks; "1,200" is one word "1200"."""
    if text.isascii():
        found: list[str] = _ASCII_WORD.findall(text.translate(_JOINERS).lower())
    else:
        # Case may undo a composition (İ), so the form is made canonical after it.
        folded = unicodedata.normalize("NFKC", text).translate(_JOINERS).lower()
        found = _WORD.findall(unicodedata.normalize("NFKC", folded))
    return [w.translate(_SEPARATORS) if "." in w or "," in w else w for w in found]


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
    folded: list[str] = []
    origin = array("I")
    for start, end in _clusters(text):
        piece = unicodedata.normalize("NFKC", text[start:end]).translate(_JOINERS).lower()
        for ch in unicodedata.normalize("NFKC", piece):
            folded.append(ch)
            origin.append(start)
    found: list[str] = []
    starts, ends = array("I"), array("I")
    for match in _WORD.finditer("".join(folded)):
        found.append(match[0].translate(_SEPARATORS))
        starts.append(origin[match.start()])
        ends.append(_cluster_end(text, origin[match.end() - 1]))
    return Normalised(tuple(found), starts, ends)


def _clusters(text: str) -> list[tuple[int, int]]:
    """Base characters with what composes with them, so that NFKC of the parts is NFKC of all."""
    out: list[tuple[int, int]] = []
    start = 0
    while start < len(text):
        end = _cluster_end(text, start)
        out.append((start, end))
        start = end
    return out


def _cluster_end(text: str, start: int) -> int:
    end = start + 1
    while end < len(text) and (
        unicodedata.combining(text[end])
        or "\u1160" <= text[end] <= "\u11ff"
        or "\uff9e" <= text[end] <= "\uff9f"
    ):
        end += 1
    return end
