"""Cue first: a claim read from its cue, which waits to be taken, corrected or dropped.

Nothing of it is saved before it is taken. One role of it is at hand: its ends are moved by the keys
that move those of a claim, and another selection can take its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, Literal

from annotator.domain.model import Annotation, Fragment, Provenance
from annotator.domain.scheme import Role
from annotator.domain.suggestion import StoredSuggestion
from annotator.domain.terms import role_said
from annotator.domain.wording import shown_label
from annotator.session import edits
from annotator.session.annotating import Session
from annotator.session.cue_first import could_be_cue, cues_of, read_cue
from annotator.session.navigation import Step
from annotator.session.proposal import ProposedClaim
from annotator.session.quoted_text import QuotedText, Range
from annotator.session.saving import Said, short
from annotator.session.selection import Selection

ORDER: Final = ("cue", "source", "addressee", "via", "content")
"""In which order the roles are walked, in the engine's words; others of the scheme come last."""


def propose(session: Session, suggested: Sequence[StoredSuggestion]) -> str:
    """Propose a claim from the cue under the cursor, or that is selected.

    At the first word of a sentence it is the sentence's first cue; while a claim is proposed, or
    where the claim of that cue is made, its next one. A suggestion with that cue is what is
    proposed: it rests on a parse. Otherwise the words of the sentence are read.

    Args:
        suggested: What waits for a decision in the sentence, in the words of the scheme.

    Returns:
        Why nothing was proposed; empty when it was.
    """
    role = role_said(session.scheme, "cue")
    if not role:
        return "the scheme has no role for the cue (`suggests` says which: docs/scheme.md)"
    if not session.page.token_count:
        return "no words here"
    words = QuotedText(session.page, session.quotations())
    tokens = _cue_tokens(session, words, suggested, role)
    start, end = words.between(*tokens) if tokens else (0, 0)
    if tokens is None or not words.worded(start, end):
        return "put the cursor on the word that attributes: “said”, “according to”"
    if _is_cue(session, role, start, end):
        return f"{short(session.article.text[start:end])} is the {role} of a claim already"
    here = [s for s in suggested if _has_cue(s, role, start, end)]
    if here:
        found = max(here, key=lambda s: s.confidence)
        fragments, labels, from_ = found.fragments, dict(found.attributes), found.id
    else:
        fragments, labels, from_ = _read(session, words, *tokens), {}, ""
    origin = session.proposal.origin if session.proposal else session.offset
    session.selection = None
    session.activate(None)
    claim = replace(session.new("claim", fragments), attributes=session.stuck("claim", labels))
    session.proposal = ProposedClaim(claim, role, claim.fragments, from_, origin)
    session.go(start)
    session.said = Said(_told(session))
    return ""


def _cue_tokens(
    session: Session, words: QuotedText, suggested: Sequence[StoredSuggestion], role: str
) -> tuple[int, int] | None:
    """The first and last token of the cue that is meant; None where no word can be one."""
    page = session.page
    if session.selection is not None:
        inside = words.tokens(*session.selection.range)
        return (inside[0], inside[-1]) if inside else (session.cursor, session.cursor)
    at = session.cursor
    cues = cues_of(words, at, _known(session), session.known_words().either)
    starts = (page.token_at(a) for s in suggested for a, _ in s.ranges(role))
    cues += [k for k in sorted(starts) if k not in cues]
    if session.proposal is not None:
        # The next of the sentence's cues, round to the first.
        held = [i for i, k in enumerate(cues) if session.proposal.holds(role, *page.token(k))]
        at = cues[(held[-1] + 1) % len(cues)] if held else [*cues, at][0]
        return at, at
    free = [k for k in cues if not _is_cue(session, role, *page.token(k))]
    if at in cues:
        # Its claim is made ("According to a transcript, he stated ..."): the next one's turn.
        if free and at not in free:
            at = next((k for k in free if k > at), free[0])
    else:
        first = at == page.first_token(session.sentence)
        if first or not could_be_cue(words, at):
            led = [] if first else _led_to(session, suggested, role)
            found = [*led, *free, *cues]
            if not found and not could_be_cue(words, at):
                return None
            at = [*found, at][0]
    return at, at


def _known(session: Session) -> frozenset[str]:
    """Forms of words that report speech, without those that are as often nouns ("press")."""
    words = session.known_words()
    return words.cues - words.either


def _led_to(session: Session, suggested: Sequence[StoredSuggestion], role: str) -> list[int]:
    """The cues of the suggestions that the cursor stands in."""
    start, end = session.page.token(session.cursor)
    here = (s for s in suggested if any(f.start < end and start < f.end for f in s.fragments))
    return [session.page.token_at(a) for s in here for a, _ in s.ranges(role)]


def _is_cue(session: Session, role: str, start: int, end: int) -> bool:
    """Whether a claim has its cue there."""
    held = (a for a in session.index.at(start, end) if a.layer == "claim")
    return any(f.start < end and start < f.end for a in held for f in a.role(role))


def _has_cue(found: StoredSuggestion, role: str, start: int, end: int) -> bool:
    return any(a < end and start < b for a, b in found.ranges(role))


def _read(session: Session, words: QuotedText, first: int, last: int) -> tuple[Fragment, ...]:
    """The fragments, in the scheme's words, of what the sentence says around a cue."""
    scheme = session.scheme
    reading = read_cue(words, first, last)
    ranges: dict[str, list[Range | None]] = {
        "content": list(reading.content),
        "cue": [reading.spoken.cue],
        "source": [reading.spoken.source],
        "addressee": [reading.spoken.addressee],
    }
    return tuple(
        Fragment(said, *place)
        for name, places in ranges.items()
        if (said := role_said(scheme, name))
        for place in places
        if place is not None
    )


def _told(session: Session) -> str:
    """What is proposed, in the order of the roles: source > cue > content."""
    proposal = session.proposal
    if proposal is None:
        return ""
    content = session.scheme.content_name
    lacks = "" if proposal.claim.role(content) else f"; no {content} found: select it"
    return "a claim is proposed, not saved" + lacks


# ---------------------------------------------------------------------------------- correcting


def walk(session: Session, step: Step) -> None:
    """Take the next role of the proposed claim in hand, and put the cursor on it."""
    proposal = session.proposal
    if proposal is None:
        return
    said = [role_said(session.scheme, name) for name in ORDER]
    rank = {role: i for i, role in reversed(list(enumerate(said))) if role}
    roles = sorted(proposal.roles, key=lambda r: rank.get(r, len(said)))
    at = roles.index(proposal.role) if proposal.role in roles else -step
    role = roles[(at + step) % len(roles)]
    session.selection = None
    session.proposal = replace(proposal, role=role)
    session.go(proposal.claim.role(role)[0].start)
    session.said = Said(f"{role} {_words(session, proposal.claim, role)}")


def _words(session: Session, claim: Annotation, role: str) -> str:
    text = session.article.text
    return short(" … ".join(text[f.start : f.end] for f in claim.role(role)))


def _piece(session: Session, proposal: ProposedClaim) -> Fragment | None:
    """The piece at hand: that of its role under the cursor, else the last."""
    start, end = session.page.token(session.cursor)
    mine = proposal.claim.role(proposal.role)
    under = [f for f in mine if f.start < end and start < f.end]
    return next(iter([*under, *mine[-1:]]), None)


def move_end(session: Session, side: Literal["start", "end"], step: Step) -> bool:
    """Move an end of the role at hand by a word; False when it cannot move."""
    proposal = session.proposal
    piece = _piece(session, proposal) if proposal else None
    if proposal is None or piece is None:
        return False
    moved = Selection(piece.start, piece.end, moving=side).moved(session.page, "word", step)
    if moved.moving != side or moved.range == (piece.start, piece.end):
        return False
    claim = edits.with_boundary(proposal.claim, piece, *moved.range)
    session.proposal = replace(proposal, claim=claim)
    session.go(moved.end - 1 if side == "end" else moved.start)
    text = session.article.text[moved.start : moved.end]
    session.said = Said(f"{piece.role} {short(text, end=side == 'end')}")
    return True


def place(session: Session, role: Role) -> None:
    """Put what is selected, or the word under the cursor, in the place of a role's proposal."""
    proposal = session.proposal
    start, end = session.target_range()
    if proposal is None or start >= end:
        return
    kept = tuple(f for f in proposal.claim.fragments if f.role != role.name)
    fragments = edits.without((*kept, Fragment(role.name, start, end)), ())
    session.selection = None
    session.proposal = replace(
        proposal, claim=replace(proposal.claim, fragments=fragments), role=role.name
    )
    session.said = Said(f"{role.name} {short(session.article.text[start:end])}, proposed")


def leave_out(session: Session) -> str:
    """Leave the piece at hand out of the proposed claim.

    Returns:
        Why it stays; empty when it went.
    """
    proposal = session.proposal
    piece = _piece(session, proposal) if proposal else None
    if proposal is None or piece is None:
        return "no piece of the proposed claim is at hand"
    rest = edits.without(proposal.claim.fragments, [piece])
    if not rest:
        return "the proposed claim has no other piece"
    claim = replace(proposal.claim, fragments=rest)
    role = piece.role if claim.role(piece.role) else rest[0].role
    session.proposal = replace(proposal, claim=claim, role=role)
    words = short(session.article.text[piece.start : piece.end])
    session.said = Said(f"{piece.role} {words} left out of the proposed claim")
    return ""


# ---------------------------------------------------------------------------------- deciding


def take(
    session: Session, labels: Mapping[str, str] | None = None, *, along: Sequence[Annotation] = ()
) -> None:
    """Save the proposed claim, with labels that a key gives it, as one action; it is at work then.

    As it was read it has the provenance of what a program proposed; corrected or labelled it is a
    person's. `along` is made in the same action: the verdict on the suggestion it was read from.
    """
    proposal = session.proposal
    if proposal is None:
        return
    claim = proposal.claim
    claim = replace(claim, attributes={**claim.attributes, **(labels or {})})
    provenance: Provenance = "suggested" if proposal.as_read and not labels else "human"
    also = "".join(f"; {_label(session, name, value)}" for name, value in (labels or {}).items())
    content = _words(session, claim, session.scheme.content_name or proposal.role)
    session.save(
        "proposed claim taken",
        (None, replace(claim, provenance=provenance)),
        *((None, a) for a in along),
        said=Said(f"claim taken: {content}{also}"),
        provenance=None,
    )
    session.proposal = session.selection = None
    session.activate(claim.id)
    if claim.attributes:
        session.remember(claim)


def _label(session: Session, name: str, value: str) -> str:
    attribute = session.scheme.attribute("claim", name)
    return shown_label(attribute, value) if attribute else f"{name}: {value}"


def drop(session: Session) -> None:
    """Forget the proposed claim, of which nothing was saved; the cursor is where it was before."""
    if session.proposal is not None:
        session.go(session.proposal.origin)
    session.proposal = None
    session.said = Said("proposed claim dropped; nothing was saved")
