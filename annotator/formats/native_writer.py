"""Lines of the native format, straight from the rows of a database.

A large corpus is mostly numbers and short strings, and to make objects or dictionaries of them
costs more than to write them. So the lines are put together from strings. The reader in `native`
says what they mean.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from operator import itemgetter
from typing import Any, Final, NamedTuple

from annotator.domain.exchange import (
    ARTICLE_COLUMNS,
    AnnotationRow,
    Document,
    FragmentRow,
    Rows,
)
from annotator.domain.model import SPAN_ROLE, Annotation, Layer

LISTS: Final[dict[Layer, str]] = {
    "claim": "claims",
    "mark": "marks",
    "sentence": "sentence_tags",
    "article": "article_tags",
    "verdict": "verdicts",
    "relation": "relations",
}
"""The field of an article record that holds each layer; that of relations only where there are."""
MAIN_ROLES: Final = ("content", "cue", "source")
"""Always present in a claim, also when empty."""
ORDER: Final = "fragments"
"""The roles in the order of the fragments, when they do not stand role by role."""

_NUMBERS: Final = 1 << 15
"""Numbers below this are written from a list, which is faster than to write them anew."""


@lru_cache(maxsize=1)
def _numbers() -> list[str]:
    return list(map(str, range(_NUMBERS)))


class _Plan(NamedTuple):
    """How the fragments of annotations are written that have certain roles."""

    template: str
    """With a place for each fragment, role by role."""
    order: tuple[int, ...]
    """Which fragment comes where; empty when they stand role by role."""


@lru_cache(maxsize=1 << 14)
def _plan(layer: Layer, roles: tuple[str, ...]) -> _Plan:
    main = MAIN_ROLES if layer == "claim" else (SPAN_ROLE,)
    names = [*main, *sorted(set(roles).difference(main))]
    order = [i for name in names for i, role in enumerate(roles) if role == name]
    moved = order != sorted(order)
    lists = [f"{_literal(n)}:[{','.join(['%s'] * roles.count(n))}]" for n in names]
    if moved:
        lists.append(f'"{ORDER}":[{",".join(map(_literal, roles))}]')
    return _Plan(",".join(lists), tuple(order) if moved else ())


def _literal(name: str) -> str:
    """A JSON string in a template."""
    return quoted(name).replace("%", "%%")


def _optional(value: str | None) -> str:
    return "null" if value is None else quoted(value)


def annotation_line(row: AnnotationRow, fragments: Sequence[FragmentRow], text: str) -> str:
    """An annotation as JSON: its fragments by role, each with its words out of `text`."""
    # fmt: off
    (_, id_, layer, annotator, parent, provenance, scheme, reviewed, flagged, note, created_at,
     updated_at, attributes, head, tail) = row
    # fmt: on
    if layer == "relation":
        ends = f'"head":{_optional(head)},"tail":{_optional(tail)}'
        plan = _Plan(ends.replace("%", "%%"), ())
    else:
        plan = _plan(layer, tuple([f[1] for f in fragments]))
    template, order = plan
    pieces = [
        f'{{"start":{start},"end":{end},"text":{quoted(text[start:end])},"span":{span}}}'
        for _, _, start, end, span in fragments
    ]
    if order:
        pieces = [pieces[i] for i in order]
    if "\\" in attributes:  # SQLite may escape other characters than Python does
        attributes = _compact(json.loads(attributes))
    return (
        f'{{"id":{quoted(id_)},"annotator":{quoted(annotator)},{template % tuple(pieces)},'
        f'"attributes":{attributes},"parent":{_optional(parent)},"provenance":"{provenance}",'
        f'"scheme":{quoted(scheme)},"reviewed":{"true" if reviewed else "false"},'
        f'"flagged":{"true" if flagged else "false"},"note":{quoted(note)},'
        f'"created_at":{quoted(created_at)},"updated_at":{quoted(updated_at)}}}'
    )


def _ranges(starts: Sequence[int], ends: Sequence[int]) -> str:
    """A JSON list of [start, end], which are sorted."""
    if len(starts) > 1 and ends[-1] < _NUMBERS:
        known = _numbers()
        pairs = zip(itemgetter(*starts)(known), itemgetter(*ends)(known), strict=True)
        return f"[[{'],['.join(map(','.join, pairs))}]]"
    return f"[{','.join([f'[{start},{end}]' for start, end in zip(starts, ends, strict=True)])}]"


def article_line(rows: Rows) -> bytes:
    """An article with its layout and annotations: one line of the native export, in UTF-8."""
    text = rows.text
    head = ",".join(
        f'"{name}":{value if name == "number" else _optional(value)}'
        for name, value in zip(ARTICLE_COLUMNS, rows.article, strict=True)
    )
    paragraphs = [start for start, _ in rows.paragraphs], [end for _, end in rows.paragraphs]
    sentences = [
        f'{{"start":{start},"end":{end},"paragraph":{paragraph},"kind":"{kind}"}}'
        for start, end, paragraph, kind in rows.sentences
    ]
    lists: dict[str, list[str]] = {layer: [] for layer in LISTS}
    for row, fragments in rows.annotations:
        lists[row[2]].append(annotation_line(row, fragments, text))
    parts = [
        f'{{"record":"article",{head},"meta":{_compact(rows.meta)},"sha256":"{rows.sha256}",',
        *('"text":', quoted(text), f',"engine":{quoted(rows.engine)},"paragraphs":'),
        *(_ranges(*paragraphs), ',"sentences":[', ",".join(sentences), '],"tokens":'),
        _ranges(*rows.tokens),
    ]
    for layer, name in LISTS.items():
        if layer == "relation" and not lists[layer]:
            continue
        parts += (f',"{name}":[', ",".join(lists[layer]), "]")
    parts.append("}\n")
    return "".join(parts).encode("utf-8")


def _compact(meta: object) -> str:
    return json.dumps(meta, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def rows_of_annotation(a: Annotation) -> tuple[AnnotationRow, Sequence[FragmentRow]]:
    """The rows that an annotation is stored as (their key is 0)."""
    attributes = _compact(dict(sorted(a.attributes.items())))
    who = (0, a.id, a.layer, a.annotator, a.parent, a.provenance, a.scheme)
    rest = (int(a.reviewed), int(a.flagged), a.note, a.created_at, a.updated_at, attributes)
    return (*who, *rest, a.head, a.tail), [(0, *f) for f in a.fragments]


def rows_of(document: Document) -> Rows:
    """The rows that a document is stored as."""
    article = document.stored
    layout = article.layout
    values: tuple[Any, ...] = tuple(getattr(article, name) for name in ARTICLE_COLUMNS)
    return Rows(
        *(values, article.meta, article.sha256, article.text, layout.engine),
        *(layout.paragraphs, layout.sentences, (layout.token_starts, layout.token_ends)),
        [rows_of_annotation(a) for a in document.annotations],
    )
