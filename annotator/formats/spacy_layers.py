"""Spans of a spaCy DocBin in layers: `doc.ents`, and each group of `doc.spans` by its key.

A span's label is its `type`; its `kb_id` and `id`, and the values of extension attributes that a
Doc keeps for its place, are attributes. What a Doc keeps for itself is metadata of the article, its
categories are labels of the article.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from annotator.domain.losses import Losses
from annotator.domain.model import Annotation
from annotator.domain.scheme import MARK, Scheme, is_number
from annotator.domain.vocabulary import DeclaredLabel, Vocabulary
from annotator.formats.support.foreign import NO, YES
from annotator.formats.support.names import identifier, original
from annotator.formats.support.span_layers import LABEL
from annotator.formats.support.spans_read import span_of

if TYPE_CHECKING:
    from spacy.tokens import Doc, DocBin, Span

ENTS: Final = "ents"
"""The layer of `doc.ents`."""
META: Final = "_spacy"
"""Key of an article's `meta` for the user data of its Doc."""
EXTENSION: Final = "._."
"""What the key of an extension attribute in `doc.user_data` begins with."""
KB_ID: Final = "kb_id"
SPAN_ID: Final = identifier("id")
_TAKEN: Final = (LABEL, KB_ID)
_WIDTH: Final = 4
"""Parts of the key of an extension attribute: what it is, its name, start and end."""


def layer_of(key: str) -> str:
    """The layer of a group of spans."""
    return identifier(key, (ENTS,))


def key_of(layer: str) -> str:
    """The key of the group that holds a layer."""
    return original(layer, (ENTS,))


class DocReader:
    """Reads the Docs of a DocBin in layers."""

    def __init__(self, packed: DocBin, losses: Losses) -> None:
        self.losses = losses
        self._layers: dict[str, str] = {}
        self._cats: dict[str, None] = {}
        # A category that has a score somewhere is a number everywhere.
        self._scored = {
            name for cats in packed.cats for name, score in cats.items() if score not in (0, 1)
        }
        self._choices = _choices(packed.cats)

    def vocabulary(self) -> Vocabulary:
        """The layers that there are, also without spans, and the categories."""
        cats = tuple(
            DeclaredLabel(
                "article",
                identifier(name),
                "number" if name in self._scored else "yes_no",
                () if name in self._scored else (YES, NO),
                name,
            )
            for name in self._cats
        )
        cats += tuple(
            DeclaredLabel("article", identifier(name), "one", values, name)
            for name, values in self._choices.items()
        )
        return Vocabulary(span_layers=tuple(self._layers.items()), labels=cats)

    def annotations(self, doc: Doc, where: str) -> Iterator[Annotation]:
        """The spans of a Doc, and its categories."""
        said = dict(self._said(doc, where))
        number = 0
        groups = {layer_of(key): (key, group) for key, group in sorted(doc.spans.items())}
        groups |= {ENTS: (ENTS, doc.ents)} if doc.ents else {}
        for layer, (key, spans) in groups.items():
            self._layers[layer] = key
            for span in spans:
                number += 1
                if span.start >= span.end:
                    self.losses.add(f"span {span.label_} of no words", where)
                    continue
                place = span.start_char, span.end_char
                own = {LABEL: span.label_, KB_ID: span.kb_id_, SPAN_ID: span.id_}
                yield span_of(str(number), layer, [place], {**said.get(place, {}), **own})
        cats: dict[str, str] = {}
        for name, score in sorted(doc.cats.items()):
            group, _, value = name.partition(":")
            if group in self._choices:
                cats |= {identifier(group): value} if score else {}
                continue
            self._cats[name] = None
            plain = YES if score else NO
            cats[identifier(name)] = _number(score) if name in self._scored else plain
        if cats:
            yield Annotation("cats", "article", "", "", attributes=cats, provenance="imported")

    def _said(self, doc: Doc, where: str) -> Iterator[tuple[tuple[int, int], dict[str, str]]]:
        """Place of a span -> what extension attributes say of it."""
        found: dict[tuple[int, int], dict[str, str]] = {}
        spans = {(s.start_char, s.end_char) for g in (*doc.spans.values(), doc.ents) for s in g}
        keys: list[Any] = list(doc.user_data)
        for key in keys:
            value = doc.user_data[key]
            if not isinstance(key, tuple) or len(key) < _WIDTH or key[2] is None:
                continue
            place = key[2], key[3]
            if place in spans and isinstance(value, (str, int, float)):
                text = value if isinstance(value, str) else _number(value)
                found.setdefault(place, {})[identifier(str(key[1]), _TAKEN)] = text
            else:
                self.losses.add(f"user data {key[1]}", where)
        yield from found.items()

    def meta(self, doc: Doc, where: str) -> dict[str, object]:
        """What a Doc keeps for itself, as far as it is plain."""
        kept: dict[str, object] = {}
        keys: list[Any] = list(doc.user_data)
        for key in keys:
            value = doc.user_data[key]
            extension = isinstance(key, tuple) and len(key) >= _WIDTH
            if extension and key[2] is not None:
                continue
            name = f"{EXTENSION}{key[1]}" if extension else key
            if isinstance(name, str) and isinstance(value, (str, int, float, bool)):
                kept[name] = value
            else:
                self.losses.add(f"user data {key[1] if extension else key}", where)
        return {META: kept} if kept else {}


def _choices(found: Iterable[Mapping[str, float]]) -> dict[str, tuple[str, ...]]:
    """Groups of categories `name:value` of which each Doc that has them has one, and not the
    others: name -> values."""
    values: dict[str, set[str]] = {}
    per_doc: dict[str, list[dict[str, float]]] = {}
    for cats in found:
        here: dict[str, dict[str, float]] = {}
        for name, score in cats.items():
            group, colon, value = name.partition(":")
            if colon:
                here.setdefault(group, {})[value] = score
        for group, scores in here.items():
            values.setdefault(group, set()).update(scores)
            per_doc.setdefault(group, []).append(scores)
    return {
        group: tuple(sorted(known))
        for group, known in sorted(values.items())
        if group.isidentifier()
        and all(v and v == v.strip() for v in known)
        and all(s.keys() == known and sorted(s.values())[-1] == 1 for s in per_doc[group])
        and all(sum(s.values()) == 1 for s in per_doc[group])
    }


def _number(value: float) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    return str(int(value)) if value == int(value) else repr(value)


# ---------------------------------------------------------------------------------------- writing


class DocWriter:
    """Puts the spans of layers into Docs."""

    def __init__(self, scheme: Scheme | None, losses: Losses) -> None:
        self.scheme, self.losses = scheme, losses
        layers = scheme.span_layers if scheme else ()
        self.own = any(layer.name != MARK for layer in layers)
        """Whether there are layers of the user's own: then Docs keep user data."""

    def label_of(self, layer: str) -> str:
        """The attribute that is the label of a layer's spans."""
        if self.scheme is None or self.scheme.attribute(layer, LABEL):
            return LABEL
        first = self.scheme.label_attribute(layer)
        return first.name if first else LABEL

    def add(self, doc: Doc, found: Iterable[tuple[Annotation, int, int]]) -> list[Span]:
        """Put spans into their groups: annotation, first token, token after the last one.

        Returns:
            All of them.
        """
        from spacy.tokens import Span, SpanGroup
        from spacy.util import filter_spans

        kept: dict[Any, Any] = doc.user_data
        groups: dict[str, list[Span]] = {}
        at_place: dict[tuple[int, int], list[tuple[str, dict[str, str]]]] = {}
        for a, first, last in found:
            layer = a.layer_name
            name = self.label_of(layer)
            span = Span(
                *(doc, first, last, a.attributes.get(name, "")),
                kb_id=a.attributes.get(KB_ID, ""),
                span_id=a.attributes.get(SPAN_ID, ""),
            )
            groups.setdefault(layer, []).append(span)
            place = span.start_char, span.end_char
            others = {n: v for n, v in a.attributes.items() if n not in (name, KB_ID, SPAN_ID)}
            at_place.setdefault(place, []).append((a.id, others))
            for other, value in others.items():
                of_span = EXTENSION, original(other, _TAKEN), *place
                if kept.setdefault(of_span, value) != value:
                    self.losses.add(f"attribute {other} of one of two spans at a place", a.id)
        for same in at_place.values():
            # User data is by place: a span that has no such value gets that of the other one.
            for other in dict.fromkeys(n for _, others in same for n in others):
                for id_ in (i for i, others in same if other not in others):
                    self.losses.add(f"attribute {other} of one of two spans at a place", id_)
        for layer, spans in groups.items():
            if layer == ENTS:
                # What has no label is no entity to spaCy, which leaves it out without a word.
                labelled = [span for span in spans if span.label_]
                flat = filter_spans(labelled)
                if len(labelled) < len(spans):
                    lost = len(spans) - len(labelled)
                    self.losses.add("span without a label left out of doc.ents", "", lost)
                if len(flat) < len(labelled):
                    lost = len(labelled) - len(flat)
                    self.losses.add("overlapping span left out of doc.ents", "", lost)
                doc.set_ents(flat)
            else:
                key = key_of(layer)
                doc.spans[key] = SpanGroup(doc, name=key, spans=sorted(spans))
        return [span for spans in groups.values() for span in spans]

    def user_data(self, doc: Doc, meta: Mapping[str, object]) -> None:
        """Give a Doc back what it kept for itself."""
        told, kept = meta.get(META), cast("dict[Any, Any]", doc.user_data)
        for name, value in told.items() if isinstance(told, dict) else ():
            own = str(name).removeprefix(EXTENSION)
            kept[(EXTENSION, own, None, None) if own != name else name] = value

    def category(self, layer: str, name: str, value: str) -> dict[str, float]:
        """The category that a label of an article is in itself; nothing for one of several, and
        nothing without layers of one's own."""
        attribute = self.scheme.attribute(layer, name) if self.scheme and self.own else None
        if attribute is None or attribute.kind not in ("yes_no", "number"):
            return {}
        if attribute.kind == "number":
            return {original(name): float(value)} if is_number(value) else {}
        return {original(name): 1.0 if value == YES else 0.0}
