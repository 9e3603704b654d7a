"""Claims as single labelled pieces and back, for formats whose unit is the unbroken span.

Each piece says which claim it belongs to and which piece of it it is; the first of them also
carries what is said of the claim as a whole. Programs that know nothing of it keep, or ignore, the
additional fields. Pieces without them are claims (or marks) of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from annotator.domain.exchange import Dataset
from annotator.domain.losses import Losses
from annotator.domain.model import RELATION_TYPE, Annotation, Fragment
from annotator.formats.support import unsupported as unheld
from annotator.formats.support.foreign import count_rest
from annotator.formats.support.jsonio import Fields
from annotator.formats.support.linking import Link, linked
from annotator.formats.support.piece import Piece
from annotator.formats.support.schemes import Schemes
from annotator.formats.support.span_layers import LABEL

HELD: Final = ("attributes", "grouping", "note", "flag", "parent")


def pieces(
    annotations: Iterable[Annotation],
    annotator: str | None,
    losses: Losses,
    *,
    reading: bool = False,
    schemes: Schemes | None = None,
    relations: bool = False,
    plain_in: str = "",
    words: bool = False,
) -> Iterator[Piece]:
    """The pieces of an annotator's claims and marks (None: everybody's), counting the rest.

    Args:
        reading: See `losses.left_out`.
        schemes: Say which attribute of a span is its label; without, it is `type`.
        relations: Leave relations to `links_of`: do not count them.
        plain_in: The span layer where a span has no additional fields if its label says all.
        words: Whether spans there of which a relation alone tells have no label either.
    """
    schemes = schemes or Schemes(Dataset())
    mine = [a for a in annotations if annotator is None or a.annotator == annotator]
    related = {end for a in mine if a.layer == "relation" for end in (a.head, a.tail)}
    ids = {a.id for a in mine if a.layer in ("claim", "mark") and a.fragments}
    for a in mine:
        if a.layer == "relation" and relations:
            continue
        if a.layer not in ("claim", "mark"):
            unheld.left_out(a, losses, reading=reading)
            continue
        if not a.fragments:
            unheld.left_out(a, losses, unheld.WITHOUT_SPAN)
            continue
        unheld.count(a, HELD, losses)
        whole = _whole(a, a.attributes)
        if a.parent and a.parent not in ids:
            losses.add("parent", a.id)
        elif a.parent:
            whole["parent"] = a.parent
        label = ""
        if a.layer == "mark":
            label = a.attributes.get(schemes.label(a), "") or a.layer_name
        plain = whole == {"attributes": {LABEL: label}} and len(a.fragments) == 1
        if words and a.layer_name == plain_in and not whole and a.id in related:
            plain, label = len(a.fragments) == 1, ""
        own = not (plain and a.layer_name == plain_in)
        for i, f in enumerate(a.fragments):
            data = whole if i == 0 else {}
            name = label or ("" if a.layer == "mark" else f.role)
            yield Piece(a.id, i, a.layer, f.role, f.span, name, f.start, f.end, data, own)


def _whole(a: Annotation, attributes: Mapping[str, str]) -> dict[str, Any]:
    """What is said of an annotation, with these of its attributes."""
    whole: dict[str, Any] = {}
    if attributes:
        whole["attributes"] = dict(sorted(attributes.items()))
    if a.note:
        whole["note"] = a.note
    if a.flagged:
        whole["flagged"] = True
    return whole


def links_of(
    annotations: Iterable[Annotation],
    annotator: str | None,
    written: Sequence[Piece],
    losses: Losses,
) -> Iterator[Link]:
    """An annotator's relations (None: everybody's) between pieces that are in the file.

    An annotation stands there by its first piece. A relation is counted whose ends are not both
    in the file.
    """
    first: dict[str, int] = {}
    for i, piece in enumerate(written):
        first.setdefault(piece.annotation, i)
    for a in annotations:
        if a.layer != "relation" or annotator not in (None, a.annotator):
            continue
        head, tail = (first.get(end or "") for end in (a.head, a.tail))
        if head is None or tail is None:
            unheld.left_out(a, losses, unheld.WITHOUT_END)
            continue
        unheld.count(a, HELD, losses)
        others = {k: v for k, v in a.attributes.items() if k != RELATION_TYPE}
        yield Link(head, tail, a.attributes.get(RELATION_TYPE, ""), _whole(a, others))


def said_of(relation: Fields, known: Collection[str], losses: Losses) -> dict[str, Any]:
    """What a relation of a file says of itself beside its ends and type, for `Link.whole`.

    Args:
        known: The fields of a relation that the program itself has; others are counted.
    """
    whole: dict[str, Any] = {}
    attributes = relation.table("attributes", {})
    if attributes:
        whole["attributes"] = {k: str(v) for k, v in attributes.items() if k and v is not None}
    if relation.value.get("note"):
        whole["note"] = relation.text("note")
    if relation.value.get("flagged"):
        whole["flagged"] = relation.flag("flagged")
    count_rest(relation, {*known, "attributes", "note", "flagged"}, losses, "relation's field")
    return whole


def kept_pieces(found: Sequence[Piece], kept: Sequence[bool], losses: Losses) -> list[Piece]:
    """The pieces that a format has a place for, with what is said of each claim as a whole.

    That goes over to the first piece that is kept. What is said of a claim of which no piece is
    kept is counted, and so is a parent that is not in the file.
    """
    wholes = {p.annotation: p.whole for p in found if p.whole}
    inside = {p.annotation for p, keep in zip(found, kept, strict=True) if keep}
    for id_, whole in wholes.items():
        if id_ not in inside:
            count_whole(whole, id_, losses)
        elif whole.get("parent") and whole["parent"] not in inside:
            losses.add("parent", id_)
            wholes[id_] = {k: v for k, v in whole.items() if k != "parent"}
    first: set[str] = set()
    out: list[Piece] = []
    for piece, keep in zip(found, kept, strict=True):
        if keep:
            whole = {} if piece.annotation in first else wholes.get(piece.annotation, {})
            out.append(replace(piece, whole=whole))
            first.add(piece.annotation)
    before, after = (Counter(p.annotation for p in which) for which in (found, out))
    for piece in found:
        if piece.order == 0 and before[piece.annotation] > 1 and after[piece.annotation] < 2:
            losses.add(f"grouping of pieces into {piece.layer}s", piece.annotation)
    return out


def count_whole(
    whole: Mapping[str, Any], id_: str, losses: Losses, labels: Collection[str] = ()
) -> None:
    """Count what is said of a claim as a whole, but for the attributes in `labels`."""
    for name in whole.get("attributes", {}):
        if name not in labels:
            losses.add(f"attribute {name}", id_)
    for field_, kind in (("parent", "parent"), ("note", "note"), ("flagged", "flag")):
        if whole.get(field_):
            losses.add(kind, id_)


def claims_from_pieces(
    found: Iterable[Piece],
    annotator: str,
    losses: Losses,
    links: Iterable[Link] = (),
    where: str = "",
) -> Iterator[Annotation]:
    """The annotations that pieces make up, in the order of their first pieces, and relations.

    Args:
        losses: Counts the relations that cannot be held.
        links: What the file relates. They unite the pieces of claims that do not say themselves
            which claim they belong to; what relates other annotations comes after these, as
            relations.
        where: The place in the file, for what is counted.
    """
    groups: dict[str, list[Piece]] = {}
    joined, related = linked(list(found), links, losses, where)
    for piece in joined:
        groups.setdefault(piece.annotation, []).append(piece)
    for id_, group in groups.items():
        group.sort(key=lambda p: p.order)
        whole: dict[str, Any] = {}
        for piece in group:
            for name, value in piece.whole.items():
                whole[name] = (
                    _both(name, whole[name], value, losses, where) if name in whole else value
                )
        # A parent that is not in the file is one that was not exported.
        parent = whole.pop("parent", None)
        yield replace(
            Annotation(
                id=id_,
                layer="mark" if group[0].layer == "mark" else "claim",
                article="",
                annotator=annotator,
                fragments=tuple(Fragment(p.role, p.start, p.end, p.span) for p in group),
                provenance="imported",
            ),
            parent=parent if parent in groups else None,
            **whole,
        )
    for number, (head, tail, link) in enumerate(related, start=1):
        said = {"attributes": {}, **link.whole}
        if link.kind:
            said["attributes"] = {RELATION_TYPE: link.kind, **said["attributes"]}
        yield replace(
            Annotation(f"relation {number}", "relation", "", annotator, provenance="imported"),
            head=head,
            tail=tail,
            **said,
        )


def _both(name: str, one: Any, other: Any, losses: Losses, where: str) -> Any:
    """What two pieces of a claim say of it as a whole."""
    if name == "attributes":
        for attribute in [k for k, v in other.items() if one.get(k, v) != v]:
            losses.add(f"second {attribute} of one claim", where)
        return other | one
    if name == "note" and one != other:
        return f"{one}\n{other}"
    return one
