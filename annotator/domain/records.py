"""Annotations as plain JSON: one shape for the journal, `--json` and the native export."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from annotator.domain.errors import InputError
from annotator.domain.model import LAYERS, PROVENANCES, Annotation, Fragment, Layer, Provenance

FORMAT_VERSION: Final = 1
"""Version of the record shape; a reader refuses a greater one."""

FIELDS: Final = (
    "id",
    "layer",
    "article",
    "annotator",
    "fragments",
    "attributes",
    "parent",
    "provenance",
    "scheme",
    "reviewed",
    "flagged",
    "note",
    "created_at",
    "updated_at",
)
"""The fields of every record; no role or label of a scheme has one of these names."""
ENDS: Final = ("head", "tail")
"""The fields that only relations have besides."""


def annotation_record(annotation: Annotation, text: str | None = None) -> dict[str, Any]:
    """Return the annotation as JSON values; with `text`, each fragment carries its words.

    Fragments are objects `{role, start, end, span[, text]}` in the order they were given.
    """
    fragments: list[dict[str, Any]] = []
    for f in annotation.fragments:
        item: dict[str, Any] = {"role": f.role, "start": f.start, "end": f.end, "span": f.span}
        if text is not None:
            item["text"] = text[f.start : f.end]
        fragments.append(item)
    record: dict[str, Any] = {
        "id": annotation.id,
        "layer": annotation.layer,
        "article": annotation.article,
        "annotator": annotation.annotator,
        "fragments": fragments,
        "attributes": dict(sorted(annotation.attributes.items())),
        "parent": annotation.parent,
        "provenance": annotation.provenance,
        "scheme": annotation.scheme,
        "reviewed": annotation.reviewed,
        "flagged": annotation.flagged,
        "note": annotation.note,
        "created_at": annotation.created_at,
        "updated_at": annotation.updated_at,
    }
    if annotation.layer == "relation":
        record |= {"head": annotation.head, "tail": annotation.tail}
    return record


def _expect(value: object, kind: type, where: str) -> Any:
    # bool is an int in Python; an offset of `true` is a mistake in the file all the same.
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise InputError(f"{where}: expected {kind.__name__}, found {type(value).__name__}")
    return value


def _fragment(value: object, where: str) -> Fragment:
    item = cast("Mapping[str, object]", _expect(value, dict, where))
    missing = {"role", "start", "end"} - item.keys()
    if missing:
        raise InputError(f"{where}: missing {', '.join(sorted(missing))}")
    return Fragment(
        _expect(item["role"], str, f"{where}.role"),
        _expect(item["start"], int, f"{where}.start"),
        _expect(item["end"], int, f"{where}.end"),
        _expect(item.get("span", 0), int, f"{where}.span"),
    )


def annotation_from_record(record: object, where: str = "annotation") -> Annotation:
    """Read what `annotation_record` wrote; unknown fields are refused, so nothing is lost silently.

    Raises:
        InputError: naming the field, when the record does not have the documented shape.
    """
    item = cast("dict[str, object]", _expect(record, dict, where))
    unknown = item.keys() - {*FIELDS, *ENDS}
    if unknown:
        raise InputError(f"{where}: unknown field {min(unknown)!r}")
    for name in ("id", "layer", "article", "annotator"):
        if name not in item:
            raise InputError(f"{where}: missing {name!r}")
    layer = _expect(item["layer"], str, f"{where}.layer")
    provenance = _expect(item.get("provenance", "human"), str, f"{where}.provenance")
    if layer not in LAYERS:
        raise InputError(f"{where}.layer: {layer!r} is none of {', '.join(LAYERS)}")
    if provenance not in PROVENANCES:
        raise InputError(f"{where}.provenance: {provenance!r} is none of {', '.join(PROVENANCES)}")
    parent = item.get("parent")
    fragments = cast("Iterable[object]", _expect(item.get("fragments", []), list, where))
    attributes = cast(
        "Mapping[object, object]", _expect(item.get("attributes", {}), dict, f"{where}.attributes")
    )
    return Annotation(
        id=_expect(item["id"], str, f"{where}.id"),
        layer=cast("Layer", layer),
        article=_expect(item["article"], str, f"{where}.article"),
        annotator=_expect(item["annotator"], str, f"{where}.annotator"),
        fragments=tuple(_fragment(f, f"{where}.fragments[{i}]") for i, f in enumerate(fragments)),
        attributes={
            _expect(k, str, f"{where}.attributes"): _expect(v, str, f"{where}.attributes.{k}")
            for k, v in attributes.items()
        },
        parent=None if parent is None else _expect(parent, str, f"{where}.parent"),
        provenance=cast("Provenance", provenance),
        scheme=_expect(item.get("scheme", ""), str, f"{where}.scheme"),
        reviewed=_expect(item.get("reviewed", False), bool, f"{where}.reviewed"),
        flagged=_expect(item.get("flagged", False), bool, f"{where}.flagged"),
        note=_expect(item.get("note", ""), str, f"{where}.note"),
        created_at=_expect(item.get("created_at", ""), str, f"{where}.created_at"),
        updated_at=_expect(item.get("updated_at", ""), str, f"{where}.updated_at"),
        head=_end(item, "head", layer, where),
        tail=_end(item, "tail", layer, where),
    )


def _end(item: Mapping[str, object], name: str, layer: str, where: str) -> str | None:
    """An end of a relation, which has both; nothing else has any."""
    if layer == "relation":
        return cast("str", _expect(item.get(name), str, f"{where}.{name}"))
    if item.get(name) is not None:
        raise InputError(f"{where}.{name}: only relations have ends")
    return None
