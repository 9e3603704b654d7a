"""A label that was split: the places that still have it, and what each of them is to have."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from annotator.codebook.parts import Named, attribute_of
from annotator.domain.errors import ConflictError, SchemeError
from annotator.domain.ids import new_id
from annotator.domain.migration import undecided
from annotator.domain.model import Annotation, Article, Batch, Change, Fragment
from annotator.domain.times import now

if TYPE_CHECKING:
    from annotator.domain.scheme import Scheme, Value
    from annotator.project.data import ProjectData


@dataclass(frozen=True, slots=True)
class SplitLabel:
    """A label that was split, in the words of the scheme in force."""

    label: Named
    choices: tuple[Value, ...]
    """What a place can have instead."""
    version: str
    """Of the scheme."""

    def __str__(self) -> str:
        return f"{self.label.attribute}: {self.label.name}"


@dataclass(frozen=True, slots=True)
class Undecided:
    """An annotation with a label that was split, and the words around it."""

    id: str
    article: str
    number: int
    title: str
    start: int
    annotator: str
    before: str
    words: str
    after: str


def splits(scheme: Scheme) -> list[SplitLabel]:
    """The labels of a scheme that were split and are still known to it, the newest first."""
    found: list[SplitLabel] = []
    for step in undecided(scheme.history):
        attribute = scheme.attribute(step.layer, step.attribute)
        for old in step.old:
            if attribute is None or attribute.value(old) is None:
                continue
            choices = tuple(v for v in attribute.values if v.name in step.new and not v.archived)
            label = Named("value", old, step.layer, step.attribute)
            if choices and all(s.label != label for s in found):
                found.append(SplitLabel(label, choices, scheme.version))
    return found


def split_of(project: ProjectData, what: str) -> SplitLabel:
    """The split of a label as people name it ("stance=neutral").

    Raises:
        SchemeError: when it was not split.
    """
    found = splits(project.scheme())
    names = {f"{s.label.attribute}={s.label.name}": s for s in found}
    names |= {str(s.label): s for s in found}
    if what not in names:
        known = ", ".join(dict.fromkeys(f"{s.label.attribute}={s.label.name}" for s in found))
        raise SchemeError(
            f"{what!r} was not split",
            f"split are: {known}" if known else "split it: --into ONE --into OTHER",
        )
    return names[what]


def places(project: ProjectData, split: SplitLabel, whose: str | None = None) -> list[Undecided]:
    """The annotations (one annotator's, or everybody's) that have the label, in reading order."""
    attribute = attribute_of(project.scheme(), split.label)
    found: list[Undecided] = []
    for uid in project.uids():
        annotations = project.annotations(uid, whose)
        mine = [
            a
            for a in annotations
            if a.layer_name == split.label.layer
            and (value := a.attributes.get(attribute.name)) is not None
            and split.label.name in attribute.split(value)
        ]
        if mine:
            article = project.article(uid)
            at = {a.id: a for a in annotations}
            found += [_place(article, a, _pieces(a, at)) for a in mine]
    return found


def _pieces(annotation: Annotation, others: Mapping[str, Annotation]) -> tuple[Fragment, ...]:
    """What is shown of an annotation: of a relation, its head."""
    if annotation.layer == "relation" and (head := others.get(annotation.head or "")):
        return head.fragments
    return annotation.fragments


def _place(article: Article, annotation: Annotation, pieces: tuple[Fragment, ...]) -> Undecided:
    first = min(pieces, key=lambda f: f.start, default=None)
    start, end = (first.start, first.end) if first else (0, 0)
    sentences = article.layout.sentences
    i = bisect_right(sentences, start, key=lambda s: s.start) - 1
    low = sentences[i].start if i >= 0 else start
    high = max(sentences[i].end if i >= 0 else end, end)
    text = article.text
    return Undecided(
        annotation.id,
        article.uid,
        article.number,
        article.title or article.name,
        start,
        annotation.annotator,
        text[min(low, start) : start],
        text[start:end],
        text[end:high],
    )


def decide(
    project: ProjectData, split: SplitLabel, place: Undecided, value: str, annotator: str
) -> Batch:
    """Give a place one of the labels that its own was split into: one action.

    Raises:
        ConflictError: when it does not have the split label any more.
        SchemeChangedError: when another scheme came into force since.
    """
    here = project.annotations(place.article, place.annotator)
    annotation = next((a for a in here if a.id == place.id), None)
    attribute = attribute_of(project.scheme(), split.label)
    given = annotation.attributes.get(attribute.name) if annotation else None
    if annotation is None or given is None or split.label.name not in attribute.split(given):
        raise ConflictError(
            f"this place does not have {split.label.name!r} any more", "somebody changed it"
        )
    kept = [v for v in attribute.split(given) if v != split.label.name]
    joined = attribute.join([*kept, value])
    at = now()
    after = annotation.with_attribute(attribute.name, joined)
    change = Change(annotation, replace(after, scheme=split.version, updated_at=at))
    batch = Batch(new_id(), annotator, at, "edit", f"{attribute.name}: {value}", (change,))
    project.apply(batch, split.version)
    return batch
