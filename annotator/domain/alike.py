"""When two texts are one article to a reader, though not character for character.

Editors, mail programs and version control change line ends, trailing blanks and the composition of
accents without anybody seeing it. Such a copy is another article here (its offsets differ), so what
annotators of the two made is never compared: whoever adds or compares texts must be told.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Final

ALIKE: Final = "but for line ends, blanks or unseen characters"
"""How texts of one plain form may differ, in the words that people are told."""

_UNSEEN: Final = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)


def plain_form(text: str) -> str:
    """The text as it is read: composed (NFC), without invisible characters, on one line.

    Every run of white space and line ends is one blank; there is none at either end.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", _UNSEEN.sub("", text))
    return " ".join(text.split())


def plain_sha256(text: str) -> str:
    """SHA-256 of the plain form's UTF-8 bytes, as hex: equal for texts that read alike."""
    return hashlib.sha256(plain_form(text).encode("utf-8", "surrogatepass")).hexdigest()
