"""Spans of a span layer, and relations between them, as readers of other programs make them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from annotator.domain.model import RELATION_TYPE, Annotation, Fragment


def span_of(
    id_: str,
    layer: str,
    places: Iterable[tuple[int, int]],
    attributes: Mapping[str, str],
    annotator: str = "",
    note: str = "",
) -> Annotation:
    """A span of a span layer, of one or several pieces `[start, end)` in code points."""
    return Annotation(
        id=id_,
        layer="mark",
        article="",
        annotator=annotator,
        fragments=tuple(Fragment(layer, start, end) for start, end in places),
        attributes={k: v for k, v in attributes.items() if v},
        provenance="imported",
        note=note,
    )


def relation_of(
    id_: str,
    head: str,
    tail: str,
    kind: str,
    attributes: Mapping[str, str] | None = None,
    annotator: str = "",
) -> Annotation:
    """A relation of a type (a name of the scheme) between two annotations of the document."""
    return Annotation(
        id=id_,
        layer="relation",
        article="",
        annotator=annotator,
        attributes={RELATION_TYPE: kind, **{k: v for k, v in (attributes or {}).items() if v}},
        provenance="imported",
        head=head,
        tail=tail,
    )
