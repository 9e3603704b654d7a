"""W3C Web Annotations as JSON-LD, one AnnotationPage a line (https://www.w3.org/TR/annotation-model/).

Each piece is a target with a position (code points, as the standard demands) and a quotation with
its surroundings. Where the position does not fit the text, reading finds the quotation again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Document, Item, Project
from annotator.domain.losses import Losses
from annotator.domain.model import (
    LAYERS,
    PROVENANCES,
    SPAN_ROLE,
    Annotation,
    Fragment,
)
from annotator.formats.base import Format, Option, Options
from annotator.formats.drafts import METADATA, draft_of
from annotator.formats.jsonio import LINE_LIMIT, Fields, dump, lines
from annotator.formats.output import Output

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
ULID: Final = "urn:ulid:"


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
    out |= {"provenance": a.provenance, "scheme": a.scheme}
    return out | {"flagged": a.flagged, "reviewed": a.reviewed}


def write(
    documents: Iterable[Document], project: Project, out: Output, options: Options, losses: Losses
) -> None:
    """Write a page for each article."""
    del project, losses
    around = options.number("around")
    with out.open() as stream:
        for document in documents:
            article = document.stored
            source = f"urn:sha256:{article.sha256}"
            metadata = {n: getattr(article, n) for n in METADATA if getattr(article, n)}
            page = {
                "@context": [CONTEXT, OURS],
                "id": f"urn:annotator:page:{article.uid}",
                "type": "AnnotationPage",
                "text": article.text,
                "metadata": metadata,
                "items": [
                    _annotation(a, article.text, source, around) for a in document.annotations
                ],
            }
            stream.write(dump(page))


# ---------------------------------------------------------------------------------------- reading


def anchor(text: str, place: tuple[int, int] | None, quote: Fields | None) -> tuple[int, int]:
    """Where a target lies: at its position if the words are there, else where the quotation is.

    Raises:
        InputError: when the words are nowhere, or at several places that fit equally well.
    """
    if quote is None:
        if place is None or not 0 <= place[0] < place[1] <= len(text):
            raise InputError(f"{place} does not fit a text of {len(text)} characters")
        return place
    exact = quote.text("exact")
    if place is not None and text[place[0] : place[1]] == exact and exact:
        return place
    prefix, suffix = quote.text("prefix", ""), quote.text("suffix", "")
    best: list[tuple[int, int]] = []
    at = text.find(exact) if exact else -1
    while at >= 0:
        before, after = text[:at], text[at + len(exact) :]
        score = _common(before[::-1], prefix[::-1]) + _common(after, suffix)
        best.append((score, at))
        at = text.find(exact, at + 1)
    best.sort(reverse=True)
    if not best or (len(best) > 1 and best[0][0] == best[1][0]):
        many = "at several places" if best else "nowhere"
        raise InputError(f"{quote.where}: {exact[:60]!r} stands {many} in the text")
    return best[0][1], best[0][1] + len(exact)


def _common(one: str, other: str) -> int:
    """How many characters two strings begin with alike."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def read(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read pages that bring their text; each wrong annotation is named."""
    for line in lines(path, options):
        if isinstance(line, BadRecord):
            yield line
            continue
        where, value = line
        try:
            yield from _page(Fields(value, where))
        except InputError as error:
            yield BadRecord(where, error.message.removeprefix(f"{where}: "))


def _page(page: Fields) -> Iterator[Item]:
    text = page.text("text")
    metadata = {k: str(v) for k, v in page.table("metadata", {}).items()}
    good: list[Annotation] = []
    for i, value in enumerate(page.items("items")):
        where = f"{page.where}: items[{i}]"
        try:
            good.append(_read_annotation(Fields(value, where), text))
        except InputError as error:
            yield BadRecord(page.where, error.message.removeprefix(f"{page.where}: "))
    yield Document(draft_of(text, metadata), tuple(good), page.where)


def _read_annotation(item: Fields, text: str) -> Annotation:
    layer = item.text("layer", "claim")
    provenance = item.text("provenance", "imported")
    if layer not in LAYERS or provenance not in PROVENANCES:
        raise InputError(f"{item.where}: unknown layer or provenance")
    targets = item.value.get("target")
    found = targets if isinstance(targets, list) else [targets] if targets else []
    fragments: list[Fragment] = []
    for i, value in enumerate(found):
        if isinstance(value, str):
            continue  # the whole text
        target = Fields(value, f"{item.where}.target[{i}]")
        role = target.text("role", SPAN_ROLE if layer != "claim" else "content")
        start, end = _selected(target, text)
        fragments.append(Fragment(role, start, end, target.number("span", 0)))
    notes: list[str] = []
    tags: dict[str, str] = {}
    bodies = item.value.get("body", [])
    for i, value in enumerate(bodies if isinstance(bodies, list) else [bodies]):
        body = Fields(value, f"{item.where}.body[{i}]")
        if body.text("purpose", "") == "commenting":
            notes.append(body.text("value"))
        elif body.text("purpose", "") == "tagging":
            name, _, said = body.text("value").rpartition(":")
            tags[name or "type"] = said
    if "attributes" in item.value:
        tags = {k: str(v) for k, v in item.table("attributes").items()}
    creator = item.value.get("creator")
    who = creator.get("name") if isinstance(creator, dict) else creator
    parent = item.loose("parent").removeprefix(ULID)
    return Annotation(
        id=item.text("id").removeprefix(ULID),
        layer=layer,
        article="",
        annotator=str(who or ""),
        fragments=tuple(fragments),
        attributes=tags,
        parent=parent or None,
        provenance=provenance,
        scheme=item.text("scheme", ""),
        reviewed=item.flag("reviewed", False),
        flagged=item.flag("flagged", False),
        note="\n".join(notes),
        created_at=item.text("created", ""),
        updated_at=item.text("modified", ""),
    )


def _selected(target: Fields, text: str) -> tuple[int, int]:
    selectors = target.value.get("selector")
    place: tuple[int, int] | None = None
    quote: Fields | None = None
    for value in selectors if isinstance(selectors, list) else [selectors]:
        selector = Fields(value, f"{target.where}.selector")
        match selector.text("type"):
            case "TextPositionSelector":
                place = selector.number("start"), selector.number("end")
            case "TextQuoteSelector":
                quote = selector
    if place is None and quote is None:
        raise InputError(f"{target.where}: no selector of a text")
    return anchor(text, place, quote)


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
        LINE_LIMIT,
    ),
    text_of_card="Each line is an AnnotationPage in JSON-LD; positions count in its `text`.",
)
