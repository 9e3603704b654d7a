"""Where the words at hand stand again, and how they are labelled there: what screens look up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Final

from annotator.domain.model import Annotation
from annotator.domain.occurrence import RoleText
from annotator.domain.terms import source_words
from annotator.domain.wording import shown_value, shown_values
from annotator.phrases.difference import difference, marked, same_words
from annotator.phrases.find import DEFAULT_THRESHOLD
from annotator.phrases.matches import Match, Matches, search
from annotator.phrases.propagate import content_text, words_role
from annotator.phrases.strings import same_source
from annotator.session import Session

if TYPE_CHECKING:
    from annotator.domain.scheme import Scheme
    from annotator.project.data import ProjectData

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


def query_of(session: Session, subject: Annotation | None = None) -> Query | None:
    """The query for the selection, or for the claim or mark at work; None when there is neither.

    With a `subject`, for that.
    """
    text, uid = session.article.text, session.article.uid
    if session.selection is not None:
        start, end = session.selection.range
        return Query(text[start:end], uid, start, end, session.annotator)
    claim = subject or session.active
    pieces = () if claim is None else claim.role(words_role(claim, session.scheme.content_name))
    if claim is None or not pieces:
        return None
    role, label = source_words(session.scheme)
    sources = sorted(claim.role(role), key=lambda f: f.start) if claim.layer == "claim" else ()
    return Query(
        content_text(claim, text, session.scheme.content_name)
        if claim.layer == "claim"
        else text[claim.start : claim.end],
        uid,
        min(f.start for f in pieces),
        max(f.end for f in pieces),
        claim.annotator,
        claim.layer,
        " ".join(text[f.start : f.end] for f in sources),
        claim.id,
        role,
        label if claim.layer == "claim" else "",
        claim.attributes.get(label, ""),
    )


def look(
    project: ProjectData,
    query: Query,
    threshold: float = DEFAULT_THRESHOLD,
    *,
    others: bool = False,
) -> PhraseMatches:
    """Search the corpus for a query.

    Args:
        project: Open for the thread that asks.
        query: What to look for.
        threshold: Least ratio, 0 to 100.
        others: Show how other annotators labelled the places too; blind without.

    Raises:
        DatabaseError: when the file cannot be read.
    """
    here = (query.article, query.start, query.end)
    matches = search(project.phrase_index(), query.text, threshold, here=here)
    whose = None if others else query.annotator

    @cache
    def claims_of(uid: str) -> Sequence[Annotation]:
        return project.annotations(uid, whose)

    words, scheme = " ".join(query.text.split()), project.scheme()

    def labels(m: Match) -> str:
        return labels_at(m, claims_of(m.article), query.annotator, scheme)

    shown = tuple(PhraseMatch(m, changed(words, m), labels(m)) for m in matches.found[:SHOWN])
    said = ""
    claims: tuple[RoleText, ...] = ()
    if query.source:
        texts = project.role_texts(query.role, whose)
        same = same_source(texts, query.source, query.claim, whose, query.label)
        kind = scheme.attribute("claim", query.label)
        said = same.tell(query.source_type, partial(shown_value, kind)) if same.claims else ""
        claims = tuple(c for c in same.claims if c.annotator == query.annotator)
    return PhraseMatches(query, matches, shown, said, claims)


def changed(words: str, match: Match) -> str:
    """The words of a place, with what differs from the query's marked."""
    flat = " ".join(match.text.split())
    return flat if same_words(words, flat) else marked(difference(words, flat))


def labels_at(
    match: Match, annotations: Sequence[Annotation], annotator: str, scheme: Scheme
) -> str:
    """How what stands at a match is labelled already: "yours: official  ben: mark loaded"."""
    said: dict[str, str] = {}
    # Claims before marks.
    for a in sorted(annotations, key=lambda a: a.layer):
        if a.layer in ("claim", "mark") and _stands_at(a, match, scheme.content_name):
            who = "yours" if a.annotator == annotator else a.annotator
            labels = ", ".join(shown_values(a, scheme))
            if a.layer == "mark":
                labels = f"{a.layer_name} {labels}".rstrip()
            said.setdefault(who, labels or "a claim")
    # The annotator's own first, then the others by name.
    return "  ".join(f"{w}: {said[w]}" for w in sorted(said, key=lambda w: (w != "yours", w)))


def _stands_at(annotation: Annotation, match: Match, content: str) -> bool:
    pieces = annotation.role(words_role(annotation, content))
    return any(match.overlaps(annotation.article, f.start, f.end) for f in pieces)
