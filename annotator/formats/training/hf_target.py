"""Training data for Hugging Face in Parquet: token labels, and whole spans with their relations."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final

from annotator.domain.losses import Loss, Losses
from annotator.domain.model import RELATION_TYPE, Annotation
from annotator.formats.support import unsupported as unheld
from annotator.formats.support.base import needs
from annotator.formats.support.token_rows import (
    OVERLAPPING,
    LabelledSpan,
    flat_entities,
    sentence_words,
    tag_names,
    tags,
)
from annotator.formats.support.tokens import Aligner, words
from annotator.formats.training.questions import SPANS
from annotator.formats.training.readings import PARTS, TrainingReading
from annotator.formats.training.spacy_target import ALIGN
from annotator.formats.training.work import Consumer, Work, placed, why_absent

if TYPE_CHECKING:
    import pyarrow as pa

BESIDE: Final = "label that overlaps with another of its question"
GROUP: Final = 256
"""Rows that are in memory at a time."""


class _Parts:
    """A Parquet file for each part, a row group at a time; those without a row are there too."""

    def __init__(self, work: Work, schema: pa.Schema, stack: ExitStack) -> None:
        import pyarrow.parquet as pq

        self.schema = schema
        self.rows: dict[str, list[dict[str, Any]]] = {part: [] for part in PARTS}
        self.writers = {}
        for part in PARTS:
            stream = stack.enter_context(work.out.open(f"data/{part}.parquet"))
            self.writers[part] = stack.enter_context(
                pq.ParquetWriter(stream, schema, compression="zstd")
            )

    def add(self, part: str, row: dict[str, Any]) -> None:
        self.rows[part].append(row)
        if len(self.rows[part]) >= GROUP:
            self.flush(part)

    def flush(self, part: str) -> None:
        import pyarrow as pa

        self.writers[part].write_table(pa.Table.from_pylist(self.rows[part], schema=self.schema))
        self.rows[part] = []

    def end(self) -> None:
        for part in PARTS:
            self.flush(part)


def _library() -> None:
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise needs("pyarrow", "formats") from error


# ------------------------------------------------------------------------------------------ tokens


def _columns(work: Work) -> dict[str, str]:
    """Question -> its column of tags: `ner_tags` for all roles and layers."""
    out = {SPANS: "ner_tags"}
    mains = [q for q in work.asked if q.main]
    for q in work.asked:
        if q.where == "span" and not (q.main and len(mains) == 1):
            column = f"{q.name.replace('.', '_')}_tags"
            while column in out.values():
                column = f"_{column}"
            out[q.name] = column
    return out


def _token_schema(columns: Mapping[str, str], work: Work) -> pa.Schema:
    import pyarrow as pa

    text = {"dtype": "string", "_type": "Value"}
    features: dict[str, object] = {"id": text, "doc_id": text}
    features["tokens"] = {"feature": text, "_type": "List"}
    for question, column in columns.items():
        label = {"names": tag_names(work.files[question]), "_type": "ClassLabel"}
        features[column] = {"feature": label, "_type": "List"}
    fields = [("id", pa.string()), ("doc_id", pa.string()), ("tokens", pa.list_(pa.string()))]
    fields += [(column, pa.list_(pa.int64())) for column in columns.values()]
    told = json.dumps({"info": {"features": features}})
    return pa.schema(fields).with_metadata({"huggingface": told})


def write_tokens(found: Iterable[TrainingReading], work: Work) -> None:
    """A row for each sentence: its tokens, and a list of tags (IOB2) for each question."""
    _library()
    columns = _columns(work)
    for question, column in columns.items():
        labels = work.questions.all[question].labels if question != SPANS else None
        work.ask(question, labels or work.questions.span_labels(), f"`{column}`")
    numbers = {
        question: {tag: i for i, tag in enumerate(tag_names(work.files[question]))}
        for question in columns
    }
    with ExitStack() as stack:
        parts = _Parts(work, _token_schema(columns, work), stack)
        for reading in found:
            for row in _token_rows(reading, work, columns, numbers):
                parts.add(reading.part, row)
        parts.end()


def _token_rows(
    reading: TrainingReading,
    work: Work,
    columns: Mapping[str, str],
    numbers: Mapping[str, Mapping[str, int]],
) -> Iterator[dict[str, Any]]:
    article = reading.article
    spans: defaultdict[str, list[LabelledSpan]] = defaultdict(list)
    said: dict[str, set[str]] = {}
    for a in reading.annotations:
        held = said.setdefault(a.id, set())
        for answer in work.questions.answers(a):
            q = answer.question
            if q.where != "span":
                continue
            held.add(q.attribute)
            for f in answer.fragments:
                for label in answer.labels:
                    if q.name in columns:
                        spans[q.name].append(LabelledSpan(f.start, f.end, label, a.id))
                if q.main:
                    overall = work.questions.span_label(answer)
                    spans[SPANS].append(LabelledSpan(f.start, f.end, overall, a.id))
    kept: set[str] = set()
    asked = work.questions.all
    only = not any(name != SPANS and asked[name].main for name in columns)

    def main(question: str) -> bool:
        return question != SPANS and asked[question].main

    for i, found in enumerate(sentence_words(article)):
        row: dict[str, Any] = {"id": f"{reading.id}-{i}", "doc_id": article.uid}
        row["tokens"] = [article.text[w.start : w.end] for w in found]
        for question, column in columns.items():
            # What overlaps here stands in the column of its question; what is said of a span
            # stands where the span does, and what becomes of the span is counted there.
            counted = question == SPANS if only else main(question)
            losses = work.losses if counted else Losses()
            flat = flat_entities(article, found, spans[question], work.align, losses, kept)
            if question != SPANS and not main(question):  # several values of one span, for example
                lost = (loss for loss in losses if loss.kind == OVERLAPPING)
                work.losses.take(Loss(BESIDE, loss.count, loss.examples) for loss in lost)
            names = tags(len(found), flat, "iob2")
            row[column] = [numbers[question][tag] for tag in names]
            for entity in flat:
                work.counts.add(question, reading.part, (entity.label,))
        yield row
    for a in reading.annotations:
        if a.id in kept:
            work.lose(a, said[a.id])
        else:
            kind = why_absent(a)
            unheld.left_out(a, work.losses, kind, reading=True)


def _how_tokens(work: Work) -> str:
    return "\n".join(
        [
            "```python",
            "import datasets",
            'data = datasets.load_dataset(".")  # this folder',
            'names = data["train"].features["ner_tags"].feature.names',
            "```",
            "",
            "A row is a sentence. `ner_tags` holds all roles and layers, as far as they do not"
            " overlap (the longest first); each other list of tags answers one question, and holds"
            f" what overlaps with others: {', '.join(sorted(work.places.values()))}. `labels.json`"
            " has `id2label` and `label2id` of each, for `AutoModelForTokenClassification`.",
        ]
    )


def _front_matter(work: Work) -> list[str]:
    """Where `datasets.load_dataset` finds the parts."""
    del work
    out = ["configs:", "- config_name: default", "  data_files:"]
    for part in PARTS:
        out += [f"  - split: {part}", f"    path: data/{part}.parquet"]
    return out


# ------------------------------------------------------------------------------------------- spans


def _span_schema() -> pa.Schema:
    import pyarrow as pa

    text, number = pa.string(), pa.int64()
    pair = pa.struct([("name", text), ("value", text)])
    span = pa.struct(
        [
            *((name, text) for name in ("annotation", "layer", "role", "label")),
            *((name, number) for name in ("piece", "start", "end", "first_token", "last_token")),
            ("text", text),
            ("attributes", pa.list_(pair)),
        ]
    )
    relation = pa.struct(
        [("type", text), ("head", text), ("tail", text), ("attributes", pa.list_(pair))]
    )
    sentence = pa.struct([("start", number), ("end", number), ("attributes", pa.list_(pair))])
    return pa.schema(
        [
            *((name, text) for name in ("id", "doc_id", "text")),
            ("tokens", pa.list_(text)),
            ("spans", pa.list_(span)),
            ("relations", pa.list_(relation)),
            ("sentences", pa.list_(sentence)),
            ("attributes", pa.list_(pair)),
        ]
    )


def _pairs(a: Annotation) -> list[dict[str, str]]:
    return [{"name": k, "value": v} for k, v in sorted(a.attributes.items())]


def write_spans(found: Iterable[TrainingReading], work: Work) -> None:
    """A row for each reading of an article: its spans with all labels, relations, sentences."""
    _library()
    for q in work.asked:
        place = "`spans`" if q.where == "span" else f"`{q.where}s`"
        work.ask(q.name, q.labels, "`attributes`" if q.where == "article" else place)
    work.ask(SPANS, work.questions.span_labels(), "`spans.label`")
    with ExitStack() as stack:
        parts = _Parts(work, _span_schema(), stack)
        for reading in found:
            parts.add(reading.part, _span_row(reading, work))
        parts.end()


def _span_row(reading: TrainingReading, work: Work) -> dict[str, Any]:
    article = reading.article
    found = words(article)
    aligner = Aligner(found)
    row: dict[str, Any] = {"id": reading.id, "doc_id": article.uid, "text": article.text}
    row["tokens"] = [article.text[w.start : w.end] for w in found]
    row |= {"spans": [], "relations": [], "sentences": [], "attributes": []}
    for a in reading.annotations:
        for answer in work.questions.answers(a):
            q = answer.question
            work.counts.add(q.name, reading.part, answer.labels)
            for f in answer.fragments if q.main else ():
                # The offsets are those of the project, whatever the tokens are.
                place = placed(article, aligner, f, a, work.align, Losses()) or (-1, -1)
                label = work.questions.span_label(answer)
                work.counts.add(SPANS, reading.part, (label,))
                row["spans"].append(
                    {
                        "annotation": a.id,
                        "layer": a.layer_name,
                        "role": f.role if a.layer == "claim" else "",
                        "label": label,
                        "piece": f.span,
                        "start": f.start,
                        "end": f.end,
                        "first_token": place[0],
                        "last_token": place[1] - 1 if place[1] > 0 else -1,
                        "text": article.text[f.start : f.end],
                        "attributes": _pairs(a),
                    }
                )
        if a.parent:
            row["relations"].append(
                {"type": "parent", "head": a.parent, "tail": a.id, "attributes": []}
            )
        if a.layer == "relation":
            ends = {"head": a.head, "tail": a.tail}
            kept = [p for p in _pairs(a) if p["name"] != RELATION_TYPE]
            name = a.attributes.get(RELATION_TYPE, "")
            row["relations"].append({"type": name, **ends, "attributes": kept})
        elif a.layer == "sentence" and a.attributes:
            place_of = {"start": a.start, "end": a.end, "attributes": _pairs(a)}
            row["sentences"].append(place_of)
        elif a.layer == "article":
            row["attributes"] += _pairs(a)
        if a.layer in ("claim", "mark") and not a.fragments:
            unheld.left_out(a, work.losses, unheld.WITHOUT_SPAN)
        else:
            work.lose(a, a.attributes, "attributes", "grouping", "parent")
    return row


def _how_spans(work: Work) -> str:
    del work
    return "\n".join(
        [
            "```python",
            "import datasets",
            'data = datasets.load_dataset(".")  # this folder',
            'span = data["train"][0]["spans"][0]',
            "```",
            "",
            "A row is a reading of an article. `start` and `end` count code points of `text`,"
            " half-open; `first_token` and `last_token`, both inclusive, count `tokens` (-1 where a"
            " span has none). The pieces of one annotation have its id in `annotation`, those of"
            " one span of a role the same `piece`. `head` and `tail` of a relation are such ids,"
            " also of other rows.",
        ]
    )


TOKEN: Final = Consumer(
    "hf-token",
    "Hugging Face token classification",
    write_tokens,
    _how_tokens,
    (ALIGN,),
    _front_matter,
)
SPAN: Final = Consumer(
    "hf-span",
    "Hugging Face spans and relations",
    write_spans,
    _how_spans,
    (ALIGN,),
    _front_matter,
)
