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

from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, Fragment
from annotator.formats.support import unsupported as unheld
from annotator.formats.support.linking import Link, linked
from annotator.formats.support.piece import MARK, Piece

HELD: Final = ("attributes", "grouping", "note", "flag", "parent")


def pieces(
    annotations: Iterable[Annotation],
    annotator: str | None,
    losses: Losses,
    *,
    reading: bool = False,
) -> Iterator[Piece]:
    """The pieces of an annotator's claims and marks (None: everybody's), counting the rest.

    Args:
        reading: See `losses.left_out`.
    """
    mine = [a for a in annotations if annotator is None or a.annotator == annotator]
    ids = {a.id for a in mine if a.layer in ("claim", "mark") and a.fragments}
    for a in mine:
        if a.layer not in ("claim", "mark"):
            unheld.left_out(a, losses, reading=reading)
            continue
        if not a.fragments:
            unheld.left_out(a, losses, unheld.WITHOUT_SPAN)
            continue
        unheld.count(a, HELD, losses)
        whole: dict[str, Any] = {}
        if a.attributes:
            whole["attributes"] = dict(sorted(a.attributes.items()))
        if a.parent and a.parent not in ids:
            losses.add("parent", a.id)
        elif a.parent:
            whole["parent"] = a.parent
        if a.note:
            whole["note"] = a.note
        if a.flagged:
            whole["flagged"] = True
        for i, f in enumerate(a.fragments):
            label = (a.attributes.get("type") or MARK) if a.layer == "mark" else f.role
            data = whole if i == 0 else {}
            yield Piece(a.id, i, a.layer, f.role, f.span, label, f.start, f.end, data)


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
    """The annotations that pieces make up, in the order of their first pieces.

    Args:
        losses: Counts the relations that no claim can hold.
        links: What the file relates. They unite the pieces of claims that do not say themselves
            which claim they belong to.
        where: The place in the file, for what is counted.
    """
    groups: dict[str, list[Piece]] = {}
    for piece in linked(list(found), links, losses, where):
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


def _both(name: str, one: Any, other: Any, losses: Losses, where: str) -> Any:
    """What two pieces of a claim say of it as a whole."""
    if name == "attributes":
        for attribute in [k for k, v in other.items() if one.get(k, v) != v]:
            losses.add(f"second {attribute} of one claim", where)
        return other | one
    if name == "note" and one != other:
        return f"{one}\n{other}"
    return one
