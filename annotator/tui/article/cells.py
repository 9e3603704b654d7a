"""How wide a text is in terminal cells, and which code points are drawn together.

Widths are rich's (`rich.cells`), because Textual measures every segment with them; what belongs
together is the domain's rule (UAX 29), so that no place offered here cuts a grapheme.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final, NamedTuple

from rich.cells import cell_len, get_character_cell_size

from annotator.domain.graphemes import cluster_end
from annotator.text.safe import HIDDEN, safe_text
from annotator.tui.terminal.printable import CARRIER

BLANKS: Final = (
    " \t\n\r\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u202f\u205f\u3000"
)
"""What is drawn as a blank. `str.isspace` says more: separators that are shown as symbols."""

_MOST_CODE_POINTS: Final = 16
"""Longest cluster drawn in full; the longest emoji recommended for interchange has ten."""
_MOST_CELLS: Final = 4

# Characters that fill one cell, stand alone and are drawn as they are: Latin, Greek, Cyrillic,
# typographic punctuation, currencies. A line made only of these needs no grapheme work at all.
_NOT_NARROW: Final = re.compile(
    "[^ -~\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf]"
)
# As much again that stands alone, one or two cells wide: Han, kana, Hangul syllables, full forms.
_NOT_SINGLE: Final = (
    "[^ -~\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf"
    "\u3000-\u3029\u3030-\u303e\u3041-\u3096\u309b-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7a3\uff01-\uff9d\uffe0-\uffe6]"
)


@cache
def _not_single() -> re.Pattern[str]:
    """Compiled when first needed: it costs 3 ms, and most articles are narrow all through."""
    return re.compile(_NOT_SINGLE)


class Cluster(NamedTuple):
    """Code points `[start, end)` drawn together as `drawn`, which fills `width` cells (1 to 4)."""

    start: int
    end: int
    drawn: str
    width: int


class _Widths(dict[str, int]):
    """Cell widths of single characters, measured once each."""

    def __missing__(self, ch: str) -> int:
        width = self[ch] = get_character_cell_size(ch)
        return width


_WIDTH: Final = _Widths()


def is_narrow(text: str, start: int, end: int) -> bool:
    """Whether `[start, end)` takes exactly one cell per code point, each drawn as itself."""
    return _NOT_NARROW.search(text, start, end) is None


def widths(text: str, start: int, end: int) -> list[int] | None:
    """Return the cells of each code point, or None when some code points are drawn together."""
    if _not_single().search(text, start, end) is not None:
        return None
    return [_WIDTH[ch] for ch in text[start:end]]


def _is_regional(ch: str) -> bool:
    return "\U0001f1e6" <= ch <= "\U0001f1ff"


def _flag_letters(drawn: str) -> str:
    return "".join(chr(ord(ch) - 0x1F1E6 + ord("A")) for ch in drawn)


def _simplified(drawn: str) -> str:
    """The base of an emoji sequence; flags become the letters of their region."""
    if len(drawn) == 2 and _is_regional(drawn[0]) and _is_regional(drawn[1]):
        return _flag_letters(drawn)
    joined = any(
        ch in "\u200d\ufe0f\u20e3" or "\U0001f3fb" <= ch <= "\U0001f3ff" for ch in drawn[1:]
    )
    return drawn[0] if joined else drawn


def _draw(drawn: str, simplify: bool) -> tuple[str, int]:
    """Settle what a cluster looks like, so that it has at least one cell and a sane size."""
    if simplify and len(drawn) > 1:
        drawn = _simplified(drawn)
    if len(drawn) > _MOST_CODE_POINTS:
        drawn = drawn[0]
    width = cell_len(drawn)
    if width == 0:
        # A mark or a joiner without a base would land on the cell before it, even in the gutter.
        drawn = CARRIER + drawn if unicodedata.category(drawn[0])[0] == "M" else HIDDEN
        width = cell_len(drawn)
    if width > _MOST_CELLS:
        drawn = drawn[0]
        width = cell_len(drawn)
    return drawn, width


def clusters(text: str, start: int, end: int, simplify: bool = False) -> list[Cluster]:
    """Divide `[start, end)` into what is drawn together, in order and without gaps.

    Every boundary is a grapheme boundary of the text. With `simplify` an emoji sequence is drawn
    as its base alone, for terminals that do not join them; offsets stay the same.
    """
    # With the neighbours, so that a paragraph and its lines come out the same.
    before = min(start, 1)
    safe = safe_text(text[start - before : end + 1])[before:]
    out: list[Cluster] = []
    at = start
    while at < end:
        stop = cluster_end(text, at, end)
        # A kept ZWNJ has no cell: it belongs to the letter before it.
        while stop < end and safe[stop - start] == "\u200c":
            stop = cluster_end(text, stop, end)
        raw = safe[at - start : stop - start]
        if stop - at == 1 and " " <= raw <= "~":
            out.append(Cluster(at, stop, raw, 1))
        else:
            # Line breaks inside a paragraph are blanks here: the paragraph is wrapped anew.
            if text[at] in "\r\n":
                raw = " "
            out.append(Cluster(at, stop, *_draw(raw, simplify)))
        at = stop
    return out
