"""The broken quotation in one action: its content in pieces around the words of who said it."""

from __future__ import annotations

from dataclasses import replace

from annotator.domain.model import Annotation, Fragment
from annotator.domain.terms import role_said
from annotator.session import edits
from annotator.session.annotating import Session
from annotator.session.broken import Broken, broken_at, broken_in
from annotator.session.quoted_text import QuotedText
from annotator.session.saving import Said, short


def words_of(session: Session) -> QuotedText:
    """The session's text as the rules of speech read it."""
    return QuotedText(session.page, session.quotations())


def break_quotation(session: Session) -> str:
    """Make two pieces of one content of a broken quotation, and cue and source of what parts them.

    The quotation is what is selected, from its first to its last character, or else what the
    cursor's sentence holds. It goes to the claim at work when that has the words as its content,
    or has none yet; else to a new claim.

    Returns:
        Why nothing was done; empty when it was.
    """
    words = words_of(session)
    selected = session.selection.range if session.selection else None
    found = broken_in(words, *selected) if selected else broken_at(words, session.cursor)
    if found is None:
        where = "what is selected" if selected else "this sentence"
        return f"nothing breaks a quotation in {where}: no words between its parts say who speaks"
    before = _target(session, found)
    after, given = _broken(session, before or session.new("claim", ()), found)
    also = f"; {', '.join(given)}" if given else ""
    due = _unread(session, after)
    said = f"one content in two pieces{' already' if after == before else ''}{also}{due}"
    session.save("broken quotation", (before, after), said=Said(said))
    session.selection = None
    session.activate(after.id)
    return ""


def _target(session: Session, found: Broken) -> Annotation | None:
    """The claim that the pieces go to; None: a new one."""
    content = session.scheme.content_name
    claim = session.claim_here() if session.selection is None else session.active
    if claim is None or claim.layer != "claim":
        return None
    pieces = claim.role(content)
    if not pieces:
        reach = found.pieces[0][0], found.pieces[1][1]
        return claim if claim.touches(*reach) else None
    over = [f for f in pieces if f.start < found.gap[1] and found.gap[0] < f.end]
    whole = [f for f in pieces if (f.start, f.end) in found.pieces]
    return claim if over or len(whole) == 2 else None


def _broken(
    session: Session, claim: Annotation, found: Broken
) -> tuple[Annotation, tuple[str, ...]]:
    """The claim with the pieces, and which words it was given besides."""
    scheme, text = session.scheme, session.article.text
    content = scheme.content_name
    low, high = found.pieces[0][0], found.pieces[1][1]
    old = [f for f in claim.role(content) if f.start < high and low < f.end]
    kept = [f for f in claim.fragments if f not in old]
    span = old[0].span if old else max((f.span for f in claim.role(content)), default=-1) + 1
    # What was longer than the quotation keeps its ends: only the gap is cut out of it.
    low, high = min([low, *(f.start for f in old)]), max([high, *(f.end for f in old)])
    pieces = [
        Fragment(content, low, found.pieces[0][1], span),
        Fragment(content, found.pieces[1][0], high, span),
    ]
    at = claim.fragments.index(old[0]) if old else len(kept)
    fragments = (*kept[:at], *pieces, *kept[at:])
    after = replace(claim, fragments=edits.without(fragments, ()), provenance="human")
    given: list[str] = []
    if found.spoken is not None:
        for name in ("source", "cue"):
            role = scheme.role(role_said(scheme, name))
            place = found.spoken.source if name == "source" else found.spoken.cue
            if role is not None and place is not None and not after.role(role.name):
                after = edits.with_span(after, role, *place)
                given.append(f"{role.name} {short(text[slice(*place)], 24)}")
    return after, tuple(given)


def _unread(session: Session, claim: Annotation) -> str:
    """What the scheme has no role for, and what the gap does not plainly say."""
    roles = {name: role_said(session.scheme, name) for name in ("source", "cue")}
    unsaid = ", ".join(f"no {name}" for name, role in roles.items() if not role)
    missing = ", ".join(role for role in roles.values() if role and not claim.role(role))
    return (f"; {unsaid} in the scheme" if unsaid else "") + (
        f"; not plain: {missing}" if missing else ""
    )
