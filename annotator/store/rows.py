"""Between rows of the database and the types of the domain."""

from __future__ import annotations

import json
import sys
import zlib
from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate
from operator import add
from typing import Any, cast

from annotator.domain.errors import DatabaseError
from annotator.domain.model import Annotation, Fragment, Layer, Layout, Provenance


def pack_tokens(layout: Layout) -> bytes:
    """Token boundaries as one blob: zlib over the starts, then the lengths, as uint32 LE deltas."""
    starts = array("I")
    before = 0
    for start in layout.token_starts:
        starts.append(start - before)
        before = start
    lengths = array(
        "I", (e - s for s, e in zip(layout.token_starts, layout.token_ends, strict=True))
    )
    both = starts + lengths
    if sys.byteorder == "big":
        both.byteswap()
    return zlib.compress(both.tobytes(), 1)


def unpack_tokens(blob: bytes, count: int) -> tuple[list[int], list[int]]:
    """Return the starts and the ends (code points) of what `pack_tokens` wrote."""
    both = array("I")
    try:
        both.frombytes(zlib.decompress(blob))
    except (zlib.error, ValueError) as error:
        raise DatabaseError(f"the token blob cannot be read: {error}") from error
    if sys.byteorder == "big":
        both.byteswap()
    if len(both) != 2 * count:
        raise DatabaseError(f"the token blob holds {len(both) // 2} tokens, not {count}")
    steps = both.tolist()
    starts = list(accumulate(steps[:count]))
    return starts, list(map(add, starts, steps[count:]))


def to_json(value: object) -> str:
    """JSON with keys in order and no needless bytes, so that equal values are equal text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(text: str) -> object:
    """Read a JSON column; DatabaseError when something else wrote it."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise DatabaseError(
            f"a JSON value in the database is broken ({error})", "run `annotator doctor`"
        ) from error


ANNOTATION_COLUMNS = (
    "id",
    "layer",
    "article",
    "annotator",
    "parent",
    "provenance",
    "scheme",
    "reviewed",
    "flagged",
    "note",
    "created_at",
    "updated_at",
    "head",
    "tail",
)


def annotation_row(a: Annotation) -> tuple[object, ...]:
    """The values of ANNOTATION_COLUMNS."""
    return (
        a.id,
        a.layer,
        a.article,
        a.annotator,
        a.parent,
        a.provenance,
        a.scheme,
        int(a.reviewed),
        int(a.flagged),
        a.note,
        a.created_at,
        a.updated_at,
        a.head,
        a.tail,
    )


def annotation_from_row(row: Sequence[Any]) -> Annotation:
    """Read a row of db/queries/annotations.sql."""
    return annotation_of(row[:14], json.loads(row[14]), row[15])


def annotation_of(
    values: Iterable[Any], fragments: Iterable[Iterable[Any]], attributes: str
) -> Annotation:
    """The annotation that values make up.

    Args:
        values: Of ANNOTATION_COLUMNS.
        fragments: Role, start, end and span of each, in their order.
        attributes: A JSON object.
    """
    id_, layer, article, annotator, parent, provenance, scheme, *rest = values
    reviewed, flagged, note, created_at, updated_at, head, tail = rest
    return Annotation(
        id=id_,
        layer=cast("Layer", layer),
        article=article,
        annotator=annotator,
        fragments=tuple([Fragment(*f) for f in fragments]),
        attributes=cast("dict[str, str]", from_json(attributes)),
        parent=parent,
        provenance=cast("Provenance", provenance),
        scheme=scheme,
        reviewed=bool(reviewed),
        flagged=bool(flagged),
        note=note,
        created_at=created_at,
        updated_at=updated_at,
        head=head,
        tail=tail,
    )
