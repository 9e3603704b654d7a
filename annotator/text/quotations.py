"""Quotations in running text: a state machine over every common style of marks.

One pass over the text, one stack, no backtracking: time is linear and nothing raises. A mark's
role follows from its neighbours (Unicode UAX 29 treats none of this; newsrooms mix styles within
one quotation), from what is open, and, for single marks, from what comes later on the line,
because the closing single mark and the apostrophe are the same character.

A quotation never crosses a line break. One that goes on in the next paragraph is several
`Quotation`s linked by `continues`, as newspapers print it: each paragraph opens again and only the
last one closes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, Literal, NamedTuple

Style = Literal["double", "single", "guillemet"]
_Side = Literal["open", "close", "either", "none"]

_MARK: Final = re.compile(r"''|``|[\"“”„‟″＂«»‹›'‘’‚‛′`]")
_LINE: Final = re.compile(r"[^\r\n\u2028\u2029\x0b\x0c\x85]+")
_DOUBLE: Final = frozenset(("''", "``", '"', "“", "”", "„", "‟", "″", "＂"))
_GUILLEMET: Final = frozenset("«»‹›")
_OPENING: Final = frozenset("([{<—–-/…=:;,>")
_CLOSING: Final = frozenset(")]}>—–-/….,;:!?")
_ELISIONS: Final = frozenset(
    "em|til|tis|twas|cause|bout|round|tween|n|ere|neath|nuff|s|t|d|ll|re|ve|m|kay".split("|")  # noqa: SIM905
)
_WORD: Final = re.compile(r"\w+")
_MAX_CARRY: Final = 6
"""How many lines without a mark an open quotation may run on before it is given up."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation, or the part of one that lies in one paragraph.

    `[start, end)` includes the marks, `[inner_start, inner_end)` does not (code points). `depth`
    counts the quotations around it. `closed` is False when the paragraph ends first. `continues`
    is the index, in the list this came from, of the part in an earlier paragraph.
    """

    start: int
    end: int
    inner_start: int
    inner_end: int
    style: Style
    depth: int
    closed: bool
    continues: int | None = None


class _Mark(NamedTuple):
    start: int
    end: int
    style: Style
    side: _Side
    strong: bool
    """A closing single mark that cannot well be an apostrophe."""
    possessive: bool
    """A closing single mark after "s", as in "the voters' choice"."""
    german: bool
    """Opens low („ ‚): then the high mark that would open elsewhere closes."""


class _Open(NamedTuple):
    place: int
    mark: _Mark


def quotations(text: str) -> list[Quotation]:
    """Return the quotations of a text, sorted by start; outer before inner.

    Linear in `len(text)`; accepts any string.
    """
    found: list[Quotation] = []
    carried: Quotation | None = None
    carried_at = -1
    blank: list[tuple[int, int, int, int]] = []
    for line in _LINE.finditer(text):
        start, end = line.span()
        if not text[start:end].strip():
            continue
        marks = _marks(text, start, end)
        if carried is not None and not any(m.style == carried.style for m in marks):
            before = len(found)
            _scan(text, marks, start, end, found, -1)
            blank.append((start, end, before, len(found)))
            if len(blank) > _MAX_CARRY:
                carried, blank = None, []
            continue
        resumed = -1
        if carried is not None:
            first = next(m for m in marks if m.style == carried.style)
            at_line_start = not text[start : first.start].strip(" \t\xa0([*•–—-")
            if first.side in ("open", "either") and at_line_start and not blank:
                resumed = carried_at
            elif first.side == "close":
                # The quotation ran on without marks: every line in between belongs to it.
                for lo, hi, since, until in blank:
                    for index in range(since, until):
                        found[index] = replace(found[index], depth=found[index].depth + 1)
                    found.append(_run_on(text, lo, hi, carried, carried_at))
                    carried_at = len(found) - 1
                marks = [_Mark(start, start, carried.style, "open", True, False, False), *marks]
                resumed = carried_at
        blank = []
        before = len(found)
        _scan(text, marks, start, end, found, resumed)
        carried, carried_at = None, -1
        for index in range(len(found) - 1, before - 1, -1):
            quotation = found[index]
            if not quotation.closed and quotation.depth == 0:
                carried, carried_at = quotation, index
                break
    return _sorted(found)


def chains(found: list[Quotation]) -> list[list[int]]:
    """Group the indices of outermost quotations that continue each other, in text order."""
    chain_of: dict[int, list[int]] = {}
    out: list[list[int]] = []
    for index, quotation in enumerate(found):
        if quotation.depth:
            continue
        if quotation.continues is not None and quotation.continues in chain_of:
            chain = chain_of[quotation.continues]
        else:
            chain = []
            out.append(chain)
        chain.append(index)
        chain_of[index] = chain
    return out


def _run_on(text: str, start: int, end: int, first: Quotation, parent: int) -> Quotation:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Quotation(start, end, start, end, first.style, 0, False, parent)


def _sorted(found: list[Quotation]) -> list[Quotation]:
    order = sorted(range(len(found)), key=lambda i: (found[i].start, -found[i].end, found[i].depth))
    place = {old: new for new, old in enumerate(order)}
    return [
        found[i]
        if found[i].continues is None
        else replace(found[i], continues=place[found[i].continues or 0])
        for i in order
    ]


def _marks(text: str, start: int, end: int) -> list[_Mark]:
    """Classify the marks of one line by their neighbours alone."""
    marks: list[_Mark] = []
    for match in _MARK.finditer(text, start, end):
        lo, hi = match.span()
        sign = match.group()
        before = text[lo - 1] if lo > start else " "
        after = text[hi] if hi < end else " "
        if sign in _DOUBLE:
            side = _double_side(sign, before, after)
            if side != "none":
                marks.append(_Mark(lo, hi, "double", side, True, False, sign == "„"))
        elif sign in _GUILLEMET:
            side = _guillemet_side(sign, before, after)
            marks.append(_Mark(lo, hi, "guillemet", side, True, False, False))
        else:
            mark = _single(text, sign, lo, hi, end, before, after)
            if mark is not None:
                marks.append(mark)
    return _settled_singles(marks)


def _leans(before: str, after: str) -> _Side:
    """Which side a symmetrical mark is on, from what touches it."""
    left = before.isspace() or before in _OPENING or _is_mark(before)
    right = after.isspace() or after in _CLOSING or _is_mark(after)
    if before.isspace() and not after.isspace():
        return "open"
    if after.isspace() and not before.isspace():
        return "close"
    if left and not right:
        return "open"
    if right and not left:
        return "close"
    return "either"


def _is_mark(ch: str) -> bool:
    return ch in "\"“”„‟'‘’‚‛`«»‹›"


def _double_side(sign: str, before: str, after: str) -> _Side:
    lean = _leans(before, after)
    if sign in ("„", "``"):
        return "open"
    if sign in ("“", "‟"):
        # Typed at the end of a word it is a mistake for the closing mark, or German.
        return "either" if lean == "close" else "open"
    if sign == "”":
        return "either" if lean == "open" else "close"
    if lean in ("close", "either") and before.isdigit() and sign in ('"', "″", "''"):
        # 6'2" and 12" are measures unless a quotation is open.
        return "close"
    return lean


def _guillemet_side(sign: str, before: str, after: str) -> _Side:
    # French sets spaces inside the marks, so that neighbours say little; direction says more,
    # except that German books turn them round: »so«.
    pointing_left = sign in "«‹"
    lean = _leans(before, after)
    if lean == "either" or (before.isspace() and after.isspace()):
        return "open" if pointing_left else "close"
    inward = "open" if pointing_left else "close"
    return inward if lean == inward else "either"


def _single(
    text: str, sign: str, lo: int, hi: int, end: int, before: str, after: str
) -> _Mark | None:
    """Classify a single mark, or return None for an apostrophe, a prime or an accent."""
    if before.isalnum() and after.isalnum():
        return None
    if sign == "′":
        return None
    if sign in "‚`‛":
        opens = not after.isspace() and not before.isalnum()
        return _Mark(lo, hi, "single", "open", True, False, sign == "‚") if opens else None
    lean = _leans(before, after)
    if lean == "open" or (lean == "either" and sign == "‘"):
        if not after.isalnum() and not _is_mark(after) and after not in "[($#@.…-—–¿¡£€":
            return None
        word = _WORD.match(text, hi, min(end, hi + 12))
        if word is not None and (
            word.group().casefold() in _ELISIONS or re.fullmatch(r"\d\ds?", word.group())
        ):
            return None
        return _Mark(lo, hi, "single", "open", sign == "‘", False, False)
    if before.isspace():
        return None
    weak = before.isalnum() and (after.isspace() or after.isalnum())
    side: _Side = "close" if lean == "close" else "either"
    return _Mark(lo, hi, "single", side, not weak, weak and before in "sS", False)


def _settled_singles(marks: list[_Mark]) -> list[_Mark]:
    """Drop single marks that must be apostrophes, looking ahead along the line once.

    A straight or curly opener without any closer after it is an elision; a possessive ("voters'")
    is no closer while a better closer follows before the next opener.
    """
    kept: list[_Mark] = []
    closer_follows = strong_follows = False
    for mark in reversed(marks):
        if mark.style != "single":
            kept.append(mark)
        elif mark.side == "open":
            if closer_follows or mark.german or mark.strong:
                kept.append(mark)
            closer_follows = strong_follows = False
        elif mark.strong or not (strong_follows or (mark.possessive and closer_follows)):
            closer_follows = True
            strong_follows = strong_follows or mark.strong
            kept.append(mark)
    kept.reverse()
    return kept


def _scan(
    text: str, marks: list[_Mark], start: int, end: int, found: list[Quotation], resumed: int
) -> None:
    """Pair the marks of one line and append its quotations to `found`."""
    stack: list[_Open] = []
    first = True
    for mark in marks:
        side = mark.side
        level = next((i for i in range(len(stack) - 1, -1, -1) if _pairs(stack[i], mark)), -1)
        if side == "either":
            side = "close" if level >= 0 else "open"
        elif side == "open" and level >= 0 and stack[level].mark.german and not mark.german:
            side = "close"
        if side == "close":
            if level < 0:
                continue
            _abandon(text, found, stack, level + 1, mark.start)
            _close(found, stack.pop(), mark)
            continue
        if level >= 0 and mark.style != "single":
            # The same marks again: the closing one was forgotten.
            _abandon(text, found, stack, level, mark.start)
        if len(stack) >= 8:
            continue
        link = resumed if first and not stack else -1
        first = False
        stack.append(_Open(len(found), mark))
        found.append(
            Quotation(
                mark.start,
                end,
                mark.end,
                end,
                mark.style,
                len(stack) - 1,
                False,
                link if link >= 0 else None,
            )
        )
    _finish(text, found, stack, end)


def _pairs(opened: _Open, mark: _Mark) -> bool:
    return opened.mark.style == mark.style


def _close(found: list[Quotation], opened: _Open, mark: _Mark) -> None:
    quotation = found[opened.place]
    found[opened.place] = replace(quotation, end=mark.end, inner_end=mark.start, closed=True)


def _abandon(text: str, found: list[Quotation], stack: list[_Open], level: int, at: int) -> None:
    """End what is open from `level` upwards before `at`, without a closing mark."""
    while len(stack) > level:
        opened = stack.pop()
        stop = at
        while stop > opened.mark.end and text[stop - 1].isspace():
            stop -= 1
        found[opened.place] = replace(found[opened.place], end=stop, inner_end=stop)


def _finish(text: str, found: list[Quotation], stack: list[_Open], end: int) -> None:
    while end > 0 and stack and text[end - 1].isspace():
        end -= 1
    while stack:
        opened = stack.pop()
        stop = max(end, opened.mark.end)
        found[opened.place] = replace(found[opened.place], end=stop, inner_end=stop)
