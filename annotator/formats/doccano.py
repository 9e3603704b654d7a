"""doccano's JSON lines (https://doccano.github.io/doccano/tutorial/): entities with relations.

Three dialects are read: `label` or `labels` as lists of [start, end, label], and `entities` with
`relations`. Offsets are code points, which is doccano's setting unless "grapheme" is chosen there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Dataset, Document, Item
from annotator.domain.losses import Losses
from annotator.formats.support import unsupported as unheld
from annotator.formats.support.article_fields import METADATA
from annotator.formats.support.base import Format, Option, Options
from annotator.formats.support.foreign import (
    ArticleLabels,
    article_from,
    count_rest,
    says_something,
)
from annotator.formats.support.grouping import (
    claims_from_pieces,
    count_whole,
    links_of,
    pieces,
    said_of,
)
from annotator.formats.support.jsonio import LINE_LIMIT, Fields, dump, lines
from annotator.formats.support.linking import Link, relation_lost
from annotator.formats.support.output import Output
from annotator.formats.support.piece import Piece
from annotator.formats.support.schemes import Schemes
from annotator.formats.support.span_layers import ENTITY, SPANS, layer_of

_RECORD: Final = frozenset(
    {"id", "text", "data", "label", "labels", "entities", "relations", "cats", "Comments"}
    | {"comments", "meta", "metadata", "annotator", "username", "annotation_approver"}
)
"""Fields of a record that have a meaning here; doccano puts an article's metadata beside them."""

_RELATION: Final = frozenset({"id", "from_id", "to_id", "type", "user"})
_ENTITY: Final = frozenset({"id", "label", "start_offset", "end_offset", "user"})


def write(
    documents: Iterable[Document],
    dataset: Dataset,
    out: Output,
    options: Options,
    losses: Losses,
) -> None:
    """Write a record for each article and annotator."""
    schemes = Schemes(dataset)
    plain = options.text("dialect") == "labels"
    number = 0
    with out.open() as stream:
        for document in documents:
            for annotator in sorted({a.annotator for a in document.annotations}) or [""]:
                number += 1
                found = list(
                    pieces(
                        *(document.annotations, annotator, losses),
                        schemes=schemes,
                        relations=not plain,
                        plain_in=ENTITY,
                    )
                )
                record: dict[str, Any] = {"id": number, "text": document.stored.text}
                if plain:
                    record["label"] = [[p.start, p.end, p.label] for p in found]
                    _count_plain(found, losses)
                else:
                    links = links_of(document.annotations, annotator, found, losses)
                    record |= _entities(found, links)
                if annotator:
                    record["annotator"] = annotator
                values = {name: getattr(document.article, name) for name in METADATA}
                others = {k: v for k, v in document.article.meta.items() if k not in _RECORD}
                stream.write(dump(record | others | {k: v for k, v in values.items() if v}))


def _count_plain(found: list[Piece], losses: Losses) -> None:
    """Labels are roles and, of marks, the type; nothing says what belongs together."""
    for piece in found:
        if piece.order == 1:
            losses.add(f"grouping of pieces into {piece.layer}s", piece.annotation)
        said = piece.whole.get("attributes", {}).get("type") if piece.layer == "mark" else None
        count_whole(piece.whole, piece.annotation, losses, ("type",) if said else ())


def _entities(found: list[Piece], links: Iterable[Link]) -> dict[str, Any]:
    entities: list[dict[str, Any]] = []
    relations: list[dict[str, Any]] = []
    heads: dict[str, int] = {}
    for i, p in enumerate(found):
        entity = {"id": i, "label": p.label, "start_offset": p.start, "end_offset": p.end}
        entities.append(entity | p.data())
        head = heads.setdefault(p.annotation, i)
        if head != i:
            kind = "same" if found[head].label == p.label else p.label
            relations.append({"id": len(relations), "from_id": head, "to_id": i, "type": kind})
    for link in links:
        ends = {"id": len(relations), "from_id": link.one, "to_id": link.other}
        relations.append(ends | {"type": link.kind} | dict(link.whole))
    return {"entities": entities, "relations": relations, "Comments": []}


def read(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read any of the three dialects, line by line."""
    for line in lines(path, options):
        if isinstance(line, BadRecord):
            yield line
            continue
        where, value = line
        try:
            yield _document(Fields(value, where), losses, layer_of(options))
        except InputError as error:
            yield BadRecord(where, error.message.removeprefix(f"{where}: "))


def _document(record: Fields, losses: Losses, spans_in: str) -> Document:
    text = record.text("text") if "text" in record.value else record.text("data")
    found: list[Piece] = []
    ids: dict[str, int] = {}
    labels = ArticleLabels(losses, record.where)
    for i, value in enumerate(record.items("entities", [])):
        entity = Fields(value, f"{record.where}: entities[{i}]")
        start, end = entity.number("start_offset"), entity.number("end_offset")
        label = entity.loose("label")
        if says_something(label, start, end, losses, entity.where):
            piece = Piece.read(entity, len(found), label, start, end, len(text), spans_in)
            ids[entity.loose("id", str(i))] = len(found)
            count_rest(entity, _ENTITY | piece.known, losses, "entity's field")
            found.append(piece)
    _lists(record, found, labels, losses, len(text), spans_in)
    for name in ("Comments", "comments"):
        for comment in record.items(name, []):
            labels.note(comment)
    links = list(_links(record, ids, losses))
    who = record.loose("annotator") or record.loose("username")
    who = who or record.loose("annotation_approver")
    meta = record.table("metadata", {}) | record.table("meta", {})
    meta |= {name: value for name, value in record.value.items() if name not in _RECORD}
    made = claims_from_pieces(found, who, losses, links, record.where)
    return Document(
        article_from(text, meta),
        (*made, *labels.annotations(who, spelled=bool(spans_in))),
        record.where,
    )


def _lists(
    record: Fields,
    found: list[Piece],
    labels: ArticleLabels,
    losses: Losses,
    size: int,
    spans_in: str,
) -> None:
    """Plain spans and labels of the article; a list may be one label, or labels with scores."""
    for name in ("label", "labels", "cats"):
        values = record.value.get(name)
        if isinstance(values, dict):
            for label, score in values.items():
                labels.category(label, score)
            continue
        for i, value in enumerate([values] if isinstance(values, str) else record.items(name, [])):
            empty = Fields({}, f"{record.where}: {name}[{i}]")
            match value:
                case [int(start), int(end), str() | None as label]:
                    label = label or ""
                    if says_something(label, start, end, losses, empty.where):
                        piece = Piece.read(empty, len(found), label, start, end, size, spans_in)
                        found.append(piece)
                case str(label):
                    labels.category(label)
                case _:
                    raise InputError(f"{empty.where} is not [start, end, label]")


def _links(record: Fields, ids: dict[str, int], losses: Losses) -> Iterator[Link]:
    for i, value in enumerate(record.items("relations", [])):
        relation = Fields(value, f"{record.where}: relations[{i}]")
        kind = relation.loose("type")
        ends = [ids.get(relation.loose(name)) for name in ("from_id", "to_id")]
        if ends[0] is None or ends[1] is None:
            relation_lost(kind, losses, relation.where, "to an entity that is not there")
        else:
            yield Link(ends[0], ends[1], kind, said_of(relation, _RELATION, losses))


FORMAT: Final = Format(
    name="doccano",
    title="doccano JSON lines",
    suffix=".jsonl",
    holds="claims, marks, relations: pieces, roles, attributes, notes, flags, parents;"
    " the annotator",
    loses="sentence and article annotations; with -o dialect=labels also which pieces make a"
    f" claim, attributes and notes; {unheld.RECORDS}",
    unit="codepoint",
    write=write,
    read=read,
    options=(
        Option(
            "dialect",
            "relations",
            "entities with relations, or plain [start, end, label]",
            ("relations", "labels"),
        ),
        SPANS,
        LINE_LIMIT,
    ),
    text_of_card="Import the file as JSONL into a sequence labelling project (with relations).",
)
