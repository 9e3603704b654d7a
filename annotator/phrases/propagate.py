"""Propagate a decision: from an annotation to the places where its words, or source, stand again.

Nothing here writes. What is returned is one action for the journal: applied together, undone
together, and its claims bear the provenance "propagated" for ever.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from annotator.domain.ids import new_id
from annotator.domain.model import SPAN_ROLE, Annotation, Batch, Change, Fragment
from annotator.domain.same import ranges, same_content
from annotator.phrases.matches import Match


@dataclass(frozen=True, slots=True)
class Propagation:
    """What propagating would do. `batch` is None when there is nothing to do."""

    batch: Batch | None
    made: tuple[Annotation, ...]
    changed: tuple[Annotation, ...]
    """Claims of the annotator that were there already and get labels they lack."""
    skipped: tuple[Match, ...]
    """Places with a claim of the annotator that lacks none of the labels."""


def content_text(claim: Annotation, text: str, content: str) -> str:
    """What to search for: the claim's content (the role of that name), its pieces joined by a
    space."""
    pieces = sorted(claim.role(content), key=lambda f: f.start)
    return " ".join(text[f.start : f.end] for f in pieces)


def propagate_claim(
    claim: Annotation,
    matches: Sequence[Match],
    *,
    annotator: str,
    at: str,
    scheme: str,
    content: str,
    attributes: Collection[str] | None = None,
    existing: Iterable[Annotation] = (),
) -> Propagation:
    """Make the claim, mark or tag again at each place, in one action of kind "propagate".

    Where the annotator has it already it is not made twice: it gets the labels that it lacks, and
    none of those it has is changed.

    Args:
        claim: The decision to propagate.
        matches: The chosen places; those that overlap the claim's own content are left out. Of a
            tag, the sentences.
        annotator: Whose claims they become.
        at: Time of the action (ISO 8601, UTC).
        scheme: Version of the scheme in force.
        content: Its role for what is claimed.
        attributes: Names of the labels to propagate; None for all of them.
        existing: The annotator's annotations in the articles of the matches.
    """
    labels = {
        name: value
        for name, value in claim.attributes.items()
        if attributes is None or name in attributes
    }
    role = words_role(claim, content)
    mine = [a for a in existing if a.layer_name == claim.layer_name and a.annotator == annotator]
    changes: dict[str, Change] = {}
    skipped: list[Match] = []
    taken: list[Match] = []
    for m in matches:
        if m.article == claim.article and any(
            m.overlaps(claim.article, f.start, f.end) for f in claim.role(role)
        ):
            continue
        if any(m.overlaps(t.article, t.start, t.end) for t in taken):
            continue
        taken.append(m)
        there = next((a for a in mine if _stands_in(a, m, role)), None)
        if there is None:
            made = Annotation(
                id=new_id(),
                layer=claim.layer,
                article=m.article,
                annotator=annotator,
                fragments=(Fragment(role, m.start, m.end),),
                attributes=labels,
                provenance="propagated",
                scheme=scheme,
                created_at=at,
                updated_at=at,
            )
            changes[made.id] = Change(None, made)
        elif missing := {k: v for k, v in labels.items() if k not in there.attributes}:
            after = replace(there, attributes={**there.attributes, **missing}, updated_at=at)
            changes[there.id] = Change(there, after)
        else:
            skipped.append(m)
    return _propagation(changes.values(), skipped, annotator, at, claim.layer)


def propagate_labels(
    claim: Annotation,
    others: Iterable[Annotation],
    *,
    annotator: str,
    at: str,
    attributes: Collection[str] = ("source_type",),
    overwrite: bool = False,
) -> Propagation:
    """Give the labels of a claim to other claims of the annotator, in one action.

    Args:
        claim: The decision to propagate.
        others: The chosen claims, such as those with the same source string.
        annotator: Whose claims may be changed; others' are left alone.
        at: Time of the action (ISO 8601, UTC).
        attributes: Names of the labels to propagate.
        overwrite: Replace different labels too, not only missing ones.
    """
    labels = {k: v for k, v in claim.attributes.items() if k in attributes}
    changes: list[Change] = []
    for other in others:
        if other.id == claim.id or other.annotator != annotator:
            continue
        wanted = {
            k: v
            for k, v in labels.items()
            if other.attributes.get(k) != v and (overwrite or k not in other.attributes)
        }
        if wanted:
            after = replace(other, attributes={**other.attributes, **wanted}, updated_at=at)
            changes.append(Change(other, after))
    return _propagation(changes, [], annotator, at, " and ".join(sorted(labels)) or "label")


def words_role(annotation: Annotation, content: str) -> str:
    """The role of the words that an annotation is about: of a claim its `content`."""
    if annotation.layer == "claim":
        return content
    return annotation.fragments[0].role if annotation.fragments else SPAN_ROLE


def _stands_in(claim: Annotation, match: Match, role: str) -> bool:
    if claim.article != match.article:
        return False
    own, place = ranges(claim.fragments, role), [(match.start, match.end)]
    # A mark on other words, if only one more, is another mark.
    return same_content(own, place) if claim.layer == "claim" else own == place


def _propagation(
    changes: Iterable[Change], skipped: Sequence[Match], annotator: str, at: str, what: str
) -> Propagation:
    found = tuple(changes)
    made = tuple(c.after for c in found if c.before is None and c.after is not None)
    changed = tuple(c.after for c in found if c.before is not None and c.after is not None)
    places = "1 place" if len(found) == 1 else f"{len(found)} places"
    batch = (
        Batch(new_id(), annotator, at, "propagate", f"{what} carried to {places}", found)
        if found
        else None
    )
    return Propagation(batch, made, changed, tuple(skipped))
