"""W3C Web Annotations as JSON-LD, one AnnotationPage a line (https://www.w3.org/TR/annotation-model/).

Each piece is a target with a position (code points, as the standard demands) and a quotation with
its surroundings. Where the position does not fit the text, reading finds the quotation again; it is
in `w3c_reading`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from annotator.domain.exchange import Dataset, Document
from annotator.domain.losses import Losses
from annotator.domain.model import (
    Annotation,
)
from annotator.formats.support.article_fields import METADATA
from annotator.formats.support.base import Format, Option, Options
from annotator.formats.support.jsonio import FILE_LIMIT, LINE_LIMIT, dump
from annotator.formats.support.output import Output
from annotator.formats.w3c_reading import TEXT, ULID, read

CONTEXT: Final = "http://www.w3.org/ns/anno.jsonld"
OURS: Final = {
    "ann": "urn:annotator:",
    "layer": "ann:layer",
    "role": "ann:role",
    "span": "ann:span",
    "attributes": {"@id": "ann:attributes", "@type": "@json"},
    "parent": {"@id": "ann:parent", "@type": "@id"},
    "provenance": "ann:provenance",
    "flagged": "ann:flagged",
    "reviewed": "ann:reviewed",
    "scheme": "ann:scheme",
    "text": "ann:text",
    "metadata": {"@id": "ann:metadata", "@type": "@json"},
}
"""What our terms mean, so that a JSON-LD processor keeps them."""
_ENDS: Final = {
    "head": {"@id": "ann:head", "@type": "@id"},
    "tail": {"@id": "ann:tail", "@type": "@id"},
}
"""The same of those that only relations have."""


def _annotation(a: Annotation, text: str, source: str, around: int) -> dict[str, Any]:
    body: list[dict[str, Any]] = [
        {"type": "TextualBody", "purpose": "tagging", "value": f"{name}:{value}"}
        for name, value in sorted(a.attributes.items())
    ]
    if a.note:
        body.append({"type": "TextualBody", "purpose": "commenting", "value": a.note})
    targets: list[dict[str, Any]] = []
    for f in a.fragments:
        quote = {
            "type": "TextQuoteSelector",
            "exact": text[f.start : f.end],
            "prefix": text[max(0, f.start - around) : f.start],
            "suffix": text[f.end : f.end + around],
        }
        place = {"type": "TextPositionSelector", "start": f.start, "end": f.end}
        target = {"type": "SpecificResource", "source": source, "selector": [place, quote]}
        targets.append(target | {"role": f.role, "span": f.span})
    out: dict[str, Any] = {"id": ULID + a.id, "type": "Annotation", "motivation": "tagging"}
    out["creator"] = {"type": "Person", "name": a.annotator}
    if a.created_at:
        out["created"] = a.created_at
    if a.updated_at:
        out["modified"] = a.updated_at
    out |= {"body": body, "target": targets or source, "layer": a.layer}
    out["attributes"] = dict(sorted(a.attributes.items()))
    if a.parent:
        out["parent"] = ULID + a.parent
    if a.head and a.tail:
        out |= {"head": ULID + a.head, "tail": ULID + a.tail}
    out |= {"provenance": a.provenance, "scheme": a.scheme}
    return out | {"flagged": a.flagged, "reviewed": a.reviewed}


def write(
    documents: Iterable[Document],
    dataset: Dataset,
    out: Output,
    options: Options,
    losses: Losses,
) -> None:
    """Write a page for each article."""
    del dataset, losses
    around = options.number("around")
    with out.open() as stream:
        for document in documents:
            article = document.stored
            source = f"urn:sha256:{article.sha256}"
            metadata = {n: getattr(article, n) for n in METADATA if getattr(article, n)}
            related = any(a.layer == "relation" for a in document.annotations)
            page = {
                "@context": [CONTEXT, OURS | _ENDS if related else OURS],
                "id": f"urn:annotator:page:{article.uid}",
                "type": "AnnotationPage",
                "text": article.text,
                "metadata": metadata,
                "items": [
                    _annotation(a, article.text, source, around) for a in document.annotations
                ],
            }
            stream.write(dump(page))


FORMAT: Final = Format(
    name="w3c",
    title="W3C Web Annotation (JSON-LD)",
    suffix=".jsonl",
    holds="texts, all annotations with their annotators, times and ids; anchors survive small"
    " changes of the text",
    loses="the layout, which is found anew; schemes; numbers, revisions and `meta` of articles",
    unit="codepoint",
    write=write,
    verdicts=True,
    read=read,
    options=(
        Option("around", "32", "how many characters before and after a quotation to keep"),
        TEXT,
        LINE_LIMIT,
        FILE_LIMIT,
    ),
    text_of_card="Each line is an AnnotationPage in JSON-LD; positions count in its `text`.",
)
