"""Annotations that a program made, written as one action of one annotator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from operator import index
from typing import TYPE_CHECKING

from annotator.domain.errors import InputError
from annotator.domain.ids import new_id
from annotator.domain.model import LAYERS, Annotation, Batch, Change, Fragment
from annotator.domain.times import now

if TYPE_CHECKING:
    from annotator.project.data import ProjectData


def annotate(
    project: ProjectData, annotations: Iterable[Annotation], annotator: str, label: str
) -> list[Annotation]:
    """Write new annotations as one action; see `Project.annotate`."""
    at, scheme = now(), project.scheme_version()
    made: list[Annotation] = []
    ids: dict[str, str] = {}
    for given in annotations:
        if given.layer not in LAYERS:
            raise InputError(f"no layer {given.layer!r}", f"there are: {', '.join(LAYERS)}")
        if given.annotator not in ("", annotator):
            raise InputError(
                f"an annotation is {given.annotator}'s, and {annotator} writes",
                "leave out its annotator, or write everybody's by themselves",
            )
        id_ = new_id()
        ids[given.id or id_] = id_
        made.append(
            replace(
                given,
                id=id_,
                article=project.resolve(given.article),
                fragments=tuple(map(_plain, given.fragments)),
                annotator=annotator,
                scheme=given.scheme or scheme,
                created_at=given.created_at or at,
                updated_at=given.updated_at or at,
            )
        )
    made = _linked(project, made, ids)
    _refuse_unknown_parents(project, made)
    if made:
        project.add_annotator(annotator)
        changes = tuple(Change(None, a) for a in made)
        project.apply(Batch(new_id(), annotator, at, "edit", label, changes), scheme)
    return made


def _linked(
    project: ProjectData, made: list[Annotation], ids: Mapping[str, str]
) -> list[Annotation]:
    """With parents and ends of relations of the same call, named by the ids given to them there."""

    def known(id_: str | None) -> str | None:
        return None if id_ is None else ids.get(id_, id_)

    made = [
        replace(a, parent=known(a.parent), head=known(a.head), tail=known(a.tail)) for a in made
    ]
    articles = {a.id: a.article for a in made}
    out: list[Annotation] = []
    for one in made:
        head = one.head
        if one.layer == "relation" and head is not None:
            # A relation is kept with the article of its head, whichever was named.
            there = project.annotation(head) if head not in articles else None
            one = replace(one, article=there.article if there else articles.get(head, one.article))
        out.append(one)
    return out


def _refuse_unknown_parents(project: ProjectData, made: list[Annotation]) -> None:
    written = {a.id for a in made}
    for one in made:
        if one.parent is None or one.parent in written:
            continue
        if all(a.id != one.parent for a in project.annotations(one.article)):
            raise InputError(
                f"no annotation {one.parent!r}, which is named as a parent",
                "name one of the same article, or of the same call",
            )


def _plain(piece: Fragment) -> Fragment:
    """The piece with offsets as Python's own integers: those of numpy cannot be written."""
    try:
        return piece._replace(start=index(piece.start), end=index(piece.end))
    except TypeError:
        raise InputError(
            f"{piece.role} [{piece.start!r}, {piece.end!r}) has an offset that is no whole number",
            "offsets are code points of the text",
        ) from None
