"""Two claims into one, and one into two; what was merged can be split into what it was."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from annotator.domain.model import RELATION_TYPE, Annotation, Fragment
from annotator.domain.scheme import Scheme
from annotator.domain.wording import shown_name, shown_value
from annotator.session import edits
from annotator.session.annotating import Session
from annotator.session.saving import Said, pluralise, short


class United(NamedTuple):
    """A claim that took another one in."""

    claim: Annotation
    conflicts: tuple[tuple[str, str, str], ...]
    """Labels of which both had a value: name, the one kept, the one given up."""


def united(kept: Annotation, other: Annotation, scheme: Scheme) -> United:
    """Unite the pieces and labels of two claims.

    Pieces of one role that overlap become one; the others stay pieces, of the same span where the
    scheme allows one span of the role, else of spans of their own. Where both have a label, that of
    `kept` stays. Notes are joined, and a flag stays.
    """
    after = kept
    base = {
        role: max((f.span for f in kept.role(role)), default=-1) + 1
        for role in {f.role for f in other.fragments}
    }
    for f in other.fragments:
        role = scheme.role(f.role)
        over = [g for g in after.role(f.role) if g.start < f.end and f.start < g.end]
        if over and role is not None:
            after = edits.with_span(after, role, f.start, f.end)
        else:
            many = role is None or role.many
            piece = f._replace(span=f.span + base[f.role]) if many else f
            after = replace(after, fragments=(*after.fragments, piece))
    new = {k: v for k, v in other.attributes.items() if k not in kept.attributes}
    conflicts = tuple(
        (name, value, other.attributes[name])
        for name, value in kept.attributes.items()
        if other.attributes.get(name, value) != value
    )
    notes = dict.fromkeys(n for n in (kept.note, other.note) if n)
    after = replace(
        after,
        fragments=edits.without(after.fragments, ()),
        attributes={**kept.attributes, **new},
        note="; ".join(notes),
        flagged=kept.flagged or other.flagged,
        provenance="human",
    )
    return United(after, conflicts)


class Divided(NamedTuple):
    """A claim in two: what stays, what is a claim of its own, and the roles copied to that."""

    rest: Annotation
    taken: Annotation
    copied: tuple[str, ...]


def divided(claim: Annotation, pieces: Collection[Fragment], new: Annotation) -> Divided | None:
    """Take pieces out of a claim into a claim of their own.

    What that one lacks then (its source, where a piece of the content was taken) is copied, and so
    are the labels: they were given to the whole. A note and a flag stay where they are.

    Returns:
        None unless pieces of one role go and others of it stay: else there is nothing to divide.
    """
    moved = [f for f in claim.fragments if f in pieces]
    stays = [f for f in claim.fragments if f not in pieces]
    going, staying = {f.role for f in moved}, {f.role for f in stays}
    if not going & staying:
        return None
    copied = tuple(dict.fromkeys(f.role for f in stays if f.role not in going))
    fragments = tuple(f for f in claim.fragments if f in moved or f.role in copied)
    taken = replace(
        new,
        fragments=edits.without(fragments, ()),
        attributes=dict(claim.attributes),
        parent=claim.parent,
    )
    rest = replace(claim, fragments=edits.without(tuple(stays), ()), provenance="human")
    return Divided(rest, taken, copied)


# ---------------------------------------------------------------------------------- by a key


def merge(session: Session) -> str:
    """Take another claim into the one at work, which keeps its labels where both have one.

    The other one is the smallest other one under the cursor; else one that the claim at work
    overlaps; else its nearest neighbour in the paragraph, rather after it than before.

    Returns:
        Why nothing was done; empty when it was.
    """
    kept = session.claim_here()
    if kept is None:
        return "no claim here: open one, then merge another into it"
    session.must_see(kept)
    other = _neighbour(session, kept)
    if other is None:
        return "no other claim in this paragraph to merge with"
    found = united(kept, other, session.scheme)
    after = replace(found.claim, parent=_parent(kept, other, session.index.by_id))
    moved = [
        (c, replace(c, parent=kept.id)) for c in session.index.children(other.id) if c.id != kept.id
    ]
    moved += _relations_moved(session, kept, other)
    said = f"merged with {short(session.words(other), 28)}"
    for name, mine, theirs in found.conflicts:
        label = session.scheme.attribute("claim", name)
        title = shown_name(label.title if label else name)
        kept_, lost = shown_value(label, mine), shown_value(label, theirs)
        said += f"; {title}: {kept_} kept, {lost} given up"
    session.save(
        "claims merged",
        (kept, after),
        (other, None),
        said=Said(said, lost=bool(found.conflicts)),
        along=moved,
    )
    session.selection = None
    session.activate(kept.id)
    return ""


def _relations_moved(
    session: Session, kept: Annotation, other: Annotation
) -> list[tuple[Annotation, Annotation]]:
    """The relations of the claim that is taken in go over to the one that stays.

    One between the two, or one that this one has already, goes with it: the screen says how many.
    """

    def ends(relation: Annotation) -> tuple[str | None, str | None, str | None]:
        return relation.head, relation.tail, relation.attributes.get(RELATION_TYPE)

    known = {ends(r) for r in session.index.relations_of(kept.id)}
    moved: list[tuple[Annotation, Annotation]] = []
    for relation in session.index.relations_of(other.id):
        head, tail = (kept.id if e == other.id else e for e in (relation.head, relation.tail))
        after = replace(relation, head=head, tail=tail)
        if head != tail and ends(after) not in known:
            known.add(ends(after))
            moved.append((relation, after))
    return moved


def _neighbour(session: Session, kept: Annotation) -> Annotation | None:
    """The claim that a merge takes in."""

    def others(found: Iterable[Annotation]) -> list[Annotation]:
        return [a for a in found if a.layer == "claim" and a.id != kept.id]

    here = others(session.at_cursor())
    if here:
        return here[0]
    over = others(session.index.at(kept.start, kept.end))
    touching = [a for a in over if any(kept.touches(f.start, f.end) for f in a.fragments)]
    if touching:
        return touching[0]
    sentence = session.page.sentences[session.page.sentence_at(kept.start)]
    paragraph = session.article.layout.paragraphs[sentence.paragraph]
    near = others(session.index.at(*paragraph))

    def distance(a: Annotation) -> tuple[int, bool, str]:
        after = a.start >= kept.end
        return max(a.start - kept.end, kept.start - a.end, 0), not after, a.id

    return min(near, key=distance, default=None)


def _parent(kept: Annotation, other: Annotation, by_id: Mapping[str, Annotation]) -> str | None:
    """What the merged claim is nested in: never in itself, nor in what is nested in it."""
    both = {kept.id, other.id}
    for parent in (kept.parent, other.parent):
        if parent in both:  # one of the two held the other
            parent = by_id[parent].parent
        if parent is not None and parent in by_id and both.isdisjoint(_outwards(parent, by_id)):
            return parent
    return None


def _outwards(id_: str, by_id: Mapping[str, Annotation]) -> list[str]:
    """A claim and what it is nested in, from the inside."""
    found: list[str] = []
    at: str | None = id_
    while at is not None and at in by_id and at not in found:
        found.append(at)
        at = by_id[at].parent
    return found


def split(session: Session) -> str:
    """Make a claim of its own of the piece under the cursor, or of the pieces that are selected.

    Returns:
        Why nothing was done; empty when it was.
    """
    claim = session.claim_here()
    if claim is None:
        return "no claim here to split"
    if session.selection is not None:
        start, end = session.selection.range
        pieces = [f for f in claim.fragments if f.start < end and start < f.end]
    else:
        start, end = session.page.token(session.cursor)
        pieces = []
        if claim.touches(start, end):
            piece = session.piece_at_work(claim)
            pieces = [piece] if piece else []
    if not pieces:
        return "put the cursor on the piece that is to be a claim of its own"
    found = divided(claim, pieces, session.new("claim", ()))
    if found is None:
        role = pieces[0].role
        return f"nothing to split: the claim has no other {role}"
    content = session.scheme.content_name
    mine = found.taken.role(content)
    theirs = found.rest.role(content)

    def within(child: Annotation, held: Iterable[Fragment]) -> bool:
        lo, hi = edits.hull(session.scheme.anchor(child))
        return any(f.start <= lo and hi <= f.end for f in held)

    along = [
        (c, replace(c, parent=found.taken.id))
        for c in session.index.children(claim.id)
        if within(c, mine) and not within(c, theirs)
    ]
    words = session.article.text[pieces[0].start : pieces[0].end]
    more = f" and {pluralise(len(pieces) - 1, 'more piece')}" if len(pieces) > 1 else ""
    copied = f"; copied to it: {', '.join(found.copied)}" if found.copied else ""
    labels = ", labels" if found.copied and claim.attributes else ""
    if claim.attributes and not found.copied:
        labels = "; its labels copied"
    session.save(
        "claim split",
        (claim, found.rest),
        (None, found.taken),
        said=Said(f"{short(words, 28)}{more}: a claim of its own{copied}{labels}"),
        along=along,
    )
    session.selection = None
    session.activate(found.taken.id)
    return ""
