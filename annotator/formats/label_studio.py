"""Label Studio's JSON: a task for each article, an annotation for each annotator.

https://labelstud.io/guide/task_format: pieces are `labels` regions tied by relations, attributes
are per-region `choices` (or `textarea`), article labels are `choices` without a region. What was
only suggested goes into `predictions`. A labelling configuration that fits is written on request.
Reading is in `label_studio_reading`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from annotator.domain.errors import SchemeError
from annotator.domain.exchange import Dataset, Document
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, Article
from annotator.domain.scheme import Scheme
from annotator.domain.scheme_file import parse_scheme
from annotator.formats.label_studio_reading import OURS, TEXT_KEY, read
from annotator.formats.support import unsupported as unheld
from annotator.formats.support.article_fields import METADATA
from annotator.formats.support.base import Format, Option, Options
from annotator.formats.support.grouping import pieces
from annotator.formats.support.jsonio import FILE_LIMIT
from annotator.formats.support.output import Output
from annotator.formats.support.piece import Piece


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
    """Write a list of tasks, and on request the labelling configuration beside it."""
    scheme = _scheme(dataset)
    free = {a.name for a in scheme.attributes if a.text} if scheme else set()
    labels: dict[str, None] = {}
    values: dict[tuple[str, bool], dict[str, None]] = {}
    with out.open() as stream:
        for number, document in enumerate(documents):
            task = _task(document, number + 1, free, losses)
            stream.write(b"[\n" if number == 0 else b",\n")
            stream.write(json.dumps(task, ensure_ascii=False, separators=(",", ":")).encode())
            for entry in [*task["annotations"], *task["predictions"]]:
                _collect(entry["result"], labels, values)
        stream.write(b"\n]\n" if stream.tell() else b"[]\n")
    if options.flag("config"):
        with out.beside("config.xml") as stream:
            stream.write(_config(labels, values, free).encode())


def _task(document: Document, number: int, free: set[str], losses: Losses) -> dict[str, Any]:
    article = document.stored
    data = {"text": article.text, "uid": article.uid}
    data |= {name: getattr(article, name) for name in METADATA if getattr(article, name)}
    task: dict[str, Any] = {"id": number, "data": data, "annotations": [], "predictions": []}
    for annotator in sorted({a.annotator for a in document.annotations}):
        mine = [a for a in document.annotations if a.annotator == annotator]
        for suggested in (False, True):
            chosen = [a for a in mine if (a.provenance == "suggested") == suggested]
            if not chosen:
                continue
            result = list(_result(article, chosen, free, losses))
            if suggested:
                task["predictions"].append({"model_version": annotator, "result": result})
            else:
                # No `completed_by`: Label Studio refuses people it does not know.
                entry = {OURS: annotator, "was_cancelled": False, "ground_truth": False}
                gold = all(a.provenance == "adjudicated" for a in chosen)
                task["annotations"].append({**entry, "ground_truth": gold, "result": result})
    return task


def _result(
    article: Article, annotations: list[Annotation], free: set[str], losses: Losses
) -> Iterator[dict[str, Any]]:
    for a in annotations:
        if a.layer == "article":
            unheld.count(a, ("attributes", "grouping", "provenance"), losses)
            for name, value in sorted(a.attributes.items()):
                yield _choice(a.id, name, value, {}, free)
    heads: dict[str, tuple[str, Piece]] = {}
    spans = [a for a in annotations if a.layer != "article"]
    for piece in pieces(spans, None, losses):
        id_ = f"{piece.annotation}-{piece.order}"
        words = article.text[piece.start : piece.end]
        place: dict[str, Any] = {"start": piece.start, "end": piece.end, "text": words}
        data = piece.data()
        note = data.pop("note", "")
        attributes = data.pop("attributes", {})
        meta: dict[str, Any] = {OURS: data}
        if note:
            meta["text"] = [note]
        yield {
            "id": id_,
            "from_name": "label",
            "to_name": "text",
            "type": "labels",
            "value": place | {"labels": [piece.label]},
            "meta": meta,
        }
        for name, value in attributes.items():
            yield _choice(id_, name, value, place, free)
        head_id, head = heads.setdefault(piece.annotation, (id_, piece))
        if head is not piece:
            label = "same" if head.label == piece.label else piece.label
            yield {
                "from_id": head_id,
                "to_id": id_,
                "type": "relation",
                "direction": "right",
                "labels": [label],
            }


def _choice(
    id_: str, name: str, value: str, place: dict[str, Any], free: set[str]
) -> dict[str, Any]:
    kind, key = ("textarea", "text") if name in free else ("choices", "choices")
    values = {**{k: v for k, v in place.items() if k != "text"}, key: [value]}
    return {"id": id_, "from_name": name, "to_name": "text", "type": kind, "value": values}


def _collect(
    result: Iterable[dict[str, Any]],
    labels: dict[str, None],
    values: dict[tuple[str, bool], dict[str, None]],
) -> None:
    """Remember labels and choices for the configuration."""
    for item in result:
        value = item.get("value", {})
        if item["type"] == "labels":
            labels |= dict.fromkeys(value["labels"])
        elif item["type"] in ("choices", "textarea"):
            known = values.setdefault((item["from_name"], "start" in value), {})
            known |= dict.fromkeys(value.get("choices", []))


def _config(
    labels: dict[str, None], values: dict[tuple[str, bool], dict[str, None]], free: set[str]
) -> str:
    """The labelling interface that these tasks fit."""
    out = ["<View>", "  <Relations>"]
    out += [f"    <Relation value={quoteattr(label)}/>" for label in [*sorted(labels), "same"]]
    out += ["  </Relations>", '  <Labels name="label" toName="text">']
    out += [f"    <Label value={quoteattr(label)}/>" for label in sorted(labels)]
    out += ["  </Labels>", '  <Text name="text" value="$text"/>']
    for (name, region), known in sorted(values.items()):
        per = ' perRegion="true"' if region else ""
        if name in free:
            out.append(f'  <TextArea name={quoteattr(name)} toName="text"{per}/>')
            continue
        out.append(f'  <Choices name={quoteattr(name)} toName="text"{per}>')
        out += [f"    <Choice value={quoteattr(value)}/>" for value in sorted(known)]
        out.append("  </Choices>")
    return "\n".join([*out, "</View>", ""])


FORMAT: Final = Format(
    name="label-studio",
    title="Label Studio JSON",
    suffix=".json",
    holds="claims and marks: pieces, roles, attributes, notes, flags, parents; article labels;"
    " annotators; suggestions as predictions, gold as ground truth",
    loses=f"sentence annotations, {unheld.RECORDS}",
    unit="codepoint",
    write=write,
    read=read,
    options=(
        Option("config", "no", "write the labelling configuration beside it", ("yes", "no")),
        TEXT_KEY,
        FILE_LIMIT,
    ),
    text_of_card="Create a project with the labelling configuration, then import the file.",
)
