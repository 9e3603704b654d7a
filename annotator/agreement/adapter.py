"""From stored annotations to what the measures take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from annotator.agreement.units import Label, Units
from annotator.alignment.inputs import Claim, Document
from annotator.domain.model import Annotation, Article, Layer


def documents(
    articles: Iterable[Article],
    annotations: Iterable[Annotation],
    layer: Layer = "claim",
    readers: Mapping[str, Collection[str]] | None = None,
) -> tuple[Document, ...]:
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
        Document(
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


def attribute_units(
    annotations: Iterable[Annotation],
    layer: Layer,
    attribute: str,
    labels: Sequence[Label] | None = None,
    annotators: Sequence[str] | None = None,
) -> Units:
    """An attribute of sentences or articles as units: no matching is needed there.

    A sentence is known by its article and where it starts, an article by its uid.

    Raises:
        InputError: when a value is not among `labels`.
    """
    records = (
        (a.article, a.start, a.annotator, a.attributes[attribute])
        for a in annotations
        if a.layer == layer and attribute in a.attributes
    )
    return Units.from_records(records, labels, annotators)
