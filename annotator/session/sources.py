"""Who the words come from: copied from claim to claim, and the type that a source had before."""

from __future__ import annotations

from dataclasses import replace

from annotator.domain.model import Annotation
from annotator.domain.scheme import Scheme
from annotator.domain.terms import role_said, source_words
from annotator.domain.wording import shown_label
from annotator.session import edits
from annotator.session.annotating import Session
from annotator.session.saving import Said, short
from annotator.session.source_memory import joined


def copy_source(session: Session) -> str:
    """Copy a source, its words and its type, from one claim to its neighbour.

    A claim at work without a source takes that of the nearest claim before it which has one; a
    claim with one gives it to the next claim, which is at work then.

    Returns:
        Why nothing was done; empty when it was.
    """
    role = role_said(session.scheme, "source")
    if not role:
        return "the scheme has no role for the source (`suggests` says which: docs/scheme.md)"
    claim = session.claim_here()
    if claim is None:
        return "no claim here whose source could be copied"
    if claim.role(role):
        giver, taker = claim, _beside(session, claim, 1)
        if taker is None:
            return "no claim below to copy the source to"
        if taker.role(role):
            return f"the next claim has a source: {_words(session, taker, role)}"
    else:
        taker, before = claim, _beside(session, claim, -1)
        while before is not None and not before.role(role):
            before = _beside(session, before, -1)
        if before is None:
            return "no claim above has a source to copy"
        giver = before
    after, kept = with_source(taker, giver, session.scheme)
    session.must_see(taker)
    also = ""
    label = session.scheme.attribute("claim", source_words(session.scheme)[1])
    if label is not None and label.name in giver.attributes:
        value = after.attributes[label.name]
        also = f"; {shown_label(label, value)}" + (" kept" if kept else "")
    to = "" if taker is claim else " to the next claim"
    said = f"source {_words(session, giver, role)} copied{to}{also}"
    session.save("source copied", (taker, after), said=Said(said))
    session.selection = None
    session.activate(taker.id)
    return ""


def with_source(claim: Annotation, giver: Annotation, scheme: Scheme) -> tuple[Annotation, bool]:
    """The claim with the source of another one, and its source's type.

    Returns:
        The claim, and whether it kept another type that it had.
    """
    role, label = role_said(scheme, "source"), source_words(scheme)[1]
    fragments = edits.without((*claim.fragments, *giver.role(role)), ())
    after = replace(claim, fragments=fragments, provenance="human")
    value = giver.attributes.get(label)
    had = claim.attributes.get(label)
    if value is None or had is not None:
        return after, had is not None and had != value
    return after.with_attribute(label, value), False


def _beside(session: Session, claim: Annotation, step: int) -> Annotation | None:
    found = session.index.beside(claim.start, claim.id, step)
    while found is not None and found.layer != "claim":
        found = session.index.beside(found.start, found.id, step)
    return found


def _words(session: Session, claim: Annotation, role: str) -> str:
    return short(joined(session.article.text, claim.role(role)), 28)


# ---------------------------------------------------------------------------------- its type


def proposed_labels(session: Session) -> dict[str, str]:
    """The labels that the source of the claim at work had last, where the claim lacks them."""
    claim = session.active
    return session.sources.proposed(claim) if claim is not None else {}


def take_labels(session: Session) -> bool:
    """Give the claim at work the labels that its source had last; False: there are none to give.

    Nor where the cursor is on another claim: then the key is about that one.
    """
    claim = session.active
    labels = proposed_labels(session)
    if claim is None or not labels or not session.active_in_view:
        return False
    here = session.at_cursor()
    if here and claim not in here:
        return False
    after = replace(claim, attributes={**claim.attributes, **labels}, provenance="human")
    said = ", ".join(
        shown_label(attribute, labels[attribute.name])
        for attribute in session.scheme.of_layer("claim")
        if attribute.name in labels
    )
    words = _words(session, claim, role_said(session.scheme, "source"))
    session.save(said, (claim, after), said=Said(f"{said}, as for {words} before"))
    session.remember(after)
    return True


def open_or_take(session: Session) -> bool:
    """Take what is proposed for the claim at work, else open a claim; False: there is neither."""
    return take_labels(session) or session.open_claim()
