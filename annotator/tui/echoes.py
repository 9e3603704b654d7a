"""Where the words at hand stand again: looked up by a worker, shown in the panel.

Everything here runs in a worker's thread with a read-only connection of its own; rapidfuzz is
imported there, never on a key press.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from annotator.domain.model import Annotation
from annotator.domain.session import Session
from annotator.phrases.carry import content_text
from annotator.phrases.matches import Match, Matches, stages
from annotator.phrases.strings import same_source
from annotator.store import Store
from annotator.store.phrases import PhraseIndex, role_texts
from annotator.tui.panel import wrapped
from annotator.tui.widgets.lines import Line, Piece


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for: the words, where they stand, and the source of the claim."""

    text: str
    article: str
    start: int
    end: int
    source: str = ""
    claim: str = ""
    annotator: str = ""
    source_type: str = ""


@dataclass(frozen=True, slots=True)
class Echoes:
    """What was found for a query: places, and what the source string is in other claims."""

    query: Query
    matches: Matches
    source: str


def query_of(session: Session) -> Query | None:
    """The query for the selection, or for the claim at work; None when there is neither."""
    text, uid = session.article.text, session.article.uid
    if session.selection is not None:
        start, end = session.selection.range
        return Query(text[start:end], uid, start, end)
    claim = session.active
    if claim is None or claim.layer != "claim" or not claim.role("content"):
        return None
    pieces = claim.role("content")
    sources = sorted(claim.role("source"), key=lambda f: f.start)
    return Query(
        content_text(claim, text),
        uid,
        min(f.start for f in pieces),
        max(f.end for f in pieces),
        " ".join(text[f.start : f.end] for f in sources),
        claim.id,
        claim.annotator,
        claim.attributes.get("source_type", ""),
    )


def look(path: Path | str, query: Query, threshold: float) -> Echoes:
    """Search the corpus for a query; DatabaseError when the file cannot be read."""
    with Store.open(path, readonly=True) as store:
        index = PhraseIndex(store.conn)
        found = list(
            stages(index, query.text, threshold, here=(query.article, query.start, query.end))
        )
        matches = Matches([m for s in found for m in s.found], any(s.more for s in found))
        said = ""
        if query.source:
            # Blind: only the annotator's own claims are counted.
            same = same_source(
                role_texts(store.conn, "source"), query.source, query.claim, query.annotator
            )
            said = same.tell(query.source_type) if same.claims else ""
    return Echoes(query, matches, said)


def own_labels(store: Store, match: Match, annotator: str) -> str:
    """How the annotator labelled what stands at a match already."""
    there = [
        a
        for a in store.annotations(match.article, annotator)
        if a.layer == "claim" and _stands_at(a, match)
    ]
    return " · ".join(there[0].attributes.values()) or "claim" if there else ""


def _stands_at(claim: Annotation, match: Match) -> bool:
    return any(match.overlaps(match.article, f.start, f.end) for f in claim.role("content"))


def echo_lines(echoes: Echoes, width: int, rows: int) -> list[Line]:
    """The panel's lines about it: how often, where first, and the key that carries."""
    lines: list[Line] = []
    if echoes.matches.found:
        lines.append(
            [
                Piece(f"STANDS AGAIN {echoes.matches.shown}x", "title", "action:phrase.carry"),
                Piece("  * ", "key", "action:phrase.carry"),
                Piece("carry", "plain", "action:phrase.carry"),
            ]
        )
        for match in echoes.matches.found[: max(1, rows // 2)]:
            where = " ".join(p for p in (match.outlet, match.published[:10]) if p)
            lines.append(
                [
                    Piece(f"{match.score:3.0f} ", "strong"),
                    Piece(f"art {match.number} "),
                    Piece(f"{match.kind} {where}", "dim"),
                ]
            )
            lines += [
                [Piece("    "), Piece(r)]
                for r in wrapped(" ".join(match.text.split()), max(10, width - 4), 1)
            ]
    if echoes.source:
        lines.append([Piece("source ", "dim"), Piece(echoes.source)])
    return lines
