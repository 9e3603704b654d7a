"""Write annotator/domain/grapheme_table.py: how characters join (UAX 29), from Unicode's data.

    python -m tools.graphemes          # renew it
    python -m tools.graphemes --check  # say whether it is what it would be

Two packages of the development environment carry that data, each its own copy: `regex` and
`wcwidth`. They have to be of one Unicode version and agree on every code point; else nothing is
written.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import regex
import wcwidth
from wcwidth import table_grapheme as theirs

TABLE = Path(__file__).parents[1] / "annotator" / "domain" / "grapheme_table.py"
# Property of `regex`, table of `wcwidth`, the letter for it. What comes later is the finer class.
PROPERTIES = (
    ("GCB=CR", "GRAPHEME_CR", "r"),
    ("GCB=LF", "GRAPHEME_LF", "n"),
    ("GCB=Control", "GRAPHEME_CONTROL", "C"),
    ("GCB=Extend", "GRAPHEME_EXTEND", "E"),
    ("GCB=ZWJ", "GRAPHEME_ZWJ", "Z"),
    ("GCB=Regional_Indicator", "GRAPHEME_REGIONAL_INDICATOR", "R"),
    ("GCB=Prepend", "GRAPHEME_PREPEND", "P"),
    ("GCB=SpacingMark", "GRAPHEME_SPACINGMARK", "S"),
    ("GCB=L", "GRAPHEME_L", "L"),
    ("GCB=V", "GRAPHEME_V", "V"),
    ("GCB=T", "GRAPHEME_T", "T"),
    ("GCB=LV", "GRAPHEME_LV", "A"),
    ("GCB=LVT", "GRAPHEME_LVT", "B"),
    ("Extended_Pictographic", "EXTENDED_PICTOGRAPHIC", "X"),
    ("InCB=Consonant", "INCB_CONSONANT", "I"),
    ("InCB=Extend", "INCB_EXTEND", "e"),
    ("InCB=Linker", "INCB_LINKER", "k"),
)
MEANT = {("E", "e"): "e", ("Z", "e"): "Z", ("E", "k"): "k", ("", "k"): "K"}
"""A class, and a finer one that some of its characters have: the letter for both."""
HANGUL = range(0xAC00, 0xD7A4)
"""Precomposed syllables: every 28th is LV, the others LVT. The table has none of them."""


def code_points() -> Iterator[int]:
    """All but the surrogates, of which no text is made."""
    yield from range(0xD800)
    yield from range(0xE000, 0x110000)


def classes() -> dict[int, str]:
    """Code point -> letter, for those that have one.

    Raises:
        SystemExit: when the two sources differ.
    """
    everything = "".join(map(chr, code_points()))
    out: dict[int, str] = {}
    for name, table, letter in PROPERTIES:
        one = {ord(ch) for ch in regex.findall(rf"\p{{{name}}}", everything)}
        other = {c for low, high in getattr(theirs, table) for c in range(low, high + 1)}
        if differ := one ^ (other - set(range(0xD800, 0xE000))):
            raise SystemExit(f"{name}: regex and wcwidth differ at U+{min(differ):04X}")
        for code in one:
            before = out.get(code, "")
            if before and (before, letter) not in MEANT:
                raise SystemExit(f"U+{code:04X} is both {before} and {letter}")
            out[code] = MEANT.get((before, letter), letter)
    for code in HANGUL:
        if out.pop(code) != ("B" if (code - HANGUL.start) % 28 else "A"):
            raise SystemExit(f"U+{code:04X} is no syllable of that kind")
    return out


def source() -> str:
    """The module."""
    found = classes()
    runs = [
        (group[0], letter)
        for letter, run in groupby(range(0x110000), lambda code: found.get(code, "."))
        if (group := list(run))
    ]
    starts = [f"0x{start:X}," for start, _ in runs]
    letters = "".join(letter for _, letter in runs)
    version = wcwidth.list_versions()[-1]
    out = [
        '"""How characters join into graphemes: written by tools/graphemes.py, not by hand."""',
        "",
        "from __future__ import annotations",
        "",
        "from typing import Final",
        "",
        "# fmt: off",
        f'UNICODE: Final = "{version}"',
        '"""The version of the Unicode data."""',
        "STARTS: Final = (",
        *wrapped(starts, 92),
        ")",
        '"""Code points from which on a class holds."""',
        "CLASSES: Final = (",
        *(f'    "{letters[i : i + 90]}"' for i in range(0, len(letters), 90)),
        ")",
        '"""The class from each of `STARTS` on, as `graphemes` reads it."""',
        "",
    ]
    return "\n".join(out)


def wrapped(words: list[str], width: int) -> Iterator[str]:
    """The words in lines of at most `width` characters."""
    line = ""
    for word in words:
        if len(line) + len(word) + 1 > width:
            yield f"    {line.rstrip()}"
            line = ""
        line += f"{word} "
    yield f"    {line.rstrip()}"


def main() -> int:
    """Write the table, or check it."""
    new = source()
    if "--check" in sys.argv:
        if TABLE.read_text(encoding="utf-8") == new:
            return 0
        print(f"{TABLE.name} is not what Unicode says: python -m tools.graphemes")
        return 1
    TABLE.write_text(new, encoding="utf-8")
    print(f"{TABLE}: Unicode {wcwidth.list_versions()[-1]}, {new.count('0x')} ranges")
    return 0


if __name__ == "__main__":
    sys.exit(main())
