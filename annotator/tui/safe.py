"""Text from outside, made safe to draw: no control reaches the terminal, nothing stays hidden.

Every function here is pure and knows nothing of Textual. `safe_text` keeps one code point for one
code point, so offsets into its result are offsets into the text. What is *not* escaped is console
markup, because only the receiver knows whether it parses any: give results to `Content(...)`,
`Segment` or `markup=False`, and use `safe_markup` where an API insists on parsing.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

HIDDEN: Final = "·"
"""Stands for an invisible format character (zero-width space, bidi override, tag, soft hyphen)."""
BROKEN: Final = "\ufffd"
"""Stands for what is no character: lone surrogates, noncharacters, most C1 controls."""
LINE_END: Final = "␤"
"""Stands for the separators that a terminal may take for a new line: NEL, LS, PS."""
CARRIER: Final = "◌"
"""Carries a combining mark that has nothing to combine with."""

_ZWNJ: Final = "\u200c"
_ZWJ: Final = "\u200d"

# Default-ignorable code points and format controls (Unicode DerivedCoreProperties, category Cf),
# without the few of category Cf that have a glyph (Arabic number signs and the like).
_INVISIBLE: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U00013430-\U00013455\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_NOT_CHARACTERS: Final = "\ud800-\udfff\ufdd0-\ufdef" + "".join(
    chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)
)
_UNSAFE: Final = re.compile(
    f"[\x00-\x1f\x7f-\x9f\u2028\u2029{_INVISIBLE}{_NOT_CHARACTERS}]",
)

# Scripts in which ZWNJ and ZWJ are spelling, not trickery: Arabic and its kin with the Indic
# scripts, Myanmar, Khmer and Mongolian, later Indic additions, Arabic presentation forms.
_JOINING: Final = (
    ("\u0600", "\u0dff"),
    ("\u1000", "\u109f"),
    ("\u1780", "\u18af"),
    ("\ua840", "\uabff"),
    ("\ufb50", "\ufdff"),
    ("\ufe70", "\ufefc"),
)
_BLANKS: Final = re.compile(r"\s+")
# Blocks made of combining marks only; five on one letter is beyond any orthography we know of.
_STACK: Final = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4})"
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)


def _joining(ch: str) -> bool:
    return any(first <= ch <= last for first, last in _JOINING)


def _control_symbol(ch: str) -> str:
    if ch == "\t":
        return " "
    if ch in "\x85\u2028\u2029":
        return LINE_END
    if ch <= "\x1f":
        return chr(0x2400 + ord(ch))
    return "␡" if ch == "\x7f" else BROKEN


def joins_emoji(before: str, after: str) -> bool:
    """Whether a ZWJ between these two characters makes one emoji of them (UTS 51)."""
    return unicodedata.category(after) == "So" and (
        before == "\ufe0f"
        or "\U0001f3fb" <= before <= "\U0001f3ff"
        or unicodedata.category(before) == "So"
    )


def _symbol(match: re.Match[str]) -> str:
    """One visible code point for an unsafe one, or the same when its context makes it honest."""
    ch, text, at = match[0], match.string, match.start()
    kind = unicodedata.category(ch)
    if kind in ("Cc", "Zl", "Zp"):
        return _control_symbol(ch)
    if kind == "Cs" or ord(ch) & 0xFFFE == 0xFFFE or "\ufdd0" <= ch <= "\ufdef":
        return BROKEN
    before = text[at - 1] if at else " "
    after = text[at + 1] if at + 1 < len(text) else " "
    if ch in (_ZWJ, _ZWNJ):
        if ch == _ZWJ and joins_emoji(before, after):
            return ch
        # ZWJ becomes ZWNJ here: rich takes whatever follows a ZWJ for a part of the emoji before.
        return _ZWNJ if _joining(before) and _joining(after) else HIDDEN
    if "\ufe00" <= ch <= "\ufe0f" or "\U000e0100" <= ch <= "\U000e01ef":
        # A selector says how the character before it looks; alone or in rows it can only hide data.
        return HIDDEN if before.isspace() or _UNSAFE.match(before) else ch
    return HIDDEN


def safe_text(text: str) -> str:
    """Return the text with every unsafe code point shown as a visible one-cell symbol.

    One code point in, one code point out. Controls become control pictures (ESC is `␛`), a tab one
    blank cell, invisible and bidirectional format characters `·`, line separators `␤`, what is no
    character `\\ufffd`. Joiners stay inside emoji and in scripts that need them, variation
    selectors stay after the character they select for.
    """
    if text.isascii() and text.isprintable():
        return text
    return _UNSAFE.sub(_symbol, text)


def safe_label(text: str, cells: int | None = None) -> str:
    """Return one line to draw as a title or label: safe, blanks folded, at most `cells` wide.

    What does not fit is cut between graphemes and ends in `…`. Console markup is not escaped.
    """
    line = _STACK.sub(r"\1", safe_text(_BLANKS.sub(" ", text).strip()))
    if line and unicodedata.combining(line[0]):
        line = CARRIER + line
    if cells is None:
        return line
    # Imported here: the module is also used where no terminal is (logs, `--json` titles).
    from rich.cells import cell_len, split_graphemes

    if cell_len(line) <= cells:
        return line
    if cells < 1:
        return ""
    graphemes, _ = split_graphemes(line)
    used = end = 0
    for _, stop, width in graphemes:
        if used + width > cells - 1:
            break
        used, end = used + width, stop
    return line[:end].rstrip() + "…"


def safe_markup(text: str, cells: int | None = None) -> str:
    """Return `safe_label(text, cells)` escaped for a Textual API that parses markup.

    `textual.markup.escape` (8.2.8) is not enough: it doubles a final backslash and lets `\\([/-/`
    through to a MarkupError. A backslash before every bracket reads back exactly (tested).
    """
    return safe_label(text, cells).replace("[", "\\[")
