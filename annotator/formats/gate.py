"""GATE's bdoc JSON, one file for each article (https://gatenlp.github.io/python-gatenlp/).

Each annotator has an annotation set; its annotations are the pieces of claims, typed by role, and
marks. The default set holds the stored sentences and tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Dataset, Document, Item
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, Article
from annotator.formats.support import unsupported as unheld
from annotator.formats.support.article_fields import METADATA
from annotator.formats.support.base import Format, Option, Options
from annotator.formats.support.foreign import article_from, count_rest
from annotator.formats.support.grouping import claims_from_pieces, pieces
from annotator.formats.support.jsonio import FILE_LIMIT, Fields, dump, whole
from annotator.formats.support.offsets import Utf16
from annotator.formats.support.output import Names, Output
from annotator.formats.support.piece import Piece

SUFFIX: Final = ".bdocjs"
LAYOUT: Final = frozenset({"Token", "Sentence", "SpaceToken", "Paragraph"})
"""Types that are not read as marks."""
_RECORD: Final = frozenset({"text", "name", "offset_type", "annotation_sets", "features"})


def _set(name: str, annotations: list[dict[str, Any]]) -> dict[str, Any]:
    for id_, annotation in enumerate(annotations):
        annotation["id"] = id_
    return {
        "name": "detached-from:" + name,
        "annotations": annotations,
        "next_annid": len(annotations),
    }


def _layout(article: Article) -> list[dict[str, Any]]:
    layout = article.layout
    out = [
        {"type": "Sentence", "start": s.start, "end": s.end, "id": 0, "features": {"kind": s.kind}}
        for s in layout.sentences
    ]
    return out + [
        {"type": "Token", "start": start, "end": end, "id": 0, "features": {}}
        for start, end in zip(layout.token_starts, layout.token_ends, strict=True)
    ]


def _record(document: Document, options: Options, losses: Losses) -> dict[str, Any]:
    article = document.stored
    sets: dict[str, dict[str, Any]] = {}
    if options.flag("tokens"):
        sets[""] = _set("", _layout(article))
    for annotator in sorted({a.annotator for a in document.annotations}):
        found = [
            {
                "type": p.label[:1].upper() + p.label[1:] if p.layer == "claim" else p.label,
                "start": p.start,
                "end": p.end,
                "id": 0,
                "features": p.data() | ({"role": p.role} if p.layer == "claim" else {}),
            }
            for p in pieces(document.annotations, annotator, losses)
        ]
        sets[annotator] = _set(annotator, found)
    features = {name: getattr(article, name) for name in METADATA if getattr(article, name)}
    return {
        "text": article.text,
        "features": features | {"uid": article.uid},
        "offset_type": "p",
        "annotation_sets": sets,
        "name": article.name,
    }


def write(
    documents: Iterable[Document],
    dataset: Dataset,
    out: Output,
    options: Options,
    losses: Losses,
) -> None:
    """Write a file for each article."""
    del dataset
    names = Names()
    for document in documents:
        article = document.stored
        with out.open(f"{names.of(article.name, article.uid)}{SUFFIX}") as stream:
            stream.write(dump(_record(document, options, losses)))


def read(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read a file, or a folder of them; offsets may be code points or UTF-16 units."""
    files = sorted(path.rglob(f"*{SUFFIX}")) if path.is_dir() else [path]
    if not files:
        raise InputError(f"{path}: no {SUFFIX} files")
    for file in files:
        try:
            yield _document(Fields(whole(file, options), file.name), losses)
        except InputError as error:
            yield BadRecord(file.name, error.message.removeprefix(f"{file.name}: "))


def _document(record: Fields, losses: Losses) -> Document:
    text = record.text("text")
    kind = record.text("offset_type", "p")
    if kind not in ("p", "j"):
        raise InputError(f"{record.where}: offset_type {kind!r} is neither 'p' nor 'j'")
    units = Utf16(text) if kind == "j" else None
    annotations: list[Annotation] = []
    for name, value in sorted(record.table("annotation_sets", {}).items()):
        found: list[Piece] = []
        where = f"{record.where}: {name or 'default set'}"
        for i, item in enumerate(Fields(value, where).items("annotations")):
            fields = Fields(item, f"{where}[{i}]")
            label = fields.text("type")
            if not name and label in LAYOUT:
                continue
            start, end = fields.number("start"), fields.number("end")
            if units:
                start, end = units.code_points(start), units.code_points(end)
            features = Fields(fields.table("features", {}), fields.where)
            if start == end:
                losses.add(f"annotation {label} of no words", fields.where)
                continue
            if not features.loose("claim"):
                # A stranger's features are attributes of a mark.
                said = {k: v for k, v in features.value.items() if not isinstance(v, (dict, list))}
                count_rest(features, said.keys(), losses, "feature")
                said = {k: str(v) for k, v in said.items() if v not in (None, "")}
                features = Fields({"attributes": said} if said else {}, fields.where)
            found.append(Piece.read(features, i, label, start, end, len(text)))
        made = claims_from_pieces(found, name, losses, (), where)
        # Ids of strangers' annotations count from 0 in each set.
        annotations += (a if len(a.id) == 26 else replace(a, id=f"{name}{a.id}") for a in made)
    count_rest(record, _RECORD, losses)
    features = Fields(record.table("features", {}), record.where)
    values = {"name": record.loose("name")} | {k: v for k, v in features.value.items() if v}
    values.pop("uid", None)  # ours, taken of the text
    return Document(article_from(text, values), tuple(annotations), record.where)


FORMAT: Final = Format(
    name="gate",
    title="GATE bdoc JSON",
    suffix="",
    holds="claims and marks: pieces, roles, attributes, notes, flags, parents; annotators as sets;"
    " tokens and sentences",
    loses=f"sentence and article annotations, {unheld.RECORDS}",
    unit="codepoint",
    write=write,
    read=read,
    options=(
        Option("tokens", "yes", "also the stored sentences and tokens", ("yes", "no")),
        FILE_LIMIT,
    ),
    text_of_card="`gatenlp.Document.load(FILE)`; each annotator is an annotation set.",
)
