"""Sentences of tokens with one tag each: what CoNLL columns and token classifiers work on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from annotator.domain.errors import SchemeError
from annotator.domain.exchange import Dataset, Document
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, Article
from annotator.domain.scheme_file import parse_scheme
from annotator.domain.spans import trimmed
from annotator.formats.support.tokens import Aligner, Alignment, Word

DEFAULT_ROLES: Final = ("content", "cue", "source", "addressee", "via")
MARKS: Final = "mark"
"""The name of the layer of marks, beside those of the roles."""


OVERLAPPING: Final = "overlapping span, left out"
LAST: Final = {"bilou": "LU", "bioes": "ES"}
"""How the last word of a span is tagged, and the only one."""


class LabelledSpan(NamedTuple):
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
        scheme: "iob1" (`B-` only where two of a label touch), "iob2" (always), "bilou", or "bioes".
    """
    out = ["O"] * size
    before: Entity | None = None
    for e in entities:
        touches = before is not None and (before.last, before.label) == (e.first, e.label)
        for i in range(e.first, e.last):
            inner = "I"
            if i == e.first and (scheme != "iob1" or touches):
                inner = "B"
            if scheme in LAST and i == e.last - 1:
                inner = LAST[scheme][i == e.first]
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
    spans: Iterable[LabelledSpan],
    align: Alignment,
    losses: Losses,
    inside_file: set[str] | None = None,
) -> list[Entity]:
    """The spans in a sentence, the longest first as far as they do not overlap, sorted.

    Args:
        inside_file: Takes the ids of the annotations of those that are kept.
    """
    kept: list[Entity] = []
    taken: set[int] = set()
    inside = list(_inside(article, found, spans, align, losses))
    for e, id_ in sorted(inside, key=lambda p: (p[0].first - p[0].last, p[0], p[1])):
        if taken.isdisjoint(range(e.first, e.last)):
            kept.append(e)
            taken.update(range(e.first, e.last))
            if inside_file is not None:
                inside_file.add(id_)
        else:
            losses.add(OVERLAPPING, id_)
    return sorted(kept)


def _inside(
    article: Article,
    found: list[Word],
    spans: Iterable[LabelledSpan],
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


def roles_of(dataset: Dataset) -> tuple[str, ...]:
    """The roles of the data set's schemes, in their order; the default ones without a scheme."""
    found: dict[str, None] = {}
    known = False
    for record in dataset.schemes:
        try:
            found |= dict.fromkeys(r.name for r in parse_scheme(record.toml, {}).roles)
        except SchemeError:  # of another time; its roles are lost by name
            continue
        known = True
    return tuple(found) if known else DEFAULT_ROLES


def tag_names(labels: Iterable[str]) -> list[str]:
    """The tags of labels in IOB2, `O` first."""
    return ["O", *(f"{prefix}-{label}" for label in labels for prefix in "BI")]


class Labels(dict[str, int]):
    """Tags as numbers, given out as the tags come; `tag_names(self.given)` are their names."""

    def __init__(self, labels: Iterable[str] = ()) -> None:
        self.given = list(labels)
        super().__init__((tag, i) for i, tag in enumerate(tag_names(self.given)))

    def __missing__(self, tag: str) -> int:
        self.given.append(tag[2:])
        self |= {name: i for i, name in enumerate(tag_names(self.given))}
        return self[tag]


ALL: Final = "ner"
"""The layer of tags that holds every role and mark, as far as they do not overlap."""


class TokenLayers:
    """Tags for each token: one list over all roles and marks, and one for each of them.

    A claim and a mark in it overlap, as do claims in claims; so the list over all of them
    holds the longest, and those of each kind what overlaps with others only.
    """

    def __init__(self, roles: Iterable[str]) -> None:
        upper = {role: role.upper() for role in roles if role not in (ALL, MARKS)}
        self.labels = {ALL: Labels(upper.values())}
        self.labels |= {role: Labels([label]) for role, label in upper.items()}
        self.labels[MARKS] = Labels()

    @property
    def columns(self) -> dict[str, list[str]]:
        """The column of each layer of tags, with the names of the tags that were given."""
        return {f"{name}_tags": tag_names(labels.given) for name, labels in self.labels.items()}

    def rows(self, document: Document, losses: Losses) -> Iterator[dict[str, Any]]:
        """A row for each sentence: its tokens, and their tags as numbers.

        Counted is what stands in none of the lists.
        """
        article = document.stored
        spans = {name: list(self._spans(document, name)) for name in self.labels}
        for i, found in enumerate(sentence_words(article)):
            row: dict[str, Any] = {"id": f"{article.uid}-{i}", "doc_id": article.uid}
            row["tokens"] = [article.text[w.start : w.end] for w in found]
            for name, labels in self.labels.items():
                counted = Losses() if name == ALL else losses
                kept = flat_entities(article, found, spans[name], "expand", counted)
                row[f"{name}_tags"] = [labels[tag] for tag in tags(len(found), kept, "iob2")]
            yield row

    def _spans(self, document: Document, layer: str) -> Iterator[LabelledSpan]:
        for a in document.annotations:
            for f in a.fragments if a.layer in ("claim", "mark") else ():
                name = MARKS if a.layer == "mark" else f.role
                if layer == name or (layer == ALL and name in self.labels):
                    label = mark_label(a) if name == MARKS else f.role.upper()
                    yield LabelledSpan(f.start, f.end, label, a.id)


def mark_label(mark: Annotation) -> str:
    """The type of a mark as a tag: in one word."""
    return "_".join(mark.attributes.get("type", "").split()) or MARKS
