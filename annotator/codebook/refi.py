"""REFI-QDA's codes (https://www.qdasoftware.org): a scheme as a tree of codes, and back.

A scheme is written as layer > attribute > value, with the roles of claims and the relations under
their layers. The GUID of a code is made of what the code is, so that a reader knows a code of ours
by it, also after another program had the file in between; any other code is a label of its own,
called by the whole way to it ("Themes > Economy").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol
from uuid import UUID, uuid5
from xml.sax.saxutils import escape, quoteattr

from annotator.domain.model import SCHEME_LAYERS
from annotator.domain.scheme import MANY, Scheme
from annotator.domain.vocabulary import DeclaredLabel, DeclaredRelation, Vocabulary

CODEBOOK: Final = "urn:QDA-XML:codebook:1.0"
PROJECT: Final = "urn:QDA-XML:project:1.0"
FLAG: Final = ("flag",)
"""The code of what is flagged."""
ABOVE: Final = " > "
"""Between the names of the codes on the way to one."""
CODE: Final = "code"
"""The span layer of codes that are no part of a scheme of ours."""
TYPE: Final = "type"
"""The label that says which code it is."""
_SPACE: Final = UUID("5be1a6a7-58ce-5a9f-9c0e-6f1f9f0d2c51")
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 has no way to write."""

Part = tuple[str, ...]
"""What a code is: ("layer", L), ("role", R), ("relation", R), ("attribute", L, A),
("value", L, A, V), or FLAG."""


def guid(*what: str) -> str:
    """The GUID of something that these words name, always the same one."""
    return str(uuid5(_SPACE, "\x1f".join(what)))


def clean(text: str) -> tuple[str, int]:
    """Text with what XML cannot hold replaced one for one, and how much that was."""
    return _FORBIDDEN.subn("\N{REPLACEMENT CHARACTER}", text)


def element(name: str, given: Mapping[str, str], *, empty: bool = False) -> str:
    """A start tag, or an empty element."""
    said = "".join(f" {k}={_quoted(v)}" for k, v in given.items())
    return f"<{name}{said}{'/' if empty else ''}>"


def content(text: str) -> str:
    """Text between tags; a carriage return would be read as a line feed where it stood as it is."""
    return escape(text, {"\r": "&#13;"})


def _quoted(value: str) -> str:
    return quoteattr(value, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


@dataclass(slots=True)
class Code:
    """A code with those below it."""

    name: str
    guid: str
    part: Part | None = None
    """What of a scheme it is; None for a code of another program."""
    codable: bool = True
    description: str = ""
    label: str = ""
    """The names on the way to it, and its own."""
    children: list[Code] = field(default_factory=list)

    def every(self) -> Iterator[Code]:
        """The code and all below it, in the order of the file."""
        yield self
        for child in self.children:
            yield from child.every()


class CodeTree:
    """The codes of a scheme, and of what is used beside it."""

    def __init__(self, scheme: Scheme | None = None) -> None:
        self.roots: list[Code] = []
        self._known: dict[Part, Code] = {}
        if scheme is not None:
            self._add(scheme)

    def of(self, *part: str) -> Code:
        """The code of a part, made with those above it where it is not there yet."""
        if part in self._known:
            return self._known[part]
        above = _above(part)
        name = part[-1] if part != FLAG else "flagged"
        made = Code(name, guid("code", *part), part, codable=part not in _GROUPS)
        made.codable = made.codable and part[0] not in ("attribute", "relation")
        self._known[part] = made
        (self.of(*above).children if above else self.roots).append(made)
        return made

    def used(self, *part: str) -> Code:
        """The same of a part that something is coded with."""
        code = self.of(*part)
        code.codable = True
        return code

    def _add(self, scheme: Scheme) -> None:
        for role in scheme.roles:
            self.of("role", role.name).description = role.guideline
        for layer in scheme.span_layers:
            self.of("layer", layer.name).description = layer.guideline
        for a in scheme.attributes:
            made = self.of("attribute", a.layer, a.name)
            made.description = a.guideline
            made.codable = a.text
            for value in a.values:
                self.of("value", a.layer, a.name, value.name).description = value.guideline
        for relation in scheme.relations:
            self.of("relation", relation.name).description = relation.guideline


_GROUPS: Final = (("layer", "claim"), ("layer", "relation"))
"""Layers whose annotations have a code of their own, or none."""


def _above(part: Part) -> Part | None:
    match part:
        case ("role", _):
            return "layer", "claim"
        case ("relation", _):
            return "layer", "relation"
        case ("attribute", layer, _):
            return "layer", layer
        case ("value", layer, attribute, _):
            return "attribute", layer, attribute
        case _:
            return None


def codes_as_xml(codes: Iterable[Code], indent: str = "") -> Iterator[str]:
    """The lines of `Code` elements, in the order that the schema wants."""
    for code in codes:
        said = {
            "guid": code.guid,
            "name": clean(code.name)[0],
            "isCodable": "true" if code.codable else "false",
        }
        if not (code.description or code.children):
            yield f"{indent}{element('Code', said, empty=True)}\n"
            continue
        yield f"{indent}{element('Code', said)}\n"
        if code.description:
            text = content(clean(code.description)[0])
            yield f"{indent}  <Description>{text}</Description>\n"
        yield from codes_as_xml(code.children, indent + "  ")
        yield f"{indent}</Code>\n"


def codebook_as_xml(scheme: Scheme, origin: str) -> str:
    """A `.qdc` file."""
    head = element("CodeBook", {"xmlns": CODEBOOK, "origin": origin})
    lines = codes_as_xml(CodeTree(scheme).roots, "    ")
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f"{head}\n  <Codes>\n{''.join(lines)}  </Codes>\n</CodeBook>\n"
    )


# ---------------------------------------------------------------------------------- reading


class Node(Protocol):
    """An element of a parsed file, as ElementTree has it."""

    tag: str
    text: str | None

    def get(self, key: str, /) -> str | None:
        """An attribute's value."""

    def __iter__(self) -> Iterator[Node]: ...


def local(node: Node) -> str:
    """The name of an element without its namespace."""
    tag = node.tag if isinstance(node.tag, str) else ""
    return tag.rpartition("}")[2]


def children(node: Node | None, name: str) -> list[Node]:
    """The elements of a name right below one; none below none."""
    return [] if node is None else [c for c in node if local(c) == name]


def child(node: Node | None, name: str) -> Node | None:
    """The first of them."""
    return next(iter(children(node, name)), None)


def guid_of(value: str | None) -> str:
    """A GUID as it is compared: without braces, in lower case."""
    return (value or "").strip().strip("{}").lower()


def read_codes(codes: Node | None, above: Code | None = None) -> list[Code]:
    """The codes of a `Codes` element, or below a `Code`."""
    out = []
    for node in children(codes, "Code"):
        name = " ".join((node.get("name") or "").split())
        at = guid_of(node.get("guid"))
        described = child(node, "Description")
        code = Code(
            name,
            at,
            _part(node.get("name") or "", at, above),
            codable=(node.get("isCodable") or "").strip().lower() in ("true", "1"),
            description=((described.text if described is not None else "") or "").strip(),
            label=f"{above.label}{ABOVE}{name}" if above else name,
        )
        code.children = read_codes(node, code)
        out.append(code)
    return out


def _part(name: str, at: str, above: Code | None) -> Part | None:
    """What of a scheme a code is, by its GUID; a new one below a label of ours is a value of it."""
    match above.part if above else ():
        case None:
            return None
        case ():
            may_be: Sequence[Part] = [("layer", name), FLAG]
        case ("layer", "claim"):
            may_be = [("role", name), ("attribute", "claim", name)]
        case ("layer", str(layer)):
            may_be = [("attribute", layer, name), ("relation", name)]
        case ("attribute", layer, attribute):
            return "value", layer, attribute, name
        case _:
            may_be = []
    return next((part for part in may_be if guid("code", *part) == at), None)


def vocabulary_of(
    codes: Iterable[Code],
    *,
    layer: str = CODE,
    several: Iterable[tuple[str, str]] = (),
    relations: Iterable[tuple[str, bool]] = (),
) -> Vocabulary:
    """What the codes of a file declare.

    Args:
        codes: The codes at the top.
        layer: The span layer of those that are not ours.
        several: (layer, label) of which an annotation has several values.
        relations: (name, whether it has no direction) of the links.
    """
    spans: dict[str, str] = {}
    roles: list[str] = []
    labels: dict[tuple[str, str], list[str]] = {}
    guidelines: dict[tuple[str, ...], str] = {}
    related = dict(relations)
    theirs: list[str] = []
    for code in (c for root in codes for c in root.every()):
        said: Part = code.part or ("value", layer, TYPE, code.label)
        match code.part:
            case None:
                if code.codable or not code.children:
                    theirs.append(code.label)
            case ("layer", name) if name not in SCHEME_LAYERS or name == "mark":
                spans.setdefault(name, name)
            case ("role", name):
                roles.append(name)
            case ("relation", name):
                related.setdefault(name, False)
            case ("attribute", of, name):
                labels.setdefault((of, name), [])
            case ("value", of, name, value):
                labels.setdefault((of, name), []).append(value)
            case _:
                pass
        if code.description:
            guidelines.setdefault(
                ("span", *said[1:]) if said[0] == "layer" else said, code.description
            )
    if theirs:
        spans.setdefault(layer, layer)
        labels.setdefault((layer, TYPE), []).extend(theirs)
    many = set(several)
    return Vocabulary(
        tuple(spans.items()),
        tuple(dict.fromkeys(roles)),
        tuple(
            DeclaredLabel(
                *key,
                "several" if key in many else "one" if values else "text",
                tuple(dict.fromkeys(values)),
            )
            for key, values in labels.items()
        ),
        tuple(DeclaredRelation(name, symmetric=both) for name, both in related.items()),
        guidelines,
    )


def one_of(name: str) -> str:
    """The name of a code as a value that may be one of several."""
    return name.replace(MANY, "\N{BROKEN BAR}")
