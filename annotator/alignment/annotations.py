"""Stored annotations as documents of claims, and those of one article in groups about one thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np

from annotator.alignment.arrays import Ints
from annotator.alignment.claim_table import ClaimTable
from annotator.alignment.inputs import Claim, ComparedText
from annotator.alignment.matching import align_layer
from annotator.domain.model import Annotation, Article, Layer
from annotator.domain.scheme import Scheme, kind_of


def documents(
    articles: Iterable[Article],
    annotations: Iterable[Annotation],
    layer: Layer = "claim",
    readers: Mapping[str, Collection[str]] | None = None,
) -> tuple[ComparedText, ...]:
    """Gather one layer's annotations by article and annotator.

    Args:
        articles: In the order that is kept; annotations of other articles are passed over.
        annotations: Of any layer. Whoever has one in an article (also a reviewed sentence) has
            read it, and marked nothing where the layer holds none of theirs.
        layer: Which annotations become claims.
        readers: Article uid -> annotators who have finished it, also without any annotation.

    Returns:
        One document per article, named by its uid, with its tokens.
    """
    marked: dict[str, dict[str, list[Claim]]] = defaultdict(dict)
    for uid, names in (readers or {}).items():
        for name in names:
            marked[uid].setdefault(name, [])
    for annotation in annotations:
        mine = marked[annotation.article].setdefault(annotation.annotator, [])
        if annotation.layer == layer and annotation.fragments:
            mine.append(claim_of(annotation))
    return tuple(
        ComparedText(
            article.uid,
            len(article.text),
            {name: tuple(found) for name, found in sorted(marked[article.uid].items())},
            article.layout.token_starts,
            article.layout.token_ends,
        )
        for article in articles
    )


def claim_of(annotation: Annotation) -> Claim:
    """One annotation as a claim: fragments by role, whichever span of the role they belong to."""
    roles: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for fragment in annotation.fragments:
        roles[fragment.role].append((fragment.start, fragment.end))
    return Claim(
        {role: tuple(ranges) for role, ranges in roles.items()},
        annotation.attributes,
        annotation.id,
        annotation.parent,
    )


def is_note(scheme: Scheme, layer: str, labels: Mapping[str, str]) -> bool:
    """Whether a mark of a span layer says something else than the scheme asks.

    An imported "Discuss", say. A mark counts as one of the scheme's when it has no label yet or one
    that the scheme knows. Where the scheme asks nothing of marks, all of them are compared for
    where they lie.
    """
    if kind_of(layer) != "mark" or not labels or not scheme.of_layer(layer):
        return False
    return all(scheme.fault_of(layer, name, value) for name, value in labels.items())


def group_annotations(
    annotations: Iterable[Annotation], layer: Layer, scheme: Scheme | None = None
) -> list[dict[str, Annotation]]:
    """One layer's annotations of one article, in groups about the same thing.

    At most one of each annotator is in a group, and every annotation is in exactly one. The answer
    for claims and marks is that of `align_layer`, for tags of sentences and of the article that of
    `by_place`: what the report counts as one is one group here. An annotation that marks nothing is
    about nothing that another is about, unless it is about the whole article.

    Args:
        annotations: In any order: it makes no difference, except between two of one annotator
            that say the same of the same words.
        layer: Which of them to group; others are passed over. Marks of two span layers are never
            about the same thing.
        scheme: In force: it says which role is the content. Marks that are only notes to it, which
            the report leaves out, are grouped among themselves; without it, none is taken for a
            note.
    """
    # In the order of the report, so that equal ones are told apart in the same way.
    mine = sorted(
        (a for a in annotations if a.layer == layer), key=lambda a: (a.start, a.end, a.id)
    )
    if layer in ("sentence", "article"):
        return _at_places(mine)
    found: list[dict[str, Annotation]] = []
    for name in dict.fromkeys(a.layer_name for a in mine):
        own = [a for a in mine if a.layer_name == name]
        noted = [scheme is not None and is_note(scheme, name, a.attributes) for a in own]
        asked = [a for a, note in zip(own, noted, strict=True) if not note]
        notes = [a for a, note in zip(own, noted, strict=True) if note]
        found += _aligned(asked, name, scheme) + _aligned(notes, name, scheme)
    return found


def _aligned(
    annotations: Sequence[Annotation], layer: str, scheme: Scheme | None
) -> list[dict[str, Annotation]]:
    marking = [a for a in annotations if a.fragments]
    table = ClaimTable.from_documents([_document(marking)])
    by_id = {a.id: a for a in marking}
    groups: list[dict[str, Annotation]] = []
    alignment = align_layer(table, layer, scheme)
    for number in range(len(alignment.first) - 1):
        found = [by_id[table.ids[i]] for i in alignment.members(number).tolist()]
        groups.append({a.annotator: a for a in found})
    return groups + [{a.annotator: a} for a in annotations if not a.fragments]


def _document(annotations: Sequence[Annotation]) -> ComparedText:
    claims: dict[str, list[Claim]] = defaultdict(list)
    for a in annotations:
        claims[a.annotator].append(claim_of(a))
    return ComparedText("", max((a.end for a in annotations), default=0), claims)


def _at_places(annotations: Sequence[Annotation]) -> list[dict[str, Annotation]]:
    """Tags by place. An earlier tag of an annotator, who has a later one there, comes after."""
    names = sorted({a.annotator for a in annotations})
    groups: list[dict[str, Annotation]] = []
    left = list(annotations)
    while left:
        start = np.array([a.start for a in left], dtype=np.int64)
        who = np.array([names.index(a.annotator) for a in left], dtype=np.int64)
        _, row = by_place(np.zeros_like(start), start, who, len(names))
        groups += [{left[i].annotator: left[i] for i in one[one >= 0].tolist()} for one in row]
        used = set(row[row >= 0].tolist())
        left = [a for i, a in enumerate(left) if i not in used]
    return groups


def by_place(document: Ints, start: Ints, annotator: Ints, annotators: int) -> tuple[Ints, Ints]:
    """Which tags of sentences (or articles) are about the same one: those that start in one place.

    Sentences are given, so nothing has to be matched. Two tags of one annotator in one place are
    the later one's decision.

    Args:
        document, start, annotator: Of each tag (tags,), in the order of the corpus.
        annotators: How many.

    Returns:
        The place of each tag (tags,), numbered from 0 by document and start; and the tag that each
        annotator has there (places, annotators), -1 without.
    """
    line = document * (int(start.max(initial=0)) + 1) + start
    found, which = np.unique(line, return_inverse=True)
    row = np.full((len(found), annotators), -1, dtype=np.int64)
    row[which, annotator] = np.arange(len(start))
    return which, row
