"""Which code points make one character for a reader, and so where a text may be cut.

Extended grapheme clusters of Unicode UAX 29: an accent and its letter, an emoji of several parts, a
flag, a Hangul syllable, an Indic conjunct, CR LF. This is the only rule: what may be selected,
stored and drawn goes by it. It stands on a table of ours (`grapheme_table`, made from Unicode's
data, its version stated), so that it does not change with the version of Python or of a library.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import product
from typing import Final

from annotator.domain.grapheme_table import CLASSES, STARTS


class _Classes(dict[str, str]):
    """The class of each character that was looked at.

    `r n` CR and LF, `C` control; `E e k` what joins the character before it (Extend): `e` also
    inside an Indic conjunct, `k` the sign that makes one (the linker, virama); `K` a linker that
    does not join what stands before it; `Z` ZWJ; `S` spacing mark; `P` what joins the character
    after it; `R` letter of a flag; `L V T` jamo, `A B` syllable without and with final; `X` emoji
    and the like; `I` consonant of a script with conjuncts; `.` any other.
    """

    def __missing__(self, ch: str) -> str:
        if "\uac00" <= ch <= "\ud7a3":
            found = "B" if (ord(ch) - 0xAC00) % 28 else "A"
        else:
            found = CLASSES[bisect_right(STARTS, ord(ch)) - 1]
        self[ch] = found
        return found


_CLASS: Final = _Classes()
_ALL: Final = "rnCEekKZSPRLVTABXI."
_CONTROLS: Final = "rnC"
_FOLLOWING: Final = "EekZS"


def _pairs(before: str, after: str) -> set[str]:
    return {a + b for a, b in product(before, after)}


_ANY: Final = "".join(c for c in _ALL if c not in _CONTROLS)
_JOINED: Final = frozenset(
    {"rn"}  # GB3
    | _pairs("L", "LVAB") | _pairs("AV", "VT") | _pairs("BT", "T")  # GB6 to GB8
    | _pairs(_ANY, _FOLLOWING)  # GB9, GB9a
    | _pairs("P", _ANY)  # GB9b
)  # fmt: skip
"""Pairs that are never parted, by their classes."""
_CONJUNCT: Final = frozenset(_pairs("ekKZ", "I"))
_BY_CONTEXT: Final = frozenset({"RR", "ZX"} | _CONJUNCT)
"""Pairs that what stands before them decides."""


def is_boundary(text: str, offset: int) -> bool:
    """Whether `offset` (code points) is inside the text or at its ends, and cuts no grapheme."""
    if offset <= 0 or offset >= len(text):
        return 0 <= offset <= len(text)
    before, after = text[offset - 1], text[offset]
    # Most texts are Latin, Greek or Cyrillic: no mark, no sign that joins what follows.
    if after < "\u0300" and before < "\u0600" and before != "\r":
        return True
    return not _joined(text, offset, 0)


def _joined(text: str, offset: int, low: int) -> bool:
    """Whether the characters before and after `offset` are one; only from `low` on is looked at."""
    pair = _CLASS[text[offset - 1]] + _CLASS[text[offset]]
    if pair not in _BY_CONTEXT:
        return pair in _JOINED
    at = offset - 1
    if pair == "RR":  # GB12, GB13: flags are pairs, counted from the start of their row
        while at >= low and _CLASS[text[at]] == "R":
            at -= 1
        return (offset - 1 - at) % 2 == 1
    if pair == "ZX":  # GB11: an emoji sequence only, not a ZWJ after a letter
        at -= 1
        while at >= low and _CLASS[text[at]] in "Eek":
            at -= 1
        return at >= low and _CLASS[text[at]] == "X"
    while at >= low and _CLASS[text[at]] in "eZ":  # GB9c: a conjunct, whose linker may carry marks
        at -= 1
    return at >= low and _CLASS[text[at]] in "kK"


def cluster_end(text: str, start: int, end: int) -> int:
    """Where the grapheme that starts at `start`, a boundary, ends; `end` at most.

    Quicker than `next_boundary`: nothing before `start` is looked at.
    """
    at = start + 1
    while at < end and _joined(text, at, start):
        at += 1
    return at


def next_boundary(text: str, offset: int) -> int:
    """The first place after `offset` where the text may be cut."""
    offset += 1
    while offset < len(text) and not is_boundary(text, offset):
        offset += 1
    return min(offset, len(text))


def previous_boundary(text: str, offset: int) -> int:
    """The last place before `offset` where the text may be cut."""
    offset -= 1
    while offset > 0 and not is_boundary(text, offset):
        offset -= 1
    return max(offset, 0)


def joins_emoji(text: str, at: int) -> bool:
    """Whether the ZWJ at `at` makes one emoji of what stands before and after it."""
    return at + 1 < len(text) and _CLASS[text[at + 1]] == "X" and _joined(text, at + 1, 0)


def cuts_conjunct(text: str, offset: int) -> bool:
    """Whether `offset` parts an Indic conjunct, and nothing else: before Unicode 15.1, on which
    earlier versions stood, that was a boundary."""
    return (
        0 < offset < len(text)
        and _CLASS[text[offset - 1]] + _CLASS[text[offset]] in _CONJUNCT
        and _joined(text, offset, 0)
    )
