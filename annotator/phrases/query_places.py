"""Where a query is in an article: the places of its words, or of the annotations it describes.

- Words beside each other, and NEAR, are counted in words of the normal form, over the ends of
  sentences.
- AND and NOT ask about the article: the places of all sides, if every side is in it.
- Conditions on an annotation that stand beside words hold for an annotation at the place: one and
  the same for all of them. With none but negative ones, no such annotation may be there.
- Without words the places are those of the annotations themselves.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Final, NamedTuple, TypeAlias

from annotator.domain.model import RELATION_TYPE, Annotation, Fragment
from annotator.domain.scheme import MANY
from annotator.phrases.corpus_query import (
    IS,
    All,
    Condition,
    Either,
    Near,
    Node,
    Not,
    QueryWord,
    WordSequence,
    has_words,
    is_about_article,
    leaves,
)
from annotator.text.normal import fold
from annotator.text.running import RunningWords

Run: TypeAlias = tuple[int, int]
"""Words `[first, last)` of an article."""
ANY_DATE: Final = "*"
"""A date that fulfils every condition on it."""
_ISO: Final = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2}(?![0-9]).*)?)?\Z", re.DOTALL)
_TAGS = ("claim", "mark", "sentence")


class Place(NamedTuple):
    """`[start, end)` in code points, whole graphemes; the annotations that conditions found."""

    start: int
    end: int
    annotations: tuple[str, ...] = ()
    """Ids; empty for words without a condition."""


class ArticleText:
    """An article as a query sees it; words and annotations are looked at when they are needed.

    Args:
        text: As it is stored.
        outlet, published: Of the article.
        annotations: Reads the annotations that conditions are about.
        source_label: The scheme's label for the kind of source, which `source:` means.
        content_role: The role in which a claim stands.
        relations: Reads the relations that have an end here.
    """

    def __init__(
        self,
        text: str,
        outlet: str,
        published: str,
        annotations: Callable[[], Sequence[Annotation]],
        source_label: str = "source_type",
        content_role: str = "content",
        relations: Callable[[], Sequence[Annotation]] = tuple,
    ) -> None:
        self.text = text
        self.outlet = outlet
        self.published = published
        self.source_label = source_label
        self.content_role = content_role
        self._read = annotations
        self._relations = relations

    @cached_property
    def words(self) -> RunningWords:
        """Its words."""
        return RunningWords(self.text)

    @cached_property
    def annotations(self) -> list[Annotation]:
        """All that conditions are about: verdicts are none of them."""
        return [a for a in self._read() if a.layer != "verdict"]

    @cached_property
    def related(self) -> dict[str, set[str]]:
        """Id of an annotation -> the types of the relations that it is an end of."""
        found: dict[str, set[str]] = {}
        for relation in self._relations():
            for end in (relation.head, relation.tail):
                kind = relation.attributes.get(RELATION_TYPE, "")
                found.setdefault(end or "", set()).add(kind)
        return found


def places(query: Node, article: ArticleText) -> list[Place]:
    """Every place of a query in an article, by start and end; the same range only once."""
    found: dict[tuple[int, int], tuple[str, ...]] = {}
    for start, end, ids in _places(query, article):
        known = found.get((start, end), ())
        found[start, end] = (*known, *(i for i in ids if i not in known))
    return [Place(*where, found[where]) for where in sorted(found)]


def _places(node: Node, article: ArticleText) -> list[Place]:
    match node:
        case WordSequence() | Near():
            return [Place(*article.words.range(*run)) for run in runs(node, article.words)]
        case Either(nodes) if has_words(node) or not is_about_article(node):
            if has_words(node):
                return [p for n in nodes for p in _places(n, article)]
            return _annotated((node,), article)
        case All(nodes):
            return _all(nodes, article)
        case Condition():
            return _annotated((node,), article)
        case _:
            return []


def _all(nodes: Sequence[Node], article: ArticleText) -> list[Place]:
    if not all(is_of_article(n, article) for n in nodes if is_about_article(n)):
        return []
    conditions = [n for n in nodes if not has_words(n) and not is_about_article(n)]
    wanted = [n for n in nodes if has_words(n) and not isinstance(n, Not)]
    if any(_places(n.node, article) for n in nodes if isinstance(n, Not) and has_words(n)):
        return []
    if not wanted:
        return _annotated(conditions, article)
    found = [_places(n, article) for n in wanted]
    if not all(found):
        return []
    together = [place for some in found for place in some]
    return _narrowed(together, conditions, article) if conditions else together


def _narrowed(
    found: Sequence[Place], conditions: Sequence[Node], article: ArticleText
) -> list[Place]:
    """The places with an annotation that fulfils all; or, if all are negative, with none."""
    if all(isinstance(c, Not) for c in conditions):
        unwanted = [c.node for c in conditions if isinstance(c, Not)]
        return [
            place
            for place in found
            if not any(holds(c, a, place, article) for a in article.annotations for c in unwanted)
        ]
    out: list[Place] = []
    for place in found:
        ids = [
            a.id
            for a in article.annotations
            if all(holds(c, a, place, article) for c in conditions)
        ]
        if ids:
            out.append(place._replace(annotations=(*place.annotations, *ids)))
    return out


def _annotated(conditions: Sequence[Node], article: ArticleText) -> list[Place]:
    """The places of the annotations that fulfil all conditions."""
    roles = {
        leaf.value
        for c in conditions
        for leaf in leaves(c)
        if isinstance(leaf, Condition) and leaf.field == "in" and not isinstance(c, Not)
    }
    out: list[Place] = []
    for a in article.annotations:
        for start, end in stands_at(a, roles, article):
            place = Place(start, end, (a.id,))
            if all(holds(c, a, place, article) for c in conditions):
                out.append(place)
    return out


def stands_at(annotation: Annotation, roles: set[str], article: ArticleText) -> list[Run]:
    """Where an annotation is shown: its content, or each span of the roles that are asked for.

    The first piece of a span stands for it; an annotation of the article is at the first word.
    """
    if annotation.layer == "article":
        return [article.words.range(0, 1)] if article.words.words else []
    if annotation.layer == "claim":
        asked = [f for f in annotation.fragments if f.role in roles]
        content = annotation.role(article.content_role) or annotation.fragments
        pieces = sorted(asked or content, key=lambda f: (f.role, f.span, f.start))
    else:
        pieces = sorted(annotation.fragments, key=lambda f: f.start)
    first: dict[tuple[str, int], Fragment] = {}
    for f in pieces:
        first.setdefault((f.role, f.span) if roles else ("", 0), f)
    return [(f.start, f.end) for f in first.values()]


def holds(node: Node, annotation: Annotation, place: Place, article: ArticleText) -> bool:
    """Whether an annotation is at a place and is what a condition says."""
    match node:
        case All(nodes):
            return all(holds(n, annotation, place, article) for n in nodes)
        case Either(nodes):
            return any(holds(n, annotation, place, article) for n in nodes)
        case Not(inner):
            return _is_at(annotation, place) and not holds(inner, annotation, place, article)
        case Condition(field) if field in ("outlet", "date"):
            return is_of_article(node, article)
        case Condition():
            return _is_at(annotation, place) and _is(node, annotation, place, article)
        case _:
            return False


def _is_at(annotation: Annotation, place: Place) -> bool:
    return annotation.layer == "article" or annotation.touches(place.start, place.end)


def _is(node: Condition, a: Annotation, place: Place, article: ArticleText) -> bool:
    value = node.value
    match node.field:
        case "label":
            given = a.attributes.get(node.name)
            if given is None or value in ("", "*"):
                return given is not None
            return _has(given, value)
        case "source":
            given = a.attributes.get(article.source_label)
            return given is not None and (value == "*" or fold(given) == fold(value))
        case "claim" | "mark" | "sentence":
            given_any = any(_has(v, value) for v in a.attributes.values())
            return a.layer == node.field and (value == "*" or given_any)
        case "relation":
            kinds = article.related.get(a.id, set())
            return bool(kinds) if value == "*" else fold(value) in map(fold, kinds)
        case "in":
            if value in _TAGS:
                return a.layer == value
            if a.layer == "mark":
                return a.layer_name == value
            return a.layer == "claim" and any(
                f.role == value and f.start < place.end and place.start < f.end for f in a.fragments
            )
        case "by":
            return a.annotator == value
        case _:
            return a.flagged if value == "flagged" else a.provenance == IS[value]


def _has(given: str, value: str) -> bool:
    """Whether a label is a value, or has it among several."""
    return fold(value) in map(fold, (given, *given.split(MANY)))


def is_of_article(node: Node, article: ArticleText) -> bool:
    """Whether an article is what a condition on articles says."""
    match node:
        case All(nodes):
            return all(is_of_article(n, article) for n in nodes)
        case Either(nodes):
            return any(is_of_article(n, article) for n in nodes)
        case Not(inner):
            return not is_of_article(inner, article)
        case Condition("outlet", value):
            return bool(article.outlet) if value == "*" else fold(value) in fold(article.outlet)
        case Condition("date", value):
            return is_dated(article.published, value)
        case _:
            return False


def has_date(published: str) -> bool:
    """Whether what an article says of its date is one: a year, month or day as ISO 8601 has it."""
    return _ISO.match(published) is not None


def is_dated(published: str, value: str) -> bool:
    """Whether a date is one ("2024-03" for all of March) or between two ("2024..", "..2024")."""
    if not has_date(published):
        return published == ANY_DATE
    first, two, last = value.partition("..")
    last = last if two else first
    return (not first or published >= first) and (not last or published[: len(last)] <= last)


def possible(node: Node, outlet: str, published: str) -> bool:
    """Whether an article can hold any place, as far as its outlet and date say so."""
    article = ArticleText("", outlet, published, list)
    if is_about_article(node):
        return is_of_article(node, article)
    match node:
        case All(nodes):
            return all(possible(n, outlet, published) for n in nodes)
        case Either(nodes):
            return any(possible(n, outlet, published) for n in nodes)
        case _:
            return True


# -------------------------------------------------------------------------------------- words
def runs(node: Node, text: RunningWords) -> list[Run]:
    """Where words are among the words of a text, in order."""
    match node:
        case WordSequence(found):
            return _rows(found, text)
        case Either(nodes):
            return sorted({run for n in nodes for run in runs(n, text)})
        case Near(first, second, distance):
            return _near(runs(first, text), runs(second, text), distance)
        case _:
            return []


def _rows(found: Sequence[QueryWord], text: RunningWords) -> list[Run]:
    size, there = len(found), text.words
    exact = [i for i, word in enumerate(found) if not word.begun]
    if exact:
        # From the word of which there are fewest, all the others are at a known distance.
        anchor = min(exact, key=lambda i: len(text.positions.get(found[i].text, ())))
        starts = [at - anchor for at in text.positions.get(found[anchor].text, ())]
    else:
        starts = list(range(len(there)))
    return [
        (at, at + size)
        for at in starts
        if 0 <= at <= len(there) - size
        and all(word.fits(there[at + i]) for i, word in enumerate(found))
    ]


def _near(first: Sequence[Run], second: Sequence[Run], distance: int) -> list[Run]:
    """The runs with one of `second`, none of their own words in it, at most so many words away."""
    if not first or not second:
        return []
    starts = [s for s, _ in second]
    longest = max(e - s for s, e in second)
    out: list[Run] = []
    for start, end in first:
        low = bisect_left(starts, start - distance - longest)
        high = bisect_right(starts, end + distance)
        if any(
            (s >= end and s - end < distance) or (e <= start and start - e < distance)
            for s, e in second[low:high]
        ):
            out.append((start, end))
    return out
