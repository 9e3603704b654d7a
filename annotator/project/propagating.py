"""Propagating a decision: to the places where a claim's words stand again, or its source does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from annotator.domain.model import Annotation
from annotator.domain.occurrence import RoleText
from annotator.domain.terms import source_words
from annotator.domain.times import now
from annotator.phrases.difference import same_words
from annotator.phrases.matches import Match
from annotator.phrases.propagate import Propagation, propagate_claim, propagate_labels

if TYPE_CHECKING:
    from annotator.domain.scheme import Scheme
    from annotator.project.data import ProjectData
    from annotator.project.phrase_matches import PhraseMatches

SentenceKey: TypeAlias = tuple[str, int]
"""Uid, and the sentence's index in the layout."""
CONTEXT: Final = 60
"""Characters shown after a source string, so that one can tell what it says there."""


class SameSource(NamedTuple):
    """Another claim with the same source string, and the words around that."""

    item: RoleText
    words: str
    same: bool
    """Whether the string is the same word for word, not only for the index."""


class Choice(NamedTuple):
    """What to propagate to: places where the content stands, or claims with the same source."""

    places: list[Match]
    claims: list[RoleText]
    type_only: bool
    """Only the label for the kind of source, not all labels."""


def same_sources(project: ProjectData, found: PhraseMatches) -> list[SameSource]:
    """The annotator's other claims with the same source string, with some words around it."""
    out = []
    for item in found.claims:
        text = project.text_of(item.article)
        before, after = max(0, item.start - CONTEXT // 3), item.end + CONTEXT
        words = " ".join(text[before:after].split())
        out.append(SameSource(item, words, same_words(found.query.source, item.text)))
    return out


def propagate(
    project: ProjectData, claim: Annotation, choice: Choice, scheme: Scheme | None = None
) -> Propagation:
    """Propagate a claim's labels to what was chosen, as one action of the claim's annotator.

    Args:
        project: Where it is written; nothing is, when every place has the labels already.
        claim: The decision to propagate.
        choice: Where to.
        scheme: That it was decided under; the one in force without.

    Raises:
        ConflictError: when an annotation has changed in the meantime.
        SchemeChangedError: when another scheme than `scheme` is in force now.
    """
    under = scheme or project.scheme()
    found = _propagation(project, claim, choice, under)
    if found.batch is not None:
        project.apply(found.batch, under.version)
    return found


def _propagation(
    project: ProjectData, claim: Annotation, choice: Choice, scheme: Scheme
) -> Propagation:
    who, at = claim.annotator, now()

    def own(uids: set[str]) -> Sequence[Annotation]:
        return [a for uid in sorted(uids) for a in project.annotations(uid, who)]

    _, label = source_words(scheme)
    if choice.claims:
        ids = {c.claim for c in choice.claims}
        others = [a for a in own({c.article for c in choice.claims}) if a.id in ids]
        # Claims with another type are not chosen unless the annotator chooses them.
        return propagate_labels(
            claim, others, annotator=who, at=at, attributes=(label,), overwrite=True
        )
    places = choice.places
    if claim.layer == "sentence":
        places = _whole_sentences(project, places)
    return propagate_claim(
        claim,
        places,
        annotator=who,
        at=at,
        scheme=scheme.version,
        content=scheme.content_name,
        attributes=(label,) if choice.type_only else None,
        existing=own({m.article for m in places}),
    )


def _whole_sentences(project: ProjectData, places: Sequence[Match]) -> list[Match]:
    """The sentences of the places: a tag stands on all of one, its marks too."""
    out = []
    for match in places:
        sentence = project.article(match.article).layout.sentences[match.sentence]
        out.append(match._replace(start=sentence.start, end=sentence.end))
    return out


def in_same_sentences(project: ProjectData, article: str, start: int, end: int) -> set[SentenceKey]:
    """Where the sentence `[start, end)` of an article stands elsewhere word for word."""
    from annotator.phrases.matches import search

    text = project.text_of(article)[start:end]
    here = article, start, end
    found = search(project.phrase_index(), text, 100.0, inside=False, here=here).found
    return {(m.article, m.sentence) for m in found if m.kind == "verbatim"}
