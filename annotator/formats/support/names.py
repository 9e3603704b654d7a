"""Names of other tools as names of a scheme, and back.

A scheme's names are identifiers, and some are the program's own; a tool's layers, features and
relations have any name. What is no identifier is spelled so that it can be told back:
`ner-labels` is `ner_x2d_labels`, `note` is `note_`. Most names stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from annotator.domain.model import LAYERS, SPAN_ROLE
from annotator.domain.records import FIELDS
from annotator.formats.support.piece import MARK

TAKEN: Final = frozenset({*FIELDS, *LAYERS, MARK, SPAN_ROLE, "relation"})
"""Names that a scheme cannot give, or that mean something of our own."""
_SPELLED: Final = re.compile(r"_x([0-9a-f]*)_")
_LOOKS_SPELLED: Final = re.compile(r"_(?=x[0-9a-f]*(?![0-9A-Za-z]))")
_LAST: Final = 0x10FFFF


def identifier(name: str, taken: Collection[str] = ()) -> str:
    """A tool's name as a name of a scheme; `original` takes it back.

    Args:
        taken: Further names that mean something else where this one is to stand.
    """
    out = _LOOKS_SPELLED.sub("_x5f_", name)
    out = "".join(c if f"a{c}".isidentifier() else f"_x{ord(c):x}_" for c in out)
    if not out.isidentifier():  # it begins with a digit, or is empty
        out = f"_x{ord(out[0]):x}_{out[1:]}" if out else "_x_"
    stem = out.rstrip("_")
    return f"{out}_" if stem in TAKEN or stem in taken else out


def original(name: str, taken: Collection[str] = ()) -> str:
    """The tool's name that `identifier` made this of."""
    stem = name.rstrip("_")
    if name.endswith("_") and (stem in TAKEN or stem in taken):
        name = name[:-1]
    return _SPELLED.sub(_char, name)


def _char(found: re.Match[str]) -> str:
    if not found[1]:
        return ""
    code = int(found[1], 16)
    return chr(code) if code <= _LAST else found[0]
