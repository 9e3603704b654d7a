"""Sentences of tokens with one tag each: what CoNLL columns and token classifiers work on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from annotator.domain.exchange import Document
from annotator.domain.losses import Losses
from annotator.domain.model import Article
from annotator.domain.spans import trimmed
from annotator.formats.base import Options
from annotator.formats.tokens import Aligner, Alignment, Word

ROLES: Final = ("content", "cue", "source")


class Labelled(NamedTuple):
    """A span `[start, end)` in code points with its label, and whose it is."""

    start: int
    end: int
    label: str
    annotation: str


class Entity(NamedTuple):
    """Tokens `[first, last)` of a sentence, with their label."""

    first: int
    last: int
    label: str


def tags(size: int, entities: Iterable[Entity], scheme: str) -> list[str]:
    """The tags of a sentence of `size` tokens; the entities are sorted and do not overlap.

    Args:
        scheme: "iob1" (`B-` only where two of a label touch), "iob2" (always), or "bilou".
    """
    out = ["O"] * size
    before: Entity | None = None
    for e in entities:
        touches = before is not None and (before.last, before.label) == (e.first, e.label)
        for i in range(e.first, e.last):
            inner = "I"
            if i == e.first and (scheme != "iob1" or touches):
                inner = "B"
            if scheme == "bilou" and i == e.last - 1:
                inner = "U" if i == e.first else "L"
            out[i] = f"{inner}-{e.label}"
        before = e
    return out


def entities(found: Iterable[str]) -> Iterator[Entity]:
    """What tags of any of the schemes (also BIOES) mean; broken ones as conlleval reads them."""
    label, first, closed = "", 0, True
    at = 0
    for at, tag in enumerate(found):
        prefix, _, name = tag.partition("-")
        begins = prefix in ("B", "U", "S") or name != label or closed
        if label and (prefix == "O" or begins):
            yield Entity(first, at, label)
            label = ""
        if prefix != "O" and begins:
            label, first = name, at
        closed = prefix in ("L", "E", "U", "S", "O")
    if label:
        yield Entity(first, at + 1, label)


def sentence_words(article: Article) -> Iterator[list[Word]]:
    """The tokens of each sentence, without those of white space alone; sentences with none left
    out."""
    layout = article.layout
    at = 0
    for sentence in layout.sentences:
        found: list[Word] = []
        while at < len(layout.token_starts) and layout.token_ends[at] <= sentence.end:
            start, end = layout.token_starts[at], layout.token_ends[at]
            if start >= sentence.start and not article.text[start:end].isspace():
                found.append(Word(start, end, space=False))
            at += 1
        if found:
            yield found


def flat_entities(
    article: Article,
    found: list[Word],
    spans: Iterable[Labelled],
    align: Alignment,
    losses: Losses,
) -> list[Entity]:
    """The spans in a sentence, the longest first as far as they do not overlap, sorted."""
    kept: list[Entity] = []
    taken: set[int] = set()
    inside = list(_inside(article, found, spans, align, losses))
    for e, id_ in sorted(inside, key=lambda p: (p[0].first - p[0].last, p[0], p[1])):
        if taken.isdisjoint(range(e.first, e.last)):
            kept.append(e)
            taken.update(range(e.first, e.last))
        else:
            losses.add("overlapping span, left out", id_)
    return sorted(kept)


def _inside(
    article: Article,
    found: list[Word],
    spans: Iterable[Labelled],
    align: Alignment,
    losses: Losses,
) -> Iterator[tuple[Entity, str]]:
    """The parts of the spans that lie in a sentence of these words."""
    aligner = Aligner(found)
    low, high = found[0].start, found[-1].end
    for span in spans:
        if span.start >= high or span.end <= low:
            continue
        if span.start < low and article.text[span.start : low].strip():
            losses.add("span over several sentences, cut", span.annotation)
        # White space is not in the file, so a span loses nothing with that at its ends.
        start, end = trimmed(article.text, max(span.start, low), min(span.end, high))
        if start == end:
            continue
        place = aligner.exact(start, end)
        if place is None:
            place = aligner.near(start, end, align)
            done = {"expand": "expanded", "contract": "contracted"}.get(align, "left out")
            what = done if place else "left out"
            losses.add(f"span that cuts a token, {what}", span.annotation)
        if place is not None:
            yield Entity(*place, span.label), span.annotation


def names_of(roles: Iterable[str]) -> list[str]:
    """The tags of roles in IOB2, `O` first."""
    return ["O", *(f"{prefix}-{role.upper()}" for role in roles for prefix in "BI")]


def token_rows(
    document: Document, options: Options, losses: Losses, labels: list[str]
) -> Iterator[dict[str, Any]]:
    """A row for each sentence: its tokens, and a tag for each as a position in `labels`."""
    article = document.stored
    roles = options.names("roles")
    spans = [
        Labelled(f.start, f.end, f.role.upper(), a.id)
        for a in document.annotations
        if a.layer == "claim"
        for f in a.fragments
        if f.role in roles
    ]
    number = {label: i for i, label in enumerate(labels)}
    for i, found in enumerate(sentence_words(article)):
        kept = flat_entities(article, found, spans, "expand", losses)
        yield {
            "id": f"{article.uid}-{i}",
            "doc_id": article.uid,
            "tokens": [article.text[w.start : w.end] for w in found],
            "ner_tags": [number[tag] for tag in tags(len(found), kept, "iob2")],
        }
