"""annotation.conf: the types that a brat project declares, read and written.

https://brat.nlplab.org/configuration.html: four sections of lines, types in a hierarchy by tabs,
`!` before one that is not annotated itself, `<NAME>=A|B` for a macro.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from annotator.domain.scheme import AttributeKind, Scheme
from annotator.domain.vocabulary import DeclaredLabel, DeclaredRelation, Vocabulary
from annotator.formats.brat_events import LINE, TRIGGER, TYPE, role_of
from annotator.formats.brat_layers import EVENT, attribute_name, told
from annotator.formats.support.schemes import Schemes
from annotator.formats.support.span_layers import ENTITY, LABEL

CONF: Final = "annotation.conf"
_SECTION: Final = re.compile(r"\[(\w+)\]")
_MACRO: Final = re.compile(r"(<[\w.-]+>)\s*=\s*(.*)")
_ARGUMENT: Final = re.compile(r"([^\s,:]+)\s*:\s*([^,]*)")
_COUNT: Final = re.compile(r"[?*+]|\{[^}]*\}")
_NUMBER: Final = re.compile(r"\d+$")
_WHOLE: Final = {"<ENTITY>": ENTITY, "<EVENT>": "claim", "<RELATION>": "relation"}
"""What brat calls all types of a section -> the layer."""

Arguments = dict[str, dict[str, None]]
"""Name of an argument -> the types that it can be of."""


class _Types:
    """The lines of a configuration."""

    def __init__(self, content: str) -> None:
        self.sections: dict[str, dict[str, list[list[tuple[str, str]]]]] = {}
        self.below: dict[str, list[str]] = {}
        """Type -> those that are of its kind."""
        self.abstract: set[str] = set()
        macros: dict[str, str] = {}
        section = ""
        above: list[str] = []
        for line in content.split("\n"):
            words = line.strip()
            if not words or words.startswith("#") or set(words) == {"-"}:
                continue
            if found := _SECTION.fullmatch(words):
                section, above = found[1].lower(), []
            elif found := _MACRO.fullmatch(words):
                macros[found[1]] = found[2].strip()
            else:
                depth = len(line) - len(line.lstrip("\t"))
                head, *others = words.split(None, 1)
                rest = others[0] if others else ""
                for macro, meaning in macros.items():
                    rest = rest.replace(macro, meaning)
                name = head.removeprefix("!").partition("|")[0]
                if head.startswith("!"):
                    self.abstract.add(name)
                above = [*above[:depth], name]
                for other in above[:-1]:
                    self.below.setdefault(other, []).append(name)
                lines = self.sections.setdefault(section, {}).setdefault(name, [])
                lines.append(_ARGUMENT.findall(rest))

    def names(self, section: str) -> list[str]:
        """The types of a section that are annotated."""
        found = self.sections.get(section, {})
        return [n for n in found if n not in self.abstract and not n.startswith("<")]

    def types(self, given: str) -> list[str]:
        """The types that `A|B` stands for, with those below them."""
        out: list[str] = []
        for name in (n.strip() for n in given.split("|")):
            out += [n for n in (name, *self.below.get(name, [])) if n and n not in self.abstract]
        return out

    def ends(self, given: Iterable[str]) -> tuple[str, ...]:
        """What can be an end, as a scheme names it; empty for anything."""
        out: list[str] = []
        for name in (n for types in given for n in self.types(types)):
            if name == "<ANY>":
                return ()
            if name in _WHOLE:
                out.append(_WHOLE[name])
            elif name in self.names("events"):
                out.append(f"claim.{name}")
            else:
                out.append(f"{ENTITY}.{name}")
        return tuple(dict.fromkeys(out))


def vocabulary(content: str) -> Vocabulary:
    """What an annotation.conf declares, in the names that a reading in layers has."""
    types = _Types(content)
    events = types.names("events")
    labels = [DeclaredLabel(ENTITY, LABEL, "one", tuple(types.names("entities")))]
    roles: list[str] = []
    if events:
        labels.append(DeclaredLabel("claim", EVENT, "one", tuple(events)))
        given = (name for e in events for line in types.sections["events"][e] for name, _ in line)
        plain = [_NUMBER.sub("", _COUNT.sub("", n)) for n in given if not n.startswith("<")]
        roles = list(dict.fromkeys([TRIGGER, *(role_of(n) for n in plain if n)]))
    for name in types.names("attributes"):
        said = dict(pair for line in types.sections["attributes"][name] for pair in line)
        values = [v.strip() for v in said.get("Value", "").split("|") if v.strip()]
        of = {e.partition(".")[0] for e in types.ends([said.get("Arg", "<ANY>")])}
        for layer in sorted(of or {ENTITY, *(["claim"] if events else [])}):
            kind: AttributeKind = "one" if values else "yes_no"
            labels.append(DeclaredLabel(layer, attribute_name(name), kind, tuple(values)))
    relations: list[DeclaredRelation] = []
    for name in types.names("relations"):
        lines = [dict(line) for line in types.sections["relations"][name]]
        own = [[n for n in line if not n.startswith("<")] for line in lines]
        pairs = [(line[n[0]], line[n[1]]) for line, n in zip(lines, own, strict=True) if len(n) > 1]
        symmetric = any("symmetric" in line.get("<REL-TYPE>", "") for line in lines)
        heads, tails = zip(*pairs, strict=True) if pairs else ((), ())
        ends = types.ends(heads), types.ends(tails)
        relations.append(DeclaredRelation(name, *ends, symmetric=symmetric))
    return Vocabulary(((ENTITY, ""),), tuple(roles), tuple(labels), tuple(relations))


OWN_LINES: Final = Vocabulary(
    labels=(
        DeclaredLabel("claim", LINE, "text", title="the line in brat", archived=True),
        DeclaredLabel("relation", LINE, "text", title="the line in brat", archived=True),
    )
)
"""What keeps brat's own way of writing an event or a relation: not for people to fill in."""


class Configuration:
    """The types that an export holds, and those of the scheme: what brat must know to show it."""

    def __init__(self, schemes: Schemes) -> None:
        self.entities: dict[str, None] = {}
        self.events: dict[str, Arguments] = {}
        self.relations: dict[str, Arguments] = {}
        self.equal: set[str] = set()
        """Relations that stand in lines of equals."""
        self.attributes: dict[str, tuple[set[str], dict[str, None]]] = {}
        """Name -> what it is of ("<ENTITY>", "<EVENT>"), and its values."""
        if schemes.in_force is not None:
            self._scheme(schemes.in_force)

    def _scheme(self, scheme: Scheme) -> None:
        for layer in scheme.span_layers:
            label = scheme.label_attribute(layer.name)
            values = [v.name for v in label.values] if label else []
            self.entities |= dict.fromkeys(v for v in values if TYPE.fullmatch(v))
        kinds = scheme.attribute("claim", EVENT)
        for value in kinds.values if kinds else ():
            if TYPE.fullmatch(value.name):
                self.events.setdefault(value.name, {})
        for relation in scheme.relations:
            if TYPE.fullmatch(relation.name):
                ends = (self._types(e) for e in (relation.heads, relation.tails))
                self.relations[relation.name] = dict(zip(("Arg1", "Arg2"), ends, strict=True))
        for a in scheme.attributes:
            prefix, name = told(a.name)
            target = next((n for n, layer in _WHOLE.items() if layer == a.layer), "<ENTITY>")
            if (
                a.layer not in ("sentence", "article")
                and not (prefix or a.text or a.archived)
                and a.name not in (LABEL, EVENT)
                and TYPE.fullmatch(name)
            ):
                values = [] if a.kind == "yes_no" else [v.name for v in a.values]
                self.attribute(name, target, values)

    @staticmethod
    def _types(ends: Iterable[str]) -> dict[str, None]:
        out: dict[str, None] = {}
        for end in ends:
            layer, _, label = end.partition(".")
            whole = "<EVENT>" if layer == "claim" else "<ENTITY>"
            out[label if TYPE.fullmatch(label) else whole] = None
        return out

    def event(self, kind: str, arguments: Iterable[tuple[str, str]]) -> None:
        """Note an event with the types of its arguments."""
        known = self.events.setdefault(kind, {})
        for name, type_ in arguments:
            known.setdefault(_NUMBER.sub("", name) or name, {})[type_] = None

    def relation(self, kind: str, ends: Iterable[tuple[str, str]]) -> None:
        """Note a relation with the names and types of its ends."""
        known = self.relations.setdefault(kind, {})
        pairs = list(ends)
        if not known.keys() <= {name for name, _ in pairs}:
            known.clear()  # the scheme knows it by other names
        for name, type_ in pairs:
            known.setdefault(name, {})[type_] = None

    def attribute(self, name: str, target: str, values: Iterable[str] = ()) -> None:
        """Note an attribute, and what it is of; without values it is there or not."""
        targets, known = self.attributes.setdefault(name, (set(), {}))
        targets.add(target)
        known |= dict.fromkeys(values)

    def __str__(self) -> str:
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield "[entities]"
        yield from (name for name in sorted(self.entities) if name not in self.events)
        yield from ("", "[relations]")
        # Spans may lie in, over and beside each other here; brat would call that an error.
        yield "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>"
        for kind, ends in sorted(self.relations.items()):
            equal = kind in self.equal or kind == "Equiv"
            either = {t: None for types in ends.values() for t in types}
            said = [
                f"{name}:{self._either(either if equal else types)}" for name, types in ends.items()
            ]
            if equal:
                said.append("<REL-TYPE>:symmetric-transitive")
            yield f"{kind}\t{', '.join(said)}"
        yield from ("", "[events]")
        for kind, arguments in sorted(self.events.items()):
            said = [f"{name}*:{self._either(types)}" for name, types in sorted(arguments.items())]
            yield f"{kind}\t{', '.join(said)}".rstrip()
        yield from ("", "[attributes]")
        for name, (targets, values) in sorted(self.attributes.items()):
            # One that brat cannot read makes it throw the whole configuration away.
            listed = [v for v in values if v and not re.search(r"[|,\s]", v)]
            value = f", Value:{'|'.join(listed)}" if listed else ""
            yield f"{name}\tArg:{'|'.join(sorted(targets))}{value}"

    @staticmethod
    def _either(types: Mapping[str, None]) -> str:
        return "|".join(sorted(types)) or "<ANY>"
