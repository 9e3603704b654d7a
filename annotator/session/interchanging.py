"""Two roles of a claim in each other's place: source and content were given the wrong way round."""

from __future__ import annotations

from dataclasses import replace

from annotator.domain.model import Annotation
from annotator.session.annotating import Session
from annotator.session.saving import Said


def interchanged(claim: Annotation, one: str, other: str) -> Annotation:
    """The claim with the pieces of two roles in each other's; twice is the claim as it was."""
    turn = {one: other, other: one}
    return replace(
        claim,
        fragments=tuple(f._replace(role=turn.get(f.role, f.role)) for f in claim.fragments),
        provenance="human",
    )


def interchange(session: Session) -> str:
    """Interchange the two roles of the claim at work; of more, that under the cursor and content.

    With the cursor on the content it is the role that the content was interchanged with before, so
    that the same key takes it back.

    Returns:
        Why nothing was done; empty when it was.
    """
    claim = session.claim_here()
    if claim is None:
        return "no claim here: open the one whose roles are to be interchanged"
    roles = list(dict.fromkeys(f.role for f in claim.fragments))
    if len(roles) < 2:
        return f"the claim has one role only, {roles[0]}: nothing to interchange"
    content = session.scheme.content_name
    start, end = session.page.token(session.cursor)
    piece = session.piece_at_work(claim)
    under = piece is not None and piece.start < end and start < piece.end
    pair = (roles[0], roles[1])
    if len(roles) > 2:
        here = piece.role if piece is not None and under else ""
        if here == content and session.interchanged is not None:
            last, role = session.interchanged
            here = role if last == claim.id and role in roles else here
        if content not in roles or here in ("", content):
            others = ", ".join(r for r in roles if r != content)
            return f"put the cursor on what is to change places with {content}: {others}"
        pair = (content, here)
    session.save(
        f"{pair[0]} and {pair[1]} interchanged",
        (claim, interchanged(claim, *pair)),
        said=Said(f"{pair[0]} and {pair[1]} interchanged"),
    )
    other = pair[1] if pair[0] == content else pair[0]
    session.interchanged = claim.id, other
    now = session.index.by_id[claim.id]
    at = claim.fragments.index(piece) if piece is not None else -1
    session.work_on_piece(claim.id, now.fragments[at] if at >= 0 else None)
    return ""
