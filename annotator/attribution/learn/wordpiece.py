"""Words into the pieces that BERT's vocabulary knows (Schuster and Nakajima, ICASSP 2012)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Final

UNKNOWN, FIRST, LAST = 100, 101, 102
"""Ids of [UNK], [CLS] and [SEP]."""
_LONGEST: Final = 100
_MOST: Final = 12
"""Pieces kept of one word: web addresses would fill a window otherwise."""
_HAN: Final = re.compile(
    "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002a6df\U0002a700-\U0002ceaf"
    "\U0002f800-\U0002fa1f]"
)


@lru_cache(maxsize=1)
def _vocabulary() -> dict[str, int]:
    text = files("annotator.attribution").joinpath("data/wordpieces.txt").read_text("utf-8")
    return {piece: number for number, piece in enumerate(text.split("\n"))}


@lru_cache(maxsize=100_000)
def pieces_of(word: str) -> tuple[int, ...]:
    """The ids of a word's pieces, at least one; case and accents are dropped."""
    plain = "".join(c for c in unicodedata.normalize("NFD", word.lower()) if not _accent(c))
    out: list[int] = []
    for part in _parts(plain):
        out.extend(_split(part))
    return tuple(out[:_MOST]) or (UNKNOWN,)


def _accent(char: str) -> bool:
    return unicodedata.category(char) == "Mn"


def _parts(word: str) -> Sequence[str]:
    """Cut before and after marks and Han characters, as the published tokenizer does."""
    out = [""]
    for char in word:
        kind = unicodedata.category(char)
        if char.isspace():
            out.append("")
        elif kind in ("Cc", "Cf", "Co") or char == "\ufffd":
            continue
        elif kind[0] == "P" or (char.isascii() and not char.isalnum()) or _HAN.match(char):
            out.extend((char, ""))
        else:
            out[-1] += char
    return [part for part in out if part]


def _split(part: str) -> list[int]:
    known = _vocabulary()
    if len(part) > _LONGEST:
        return [UNKNOWN]
    out: list[int] = []
    at = 0
    while at < len(part):
        for end in range(len(part), at, -1):
            piece = part[at:end] if at == 0 else f"##{part[at:end]}"
            if piece in known:
                out.append(known[piece])
                at = end
                break
        else:
            return [UNKNOWN]
    return out
