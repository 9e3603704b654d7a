"""Label Studio's JSON: a task for each article, an annotation for each annotator.

https://labelstud.io/guide/task_format: pieces of claims are `labels` regions tied by relations,
attributes are per-region `choices` (or `textarea`), article labels are `choices` without a region.
Spans of layers of their own are regions of the control that has the layer's name
(`label_studio_layers`). What was only suggested goes into `predictions`. Beside it stands, on
request or with such layers, a labelling configuration that fits. Reading is in
`label_studio_reading`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from annotator.domain.errors import InputError, SchemeError
from annotator.domain.exchange import Dataset, Document
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, Article
from annotator.domain.scheme import MARK, Scheme
from annotator.domain.scheme_file import parse_scheme
from annotator.formats.label_studio_config import Interface
from annotator.formats.label_studio_layers import OURS, SETTINGS, ProjectSettings, RegionWriter
from annotator.formats.label_studio_reading import CONFIG, TEXT_KEY, read
from annotator.formats.support import unsupported as unheld
from annotator.formats.support.article_fields import METADATA
from annotator.formats.support.base import Format, Options
from annotator.formats.support.grouping import pieces
from annotator.formats.support.jsonio import FILE_LIMIT
from annotator.formats.support.output import Output
from annotator.formats.support.piece import Piece
from annotator.formats.support.span_layers import SPANS


def _scheme(dataset: Dataset) -> Scheme | None:
    for record in dataset.schemes:
        if record.in_force:
            try:
                return parse_scheme(record.toml, {})
            except SchemeError:  # of another time: then there is none to go by
                return None
    return None


def write(
    documents: Iterable[Document],
    dataset: Dataset,
    out: Output,
    options: Options,
    losses: Losses,
) -> None:
    """Write a list of tasks, and the labelling configuration beside it."""
    way = options.text(CONFIG.name)
    if way not in ("auto", "yes", "no"):
        raise InputError(f"option {CONFIG.name}: {way!r} is none of auto, yes, no")
    scheme = _scheme(dataset)
    interface = Interface(scheme)
    writer = _Writer(scheme, losses)
    with out.open() as stream:
        for number, document in enumerate(documents):
            task = writer.task(document, number + 1)
            stream.write(b"[\n" if number == 0 else b",\n")
            stream.write(json.dumps(task, ensure_ascii=False, separators=(",", ":")).encode())
            for entry in [*task["annotations"], *task["predictions"]]:
                interface.add(entry["result"])
            settings = ProjectSettings.of(document.stored.meta)
            if settings.data:
                interface.text, interface.shown = settings.text, settings.shown
        stream.write(b"\n]\n" if stream.tell() else b"[]\n")
    if way == "yes" or (way == "auto" and interface.own and not out.streamed):
        with out.beside("config.xml") as stream:
            stream.write(interface.xml().encode())


class _Writer:
    """Writes articles as tasks."""

    def __init__(self, scheme: Scheme | None, losses: Losses) -> None:
        self.losses = losses
        self.regions = RegionWriter(scheme, losses)

    def task(self, document: Document, number: int) -> dict[str, Any]:
        """A task, with an annotation (or prediction) for each annotator."""
        article = document.stored
        settings = ProjectSettings.of(article.meta)
        data = _data(article, settings)
        task: dict[str, Any] = {"id": number, "data": data, "annotations": [], "predictions": []}
        for annotator in sorted({a.annotator for a in document.annotations}):
            mine = [a for a in document.annotations if a.annotator == annotator]
            for suggested in (False, True):
                chosen = [a for a in mine if (a.provenance == "suggested") == suggested]
                if not chosen:
                    continue
                result = list(self._result(article, chosen, settings))
                if suggested:
                    task["predictions"].append({"model_version": annotator, "result": result})
                else:
                    # No `completed_by`: Label Studio refuses people it does not know.
                    entry = {OURS: annotator, "was_cancelled": False, "ground_truth": False}
                    gold = all(a.provenance == "adjudicated" for a in chosen)
                    task["annotations"].append({**entry, "ground_truth": gold, "result": result})
        return task

    def _result(
        self, article: Article, annotations: list[Annotation], settings: ProjectSettings
    ) -> Iterator[dict[str, Any]]:
        ends: dict[str, str] = {}
        relations: list[Annotation] = []
        others: list[Annotation] = []
        for a in annotations:
            if a.layer == "article":
                unheld.count(a, ("attributes", "grouping", "provenance"), self.losses)
                for name, value in sorted(a.attributes.items()):
                    yield self.regions.answer(a.id, "article", name, value, {}, settings)
            elif a.layer == "relation":
                relations.append(a)
            elif a.layer == "mark" and a.layer_name != MARK:
                ends[a.id] = a.id
                yield from self.regions.span(a, article.text, settings)
            else:
                others.append(a)
        yield from self._claims(article, others, settings, ends)
        for a in relations:
            yield from self.regions.relation(a, ends)

    def _claims(
        self,
        article: Article,
        annotations: list[Annotation],
        settings: ProjectSettings,
        ends: dict[str, str],
    ) -> Iterator[dict[str, Any]]:
        """Claims and marks: a region for each piece, tied to the first; `ends` learns these."""
        layers = {a.id: a.layer_name for a in annotations}
        heads: dict[str, tuple[str, Piece]] = {}
        for piece in pieces(annotations, None, self.losses):
            id_ = f"{piece.annotation}-{piece.order}"
            words = article.text[piece.start : piece.end]
            place: dict[str, Any] = {"start": piece.start, "end": piece.end}
            data = piece.data()
            note = data.pop("note", "")
            attributes: Mapping[str, str] = data.pop("attributes", {})
            meta: dict[str, Any] = {OURS: data}
            if note:
                meta["text"] = [note]
            yield {
                "id": id_,
                "from_name": "label",
                "to_name": settings.shown,
                "type": "labels",
                "value": {**place, "text": words, "labels": [piece.label]},
                "meta": meta,
            }
            layer = layers[piece.annotation]
            for name, value in attributes.items():
                yield self.regions.answer(id_, layer, name, value, place, settings)
            head_id, head = heads.setdefault(piece.annotation, (id_, piece))
            ends.setdefault(piece.annotation, id_)
            if head is not piece:
                label = "same" if head.label == piece.label else piece.label
                yield {
                    "from_id": head_id,
                    "to_id": id_,
                    "type": "relation",
                    "direction": "right",
                    "labels": [label],
                }


def _data(article: Article, settings: ProjectSettings) -> dict[str, Any]:
    """The data of a task: as it came from Label Studio, with what was put right since; else the
    text with what is known of the article."""
    known = {name: getattr(article, name) for name in METADATA if getattr(article, name)}
    if not settings.data:
        return {"text": article.text, "uid": article.uid, **known}
    own = {k: v for k, v in article.meta.items() if k != SETTINGS}
    own = {k: v for k, v in own.items() if k in settings.data}
    # What only this program says of an article (where it was read) is no part of their data.
    said = {k: v for k, v in known.items() if k in settings.data or k in _CORRECTED}
    values = {settings.text: article.text, **own, **said}
    order = {name: i for i, name in enumerate(settings.data)}
    return dict(sorted(values.items(), key=lambda pair: order.get(pair[0], len(order))))


_CORRECTED: Final = ("title", "byline", "outlet", "published", "url")


FORMAT: Final = Format(
    name="label-studio",
    title="Label Studio JSON",
    suffix=".json",
    holds="claims, marks and spans of any layer: pieces, roles, attributes, notes, flags, parents;"
    " relations within an article; article labels; annotators; suggestions as predictions, gold as"
    " ground truth",
    loses=f"sentence annotations, {unheld.RECORDS}",
    unit="codepoint",
    write=write,
    read=read,
    options=(
        CONFIG,
        TEXT_KEY,
        SPANS,
        FILE_LIMIT,
    ),
    text_of_card="Create a project with the labelling configuration, then import the file.",
)
