"""Where the words at hand stand again: looked up by a worker, shown in the panel.

Everything here runs in a worker's thread with a read-only connection of its own; rapidfuzz is
imported there, never on a key press.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from annotator.domain.model import Annotation
from annotator.domain.phrase import RoleText
from annotator.domain.session import Session
from annotator.phrases.carry import content_text
from annotator.phrases.difference import difference, marked
from annotator.phrases.matches import Match, Matches, stages
from annotator.phrases.strings import same_source
from annotator.store import Store
from annotator.store.phrases import PhraseIndex, role_texts
from annotator.tui.panel import wrapped
from annotator.tui.widgets.lines import Line, Piece

SHOWN: Final = 12
"""Places that the panel may have room for: differences and labels are looked up for these."""


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for: the words, where they stand, and the source of the claim."""

    text: str
    article: str
    start: int
    end: int
    annotator: str
    source: str = ""
    claim: str = ""
    source_type: str = ""


@dataclass(frozen=True, slots=True)
class Echo:
    """A place as the panel shows it."""

    match: Match
    changed: str
    """Its words; what differs from the query is marked: [-gone-] {+new+}."""
    labels: str
    """How it is labelled there already, by whom."""


@dataclass(frozen=True, slots=True)
class Echoes:
    """What was found for a query: places, and the other claims with the same source string."""

    query: Query
    matches: Matches
    shown: tuple[Echo, ...]
    source: str
    claims: tuple[RoleText, ...]
    """The annotator's own other claims whose source string is the same."""


def query_of(session: Session) -> Query | None:
    """The query for the selection, or for the claim at work; None when there is neither."""
    text, uid = session.article.text, session.article.uid
    if session.selection is not None:
        start, end = session.selection.range
        return Query(text[start:end], uid, start, end, session.annotator)
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
        claim.annotator,
        " ".join(text[f.start : f.end] for f in sources),
        claim.id,
        claim.attributes.get("source_type", ""),
    )


def look(path: Path | str, query: Query, threshold: float, *, others: bool = False) -> Echoes:
    """Search the corpus for a query; DatabaseError when the file cannot be read.

    Args:
        path: The database.
        query: What to look for.
        threshold: Least ratio, 0 to 100.
        others: Show how other annotators labelled the places too; blind without.
    """
    with Store.open(path, readonly=True) as store:
        index = PhraseIndex(store.conn)
        found = list(
            stages(index, query.text, threshold, here=(query.article, query.start, query.end))
        )
        matches = Matches([m for s in found for m in s.found], any(s.more for s in found))

        @cache
        def claims_of(uid: str) -> Sequence[Annotation]:
            return store.annotations(uid, None if others else query.annotator)

        words = " ".join(query.text.split())
        shown = tuple(
            Echo(m, changed(words, m), labels_at(m, claims_of(m.article), query.annotator))
            for m in matches.found[:SHOWN]
        )
        said = ""
        claims: tuple[RoleText, ...] = ()
        if query.source:
            whose = None if others else query.annotator
            same = same_source(
                role_texts(store.conn, "source", whose), query.source, query.claim, whose
            )
            said = same.tell(query.source_type) if same.claims else ""
            claims = tuple(c for c in same.claims if c.annotator == query.annotator)
    return Echoes(query, matches, shown, said, claims)


def changed(words: str, match: Match) -> str:
    """The words of a place, with what differs from the query's marked."""
    flat = " ".join(match.text.split())
    return marked(difference(words, flat)) if match.score < 100 else flat


def labels_at(match: Match, annotations: Sequence[Annotation], annotator: str) -> str:
    """How what stands at a match is labelled already: "yours: official · ben: expert"."""
    said: dict[str, str] = {}
    for a in annotations:
        if a.layer == "claim" and _stands_at(a, match):
            who = "yours" if a.annotator == annotator else a.annotator
            said.setdefault(who, ", ".join(a.attributes.values()) or "a claim")
    # The annotator's own first, then the others by name.
    return "  ".join(f"{w}: {said[w]}" for w in sorted(said, key=lambda w: (w != "yours", w)))


def _stands_at(claim: Annotation, match: Match) -> bool:
    return any(match.overlaps(claim.article, f.start, f.end) for f in claim.role("content"))


def echo_lines(echoes: Echoes, width: int, rows: int) -> list[Line]:
    """The panel's lines about it: the source string, how often, where, and the key that carries."""
    lines: list[Line] = []
    if echoes.source:
        lines.append(
            [Piece("source ", "dim", "action:phrase.carry"), Piece(f"string {echoes.source}")]
        )
    if not echoes.matches.found:
        return lines
    lines.append(
        [
            Piece(f"STANDS AGAIN {echoes.matches.shown}x", "title", "action:phrase.carry"),
            Piece("  * ", "key", "action:phrase.carry"),
            Piece("carry", "plain", "action:phrase.carry"),
        ]
    )
    for echo in echoes.shown:
        match = echo.match
        # The date first: it is short, and an outlet's name may be cut.
        where = " ".join(p for p in (match.published[:10], match.outlet) if p)
        entry: list[Line] = [
            [
                Piece(f"{match.score:3.0f} ", "strong"),
                Piece(f"art {match.number} "),
                Piece(f"{match.kind} {where}", "dim"),
            ]
        ]
        words = wrapped(echo.changed, max(10, width - 4), 1 if match.score == 100 else 3)
        entry += [[Piece("    "), Piece(r)] for r in words]
        if echo.labels:
            entry.append([Piece("    "), Piece(echo.labels, "warn")])
        if len(lines) + len(entry) > rows and len(lines) > 2:
            break
        lines += entry
    return lines


def echo_piece(echoes: Echoes) -> Piece:
    """The same in a word, where there is room for no more."""
    again = f"  again {echoes.matches.shown}x *" if echoes.matches.found else ""
    return Piece(again, "key", "action:phrase.carry")
