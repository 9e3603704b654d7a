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
from annotator.domain.model import Annotation
from annotator.formats.support import unsupported as unheld
from annotator.formats.support.article_fields import METADATA
from annotator.formats.support.base import Format, Option, Options
from annotator.formats.support.foreign import (
    NO,
    YES,
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
from annotator.formats.support.jsonio import LINE_LIMIT, Fields, dump, records
from annotator.formats.support.linking import Link, relation_lost
from annotator.formats.support.names import original
from annotator.formats.support.output import Output
from annotator.formats.support.piece import Piece
from annotator.formats.support.schemes import Schemes
from annotator.formats.support.span_layers import ENTITY, SPANS, layer_of

_RECORD: Final = frozenset(
    {"id", "text", "data", "label", "labels", "entities", "relations", "cats", "Comments"}
    | {"annotations"}
    | {"comments", "meta", "metadata", "annotator", "username", "annotation_approver"}
)
"""Fields of a record that have a meaning here; doccano puts an article's metadata beside them."""

_OLD: Final = "annotations"
"""Where doccano before version 1 has spans and labels of the whole text alike."""
_NOBODY: Final = ("all", "unknown")
"""Names of files that are no annotator's."""
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
                mine = [a for a in document.annotations if a.annotator == annotator]
                whole = [] if plain else [a for a in mine if a.layer == "article"]
                found = list(
                    pieces(
                        *([a for a in mine if a not in whole], annotator, losses),
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
                    if whole:
                        record |= _categories(whole, losses)
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


def _categories(found: list[Annotation], losses: Losses) -> dict[str, Any]:
    """Labels and notes of the whole text; that a label does not hold has no place."""
    cats: list[str] = []
    first, *others = found
    for a in others:
        unheld.left_out(a, losses)
    unheld.count(first, ("attributes", "note"), losses)
    for name, value in sorted(first.attributes.items()):
        label = original(name)
        if value == YES and ":" not in label:
            cats.append(label)
        elif value not in (YES, NO) and name.isidentifier() and value and value == value.strip():
            cats.append(f"{name}:{value}")
        else:
            unheld.attributes(first, [name], losses)
    return {"cats": cats, "Comments": first.note.split("\n") if first.note else []}


def read(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read any of the three dialects, a record a line or all in one list.

    Of a folder each file is its annotator's, as doccano exports a project that people label each
    for themselves; `all` and `unknown` are nobody's name.
    """
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    if not files:
        raise InputError(f"{path}: no .jsonl files")
    for file in files:
        who = file.stem if path.is_dir() and file.stem not in _NOBODY else ""
        for line in records(file, options):
            if isinstance(line, BadRecord):
                yield line
                continue
            where, value = line
            try:
                yield _document(Fields(value, where), losses, layer_of(options), who)
            except InputError as error:
                yield BadRecord(where, error.message.removeprefix(f"{where}: "))


def _document(record: Fields, losses: Losses, spans_in: str, who: str) -> Document:
    text = record.text("text") if "text" in record.value else record.text("data")
    found: list[Piece] = []
    ids: dict[str, int] = {}
    labels = ArticleLabels(losses, record.where)
    for name, i, value in _given(record):
        if isinstance(value, list):
            continue  # [start, end, label]
        entity = Fields(value, f"{record.where}: {name}[{i}]")
        if name == _OLD and "start_offset" not in entity.value:
            labels.category(entity.loose("label") or entity.text("text"))
            count_rest(entity, _ENTITY | {"text", "prob"}, losses, "label's field")
            continue
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
    who = record.loose("annotator") or record.loose("username") or who
    who = who or record.loose("annotation_approver")
    meta = record.table("metadata", {}) | record.table("meta", {})
    meta |= {name: value for name, value in record.value.items() if name not in _RECORD}
    made = claims_from_pieces(found, who, losses, links, record.where)
    return Document(
        article_from(text, meta),
        (*made, *labels.annotations(who, spelled=bool(spans_in))),
        record.where,
    )


def _given(record: Fields) -> Iterator[tuple[str, int, object]]:
    """The entities, with those of doccano before version 1, whose labels are numbers."""
    for name in ("entities", _OLD):
        for i, value in enumerate(record.items(name, [])):
            yield name, i, value


def _lists(
    record: Fields,
    found: list[Piece],
    labels: ArticleLabels,
    losses: Losses,
    size: int,
    spans_in: str,
) -> None:
    """Plain spans and labels of the article; a list may be one label, or labels with scores."""
    for name in ("label", "labels", "entities", "cats"):
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
                case str(label) if name != "entities":
                    labels.category(label)
                case dict() if name == "entities":
                    continue
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
    " labels and notes of articles; the annotator",
    loses="sentence annotations, that a label of the article does not hold; with"
    " -o dialect=labels also which pieces make a claim, attributes, notes, labels of articles;"
    f" {unheld.RECORDS}",
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
