"""What a query of the concordance looks for: words, conditions, and how they are put together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

ABOUT_ANNOTATION: Final = (
    *("label", "claim", "mark", "sentence", "source", "relation", "in", "by", "is"),
)
ABOUT_ARTICLE: Final = ("outlet", "date")
FIELDS: Final = (*ABOUT_ANNOTATION, *ABOUT_ARTICLE)
IS: Final = {
    "hand": "human",
    "suggested": "suggested",
    "carried": "propagated",
    "imported": "imported",
    "adjudicated": "adjudicated",
    "flagged": "",
}
"""Values of `is:` and the provenance that they mean; "flagged" is no provenance."""


class QueryWord(NamedTuple):
    """A word of the normal form; or what it begins with."""

    text: str
    begun: bool = False

    def fits(self, word: str) -> bool:
        """Whether a word of a text is this one."""
        return word.startswith(self.text) if self.begun else word == self.text


@dataclass(frozen=True, slots=True)
class WordSequence:
    """Words that follow each other."""

    found: tuple[QueryWord, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Near:
    """Places of `first` with a place of `second` among the `distance` words before or after."""

    first: Node
    second: Node
    distance: int


@dataclass(frozen=True, slots=True)
class Condition:
    """What an annotation, or the article, must be: `field` one of FIELDS."""

    field: str
    value: str
    at: int
    name: str = ""
    """Of a label, in `label:NAME=VALUE`; the value is empty for any."""


@dataclass(frozen=True, slots=True)
class Not:
    """Where the node is not."""

    node: Node
    at: int


@dataclass(frozen=True, slots=True)
class All:
    """Where every node is."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Where any node is."""

    nodes: tuple[Node, ...]


Node: TypeAlias = WordSequence | Near | Condition | Not | All | Either


def parts(node: Node) -> tuple[Node, ...]:
    """The nodes directly below one."""
    match node:
        case All(nodes) | Either(nodes):
            return nodes
        case Not(inner):
            return (inner,)
        case Near(first, second):
            return first, second
        case _:
            return ()


def leaves(node: Node) -> Iterator[WordSequence | Condition]:
    """All words and conditions of a query, as they were typed."""
    if isinstance(node, WordSequence | Condition):
        yield node
    for part in parts(node):
        yield from leaves(part)


def has_words(node: Node) -> bool:
    """Whether any words are looked for."""
    return any(isinstance(leaf, WordSequence) for leaf in leaves(node))


def is_about_article(node: Node) -> bool:
    """Whether a node asks about the article alone."""
    return all(isinstance(x, Condition) and x.field in ABOUT_ARTICLE for x in leaves(node))


def finds(node: Node) -> bool:
    """Whether a node leads to places by itself: NOT and conditions on the article do not."""
    match node:
        case WordSequence() | Near():
            return True
        case Condition(field):
            return field in ABOUT_ANNOTATION
        case All(nodes):
            return any(map(finds, nodes))
        case Either(nodes):
            return all(map(finds, nodes))
        case _:
            return False
