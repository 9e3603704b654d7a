"""Which annotations of one article are about the same thing: canonical forms and grouping."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final, TypeAlias

from annotator.domain.model import SPAN_ROLE, Annotation

Ranges: TypeAlias = tuple[tuple[int, int], ...]
Canonical: TypeAlias = tuple[tuple[str, Ranges], ...]
Reading: TypeAlias = dict[str, Annotation]
"""Annotator -> annotation."""

_SUPPORT: Final = ("source", "cue")
_SUPPORT_WEIGHT: Final = 0.1


def canonical(annotation: Annotation) -> Canonical:
    """Role -> its characters as sorted ranges that neither overlap nor touch, by role.

    The order in which pieces were marked, and into how many they were cut, makes no difference.
    """
    roles: dict[str, list[tuple[int, int]]] = {}
    for f in annotation.fragments:
        roles.setdefault(f.role, []).append((f.start, f.end))
    return tuple((role, joined(roles[role])) for role in sorted(roles))


def joined(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Sort ranges and unite those that overlap or touch."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return tuple(out)


def _dice(a: Ranges, b: Ranges) -> float:
    common = sum(max(0, min(e, f) - max(s, t)) for s, e in a for t, f in b)
    size = sum(e - s for s, e in (*a, *b))
    return 2 * common / size if size else 0.0


def _equal_labels(a: Annotation, b: Annotation) -> float:
    """The share of their labels that are equal; 1 without any."""
    names = a.attributes.keys() | b.attributes.keys()
    return len(a.attributes.items() & b.attributes.items()) / len(names) if names else 1.0


def grouped(annotations: Sequence[Annotation]) -> list[Reading]:
    """Group annotations of one layer of one article: at most one of each annotator in a group.

    Two belong together when their contents overlap (or spans, or all they have), the pairs with
    the greatest overlap first; source and cue decide between equals, then the share of equal
    labels, then what they say: never the order they come in. Those without any span are about the
    article.
    """
    spans: list[dict[str, Ranges]] = [dict(canonical(a)) for a in annotations]
    anchors = [s.get("content") or s.get(SPAN_ROLE) or joined(chain(*s.values())) for s in spans]
    said = [(a.annotator, canonical(a), sorted(a.attributes.items()), a.id) for a in annotations]
    place = {i: n for n, i in enumerate(sorted(range(len(said)), key=said.__getitem__))}
    pairs: list[tuple[float, float, int, int, int, int]] = []
    order = sorted(range(len(annotations)), key=lambda i: anchors[i][0] if anchors[i] else (-1, 0))
    active: list[int] = []
    for i in order:
        first = anchors[i][0][0] if anchors[i] else 0
        active = [j for j in active if not anchors[j] or anchors[j][-1][1] > first]
        for j in active:
            if annotations[i].annotator == annotations[j].annotator:
                continue
            score = _dice(anchors[i], anchors[j]) if anchors[i] or anchors[j] else 1.0
            if score > 0:
                score += sum(
                    _SUPPORT_WEIGHT * _dice(spans[i].get(r, ()), spans[j].get(r, ()))
                    for r in _SUPPORT
                )
                a, b = sorted((i, j), key=place.__getitem__)
                alike = _equal_labels(annotations[a], annotations[b])
                pairs.append((-score, -alike, place[a], place[b], a, b))
        active.append(i)
    group = list(range(len(annotations)))
    members = [[i] for i in group]
    for *_, i, j in sorted(pairs):
        a, b = group[i], group[j]
        who = {annotations[k].annotator for k in members[a]}
        if a == b or any(annotations[k].annotator in who for k in members[b]):
            continue
        for k in members[b]:
            group[k] = a
        members[a] += members[b]
        members[b] = []
    found = [sorted(m, key=lambda k: annotations[k].annotator) for m in members if m]
    return [{annotations[k].annotator: annotations[k] for k in m} for m in found]
