"""What a claim or mark becomes by one action: pure functions from annotation to annotation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from annotator.domain.model import Annotation, Fragment
from annotator.domain.scheme import Role, Scheme


def with_span(annotation: Annotation, role: Role, start: int, end: int) -> Annotation:
    """Give a range a role in a claim.

    The same range again changes nothing; a range that overlaps pieces of the role unites with
    them; otherwise it is a further fragment, or a span of its own where the role allows several.
    """
    mine = annotation.role(role.name)
    overlapping = [f for f in mine if f.start < end and start < f.end]
    if len(overlapping) == 1 and overlapping[0].start <= start and end <= overlapping[0].end:
        return annotation
    if overlapping:
        start = min(start, *(f.start for f in overlapping))
        end = max(end, *(f.end for f in overlapping))
        united = Fragment(role.name, start, end, overlapping[0].span)
        kept = (f for f in annotation.fragments if f not in overlapping)
        # Numbered only when the united piece is in: alone, the others would take its number.
        return replace(annotation, fragments=without((*kept, united), ()))
    span = max((f.span for f in mine), default=-1) + 1 if role.many else 0
    new = Fragment(role.name, start, end, span)
    return replace(annotation, fragments=(*annotation.fragments, new))


def without(fragments: tuple[Fragment, ...], removed: Iterable[Fragment]) -> tuple[Fragment, ...]:
    """The fragments that stay, with the spans of each role numbered from 0 without holes."""
    gone = set(removed)
    kept = [f for f in fragments if f not in gone]
    numbers: dict[str, dict[int, int]] = {}
    for f in sorted(kept, key=lambda f: f.span):
        spans = numbers.setdefault(f.role, {})
        spans.setdefault(f.span, len(spans))
    return tuple(f._replace(span=numbers[f.role][f.span]) for f in kept)


def respanned(annotation: Annotation, piece: Fragment) -> Annotation:
    """Let a piece belong to the next of its role's spans, and after the last to one of its own.

    A scheme says what a second selection becomes (a further fragment, or a span of its own); this
    turns it into the other one, round all possibilities. Unchanged where there is only one.
    """
    others = sorted({f.span for f in annotation.role(piece.role) if f != piece})
    turn = [*others, max(others, default=-1) + 1]
    here = turn.index(piece.span) if piece.span in others else len(turn) - 1
    moved = piece._replace(span=turn[(here + 1) % len(turn)])
    fragments = tuple(moved if f == piece else f for f in annotation.fragments)
    return replace(annotation, fragments=without(fragments, ()))


def with_boundary(annotation: Annotation, old: Fragment, start: int, end: int) -> Annotation:
    """Move the ends of one fragment."""
    moved = old._replace(start=start, end=end)
    return replace(
        annotation, fragments=tuple(moved if f == old else f for f in annotation.fragments)
    )


def is_bare(annotation: Annotation) -> bool:
    """Whether a sentence or article annotation says nothing any more and can go."""
    return not (
        annotation.reviewed or annotation.flagged or annotation.note or annotation.attributes
    )


def parents_of(
    annotation: Annotation,
    around: Iterable[Annotation],
    by_id: Mapping[str, Annotation],
    scheme: Scheme,
) -> list[Annotation]:
    """Claims that could hold this one: around its content, never a child.

    First those with a piece of content around it (it is reported in their words), then those that
    only reach over it with another piece; the smallest first.

    Args:
        annotation: The claim to be nested.
        around: Claims that reach over its content (see `hull`).
        by_id: All annotations, to follow the parents of those.
        scheme: Says which role is the content.
    """

    def is_child(id_: str | None) -> bool:
        seen: set[str] = set()
        while id_ is not None and id_ not in seen:
            if id_ == annotation.id:
                return True
            seen.add(id_)
            above = by_id.get(id_)
            id_ = above.parent if above else None
        return False

    found = [
        a
        for a in around
        if a.id != annotation.id
        and (a.end - a.start, a.id) != (annotation.end - annotation.start, annotation.id)
        and not is_child(a.parent)
    ]
    start, end = hull(scheme.anchor(annotation))

    def holds(a: Annotation) -> bool:
        pieces = scheme.anchor(a)
        return any(f.start <= start and end <= f.end for f in pieces)

    return sorted(found, key=lambda a: (not holds(a), a.end - a.start, a.id))


def hull(pieces: Iterable[Fragment]) -> tuple[int, int]:
    """From the first to the last of some pieces: of a content, what a claim around it reaches
    over."""
    ends = [(f.start, f.end) for f in pieces]
    return min((s for s, _ in ends), default=0), max((e for _, e in ends), default=0)
