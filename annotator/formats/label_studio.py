"""Label Studio's JSON: a task for each article, an annotation for each annotator.

https://labelstud.io/guide/task_format: pieces are `labels` regions tied by relations, attributes
are per-region `choices` (or `textarea`), article labels are `choices` without a region. What was
only suggested goes into `predictions`. A labelling configuration that fits is written on request.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from annotator.domain.errors import InputError, SchemeError
from annotator.domain.exchange import BadRecord, Document, Item, Project
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, Article
from annotator.domain.scheme import Scheme, parse_scheme
from annotator.formats import losses as unheld
from annotator.formats.base import Format, Option, Options
from annotator.formats.drafts import METADATA, draft_of
from annotator.formats.grouping import Piece, claims_from_pieces, pieces
from annotator.formats.jsonio import FILE_LIMIT, Fields, whole
from annotator.formats.output import Output

OURS: Final = "annotator"
"""Key of a region's `meta` that says which claim the piece belongs to."""


def _scheme(project: Project) -> Scheme | None:
    for record in project.schemes:
        if record.in_force:
            try:
                return parse_scheme(record.toml, {})
            except SchemeError:  # of another time: then there is none to go by
                return None
    return None


def write(
    documents: Iterable[Document], project: Project, out: Output, options: Options, losses: Losses
) -> None:
    """Write a list of tasks, and on request the labelling configuration beside it."""
    scheme = _scheme(project)
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
            unheld.count(a, ("attributes", "provenance"), losses)
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


# ---------------------------------------------------------------------------------------- reading


def read(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read an export of Label Studio, or of ours: a list of tasks."""
    tasks = whole(path, options)
    if isinstance(tasks, dict):
        tasks = [tasks]
    if not isinstance(tasks, list):
        raise InputError(f"{path}: not a list of tasks")
    for i, value in enumerate(tasks):
        where = f"{path.name}[{i}]"
        try:
            yield _document(Fields(value, where))
        except InputError as error:
            yield BadRecord(where, error.message.removeprefix(f"{where}: "))


def _document(task: Fields) -> Document:
    data = Fields(task.table("data"), f"{task.where}: data")
    text = data.text("text")
    draft = draft_of(text, {name: data.loose(name) for name in METADATA})
    entries: list[tuple[Annotation, ...]] = []
    for kind in ("annotations", "predictions"):
        for i, value in enumerate(task.items(kind, [])):
            entry = Fields(value, f"{task.where}: {kind}[{i}]")
            if entry.flag("was_cancelled", False):
                continue
            found = _entry(entry, text)
            if kind == "predictions":
                found = tuple(replace(a, provenance="suggested") for a in found)
            elif entry.flag("ground_truth", False):
                found = tuple(replace(a, provenance="adjudicated") for a in found)
            entries.append(found)
    return Document(draft, _apart(entries), task.where)


def _apart(entries: list[tuple[Annotation, ...]]) -> tuple[Annotation, ...]:
    """Ids of foreign entries count from the start in each; make them unique in the task."""
    out: list[Annotation] = []
    seen: set[str] = set()
    for i, found in enumerate(entries):
        clash = any(a.id in seen for a in found)
        for a in found:
            seen.add(a.id)
            parent = f"{i}:{a.parent}" if clash and a.parent else a.parent
            out.append(replace(a, id=f"{i}:{a.id}", parent=parent) if clash else a)
    return tuple(out)


def _who(entry: Fields) -> str:
    by = entry.value.get("completed_by")
    if isinstance(by, dict):
        by = by.get("email") or by.get("id")
    return entry.loose(OURS) or entry.loose("model_version") or ("" if by is None else str(by))


def _entry(entry: Fields, text: str) -> tuple[Annotation, ...]:
    """The annotations of one annotation or prediction."""
    found: list[Piece] = []
    places: dict[str, int] = {}
    choices: list[tuple[str, str, str]] = []
    relations: list[tuple[str, str]] = []
    for i, value in enumerate(entry.items("result")):
        item = Fields(value, f"{entry.where}: result[{i}]")
        kind = item.text("type")
        if kind == "relation":
            relations.append((item.text("from_id"), item.text("to_id")))
            continue
        inner = Fields(item.table("value"), item.where)
        if kind in ("labels", "hypertextlabels"):
            places[item.loose("id", str(i))] = len(found)
            found.append(_piece(item, inner, kind, len(found), text))
        elif kind in ("choices", "textarea"):
            values = inner.items("choices" if kind == "choices" else "text")
            said = "; ".join(str(v) for v in values)
            choices.append((item.loose("id", str(i)), item.text("from_name"), said))
        else:
            raise InputError(f"{item.where}: a result of type {kind!r} cannot be held")
    labels: dict[str, dict[str, str]] = {}
    for id_, name, said in choices:
        if id_ in places:
            piece = found[places[id_]]
            attributes = piece.whole.get("attributes", {}) | {name: said}
            found[places[id_]] = replace(piece, whole=piece.whole | {"attributes": attributes})
        else:
            labels.setdefault(id_ if len(id_) == 26 else "article", {})[name] = said
    missing = [end for pair in relations for end in pair if end not in places]
    if missing:
        raise InputError(f"{entry.where}: a relation to {missing[0]!r}, which is no region")
    links = [(places[a], places[b]) for a, b in relations]
    who = _who(entry)
    tags = [
        Annotation(id_, "article", "", who, (), attributes, provenance="imported")
        for id_, attributes in labels.items()
    ]
    return (*claims_from_pieces(found, who, links), *tags)


def _piece(item: Fields, value: Fields, kind: str, number: int, text: str) -> Piece:
    labels = value.items(kind)
    if not labels or not isinstance(labels[0], str):
        raise InputError(f"{item.where}: the region has no label")
    start, end = value.number("start"), value.number("end")
    meta = item.table("meta", {})
    ours = meta.get(OURS)
    data = dict(ours) if isinstance(ours, dict) else {}
    match meta.get("text"):
        case [str(note), *_] | str(note):
            data["note"] = note
    piece = Piece.read(Fields(data, item.where), number, labels[0], start, end, len(text))
    words = value.value.get("text")
    # Label Studio leaves the words out now and then; where they are, they must fit.
    if isinstance(words, str) and words.split() != text[start:end].split():
        raise InputError(
            f"{item.where}: [{start}, {end}) is {text[start:end][:60]!r} in the text, not"
            f" {words[:60]!r}"
        )
    return piece


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
        FILE_LIMIT,
    ),
    text_of_card="Create a project with the labelling configuration, then import the file.",
)
