"""Prodigy's JSON lines: one task for each article, `token_end` inclusive.

https://prodi.gy/docs/api-interfaces#spans: spans may overlap; relations tie the pieces of a claim
together. Hashes are left out: Prodigy sets its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, cast

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Document, Item, Project
from annotator.domain.losses import Losses
from annotator.formats import losses as unheld
from annotator.formats.base import Format, Option, Options
from annotator.formats.drafts import METADATA, draft_of
from annotator.formats.grouping import Piece, claims_from_pieces, pieces
from annotator.formats.jsonio import LINE_LIMIT, Fields, dump, lines
from annotator.formats.output import Output
from annotator.formats.tokens import ALIGNMENTS, Aligner, Alignment, words


def write(
    documents: Iterable[Document], project: Project, out: Output, options: Options, losses: Losses
) -> None:
    """Write a task for each article and annotator."""
    del project
    with out.open() as stream:
        for document in documents:
            for annotator in sorted({a.annotator for a in document.annotations}) or [""]:
                stream.write(dump(_task(document, annotator, options, losses)))


def _task(document: Document, annotator: str, options: Options, losses: Losses) -> dict[str, Any]:
    article = document.stored
    text = article.text
    found = words(article)
    aligner = Aligner(found)
    align = cast("Alignment", options.text("align"))
    spans: list[dict[str, Any]] = []
    for piece in pieces(document.annotations, annotator, losses):
        place = aligner.exact(piece.start, piece.end)
        if place is None:
            place = aligner.near(piece.start, piece.end, align)
            done = {"expand": "expanded", "contract": "contracted"}.get(align, "left out")
            losses.add(f"span that cuts a token, {done if place else 'left out'}", piece.annotation)
        if place is None:
            continue
        first, last = place
        start, end = found[first].start, found[last - 1].end
        item: dict[str, Any] = {"start": start, "end": end, "token_start": first}
        item |= {"token_end": last - 1, "label": piece.label}
        if (start, end) != (piece.start, piece.end) and align == "expand":
            item["exact"] = [piece.start, piece.end]
        spans.append(item | piece.data())
    task: dict[str, Any] = {
        "text": text,
        "tokens": [
            {"text": text[w.start : w.end], "start": w.start, "end": w.end, "id": i, "ws": w.space}
            for i, w in enumerate(found)
        ],
        "spans": spans,
    }
    if options.flag("relations"):
        task["relations"] = list(_relations(spans))
    task["answer"] = "accept"
    if annotator:
        task["_annotator_id"] = annotator
    meta = {name: getattr(article, name) for name in METADATA}
    task["meta"] = {k: v for k, v in meta.items() if v}
    return task


def _relations(spans: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """From the last token of each other piece of a claim to that of its first."""
    heads: dict[str, dict[str, Any]] = {}
    for span in spans:
        head = heads.setdefault(span["claim"], span)
        if head is span:
            continue
        keys = ("start", "end", "token_start", "token_end", "label")
        yield {
            "head": head["token_end"],
            "child": span["token_end"],
            "head_span": {k: head[k] for k in keys},
            "child_span": {k: span[k] for k in keys},
            "label": "SAME" if span["label"] == head["label"] else span["label"].upper(),
        }


def read(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read tasks, ours and those that Prodigy saved; rejected and ignored ones are passed over."""
    for line in lines(path, options):
        if isinstance(line, BadRecord):
            yield line
            continue
        where, value = line
        try:
            task = Fields(value, where)
            if task.text("answer", "accept") == "accept":
                yield _document(task)
        except InputError as error:
            yield BadRecord(where, error.message.removeprefix(f"{where}: "))


def _document(task: Fields) -> Document:
    text = task.text("text")
    found: list[Piece] = []
    for i, value in enumerate(task.items("spans", [])):
        span = Fields(value, f"{task.where}: spans[{i}]")
        start, end = span.number("start"), span.number("end")
        match span.value.get("exact"):
            case [int(first), int(last)]:
                start, end = first, last
        found.append(Piece.read(span, i, span.text("label"), start, end, len(text)))
    meta = task.table("meta", {})
    draft = draft_of(text, {k: str(v) for k, v in meta.items()})
    session = task.loose("_annotator_id") or task.loose("_session_id")
    places = {(p.start, p.end): i for i, p in enumerate(found)}
    links: list[tuple[int, int]] = []
    for i, value in enumerate(task.items("relations", [])):
        relation = Fields(value, f"{task.where}: relations[{i}]")
        ends: list[int] = []
        for name in ("head_span", "child_span"):
            span = Fields(relation.table(name, {}), relation.where)
            place = places.get((span.number("start", -1), span.number("end", -1)))
            ends += [] if place is None else [place]
        if len(ends) == 2:
            links.append((ends[0], ends[1]))
    return Document(draft, tuple(claims_from_pieces(found, session, links)), task.where)


FORMAT: Final = Format(
    name="prodigy",
    title="Prodigy JSON lines",
    suffix=".jsonl",
    holds="claims and marks: pieces, roles, attributes, notes, flags, parents; the annotator;"
    " tokens",
    loses="sentence and article annotations, spans that cut a token (but their exact ends stay in"
    f" `exact`), {unheld.RECORDS}",
    unit="codepoint",
    write=write,
    read=read,
    options=(
        Option("align", "expand", "what to do with a span that cuts a token", ALIGNMENTS),
        Option("relations", "yes", "tie the pieces of a claim together", ("yes", "no")),
        LINE_LIMIT,
    ),
    text_of_card="`prodigy db-in DATASET FILE`, or `srsly.read_jsonl(FILE)`.",
)
