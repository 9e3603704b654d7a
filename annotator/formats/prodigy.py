"""Prodigy's JSON lines: one task for each article, `token_end` inclusive.

https://prodi.gy/docs/api-interfaces#spans: spans may overlap; relations tie the pieces of a claim
together. Hashes are left out: Prodigy sets its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, TypeGuard, cast

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
    kept_pieces,
    links_of,
    pieces,
    said_of,
)
from annotator.formats.support.jsonio import LINE_LIMIT, Fields, dump, lines
from annotator.formats.support.linking import Link, relation_lost
from annotator.formats.support.output import Output
from annotator.formats.support.piece import Piece
from annotator.formats.support.schemes import Schemes
from annotator.formats.support.span_layers import ENTITY, LABEL, SPANS, layer_of
from annotator.formats.support.tokens import ALIGNMENTS, Aligner, Alignment, words

_TASK: Final = frozenset(
    {"text", "tokens", "spans", "relations", "answer", "meta", "label", "accept", "options"}
    | {"cats", "comment", "_input_hash", "_task_hash", "_view_id", "_session_id", "_annotator_id"}
    | {"_timestamp", "_is_binary", "config", "version", "key"}
)
"""Fields of a task that are read, or are Prodigy's own book-keeping."""
_SPAN: Final = frozenset({"start", "end", "token_start", "token_end", "label", "exact", "text"})

_RELATION: Final = frozenset({"head", "child", "head_span", "child_span", "label", "color"})

Place = tuple[int, int]
"""Where a span is in the file: between words, so not always where it is exactly."""


def write(
    documents: Iterable[Document],
    dataset: Dataset,
    out: Output,
    options: Options,
    losses: Losses,
) -> None:
    """Write a task for each article and annotator."""
    schemes = Schemes(dataset)
    with out.open() as stream:
        for document in documents:
            for annotator in sorted({a.annotator for a in document.annotations}) or [""]:
                stream.write(dump(task_of(document, annotator, options, losses, schemes)))


def task_of(
    document: Document, annotator: str, options: Options, losses: Losses, schemes: Schemes
) -> dict[str, Any]:
    article = document.stored
    text = article.text
    found = words(article)
    aligner = Aligner(found)
    align = cast("Alignment", options.text("align"))
    all_of_them = list(
        pieces(
            *(document.annotations, annotator, losses),
            reading=True,
            schemes=schemes,
            relations=options.flag("relations"),
            plain_in=ENTITY,
            words=options.flag("relations"),
        )
    )
    places: list[tuple[int, int] | None] = []
    for piece in all_of_them:
        place = aligner.exact(piece.start, piece.end)
        if place is None:
            place = aligner.near(piece.start, piece.end, align)
            done = {"expand": "expanded", "contract": "contracted"}.get(align, "left out")
            losses.add(f"span that cuts a token, {done if place else 'left out'}", piece.annotation)
        places.append(place)
    kept = kept_pieces(all_of_them, [place is not None for place in places], losses)
    spans: list[dict[str, Any]] = []
    for piece, (first, last) in zip(kept, filter(None, places), strict=True):
        start, end = found[first].start, found[last - 1].end
        item: dict[str, Any] = {"start": start, "end": end, "token_start": first}
        item |= {"token_end": last - 1, "label": piece.label}
        if _is_word(piece):
            item["label"] = None
        if (start, end) != (piece.start, piece.end) and align == "expand":
            item["exact"] = [piece.start, piece.end]
        spans.append(item | piece.data())
    task: dict[str, Any] = {
        "text": text,
        "tokens": [
            {"text": text[w.start : w.end], "start": w.start, "end": w.end, "id": i, "ws": w.space}
            for i, w in enumerate(found)
        ],
        "spans": [s for s, p in zip(spans, kept, strict=True) if not _is_word(p)],
    }
    if options.flag("relations"):
        links = links_of(document.annotations, annotator, kept, losses)
        task["relations"] = list(_relations(spans, kept, links))
    task["answer"] = "accept"
    if annotator:
        task["_annotator_id"] = annotator
    meta = {name: getattr(article, name) for name in METADATA}
    task["meta"] = dict(article.meta) | {k: v for k, v in meta.items() if v}
    return task


def _is_word(piece: Piece) -> bool:
    """Whether it is a span that a relation alone tells: words without a label."""
    return not (piece.own or piece.label)


def _relations(
    spans: list[dict[str, Any]], kept: list[Piece], links: Iterable[Link]
) -> Iterator[dict[str, Any]]:
    """From the last token of each other piece of a claim to that of its first; then relations."""
    heads: dict[str, int] = {}
    for i, piece in enumerate(kept):
        head = heads.setdefault(piece.annotation, i)
        if head != i:
            alike = spans[i]["label"] == spans[head]["label"]
            label = "SAME" if alike else spans[i]["label"].upper()
            yield _relation(spans[head], spans[i], label)
    for link in links:
        relation = _relation(spans[link.one], spans[link.other], link.kind)
        yield relation | dict(link.whole)


def _relation(head: dict[str, Any], child: dict[str, Any], label: str) -> dict[str, Any]:
    keys = ("start", "end", "token_start", "token_end", "label")
    return {
        "head": head["token_end"],
        "child": child["token_end"],
        "head_span": {k: head[k] for k in keys},
        "child_span": {k: child[k] for k in keys},
        "label": label,
    }


def read(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read tasks, ours and those that Prodigy saved; rejected and ignored ones are counted.

    A rejected task that asks about one label says that the article does not have it.
    """
    for line in lines(path, options):
        if isinstance(line, BadRecord):
            yield line
            continue
        where, value = line
        try:
            task = Fields(value, where)
            answer = task.text("answer", "accept")
            asks = bool(task.loose("label")) and not task.value.get("spans")
            if answer == "accept" or (answer == "reject" and asks):
                accepted = answer == "accept"
                yield _document(task, losses, layer_of(options), accepted=accepted)
            else:
                named = {"reject": "rejected", "ignore": "ignored"}
                losses.add(f"{named.get(answer, f'answer {answer}:')} task", where)
        except InputError as error:
            yield BadRecord(where, error.message.removeprefix(f"{where}: "))


def _document(task: Fields, losses: Losses, spans_in: str, *, accepted: bool) -> Document:
    text = task.text("text")
    found: list[tuple[Piece, Place]] = []
    for i, value in enumerate(task.items("spans", [])):
        span = Fields(value, f"{task.where}: spans[{i}]")
        place = start, end = span.number("start"), span.number("end")
        match span.value.get("exact"):
            case [int(first), int(last)]:
                start, end = first, last
        label = span.loose("label")
        if not says_something(label, start, end, losses, span.where):
            continue
        piece = Piece.read(span, i, label, start, end, len(text), spans_in)
        count_rest(span, _SPAN | piece.known, losses, "span's field")
        found.append((piece, place))
    who = task.loose("_annotator_id") or task.loose("_session_id")
    links = list(_links(task, found, losses, spans_in))
    made = claims_from_pieces([p for p, _ in found], who, losses, links, task.where)
    labels = _labels(task, losses, accepted=accepted)
    count_rest(task, _TASK, losses)
    draft = article_from(text, task.table("meta", {}))
    return Document(draft, (*made, *labels.annotations(who, spelled=bool(spans_in))), task.where)


def _is_option(value: object) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict) and isinstance(value.get("id"), (int, float))


def _labels(task: Fields, losses: Losses, *, accepted: bool) -> ArticleLabels:
    """What the task says of the whole article: its label, the options chosen, categories."""
    labels = ArticleLabels(losses, task.where)
    if task.loose("label"):
        labels.category(task.loose("label"), accepted)
    options = {o["id"]: o.get("text") for o in task.items("options", []) if _is_option(o)}
    for name in task.items("accept", []):
        # A number says nothing where the options are not seen.
        known = isinstance(name, (int, float)) and options.get(name)
        labels.category(str(known or name))
    for name, score in task.table("cats", {}).items():
        labels.category(name, score)
    labels.note(task.value.get("comment"))
    return labels


def _links(
    task: Fields, found: list[tuple[Piece, Place]], losses: Losses, spans_in: str
) -> Iterator[Link]:
    """The relations between spans.

    Words that are no spans become spans without a label, where there is a layer for them; else
    their relations are counted.
    """
    tokens = task.items("tokens", [])
    for i, value in enumerate(task.items("relations", [])):
        relation = Fields(value, f"{task.where}: relations[{i}]")
        heads, children = (_ends(relation, name, tokens, found) for name in ("head", "child"))
        kind = relation.loose("label")
        if spans_in:
            heads = heads or _word(relation, "head", tokens, found, spans_in)
            children = children or _word(relation, "child", tokens, found, spans_in)
        if not heads or not children:
            relation_lost(kind, losses, relation.where, "of words without a span")
            continue
        # Of several spans at one place, those that belong together.
        pairs = [(a, b) for a in heads for b in children]
        ours = (p for p in pairs if found[p[0]][0].annotation == found[p[1]][0].annotation)
        whole = said_of(relation, _RELATION, losses)
        yield Link(*next(ours, pairs[0]), kind, whole)


def _word(
    relation: Fields,
    name: str,
    tokens: list[object],
    found: list[tuple[Piece, Place]],
    spans_in: str,
) -> list[int]:
    """A new span without a label over the word or words that an end of a relation names."""
    said = relation.value.get(f"{name}_span")
    if said is None:
        number = relation.number(name, -1)
        said = tokens[number] if 0 <= number < len(tokens) else {}
    span = Fields(said, relation.where)
    start, end = span.number("start", -1), span.number("end", -1)
    if not 0 <= start < end:
        return []
    same = [i for i, (_, place) in enumerate(found) if place == (start, end)]
    if not same:
        name, label = f"word {len(found)}", span.loose("label")
        whole = {"attributes": {LABEL: label}} if label else {}
        piece = Piece(name, 0, "mark", spans_in, 0, label, start, end, whole, own=False)
        found.append((piece, (start, end)))
    return same or [len(found) - 1]


def _ends(
    relation: Fields, name: str, tokens: list[object], found: list[tuple[Piece, Place]]
) -> list[int]:
    """The spans that one end of a relation may be, the likeliest first."""
    if relation.value.get(f"{name}_span") is not None:
        span = Fields(relation.value[f"{name}_span"], relation.where)
        at, label = (span.number("start", -1), span.number("end", -1)), span.loose("label")
        hits = [i for i, (_, place) in enumerate(found) if place == at]
        return [i for i in hits if found[i][0].label == label] or hits
    # Only the number of a word: the span that ends with it, or else holds it.
    number = relation.number(name, -1)
    token = Fields(tokens[number] if 0 <= number < len(tokens) else {}, relation.where)
    start, end = token.number("start", -1), token.number("end", -1)
    holding = [i for i, (_, p) in enumerate(found) if 0 <= p[0] <= start < end <= p[1]]
    return sorted(holding, key=lambda i: found[i][1][1] != end)


FORMAT: Final = Format(
    name="prodigy",
    title="Prodigy JSON lines",
    suffix=".jsonl",
    holds="claims, marks, relations: pieces, roles, attributes, notes, flags, parents;"
    " the annotator; tokens",
    loses="sentence and article annotations, spans that cut a token (but their exact ends stay in"
    f" `exact`), {unheld.RECORDS}",
    unit="codepoint",
    write=write,
    read=read,
    training=True,
    options=(
        Option("align", "expand", "what to do with a span that cuts a token", ALIGNMENTS),
        Option("relations", "yes", "tie the pieces of a claim together", ("yes", "no")),
        SPANS,
        LINE_LIMIT,
    ),
    text_of_card="`prodigy db-in DATASET FILE`, or `srsly.read_jsonl(FILE)`.",
)
