"""The lines of a worksheet: names before the colon, values after it, and what heads a part."""

from __future__ import annotations

import json
import re
from typing import Final

from annotator.domain.model import SPAN_ROLE, Layer, span_role
from annotator.domain.scheme import Scheme
from annotator.text.safe import json_safe, safe_line

VERSION: Final = 1
END: Final = "end of the worksheet"
"""The line below which nothing is to be changed."""
HEADS: Final[dict[Layer, str]] = {
    "claim": "claim",
    "mark": "mark",
    "sentence": "sentence tag",
    "article": "article tag",
}
"""What the first line of a part says before its number."""
ARTICLE: Final = "article"
"""The head of the labels of the whole article."""
REVIEWED: Final = "reviewed"
FLAGGED: Final = "flagged"
NOTE: Final = "note"
PARENT: Final = "parent"
RESERVED: Final = (REVIEWED, FLAGGED, NOTE, PARENT)
"""Names of facts that every annotation has; no scheme can take them for a label."""
LABEL: Final = "label"
ROLE: Final = "role"
"""Before a name that alone could mean something else."""

_NAME: Final = re.compile(r"[^\W\d]\w*")
_TAKEN: Final = re.compile(rf"s\d+|{ARTICLE}|{'|'.join(RESERVED)}", re.IGNORECASE)
"""Names that alone would be taken for the head of a part, or for a fact of another kind."""


def roles_of(scheme: Scheme, layer: Layer) -> tuple[str, ...]:
    """The names of what words can be in an annotation of a layer: of a mark its span layer says."""
    if layer == "claim":
        return tuple(r.name for r in scheme.roles)
    spans = [span_role(s.name) for s in scheme.span_layers] if layer == "mark" else []
    return tuple(spans) or (SPAN_ROLE,)


def labels_of(scheme: Scheme, layer: Layer) -> tuple[str, ...]:
    """The names of the labels of a layer; of marks those of every span layer."""
    layers = [s.name for s in scheme.span_layers] if layer == "mark" else [layer]
    return tuple(dict.fromkeys(a.name for name in layers for a in scheme.of_layer(name)))


def name_of(kind: str, name: str, scheme: Scheme, layer: Layer) -> str:
    """What stands before the colon for a role or a label (`kind`) of that name."""
    known = {ROLE: roles_of(scheme, layer), LABEL: labels_of(scheme, layer)}
    others = known[LABEL if kind == ROLE else ROLE]
    plain = _NAME.fullmatch(name) is not None
    if plain and name in known[kind] and name not in others and not _TAKEN.fullmatch(name):
        return name
    return f"{kind} {name if plain else quoted(name)}"


def value_of(value: str) -> str:
    """What stands after the colon: the value, or a JSON string where it would not come back."""
    plain = value and value == safe_line(value) and not value.startswith('"')
    return value if plain else quoted(value)


def quoted(value: str) -> str:
    """A JSON string that no editor and no terminal does anything to."""
    return json_safe(json.dumps(value, ensure_ascii=False))


def read_value(written: str) -> str:
    """The value that `value_of` wrote, or a person.

    Raises:
        ValueError: for a value that begins with a quotation mark and is no JSON string, or one of
            half characters, which nothing can store.
    """
    if not written.startswith('"'):
        return written
    found = json.loads(written)
    if not isinstance(found, str):
        raise ValueError("no string")
    found.encode()
    return found
