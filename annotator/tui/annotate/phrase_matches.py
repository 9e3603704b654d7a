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

from annotator.domain.model import SPAN_ROLE, Annotation
from annotator.domain.occurrence import RoleText
from annotator.domain.terms import source_words
from annotator.phrases.difference import difference, marked, same_words
from annotator.phrases.matches import Match, Matches, stages
from annotator.phrases.propagate import content_text
from annotator.phrases.strings import same_source
from annotator.session import Session
from annotator.store import Store
from annotator.store.phrases import PhraseIndex, role_texts
from annotator.tui.widgets.lines import Line, Piece
from annotator.tui.widgets.panel import wrapped

SHOWN: Final = 12
"""Places that the panel may have room for: differences and labels are looked up for these."""


PROPAGATE: Final = "action:phrase.carry"


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for: the words, where they stand, and the source of the claim."""

    text: str
    article: str
    start: int
    end: int
    annotator: str
    layer: str = ""
    """Of what is at work; "" for a selection, which nothing can be propagated from yet."""
    source: str = ""
    claim: str = ""
    role: str = ""
    """The scheme's role for the source, and its label for what kind of source it is."""
    label: str = ""
    source_type: str = ""


@dataclass(frozen=True, slots=True)
class PhraseMatch:
    """A place as the panel shows it."""

    match: Match
    changed: str
    """Its words; what differs from the query is marked: [-gone-] {+new+}."""
    labels: str
    """How it is labelled there already, by whom."""


@dataclass(frozen=True, slots=True)
class PhraseMatches:
    """What was found for a query: places, and the other claims with the same source string."""

    query: Query
    matches: Matches
    shown: tuple[PhraseMatch, ...]
    source: str
    claims: tuple[RoleText, ...]
    """The annotator's own other claims whose source string is the same."""


def query_of(session: Session) -> Query | None:
    """The query for the selection, or for the claim or mark at work; None when there is neither."""
    text, uid = session.article.text, session.article.uid
    if session.selection is not None:
        start, end = session.selection.range
        return Query(text[start:end], uid, start, end, session.annotator)
    claim = session.active
    pieces = () if claim is None else claim.role(_words_role(claim))
    if claim is None or not pieces:
        return None
    role, label = source_words(session.scheme)
    sources = sorted(claim.role(role), key=lambda f: f.start)
    return Query(
        content_text(claim, text) if claim.layer == "claim" else text[claim.start : claim.end],
        uid,
        min(f.start for f in pieces),
        max(f.end for f in pieces),
        claim.annotator,
        claim.layer,
        " ".join(text[f.start : f.end] for f in sources),
        claim.id,
        role,
        label,
        claim.attributes.get(label, ""),
    )


def look(
    path: Path | str, query: Query, threshold: float, *, others: bool = False
) -> PhraseMatches:
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
            PhraseMatch(m, changed(words, m), labels_at(m, claims_of(m.article), query.annotator))
            for m in matches.found[:SHOWN]
        )
        said = ""
        claims: tuple[RoleText, ...] = ()
        if query.source:
            whose = None if others else query.annotator
            same = same_source(
                role_texts(store.conn, query.role, whose),
                query.source,
                query.claim,
                whose,
                query.label,
            )
            said = same.tell(query.source_type) if same.claims else ""
            claims = tuple(c for c in same.claims if c.annotator == query.annotator)
    return PhraseMatches(query, matches, shown, said, claims)


def changed(words: str, match: Match) -> str:
    """The words of a place, with what differs from the query's marked."""
    flat = " ".join(match.text.split())
    return flat if same_words(words, flat) else marked(difference(words, flat))


def labels_at(match: Match, annotations: Sequence[Annotation], annotator: str) -> str:
    """How what stands at a match is labelled already: "yours: official  ben: mark loaded"."""
    said: dict[str, str] = {}
    # Claims before marks.
    for a in sorted(annotations, key=lambda a: a.layer):
        if a.layer in ("claim", "mark") and _stands_at(a, match):
            who = "yours" if a.annotator == annotator else a.annotator
            labels = ", ".join(a.attributes.values())
            if a.layer == "mark":
                labels = f"mark {labels}".rstrip()
            said.setdefault(who, labels or "a claim")
    # The annotator's own first, then the others by name.
    return "  ".join(f"{w}: {said[w]}" for w in sorted(said, key=lambda w: (w != "yours", w)))


def _words_role(annotation: Annotation) -> str:
    return "content" if annotation.layer == "claim" else SPAN_ROLE


def _stands_at(annotation: Annotation, match: Match) -> bool:
    pieces = annotation.role(_words_role(annotation))
    return any(match.overlaps(annotation.article, f.start, f.end) for f in pieces)


def propagate_pieces(query: Query, propagate_key: str, claim_key: str) -> list[Piece]:
    """The key that propagates; or what must be done before there is something to propagate."""
    if query.layer == "claim":
        return [Piece(f"{propagate_key} ", "key", PROPAGATE), Piece("carry", "plain", PROPAGATE)]
    if query.layer:
        return [Piece(f"{query.layer}s are not carried, claims are", "dim")]
    return [
        Piece(f"{claim_key} ", "key"),
        Piece("makes a claim of it, then ", "dim"),
        Piece(f"{propagate_key} ", "key"),
        Piece("carries", "dim"),
    ]


def match_lines(found: PhraseMatches, width: int, rows: int, keys: tuple[str, str]) -> list[Line]:
    """The panel's lines about it: the source string, how often, where, and the key that propagates.

    `keys` are the keys of propagating and of a claim's content.
    """
    lines: list[Line] = []
    if found.source:
        lines.append([Piece("source ", "dim", PROPAGATE), Piece(f"string {found.source}")])
    if not found.matches.found:
        return lines
    title = Piece(f"STANDS AGAIN {found.matches.shown}x", "title")
    how = propagate_pieces(found.query, *keys)
    if found.query.layer == "claim":
        lines.append([title, Piece("  "), *how])
    else:
        lines += [[title], how]
    for one in found.shown:
        match = one.match
        # The date first: it is short, and an outlet's name may be cut.
        where = " ".join(p for p in (match.published[:10], match.outlet) if p)
        entry: list[Line] = [
            [
                Piece(f"{match.score:3.0f} ", "strong"),
                Piece(f"art {match.number} "),
                Piece(f"{match.kind} {where}", "dim"),
            ]
        ]
        words = wrapped(one.changed, max(10, width - 4), 1 if match.score == 100 else 3)
        entry += [[Piece("    "), Piece(r)] for r in words]
        if one.labels:
            entry.append([Piece("    "), Piece(one.labels, "warn")])
        if len(lines) + len(entry) > rows and len(lines) > 2:
            break
        lines += entry
    return lines


def match_pieces(found: PhraseMatches, keys: tuple[str, str]) -> list[Piece]:
    """The same in a word, where there is room for no more."""
    if not found.matches.found:
        return []
    query, (propagate_key, claim_key) = found.query, keys
    again = f"  again {found.matches.shown}x"
    if query.layer == "claim":
        return [Piece(f"{again} {propagate_key}", "key", PROPAGATE)]
    return [
        Piece(again, "strong"),
        Piece("" if query.layer else f" ({claim_key}, then {propagate_key})", "dim"),
    ]
