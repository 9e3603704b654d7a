"""The lines of an article in WebAnno TSV 3.3: tokens, and in columns the spans that lie on them.

A line for each token, and one for each part of a token that a span begins or ends in. The columns
of a layer are its features and slots; a relation stands with the span that it leads to.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from annotator.domain.losses import Losses
from annotator.domain.model import Article
from annotator.formats.cas_layers import REFERENCE_RELATION, REFERENCE_TYPE, Types
from annotator.formats.support.offsets import Utf16
from annotator.formats.support.token_rows import sentence_words

HEADER: Final = "#FORMAT=WebAnno TSV 3.3"
_IN_TEXT: Final = {"\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", "\b": "\\b", "\\": "\\\\"}
_IN_VALUE: Final = {"\t": "\\t", "\n": "\\n"}


def escape_text(text: str) -> str:
    """A line of text as it stands after `#Text=`."""
    return re.sub(
        "[\x00-\x1f\\\\]",
        lambda m: m[0] if m[0] == "\v" else _IN_TEXT.get(m[0], f"\\{m[0]}"),
        text,
    )


def escape_value(value: str) -> str:
    """A feature's value as it stands in its column."""
    return re.sub(r"->|[\\\[\]|_;\t\n*]", lambda m: _IN_VALUE.get(m[0], f"\\{m[0]}"), value)


@dataclass(slots=True, eq=False)
class Unit:
    """A line: a token, or a part of one that a span ends or begins in."""

    start: int
    end: int
    id: str = ""
    spans: list[LineSpan] = field(default_factory=list)
    elements: list[LineSpan] = field(default_factory=list)
    """Those that are elements of chains."""
    relations: list[LineRelation] = field(default_factory=list)
    """Those that end here."""


@dataclass(slots=True, eq=False)
class LineSpan:
    """A span of a layer over some lines."""

    kind: str
    features: dict[str, str]
    units: list[Unit]
    slots: dict[str, list[tuple[str, LineSpan]]] = field(default_factory=dict)
    """Feature -> role ("" for none) and target of each link."""
    related: bool = False
    """Whether a relation or slot begins or ends here."""
    number: int = 0
    """Tells it from others where it has several lines, or shares one; 0 where there is no need."""
    place: str = ""
    """Of an element of a chain: the chain, and which of its elements it is ("1-2")."""

    @property
    def marked(self) -> str:
        """The number as it stands after a value."""
        return f"[{self.number}]" if self.number else ""


class LineRelation(NamedTuple):
    """A relation of a relation layer."""

    kind: str
    features: dict[str, str]
    source: LineSpan
    target: LineSpan


class TsvLines:
    """The lines of one article."""

    def __init__(self, article: Article, losses: Losses) -> None:
        self.article, self.losses = article, losses
        self.sentences = [
            [Unit(w.start, w.end) for w in words] for words in sentence_words(article)
        ]
        self.tokens = [token for tokens in self.sentences for token in tokens]
        self._starts = [t.start for t in self.tokens]
        self._ends = [t.end for t in self.tokens]
        self.parts: dict[Unit, list[Unit]] = {}
        """The parts of a token that have lines of their own."""
        self.spans: list[LineSpan] = []
        self.elements: list[LineSpan] = []
        self.relations: list[LineRelation] = []

    def _words(self, start: int, end: int) -> list[Unit]:
        first = bisect_right(self._ends, start)
        return self.tokens[first : bisect_left(self._starts, end)]

    def covers(self, start: int, end: int, annotation: str) -> bool:
        """Whether a span covers any word; one that does not is counted."""
        if self._words(start, end):
            return True
        self.losses.add("span without a word, left out", annotation)
        return False

    def add(
        self,
        kind: str,
        start: int,
        end: int,
        features: dict[str, str],
        annotation: str,
        *,
        element: bool = False,
    ) -> LineSpan:
        """A span over the words that it covers."""
        covered = self._words(start, end)
        if start < covered[0].start or end > covered[-1].end:
            self.losses.add("span that ends between words, trimmed", annotation)
        span = LineSpan(kind, features, [self._unit(t, start, end) for t in covered])
        for unit in span.units:
            (unit.elements if element else unit.spans).append(span)
        (self.elements if element else self.spans).append(span)
        return span

    def relate(
        self, kind: str, features: dict[str, str], source: LineSpan, target: LineSpan
    ) -> None:
        """A relation from one span to another."""
        source.related = target.related = True
        relation = LineRelation(kind, features, source, target)
        target.units[0].relations.append(relation)
        self.relations.append(relation)

    def link(self, host: LineSpan, feature: str, role: str, target: LineSpan) -> None:
        """What a slot of a span holds."""
        host.related = target.related = True
        host.slots.setdefault(feature, []).append((role, target))

    def _unit(self, token: Unit, start: int, end: int) -> Unit:
        start, end = max(start, token.start), min(end, token.end)
        if (start, end) == (token.start, token.end):
            return token
        parts = self.parts.setdefault(token, [])
        for part in parts:
            if (part.start, part.end) == (start, end):
                return part
        parts.append(Unit(start, end))
        return parts[-1]

    def number(self) -> None:
        """Give every line its id, and every span that needs one its number."""
        count = 0
        for i, tokens in enumerate(self.sentences, start=1):
            for j, token in enumerate(tokens, start=1):
                parts = sorted(self.parts.get(token, ()), key=lambda p: (p.start, p.end))
                self.parts[token] = parts
                for k, unit in enumerate([token, *parts]):
                    unit.id = f"{i}-{j}.{k}" if k else f"{i}-{j}"
                    for span in unit.spans:
                        alike = sum(s.kind == span.kind for s in unit.spans)
                        shared = len(span.units) > 1 or alike > 1
                        # Readers find the part of a token that a relation names by this alone.
                        named = span.related and (k > 0 or len(unit.spans) > 1)
                        if not span.number and (shared or named):
                            count += 1
                            span.number = count

    def written(self, columns: TsvColumns) -> Iterator[str]:
        """The file, line by line."""
        yield HEADER
        yield from columns.declared
        yield ""
        article = self.article
        units = Utf16(article.text)
        for i, tokens in enumerate(self.sentences):
            yield ""
            # The white space up to the next sentence goes with it: nothing else would hold it.
            rest = self.sentences[i + 1 :]
            end = rest[0][0].start if rest else len(article.text)
            for line in article.text[tokens[0].start : end].split("\n"):
                yield f"#Text={escape_text(line)}"
            for token in tokens:
                for unit in (token, *self.parts[token]):
                    words = article.text[unit.start : unit.end]
                    place = f"{units.units(unit.start)}-{units.units(unit.end)}"
                    cells = [unit.id, place, re.sub("[\t\n\r]", lambda m: _IN_TEXT[m[0]], words)]
                    cells += [cell(unit) for cell in columns.cells]
                    yield "\t".join((*cells, ""))


class TsvColumns:
    """The columns of a file: what its head declares, and what a line has in each of them."""

    def __init__(self, lines: TsvLines, types: Types, order: Iterable[str]) -> None:
        self.declared: list[str] = []
        self.cells: list[Callable[[Unit], str]] = []
        rank = {name: i for i, name in enumerate(order)}
        kinds = dict.fromkeys(s.kind for s in lines.spans)
        slots = {k: sorted({f for s in lines.spans if s.kind == k for f in s.slots}) for k in kinds}
        for kind in sorted(kinds, key=lambda k: (bool(slots[k]), k)):
            spans = [s for s in lines.spans if s.kind == kind]
            used = {name for s in spans for name in s.features}
            names = sorted(used, key=lambda n: (rank.get(n, len(rank)), n))
            self._span_layer(kind, names, slots[kind], types)
        for kind in sorted({s.kind for s in lines.elements}):
            self.declared.append(f"#T_CH={kind}|{REFERENCE_RELATION}|{REFERENCE_TYPE}")
            self.cells += [_chain_link(kind), _chain_type(kind)]
            for s in lines.elements:
                for name in s.features.keys() - {REFERENCE_RELATION, REFERENCE_TYPE}:
                    lines.losses.add(f"feature {name} of an element of a chain", s.place)
        for kind in sorted({r.kind for r in lines.relations}):
            found = [r for r in lines.relations if r.kind == kind]
            bases = {r.source.kind for r in found}
            base = bases.pop() if len(bases) == 1 else types.ends.get(kind, "")
            names = sorted({name for r in found for name in r.features})
            self.declared.append("|".join((f"#T_RL={kind}", *names, f"BT_{base}")))
            self.cells += [_said_of(kind, name) for name in names] + [_from(kind)]

    def _span_layer(self, kind: str, names: list[str], slots: list[str], types: Types) -> None:
        head = [f"#T_SP={kind}"]
        for feature in slots:
            known = types.spans.get(kind, {}).get(feature)
            links, target = known if isinstance(known, tuple) else ("", "")
            head += [f"ROLE_{kind}:{feature}_{links}", target]
        self.declared.append("|".join((*head[:1], *names, *head[1:])))
        if not names and not slots:
            self.declared[-1] += "|"
            self.cells.append(_value(kind, ""))
        self.cells += [_value(kind, name) for name in names]
        for feature in slots:
            self.cells += [_roles(kind, feature), _targets(kind, feature)]


def _stacked(spans: Iterable[LineSpan], kind: str, said: Callable[[LineSpan], str]) -> str:
    return "|".join(said(s) for s in spans if s.kind == kind) or "_"


def _value(kind: str, name: str) -> Callable[[Unit], str]:
    def said(span: LineSpan) -> str:
        value = escape_value(span.features[name]) if name in span.features else "*"
        return value + span.marked

    return lambda unit: _stacked(unit.spans, kind, said)


def _roles(kind: str, feature: str) -> Callable[[Unit], str]:
    def said(span: LineSpan) -> str:
        roles = [escape_value(role) if role else "*" for role, _ in span.slots.get(feature, ())]
        return (";".join(roles) or "_") + span.marked

    return lambda unit: _stacked(unit.spans, kind, said)


def _targets(kind: str, feature: str) -> Callable[[Unit], str]:
    def said(span: LineSpan) -> str:
        ends = [f"{t.units[0].id}{t.marked}" for _, t in span.slots.get(feature, ())]
        return ";".join(ends) or "*"

    return lambda unit: _stacked(unit.spans, kind, said)


def _chain_link(kind: str) -> Callable[[Unit], str]:
    def said(span: LineSpan) -> str:
        label = span.features.get(REFERENCE_RELATION, "")
        return f"{escape_value(label) or '*'}->{span.place}"

    return lambda unit: _stacked(unit.elements, kind, said)


def _chain_type(kind: str) -> Callable[[Unit], str]:
    def said(span: LineSpan) -> str:
        label = span.features.get(REFERENCE_TYPE, "")
        return f"{escape_value(label) or '*'}[{span.place.partition('-')[0]}]"

    return lambda unit: _stacked(unit.elements, kind, said)


def _said_of(kind: str, name: str) -> Callable[[Unit], str]:
    def cell(unit: Unit) -> str:
        found = [r.features for r in unit.relations if r.kind == kind]
        return "|".join(escape_value(f[name]) if name in f else "*" for f in found) or "_"

    return cell


def _from(kind: str) -> Callable[[Unit], str]:
    """Where the relations that end at a line come from."""

    def cell(unit: Unit) -> str:
        ends = []
        for r in unit.relations:
            if r.kind == kind:
                numbers = f"[{r.source.number}_{r.target.number}]"
                needed = r.source.number or r.target.number
                ends.append(r.source.units[0].id + (numbers if needed else ""))
        return "|".join(ends) or "_"

    return cell
