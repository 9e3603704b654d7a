"""Text from outside, made safe to print: no control reaches the terminal, nothing stays hidden.

`safe_text` keeps one code point for one code point, so offsets into its result are offsets into
the text.
"""

from __future__ import annotations

import re
from typing import Final

from annotator.domain.graphemes import joins_emoji

HIDDEN: Final = "·"
"""Stands for an invisible format character (zero-width space, bidi override, tag, soft hyphen)."""
BROKEN: Final = "\ufffd"
"""Stands for what is no character: lone surrogates, noncharacters, most C1 controls."""
LINE_END: Final = "␤"
"""Stands for the separators that a terminal may take for a new line: NEL, LS, PS."""

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
# The patterns below are for single characters that are unsafe: `re` compiles them when one comes.
_CONTROL: Final = "[\x00-\x1f\x7f-\x9f\u2028\u2029]"
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_NO_CHARACTER: Final = f"[{_NOT_CHARACTERS}]"
_SELECTOR: Final = "[\ufe00-\ufe0f\U000e0100-\U000e01ef]"

# Scripts in which ZWNJ and ZWJ are spelling, not trickery: Arabic and its kin, the Indic scripts,
# Myanmar, Khmer, Mongolian, Arabic presentation forms.
_JOINING: Final = "[\u0600-\u0dff\u1000-\u109f\u1780-\u18af\ua840-\uabff\ufb50-\ufdff\ufe70-\ufefc]"
_BLANKS: Final = re.compile(r"\s+")


def _control_symbol(ch: str) -> str:
    if ch == "\t":
        return " "
    if ch in "\x85\u2028\u2029":
        return LINE_END
    if ch <= "\x1f":
        return chr(0x2400 + ord(ch))
    return "␡" if ch == "\x7f" else BROKEN


def _symbol(match: re.Match[str]) -> str:
    """One visible code point for an unsafe one, or the same when its context makes it honest."""
    ch, text, at = match[0], match.string, match.start()
    if re.match(_CONTROL, ch):
        return _control_symbol(ch)
    if re.match(_NO_CHARACTER, ch):
        return BROKEN
    before = text[at - 1] if at else " "
    after = text[at + 1] if at + 1 < len(text) else " "
    if ch in (_ZWJ, _ZWNJ):
        if ch == _ZWJ and joins_emoji(text, at):
            return ch
        # ZWJ becomes ZWNJ here: rich takes whatever follows a ZWJ for a part of the emoji before.
        return _ZWNJ if re.match(_JOINING, before) and re.match(_JOINING, after) else HIDDEN
    if re.match(_SELECTOR, ch):
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


def visible_controls(text: str) -> str:
    """Return the text with its control characters, but for tab, CR and LF, as visible symbols.

    For text that is kept (a note): what it says stays, what it would do to a terminal does not.
    """
    return _CONTROLS.sub(lambda found: _control_symbol(found[0]), text)


def safe_lines(text: str) -> str:
    """Return `safe_text` of each line: line feeds stay."""
    if "\n" not in text:
        return safe_text(text)
    return "\n".join(map(safe_text, text.split("\n")))


def safe_line(text: str) -> str:
    """Return `safe_text` on one line: every run of blanks and line breaks is one space."""
    return safe_text(_BLANKS.sub(" ", text).strip())


def json_safe(json: str) -> str:
    """Return JSON text with every unsafe code point written as its escape: the same JSON.

    `json.dumps(..., ensure_ascii=False)` escapes only the controls below U+0020. Line breaks and
    blanks outside its strings stay.
    """
    return _UNSAFE.sub(_json_escape, json)


def _json_escape(match: re.Match[str]) -> str:
    ch, text, at = match[0], match.string, match.start()
    if ch in "\n\t" or (ch in (_ZWJ, _ZWNJ) and at and ord(text[at - 1]) > 0x7F):
        return ch
    code = ord(ch)
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


def toml_safe(toml: str) -> str:
    """Return TOML source with every unsafe code point as its escape, where it means the same.

    In a string in single quotes, where there are no escapes, it is shown as a symbol.
    """
    import tomllib

    if toml.isascii() and not _CONTROLS.search(toml):
        return toml
    escaped = _UNSAFE.sub(_toml_escape, toml)
    return escaped if tomllib.loads(escaped) == tomllib.loads(toml) else safe_lines(toml)


def _toml_escape(match: re.Match[str]) -> str:
    if match[0] in "\n\r\t" or _symbol(match) == match[0]:
        return match[0]
    code = ord(match[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
