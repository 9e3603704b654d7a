"""Keyboards that do not type the letters of the key table: which key a character stands for.

Only characters that are no ASCII are taken for others, so a preset does no harm while the standard
layout is on; and on a French keyboard the number row, whose digits need Shift.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final

from annotator.domain.errors import AnnotatorError

_ROWS: Final = ("qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./")
_PLAIN: Final = "`1234567890-=\\" + "".join(_ROWS)
_SHIFT: Final = '~!@#$%^&*()_+|QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>?'
SHIFTED: Final = dict(zip(_PLAIN, _SHIFT, strict=True))
"""What a key of the standard layout types with Shift."""


def _letters(top: str, home: str, bottom: str, others: str = "") -> dict[str, str]:
    """Character -> the one at its place on the standard layout, for letters and their capitals.

    Each row begins where `_ROWS` does; `others` are pairs of a character and the standard one.
    """
    found = {others[i]: others[i + 1] for i in range(0, len(others), 2)}
    for row, standard in zip((top, home, bottom), _ROWS, strict=True):
        for typed, key in zip(row, standard, strict=False):
            if not typed.isascii():
                found.setdefault(typed, key)
                if len(typed.upper()) == 1 and typed.upper() != typed:
                    found.setdefault(typed.upper(), SHIFTED[key])
    return found


LAYOUTS: Final[Mapping[str, Mapping[str, str]]] = {
    "ar": _letters("ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤر ىةوزظ", "ذ`؟?،K؛P١1٢2٣3٤4٥5٦6٧7٨8٩9٠0"),
    # Digits without Shift, and with it what stands there without on paper.
    "azerty": dict(zip("&é\"'(-è_çà1234567890", "1234567890&é\"'(-è_çà", strict=True)),
    "bg": _letters(",уеишщксдзц;", "ьяаожгтнвмч", "юйъэфхпрлб", "ы~„`"),
    "bg-phonetic": _letters("явертъуиопшщ", "асдфгхйкл", "зьцжбнм", "ч`Ч~ю\\Ю|"),
    "el": _letters(";ςερτυθιοπ", "ασδφγηξκλ", "ζχψωβνμ", "ΣS"),
    "he": _letters("/'קראטוןםפ", "שדגכעיחלךף", "זסבהנמצתץ"),
    "qwertz": _letters("qwertzuiopü", "asdfghjklöä", "yxcvbnm"),
    "ru": _letters("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю", "ё`Ё~№#"),
    "uk": _letters("йцукенгшщзхї", "фівапролджє", "ячсмитьбю", "ґ\\Ґ|№#₴~"),
}
"""Name -> character as typed -> the character of the key table that it stands for."""
TOLD: Final[dict[str, str]] = {}
"""Key that types no ASCII, as Textual names it -> what is at its place on the standard layout,
as the terminal told it last (see `terminal/positions.py`)."""
_OF_SCRIPT: Final = {
    "CYRILLIC": 'layout = "ru", "uk", "bg" or "bg-phonetic"',
    "GREEK": 'layout = "el"',
    "HEBREW": 'layout = "he"',
    "ARABIC": 'layout = "ar"',
}


def character_name(character: str) -> str:
    """What Textual calls the key of a character that is no ASCII."""
    if character.isalnum():
        return character
    return unicodedata.name(character, character).lower().replace("-", "_").replace(" ", "_")


def check_layout(name: str) -> None:
    """Raise AnnotatorError for a layout that is not there ("" is none)."""
    if name and name not in LAYOUTS:
        raise AnnotatorError(f"there is no layout {name!r}", f"there are: {', '.join(LAYOUTS)}")


def foreign_letter(character: str | None) -> tuple[str, str] | None:
    """What a keyboard types that none of the table's keys is on, and what to do about it.

    None for a character that is no letter or sign of another script.
    """
    if not character or len(character) != 1 or character.isascii() or not character.isprintable():
        return None
    if character in LAYOUTS["azerty"]:
        return (
            f"No key is on {character}",
            'on a French one layout = "azerty" in the configuration types digits without Shift',
        )
    script = unicodedata.name(character, "").partition(" ")[0]
    if unicodedata.category(character)[0] not in "LM" or script in ("", "LATIN", "COMBINING"):
        return None
    preset = _OF_SCRIPT.get(script)
    more = f"; or set {preset} in the configuration" if preset else ""
    return f"This keyboard types {script.capitalize()}", f"switch the layout{more}"
