"""Greedy wrapping of a paragraph into lines by terminal cells."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import chain
from typing import Final

from annotator.tui.article.cells import BLANKS, clusters, is_narrow, widths

_GLUE: Final = frozenset("\u00a0\u2007\u202f")
"""White space at which a line is never broken."""
_BREAKABLE: Final = frozenset(BLANKS) - _GLUE
_SEPARATORS: Final = frozenset("\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
"""Shown as symbols; a line may break after one."""

# Japanese and Chinese line-breaking rules, the common part (JIS X 4051, GB/T 15834): what must not
# begin a line, and what must not end one.
_NEVER_FIRST: Final = frozenset(
    "!%),.:;?]}¢°’”‰′″℃、。々〉》」』】〕〗〙〛〜ーぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ"
    "・ヽヾゝゞ゛゜！％），．：；？］｝｡｣､･…‥—"
)
_NEVER_LAST: Final = frozenset("([{‘“〈《「『【〔〖〘〚（［｛｢£¥$＄￡￥")


def _wrap_narrow(text: str, start: int, end: int, width: int) -> array[int]:
    """Wrap a text of one cell per code point, whose only breakable white space is U+0020."""
    starts = array("i", [start])
    at = start
    while end - at > width:
        limit = at + width
        cut = limit if text[limit] == " " else text.rfind(" ", at, limit)
        if cut < 0:
            at = limit
        else:
            at = cut + 1
            while at < end and text[at] == " ":
                at += 1
            if at == end:
                break
        starts.append(at)
    return starts


def _may_break(before: str, before_cells: int, after: str, after_cells: int) -> bool:
    """Whether a line may end between two characters neither of which is blank."""
    if before in _SEPARATORS:
        return True
    if before_cells < 2 and after_cells < 2:
        return False
    return (
        after not in _NEVER_FIRST
        and before not in _NEVER_LAST
        and before not in _GLUE
        and after not in _GLUE
    )


def _wrap_units(
    text: str, starts: Sequence[int], cells: Sequence[int], end: int, width: int
) -> array[int]:
    """Wrap a text given as the start and the cells of everything that stays together."""
    lines = array("i", [starts[0] if starts else end])
    filled = 0  # cells from the start of the text up to the unit at hand
    line_from = 0  # the same, at the start of the line
    break_at, break_from = -1, 0
    previous, previous_cells = "", 0  # "" after a blank
    stops = chain(starts[1:], (end,))
    for start, stop, wide in zip(starts, stops, cells, strict=False):
        ch = text[start]
        # A blank with a mark on it is drawn, and so is no blank.
        if ch in _BREAKABLE and not text[start:stop].strip(BLANKS):
            # Blanks never overflow: they hang over the edge.
            filled += wide
            previous = ""
            continue
        if not previous or _may_break(previous, previous_cells, ch, wide):
            break_at, break_from = start, filled
        while filled - line_from + wide > width and start > lines[-1]:
            if break_at > lines[-1]:
                lines.append(break_at)
                line_from = break_from
            else:
                lines.append(start)
                line_from = filled
        filled += wide
        previous, previous_cells = ch, wide
    return lines


def wrap(text: str, start: int, end: int, width: int, simplify: bool = False) -> array[int]:
    """Return where the lines of `[start, end)` start, in code points, for lines of `width` cells.

    A line ends where the next one starts, so the lines cover the range without a gap. Lines break
    after white space, which may hang over the edge, and beside characters of two cells (Han, kana,
    Hangul, emoji) unless punctuation forbids it; a longer word is cut between graphemes. Without
    its trailing white space no line is wider than `width` unless it is a single grapheme.

    Args:
        text: The whole text; offsets are into it.
        start: Where the paragraph starts.
        end: Where it ends.
        width: Cells per line, at least 1.
        simplify: Draw emoji sequences as their base (see `cells.clusters`).
    """
    if is_narrow(text, start, end):
        return _wrap_narrow(text, start, end, width)
    cells = widths(text, start, end)
    if cells is not None:
        return _wrap_units(text, range(start, end), cells, end, width)
    units = clusters(text, start, end, simplify)
    return _wrap_units(text, [u.start for u in units], [u.width for u in units], end, width)
