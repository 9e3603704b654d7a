"""Corpora of quotations in JSON: the German Quotation corpus, BBC Citron.

German Quotation: speaker, cue, quote, addressee and frame, each of several pieces. Citron: a cue
with sources and contents.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Dataset, Document, Item
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, Fragment
from annotator.formats.quotations import claim, each_file, fragment
from annotator.formats.support import unsupported as unheld
from annotator.formats.support.base import Format, Options
from annotator.formats.support.foreign import article_from, count_rest
from annotator.formats.support.jsonio import FILE_LIMIT, Fields, dump
from annotator.formats.support.output import Names, Output

# ------------------------------------------------------------------------------- German Quotation

GERMAN: Final = {
    "quote": "content",
    "cue": "cue",
    "speaker": "source",
    "addressee": "addressee",
    "frame": "frame",
}
_FORMS: Final = {"Direct": "direct", "Indirect": "indirect"}
_SAID: Final = re.compile(r"type=(\S+) medium=(\S+)( nested)?")
"""The note that keeps what the scheme has no attribute for."""


def _german(record: Fields, stem: str, losses: Losses) -> Iterator[Item]:
    text = record.text("originalText")
    made: dict[str, tuple[Annotation, Fields]] = {}
    for i, value in enumerate(record.items("annotations")):
        where = f"{record.where}: annotations[{i}]"
        try:
            item = Fields(value, where)
            annotation = _german_claim(item, text, i, losses)
            made[annotation.id] = (annotation, item)
        except InputError as error:
            yield BadRecord(where, error.message.removeprefix(f"{where}: "))
    out: list[Annotation] = []
    for a, item in made.values():
        nested = item.flag("isNested", False)
        parent = _enclosing(a, [m for m, _ in made.values()]) if nested else None
        # Some are nested in a quotation that does not surround all of their words.
        lost = nested and parent is None
        out.append(replace(a, parent=parent, note=a.note + " nested" if lost else a.note))
    known = {"annotations", "documentName", "originalText", "sentences", "tokens"}
    given = {k: v for k, v in record.value.items() if k not in known}
    given |= {"name": record.text("documentName", stem), "language": "de"}
    yield Document(article_from(text, given), tuple(out), record.where)


def _german_claim(item: Fields, text: str, number: int, losses: Losses) -> Annotation:
    fragments: list[Fragment] = []
    for name, role in GERMAN.items():
        part = Fields(item.table(name, {}), f"{item.where}: {name}")
        count_rest(part, ("spans", "text", "tokenIds"), losses, f"{name}'s field")
        for value in part.items("spans", []):
            span = Fields(value, part.where)
            start, end = span.number("charBegin"), span.number("charEnd")
            fragments.append(fragment(role, 0, start, end, text, None))
    ours = {*GERMAN, "type", "medium", "id", "isNested", "hasNested"}
    count_rest(item, ours, losses)
    type_, medium = item.text("type", ""), item.text("medium", "")
    internal = "internal" if medium == "Thought" else ""
    form = _FORMS.get(type_, "")
    note = f"type={type_ or '-'} medium={medium or '-'}"
    id_ = item.loose("id", str(number))
    return replace(claim(id_, fragments, form=form, cue_attitude=internal), note=note)


def _enclosing(inner: Annotation, made: Iterable[Annotation]) -> str | None:
    """The shortest other quotation whose content surrounds all of this one's."""
    content = inner.role("content")
    best: tuple[int, str] | None = None
    for other in made:
        around = other.role("content")
        if other.id == inner.id or not content or not around:
            continue
        low, high = min(f.start for f in around), max(f.end for f in around)
        inside = low <= min(f.start for f in content) and max(f.end for f in content) <= high
        same = (low, high) == (min(f.start for f in content), max(f.end for f in content))
        if inside and not same and (best is None or high - low < best[0]):
            best = (high - low, other.id)
    return best[1] if best else None


def write_german(
    documents: Iterable[Document],
    dataset: Dataset,
    out: Output,
    options: Options,
    losses: Losses,
) -> None:
    """Write a file for each article, as the corpus has them."""
    del dataset, options
    names = Names()
    for document in documents:
        article = document.stored
        layout = article.layout
        ends = list(zip(layout.token_starts, layout.token_ends, strict=True))
        found: list[dict[str, Any]] = []
        claims = [a for a in document.annotations if a.layer == "claim"]
        # The file says that one is nested, not in which: that is found by where they stand. Where
        # another than its parent encloses it, it must not be read back as if it were nested there.
        around = {a.id: _enclosing(a, claims) for a in claims}
        held = {a.id for a in claims if a.parent == around[a.id]}
        nested_ones = {a.id for a in claims if a.parent and around[a.id] in (a.parent, None)}
        nesting = {a.parent for a in claims if a.id in nested_ones}
        unheld.annotators(article.uid, document.annotations, losses)
        for a in document.annotations:
            if a.layer != "claim":
                unheld.left_out(a, losses)
                continue
            parent = ("parent",) if a.id in held else ()
            # One piece alone ties nothing together.
            tied = ("grouping",) if sum(f.role in GERMAN.values() for f in a.fragments) > 1 else ()
            unheld.count(a, ("attributes", "note", *parent, *tied), losses)
            found.append(_german_record(a, article.text, ends, len(found), losses))
            nested = a.id in nested_ones or a.note.endswith(" nested")
            found[-1] |= {"isNested": nested, "hasNested": a.id in nesting}
        record = {
            "annotations": found,
            "documentName": article.name,
            "originalText": article.text,
            "sentences": [
                {
                    "id": i,
                    "charBegin": s.start,
                    "charEnd": s.end,
                    "text": article.text[s.start : s.end],
                }
                for i, s in enumerate(layout.sentences)
            ],
            "tokens": [
                {"id": i, "charBegin": s, "charEnd": e, "text": article.text[s:e]}
                for i, (s, e) in enumerate(ends)
            ],
        }
        with out.open(f"{names.of(article.name, article.uid)}.json") as stream:
            stream.write(dump(record))


def _german_record(
    a: Annotation, text: str, tokens: list[tuple[int, int]], number: int, losses: Losses
) -> dict[str, Any]:
    said = _SAID.fullmatch(a.note)
    if a.note and not said:
        losses.add("note", a.id)
    forms = {v: k for k, v in _FORMS.items()}
    form, attitude = a.attributes.get("form", ""), a.attributes.get("cue_attitude", "")
    type_ = said.group(1) if said else forms.get(form, "Indirect")
    medium = said.group(2) if said else ("Thought" if attitude == "internal" else "Speech")
    held = {"form": _FORMS.get(type_, "")}
    held |= {"cue_attitude": "internal"} if medium == "Thought" else {}
    unheld.attributes(a, [k for k, v in a.attributes.items() if held.get(k) != v], losses)
    if held["form"] not in ("", form):
        losses.add(f"form {form or 'not said'}, now {type_}", a.id)
    record: dict[str, Any] = {"id": number, "type": type_, "medium": medium}
    for name, role in GERMAN.items():
        fragments = a.role(role)
        if len({f.span for f in fragments}) > 1:
            losses.add("spans of one role, joined", a.id)
        touched = [
            i
            for i, (s, e) in enumerate(tokens)
            if any(s < f.end and f.start < e for f in fragments)
        ]
        record[name] = {
            "spans": [{"charBegin": f.start, "charEnd": f.end} for f in fragments],
            "text": " ".join(text[f.start : f.end] for f in fragments),
            "tokenIds": touched,
        }
    for role in {f.role for f in a.fragments} - set(GERMAN.values()):
        losses.add(f"role {role}", a.id)
    return record


def read_german(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read the corpus: a file, or a folder of them."""
    return each_file(path, options, losses, _german)


# -------------------------------------------------------------------------------------- Citron


_QUOTE: Final = frozenset({"id", "cue", "sources", "contents", "coreferences", "confidence"})


def _spans(item: Fields, name: str, role: str, text: str) -> Iterator[Fragment]:
    values = item.items(name, [])
    for number, value in enumerate(values):
        span = Fields(value, f"{item.where}: {name}")
        words = span.text("text") if "text" in span.value else None
        # Several contents are the pieces of one content; several sources are several sources.
        index = number if role == "source" else 0
        yield fragment(role, index, span.number("start"), span.number("end"), text, words)


def _citron(record: Fields, stem: str, losses: Losses) -> Iterator[Item]:
    text = record.text("text")
    out: list[Annotation] = []
    for i, value in enumerate(record.items("quotes")):
        where = f"{record.where}: quotes[{i}]"
        try:
            item = Fields(value, where)
            cue = [item.value["cue"]] if item.value.get("cue") else []
            with_cue = Fields(item.value | {"cue": cue}, where)
            fragments = [
                *_spans(with_cue, "sources", "source", text),
                *_spans(with_cue, "cue", "cue", text),
                *_spans(with_cue, "contents", "content", text),
            ]
            out.append(
                claim(item.loose("id", str(i)), fragments, confidence=item.loose("confidence"))
            )
            if groups := item.items("coreferences", []):
                losses.add("coreference of a quote", where, len(groups))
            count_rest(item, _QUOTE, losses)
        except InputError as error:
            yield BadRecord(where, error.message.removeprefix(f"{where}: "))
    if groups := record.items("coreference_groups", []):
        losses.add("coreference group", record.where, len(groups))
    known = {"text", "quotes", "coreference_groups"}
    given = {"name": stem} | {k: v for k, v in record.value.items() if k not in known}
    yield Document(article_from(text, given), tuple(out), record.where)


def read_citron(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read Citron's training files or predictions."""
    return each_file(path, options, losses, _citron)


def write_citron(
    documents: Iterable[Document],
    dataset: Dataset,
    out: Output,
    options: Options,
    losses: Losses,
) -> None:
    """Write a file for each article, as Citron trains on."""
    del dataset, options
    names = Names()
    for document in documents:
        article = document.stored
        text = article.text
        quotes: list[dict[str, Any]] = []
        unheld.annotators(article.uid, document.annotations, losses)
        for a in document.annotations:
            if a.layer != "claim" or not a.role("cue"):
                why = "claim without a cue" if a.layer == "claim" else ""
                unheld.left_out(a, losses, why)
                continue
            parts: dict[str, list[dict[str, Any]]] = {"source": [], "cue": [], "content": []}
            for f in a.fragments:
                if f.role not in parts:
                    losses.add(f"role {f.role}", a.id)
                    continue
                piece = {"start": f.start, "end": f.end, "text": text[f.start : f.end]}
                parts[f.role].append(piece)
            # One cue alone ties nothing together.
            tied = len(parts["source"]) + len(parts["content"])
            unheld.count(a, ("grouping",) if tied else (), losses)
            if len(parts["cue"]) > 1:
                losses.add("further piece of a cue", a.id, len(parts["cue"]) - 1)
            for role in ("source", "content"):
                wanted = 1 if role == "content" else len(parts[role])
                if len({f.span for f in a.role(role)}) not in (0, wanted):
                    losses.add("which pieces make a span", a.id)
            quote = {"id": a.id, "cue": parts["cue"][0], "sources": parts["source"]}
            quotes.append(quote | {"contents": parts["content"]})
        with out.open(f"{names.of(article.name, article.uid)}.json") as stream:
            stream.write(dump({"text": text, "quotes": quotes}))


GERMAN_FORMAT: Final = Format(
    name="german-quotations",
    title="German Quotation corpus JSON",
    suffix="",
    holds="claims: quote, cue, speaker, addressee and frame with their pieces; nesting; type and"
    " medium (in the note)",
    loses="everything else",
    unit="codepoint",
    write=write_german,
    read=read_german,
    options=(FILE_LIMIT,),
)
CITRON: Final = Format(
    name="citron",
    title="BBC Citron JSON",
    suffix="",
    holds="claims with one cue: sources, contents; at import its confidence",
    loses="coreference, attributes, further pieces of a cue, claims without a cue, everything else",
    unit="codepoint",
    write=write_citron,
    read=read_citron,
    options=(FILE_LIMIT,),
)
