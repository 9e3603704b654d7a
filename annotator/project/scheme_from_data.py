"""A scheme made from what documents hold: another program's project with its own labels.

    seen = LabelsSeen()
    for item in formats.read(form, path, {"spans": "layers"}):
        seen.add(item)                       # Documents, and the Vocabulary that a project declares
    toml = scheme_from(seen, name="corpus", reserved=reserved_keys())

It is a pure function of what was counted: the same documents in any order give the same scheme.
"""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from annotator.domain.exchange import Document, Item
from annotator.domain.losses import Losses
from annotator.domain.model import RELATION_TYPE, SPAN_ROLE, Annotation
from annotator.domain.records import FIELDS
from annotator.domain.scheme import MARK, is_date, is_number
from annotator.domain.toml_text import toml_of
from annotator.domain.vocabulary import DeclaredLabel, DeclaredRelation, Vocabulary
from annotator.formats.support.names import original

LABELS: Final = ("type", "event")
"""What readers call the attribute whose values are *the* labels; it comes first."""
MOST: Final = 5000
"""Of how many different values of an attribute are kept; one with more is free text."""
FEW: Final = 30
"""An attribute with no more values than that is a choice, unless nearly each value is another."""
_LONG: Final = 60
"""A value of more characters is none that people choose from a list."""
_NUMBERS: Final = 8
"""Numbers of which there are more are no labels."""

End = tuple[str, tuple[tuple[str, str], ...]]
"""What a relation ends at: a layer, and the labels of the annotation there."""


@dataclass(slots=True)
class LabelsSeen:
    """What documents hold, counted."""

    spans: Counter[str] = field(default_factory=Counter)
    """Span layer -> its marks."""
    roles: Counter[str] = field(default_factory=Counter)
    in_pieces: set[str] = field(default_factory=set)
    """Roles of which one span has several pieces."""
    many: set[str] = field(default_factory=set)
    """Roles of which one claim has several spans."""
    labels: dict[tuple[str, str], Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    """(layer, attribute) -> its values."""
    relations: Counter[str] = field(default_factory=Counter)
    heads: dict[str, Counter[End]] = field(default_factory=lambda: defaultdict(Counter))
    tails: dict[str, Counter[End]] = field(default_factory=lambda: defaultdict(Counter))
    declared: list[Vocabulary] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        """Whether there is anything that a scheme could have."""
        said = any(v.span_layers or v.roles or v.relations for v in self.declared)
        return bool(said or self.spans or self.roles or self.labels)

    def add(self, item: Item) -> None:
        """Count a document, or take what a project declares; other items say nothing of labels."""
        if isinstance(item, Vocabulary):
            self.declared.append(item)
        elif isinstance(item, Document):
            here = {a.id: a for a in item.annotations}
            for annotation in item.annotations:
                self._annotation(annotation, here)

    def _annotation(self, a: Annotation, here: Mapping[str, Annotation]) -> None:
        if a.layer == "verdict":
            return
        if a.layer == "mark":
            self.spans[a.layer_name] += 1
        if a.layer == "claim":
            pieces = Counter((f.role, f.span) for f in a.fragments)
            self.roles.update({role for role, _ in pieces})
            self.in_pieces |= {role for (role, _), n in pieces.items() if n > 1}
            spans = Counter(role for role, _ in pieces)
            self.many |= {role for role, n in spans.items() if n > 1}
        for name, value in a.attributes.items():
            if a.layer == "relation" and name == RELATION_TYPE:
                continue
            values = self.labels[a.layer_name, name]
            if len(values) < MOST or value in values:
                values[value] += 1
        kind = a.attributes.get(RELATION_TYPE, "")
        if a.layer == "relation" and kind:
            self.relations[kind] += 1
            for ends, end in ((self.heads, a.head), (self.tails, a.tail)):
                if end is not None and end in here:
                    labels = sorted(p for p in here[end].attributes.items() if len(p[1]) <= _LONG)
                    ends[kind][here[end].layer_name, tuple(labels)] += 1


class _Choice(NamedTuple):
    """A thing that can have a key: its table, how often it was seen, and what it is called."""

    table: dict[str, Any]
    seen: int
    name: str
    role: bool = False


def scheme_from(
    seen: LabelsSeen,
    *,
    name: str,
    title: str = "",
    reserved: Mapping[str, str],
    base: str = "",
    losses: Losses | None = None,
) -> str:
    """The source (TOML) of a scheme that has all that was seen.

    Span layers, roles, relations with the ends that were seen, and attributes with their kind and
    values; the most frequent get the keys that are free, letters of their own names first.

    Args:
        name: What the scheme is called; its title is `title` or the name.
        reserved: Characters that are no label's key -> what they do.
        base: A scheme's source that is to be added to: all that is in it stays, keys too. Where it
            has everything, it is given back as it is.
        losses: Counts names and values that no scheme can hold; annotations keep them, outside it.
    """
    losses = Losses() if losses is None else losses
    table: dict[str, Any] = tomllib.loads(base) if base else {"name": name, "title": title or name}
    maker = _Maker(seen, table, losses)
    maker.make()
    if base and not maker.added:
        return base
    maker.give_keys(reserved)
    return toml_of(table)


class _Maker:
    """Adds what was seen to the tables of a scheme."""

    def __init__(self, seen: LabelsSeen, table: dict[str, Any], losses: Losses) -> None:
        self.seen, self.table, self.losses = seen, table, losses
        self.added = 0
        self.first: list[_Choice] = []
        """New roles, labels and relations."""
        self.second: list[_Choice] = []
        """New values of other attributes."""

    def make(self) -> None:
        declared = self.seen.declared
        titles = dict(pair for d in declared for pair in d.span_layers)
        for layer in _ordered(self.seen.spans, titles):
            if layer != MARK:
                shown = titles.get(layer) or original(layer)
                self._new("span", layer, {"title": shown} if shown != layer else {})
        roles = self.seen.roles
        for role in _content_first(_ordered(roles, [r for d in declared for r in d.roles])):
            one = role in self.seen.in_pieces and role not in self.seen.many
            made = self._new("role", role, {"spans": "one" if one else "many"})
            if made is not None:
                self.first.append(_Choice(made, roles[role], role, role=True))
        self._labels()
        self._relations()
        for d in declared:
            for part, guideline in d.guidelines.items():
                self._explain(part, guideline)

    def _explain(self, part: tuple[str, ...], guideline: str) -> None:
        """Say of a part when it is given, where nothing says it yet."""
        kind, *path = part
        if kind in ("span", "role", "relation"):
            found = [t for t in self.table.get(kind, []) if t.get("name") == path[0]]
        else:
            found = [
                a
                for a in self.table.get("attribute", [])
                if [a.get("layer", "claim"), a.get("name")] == path[:2]
            ]
        if kind == "value":
            values = [v for a in found for v in a.get("values", []) if isinstance(v, dict)]
            found = [v for v in values if v.get("name") == path[2]]
        for table in found:
            if not table.get("guideline"):
                table["guideline"] = guideline
                self.added += 1

    def _new(self, kind: str, name: str, more: Mapping[str, object]) -> dict[str, Any] | None:
        """A new table of a kind; None where there is one of the name, or it can be no name."""
        known = self.table.get(kind, [])
        if any(t.get("name") == name for t in known):
            return None
        if kind != "relation" and (not name.isidentifier() or name in FIELDS or name == SPAN_ROLE):
            self.losses.add(f"{kind} {name} that no scheme can name")
            return None
        made = {"name": name, **more}
        self.table.setdefault(kind, []).append(made)
        self.added += 1
        return made

    # ------------------------------------------------------------------------------ attributes

    def _labels(self) -> None:
        found = {key: Counter(values) for key, values in self.seen.labels.items()}
        said: dict[tuple[str, str], DeclaredLabel] = {}
        for label in (label for d in self.seen.declared for label in d.labels):
            said.setdefault((label.layer, label.name), label)
            values = found.setdefault((label.layer, label.name), Counter())
            for value in label.values:
                values.setdefault(value, 0)
        for layer, name in sorted(found, key=lambda k: (_place(k), -sum(found[k].values()), k)):
            if layer == "relation" and name == RELATION_TYPE:
                continue
            self._label(layer, name, found[layer, name], said.get((layer, name)))

    def _label(
        self, layer: str, name: str, values: Counter[str], said: DeclaredLabel | None
    ) -> None:
        known = next(
            (
                a
                for a in self.table.get("attribute", [])
                if (a.get("layer", "claim"), a.get("name")) == (layer, name)
            ),
            None,
        )
        if known is not None:
            self._more_values(known, values, said)
            return
        if not name.isidentifier() or name in FIELDS:
            self.losses.add(f"attribute {name} that no scheme can name", "", sum(values.values()))
            return
        if said and said.archived and not values:
            return
        kind: str = said.kind if said and said.kind else ""
        if not kind or not _can_be(kind, values):
            kind = _kind(name, values)
        made: dict[str, Any] = {"name": name, "layer": layer}
        if said and said.archived:
            made["archived"] = True
        shown = said.title if said and said.title else original(name)
        if shown != name and shown.isprintable():
            made["title"] = shown
        if kind in ("one", "several"):
            if kind == "several":
                made["kind"] = kind
            made["values"] = []
            self.table.setdefault("attribute", []).append(made)
            self._more_values(made, values, said)
            if not made["values"]:
                made |= {"kind": "text"}
                del made["values"]
        else:
            made["kind"] = kind
            if kind == "yes_no":
                made["values"] = [{"name": "yes"}, {"name": "no"}]
                self._choices(layer, name, made["values"][:1], values)
            self.table.setdefault("attribute", []).append(made)
        self.added += 1

    def _more_values(
        self, attribute: dict[str, Any], values: Counter[str], said: DeclaredLabel | None
    ) -> None:
        """Add the values that an attribute with a choice does not have yet."""
        kind = attribute.get("kind", "text" if attribute.get("text") else "one")
        if kind not in ("one", "several"):
            return
        counts: Counter[str] = Counter()
        for value, n in values.items():
            for part in value.split("|") if kind == "several" else [value]:
                counts[part] += n
        listed = attribute.setdefault("values", [])
        here = {v if isinstance(v, str) else v.get("name") for v in listed}
        new: list[dict[str, Any]] = []
        for value in _ordered(counts, said.values if said else ()):
            if value in here:
                continue
            if not value or value != value.strip() or not value.isprintable():
                self.losses.add("label that no scheme can hold", f"{value[:40]!r}", counts[value])
                continue
            new.append({"name": value})
        listed += new
        self.added += len(new)
        self._choices(attribute.get("layer", "claim"), attribute["name"], new, counts)

    def _choices(
        self, layer: str, name: str, new: Iterable[dict[str, Any]], counts: Counter[str]
    ) -> None:
        """Values that can have keys: of claims and spans."""
        if layer in ("relation", "sentence", "article"):
            return
        to = self.first if name in LABELS else self.second
        to += [_Choice(v, counts[v["name"]], v["name"]) for v in new]

    # ------------------------------------------------------------------------------ relations

    def _relations(self) -> None:
        said: dict[str, DeclaredRelation] = {}
        for relation in (r for d in self.seen.declared for r in d.relations):
            known = said.setdefault(relation.name, relation)
            ends = relation if known.heads is None else known
            symmetric = known.symmetric or relation.symmetric
            said[relation.name] = replace(ends, symmetric=symmetric)
        for kind in _ordered(self.seen.relations, said):
            if kind != kind.strip() or not kind.isprintable():
                self.losses.add("relation that no scheme can name", f"{kind[:40]!r}")
                continue
            declared = said.get(kind, DeclaredRelation(kind))
            seen = self.seen.heads.get(kind, Counter()), self.seen.tails.get(kind, Counter())
            if declared.symmetric:
                seen = (seen[0] + seen[1],) * 2
            more: dict[str, object] = {}
            for field_, found, given in (
                ("from", seen[0], declared.heads),
                ("to", seen[1], declared.tails),
            ):
                ends_ = self._ends(found)
                if given is not None:
                    # Where the project lets it end at anything, so do we.
                    known_ends = [e for e in given if self._is_end(e)]
                    ends_ = sorted({*ends_, *known_ends}) if known_ends else []
                if ends_:
                    more[field_] = ends_
            if declared.symmetric:
                more["symmetric"] = True
            made = self._new("relation", kind, more)
            if made is not None:
                self.first.append(_Choice(made, self.seen.relations[kind], kind))

    def _label_values(self, layer: str) -> tuple[str, list[str]]:
        """The attribute of a layer whose values are its labels, and these; "" for none."""
        for a in self.table.get("attribute", []):
            one = a.get("kind", "text" if a.get("text") else "one") == "one"
            if a.get("layer", "claim") == layer and one and a.get("values"):
                names = [v if isinstance(v, str) else v["name"] for v in a["values"]]
                return a["name"], names
        return "", []

    def _is_end(self, end: str) -> bool:
        layer, _, label = end.partition(".")
        spans = [s["name"] for s in self.table.get("span", [])]
        if layer not in ("claim", MARK, "sentence", "article", "relation", *spans):
            return False
        return not label or label in self._label_values(layer)[1]

    def _ends(self, found: Counter[End]) -> list[str]:
        """The ends that were seen, as a scheme names them."""
        out: dict[str, set[str]] = {}
        for layer, labels in found:
            name, values = self._label_values(layer)
            label = dict(labels).get(name, "")
            out.setdefault(layer, set()).add(label if label in values else "")
        ends: list[str] = []
        for layer in sorted(out):
            _, values = self._label_values(layer)
            whole = "" in out[layer] or out[layer] >= set(values)
            ends += [layer] if whole else [f"{layer}.{label}" for label in sorted(out[layer])]
        return ends

    # ------------------------------------------------------------------------------ keys

    def give_keys(self, reserved: Mapping[str, str]) -> None:
        """Give the free keys to what was seen most: roles, labels and relations before the rest."""
        taken = {*reserved, *_keys_of(self.table)}
        free = [c for c in map(chr, range(33, 127)) if c not in taken]
        seen = [c for c in self.first if c.seen]
        roles = [c for c in seen if c.role]
        others = [c for c in seen if not c.role]
        unseen = [c for c in self.first if not c.seen]
        for choices in (roles, others, self.second, unseen):
            for choice in sorted(choices, key=lambda c: (-c.seen, c.name)):
                key = next(_wanted(choice, free), "")
                if not key:
                    continue
                free.remove(key)
                choice.table["key"] = key
                if choice.role and key.islower():
                    free.remove(key.upper())


def _wanted(choice: _Choice, free: list[str]) -> Iterator[str]:
    """The free keys in the order in which they would do; a role wants the capital as well."""
    letters = [c for c in choice.name.lower() if c.isascii() and c.isalpha()]
    small = [c for c in free if c.islower()]
    if choice.role:
        pool = [*letters, *small, *"1234567890", *free]
    else:
        pool = [*letters, *"1234567890", *map(str.upper, letters), *free]
    for key in pool:
        if key in free and not (choice.role and key.islower() and key.upper() not in free):
            yield key


def _keys_of(table: Mapping[str, Any]) -> Iterator[str]:
    """The keys that a scheme's source gives away already."""
    values = [v for a in table.get("attribute", []) for v in a.get("values", [])]
    for item in (*table.get("role", []), *table.get("relation", []), *values):
        if isinstance(item, dict) and item.get("key"):
            yield item["key"]
    for role in table.get("role", []):
        yield from (role.get("new_key", ""), str(role.get("key", "")).upper())


def _ordered(seen: Mapping[str, int], declared: Iterable[str]) -> list[str]:
    """What was seen, the most frequent first, then what is only declared, as it is declared."""
    found = sorted((n for n in seen if seen[n]), key=lambda n: (-seen[n], n))
    return list(dict.fromkeys([*found, *declared, *sorted(seen)]))


def _content_first(roles: list[str]) -> list[str]:
    """The first role is what a claim is about: the content, or else what triggers an event."""
    first = next((r for r in ("content", "trigger") if r in roles), None)
    return roles if first is None else [first, *(r for r in roles if r != first)]


def _place(key: tuple[str, str]) -> tuple[int, str, int]:
    """Layers together, claims first; in each the labels first."""
    layer, name = key
    order = ("claim", "", "sentence", "article", "relation")
    rank = order.index(layer) if layer in order else 1
    return rank, layer, LABELS.index(name) if name in LABELS else len(LABELS)


def _can_be(kind: str, values: Iterable[str]) -> bool:
    """Whether values that were seen are such as a declared kind has."""
    match kind:
        case "yes_no":
            return set(values) <= {"yes", "no"}
        case "number":
            return all(map(is_number, values))
        case "date":
            return all(map(is_date, values))
        case _:
            return True


def _kind(name: str, values: Counter[str]) -> str:
    """What kind of attribute has these values."""
    if name in LABELS:
        return "one" if len(values) < MOST else "text"
    if set(values) <= {"yes", "no"}:
        return "yes_no"
    if all(map(is_date, values)):
        return "date"
    if all(map(is_number, values)) and len(values) > _NUMBERS:
        return "number"
    short = all(len(v) <= _LONG and v == v.strip() and v.isprintable() and v for v in values)
    repeated = len(values) <= 5 or len(values) * 2 <= sum(values.values())
    return "one" if short and repeated and len(values) <= FEW else "text"
