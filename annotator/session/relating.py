"""Relations by keys: begun at one annotation, taken at another, also in another article.

`Relating` is a relation that is being made: it goes along when the article is left, until it is
taken or dropped. `Session.relation_id` is a relation at work: one of those of the annotation at
hand, which the next keys follow, turn, label or remove.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from annotator.domain.ends import end_label, fits, is_one_of
from annotator.domain.model import RELATION_TYPE, Annotation
from annotator.domain.scheme import RelationType, Scheme
from annotator.session.relation_begun import Relating
from annotator.session.saving import Said, short

if TYPE_CHECKING:
    from annotator.session.annotating import Session


class RelationLine(NamedTuple):
    """A relation, seen from one of its ends."""

    relation: Annotation
    name: str
    arrow: Literal["->", "<-", "--"]
    """To the other end, from it, or without a direction."""
    other: str
    """The id of the other end."""
    words: str
    """Of the other end, quoted, with its article where that is another."""

    def __str__(self) -> str:
        return f"{self.name} {self.arrow} {self.words}"


# ---------------------------------------------------------------------------------- making one


def options_for(scheme: Scheme, annotation: Annotation) -> tuple[RelationType, ...]:
    """The relations that an annotation can be an end of."""
    end = end_label(scheme, annotation)
    return tuple(
        r
        for r in scheme.relations
        if not r.archived and (is_one_of(r.heads, *end) or is_one_of(r.tails, *end))
    )


def begin(session: Session, name: str = "") -> str:
    """Begin a relation at the annotation at work, or at the smallest one under the cursor.

    Args:
        session: The open article's.
        name: Which relation it is to be; "" to choose, where several can be.

    Returns:
        Why none was begun; empty when one was.
    """
    if not session.scheme.relations:
        return "the scheme has no relations"
    start = session.active or next(iter(session.at_cursor()), None)
    if start is None:
        return "no claim or mark here: a relation begins at one"
    session.must_see(start)
    options = options_for(session.scheme, start)
    if name:
        options = tuple(r for r in options if r.name == name)
    if not options:
        layer, label = end_label(session.scheme, start)
        return f"{name or 'no relation'}: not from {'.'.join(filter(None, (layer, label)))}"
    session.relating = Relating(start, short(session.words(start), 28), options, None)
    session.active_id = session.selection = session.relation_id = None
    session.said = Said("which relation?")
    if len(options) == 1:
        choose(session, options[0])
    return ""


def choose(session: Session, kind: RelationType) -> str:
    """Say which relation the one that is being made is to be; why it cannot, or ""."""
    relating = session.relating
    if relating is None or kind not in relating.options:
        return f"{kind.title}: not from here"
    is_head = is_one_of(kind.heads, *end_label(session.scheme, relating.start))
    session.relating = replace(relating, type=kind, turned=not is_head and not kind.symmetric)
    session.said = Said(f"{told(session.relating)}: where to?")
    return ""


def told(relating: Relating) -> str:
    """What is being made, in words: 'supports from “they said”'."""
    if relating.type is None:
        return f"relation of {relating.words}"
    way = "between" if relating.type.symmetric else "to" if relating.turned else "from"
    return f"{relating.type.title} {way} {relating.words}"


def turn_round(session: Session) -> str:
    """Interchange head and tail of what is being made; why not, or ""."""
    relating = session.relating
    if relating is None or relating.type is None:
        return "choose the relation first"
    if relating.type.symmetric:
        return f"{relating.type.title} has no direction"
    session.relating = replace(relating, turned=not relating.turned)
    session.said = Said(f"{told(session.relating)}: where to?")
    return ""


def drop(session: Session) -> None:
    """Give up what is being made."""
    session.relating = None
    session.said = Said("relation dropped; nothing was saved")


def end_here(session: Session) -> Annotation | None:
    """What Enter takes as the other end: what is at work, or under the cursor, or beside it."""
    relating = session.relating
    start = relating.start.id if relating else ""
    found = [session.active] if session.active else [*session.at_cursor(), *session.nearby()]
    return next((a for a in found if a.id != start), None)


def take(session: Session, other: Annotation | None) -> str:
    """Make the relation to an annotation, saved at once; why not, or ""."""
    relating = session.relating
    if relating is None:
        return "no relation was begun"
    if relating.type is None:
        return "which relation? choose one first"
    if other is None:
        return "no claim or mark here to relate to"
    if other.id == relating.start.id:
        return "nothing is related to itself: choose another one"
    session.must_see(other)
    start = session.index.by_id.get(relating.start.id, relating.start)
    head, tail = (other, start) if relating.turned else (start, other)
    ends = end_label(session.scheme, head), end_label(session.scheme, tail)
    if not fits(relating.type, *ends):
        way = " to ".join(".".join(filter(None, end)) for end in ends)
        return f"{relating.type.title}: not from {way}"
    made = replace(
        session.new("relation", ()),
        article=head.article,
        attributes={RELATION_TYPE: relating.type.name},
        head=head.id,
        tail=tail.id,
    )
    for known in session.index.relations_of(other.id):
        if _same(known, made, symmetric=relating.type.symmetric):
            return f"{relating.type.title}: there already"
    words = [relating.words, short(session.words(other), 28)]
    arrow = "--" if relating.type.symmetric else "->"
    between = f" {arrow} ".join(words[::-1] if relating.turned else words)
    said = f"{relating.type.title}: {between}"
    session.save(f"relation {relating.type.title}", (None, made), said=Said(said))
    session.relating = None
    back = relating.start.id if relating.start.id in session.index.by_id else other.id
    session.activate(back)
    return ""


def _same(one: Annotation, other: Annotation, *, symmetric: bool) -> bool:
    if one.attributes.get(RELATION_TYPE) != other.attributes.get(RELATION_TYPE):
        return False
    ways = [(other.head, other.tail), (other.tail, other.head)][: 2 if symmetric else 1]
    return (one.head, one.tail) in ways


def more(session: Session) -> None:
    """Offer the next nine relations, where there are more than digits."""
    if session.relating is not None:
        options = session.relating.options
        session.relating = replace(session.relating, options=(*options[9:], *options[:9]))
        session.said = Said("which relation?")


# ---------------------------------------------------------------------------------- those there


def relations_of(session: Session, annotation: Annotation) -> list[RelationLine]:
    """The relations of an annotation of the open article, in the order of the scheme."""
    scheme = session.scheme
    order = {r.name: i for i, r in enumerate(scheme.relations)}
    lines: list[RelationLine] = []
    for relation in session.index.relations_of(annotation.id):
        name = relation.attributes.get(RELATION_TYPE, "")
        kind = scheme.relation(name)
        out = relation.head == annotation.id
        other = (relation.tail if out else relation.head) or ""
        arrow: Literal["->", "<-", "--"] = "->" if out else "<-"
        if kind is not None and kind.symmetric:
            arrow = "--"
        title = kind.title if kind else name or "relation"
        lines.append(RelationLine(relation, title, arrow, other, _words(session, other)))
    return sorted(
        lines,
        key=lambda r: (
            order.get(r.relation.attributes.get(RELATION_TYPE, ""), len(order)),
            r.relation.created_at,
            r.relation.id,
        ),
    )


def _words(session: Session, id_: str) -> str:
    here = session.index.by_id.get(id_)
    if here is not None:
        return short(session.words(here)) if here.fragments else f"the {here.layer}"
    found = session.other_end(id_)
    if found is None:
        return "?"
    what = short(found.words) if found.words else f"the {found.annotation.layer}"
    return f"{what} (article {found.number})"


def at_work(session: Session) -> tuple[RelationLine, int, int] | None:
    """The relation at work, seen from the annotation at work; which of how many, from 1."""
    if session.relation_id is None or session.active is None:
        return None
    lines = relations_of(session, session.active)
    for i, line in enumerate(lines, start=1):
        if line.relation.id == session.relation_id:
            return line, i, len(lines)
    return None


def show_relations(session: Session) -> str:
    """Work on the first relation of the annotation at hand; why not, or ""."""
    of = session.relating.start if session.relating else session.active
    of = (session.index.by_id.get(of.id) if of else None) or next(iter(session.at_cursor()), None)
    lines = relations_of(session, of) if of else []
    if of is None or not lines:
        return "it has no relations yet"
    session.relating = None
    session.activate(of.id)
    session.relation_id = lines[0].relation.id
    return ""


def step(session: Session, by: Literal[1, -1]) -> None:
    """To the next relation of the annotation at work, or the one before, round all."""
    if session.active is not None and session.relation_id is not None:
        ids = [r.relation.id for r in relations_of(session, session.active)]
        if session.relation_id in ids:
            session.relation_id = ids[(ids.index(session.relation_id) + by) % len(ids)]


def remove(session: Session) -> None:
    """Remove the relation at work."""
    found = at_work(session)
    if found is not None:
        line, place, _ = found
        session.save("relation removed", (line.relation, None), said=Said(f"{line}: removed", True))
        left = relations_of(session, session.active) if session.active else []
        session.relation_id = left[min(place, len(left)) - 1].relation.id if left else None


def turn(session: Session) -> str:
    """Interchange head and tail of the relation at work; why not, or ""."""
    found = at_work(session)
    if found is None:
        return "no relation is at work"
    relation = found[0].relation
    kind = session.scheme.relation(relation.attributes.get(RELATION_TYPE, ""))
    if kind is not None and kind.symmetric:
        return f"{kind.title} has no direction"
    head, tail = (_end(session, id_) for id_ in (relation.tail, relation.head))
    if head is None or tail is None:
        return "its other end is not there any more"
    if kind is not None:
        ends = end_label(session.scheme, head), end_label(session.scheme, tail)
        if not fits(kind, *ends):
            way = " to ".join(".".join(filter(None, end)) for end in ends)
            return f"{kind.title}: not from {way}"
    after = replace(relation, article=head.article, head=head.id, tail=tail.id)
    session.save("relation turned", (relation, after), said=Said("head and tail interchanged"))
    return ""


def _end(session: Session, id_: str | None) -> Annotation | None:
    here = session.index.by_id.get(id_ or "")
    if here is not None:
        return here
    found = session.other_end(id_ or "")
    return found.annotation if found else None
